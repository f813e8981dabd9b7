-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('course_reissue', 'course_reissue_number', '1000 1000 50 1');
ANALYZE sqlite_schema;
