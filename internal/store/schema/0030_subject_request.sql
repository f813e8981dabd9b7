-- What people asked for about their own data, and whose processing is restricted.
CREATE TABLE subject_request (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  received INTEGER NOT NULL,
  answer_by INTEGER NOT NULL,
  done_by INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  extended INTEGER NOT NULL,
  sealed BYTEA NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, person_id) REFERENCES person (province_id, id)
); -- tenant
CREATE INDEX subject_request_person ON subject_request (province_id, person_id, id);
CREATE INDEX subject_request_closed ON subject_request (province_id, closed, done_by, id);

CREATE TABLE subject_hold (
  province_id INTEGER NOT NULL,
  person_id BIGINT NOT NULL,
  since INTEGER NOT NULL,
  request_id BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, person_id)
); -- tenant
