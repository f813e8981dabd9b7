package people

import (
	"context"
	"slices"
	"strings"

	"ketnap/internal/access"
	"ketnap/internal/approvals"
	"ketnap/internal/audit"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/subject"
	"ketnap/internal/vi"
)

// sealedFields reads each sealed field by its code, and takes it over from another record.
var sealedFields = []struct {
	code string
	get  func(person.Sealed) string
	put  func(to *person.Sealed, from person.Sealed)
}{
	{"number", func(s person.Sealed) string { return s.Number }, func(to *person.Sealed, s person.Sealed) { to.Number = s.Number }},
	{"card", func(s person.Sealed) string { return s.Card }, func(to *person.Sealed, s person.Sealed) { to.Card = s.Card }},
	{"old_card", func(s person.Sealed) string { return s.OldCard }, func(to *person.Sealed, s person.Sealed) { to.OldCard = s.OldCard }},
	{"card_place", func(s person.Sealed) string { return s.CardPlace }, func(to *person.Sealed, s person.Sealed) { to.CardPlace = s.CardPlace }},
	{"card_on", func(s person.Sealed) string { return day.Date(s.CardOn).VN() }, func(to *person.Sealed, s person.Sealed) { to.CardOn = s.CardOn }},
	{"phone", func(s person.Sealed) string { return s.Phone }, func(to *person.Sealed, s person.Sealed) { to.Phone = s.Phone }},
	{"email", func(s person.Sealed) string { return s.Email }, func(to *person.Sealed, s person.Sealed) { to.Email = s.Email }},
	{"birth_place", func(s person.Sealed) string { return address(s.BirthPlace) }, func(to *person.Sealed, s person.Sealed) { to.BirthPlace = s.BirthPlace }},
	{"home", func(s person.Sealed) string { return address(s.Home) }, func(to *person.Sealed, s person.Sealed) { to.Home = s.Home }},
	{"permanent", func(s person.Sealed) string { return address(s.Permanent) }, func(to *person.Sealed, s person.Sealed) { to.Permanent = s.Permanent }},
	{"temporary", func(s person.Sealed) string { return address(s.Temporary) }, func(to *person.Sealed, s person.Sealed) { to.Temporary = s.Temporary }},
	{"helper", func(s person.Sealed) string { return s.Helper }, func(to *person.Sealed, s person.Sealed) { to.Helper = s.Helper }},
	{"introduced_by", func(s person.Sealed) string { return s.IntroducedBy }, func(to *person.Sealed, s person.Sealed) { to.IntroducedBy = s.IntroducedBy }},
}

// SealedCodes lists the codes of the sealed fields in the order of a page.
func SealedCodes() []string {
	codes := make([]string, len(sealedFields))
	for i, f := range sealedFields {
		codes[i] = f.code
	}
	return codes
}

// SealedValues returns the sealed fields that are filled in, each with its code and value, in the order of a page. It is for who was
// allowed to see all of them: the caller has asked and noted it.
func SealedValues(s person.Sealed) [][2]string {
	var out [][2]string
	for _, f := range sealedFields {
		if v := f.get(s); v != "" {
			out = append(out, [2]string{f.code, v})
		}
	}
	return out
}

func address(a person.Address) string {
	var parts []string
	for _, p := range []string{a.Detail, a.Province, a.Country} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// Masked says which sealed fields are filled in; of numbers that are basic data the last three digits are shown, so that a clerk can tell
// two people of one name apart. Of sensitive data nothing is.
func Masked(s person.Sealed) map[string]string {
	classes := subject.Catalogue()
	out := map[string]string{}
	for _, f := range sealedFields {
		v := f.get(s)
		switch {
		case v == "":
		case len(v) > 6 && digits(v) && classes.Class("person_sealed.sealed."+f.code) == subject.Basic:
			out[f.code] = strings.Repeat("•", len(v)-3) + v[len(v)-3:]
		default:
			out[f.code] = "••••••"
		}
	}
	return out
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

const maxReason = 300 // runes

// Reveal opens one sealed field of a person for a reason; that it was opened, by whom and why is in
// the audit trail before the answer leaves.
func (s *Service) Reveal(ctx context.Context, who access.Actor, i id.ID, field, reason string) (string, error) {
	const op = "people.Reveal"
	reason = vi.NFC(reason)
	switch n := len([]rune(reason)); {
	case n < 5:
		return "", fault.E(op, fault.Invalid, "people.reason_missing").Field("reason", "people.reason_missing")
	case n > maxReason:
		return "", fault.E(op, fault.Invalid, "movement.too_long", maxReason).Field("reason", "movement.too_long", maxReason)
	}
	value, known := "", false
	err := s.st.Update(ctx, audit.Of(who, "person.reveal", i.Province(), i).With(field+": "+reason), func(tx *store.Tx) error {
		if _, _, err := load(tx, who, access.Reveal, i); err != nil {
			return err
		}
		if err := tx.Free(who, i); err != nil {
			return err
		}
		if err := tx.Consented(i, store.SealedField(field)); err != nil {
			return err
		}
		if err := approvals.SpendReveal(tx, who); err != nil {
			return err
		}
		sealed, err := tx.Sealed(i)
		if err != nil {
			return err
		}
		for _, f := range sealedFields {
			if f.code == field {
				value, known = f.get(sealed), true
			}
		}
		if !known {
			return fault.E(op, fault.NotFound, "error.notfound")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return value, nil
}

// mergeSealed takes what a form fills in and keeps the rest: the form never shows sealed values, so
// an empty field means "as it was", and to empty one its code is named.
func mergeSealed(old, next person.Sealed, empty []string) person.Sealed {
	s := old
	for _, f := range sealedFields {
		if slices.Contains(empty, f.code) {
			f.put(&s, person.Sealed{})
		}
		if f.get(next) != "" {
			f.put(&s, next)
		}
	}
	return s
}
