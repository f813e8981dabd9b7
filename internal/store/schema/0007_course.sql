-- Classes and who was called to them. Figures of a class follow from its seats.
CREATE TABLE course (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  place TEXT NOT NULL,
  issuer TEXT NOT NULL,
  decision_no TEXT NOT NULL,
  decision_on INTEGER NOT NULL,
  begins INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  sessions TEXT NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
CREATE INDEX course_begins ON course (province_id, begins, id);
CREATE INDEX course_unit ON course (province_id, unit_id, begins, id);

CREATE TABLE course_seat (
  province_id INTEGER NOT NULL,
  course_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  invited INTEGER NOT NULL,
  marks TEXT NOT NULL,
  grade TEXT NOT NULL,
  cert_no TEXT NOT NULL,
  cert_id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, course_id, person_id),
  FOREIGN KEY (province_id, course_id) REFERENCES course (province_id, id)
); -- tenant
CREATE INDEX course_seat_person ON course_seat (province_id, person_id, course_id);
CREATE INDEX course_seat_unit ON course_seat (province_id, unit_id, course_id);

-- A number is given once by an issuer, however it is spelt.
CREATE TABLE course_cert (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  course_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  issuer TEXT NOT NULL,
  issuer_key TEXT COLLATE "C" NOT NULL,
  cert_no TEXT NOT NULL,
  number_key TEXT COLLATE "C" NOT NULL,
  issued INTEGER NOT NULL,
  grade TEXT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id)
); -- tenant
CREATE UNIQUE INDEX course_cert_number ON course_cert (province_id, issuer_key, number_key);
CREATE INDEX course_cert_person ON course_cert (province_id, person_id, id);

CREATE TABLE course_reissue (
  province_id INTEGER NOT NULL,
  cert_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  on_day INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, cert_id, id)
); -- tenant

-- A person offered by one unit to another (bàn giao). desk is the unit whose turn it is: the one that shall receive, or
-- the committee that has to find one. Between two provinces there is a row in each, twin names the other.
CREATE TABLE handover (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  stage INTEGER NOT NULL,
  from_unit BIGINT NOT NULL,
  to_unit BIGINT NOT NULL,     -- 0 while nobody knows
  desk BIGINT NOT NULL,
  place TEXT NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  offered INTEGER NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  answered INTEGER NOT NULL,   -- 0 while it is open
  movement_id BIGINT NOT NULL,
  twin BIGINT NOT NULL,
  sealed BYTEA NOT NULL,       -- name and birth for the receiver, papers, what was written
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, desk) REFERENCES unit (province_id, id)
); -- tenant
CREATE UNIQUE INDEX handover_open ON handover (province_id, person_id) WHERE answered = 0;
CREATE INDEX handover_desk ON handover (province_id, answered, desk, offered);
CREATE INDEX handover_from ON handover (province_id, from_unit, answered, offered);
CREATE INDEX handover_person ON handover (province_id, person_id, id);
