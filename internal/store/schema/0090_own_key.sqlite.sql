-- The salt of a person's key (khóa riêng). What is sealed of a person opens with the key of the installation and this salt only, so that
-- removing it destroys every such value, wherever a copy lies. Empty until something of the person is sealed.
ALTER TABLE person_sealed ADD COLUMN salt BLOB NOT NULL DEFAULT X'';
-- An act stays what it is; only its envelope may be made anew, with another key.
DROP TRIGGER dossier_act_no_update;
CREATE TRIGGER dossier_act_no_update BEFORE UPDATE OF province_id, dossier_id, id, step, on_day, paper_no, paper_on, pack, movement_id, undoes, audit_id, recorded ON dossier_act BEGIN SELECT RAISE(ABORT, 'dossier_act is append-only'); END;
