-- Where a readout was made. The meter may be configured at another place by now.

CREATE TABLE place (
    key INTEGER PRIMARY KEY,
    -- The id of the bus, and the address that was asked.
    bus TEXT NOT NULL,
    address TEXT NOT NULL,
    UNIQUE (bus, address)
) STRICT;

-- NULL in rows from before.
ALTER TABLE readout ADD COLUMN place INTEGER REFERENCES place (key);
