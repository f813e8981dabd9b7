-- Templates an administrator put in the place of the program's own, by form; rows are only added, the newest holds.
-- One without data goes back to what is above: the nation's, else the program's own.
CREATE TABLE form_template (
  province_id INTEGER NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  id BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  note TEXT NOT NULL,
  size INTEGER NOT NULL,
  data BYTEA NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, code, id)
); -- tenant
