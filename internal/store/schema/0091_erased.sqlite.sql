-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('person_erased', 'person_erased', '50000 50000 1');
ANALYZE sqlite_schema;
