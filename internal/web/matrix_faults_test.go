package web

import (
	"context"
	"net/http"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/users"
)

// TestMatrixOfDecisions is route × role × relation to the unit × state: every route, for every account in a fresh session, and in every
// state of a session for one account of each sort. What each cell should say is worked out by names, from tables that stand in the test.
func TestMatrixOfDecisions(t *testing.T) {
	m := newMatrix(t)
	cells, wrong := m.run(m.app.served, m.accounts, states[:1])
	more, also := m.run(m.app.served, m.few("viewer at commune", "admin at root", "lent", "no grant", "own account"), states[1:])
	cells, wrong = cells+more, append(wrong, also...)
	t.Logf("%d cells tried, %d accepted that should not be or refused that should be", cells, len(wrong))
	for n, what := range wrong {
		if n < 20 {
			t.Error(what)
		}
	}
	if cells < 30_000 {
		t.Errorf("only %d cells", cells)
	}
	m.planted()
}

// few are accounts by name.
func (m *matrix) few(names ...string) (found []account) {
	for _, name := range names {
		found = append(found, m.accounts[m.index(name)])
	}
	return found
}

// planted bends one part after the other and wants each seen.
func (m *matrix) planted() {
	m.t.Helper()
	good := *m
	routes := []string{"GET /nguoi/{id}", "POST /nguoi/{id}/hien", "POST /chi-tieu", "GET /hom-nay", "GET /cua-toi", "POST /dang-xuat"}
	people := m.few("clerk at commune", "viewer at root", "ended yesterday", "reads all, administers one", "lent by who lost it", "own account")
	seen := 0
	for name, bend := range map[string]func(){
		"a grant reaches the whole province": func() {
			m.decide = func(a access.Actor, r access.Right, u org.Unit) error {
				for _, g := range a.Grants {
					if g.Role.Has(r) && a.Self == 0 && g.Unit.Province() == u.Province() {
						return nil
					}
				}
				return a.Must(r, u)
			}
		},
		"reading is enough for everything": func() {
			m.decide = func(a access.Actor, _ access.Right, u org.Unit) error { return a.Must(access.Read, u) }
		},
		"a right held anywhere counts everywhere one reads": func() {
			m.decide = func(a access.Actor, r access.Right, u org.Unit) error {
				if a.Can(access.Read, u) && a.Anywhere(r) {
					return nil
				}
				return a.Must(r, u)
			}
		},
		"what may not be known is refused, not missing": func() {
			m.decide = func(a access.Actor, r access.Right, u org.Unit) error {
				if err := a.Must(r, u); err != nil {
					return fault.E("test", fault.Forbidden, "error.forbidden")
				}
				return nil
			}
		},
		"a grant that has ended counts": func() {
			m.auth = m.bent(func(g *users.Signed) { g.Actor.Grants = m.grants(g.Actor.User) })
		},
		"a session is never looked at again": func() { m.auth = m.trusting },
		"a page is left open to visitors":    func() { m.option = opens("POST /chi-tieu", Public()) },
		"a page is open before a factor is set up": func() {
			m.option = opens("GET /hom-nay", Early())
		},
		"a page of officials is open to the own account of a person": func() { m.option = opens("GET /nguoi/{id}", Own()) },
	} {
		bend()
		if _, wrong := m.run(routes, people, states); len(wrong) == 0 {
			m.t.Errorf("planted: %s: not found", name)
		} else {
			seen++
		}
		m.auth, m.decide, m.option = good.auth, good.decide, good.option
	}
	m.t.Logf("%d planted faults found", seen)
}

func opens(at string, how Option) func(string, *route) {
	return func(pattern string, o *route) {
		if pattern == at {
			how(o)
		}
	}
}

// bent is the sign-in with something changed in what it found.
func (m *matrix) bent(change func(*users.Signed)) func(*http.Request) (context.Context, *UserView, error) {
	return func(r *http.Request) (context.Context, *UserView, error) {
		ctx, view, err := m.app.auth(r)
		if g, ok := ctx.Value(signedKey{}).(users.Signed); ok {
			change(&g)
			ctx = context.WithValue(ctx, signedKey{}, g)
		}
		return ctx, view, err
	}
}

// grants are all grants of an account, whether they count today or not.
func (m *matrix) grants(user id.ID) (gs []access.Grant) {
	if err := m.st.View(m.t.Context(), func(tx *store.Tx) (err error) {
		gs, err = tx.Grants(user)
		return err
	}); err != nil {
		m.t.Fatal(err)
	}
	return gs
}

// trusting lets in who shows a token that is stored, whatever became of the session or its account.
func (m *matrix) trusting(r *http.Request) (context.Context, *UserView, error) {
	ctx, view, err := m.app.auth(r)
	if view != nil || err != nil {
		return ctx, view, err
	}
	c, err := r.Cookie(m.app.sessionCookie())
	if err != nil {
		return ctx, nil, nil //nolint:nilerr // a visitor
	}
	var g users.Signed
	if err := m.st.View(r.Context(), func(tx *store.Tx) error {
		_, u, err := tx.SessionUser(seal.HashToken(c.Value), 0, 0)
		g.Actor.User = u.ID
		return err
	}); err != nil {
		return ctx, nil, nil //nolint:nilerr // an invented one
	}
	g.Actor.Grants = m.grants(g.Actor.User)
	return context.WithValue(ctx, signedKey{}, g), &UserView{}, nil
}
