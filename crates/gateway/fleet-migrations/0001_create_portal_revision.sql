-- The portal's configuration that this gateway reads by; there is one at most.
CREATE TABLE portal_revision (
    only_one INTEGER PRIMARY KEY CHECK (only_one = 1),
    revision INTEGER NOT NULL,
    -- The meters as the portal wrote them, as JSON.
    meters TEXT NOT NULL,
    -- Milliseconds since 1970.
    applied_at INTEGER NOT NULL
) STRICT;
