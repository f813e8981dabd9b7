package rules

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/rule"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// LocalForm is a criterion or paper a committee adds for its subtree.
type LocalForm struct {
	Unit   id.ID
	Title  string
	Paper  bool   // a paper; else a criterion
	Step   string // at which it is looked at
	Level  string // warn or refuse; of a criterion
	Must   string // condition; empty: somebody confirms it by hand each time
	When   string // whom it is about; empty for everybody
	Text   string // what to do when it does not hold
	Source string // decision of the committee
	From   day.Date
	Need   Need // what was chosen instead of writing Must and When; what is written goes before it
}

// Local is an addition with its unit.
type Local struct {
	store.RuleChange
	In  org.Unit
	May bool
}

// AddLocal adds a criterion or a paper for the subtree of a unit from a day on. It can only add: what a pack
// says stays.
func (s *Service) AddLocal(ctx context.Context, who access.Actor, f LocalForm) error {
	const op = "rules.AddLocal"
	if e := f.tidy(op); len(e.Fields) > 0 {
		return e
	}
	return s.st.Update(ctx, audit.Of(who, "rules.local", f.Unit.Province(), f.Unit), func(tx *store.Tx) error {
		l, err := WriteLocal(tx, who, f)
		if err != nil {
			return err
		}
		c := store.RuleChange{Kind: store.LocalChange, Unit: f.Unit, Name: l.Form.Title, Note: l.Form.Source, From: f.From, Body: l.Body, State: store.ChangeApproved}
		if err := tx.AddRuleChange(f.Unit.Province(), &c); err != nil {
			return err
		}
		tx.Did(f.Unit, c.ID.String())
		return changed(tx)
	})
}

// tidy trims the texts of a form and names what is missing.
func (f *LocalForm) tidy(op string) *fault.Error {
	e := fault.E(op, fault.Invalid, "error.invalid")
	f.Paper = f.Paper || f.Need.Kind == MorePaper
	f.Must, f.When = strings.TrimSpace(f.Must), strings.TrimSpace(f.When)
	for field, text := range map[string]*string{"title": &f.Title, "text": &f.Text, "source": &f.Source} {
		*text = strings.TrimSpace(vi.NFC(*text))
		if *text == "" && (field != "text" || !f.Paper) || utf8.RuneCountInString(*text) > maxNote {
			e.Field(field, "rules.need_note", maxNote)
		}
	}
	if !f.From.Valid() {
		e.Field("from", "rules.since")
	}
	if !f.Paper && f.Level == string(rule.Refuse) && f.Must == "" && !f.Need.Judged() {
		e.Field("level", "rules.local_hand_warns") // nothing would ever let a dossier go on
	}
	return e
}

// Written is an addition as it would be stored, with the pack it makes.
type Written struct {
	Form LocalForm // with the conditions that were chosen
	Unit org.Unit
	Key  string // of the check or the paper in the pack
	Pack *rule.Pack
	Body string
}

// WriteLocal writes an addition whose author may make it, and holds it against the pack of its first day.
func WriteLocal(tx *store.Tx, who access.Actor, f LocalForm) (Written, error) {
	const op = "rules.WriteLocal"
	l := Written{Key: fmt.Sprintf("local.%s", tx.Audit())}
	e := f.tidy(op)
	if len(e.Fields) > 0 {
		return l, e
	}
	var err error
	if l.Unit, err = tx.Unit(f.Unit); err != nil {
		return l, err
	}
	if err := who.Must(access.SetTarget, l.Unit); err != nil {
		return l, err
	}
	b, err := Book(tx)
	if err != nil {
		return l, err
	}
	p, err := b.On(f.From)
	if err != nil {
		return l, err
	}
	if f.Need.write(&f, p, e); len(e.Fields) > 0 {
		return l, e
	}
	l.Form, l.Body = f, f.yaml(tx.Audit().String())
	if l.Pack, err = p.WithLocal(f.Unit.String(), f.Title, []byte(l.Body)); err != nil {
		return l, fieldOf(op, err)
	}
	return l, nil
}

