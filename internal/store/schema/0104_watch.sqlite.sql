-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('app_watch', 'app_watch', '20000 20 20 1'),
  ('app_watch', 'app_watch_person', '20000 20000 2 1');
ANALYZE sqlite_schema;
