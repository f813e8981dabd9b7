-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('obligation', 'obligation_organ', '2000 2000 2 1 1 1 1 1 1');
ANALYZE sqlite_schema;
