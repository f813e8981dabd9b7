-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('rule_change', 'rule_change', '200 200 1'),
  ('rule_change', 'rule_change_kind', '200 200 100 30'),
  ('holiday', 'holiday', '50 50 1');
ANALYZE sqlite_schema;
