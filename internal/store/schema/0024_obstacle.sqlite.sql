-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('obstacle', 'obstacle', '3000 3000 1'),
  ('obstacle', 'obstacle_unit', '3000 3000 3 1');
ANALYZE sqlite_schema;
