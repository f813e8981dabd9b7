-- A grant may begin and end by itself; one that was lent by somebody holds only while they hold it.
ALTER TABLE app_grant ADD COLUMN valid_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE app_grant ADD COLUMN valid_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE app_grant ADD COLUMN lent_by BIGINT NOT NULL DEFAULT 0;
