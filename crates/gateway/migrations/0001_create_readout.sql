-- What was read, append-only: one row for each readout, whatever came of it.

-- The meters of the configuration, past and present. Rows refer to the short key.
CREATE TABLE meter (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- Who answered first, and where it was asked. It holds for that bus and address only.
    identification BLOB CHECK (length(identification) = 8),
    identified_at INTEGER,
    bus TEXT,
    address TEXT
) STRICT;

-- The revisions of the mappings that made readings. Rows refer to the short key.
CREATE TABLE mapping (
    key INTEGER PRIMARY KEY,
    revision TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE readout (
    -- The order of writing; outputs remember how far they came. Never used twice.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    meter INTEGER NOT NULL REFERENCES meter (key),
    -- Milliseconds since 1970 (UTC): when the last byte had arrived.
    read_at INTEGER NOT NULL,
    -- Milliseconds the bus was busy with it.
    elapsed INTEGER NOT NULL,
    -- 0 schedule, 1 person.
    asked_by INTEGER NOT NULL,
    -- 0 complete, 1 partial, 2 failed, 3 refused (another meter answered), 4 unreached (the bus
    -- was offline).
    outcome INTEGER NOT NULL,
    mapping INTEGER REFERENCES mapping (key),
    -- Who answered, as the telegram says.
    identification BLOB CHECK (length(identification) = 8),
    -- CBOR, compressed; NULL where there is nothing.
    telegrams BLOB,
    readings BLOB,
    causes BLOB
) STRICT;

CREATE INDEX readout_by_meter ON readout (meter, read_at);
