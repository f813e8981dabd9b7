package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/db"
	"ketnap/internal/dossier"
	"ketnap/internal/geo"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// commune makes the small demo in a fresh database.
func commune(t *testing.T, seed uint64) (*store.Store, Result) {
	t.Helper()
	st := storetest.SQLite(t)
	res, err := Run(context.Background(), st, Options{Size: Commune, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return st, res
}

// records lists what a demo holds, without the ids: units, targets, people with their sealed fields and
// movements, each in the order it was made.
func records(t *testing.T, st *store.Store) []string {
	t.Helper()
	var lines []string
	err := st.View(context.Background(), func(tx *store.Tx) error {
		lines = nil
		people, err := everybody(tx)
		if err != nil {
			return err
		}
		for _, p := range people {
			sealed, err := tx.Sealed(p.ID)
			if err != nil {
				return err
			}
			box, err := json.Marshal(sealed)
			if err != nil {
				return err
			}
			ms, err := tx.Movements(p.ID)
			if err != nil {
				return err
			}
			p.ID, p.Key, p.Branch, p.LastUnit, p.Place.Unit, p.LastAudit = 0, 0, 0, 0, 0, 0
			line := fmt.Sprintf("%+v %s", p, box)
			for _, m := range ms {
				line += fmt.Sprintf("\n\t%d→%d %s %s %s %s %d %+v", m.From.Stage, m.To.Stage, m.Cause, m.Effective, m.Decision, m.DecidedOn, m.Age, m.Attrs)
			}
			lines = append(lines, line)
		}
		for _, q := range []func() error{
			func() error {
				return tx.Each(tx.Context(), `SELECT u.code || ' ' || u.name || ' ' || u.kind || ' ' || CAST(u.sector AS TEXT) || ' ' || CAST(u.founded AS TEXT) || ' ' || CAST(u.depth AS TEXT)
					FROM unit u WHERE u.province_id = $1 ORDER BY u.id`, []any{38}, text(&lines))
			},
			func() error {
				return tx.Each(tx.Context(), `SELECT u.code || ' ' || CAST(t.year AS TEXT) || ' ' || t.indicator || ' ' || t.op || ' ' || CAST(t.low AS TEXT) || ' ' || CAST(t.high AS TEXT) || ' ' || t.source
					FROM target t CROSS JOIN unit u WHERE t.province_id = $1 AND u.province_id = $2 AND u.id = t.unit_id ORDER BY t.id`, []any{38, 38}, text(&lines))
			},
		} {
			if err := q(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func text(lines *[]string) func(db.Scanner) error {
	return func(s db.Scanner) error {
		var line string
		err := s.Scan(&line)
		*lines = append(*lines, line)
		return err
	}
}

// everybody returns all people in the order they were made.
func everybody(tx *store.Tx) ([]person.Person, error) {
	var ids []id.ID
	err := tx.Each(tx.Context(), `SELECT id FROM person WHERE province_id = $1 ORDER BY id`, []any{38}, func(s db.Scanner) error {
		var i id.ID
		err := s.Scan(&i)
		ids = append(ids, i)
		return err
	})
	if err != nil {
		return nil, err
	}
	people := make([]person.Person, len(ids))
	for n, i := range ids {
		if people[n], err = tx.Person(i); err != nil {
			return nil, err
		}
	}
	return people, nil
}

func digest(lines []string) string {
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:8])
}

// TestSame: the same seed and day make the same records; another seed makes others.
func TestSame(t *testing.T) {
	a, res := commune(t, 7)
	b, _ := commune(t, 7)
	one, two := records(t, a), records(t, b)
	if digest(one) != digest(two) {
		for i := range min(len(one), len(two)) {
			if one[i] != two[i] {
				t.Fatalf("record %d of %d:\n%s", i, len(one), cmp.Diff(one[i], two[i]))
			}
		}
		t.Fatalf("%d records and %d", len(one), len(two))
	}
	c, _ := commune(t, 8)
	if digest(records(t, c)) == digest(one) {
		t.Error("another seed makes the same records")
	}
	if res.Members != 2500 || Commune.Members() != 2500 {
		t.Errorf("%d members", res.Members)
	}
	checkPeople(t, a, res)
	checkCounters(t, a)
	checkLedger(t, a)
	diffs := 0
	if _, err := a.Verify(context.Background(), store.VerifyOptions{}, func(d store.Difference) error { diffs++; t.Logf("%+v", d); return nil }); err != nil || diffs != 0 {
		t.Errorf("%d differences, %v", diffs, err)
	}
}

// checkPeople: nobody's record is against the rules, and nobody joins the Party before 18.
func checkPeople(t *testing.T, st *store.Store, res Result) {
	t.Helper()
	rules := st.Rules()
	limits := person.Limits{Today: st.Today(), MinAge: rules.Int("pool.min_age"), MaxAge: rules.Int("person.max_age")}
	adult, numbers := rules.Int("member.min_age"), map[string]bool{}
	var members, all int
	err := st.View(context.Background(), func(tx *store.Tx) error {
		members, all = 0, 0
		people, err := everybody(tx)
		if err != nil {
			return err
		}
		for _, p := range people {
			all++
			if p.Place.Stage.Member() {
				members++
			}
			sealed, err := tx.Sealed(p.ID)
			if err != nil {
				return err
			}
			if err := p.Check(sealed, limits); err != nil {
				t.Errorf("%s: %v", p.Name, err)
			}
			if numbers[sealed.Number] {
				t.Errorf("number %s twice", sealed.Number)
			}
			numbers[sealed.Number] = true
			if p.Joined != 0 && p.Birth.AgeAt(p.Joined) < adult {
				t.Errorf("%s joined at %d", p.Name, p.Birth.AgeAt(p.Joined))
			}
			if p.CertOn != 0 && p.Joined != 0 && p.CertOn > p.Joined {
				t.Errorf("%s: certificate of %s, joined %s", p.Name, p.CertOn, p.Joined)
			}
			ms, err := tx.Movements(p.ID)
			if err != nil {
				return err
			}
			for _, m := range ms {
				if (m.Cause == ledger.Admit || m.Cause == ledger.Readmit) && p.Birth.AgeAt(m.Effective) < adult {
					t.Errorf("%s admitted at %d", p.Name, p.Birth.AgeAt(m.Effective))
				}
				if m.To.Stage == ledger.Pool && p.Birth.AgeAt(m.Effective) < limits.MinAge {
					t.Errorf("%s in the pool at %d", p.Name, p.Birth.AgeAt(m.Effective))
				}
				if m.Cause == ledger.Certify && m.Effective != p.CertOn {
					t.Errorf("%s: certificate of %s, movement of %s", p.Name, p.CertOn, m.Effective)
				}
			}
		}
		return nil
	})
	if err != nil || members != res.Members || all != res.People {
		t.Errorf("%d members of %d people, want %d of %d; %v", members, all, res.Members, res.People, err)
	}
}

// checkCounters writes the counters of the ledger anew, in this test's own way, and compares.
func checkCounters(t *testing.T, st *store.Store) {
	t.Helper()
	want, got := ledger.Tally{}, ledger.Tally{}
	err := st.View(context.Background(), func(tx *store.Tx) error {
		above := map[id.ID][]id.ID{} // the counted units a unit lies in
		if err := tx.Each(tx.Context(), `SELECT id, path FROM unit WHERE province_id = $1`, []any{38}, func(s db.Scanner) error {
			var u id.ID
			var path string
			err := s.Scan(&u, &path)
			parts := strings.Split(strings.Trim(path, "/"), "/")
			for _, part := range parts[:min(2, len(parts))] {
				above[u] = append(above[u], id.Parse(part))
			}
			return err
		}); err != nil {
			return err
		}
		if err := tx.EachMovement(38, func(m *ledger.Movement) error {
			legs := map[id.ID][2]bool{}
			for _, u := range above[m.From.Unit] {
				legs[u] = [2]bool{true, false}
			}
			for _, u := range above[m.To.Unit] {
				legs[u] = [2]bool{legs[u][0], true}
			}
			for u, l := range legs {
				want.Add(u, *m, l[0], l[1])
			}
			return nil
		}); err != nil {
			return err
		}
		return tx.EachCounter(38, func(k ledger.Counter, c *ledger.Counts) error {
			n := *c
			got[k] = &n
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	want.Compact()
	got.Compact()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("counters differ from the ledger:\n%.2000s", diff)
	}
	if len(got) < 500 {
		t.Errorf("only %d counters", len(got))
	}
}

// checkLedger: the invented years look like real ones. Feasts and the end of the year stand out, some
// certificates lapse, some units admit nobody.
func checkLedger(t *testing.T, st *store.Store) {
	t.Helper()
	months, causes, admitting, cells := [13]int{}, map[ledger.Cause]int{}, map[id.ID]bool{}, 0
	first, last := st.Today(), st.Today().AddDays(-5000)
	err := st.View(context.Background(), func(tx *store.Tx) error {
		if err := tx.EachMovement(38, func(m *ledger.Movement) error {
			causes[m.Cause]++
			first, last = min(first, m.Effective), max(last, m.Effective)
			if m.Cause == ledger.Admit {
				months[m.Effective.Month()]++
				admitting[m.To.Unit] = true
			}
			return nil
		}); err != nil {
			return err
		}
		return tx.Row(tx.Context(), `SELECT COUNT(1) FROM unit WHERE province_id = $1 AND kind IN ($2, $3)`,
			[]any{38, string(org.Cell), string(org.BaseCell)}, &cells)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []ledger.Cause{ledger.Opening, ledger.Propose, ledger.Adopt, ledger.Drop, ledger.Certify, ledger.Lapse, ledger.Apply, ledger.Admit, ledger.Recognise, ledger.Die, ledger.LeaveTo, ledger.Strike} {
		if causes[c] == 0 {
			t.Errorf("nobody has %q", c)
		}
	}
	for _, feast := range []int{2, 5, 9} {
		if months[feast] < months[feast-1] || months[feast] < months[feast+1] {
			t.Errorf("month %d does not stand out: %v", feast, months[1:])
		}
	}
	if len(admitting) == cells || len(admitting) < cells/2 {
		t.Errorf("%d of %d cells admit", len(admitting), cells)
	}
	if today := st.Today(); first.Year() != today.Year()-years || last > today || last < today.AddDays(-60) {
		t.Errorf("the ledger runs from %s to %s", first, last)
	}
}

// TestPlan: the sizes are exact before a single person is invented.
func TestPlan(t *testing.T) {
	if testing.Short() {
		t.Skip("lays out 34 provinces")
	}
	for _, c := range []struct {
		size      Size
		provinces int
		members   int
	}{{Commune, 1, 2_500}, {Province, 1, 200_000}, {Nation, len(geo.Provinces()), 5_622_463}} {
		for _, seed := range []uint64{1, 20261121} {
			places, plans, err := lay(Options{Size: c.size, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			total, codes := 0, map[string]bool{}
			for i, plan := range plans {
				n := 0
				plan.leaves(func(x *node) {
					n += x.members
					if x.members < 0 {
						t.Errorf("%s has %d members", x.name, x.members)
					}
				})
				if n == 0 || plan.location != places[i].Code {
					t.Errorf("%s: %d members at %q", plan.name, n, plan.location)
				}
				total += n
				walk(plan, func(x *node) {
					if digits, ok := org.ValidCode(x.code); !ok || codes[digits] {
						t.Errorf("%s %s: code %q", c.size, x.name, x.code)
					}
					codes[x.code] = true
				})
			}
			if len(places) != c.provinces || total+tellMembers() != c.members || c.size.Members() != c.members {
				t.Errorf("%s, seed %d: %d members in %d provinces", c.size, seed, total, len(places))
			}
		}
	}
	if Size("x").Members() != 0 {
		t.Error("an unknown size has members")
	}
}

func walk(n *node, f func(*node)) {
	f(n)
	for _, c := range n.children {
		walk(c, f)
	}
}

// TestStories: the demo has a dossier at every stage from S0 to S15, live up to the one before the last, and those whose way ended.
func TestStories(t *testing.T) {
	st, res := commune(t, 1)
	states := map[string]int{}
	err := st.View(context.Background(), func(tx *store.Tx) error {
		clear(states)
		return tx.Each(tx.Context(), `SELECT d.state, d.closed FROM dossier d WHERE d.province_id = $1`, []any{38}, func(s db.Scanner) error {
			var state dossier.State
			var closed int32
			err := s.Scan(&state, &closed)
			if states[string(state)]++; state.Live() != (closed == 0) {
				t.Errorf("a dossier at %s, closed %d", state, closed)
			}
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, n := range states {
		total += n
	}
	stages := dossier.States[:slices.Index(dossier.States, dossier.Recognised)+1]
	if len(stages) != 16 {
		t.Fatalf("stages %v", stages)
	}
	for _, want := range slices.Concat(stages, []dossier.State{dossier.Dropped, dossier.Withdrawn, dossier.Struck, dossier.Cancelled}) {
		if states[string(want)] == 0 {
			t.Errorf("no dossier at %s: %v", want, states)
		}
	}
	if res.Dossiers < 50 || total < res.Dossiers-5 || res.Secretary == 0 {
		t.Errorf("%d dossiers told, %d stored; cell %v", res.Dossiers, total, res.Secretary)
	}
}
