-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('charge', 'charge', '8000 8000 1'),
  ('charge', 'charge_committee', '8000 8000 30 2');
ANALYZE sqlite_schema;
