-- Up to which day the figures of a province are closed (khóa kỳ), act by act: a row with a later day closes, one with an earlier day opens again
-- (mở lại), and the last holds. Rows are added, never changed: two who act at once collide on n.
CREATE TABLE closing (
  province_id INTEGER NOT NULL,
  n INTEGER NOT NULL,
  closed_to INTEGER NOT NULL,
  reason TEXT NOT NULL,
  by_name TEXT NOT NULL,
  second_name TEXT NOT NULL,
  recorded BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, n)
); -- tenant
INSERT INTO closing (province_id, n, closed_to, reason, by_name, second_name, recorded, audit_id)
  SELECT c.province_id, CAST(ROW_NUMBER() OVER (PARTITION BY c.province_id ORDER BY c.closed_to) AS INTEGER), c.closed_to, '',
    COALESCE((SELECT a.actor_name FROM audit a WHERE a.province_id = c.province_id AND a.id = c.audit_id), ''), '', c.recorded, c.audit_id FROM period_close c /* national */;
DROP TABLE period_close;