// fieldOf puts why an addition is refused beside the field it is about.
func fieldOf(op string, err error) error {
	t := fault.TextOf(err)
	e := fault.E(op, fault.Invalid, t.Key, append(slices.Clone(t.Args), err)...)
	why, _ := t.Args[len(t.Args)-1].(fault.Text)
	switch why.Key {
	case "rules.condition":
		return e.Field("must", why.Key, why.Args...)
	case "rules.no_step":
		return e.Field("step", why.Key, why.Args...)
	case "rules.level":
		return e.Field("level", why.Key, why.Args...)
	}
	return e
}

// yaml writes the addition as packs are written. What people typed is quoted, so that it stays text.
func (f LocalForm) yaml(key string) string {
	words := func(s string) string {
		q := strconv.Quote(strings.NewReplacer("{", "(", "}", ")").Replace(s))
		return "{vi: " + q + ", en: " + q + "}"
	}
	origin := fmt.Sprintf("doc: local, clause: %s, sure: sure, since: %q", strconv.Quote(f.Source), f.From.String())
	if f.Paper {
		return fmt.Sprintf("papers:\n  local.%s: {step: %s, when: %s, text: %s, %s}\n", key, strconv.Quote(f.Step), strconv.Quote(f.When), words(f.Title), origin)
	}
	must := f.Must
	if strings.TrimSpace(must) == "" {
		must = "false"
	}
	return fmt.Sprintf("checks:\n  local.%s: {steps: [%s], level: %s, when: %s, must: %s, title: %s, text: %s, %s}\n",
		key, strconv.Quote(f.Step), strconv.Quote(f.Level), strconv.Quote(f.When), strconv.Quote(must), words(f.Title), words(f.Text), origin)
}

// EndLocal ends an addition: its last day is the one given.
func (s *Service) EndLocal(ctx context.Context, who access.Actor, i id.ID, last day.Date) error {
	const op = "rules.EndLocal"
	if !last.Valid() {
		return fault.E(op, fault.Invalid, "rules.since").Field("last", "rules.since")
	}
	return s.st.Update(ctx, audit.Of(who, "rules.local_end", i.Province(), i), func(tx *store.Tx) error {
		c, err := tx.RuleChange(i.Province(), i)
		if err != nil {
			return err
		}
		u, err := tx.Unit(c.Unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.SetTarget, u); err != nil {
			return err
		}
		if c.Kind != store.LocalChange || c.To != day.None {
			return fault.E(op, fault.Conflict, "rules.decided")
		}
		c.To = last
		if err := tx.DecideRuleChange(i.Province(), &c); err != nil {
			return err
		}
		return changed(tx)
	})
}

// Locals returns what holds for a unit or below it, and what the units above it add, the newest first.
func (s *Service) Locals(ctx context.Context, who access.Actor, unit id.ID) (org.Unit, []Local, error) {
	var u org.Unit
	var out []Local
	err := s.st.View(ctx, func(tx *store.Tx) error {
		out = nil
		var err error
		if u, err = tx.Unit(unit); err != nil {
			return err
		}
		if err = who.Must(access.Read, u); err != nil {
			return err
		}
		cs, err := tx.RuleChanges(unit.Province(), store.LocalChange, "")
		if err != nil {
			return err
		}
		slices.Reverse(cs)
		for _, c := range cs {
			in, err := tx.Unit(c.Unit)
			if err != nil {
				return err
			}
			if in.Under(u) || u.Under(in) {
				out = append(out, Local{c, in, c.To == day.None && who.Can(access.SetTarget, in)})
			}
		}
		return nil
	})
	return u, out, err
}

// Pack returns a pack with what the units above one add today; unit 0 adds nothing.
func (s *Service) Pack(ctx context.Context, who access.Actor, ref string, unit id.ID) (*rule.Pack, error) {
	var p *rule.Pack
	err := s.st.View(ctx, func(tx *store.Tx) error {
		if unit != 0 {
			u, err := tx.Unit(unit)
			if err != nil {
				return err
			}
			if err := who.Must(access.Read, u); err != nil {
				return err
			}
		}
		var err error
		p, err = Pinned(tx, unit, ref, tx.Today)
		return err
	})
	return p, err
}
