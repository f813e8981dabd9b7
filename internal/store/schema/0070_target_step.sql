-- A year's target broken down by months or quarters. Rows are added, never changed: the newest of a unit, year and indicator holds, and
-- one without parts withdraws. parts is a list of whole numbers.
CREATE TABLE target_step (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  year INTEGER NOT NULL,
  indicator TEXT COLLATE "C" NOT NULL,
  grain TEXT NOT NULL,
  parts TEXT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
CREATE INDEX target_step_unit ON target_step (province_id, unit_id, year, indicator, id);
