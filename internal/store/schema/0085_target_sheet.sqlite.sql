-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('target', 'target_sheet', '16000 16000 5400 2700 2 1 1 1 1 1'),
  ('unit', 'unit_gone', '400 400 4');
ANALYZE sqlite_schema;
