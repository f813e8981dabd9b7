-- How people prove who they are: passkeys, one-time codes, recovery codes, links that work once, counted guesses.

ALTER TABLE app_user ADD COLUMN made_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE app_user ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;

ALTER TABLE app_session ADD COLUMN way TEXT NOT NULL DEFAULT 'password';
ALTER TABLE app_session ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE app_session ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE app_session ADD COLUMN address TEXT NOT NULL DEFAULT '';

CREATE TABLE app_passkey (
  credential_id BYTEA NOT NULL,
  user_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  credential TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (credential_id)
);
CREATE INDEX app_passkey_user ON app_passkey (user_id);

-- One generator of one-time codes per account. last_step is the time step of the last code that was accepted: a code counts once.
CREATE TABLE app_totp (
  user_id BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  confirmed BOOLEAN NOT NULL,
  last_step BIGINT NOT NULL,
  PRIMARY KEY (user_id)
);

CREATE TABLE app_recovery (
  user_id BIGINT NOT NULL,
  code_hash BYTEA NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);

-- What is waited for: the answer to a challenge, the second step of a sign-in, a link that was handed out. Taken once.
CREATE TABLE app_pending (
  token_hash BYTEA NOT NULL,
  user_id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  data TEXT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (token_hash)
);
CREATE INDEX app_pending_user ON app_pending (user_id, kind);

-- A browser that once signed an account in. Guesses from elsewhere never shut it out.
CREATE TABLE app_device (
  token_hash BYTEA NOT NULL,
  user_id BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (token_hash)
);
CREATE INDEX app_device_user ON app_device (user_id);

CREATE TABLE app_guess (
  key_hash BYTEA NOT NULL,
  fails INTEGER NOT NULL,
  until BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (key_hash)
);
