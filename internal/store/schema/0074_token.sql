-- Tokens of programs: what an account may read, narrowed to areas and a unit, until a day. Only the hash is kept.
CREATE TABLE app_token (
  token_hash BYTEA NOT NULL,
  user_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  areas TEXT NOT NULL,
  unit_id BIGINT NOT NULL,
  valid_to INTEGER NOT NULL,
  made_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (token_hash)
);
CREATE INDEX app_token_user ON app_token (user_id);
