-- What an account used up of a budget on a day: sealed fields opened, rows that programs read for it.
CREATE TABLE app_spent (
  user_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  day INTEGER NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (user_id, kind, day)
);
