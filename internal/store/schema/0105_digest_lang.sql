-- The language a digest is written in: that of the pages when it was asked for.
ALTER TABLE app_digest ADD COLUMN lang TEXT COLLATE "C" NOT NULL DEFAULT 'vi';
