-- What waits for a committee is a small part of what is open: a committee's own list reads only that.
CREATE INDEX obligation_organ ON obligation (province_id, closed_on, organ, due_on, person_id, clock, ref, dossier_id) WHERE organ <> 0;
