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
	"ketnap/internal/rule"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

const (
	maxNote = 500     // runes
	maxText = 200_000 // bytes of a pack
)

// Proposal is a pack somebody wants to add or correct.
type Proposal struct {
	store.RuleChange
	Pack     *rule.Pack    // as it would be, nil when it is broken by now
	Old      *rule.Pack    // the newest revision there is, or the pack that holds on its first day
	Changes  []rule.Change // from Old to Pack
	Outdated []string      // documents it rests on that do not hold any more
	Broken   fault.Text    // why it cannot be approved as it is
	May      bool          // the actor may decide: an administrator who is not its author
}

// Propose proposes the text of a pack. What is broken is refused with line and reason.
func (s *Service) Propose(ctx context.Context, who access.Actor, text, note string) (id.ID, error) {
	const op = "rules.Propose"
	note = strings.TrimSpace(vi.NFC(note))
	if note == "" || utf8.RuneCountInString(note) > maxNote {
		return 0, fault.E(op, fault.Invalid, "rules.need_note", maxNote).Field("note", "rules.need_note", maxNote)
	}
	if len(text) > maxText {
		return 0, fault.E(op, fault.Invalid, "rules.too_long").Field("text", "rules.too_long")
	}
	c := store.RuleChange{Kind: store.PackChange, Body: composed(text), Note: note, State: store.ChangeProposed}
	err := s.st.Update(ctx, audit.Of(who, "rules.propose", 0, 0), func(tx *store.Tx) error {
		if err := mayChange(tx, who); err != nil {
			return err
		}
		b, err := Book(tx)
		if err != nil {
			return err
		}
		p, err := try(b, &c)
		if err != nil {
			t := fault.TextOf(err)
			return fault.E(op, fault.Invalid, t.Key, append(slices.Clone(t.Args), err)...).Field("text", t.Key, t.Args...)
		}
		c.Name = p.ID
		if err := tx.AddRuleChange(0, &c); err != nil {
			return err
		}
		tx.Did(c.ID, p.ID)
		return nil
	})
	return c.ID, err
}

// composed is a text with its letters composed, line by line with its indentation.
func composed(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, l := range lines {
		rest := strings.TrimLeft(l, " ")
		lines[i] = l[:len(l)-len(rest)] + vi.NFC(rest)
	}
	return strings.Join(lines, "\n")
}

// try reads a proposal as the next revision of its pack.
func try(b *rule.Book, c *store.RuleChange) (*rule.Pack, error) {
	name, err := rule.IDOf("x.yaml", []byte(c.Body))
	if err != nil {
		return nil, err
	}
	c.Name = name
	next := 1
	if rs := b.Revisions(name); len(rs) > 0 {
		next = rs[0].Revision + 1
	}
	n, err := b.With(fileOf(*c, next))
	if err != nil {
		return nil, err
	}
	return n.Pack(name + "@" + strconv.Itoa(next))
}

// Decide approves or rejects a proposal. Its author cannot: it takes four eyes.
func (s *Service) Decide(ctx context.Context, who access.Actor, i id.ID, version int64, approve bool, note string) error {
	const op = "rules.Decide"
	note = strings.TrimSpace(vi.NFC(note))
	if !approve && note == "" || utf8.RuneCountInString(note) > maxNote {
		return fault.E(op, fault.Invalid, "rules.need_note", maxNote).Field("note", "rules.need_note", maxNote)
	}
	action := "rules.reject"
	if approve {
		action = "rules.approve"
	}
	return s.st.Update(ctx, audit.Of(who, action, 0, i), func(tx *store.Tx) error {
		if err := mayChange(tx, who); err != nil {
			return err
		}
		c, err := tx.RuleChange(0, i)
		switch {
		case err != nil:
			return err
		case c.Kind != store.PackChange || c.State != store.ChangeProposed:
			return fault.E(op, fault.Conflict, "rules.decided")
		case version != 0 && version != c.Version:
			return fault.E(op, fault.Stale, "error.stale")
		case same(c, who):
			return fault.E(op, fault.Forbidden, "rules.four_eyes")
		}
		c.State, c.DecidedNote = store.ChangeRejected, note
		if approve {
			b, err := Book(tx)
			if err != nil {
				return err
			}
			p, err := try(b, &c)
			if err != nil {
				return err
			}
			c.State, c.Revision = store.ChangeApproved, p.Revision
			if err := changed(tx); err != nil {
				return err
			}
		}
		tx.Did(i, c.Name)
		return tx.DecideRuleChange(0, &c)
	})
}

// same reports whether the actor is the author of a proposal.
func same(c store.RuleChange, who access.Actor) bool { return c.By == who.User }

// Proposals returns every proposal, the newest first, with what it would change.
func (s *Service) Proposals(ctx context.Context, who access.Actor) ([]Proposal, error) {
	var out []Proposal
	err := s.st.View(ctx, func(tx *store.Tx) error {
		out = nil
		if err := mayChange(tx, who); err != nil {
			return err
		}
		cs, err := tx.RuleChanges(0, store.PackChange, "")
		if err != nil {
			return err
		}
		slices.Reverse(cs)
		for _, c := range cs {
			out = append(out, Proposal{RuleChange: c, May: c.State == store.ChangeProposed && !same(c, who)})
		}
		return nil
	})
	return out, err
}

