-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('app_emergency', 'app_emergency', '500 1'),
  ('app_emergency', 'app_emergency_user', '500 5 1'),
  ('app_emergency', 'app_emergency_seen', '500 2');
ANALYZE sqlite_schema;
