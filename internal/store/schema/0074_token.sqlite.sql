-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('app_token', 'app_token', '500 1'),
  ('app_token', 'app_token_user', '500 2');
ANALYZE sqlite_schema;
