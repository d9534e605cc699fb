-- Gateways and sites that were removed. Readouts refer to them, so their rows stay; their names
-- are free again, for the name of a removed one begins with a space, which no other's does.

ALTER TABLE site ADD COLUMN deleted_at INTEGER;
ALTER TABLE gateway ADD COLUMN deleted_at INTEGER;
