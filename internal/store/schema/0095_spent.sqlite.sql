-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('app_spent', 'app_spent', '20000 50 25 1');
ANALYZE sqlite_schema;
