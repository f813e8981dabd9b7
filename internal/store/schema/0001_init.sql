-- The ground of everything: units with their history, people, the ledger and its counters.
-- PostgreSQL spelling; the few words SQLite spells otherwise are translated by package db.
-- Dates are integers yyyymmdd (0 none), instants are unix milliseconds.

CREATE TABLE province (
  id INTEGER NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  root_id BIGINT NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE unit (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  parent_id BIGINT NOT NULL,
  branch_id BIGINT NOT NULL,
  depth INTEGER NOT NULL,
  path TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  name_key TEXT COLLATE "C" NOT NULL,
  sector INTEGER NOT NULL,
  location TEXT COLLATE "C" NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  founded INTEGER NOT NULL,
  dissolved INTEGER NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (province_id, id)
); -- tenant
CREATE INDEX unit_parent ON unit (province_id, parent_id, name_key, id);
CREATE INDEX unit_path ON unit (province_id, path);
CREATE INDEX unit_code ON unit (province_id, code);

CREATE TABLE unit_edge (
  province_id INTEGER NOT NULL,
  unit_id BIGINT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  parent_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, unit_id, valid_from),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
CREATE INDEX unit_edge_parent ON unit_edge (province_id, parent_id, valid_from);
CREATE INDEX unit_edge_from ON unit_edge (province_id, valid_from);
CREATE INDEX unit_edge_to ON unit_edge (province_id, valid_to);

CREATE TABLE unit_name (
  province_id INTEGER NOT NULL,
  unit_id BIGINT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  PRIMARY KEY (province_id, unit_id, valid_from),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant

CREATE TABLE unit_tag (
  province_id INTEGER NOT NULL,
  unit_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  value TEXT COLLATE "C" NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (province_id, unit_id, kind, value, valid_from),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
CREATE INDEX unit_tag_value ON unit_tag (province_id, kind, value);

CREATE TABLE unit_word (
  province_id INTEGER NOT NULL,
  word TEXT COLLATE "C" NOT NULL,
  name_key TEXT COLLATE "C" NOT NULL,
  unit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, word, name_key, unit_id)
); -- tenant

CREATE TABLE unit_event (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  effective INTEGER NOT NULL,
  decision_no TEXT NOT NULL,
  decision_issuer TEXT NOT NULL,
  decision_date INTEGER NOT NULL,
  note TEXT NOT NULL,
  recorded BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id)
); -- tenant

CREATE TABLE unit_event_part (
  province_id INTEGER NOT NULL,
  event_id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  principal BOOLEAN NOT NULL,
  before_text TEXT NOT NULL,
  after_text TEXT NOT NULL,
  PRIMARY KEY (province_id, event_id, unit_id, role)
); -- tenant
CREATE INDEX unit_event_part_unit ON unit_event_part (province_id, unit_id, event_id);

CREATE TABLE person (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  person_key BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  branch_id BIGINT NOT NULL,
  stage INTEGER NOT NULL,
  since INTEGER NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT COLLATE "C" NOT NULL,
  other_name TEXT NOT NULL,
  sex INTEGER NOT NULL,
  birth INTEGER NOT NULL,
  ethnic INTEGER NOT NULL,
  religion INTEGER NOT NULL,
  occupation INTEGER NOT NULL,
  schooling INTEGER NOT NULL,
  expertise INTEGER NOT NULL,
  theory INTEGER NOT NULL,
  youth BOOLEAN NOT NULL,
  sector INTEGER NOT NULL,
  pool_on INTEGER NOT NULL,
  cert_no TEXT NOT NULL,
  cert_on INTEGER NOT NULL,
  joined INTEGER NOT NULL,
  party_age INTEGER NOT NULL,
  official_on INTEGER NOT NULL,
  note TEXT NOT NULL,
  dup_key BIGINT NOT NULL,
  void BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  batch_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
CREATE INDEX person_name ON person (province_id, name_key, id) WHERE stage > 0;
CREATE INDEX person_stage_name ON person (province_id, stage, name_key, id);
CREATE INDEX person_branch_name ON person (province_id, branch_id, name_key, id) WHERE stage > 0;
CREATE INDEX person_unit_stage ON person (province_id, unit_id, stage);
CREATE INDEX person_dup ON person (province_id, dup_key);

CREATE TABLE person_sealed (
  province_id INTEGER NOT NULL,
  person_id BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (province_id, person_id)
); -- tenant

CREATE TABLE person_word (
  province_id INTEGER NOT NULL,
  word TEXT COLLATE "C" NOT NULL,
  name_key TEXT COLLATE "C" NOT NULL,
  person_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, word, name_key, person_id)
); -- tenant

-- One row per identity number or card number in the whole nation, by blind index: the only look-up
-- that knows no province.
CREATE TABLE person_key (
  key_hash BYTEA NOT NULL,
  province_id INTEGER NOT NULL,
  person_id BIGINT NOT NULL,
  kind INTEGER NOT NULL,
  PRIMARY KEY (key_hash)
);

CREATE TABLE movement (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  from_unit BIGINT NOT NULL,
  from_stage INTEGER NOT NULL,
  to_unit BIGINT NOT NULL,
  to_stage INTEGER NOT NULL,
  cause INTEGER NOT NULL,
  effective INTEGER NOT NULL,
  recorded BIGINT NOT NULL,
  decision TEXT NOT NULL,
  decided_on INTEGER NOT NULL,
  batch_id BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  reverses BIGINT NOT NULL,
  campaign TEXT NOT NULL,
  age INTEGER NOT NULL,
  sex INTEGER NOT NULL,
  ethnic INTEGER NOT NULL,
  religion INTEGER NOT NULL,
  occupation INTEGER NOT NULL,
  schooling INTEGER NOT NULL,
  expertise INTEGER NOT NULL,
  sector INTEGER NOT NULL,
  youth BOOLEAN NOT NULL,
  birth INTEGER NOT NULL,
  was TEXT NOT NULL,
  PRIMARY KEY (province_id, id)
); -- tenant
CREATE INDEX movement_person ON movement (province_id, person_id, id);
CREATE INDEX movement_day ON movement (province_id, effective);
CREATE INDEX movement_to ON movement (province_id, to_unit, effective);
CREATE INDEX movement_from ON movement (province_id, from_unit, effective) WHERE from_unit <> to_unit AND from_unit <> 0;
CREATE UNIQUE INDEX movement_reverses ON movement (province_id, reverses) WHERE reverses <> 0;

CREATE TABLE tally (
  province_id INTEGER NOT NULL,
  unit_id BIGINT NOT NULL,
  measure INTEGER NOT NULL,
  month INTEGER NOT NULL,
  n INTEGER NOT NULL DEFAULT 0,
  female INTEGER NOT NULL DEFAULT 0,
  minority INTEGER NOT NULL DEFAULT 0,
  religious INTEGER NOT NULL DEFAULT 0,
  youth INTEGER NOT NULL DEFAULT 0,
  occ01 INTEGER NOT NULL DEFAULT 0,
  occ02 INTEGER NOT NULL DEFAULT 0,
  occ03 INTEGER NOT NULL DEFAULT 0,
  occ04 INTEGER NOT NULL DEFAULT 0,
  occ05 INTEGER NOT NULL DEFAULT 0,
  occ06 INTEGER NOT NULL DEFAULT 0,
  occ07a INTEGER NOT NULL DEFAULT 0,
  occ07b INTEGER NOT NULL DEFAULT 0,
  occ07c INTEGER NOT NULL DEFAULT 0,
  occ08 INTEGER NOT NULL DEFAULT 0,
  occ09 INTEGER NOT NULL DEFAULT 0,
  occ10 INTEGER NOT NULL DEFAULT 0,
  occ11 INTEGER NOT NULL DEFAULT 0,
  occ12 INTEGER NOT NULL DEFAULT 0,
  age1 INTEGER NOT NULL DEFAULT 0,
  age2 INTEGER NOT NULL DEFAULT 0,
  age3 INTEGER NOT NULL DEFAULT 0,
  age4 INTEGER NOT NULL DEFAULT 0,
  age5 INTEGER NOT NULL DEFAULT 0,
  age6 INTEGER NOT NULL DEFAULT 0,
  age7 INTEGER NOT NULL DEFAULT 0,
  age8 INTEGER NOT NULL DEFAULT 0,
  sch1 INTEGER NOT NULL DEFAULT 0,
  sch2 INTEGER NOT NULL DEFAULT 0,
  sch3 INTEGER NOT NULL DEFAULT 0,
  sch4 INTEGER NOT NULL DEFAULT 0,
  exp1 INTEGER NOT NULL DEFAULT 0,
  exp2 INTEGER NOT NULL DEFAULT 0,
  exp3 INTEGER NOT NULL DEFAULT 0,
  exp4 INTEGER NOT NULL DEFAULT 0,
  exp5 INTEGER NOT NULL DEFAULT 0,
  exp6 INTEGER NOT NULL DEFAULT 0,
  sec1 INTEGER NOT NULL DEFAULT 0,
  sec2 INTEGER NOT NULL DEFAULT 0,
  sec3 INTEGER NOT NULL DEFAULT 0,
  sec4 INTEGER NOT NULL DEFAULT 0,
  sec5 INTEGER NOT NULL DEFAULT 0,
  sec6 INTEGER NOT NULL DEFAULT 0,
  sec7 INTEGER NOT NULL DEFAULT 0,
  sec8 INTEGER NOT NULL DEFAULT 0,
  sec9 INTEGER NOT NULL DEFAULT 0,
  sec10 INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (province_id, unit_id, measure, month)
); -- tenant

CREATE TABLE period_close (
  province_id INTEGER NOT NULL,
  closed_to INTEGER NOT NULL,
  recorded BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, closed_to)
); -- tenant

