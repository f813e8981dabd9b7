package deadlines

import (
	"cmp"
	"context"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// keyOf names an obligation in forms: the person, the period and what it is about.
func keyOf(o *deadline.Obligation) string {
	return o.Person.String() + "~" + o.Dossier.String() + "~" + o.Clock + "~" + o.Ref
}

func parseKey(s string) (person id.ID, k deadline.Key, ok bool) {
	part := strings.SplitN(s, "~", 4)
	if len(part) != 4 || id.Parse(part[0]) == 0 {
		return 0, k, false
	}
	return id.Parse(part[0]), deadline.Key{Clock: part[2], Ref: part[3], Dossier: id.Parse(part[1])}, true
}

// WaiveForm lets people off obligations, by a decision that gives its reason.
type WaiveForm struct {
	Keys   []string
	Reason string
	No     string
	Dated  day.Date
	Key    string // of the request
}

// Refusal is an obligation a waiver does not apply to, and why.
type Refusal struct {
	Line Line
	Why  fault.Text
}

// Waived is what a waiver comes to: how many it applies to, and which not.
type Waived struct {
	Lines   []Line
	Refused []Refusal
}

// maxWaive is how many obligations one form may name.
const maxWaive = 500

// minReason is the shortest reason, in letters: a word is none.
const minReason = 10

// check looks at the form alone.
func (f *WaiveForm) check(today day.Date) error {
	f.Reason, f.No = strings.TrimSpace(vi.NFC(f.Reason)), strings.TrimSpace(vi.NFC(f.No))
	e := fault.E("deadlines.Waive", fault.Invalid, "deadline.waive_wrong")
	if len([]rune(f.Reason)) < minReason {
		e.Field("reason", "deadline.reason_short", minReason)
	}
	if f.No == "" {
		e.Field("no", "deadline.paper_missing")
	}
	switch {
	case !f.Dated.Valid():
		e.Field("dated", "deadline.paper_day")
	case f.Dated > today:
		e.Field("dated", "person.date_future", f.Dated)
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// PreviewWaive says what a waiver would apply to. Nothing is written.
func (s *Service) PreviewWaive(ctx context.Context, who access.Actor, f WaiveForm) (Waived, error) {
	var w Waived
	err := s.st.View(ctx, func(tx *store.Tx) (err error) {
		w, err = judge(tx, who, f.Keys)
		return err
	})
	return w, err
}

// Waive lets people off obligations: those it applies to; the others are returned with the reason. Only
// a committee at or above the unit may, and only who reads the unit learns that it is there.
func (s *Service) Waive(ctx context.Context, who access.Actor, f WaiveForm) (Waived, error) {
	var w Waived
	province := 0
	if len(f.Keys) > 0 {
		p, _, _ := parseKey(f.Keys[0])
		province = p.Province()
	}
	err := s.st.Update(ctx, audit.Of(who, "deadline.waive", province, 0).Once(f.Key), func(tx *store.Tx) (err error) {
		if err = f.check(tx.Today); err != nil {
			return err
		}
		if w, err = judge(tx, who, f.Keys); err != nil {
			return err
		}
		var c deadline.Change
		detail := make([]string, 0, len(w.Lines))
		for i := range w.Lines {
			o := w.Lines[i].Obligation
			o.Closed, o.By = tx.Today, deadline.Waived
			c.Put = append(c.Put, o)
			detail = append(detail, o.Person.String()+" "+o.Clock)
			if err := tx.PutWaiver(o.Person, o.Key(), store.Waiver{Reason: f.Reason, No: f.No, Dated: f.Dated, By: who.Name}); err != nil {
				return err
			}
		}
		if len(w.Lines) == 0 {
			return fault.E("deadlines.Waive", fault.Conflict, "deadline.waive_none")
		}
		tx.Did(w.Lines[0].Person, strings.Join(detail, ", "))
		return tx.PutObligations(&c)
	})
	return w, err
}

// Unwaive takes waivers back, with a reason: what was waived is due again, as if nothing had been decided. It returns for how many. Only
// who may waive may; the decision of then is kept beside the reason until there is another one.
func (s *Service) Unwaive(ctx context.Context, who access.Actor, f WaiveForm) (int, error) {
	const op = "deadlines.Unwaive"
	n, province := 0, 0
	f.Reason = strings.TrimSpace(vi.NFC(f.Reason))
	if len(f.Keys) > 0 {
		p, _, _ := parseKey(f.Keys[0])
		province = p.Province()
	}
	err := s.st.Update(ctx, audit.Of(who, "deadline.unwaive", province, 0).Once(f.Key), func(tx *store.Tx) error {
		n = 0
		switch {
		case len(f.Keys) == 0 || len(f.Keys) > maxWaive:
			return fault.E(op, fault.Invalid, "deadline.waive_count", maxWaive)
		case len([]rune(f.Reason)) < minReason:
			return fault.E(op, fault.Invalid, "deadline.reason_short", minReason).Field("reason", "deadline.reason_short", minReason)
		}
		var c deadline.Change
		detail := make([]string, 0, len(f.Keys))
		var first id.ID
		for _, key := range f.Keys {
			row, found, err := dueRow(tx, who, key)
			if err != nil {
				return err
			}
			if !found || !row.may || row.By != deadline.Waived {
				continue
			}
			o := row.Obligation
			all, err := tx.WaiversOf(o.Person)
			if err != nil {
				return err
			}
			w := all[o.Key()]
			w.Back, w.BackBy, w.BackAt = f.Reason, who.Name, tx.Now
			if err := tx.PutWaiver(o.Person, o.Key(), w); err != nil {
				return err
			}
			o.Closed, o.By = 0, ""
			c.Put, detail = append(c.Put, o), append(detail, o.Person.String()+" "+o.Clock)
			first = cmp.Or(first, o.Person)
		}
		if n = len(c.Put); n == 0 {
			return fault.E(op, fault.Conflict, "deadline.unwaive_none")
		}
		tx.Did(first, strings.Join(detail, ", "))
		return tx.PutObligations(&c)
	})
	return n, err
}

// judge sorts the obligations of a form into those that may be waived and those that may not.
func judge(tx *store.Tx, who access.Actor, keys []string) (Waived, error) {
	var w Waived
	if len(keys) == 0 || len(keys) > maxWaive {
		return w, fault.E("deadlines.Waive", fault.Invalid, "deadline.waive_count", maxWaive)
	}
	q := Filter{}.query(tx)
	for _, key := range keys {
		row, found, err := dueRow(tx, who, key)
		if err != nil {
			return w, err
		}
		if !found {
			w.Refused = append(w.Refused, Refusal{Why: fault.Text{Key: "deadline.waive_gone"}})
			continue
		}
		lines, err := explain(tx, q, []store.DueRow{row.DueRow})
		if err != nil {
			return w, err
		}
		switch {
		case !row.may:
			w.Refused = append(w.Refused, Refusal{lines[0], fault.Text{Key: "deadline.waive_right"}})
		case !row.Open():
			w.Refused = append(w.Refused, Refusal{lines[0], fault.Text{Key: "deadline.waive_closed", Args: []any{row.Closed}}})
		default:
			w.Lines = append(w.Lines, lines[0])
		}
	}
	return w, nil
}

type judged struct {
	store.DueRow
	may bool
}

// dueRow finds the obligation of a key when the actor may read it.
func dueRow(tx *store.Tx, who access.Actor, key string) (judged, bool, error) {
	person, k, ok := parseKey(key)
	if !ok {
		return judged{}, false, nil
	}
	p, err := tx.Person(person)
	if fault.Is(err, fault.NotFound) {
		return judged{}, false, nil
	}
	if err != nil {
		return judged{}, false, err
	}
	u, err := tx.Unit(p.LastUnit)
	if err != nil || !who.Can(access.Read, u) {
		return judged{}, false, err
	}
	os, err := tx.ObligationsOf(person)
	for _, o := range os {
		if o.Key() == k {
			return judged{store.DueRow{Obligation: o, Name: p.Name, Stage: p.Place.Stage, UnitName: u.Name, Depth: u.Depth}, who.Can(access.Waive, u)}, true, err
		}
	}
	return judged{}, false, err
}

// Waiver is the decision by which somebody was let off an obligation.
type Waiver = store.Waiver

// tell adds to lines the waivers of them, also one that was taken back. Who may not read what is sealed in the unit is told who let
// somebody off and when, not why.
func tell(tx *store.Tx, who access.Actor, lines []Line) error {
	by, open := map[id.ID]map[deadline.Key]Waiver{}, map[id.ID]bool{}
	for i := range lines {
		l := &lines[i]
		if !l.Open() && l.By != deadline.Waived {
			continue // done since
		}
		all, known := by[l.Person]
		if !known {
			var err error
			if all, err = tx.WaiversOf(l.Person); err != nil {
				return err
			}
			by[l.Person] = all
		}
		w, waived := all[l.Obligation.Key()]
		if !waived {
			continue
		}
		unit := l.Obligation.Unit
		if _, known := open[unit]; !known {
			u, err := tx.Unit(unit)
			if err != nil {
				return err
			}
			open[unit] = who.Can(access.Reveal, u)
		}
		if !open[unit] {
			w = Waiver{By: w.By, At: w.At}
		}
		if w.Reason != "" || l.By == deadline.Waived {
			l.Waiver = &w
		}
	}
	return nil
}
