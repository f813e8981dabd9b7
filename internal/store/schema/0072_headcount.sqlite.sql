-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('headcount', 'headcount', '60000 60000 3 1');
ANALYZE sqlite_schema;
