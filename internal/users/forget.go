package users

import (
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// Forget ends the own account of somebody whose data is erased, and takes the name from it and from its login.
func Forget(tx *store.Tx, i id.ID) error {
	u, err := tx.UserOfPerson(i)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err == nil {
		err = strip(tx, &u)
	}
	if err != nil {
		return err
	}
	u.Active, u.Name, u.Login = false, person.Nobody, "x"+u.ID.String()
	return tx.PutUser(u)
}
