package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/users"
)

// relations are the places a cell asks about, in the order of the letters of an answer. What lies in what is written down here once more,
// by name: the program goes by paths, and must come to the same.
var relations = []string{"nation", "root", "commune", "cell", "sibling", "cousin", "far", "farcell"}

var liesIn = map[string]string{"root": "nation", "commune": "root", "cell": "commune", "sibling": "root", "cousin": "sibling", "far": "nation", "farcell": "far"}

// roleMay is what each role may, written down once more: a role that gains a right must be put here by hand.
var roleMay = map[access.Role][]access.Right{
	access.Viewer:    {access.Read},
	access.Clerk:     {access.Read, access.Write, access.Import, access.Reveal},
	access.Committee: {access.Read, access.Write, access.Import, access.Reveal, access.SetTarget, access.Waive},
	access.Admin: {access.Read, access.Write, access.Import, access.Reveal, access.SetTarget, access.Waive, access.EditUnits,
		access.ManageUsers, access.Inspect},
}

// held is a role that counts today, at a place.
type held struct {
	role  access.Role
	place string
}

// account is somebody in the matrix, and what of their grants counts: the rest has ended, is yet to begin, or was lent by who cannot lend.
type account struct {
	name string
	user id.ID
	held []held
	self string // whose own account it is; "" for one of an official
}

func (a account) may(r access.Right, relation string) bool {
	for _, h := range a.held {
		for at, more := relation, true; more && a.self == ""; at, more = liesIn[at] {
			if at == h.place && slices.Contains(roleMay[h.role], r) {
				return true
			}
		}
	}
	return false
}

func (a account) administers() bool {
	return slices.ContainsFunc(a.held, func(h held) bool { return h.role == access.Admin })
}

// state is how far a session has come, and what is to be expected of it.
type state struct {
	name   string
	policy users.Policy
	way    store.Way
	made   time.Duration // how long ago it was opened
	seen   time.Duration // and last used
	after  string        // what happened to it: "ended", "forged", "closed"
	opens  func(account) string
}

// What a session is good for.
const (
	opened = "open"
	early  = "early" // until a factor is set up
	gone   = "gone"
)

func always(what string) func(account) string { return func(account) string { return what } }

func unlessAdmin(official, admin string) func(account) string {
	return func(a account) string {
		if a.administers() {
			return admin
		}
		return official
	}
}

var states = []state{
	{"fresh", users.Simple, store.ByPasskey, 0, 0, "", always(opened)},
	{"in use since the morning", users.Simple, store.ByPasskey, 11 * time.Hour, 20 * time.Minute, "", always(opened)},
	{"idle for an hour", users.Simple, store.ByPasskey, 61 * time.Minute, 61 * time.Minute, "", always(gone)},
	{"in use for longer than a day", users.Simple, store.ByPasskey, 12*time.Hour + time.Minute, time.Minute, "", always(gone)},
	{"signed out", users.Simple, store.ByPasskey, 0, 0, "ended", always(gone)},
	{"invented", users.Simple, store.ByPasskey, 0, 0, "forged", always(gone)},
	{"opened by a link", users.Simple, store.ByLink, 0, 0, "", always(early)},
	{"passkey, strict", users.Strict, store.ByPasskey, 0, 0, "", always(opened)},
	{"password alone, strict", users.Strict, store.ByPassword, 0, 0, "", always(early)},
	{"password and code, strict", users.Strict, store.ByCode, 0, 0, "", unlessAdmin(opened, early)},
	{"idle for a quarter, strict", users.Strict, store.ByPasskey, 16 * time.Minute, 16 * time.Minute, "", unlessAdmin(opened, gone)},
	{"account closed", users.Strict, store.ByPasskey, 0, 0, "closed", always(gone)},
}

// matrix asks every route: through the frame and the sign-in of the program, but where a page would stand, the one decision function is asked
// about every place, and the answer is a letter for each. A planted fault takes the place of a part.
type matrix struct {
	desk
	units    map[string]org.Unit
	people   map[string]id.ID
	accounts []account
	tokens   map[string]string // of a state and an account
	auth     func(*http.Request) (context.Context, *UserView, error)
	decide   func(access.Actor, access.Right, org.Unit) error
	option   func(pattern string, o *route)
}