CREATE TABLE target (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  year INTEGER NOT NULL,
  indicator TEXT COLLATE "C" NOT NULL,
  slice TEXT COLLATE "C" NOT NULL,
  op TEXT NOT NULL,
  low BIGINT NOT NULL,
  high BIGINT NOT NULL,
  source TEXT NOT NULL,
  part_of BIGINT NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
CREATE UNIQUE INDEX target_unit ON target (province_id, unit_id, year, indicator, slice, id);
CREATE INDEX target_year ON target (province_id, year, indicator, slice, unit_id);

CREATE TABLE batch (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  file_name TEXT NOT NULL,
  sheet INTEGER NOT NULL,
  template TEXT NOT NULL,
  options TEXT NOT NULL,
  report TEXT NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  accepted BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  duplicate BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  made_by BIGINT NOT NULL,
  made_name TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  moved_at BIGINT NOT NULL,
  lease BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (province_id, id)
); -- tenant
CREATE INDEX batch_state ON batch (province_id, state);

CREATE TABLE batch_file (
  province_id INTEGER NOT NULL,
  batch_id BIGINT NOT NULL,
  part INTEGER NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (province_id, batch_id, part)
); -- tenant rowid

CREATE TABLE batch_row (
  province_id INTEGER NOT NULL,
  batch_id BIGINT NOT NULL,
  row_no BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  object_id BIGINT NOT NULL,
  object_version BIGINT NOT NULL,
  before_sealed BYTEA NOT NULL,
  PRIMARY KEY (province_id, batch_id, row_no)
); -- tenant

-- The mapping of a sheet's headers a user confirmed, by the headers' signature.
CREATE TABLE import_template (
  province_id INTEGER NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  signature TEXT COLLATE "C" NOT NULL,
  mapping TEXT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (province_id, kind, signature)
); -- tenant

CREATE TABLE audit (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor_id BIGINT NOT NULL,
  actor_name TEXT NOT NULL,
  method TEXT NOT NULL,
  action TEXT NOT NULL,
  object_id BIGINT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (province_id, id)
); -- tenant
CREATE INDEX audit_object ON audit (province_id, object_id, id);

-- A request key acts at most once.
CREATE TABLE once (
  province_id INTEGER NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  audit_id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (province_id, key)
); -- tenant

CREATE TABLE setting (
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (key)
);

CREATE TABLE app_user (
  id BIGINT NOT NULL,
  login TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  password TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  columns TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX app_user_login ON app_user (login);

CREATE TABLE app_grant (
  user_id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  role TEXT NOT NULL,
  PRIMARY KEY (user_id, unit_id)
);

CREATE TABLE app_session (
  token_hash BYTEA NOT NULL,
  user_id BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (token_hash)
);
CREATE INDEX app_session_user ON app_session (user_id);
