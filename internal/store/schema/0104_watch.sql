-- Dossiers an account follows (tôi theo dõi), by person: somebody's next dossier is followed too.
CREATE TABLE app_watch (
  user_id BIGINT NOT NULL,
  province_id INTEGER NOT NULL,
  person_id BIGINT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (user_id, province_id, person_id)
);
CREATE INDEX app_watch_person ON app_watch (province_id, person_id);
