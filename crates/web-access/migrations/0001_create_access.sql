-- Who can log in, who is logged in, and what was done.

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    -- The name in lower case: upper and lower case are the same account.
    key TEXT NOT NULL UNIQUE,
    -- The name as typed.
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    -- An argon2id hash in the form of the PHC.
    password TEXT NOT NULL,
    -- Times are milliseconds since 1970.
    created_at INTEGER NOT NULL,
    password_set_at INTEGER NOT NULL
) STRICT;

-- Sessions of browsers, and tokens of programs, which have a name.
CREATE TABLE session (
    -- A number is never given out twice, so that no log means another one.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SHA-256 of the token.
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    token_name TEXT,
    -- At most this, whatever the account may do.
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at INTEGER,
    -- Only a token can last for ever.
    CHECK (token_name IS NOT NULL OR expires_at IS NOT NULL)
) STRICT;

CREATE INDEX session_by_account ON session (account);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    -- The name as it was then: an entry outlives its account.
    who TEXT,
    via TEXT NOT NULL CHECK (via IN ('nothing', 'session', 'token', 'program')),
    token_name TEXT,
    -- The address.
    source TEXT,
    action TEXT NOT NULL,
    -- A JSON object.
    details TEXT NOT NULL CHECK (json_valid(details)),
    result TEXT NOT NULL CHECK (result IN ('begun', 'done', 'refused', 'failed')),
    reason TEXT,
    -- This entry says how that one ended.
    begun_as INTEGER REFERENCES audit (id)
) STRICT;

CREATE UNIQUE INDEX audit_by_begun ON audit (begun_as) WHERE begun_as IS NOT NULL;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit log only grows'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit log only grows'); END;
