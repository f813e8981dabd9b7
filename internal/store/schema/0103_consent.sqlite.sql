-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('consent', 'consent', '300000 300000 4 2 1');
ANALYZE sqlite_schema;
