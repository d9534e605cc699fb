-- The gateway's side of the fleet link. Times are milliseconds since 1970 (UTC).

-- The portal this gateway belongs to; no row where it belongs to none.
CREATE TABLE claim (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    -- Another number after each claim: what is under way for the one before must not count.
    epoch INTEGER NOT NULL,
    portal TEXT NOT NULL,
    -- SHA-256 of the only certificate that is taken; NULL where the machine's are.
    certificate BLOB CHECK (length(certificate) = 32),
    -- What the portal calls this gateway.
    gateway TEXT NOT NULL,
    token TEXT NOT NULL,
    claimed_at INTEGER NOT NULL,
    -- The last readout that the portal has on its disk.
    acknowledged INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What the portal told this gateway to do. A row is there before anything is done, so that a
-- command is never run twice.
CREATE TABLE command (
    id TEXT PRIMARY KEY,
    -- JSON, as it was fetched.
    kind TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    -- JSON; NULL as long as it is under way.
    reply TEXT,
    -- When the portal had the reply.
    delivered_at INTEGER
) STRICT, WITHOUT ROWID;
