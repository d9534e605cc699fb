-- A code made on the console by somebody who forgot his password. It works once and for a while.

CREATE TABLE password_reset (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    -- SHA-256 of the code.
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    -- Milliseconds since 1970.
    expires_at INTEGER NOT NULL
) STRICT;
