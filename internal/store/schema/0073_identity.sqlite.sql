-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('app_identity', 'app_identity', '2000 2000 1'),
  ('app_identity', 'app_identity_user', '2000 1 1');
ANALYZE sqlite_schema;
