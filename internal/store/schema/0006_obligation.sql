-- What has to be done by when. Computed from days that are recorded elsewhere; a row is kept up with them in the same
-- transaction. Where it stands on a day follows from its days, so that no job has to run for it to become overdue.
CREATE TABLE obligation (
  province_id INTEGER NOT NULL,
  person_id BIGINT NOT NULL,
  clock TEXT COLLATE "C" NOT NULL,
  ref TEXT COLLATE "C" NOT NULL,
  dossier_id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  organ INTEGER NOT NULL,
  pack TEXT COLLATE "C" NOT NULL,
  start_on INTEGER NOT NULL,
  warn_on INTEGER NOT NULL,
  due_on INTEGER NOT NULL,
  waits BOOLEAN NOT NULL, -- only time has to pass: never late
  closed_on INTEGER NOT NULL,
  closed_by TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (province_id, person_id, clock, ref, dossier_id)
); -- tenant
CREATE INDEX obligation_due ON obligation (province_id, closed_on, due_on, person_id, clock, ref, warn_on, waits, unit_id);
CREATE INDEX obligation_unit ON obligation (province_id, unit_id, closed_on, due_on);

-- Why somebody was let off. The reason is sealed.
CREATE TABLE obligation_waiver (
  province_id INTEGER NOT NULL,
  person_id BIGINT NOT NULL,
  clock TEXT COLLATE "C" NOT NULL,
  ref TEXT COLLATE "C" NOT NULL,
  dossier_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, person_id, clock, ref, dossier_id)
); -- tenant

-- Named filters of work lists, shared by those who work for a unit.
CREATE TABLE worklist (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  made_by BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
CREATE INDEX worklist_unit ON worklist (province_id, unit_id, id);

-- The calendar address of an account: the hash of its token. Removing the row ends it.
CREATE TABLE app_feed (
  token_hash BYTEA NOT NULL,
  user_id BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (token_hash)
);
CREATE INDEX app_feed_user ON app_feed (user_id);

-- To whom a digest is sent by mail, and up to which day it was.
CREATE TABLE app_digest (
  user_id BIGINT NOT NULL,
  address TEXT NOT NULL,
  every TEXT NOT NULL,
  sent_on INTEGER NOT NULL,
  PRIMARY KEY (user_id)
);
