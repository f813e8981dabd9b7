-- Whose data was erased (đã xóa dữ liệu): by their request or because its term was over. The record stays as a place of the ledger without
-- a name; the list serves again what was restored from an older backup.
CREATE TABLE person_erased (
  province_id INTEGER NOT NULL,
  person_id BIGINT NOT NULL,
  on_day INTEGER NOT NULL,
  cause TEXT COLLATE "C" NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, person_id)
); -- tenant
