-- An account may belong to one person (candidate or member) instead of holding roles; a person has at most one.
ALTER TABLE app_user ADD COLUMN person_id BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX app_user_person ON app_user (person_id) WHERE person_id <> 0;
