-- What was given in a year is summed over thousands of units for one sheet: all of it stands in one index, in the order it is read.
DROP INDEX target_year;
CREATE INDEX target_sheet ON target (province_id, year, slice, unit_id, indicator, id, op COLLATE "C", low, high);
-- Units that ended, among many that did not.
CREATE INDEX unit_gone ON unit (province_id, dissolved) WHERE dissolved > 0;
