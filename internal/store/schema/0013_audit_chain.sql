-- The chain of the audit trail: entries are numbered without a gap per province and carry a code made with a key that is outside the
-- database; seals fold everything up to a number into one hash and are signed. Entries from before have number 0: the first seal covers them.

ALTER TABLE audit ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN mac TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX audit_seq ON audit (province_id, seq) WHERE seq > 0;

CREATE TABLE audit_head (
  province_id INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (province_id)
); -- tenant

CREATE TABLE audit_seal (
  province_id INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  hash TEXT NOT NULL,
  at BIGINT NOT NULL,
  signature TEXT NOT NULL,
  PRIMARY KEY (province_id, seq)
); -- tenant