func newMatrix(t *testing.T) *matrix {
	d, people := matrixDesk(t)
	m := &matrix{desk: d, people: people, tokens: map[string]string{}, auth: d.app.auth, decide: access.Actor.Must, option: func(string, *route) {}}
	m.units = map[string]org.Unit{"nation": {}, "root": d.root, "commune": d.communes[0], "cell": d.cells[0][0], "sibling": d.communes[1], "cousin": d.cells[1][0]}
	d.write(func(tx *store.Tx) error {
		far := org.Unit{ID: tx.NewID(40), Kind: org.Province, Name: "Đảng bộ tỉnh Xa", Short: "Xa", Sector: 1, Location: "40", Founded: day.Of(2010, 1, 1)}.Place(org.Unit{})
		cell := org.Unit{ID: tx.NewID(40), Kind: org.Cell, Name: "Chi bộ Xa", Short: "Xa", Sector: 1, Location: "40", Founded: day.Of(2010, 1, 1)}.Place(far)
		m.units["far"], m.units["farcell"] = far, cell
		if err := tx.AddUnit(far); err != nil {
			return err
		}
		return tx.AddUnit(cell)
	})
	for _, role := range access.Roles {
		for _, place := range []string{"nation", "root", "commune", "cell", "sibling", "cousin", "far"} {
			m.add(string(role)+" at "+place, []held{{role, place}}, access.Grant{Unit: m.units[place].ID, Role: role})
		}
	}
	today, at := d.st.Today(), d.communes[0].ID
	yesterday, tomorrow := today.AddDays(-1), today.AddDays(1)
	m.add("no grant", nil)
	m.add("ended yesterday", nil, access.Grant{Unit: at, Role: access.Admin, To: yesterday})
	m.add("begins tomorrow", nil, access.Grant{Unit: at, Role: access.Admin, From: tomorrow})
	m.add("today only", []held{{access.Clerk, "commune"}}, access.Grant{Unit: at, Role: access.Clerk, From: today, To: today})
	m.add("taken away", nil, access.Grant{Unit: at, Role: access.Admin}, access.Grant{Unit: at})
	m.add("a role there is not", nil, access.Grant{Unit: at, Role: "root"})
	m.add("reads all, administers one", []held{{access.Viewer, "root"}, {access.Admin, "cell"}}, access.Grant{Unit: d.root.ID, Role: access.Viewer},
		access.Grant{Unit: d.cells[0][0].ID, Role: access.Admin})
	lender := func(name string) id.ID { return m.accounts[m.index(name)].user }
	m.add("lent", []held{{access.Clerk, "cell"}}, access.Grant{Unit: d.cells[0][0].ID, Role: access.Clerk, To: tomorrow, Lent: lender("committee at commune")})
	m.add("lent by who lost it", nil, access.Grant{Unit: at, Role: access.Clerk, To: tomorrow, Lent: lender("ended yesterday")})
	m.add("lent by who has less", nil, access.Grant{Unit: at, Role: access.Committee, To: tomorrow, Lent: lender("clerk at commune")})
	m.add("lent by who has it elsewhere", nil, access.Grant{Unit: at, Role: access.Clerk, To: tomorrow, Lent: lender("committee at sibling")})
	m.add("lent on", nil, access.Grant{Unit: d.cells[0][0].ID, Role: access.Clerk, To: tomorrow, Lent: lender("lent")})
	m.add("lent until yesterday", nil, access.Grant{Unit: at, Role: access.Clerk, To: yesterday, Lent: lender("committee at commune")})
	m.accounts = append(m.accounts, account{name: "own account", user: d.self(people["cell"]), self: "cell"})
	d.write(func(tx *store.Tx) error {
		return tx.PutGrant(m.accounts[len(m.accounts)-1].user, access.Grant{Unit: d.root.ID, Role: access.Admin}) // slipped in below the service
	})
	return m
}

func (m *matrix) index(name string) int {
	return slices.IndexFunc(m.accounts, func(a account) bool { return a.name == name })
}

// add stores an account with grants.
func (m *matrix) add(name string, counts []held, grants ...access.Grant) {
	i := m.st.NewID(38)
	m.write(func(tx *store.Tx) error {
		if err := tx.AddUser(store.User{ID: i, Login: i.String(), Name: name, Password: "-", Active: true}); err != nil {
			return err
		}
		for _, g := range grants {
			if err := tx.PutGrant(i, g); err != nil {
				return err
			}
		}
		return nil
	})
	m.accounts = append(m.accounts, account{name: name, user: i, held: counts})
}

