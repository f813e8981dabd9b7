package documents

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/target"
	"ketnap/internal/vi"
)

// Indicator is what a committee counts beside what the program counts itself.
type Indicator = store.Indicator

// Indicators returns the indicators written down in the province of a unit.
func (s *Service) Indicators(ctx context.Context, who access.Actor, unit id.ID) (is []Indicator, u org.Unit, err error) {
	err = s.st.View(ctx, func(tx *store.Tx) error {
		if u, err = tx.Unit(unit); err != nil {
			return err
		}
		if err := who.Must(access.Read, u); err != nil {
			return err
		}
		is, err = tx.Indicators(unit.Province())
		return err
	})
	return is, u, err
}

var codeForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,39}$`)

// longestCode is how long a code made of a name is at most.
const longestCode = 40

// tidyIndicator brings the texts of an indicator into one form; one without a code gets its name's.
func tidyIndicator(i store.Indicator) store.Indicator {
	i.Code, i.Name, i.Definition, i.Counting = strings.ToLower(clean(i.Code)), clean(i.Name), clean(i.Definition), clean(i.Counting)
	if i.Code == "" {
		i.Code = vi.Slug(i.Name)
		i.Code = strings.Trim(i.Code[:min(longestCode, len(i.Code))], "-")
	}
	return i
}

// checkIndicator says what keeps an indicator from being kept: its fields are code, name, definition, counting, counted, rule, slices.
func checkIndicator(i store.Indicator) error {
	e := fault.E("documents.checkIndicator", fault.Invalid, "indicator.invalid")
	if i.Name != "" && !codeForm.MatchString(i.Code) {
		e.Field("code", "indicator.code_form")
	}
	if _, taken := target.IndicatorOf(i.Code); taken || slices.Contains(target.Stated, i.Code) {
		e.Field("code", "indicator.twice", i.Code)
	}
	if i.Name == "" {
		e.Field("name", "indicator.name_missing")
	}
	if i.Definition == "" {
		e.Field("definition", "indicator.definition_missing")
	}
	if !slices.Contains(target.Counted, i.Counted) {
		e.Field("counted", "target.counted_unknown")
	}
	rule, err := target.ParseRule(i.Rule)
	merge(e, err)
	switch counted := rule.Counted(); {
	case err == nil && i.Rule == "" && i.Counting == "":
		e.Field("counting", "indicator.counting_missing")
	case counted != "" && counted != i.Counted:
		e.Field("counted", "indicator.rule_counted")
	case i.Slices != "" && i.Counted != target.InPersons:
		e.Field("slices", "indicator.slices_persons")
	}
	_, err = target.ParseGroups(i.Slices)
	merge(e, err)
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// merge takes the fields of a fault over into another.
func merge(e *fault.Error, err error) {
	for name, text := range fault.FieldsOf(err) {
		e.Field(name, text.Key, text.Args...)
	}
}

// AddIndicator writes down an indicator of a province: what is counted, in words that nobody can take for another's.
func (s *Service) AddIndicator(ctx context.Context, who access.Actor, province id.ID, i store.Indicator) error {
	i = tidyIndicator(i)
	if err := checkIndicator(i); err != nil {
		return err
	}
	return s.st.Update(ctx, audit.Of(who, "indicator.add", province.Province(), 0), func(tx *store.Tx) error {
		if err := may(tx, who, province); err != nil {
			return err
		}
		is, err := tx.Indicators(province.Province())
		if err != nil {
			return err
		}
		if err := nameFree(is, i); err != nil {
			return err
		}
		tx.Did(0, i.Code)
		return fieldOf(tx.AddIndicator(province.Province(), i), "code")
	})
}

// nameFree refuses a name that another indicator has: two of one name would be taken for one.
func nameFree(is []store.Indicator, i store.Indicator) error {
	for _, x := range is {
		if x.Code != i.Code && vi.Fold(x.Name) == vi.Fold(i.Name) {
			return fault.E("documents.nameFree", fault.Conflict, "indicator.name_twice", i.Name).Field("name", "indicator.name_twice", i.Name)
		}
	}
	return nil
}

// UpdateIndicator corrects an indicator; its code stays, and its unit of count as soon as a number is counted by it. Everybody in the
// province reads numbers by it, so only who sets the targets of the whole province may.
func (s *Service) UpdateIndicator(ctx context.Context, who access.Actor, province id.ID, i store.Indicator) error {
	i = tidyIndicator(i)
	if err := checkIndicator(i); err != nil {
		return err
	}
	return s.st.Update(ctx, audit.Of(who, "indicator.update", province.Province(), 0), func(tx *store.Tx) error {
		u, err := tx.Unit(province)
		if err != nil {
			return err
		}
		root, err := rootOf(tx, u)
		if err != nil {
			return err
		}
		if err := who.Must(access.Read, u); err != nil {
			return err
		}
		if !who.Can(access.SetTarget, root) {
			return fault.E("documents.UpdateIndicator", fault.Forbidden, "error.forbidden")
		}
		is, err := tx.Indicators(province.Province())
		if err != nil {
			return err
		}
		at := slices.IndexFunc(is, func(x store.Indicator) bool { return x.Code == i.Code })
		if at < 0 {
			return fault.E("documents.UpdateIndicator", fault.NotFound, "target.indicator_unknown")
		}
		if err := nameFree(is, i); err != nil {
			return err
		}
		if is[at].Counted != i.Counted {
			used, err := tx.IndicatorUsed(province.Province(), i.Code)
			if err != nil {
				return err
			}
			if used {
				return fieldOf(fault.E("documents.UpdateIndicator", fault.Conflict, "indicator.counted_used"), "counted")
			}
		}
		tx.Did(0, i.Code)
		return tx.PutIndicator(province.Province(), i)
	})
}

// rootOf is the unit at the top of a unit's province.
func rootOf(tx *store.Tx, u org.Unit) (org.Unit, error) {
	above, err := tx.Above(u)
	if err != nil || len(above) == 0 {
		return u, err
	}
	return above[0], nil
}

// apart refuses a number for a group by which its indicator is not told apart. Words of a document that name no group of the records
// stay: nobody counts them.
func apart(i store.Indicator, f target.Figure) error {
	if _, group := target.ParseGroup(f.Slice); f.Slice == "" || !group || slices.Contains(strings.Fields(i.Slices), f.Slice) {
		return nil
	}
	return fault.E("documents.apart", fault.Invalid, "target.figure_invalid").Field("slice", "indicator.slice_not_allowed", i.Name)
}
