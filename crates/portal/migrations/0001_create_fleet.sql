-- Sites, gateways, meters, what they are to read, what they read, and what they are told to do.
-- Times are milliseconds since 1970 (UTC). Ids are never used twice.

CREATE TABLE site (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE gateway (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site INTEGER NOT NULL REFERENCES site (id),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- SHA-256 of the secret of the claim code that was made last; it works once.
    claim_hash BLOB NOT NULL UNIQUE CHECK (length(claim_hash) = 32),
    claim_expires_at INTEGER NOT NULL,
    claim_used_at INTEGER,
    -- How often it was claimed. Sequence numbers of readouts begin anew with a new device.
    claims INTEGER NOT NULL DEFAULT 0,
    claimed_at INTEGER,
    -- SHA-256 of the token it shows.
    token_hash BLOB UNIQUE CHECK (length(token_hash) = 32),
    version TEXT,
    last_seen_at INTEGER,
    -- JSON, as the gateway sent it.
    status TEXT,
    status_at INTEGER,
    UNIQUE (site, name)
) STRICT;

CREATE TABLE meter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    gateway INTEGER NOT NULL REFERENCES gateway (id),
    menu TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    bus TEXT,
    model TEXT NOT NULL,
    protocol TEXT NOT NULL,
    baudrate INTEGER NOT NULL,
    mode TEXT NOT NULL,
    -- Counts the changes, so that nobody overwrites what he has not seen.
    edition INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- Its readings stay.
    deleted_at INTEGER
) STRICT;

CREATE INDEX meter_by_gateway ON meter (gateway);

-- The additional parameters, row by row as typed.
CREATE TABLE meter_parameter (
    meter INTEGER NOT NULL REFERENCES meter (id),
    place INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (meter, place)
) STRICT, WITHOUT ROWID;

-- The gateways a meter hangs or hung on: whose readouts for it are taken.
CREATE TABLE meter_gateway (
    meter INTEGER NOT NULL REFERENCES meter (id),
    gateway INTEGER NOT NULL REFERENCES gateway (id),
    PRIMARY KEY (meter, gateway)
) STRICT, WITHOUT ROWID;

-- What a gateway is to read. A row never changes.
CREATE TABLE configuration (
    gateway INTEGER NOT NULL REFERENCES gateway (id),
    revision INTEGER NOT NULL,
    -- JSON, as the gateway fetches it.
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (gateway, revision)
) STRICT;

-- What the gateway said of it last.
CREATE TABLE configuration_result (
    gateway INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    applied INTEGER NOT NULL,
    -- JSON.
    problems TEXT NOT NULL,
    reported_at INTEGER NOT NULL,
    PRIMARY KEY (gateway, revision),
    FOREIGN KEY (gateway, revision) REFERENCES configuration (gateway, revision)
) STRICT;

-- The revisions of the mappings that made readings. Rows refer to the short key.
CREATE TABLE mapping (
    key INTEGER PRIMARY KEY,
    revision TEXT NOT NULL UNIQUE
) STRICT;

-- What was read, append-only: one row for each readout, whatever came of it.
CREATE TABLE readout (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    gateway INTEGER NOT NULL REFERENCES gateway (id),
    -- The number of the claim, and the gateway's own number of the readout.
    claim INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    -- NULL where the gateway reads it by a configuration of its own.
    meter INTEGER REFERENCES meter (id),
    -- What the gateway calls the meter.
    meter_name TEXT NOT NULL,
    bus TEXT NOT NULL,
    address TEXT NOT NULL,
    read_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    -- 0 complete, 1 partial, 2 failed, 3 refused (another meter answered), 4 unreached (the bus
    -- was offline).
    outcome INTEGER NOT NULL,
    mapping INTEGER REFERENCES mapping (key),
    -- CBOR, compressed; NULL where there is nothing.
    telegrams BLOB,
    readings BLOB,
    problems BLOB,
    UNIQUE (gateway, claim, sequence)
) STRICT;

CREATE INDEX readout_by_meter ON readout (meter, read_at);
CREATE INDEX readout_by_name ON readout (gateway, meter_name, read_at);

CREATE TABLE command (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    gateway INTEGER NOT NULL REFERENCES gateway (id),
    -- JSON, as the gateway fetches it.
    kind TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    delivered_at INTEGER,
    -- JSON, as the gateway sent it.
    reply TEXT,
    replied_at INTEGER
) STRICT;

CREATE INDEX command_open ON command (gateway, id) WHERE reply IS NULL;

CREATE TABLE command_progress (
    command INTEGER NOT NULL REFERENCES command (id),
    place INTEGER NOT NULL,
    -- JSON, as the gateway sent it.
    progress TEXT NOT NULL,
    PRIMARY KEY (command, place)
) STRICT, WITHOUT ROWID;
