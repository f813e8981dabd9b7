package store

// LowerSearchLimits makes words common and the look at diacritics short with few people, until restore.
func LowerSearchLimits(few, marked int) (restore func()) {
	a, b, c := fewRows, manyRows, maxMarked
	fewRows, manyRows, maxMarked = few, 2*few, marked
	return func() { fewRows, manyRows, maxMarked = a, b, c }
}
