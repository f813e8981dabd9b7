-- Copies of papers, kept only where the deployment allows it. The content lies apart, so that lists never read it.
CREATE TABLE dossier_scan (
  province_id INTEGER NOT NULL,
  dossier_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  paper TEXT COLLATE "C" NOT NULL,
  name_sealed BYTEA NOT NULL,
  media TEXT NOT NULL,
  size INTEGER NOT NULL,
  sum BYTEA NOT NULL,
  at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, dossier_id, id),
  FOREIGN KEY (province_id, dossier_id) REFERENCES dossier (province_id, id)
); -- tenant

CREATE TABLE dossier_scan_body (
  province_id INTEGER NOT NULL,
  scan_id BIGINT NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (province_id, scan_id)
); -- tenant rowid
