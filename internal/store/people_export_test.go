package store

// LowerSearchLimits makes words common and the look at diacritics short with few people, until restore.
func LowerSearchLimits(few, marked int) (restore func()) {
	a, b := fewRows, maxMarked
	fewRows, maxMarked = few, marked
	return func() { fewRows, maxMarked = a, b }
}
