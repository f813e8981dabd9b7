-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('approval', 'approval', '500 500 1'),
  ('approval', 'approval_by', '500 500 20 5'),
  ('approval', 'approval_state', '500 500 100 1');
ANALYZE sqlite_schema;
