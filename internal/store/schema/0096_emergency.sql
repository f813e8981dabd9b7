-- Emergency openings: who lifted the own budget of sealed fields, why, until when, and who above has taken note.
CREATE TABLE app_emergency (
  id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  person_id BIGINT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  seen_by BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX app_emergency_user ON app_emergency (user_id, until);
CREATE INDEX app_emergency_seen ON app_emergency (seen_at);