// Proposal returns one proposal with what it changes.
func (s *Service) Proposal(ctx context.Context, who access.Actor, i id.ID) (Proposal, error) {
	var out Proposal
	err := s.st.View(ctx, func(tx *store.Tx) error {
		if err := mayChange(tx, who); err != nil {
			return err
		}
		c, err := tx.RuleChange(0, i)
		if err != nil {
			return err
		}
		b, err := Book(tx)
		if err != nil {
			return err
		}
		out = Proposal{RuleChange: c, May: c.State == store.ChangeProposed && !same(c, who)}
		return out.compare(b)
	})
	return out, err
}

func (p *Proposal) compare(b *rule.Book) error {
	var err error
	c := p.RuleChange
	switch p.State {
	case store.ChangeApproved:
		p.Pack, err = b.Pack(c.Name + "@" + strconv.Itoa(c.Revision))
		p.Old, _ = b.Pack(c.Name + "@" + strconv.Itoa(c.Revision-1))
	default:
		p.Pack, err = try(b, &c)
		p.Old, _ = b.Pack(c.Name)
	}
	if err != nil {
		p.Pack, p.Broken = nil, fault.TextOf(err)
		return nil
	}
	if p.Old == nil {
		p.Old, _ = b.On(p.Pack.From)
	}
	if p.Old != nil && p.Old != p.Pack {
		p.Changes = rule.Diff(p.Old, p.Pack)
	}
	p.Outdated = p.Pack.Outdated()
	return nil
}

// ValueForm corrects one number or share of a pack without writing YAML.
type ValueForm struct {
	Ref, Key, Value            string // the key as Correctable has it
	Doc, Clause, Sure, SinceOn string
	Note                       string
}

// Correctable is one number or share of a pack that a form can correct: a value, or the length or extension of a clock that has one
// of its own.
type Correctable struct {
	Key, Value, Unit  string // section/key, with /extension for that
	Text              map[string]string
	Extension         bool
	Doc, Clause, Sure string
	Since             day.Date
	field             string // as packs write it
}

// CorrectableOf lists what of a pack can be corrected so, in its order.
func CorrectableOf(p *rule.Pack) []Correctable {
	var out []Correctable
	for _, v := range p.Values() {
		c := Correctable{Key: "values/" + v.Key, Value: v.Share, Unit: v.Unit, Text: v.Text, Doc: v.Doc, Clause: v.Clause, Sure: v.Sure, Since: v.Since, field: "share"}
		if v.Share == "" {
			c.Value, c.field = strconv.Itoa(v.Value), "value"
		}
		out = append(out, c)
	}
	for _, k := range p.Clocks() {
		c := Correctable{Key: "clocks/" + k.Key, Value: strconv.Itoa(k.Length), Unit: k.Unit, Text: k.Text, Doc: k.Doc, Clause: k.Clause, Sure: k.Sure, Since: k.Since, field: "length"}
		if k.Value == "" {
			out = append(out, c)
		}
		if k.Extension != 0 {
			c.Key, c.Value, c.field, c.Extension = c.Key+"/extension", strconv.Itoa(k.Extension), "extension", true
			out = append(out, c)
		}
	}
	return out
}

// ProposeValue proposes the next revision of a pack with one value corrected.
func (s *Service) ProposeValue(ctx context.Context, who access.Actor, f ValueForm) (id.ID, error) {
	const op = "rules.ProposeValue"
	b, err := s.Book(ctx)
	if err != nil {
		return 0, err
	}
	p, err := b.Pack(f.Ref)
	if err != nil {
		return 0, err
	}
	p = b.Revisions(p.ID)[0] // what was corrected before stays so
	all := CorrectableOf(p)
	i := slices.IndexFunc(all, func(c Correctable) bool { return c.Key == f.Key })
	if i < 0 {
		return 0, fault.E(op, fault.Invalid, "rules.no_value", f.Key).Field("key", "rules.no_value", f.Key)
	}
	old := all[i]
	since, err := day.Parse(f.SinceOn)
	if err != nil || !since.Valid() {
		return 0, fault.E(op, fault.Invalid, "rules.since").Field("since", "rules.since")
	}
	value := strings.TrimSpace(f.Value)
	if old.field == "share" {
		value = strconv.Quote(value)
	} else {
		n, err := strconv.Atoi(value)
		if err != nil || n <= 0 {
			return 0, fault.E(op, fault.Invalid, "rules.value", f.Key).Field("value", "rules.whole", f.Key)
		}
		value = strconv.Itoa(n)
	}
	section, key, _ := strings.Cut(strings.TrimSuffix(f.Key, "/extension"), "/")
	text := fmt.Sprintf("schema: 1\nid: %s\nextends: %s\n%s:\n  %s: {%s: %s, doc: %s, clause: %s, sure: %s, since: %q}\n",
		p.ID, p.Ref(), section, key, old.field, value, strconv.Quote(f.Doc), strconv.Quote(f.Clause), strconv.Quote(f.Sure), since.String())
	return s.Propose(ctx, who, text, f.Note)
}
