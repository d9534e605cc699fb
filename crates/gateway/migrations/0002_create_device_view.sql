-- What the device view needs beyond the last readout of each meter.

-- The values that meters have stored themselves, each under the meter's own date. A value that is
-- sent again with every readout is here once.
CREATE TABLE historical_value (
    meter INTEGER NOT NULL REFERENCES meter (key),
    -- What it is a value of, the same for all of one kind.
    series TEXT NOT NULL,
    -- The meter's own date: ISO 8601, local time without a zone.
    measured_at TEXT NOT NULL,
    -- The number without zeros at its end: what makes two values the same.
    number TEXT NOT NULL,
    -- The number with the digits that were sent.
    value TEXT NOT NULL,
    unit TEXT,
    quantity TEXT NOT NULL,
    -- The first readout that brought it, and the line there.
    readout INTEGER NOT NULL REFERENCES readout (id),
    line INTEGER NOT NULL,
    PRIMARY KEY (meter, series, measured_at, number)
) STRICT, WITHOUT ROWID;

-- The settings of a meter are made from its last good readout. Where that lacks some, the older
-- readouts that still have them stand here.
CREATE TABLE needed_readout (
    meter INTEGER NOT NULL REFERENCES meter (key),
    readout INTEGER NOT NULL REFERENCES readout (id),
    PRIMARY KEY (meter, readout)
) STRICT, WITHOUT ROWID;
