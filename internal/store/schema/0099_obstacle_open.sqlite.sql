-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('obstacle', 'obstacle_open', '3000 3000 100 5 1');
ANALYZE sqlite_schema;
