-- The salt of a person's key (khóa riêng). What is sealed of a person opens with the key of the installation and this salt only, so that
-- removing it destroys every such value, wherever a copy lies. Empty until something of the person is sealed.
ALTER TABLE person_sealed ADD COLUMN salt BYTEA NOT NULL DEFAULT '';
-- An act stays what it is; only its envelope may be made anew, with another key.
GRANT UPDATE (sealed) ON dossier_act TO CURRENT_USER;
