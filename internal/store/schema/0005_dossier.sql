-- The dossier of a person: the way from proposal to official member. Acts are only added, as the ledger is. Where the
-- person is today stands in person alone, so that a reorganisation moves nothing here.
CREATE TABLE dossier (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  start_state TEXT COLLATE "C" NOT NULL,
  pack TEXT NOT NULL,
  helper_id BIGINT NOT NULL,   -- đảng viên giúp đỡ today, 0 none
  opened INTEGER NOT NULL,
  moved INTEGER NOT NULL,      -- day since when it stands in its state
  closed INTEGER NOT NULL,     -- 0 while it is live
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, person_id) REFERENCES person (province_id, id)
); -- tenant
CREATE UNIQUE INDEX dossier_live ON dossier (province_id, person_id) WHERE closed = 0;
CREATE INDEX dossier_person ON dossier (province_id, person_id, id);
CREATE INDEX dossier_helper ON dossier (province_id, helper_id) WHERE closed = 0 AND helper_id <> 0;
CREATE INDEX dossier_state ON dossier (province_id, state, moved, id);

CREATE TABLE dossier_act (
  province_id INTEGER NOT NULL,
  dossier_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  step TEXT COLLATE "C" NOT NULL,
  on_day INTEGER NOT NULL,
  paper_no TEXT NOT NULL,
  paper_on INTEGER NOT NULL,
  pack TEXT NOT NULL,
  movement_id BIGINT NOT NULL,
  undoes BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  recorded BIGINT NOT NULL,
  sealed BYTEA NOT NULL,       -- reasons, opinions, relatives, votes, and the values that were checked
  PRIMARY KEY (province_id, dossier_id, id),
  FOREIGN KEY (province_id, dossier_id) REFERENCES dossier (province_id, id)
); -- tenant
CREATE INDEX dossier_act_movement ON dossier_act (province_id, movement_id);

CREATE TABLE dossier_paper (
  province_id INTEGER NOT NULL,
  dossier_id BIGINT NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  present BOOLEAN NOT NULL,
  made INTEGER NOT NULL,
  place TEXT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, dossier_id, code),
  FOREIGN KEY (province_id, dossier_id) REFERENCES dossier (province_id, id)
); -- tenant
