-- How many people work, study or live in the place of a unit on a day (quân số, tổng số quần chúng), from a survey or a report: what the
-- share of Party members among them is measured by.
CREATE TABLE headcount (
  province_id INTEGER NOT NULL,
  unit_id BIGINT NOT NULL,
  on_day INTEGER NOT NULL,
  n BIGINT NOT NULL,
  source TEXT NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, unit_id, on_day),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
