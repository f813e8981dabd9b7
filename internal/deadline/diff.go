package deadline

// Change is what has to be written so that the stored obligations of a person are the computed ones.
type Change struct {
	Add  []Obligation
	Put  []Obligation // by their key
	Drop []Obligation // whose ground was taken back

	opened int
}

// Opened returns by how many the open obligations become more; fewer when it is negative.
func (c *Change) Opened() int { return c.opened }

// count notes what is open after and what was before.
func (c *Change) count(now, was *Obligation) {
	if now != nil && now.Open() {
		c.opened++
	}
	if was != nil && was.Open() {
		c.opened--
	}
}

// Empty reports whether nothing has to be written.
func (c *Change) Empty() bool { return len(c.Add)+len(c.Put)+len(c.Drop) == 0 }

// Diff adds to c what takes the stored obligations of one person to the computed ones. What an act has
// closed is only written when it was open before; a waiver stays until the period begins anew.
func (c *Change) Diff(stored, computed []Obligation) {
	for i := range computed {
		want := &computed[i]
		have := find(stored, want)
		switch {
		case have == nil && want.Open():
			c.Add = append(c.Add, *want)
			c.count(want, nil)
		case have == nil:
		case have.Dossier != want.Dossier: // the dossier was opened over what the record already had running
			now := have.become(*want)
			c.Drop, c.Add = append(c.Drop, *have), append(c.Add, now)
			c.count(&now, have)
		default:
			if now := have.become(*want); now != *have {
				c.Put = append(c.Put, now)
				c.count(&now, have)
			}
		}
	}
	for i := range stored {
		if have := &stored[i]; have.Open() && match(computed, have) == nil {
			c.Drop = append(c.Drop, *have)
			c.count(nil, have)
		}
	}
}

// become returns the stored obligation as it is computed now. A waiver holds as long as the period is
// the same.
func (o Obligation) become(now Obligation) Obligation {
	if o.By == Waived && o.Start == now.Start && now.Open() {
		now.Closed, now.By = o.Closed, o.By
	}
	if !o.Open() && o.Start == now.Start && o.By == now.By && o.Closed == now.Closed {
		was := o // what is done stays as it was done
		was.Dossier = now.Dossier
		return was
	}
	return now
}

// find returns the stored obligation that a computed one is: of its dossier, or still open from before
// the dossier.
func find(stored []Obligation, want *Obligation) *Obligation {
	var before *Obligation
	for i := range stored {
		have := &stored[i]
		if have.Clock != want.Clock || have.Ref != want.Ref {
			continue
		}
		if have.Dossier == want.Dossier {
			return have
		}
		if have.Open() || have.By == Waived && have.Start == want.Start {
			before = have
		}
	}
	return before
}

// match returns the computed obligation that a stored one is.
func match(computed []Obligation, have *Obligation) *Obligation {
	for i := range computed {
		if o := &computed[i]; o.Clock == have.Clock && o.Ref == have.Ref {
			return o
		}
	}
	return nil
}
