-- Whose data was erased before an erasure also took the login from their own account keeps none made of their name either.
UPDATE app_user SET login = 'x' || CAST(id AS TEXT), version = version + 1
  WHERE person_id <> 0 AND person_id IN (SELECT e.person_id FROM person_erased e /* national */);
