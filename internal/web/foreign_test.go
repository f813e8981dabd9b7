package web

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// strangers is what lies in the commune next door, and what of it must never be seen.
type strangers struct {
	ids    []id.ID
	secret string // part of every foreign name
}

// nextDoor fills a commune with people, units, requests and acts that the other commune has no business with.
func nextDoor(t *testing.T, d desk, people int) strangers {
	t.Helper()
	s := strangers{secret: "Canhgac"}
	sv := subjects.New(d.st)
	for n := range people {
		p := storetest.Enrol(t, d.st, d.cells[1][n%2], fmt.Sprintf("Trần %s %d", s.secret, n), ledger.Pool, day.Of(2026, 2, 3)).ID
		s.ids = append(s.ids, p)
		if n%3 == 0 {
			i, err := sv.Receive(t.Context(), access.System("test"), subjects.Form{Person: p, Kind: subject.Copy, On: d.st.Today(), Asked: s.secret + " xin bản sao", Key: p.String()})
			if err != nil {
				t.Fatal(err)
			}
			s.ids = append(s.ids, i)
		}
	}
	for _, u := range []org.Unit{d.communes[1], d.cells[1][0], d.cells[1][1]} {
		s.ids = append(s.ids, u.ID)
	}
	return s
}

// changing is what may differ between two equal answers: nonces, keys of forms and numbers of requests.
var changing = regexp.MustCompile(`nonce="[^"]*"|[A-Z2-7]{26}`)

// plain is an answer without what always differs.
func plain(res answer, asked string) string {
	return changing.ReplaceAllString(strings.ReplaceAll(res.page, asked, "ID"), "")
}

// foreignFaults asks every route with an {id}, as every actor, about every foreign id, and says where an answer is not that for an id that
// does not exist, or holds a foreign name.
func foreignFaults(d desk, actors map[string]*browser, s strangers, ask func(b *browser, method, path, object string) answer) (tried int, faults []string) {
	for _, pattern := range d.app.served {
		method, path, _ := strings.Cut(pattern, " ")
		if !strings.Contains(path, "{id}") || needs[pattern].who == anybody {
			continue
		}
		for name, b := range actors {
			none := d.st.NewID(38).String()
			want := ask(b, method, path, none)
			for _, i := range s.ids {
				got := ask(b, method, path, i.String())
				tried++
				switch {
				case strings.Contains(got.page, s.secret):
					faults = append(faults, fmt.Sprintf("%s as %s: a foreign name", pattern, name))
				case got.StatusCode != want.StatusCode:
					faults = append(faults, fmt.Sprintf("%s as %s: %d for a foreign id, %d for one that does not exist", pattern, name, got.StatusCode, want.StatusCode))
				case strings.ReplaceAll(got.Header.Get("Location"), i.String(), "ID") != strings.ReplaceAll(want.Header.Get("Location"), none, "ID"):
					faults = append(faults, fmt.Sprintf("%s as %s: leads elsewhere for a foreign id: %s", pattern, name, got.Header.Get("Location")))
				case plain(got, i.String()) != plain(want, none):
					faults = append(faults, fmt.Sprintf("%s as %s: another page for a foreign id", pattern, name))
				}
			}
		}
	}
	return tried, faults
}

// TestForeignIDs: nobody learns from any address whether something exists in the commune next door. Each planted fault turns it red.
func TestForeignIDs(t *testing.T) {
	d := newDesk(t, Config{})
	actors := map[string]*browser{}
	for _, role := range access.Roles {
		actors[string(role)] = d.as(d.user(string(role), role, d.communes[0]))
	}
	// Each person more is asked about at every address by every role: some 400 answers.
	s := nextDoor(t, d, max(50, storetest.Torture("foreign", 20_000, 1_000_000)/400))
	tried, faults := foreignFaults(d, actors, s, askFor)
	t.Logf("%d foreign ids tried, %d accepted", tried, len(faults))
	for n, f := range faults {
		if n < 20 {
			t.Error(f)
		}
	}
	if tried < 20_000 {
		t.Errorf("only %d tried", tried)
	}
	few := strangers{ids: s.ids[:4], secret: s.secret}
	one := map[string]*browser{"clerk": actors[string(access.Clerk)]}
	wide := map[string]*browser{"clerk": d.as(d.user("rong", access.Clerk, d.root))}
	bent := func(change func(*answer, string)) func(*browser, string, string, string) answer {
		return func(b *browser, method, path, object string) answer {
			a := askFor(b, method, path, object)
			for _, i := range few.ids {
				if i.String() == object {
					change(&a, object)
				}
			}
			return a
		}
	}
	for name, planted := range map[string]struct {
		actors map[string]*browser
		ask    func(*browser, string, string, string) answer
	}{
		"a scope that is left out":   {wide, askFor},
		"refused instead of missing": {one, bent(func(a *answer, _ string) { a.StatusCode = http.StatusForbidden })},
		"a name in the answer":       {one, bent(func(a *answer, _ string) { a.page += s.secret })},
		"another sentence":           {one, bent(func(a *answer, _ string) { a.page += "Bạn không được xem." })},
		"a way there":                {one, bent(func(a *answer, object string) { a.Header.Set("Location", "/nguoi?u="+object) })},
	} {
		if _, found := foreignFaults(d, planted.actors, few, planted.ask); len(found) == 0 {
			t.Errorf("planted: %s: not found", name)
		}
	}
}
