-- What people said about purposes that need their consent (sự đồng ý): given, refused, withdrawn; n counts what one person said about one
-- purpose, and the last holds. Rows are added, never changed: two who write at once collide on n.
CREATE TABLE consent (
  province_id INTEGER NOT NULL,
  person_id BIGINT NOT NULL,
  purpose TEXT COLLATE "C" NOT NULL,
  n INTEGER NOT NULL,
  version INTEGER NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  said TEXT COLLATE "C" NOT NULL,
  way TEXT COLLATE "C" NOT NULL,
  on_day INTEGER NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  place TEXT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, person_id, purpose, n)
); -- tenant
