-- Documents with their clauses and numbers, and targets that come from them.

CREATE TABLE document (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  level TEXT NOT NULL,
  number TEXT NOT NULL,
  issuer TEXT NOT NULL,
  dated INTEGER NOT NULL,
  title TEXT NOT NULL,
  ident_key TEXT COLLATE "C" NOT NULL,
  in_from INTEGER NOT NULL,
  in_to INTEGER NOT NULL,
  spread BOOLEAN NOT NULL,
  place TEXT NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id)
); -- tenant
CREATE UNIQUE INDEX document_ident ON document (province_id, unit_id, ident_key);
CREATE INDEX document_dated ON document (province_id, dated, id);

CREATE TABLE document_clause (
  province_id INTEGER NOT NULL,
  document_id BIGINT NOT NULL,
  no INTEGER NOT NULL,
  parent_no INTEGER NOT NULL,
  depth INTEGER NOT NULL,
  label TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (province_id, document_id, no),
  FOREIGN KEY (province_id, document_id) REFERENCES document (province_id, id)
); -- tenant

CREATE TABLE document_link (
  province_id INTEGER NOT NULL,
  from_id BIGINT NOT NULL,
  relation TEXT COLLATE "C" NOT NULL,
  to_id BIGINT NOT NULL,
  to_text TEXT COLLATE "C" NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, from_id, relation, to_id, to_text),
  FOREIGN KEY (province_id, from_id) REFERENCES document (province_id, id)
); -- tenant
CREATE INDEX document_link_to ON document_link (province_id, to_id);

-- A number of a document: kept once somebody confirmed it, or set aside. kind is empty for one that was set aside.
CREATE TABLE document_figure (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  document_id BIGINT NOT NULL,
  clause INTEGER NOT NULL,
  at INTEGER NOT NULL,
  quote TEXT NOT NULL,
  indicator TEXT NOT NULL,
  slice TEXT NOT NULL,
  kind TEXT NOT NULL,
  op TEXT NOT NULL,
  low BIGINT NOT NULL,
  high BIGINT NOT NULL,
  places INTEGER NOT NULL,
  counted TEXT NOT NULL,
  part_of BIGINT NOT NULL,
  relation TEXT NOT NULL,
  span TEXT NOT NULL,
  span_from INTEGER NOT NULL,
  span_to INTEGER NOT NULL,
  as_of INTEGER NOT NULL,
  as_of_to INTEGER NOT NULL,
  yearly BOOLEAN NOT NULL,
  base TEXT NOT NULL,
  base_on INTEGER NOT NULL,
  base_n BIGINT NOT NULL,
  truncated BOOLEAN NOT NULL,
  campaign TEXT NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id),
  FOREIGN KEY (province_id, document_id) REFERENCES document (province_id, id)
); -- tenant
CREATE INDEX document_figure_document ON document_figure (province_id, document_id, clause, at);

-- What a document or a committee counts, with its own name and definition: two indicators are never one.
CREATE TABLE indicator (
  province_id INTEGER NOT NULL,
  code TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  counting TEXT NOT NULL,
  counted TEXT NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, code)
); -- tenant

-- Who looked at a finding and went on, and why.
CREATE TABLE finding_seen (
  province_id INTEGER NOT NULL,
  object_id BIGINT NOT NULL,
  finding TEXT COLLATE "C" NOT NULL,
  reason TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, object_id, finding)
); -- tenant

-- A target that was worked on and not given yet. It may change and vanish; what was given stands in target.
CREATE TABLE target_draft (
  province_id INTEGER NOT NULL,
  unit_id BIGINT NOT NULL,
  year INTEGER NOT NULL,
  indicator TEXT COLLATE "C" NOT NULL,
  slice TEXT COLLATE "C" NOT NULL,
  giver_id BIGINT NOT NULL,
  op TEXT NOT NULL,
  low BIGINT NOT NULL,
  high BIGINT NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, unit_id, year, indicator, slice),
  FOREIGN KEY (province_id, unit_id) REFERENCES unit (province_id, id)
); -- tenant
CREATE INDEX target_draft_giver ON target_draft (province_id, giver_id, year);

-- One act of giving or adjusting, with the document behind it.
CREATE TABLE target_issue (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  year INTEGER NOT NULL,
  kind TEXT NOT NULL,
  document_id BIGINT NOT NULL,
  source TEXT NOT NULL,
  on_day INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id)
); -- tenant
CREATE INDEX target_issue_unit ON target_issue (province_id, unit_id, year, id);

ALTER TABLE target ADD COLUMN issue_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE target ADD COLUMN document_id BIGINT NOT NULL DEFAULT 0;
