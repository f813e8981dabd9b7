package dossiers

// PowerOf reads a power as it is written on the tree: "committee" or "standing", who decides on admission; ""
// when it is about something else.
func PowerOf(value string) string { return powerOf(value) }
