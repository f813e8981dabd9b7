-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('document_scan', 'sqlite_autoindex_document_scan_1', '20000 20000 2 1');
ANALYZE sqlite_schema;
