-- Rule packs corrected or added in the running system, and what a committee adds for its subtree. A proposal is decided by
-- somebody else than its author; the text of a row never changes.
CREATE TABLE rule_change (
  province_id INTEGER NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  unit_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  note TEXT NOT NULL,
  valid_from INTEGER NOT NULL,
  valid_to INTEGER NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  by_id BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  at BIGINT NOT NULL,
  decided_id BIGINT NOT NULL,
  decided_name TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_note TEXT NOT NULL,
  version BIGINT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, id)
); -- tenant
CREATE INDEX rule_change_kind ON rule_change (province_id, kind, state);

-- Days an administrator added to the calendar or corrected.
CREATE TABLE holiday (
  province_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  work BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  audit_id BIGINT NOT NULL,
  PRIMARY KEY (province_id, day)
); -- tenant
