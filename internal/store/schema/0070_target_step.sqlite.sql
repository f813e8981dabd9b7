-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('target_step', 'sqlite_autoindex_target_step_1', '20000 20000 1'),
  ('target_step', 'target_step_unit', '20000 20000 4 2 1 1');
ANALYZE sqlite_schema;
