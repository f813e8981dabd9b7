-- Which member of a committee answers for which unit below it, by whole months (phân công cấp ủy viên phụ trách).
CREATE TABLE charge (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  committee_id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  post TEXT NOT NULL,
  from_month INTEGER NOT NULL,
  to_month INTEGER NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, committee_id) REFERENCES unit (province_id, id),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
CREATE INDEX charge_committee ON charge (province_id, committee_id, unit_id);
