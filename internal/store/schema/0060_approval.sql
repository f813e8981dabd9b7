-- Acts that take two persons: what was asked for, and what became of it.
CREATE TABLE approval (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  unit_id BIGINT NOT NULL,
  object_id BIGINT NOT NULL,
  digest BYTEA NOT NULL,
  n BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  by_id BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  decided_id BIGINT NOT NULL,
  decided_name TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id)
); -- tenant
CREATE INDEX approval_by ON approval (province_id, by_id, state);
CREATE INDEX approval_state ON approval (province_id, state, expires);
