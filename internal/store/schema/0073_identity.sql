-- Whom the sign-in of an organisation knows an account as: issuer and subject of OpenID Connect. Bound by hand, never by an address.
CREATE TABLE app_identity (
  issuer TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  user_id BIGINT NOT NULL,
  label TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX app_identity_user ON app_identity (user_id, issuer);
