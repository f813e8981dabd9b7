-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('movement', 'movement_turn', '130000 130000 35 12 1 1 1 1 1 1');
ANALYZE sqlite_schema;
