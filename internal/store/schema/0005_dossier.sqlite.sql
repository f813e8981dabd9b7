CREATE TRIGGER dossier_act_no_update BEFORE UPDATE ON dossier_act BEGIN SELECT RAISE(ABORT, 'dossier_act is append-only'); END;
CREATE TRIGGER dossier_act_no_delete BEFORE DELETE ON dossier_act BEGIN SELECT RAISE(ABORT, 'dossier_act is append-only'); END;
-- As in 0003: what the planner believes.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('dossier', 'dossier', '60000 60000 1'),
  ('dossier', 'dossier_live', '20000 20000 1'),
  ('dossier', 'dossier_person', '60000 60000 1 1'),
  ('dossier', 'dossier_helper', '15000 15000 2'),
  ('dossier', 'dossier_state', '60000 60000 3000 10 1'),
  ('dossier_act', 'dossier_act', '900000 900000 15 1'),
  ('dossier_act', 'dossier_act_movement', '900000 900000 3'),
  ('dossier_paper', 'dossier_paper', '900000 900000 15 1');
ANALYZE sqlite_schema;
