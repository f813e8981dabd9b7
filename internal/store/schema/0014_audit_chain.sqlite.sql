CREATE TRIGGER audit_seal_no_update BEFORE UPDATE ON audit_seal BEGIN SELECT RAISE(ABORT, 'audit_seal is append-only'); END;
CREATE TRIGGER audit_seal_no_delete BEFORE DELETE ON audit_seal BEGIN SELECT RAISE(ABORT, 'audit_seal is append-only'); END;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('audit', 'audit_seq', '1000000 1000000 1'),
  ('audit_head', 'audit_head', '34 1'),
  ('audit_seal', 'audit_seal', '100000 3000 1');
