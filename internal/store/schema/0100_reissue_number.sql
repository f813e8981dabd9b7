-- A certificate that is issued again may get a new number; the old one is replaced and stays taken. Of whoever gives no new
-- number the three are empty.
ALTER TABLE course_reissue ADD COLUMN issuer_key TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE course_reissue ADD COLUMN cert_no TEXT NOT NULL DEFAULT '';
ALTER TABLE course_reissue ADD COLUMN number_key TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE UNIQUE INDEX course_reissue_number ON course_reissue (province_id, issuer_key, number_key) WHERE number_key <> '';
