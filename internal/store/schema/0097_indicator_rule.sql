-- What the program counts an indicator from, and the groups it may be told apart by: codes, read by the target package.
ALTER TABLE indicator ADD COLUMN rule TEXT NOT NULL DEFAULT '';
ALTER TABLE indicator ADD COLUMN slices TEXT NOT NULL DEFAULT '';
