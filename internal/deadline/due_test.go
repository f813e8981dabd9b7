package deadline

import (
	"math/rand/v2"
	"testing"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/ledger"
	"ketnap/internal/person"
	"ketnap/internal/rule"
	"ketnap/internal/seedtest"
)

// free are the weekdays that were or will be free from 2024 to 2027, and worked the weekends that were
// worked, as they were announced, typed in by hand: nothing is shared with package day.
var (
	free = map[string]bool{
		"2024-01-01": true, "2024-02-08": true, "2024-02-09": true, "2024-02-12": true, "2024-02-13": true, "2024-02-14": true, "2024-04-18": true, "2024-04-29": true,
		"2024-04-30": true, "2024-05-01": true, "2024-09-02": true, "2024-09-03": true,
		"2025-01-01": true, "2025-01-27": true, "2025-01-28": true, "2025-01-29": true, "2025-01-30": true, "2025-01-31": true, "2025-04-07": true, "2025-04-30": true,
		"2025-05-01": true, "2025-05-02": true, "2025-09-01": true, "2025-09-02": true,
		"2026-01-01": true, "2026-01-02": true, "2026-02-16": true, "2026-02-17": true, "2026-02-18": true, "2026-02-19": true, "2026-02-20": true, "2026-04-27": true,
		"2026-04-30": true, "2026-05-01": true, "2026-08-31": true, "2026-09-01": true, "2026-09-02": true,
		"2027-01-01": true, "2027-02-05": true, "2027-02-08": true, "2027-02-09": true, "2027-02-10": true, "2027-02-11": true, "2027-04-16": true, "2027-04-30": true,
		"2027-05-03": true, "2027-09-02": true, "2027-09-03": true,
	}
	worked = map[string]bool{"2024-05-04": true, "2025-04-26": true, "2026-01-10": true, "2026-08-22": true}
)

// slow counts a period day by day with package time alone.
func slow(start time.Time, length int, unit string) time.Time {
	switch unit {
	case "days":
		return start.AddDate(0, 0, length)
	case "months":
		end := start.AddDate(0, length, 0)
		for end.Day() != start.Day() && end.Day() < 10 { // AddDate runs over the end of a short month
			end = end.AddDate(0, 0, -1)
		}
		return end
	}
	for d := start; ; {
		d = d.AddDate(0, 0, 1)
		name, weekday := d.Format("2006-01-02"), d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
		if worked[name] || weekday && !free[name] {
			if length--; length == 0 {
				return d
			}
		}
	}
}

// TestThousandDueDays holds 1,000 due days over holidays, made-up and swapped days and the ends of months
// against an independent slow counter.
func TestThousandDueDays(t *testing.T) {
	seed := seedtest.Of(t)
	r := rand.New(rand.NewPCG(seed, 1))
	first := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 1000 {
		start := first.AddDate(0, 0, r.IntN(3*365))
		c := rule.Clock{Key: "x", Start: "ceremony", Close: []string{"cell_recognise"}}
		switch r.IntN(4) {
		case 0:
			c.Unit, c.Length = "months", 1+r.IntN(60)
		case 1:
			c.Unit, c.Length = "days", 1+r.IntN(400)
		default:
			c.Unit, c.Length = "working_days", 1+r.IntN(120)
		}
		p := &person.Person{ID: person1, Place: ledger.Place{Unit: 9, Stage: ledger.Probationary}, Joined: day.FromTime(start)}
		os := Compute(terms{c}, vietnam, FactsOf(p))
		if len(os) != 1 {
			t.Fatalf("%d obligations", len(os))
		}
		if want := day.FromTime(slow(start, c.Length, c.Unit)); os[0].Due != want {
			t.Errorf("%d %s from %s are up on %v, not %v", c.Length, c.Unit, start.Format("2006-01-02"), want, os[0].Due)
		}
	}
}

// TestDuePacks: every period of every pack begins and ends with something this package knows, so that none
// is silently left out.
func TestDuePacks(t *testing.T) {
	book, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range book.Packs() {
		e := engine{clocks: p.Clocks()}
		for i := range e.clocks {
			c := &e.clocks[i]
			if ends(c) && e.before(c) == nil {
				t.Errorf("%s: %s begins with %q, which is neither a step nor a fact nor a period", p.Ref(), c.Key, c.Start)
			}
			for _, s := range c.Close {
				if _, ok := over(dossier.Step(s)); !ok && !dossier.Step(s).Turn() {
					t.Errorf("%s: nothing follows from %q, by which %s ends", p.Ref(), s, c.Key)
				}
			}
		}
	}
}
