-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('obligation', 'obligation', '120000 120000 3 1 1 1'),
  ('obligation', 'obligation_due', '120000 120000 2 40 2 1 1 1 1 1'),
  ('obligation', 'obligation_unit', '120000 120000 15 7 2'),
  ('obligation_waiver', 'obligation_waiver', '2000 2000 1 1 1 1'),
  ('worklist', 'worklist', '500 500 1'),
  ('worklist', 'worklist_unit', '500 500 5 1'),
  ('app_feed', 'sqlite_autoindex_app_feed_1', '500 1'),
  ('app_feed', 'app_feed_user', '500 1'),
  ('app_digest', 'app_digest', '500 1');
ANALYZE sqlite_schema;
