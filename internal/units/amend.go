package units

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/vi"
)

// AmendForm changes attributes of a unit; nil leaves one as it is.
type AmendForm struct {
	Unit     id.ID
	Code     *string // 14 digits, "" takes the code away
	Sector   *int
	Location *string
	Blocs    *[]string
	Grant    []string // powers (thẩm quyền) that begin
	Withdraw []string // powers that end
	Source   string   // document the change follows from; "" is the decision
	Act
}

// Amend changes attributes of a unit from a day on. Code, blocs and powers keep their history; sector
// and location are those of today. People count in a sector by their last movement, so a new sector
// holds for movements to come.
func (s *Service) Amend(ctx context.Context, who access.Actor, f AmendForm) error {
	return s.decide(ctx, who, f.Unit.Province(), f.Unit, org.Amended, f.Act, func(w *work) error {
		before, err := w.open(f.Unit)
		if err != nil {
			return err
		}
		tags, err := w.Tags(f.Unit)
		if err != nil {
			return err
		}
		a := &amendment{work: w, form: f, unit: before, tags: tags}
		if a.form.Source == "" {
			a.form.Source = w.act.Decision.No
		}
		for _, step := range []func() error{a.check, a.code, a.plain, a.blocs, a.powers} {
			if err := step(); err != nil {
				return err
			}
		}
		if len(a.was) == 0 {
			return w.refuse("unit.nothing_changed", before.Name)
		}
		if _, err := w.PutUnit(before, a.unit); err != nil {
			return err
		}
		w.part(f.Unit, org.Subject, false, strings.Join(a.was, "\n"), strings.Join(a.is, "\n"))
		return nil
	})
}

// amendment is one change of attributes being carried out. was and is are lines "field value".
type amendment struct {
	*work
	form    AmendForm
	unit    org.Unit
	tags    []org.Tag
	was, is []string
}

func (a *amendment) check() error {
	e := fault.E(a.op, fault.Invalid, "unit.invalid")
	f := &a.form
	if f.Code != nil {
		code := checkCode(e, *f.Code)
		f.Code = &code
	}
	if f.Sector != nil {
		checkSector(e, *f.Sector)
	}
	if f.Location != nil {
		checkLocation(e, *f.Location)
	}
	if f.Blocs != nil {
		checkBlocs(e, *f.Blocs)
	}
	for _, list := range [][]string{f.Grant, f.Withdraw} {
		for i := range list {
			if list[i] = vi.NFC(list[i]); list[i] == "" || len(list[i]) > maxText {
				e.Field("power", "unit.power_text")
			}
		}
	}
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

func (a *amendment) note(field, was, is string) {
	a.was, a.is = append(a.was, field+" "+was), append(a.is, field+" "+is)
}

// open returns the attributes of a kind that hold today.
func (a *amendment) open(kind org.TagKind) []org.Tag {
	return slices.DeleteFunc(slices.Clone(a.tags), func(t org.Tag) bool { return t.Kind != kind || t.To != 0 })
}

// end ends an attribute, unless it began later than the decision takes effect.
func (a *amendment) end(t org.Tag) error {
	if later(t.From, a.act.On) {
		return a.refuse("unit.later_tag", a.unit.Name, t.Value, t.From)
	}
	return a.EndTag(t, a.act.On)
}

// begin starts an attribute, unless it was recorded for later days too; a unit has one code at a time.
func (a *amendment) begin(kind org.TagKind, value string) error {
	for _, t := range a.tags {
		if t.Kind == kind && t.To > a.act.On && (t.Value == value || kind == org.CodeTag) {
			return a.refuse("unit.later_tag", a.unit.Name, t.Value, t.From)
		}
	}
	return a.AddTag(org.Tag{Unit: a.unit.ID, Kind: kind, Value: value, From: a.act.On, Source: a.form.Source})
}

func (a *amendment) code() error {
	if a.form.Code == nil || *a.form.Code == a.unit.Code {
		return nil
	}
	code := *a.form.Code
	if err := a.freeCode(code, a.unit.ID); err != nil {
		return err
	}
	for _, t := range a.open(org.CodeTag) {
		if err := a.end(t); err != nil {
			return err
		}
	}
	a.note("code", a.unit.Code, code)
	a.unit.Code = code
	if code == "" {
		return nil
	}
	return a.begin(org.CodeTag, code)
}

func (a *amendment) plain() error {
	if s := a.form.Sector; s != nil && *s != a.unit.Sector {
		a.note("sector", strconv.Itoa(a.unit.Sector), strconv.Itoa(*s))
		a.unit.Sector = *s
	}
	if l := a.form.Location; l != nil && *l != a.unit.Location {
		a.note("location", a.unit.Location, *l)
		a.unit.Location = *l
	}
	return nil
}

func (a *amendment) blocs() error {
	if a.form.Blocs == nil {
		return nil
	}
	want := slices.Compact(slices.Sorted(slices.Values(*a.form.Blocs)))
	var have []string
	for _, t := range a.open(org.BlocTag) {
		have = append(have, t.Value)
		if !slices.Contains(want, t.Value) {
			if err := a.end(t); err != nil {
				return err
			}
		}
	}
	slices.Sort(have)
	if slices.Equal(have, want) {
		return nil
	}
	for _, b := range want {
		if !slices.Contains(have, b) {
			if err := a.begin(org.BlocTag, b); err != nil {
				return err
			}
		}
	}
	a.note("bloc", strings.Join(have, ","), strings.Join(want, ","))
	return nil
}

func (a *amendment) powers() error {
	open := a.open(org.PowerTag)
	at := func(value string) int {
		return slices.IndexFunc(open, func(t org.Tag) bool { return t.Value == value })
	}
	for _, p := range a.form.Withdraw {
		i := at(p)
		if i < 0 {
			return a.refuse("unit.power_missing", a.unit.Name, p)
		}
		if err := a.end(open[i]); err != nil {
			return err
		}
		a.note("power", p, "")
	}
	for _, p := range a.form.Grant {
		if at(p) >= 0 {
			return a.refuse("unit.power_held", a.unit.Name, p)
		}
		if err := a.begin(org.PowerTag, p); err != nil {
			return err
		}
		a.note("power", "", p)
	}
	return nil
}
