package rule

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// FactNames returns the names of the facts Set knows, with the dates and papers left out.
func FactNames() []string {
	var names []string
	t := reflect.TypeFor[Facts]()
	for name, i := range facts {
		switch f := t.Field(i).Type; f.Kind() {
		case reflect.Struct:
			for j := range f.NumField() {
				names = append(names, name+"."+f.Field(j).Tag.Get("cel"))
			}
		case reflect.Map, reflect.Slice:
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Set sets one fact by its name in conditions ("person.birth", "vote.for", "dates.ceremony") from what somebody
// typed. Whatever has parts becomes known with its first part.
func (f *Facts) Set(name, text string) error {
	const op = "rule.Facts.Set"
	parts := strings.Split(name, ".")
	i, ok := facts[parts[0]]
	if !ok || len(parts) > 2 {
		return fault.E(op, fault.Invalid, "rules.fact_unknown", name)
	}
	v := reflect.ValueOf(f).Elem().Field(i)
	switch {
	case len(parts) == 1 && v.Kind() != reflect.Struct && v.Kind() != reflect.Map && v.Kind() != reflect.Slice:
		return put(v, name, text)
	case len(parts) == 2 && v.Kind() == reflect.Map:
		d, err := day.Parse(text)
		if err != nil || !d.Valid() {
			return fault.E(op, fault.Invalid, "rules.fact_value", name, text)
		}
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		v.SetMapIndex(reflect.ValueOf(parts[1]), reflect.ValueOf(int(d)))
		return nil
	case len(parts) == 2 && v.Kind() == reflect.Struct:
		for j := range v.NumField() {
			if v.Type().Field(j).Tag.Get("cel") == parts[1] {
				if known := v.FieldByName("Known"); known.IsValid() && parts[1] != "known" {
					known.SetBool(true)
				}
				return put(v.Field(j), name, text)
			}
		}
	}
	return fault.E(op, fault.Invalid, "rules.fact_unknown", name)
}

func put(v reflect.Value, name, text string) error {
	bad := fault.E("rule.Facts.Set", fault.Invalid, "rules.fact_value", name, text)
	switch v.Kind() {
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return bad
		}
		v.SetBool(b)
	case reflect.String:
		v.SetString(text)
	default:
		if _, date := v.Interface().(day.Date); date {
			d, err := day.Parse(text)
			if err != nil {
				return bad
			}
			v.SetInt(int64(d))
			return nil
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return bad
		}
		v.SetInt(int64(n))
	}
	return nil
}
