-- What stands in the way of a unit's targets (vướng mắc): one cause of a coded list, the remedy, who answers for it and by when. A row
-- that was closed keeps the word it was closed with.
CREATE TABLE obstacle (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  cause TEXT COLLATE "C" NOT NULL,
  note TEXT NOT NULL,
  remedy TEXT NOT NULL,
  responsible TEXT NOT NULL,
  opened INTEGER NOT NULL,
  due INTEGER NOT NULL,
  closed INTEGER NOT NULL,
  word TEXT NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
CREATE INDEX obstacle_unit ON obstacle (province_id, unit_id, closed);
