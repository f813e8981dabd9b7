-- Files kept beside a document of the register (tệp kèm văn bản), only where the deployment keeps copies of papers. The content lies with
-- that of scans, sealed, in dossier_scan_body.
CREATE TABLE document_scan (
  province_id INTEGER NOT NULL,
  document_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  media TEXT NOT NULL,
  size INTEGER NOT NULL,
  sum BYTEA NOT NULL,
  at BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, document_id, id),
  FOREIGN KEY (province_id, document_id) REFERENCES document (province_id, id)
); -- tenant