// session opens a session in a state, once.
func (m *matrix) session(s state, a account) string {
	key := s.name + a.name
	if token := m.tokens[key]; token != "" {
		return token
	}
	token, hash := seal.Token()
	m.tokens[key] = token
	if s.after == "forged" {
		return token
	}
	now := *m.now
	*m.now = now.Add(-s.made)
	m.write(func(tx *store.Tx) error { return tx.OpenSession(store.Session{Hash: hash, User: a.user, Way: s.way}) })
	*m.now = now.Add(-s.seen)
	m.write(func(tx *store.Tx) error { return tx.SeeSession(hash) })
	*m.now = now
	if s.after == "ended" {
		m.write(func(tx *store.Tx) error { return tx.DropSession(hash) })
	}
	return token
}

// probe stands where a page would.
func (m *matrix) probe(n need) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		a, letters := m.app.actor(r), "in"
		switch n.who {
		case holding:
			letters = m.letters(func(relation string) error { return m.decide(a, n.right, m.units[relation]) })
		case itself:
			letters = m.letters(func(relation string) error { return a.Own(m.people[relation]) })
		}
		_, err := w.Write([]byte(letters))
		return err
	}
}

func (m *matrix) letters(ask func(relation string) error) string {
	var b strings.Builder
	for _, relation := range relations {
		switch err := ask(relation); {
		case err == nil:
			b.WriteByte('y')
		case fault.Is(err, fault.Forbidden):
			b.WriteByte('f')
		default:
			b.WriteByte('m')
		}
	}
	return b.String()
}

// want is what a cell has to answer: letters, or what the frame says.
func want(n need, a account, session string) string {
	switch {
	case n.who == program:
		return "401 "
	case n.who == anybody:
		return "200 in"
	case session == gone:
		return "303 /dang-nhap"
	case a.self != "" && !n.self:
		return "404 "
	case session == early && n.who != entering:
		return "303 /tai-khoan"
	case n.who != holding && n.who != itself:
		return "200 in"
	}
	letters := "200 "
	for _, relation := range relations {
		switch {
		case n.who == itself && a.self == relation || n.who == holding && a.may(n.right, relation):
			letters += "y"
		case n.who == holding && a.may(access.Read, relation):
			letters += "f"
		default:
			letters += "m"
		}
	}
	return letters
}

// run asks every route for the accounts in every state and says how many cells were asked and which were wrong.
func (m *matrix) run(patterns []string, accounts []account, states []state) (cells int, wrong []string) {
	frame, err := New(Config{Log: m.app.log})
	if err != nil {
		m.t.Fatal(err)
	}
	frame.SignIn, frame.Auth = m.app.SignIn, m.auth
	for _, pattern := range patterns {
		o := m.app.options[pattern]
		m.option(pattern, &o)
		frame.Handle(pattern, m.probe(needs[pattern]), func(to *route) { *to = o })
	}
	for _, s := range states {
		m.policy(s.policy)
		for _, a := range accounts {
			token := m.session(s, a)
			if s.after == "closed" {
				m.active(a, false)
			}
			for _, pattern := range patterns {
				n := needs[pattern]
				cells++
				if n.who == holding || n.who == itself {
					cells += len(relations) - 1
				}
				if got, want := m.ask(frame, pattern, token), want(n, a, s.opens(a)); got != want {
					wrong = append(wrong, pattern+" as "+a.name+", session "+s.name+": "+got+", want "+want)
				}
			}
			if s.after == "closed" {
				m.active(a, true)
			}
		}
	}
	return cells, wrong
}

// active closes or opens an account below the service, which would end its sessions too.
func (m *matrix) active(a account, active bool) {
	m.write(func(tx *store.Tx) error {
		u, err := tx.User(a.user)
		if err != nil {
			return err
		}
		u.Active = active
		return tx.PutUser(u)
	})
}

// ask returns status and what was said, or where it leads.
func (m *matrix) ask(frame http.Handler, pattern, token string) string {
	if needs[pattern].who == program {
		frame = m.app.Site // there is no session: the token decides, see TestTokenMatrix
	}
	method, path, _ := strings.Cut(pattern, " ")
	r := httptest.NewRequest(method, strings.NewReplacer("{$}", "", "{", "", "}", "").Replace(path), http.NoBody)
	r.AddCookie(&http.Cookie{Name: m.app.sessionCookie(), Value: token})
	rec := serve(frame, r)
	said := rec.Body.String()
	if to, _, _ := strings.Cut(rec.Header().Get("Location"), "?"); to != "" {
		said = to
	} else if rec.Code >= 400 {
		said = "" // the page of the error
	}
	return strings.Join([]string{strconv.Itoa(rec.Code), said}, " ")
}
