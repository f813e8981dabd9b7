-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('subject_request', 'subject_request', '5000 5000 1'),
  ('subject_request', 'subject_request_person', '5000 5000 1 1'),
  ('subject_request', 'subject_request_closed', '5000 5000 20 4 1'),
  ('subject_hold', 'subject_hold', '1000 1000 1');
ANALYZE sqlite_schema;
