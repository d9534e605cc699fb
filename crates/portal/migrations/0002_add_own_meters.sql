-- Meters that are configured at their gateway, what each meter is called there, and what is known
-- of each meter now.

-- 'portal': described here. 'gateway': of the gateway's own file, as it told.
ALTER TABLE meter ADD COLUMN origin TEXT NOT NULL DEFAULT 'portal';
-- What its gateway calls it, and readouts carry.
ALTER TABLE meter ADD COLUMN id_at_gateway TEXT NOT NULL DEFAULT '';
UPDATE meter SET id_at_gateway = 'meter-' || id;
-- How often it is read, such as 15m; NULL for the interval of its bus.
ALTER TABLE meter ADD COLUMN interval TEXT;

-- Whose readouts are taken for which meter: the gateways a meter hangs or hung on, and what each
-- of them calls it.
CREATE TABLE meter_at_gateway (
    gateway INTEGER NOT NULL REFERENCES gateway (id),
    id_at_gateway TEXT NOT NULL,
    meter INTEGER NOT NULL REFERENCES meter (id),
    PRIMARY KEY (gateway, id_at_gateway)
) STRICT, WITHOUT ROWID;

INSERT INTO meter_at_gateway (gateway, id_at_gateway, meter)
    SELECT gateway, 'meter-' || meter, meter FROM meter_gateway;
DROP TABLE meter_gateway;

-- The newest readouts of each meter, so that nobody looks through all of them.
CREATE TABLE meter_latest (
    meter INTEGER PRIMARY KEY REFERENCES meter (id),
    last_readout INTEGER NOT NULL REFERENCES readout (id),
    last_read_at INTEGER NOT NULL,
    -- The last one that brought telegrams of the meter.
    good_readout INTEGER REFERENCES readout (id),
    good_read_at INTEGER,
    -- 'ok', 'attention', 'fault'; a meter without a row waits.
    state TEXT NOT NULL,
    -- Since when, as far as it was seen here.
    state_since INTEGER NOT NULL,
    -- The worst problem of the last readout, as a stable word; NULL where there is none.
    problem TEXT
) STRICT;

INSERT INTO meter_latest
    (meter, last_readout, last_read_at, good_readout, good_read_at, state, state_since)
    SELECT last.meter, last.id, last.read_at, good.id, good.read_at,
        CASE WHEN last.outcome >= 2 THEN 'fault'
             WHEN last.outcome = 1 OR last.problems IS NOT NULL THEN 'attention'
             ELSE 'ok' END,
        last.read_at
    FROM (SELECT DISTINCT meter FROM readout WHERE meter IS NOT NULL) AS known
    JOIN readout AS last ON last.id = (
        SELECT id FROM readout WHERE meter = known.meter
        ORDER BY read_at DESC, id DESC LIMIT 1)
    LEFT JOIN readout AS good ON good.id = (
        SELECT id FROM readout WHERE meter = known.meter AND outcome IN (0, 1)
        ORDER BY read_at DESC, id DESC LIMIT 1);

-- The meter a command is about.
ALTER TABLE command ADD COLUMN meter INTEGER REFERENCES meter (id);
UPDATE command SET meter = (
    SELECT id FROM meter WHERE 'meter-' || id = json_extract(command.kind, '$.meter'));
