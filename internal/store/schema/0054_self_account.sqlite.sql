-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('app_user', 'app_user_person', '100000 1');
ANALYZE sqlite_schema;
