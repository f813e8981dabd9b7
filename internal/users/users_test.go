package users_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/seal"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/users"
)

const password = "mật khẩu đủ dài"

// desk is the service on a fresh store with a clock the test moves.
type desk struct {
	*users.Service
	st    *store.Store
	tree  storetest.Tree
	now   *time.Time
	admin access.Actor // of the nation
}

// each runs f on every engine.
func each(t *testing.T, f func(t *testing.T, d desk)) {
	now := storetest.Now()
	storetest.EachWith(t, storetest.Options{Now: func() time.Time { return now }}, func(t *testing.T, s *store.Store) {
		now = storetest.Now()
		d := desk{users.New(s), s, storetest.Grow(t, s, 38), &now, access.System("test")}
		if err := d.SetPolicy(context.Background(), d.admin, users.Simple); err != nil {
			t.Fatal(err)
		}
		f(t, d)
	})
}

// SignIn is a password from nowhere in particular.
func (d desk) SignIn(ctx context.Context, login, password string) (string, error) {
	in, err := d.Service.SignIn(ctx, users.Attempt{Login: login, Password: password})
	return in.Token, err
}

func (d desk) wait(x time.Duration) { *d.now = d.now.Add(x) }

// hash is that of password, made once: it is dear on purpose.
var hash = sync.OnceValues(func() (string, error) { return seal.HashPassword(context.Background(), password) })

// make stores an account with one grant and returns its id.
func (d desk) make(t *testing.T, login string, role access.Role, u org.Unit) id.ID {
	t.Helper()
	h, err := hash()
	if err != nil {
		t.Fatal(err)
	}
	i := d.st.NewID(u.Province())
	if err := d.st.Update(context.Background(), storetest.Entry(u.Province()), func(tx *store.Tx) error {
		if err := tx.AddUser(store.User{ID: i, Login: login, Name: "Nguyễn Văn " + login, Password: h, Active: true}); err != nil {
			return err
		}
		return tx.PutGrant(i, access.Grant{Unit: u.ID, Role: role})
	}); err != nil {
		t.Fatal(err)
	}
	return i
}

// in signs in and returns the token.
func (d desk) in(t *testing.T, login string) string {
	t.Helper()
	token, err := d.SignIn(context.Background(), login, password)
	if err != nil || token == "" {
		t.Fatalf("sign in as %s: %q %v", login, token, err)
	}
	return token
}

// actor signs in and returns who that is.
func (d desk) actor(t *testing.T, login string) access.Actor {
	t.Helper()
	g, err := d.BySession(context.Background(), d.in(t, login))
	if err != nil {
		t.Fatal(err)
	}
	return g.Actor
}

func (d desk) gone(t *testing.T, token, why string) {
	t.Helper()
	if g, err := d.BySession(context.Background(), token); !fault.Is(err, fault.NotFound) || g.Actor.User != 0 || len(g.Actor.Grants) != 0 {
		t.Errorf("%s: %+v %v", why, g.Actor, err)
	}
}

// acts lists the audit trail of the nation's partition and one province, oldest first.
func (d desk) acts(t *testing.T, province int) []string {
	t.Helper()
	var acts []string
	err := d.st.View(context.Background(), func(tx *store.Tx) error {
		acts = nil
		return tx.Each(tx.Context(), `SELECT action FROM audit WHERE province_id = $1 ORDER BY id`, []any{province}, func(s db.Scanner) error {
			var action string
			err := s.Scan(&action)
			acts = append(acts, action)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return acts
}

func TestCreate(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := context.Background()
		i, made, err := d.Create(ctx, d.admin, users.Form{Login: " CanBo.Xa-A ", Name: "  Lê  Thị Hoa ", Unit: d.tree.Communes[0].ID, Role: access.Clerk})
		if err != nil || len(made) != 24 {
			t.Fatalf("%q %v", made, err)
		}
		if _, err := d.SignIn(ctx, "canbo.xa-a", made); err != nil {
			t.Errorf("the password that was made does not open the account: %v", err)
		}
		l, err := d.List(ctx, d.admin, users.Ask{})
		list := l.Accounts
		if err != nil || len(list) != 1 || list[0].ID != i || list[0].Login != "canbo.xa-a" || list[0].Name != "Lê Thị Hoa" || !list[0].Active ||
			len(list[0].Grants) != 1 || list[0].Places[0] != d.tree.Communes[0].Name {
			t.Errorf("%+v %v", list, err)
		}
		for _, c := range []struct {
			name  string
			f     users.Form
			kind  fault.Kind
			field string
		}{
			{"login taken", users.Form{Login: "CANBO.XA-A", Name: "X", Password: password, Role: access.Viewer}, fault.Conflict, "login"},
			{"login short", users.Form{Login: "ab", Name: "X", Password: password, Role: access.Viewer}, fault.Invalid, "login"},
			{"login long", users.Form{Login: strings.Repeat("a", 61), Name: "X", Password: password, Role: access.Viewer}, fault.Invalid, "login"},
			{"login with marks", users.Form{Login: "hoà", Name: "X", Password: password, Role: access.Viewer}, fault.Invalid, "login"},
			{"login with a space", users.Form{Login: "a b c", Name: "X", Password: password, Role: access.Viewer}, fault.Invalid, "login"},
			{"no name", users.Form{Login: "abc", Name: " \t", Password: password, Role: access.Viewer}, fault.Invalid, "name"},
			{"a weak password", users.Form{Login: "abc", Name: "X", Password: "ngắn quá!", Role: access.Viewer}, fault.Invalid, "password"},
			{"no role", users.Form{Login: "abc", Name: "X", Password: password}, fault.Invalid, "role"},
			{"an unknown role", users.Form{Login: "abc", Name: "X", Password: password, Role: "root"}, fault.Invalid, "role"},
			{"an unknown unit", users.Form{Login: "abc", Name: "X", Password: password, Role: access.Viewer, Unit: 38<<12 | 1<<50}, fault.NotFound, ""},
		} {
			_, _, err := d.Create(ctx, d.admin, c.f)
			if !fault.Is(err, c.kind) || c.field != "" && fault.FieldsOf(err)[c.field].Key == "" {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if l, err := d.List(ctx, d.admin, users.Ask{}); err != nil || len(l.Accounts) != 1 {
			t.Errorf("a refused account was made: %+v %v", l, err)
		}
		if p, q := users.NewPassword(), users.NewPassword(); p == q || len(p) != 24 || strings.Count(p, "-") != 4 {
			t.Errorf("passwords %q %q", p, q)
		}
	})
}

func TestSignIn(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := context.Background()
		u := d.make(t, "hoa", access.Committee, d.tree.Communes[0])
		token := d.in(t, " HOA ")
		g, err := d.BySession(ctx, token)
		if err != nil || g.Actor.User != u || g.Role != access.Committee || g.Home.ID != d.tree.Communes[0].ID || g.Actor.Method != "web" ||
			!g.Actor.Can(access.SetTarget, d.tree.Cells[0][1]) || g.Actor.Can(access.Read, d.tree.Communes[1]) {
			t.Errorf("%+v %v", g, err)
		}
		closed := d.make(t, "dong", access.Viewer, d.tree.Root)
		if err := d.SetActive(ctx, d.admin, closed, false); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, c := range []struct{ why, login, pw string }{
			{"wrong password", "hoa", password + "x"}, {"no password", "hoa", ""}, {"unknown account", "khong.co", password},
			{"no account", "", password}, {"closed account", "dong", password}, {"closed account, wrong password", "dong", "x"},
		} {
			token, err := d.SignIn(ctx, c.login, c.pw)
			if token != "" || !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %q %v", c.why, token, err)
			}
			texts = append(texts, string(fault.TextOf(err).Key))
		}
		for _, text := range texts { // whether an account exists cannot be told from the answer
			if text != texts[0] {
				t.Errorf("different answers: %v", texts)
			}
		}
		d.gone(t, "", "no token")
		d.gone(t, token+"x", "a changed token")
		d.gone(t, "' OR 1=1 --", "no token at all")
		if err := d.SignOut(ctx, token); err != nil {
			t.Fatal(err)
		}
		d.gone(t, token, "signed out")
		ins := strings.Join(d.acts(t, 0), " ")
		if strings.Count(ins, "user.signin_failed") != len(texts) || strings.Count(ins, "user.signin ") != 1 {
			t.Errorf("trail: %s", ins)
		}
	})
}

func TestIdle(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := context.Background()
		d.make(t, "hoa", access.Viewer, d.tree.Root)
		token := d.in(t, "hoa")
		use := func(why string) {
			t.Helper()
			if _, err := d.BySession(ctx, token); err != nil {
				t.Errorf("%s: %v", why, err)
			}
		}
		d.wait(59 * time.Minute)
		use("after 59 minutes")
		d.wait(59 * time.Minute)
		use("59 minutes after the last use")
		d.wait(61 * time.Minute)
		d.gone(t, token, "61 minutes idle")

		token = d.in(t, "hoa")
		for range 12 * 60 / 50 {
			d.wait(50 * time.Minute)
			use("in use all day")
		}
		d.wait(30 * time.Minute)
		d.gone(t, token, "open for more than twelve hours")

		before := len(d.acts(t, 0))
		token = d.in(t, "hoa")
		for range 20 {
			use("several pages at once")
		}
		if n := len(d.acts(t, 0)) - before; n != 1 {
			t.Errorf("reading pages wrote %d times", n-1)
		}
	})
}

func TestClose(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := context.Background()
		u := d.make(t, "hoa", access.Viewer, d.tree.Root)
		one, two := d.in(t, "hoa"), d.in(t, "hoa")
		if err := d.SetActive(ctx, d.admin, u, false); err != nil {
			t.Fatal(err)
		}
		d.gone(t, one, "closed")
		d.gone(t, two, "closed, other session")
		if err := d.SetActive(ctx, d.admin, u, true); err != nil {
			t.Fatal(err)
		}
		d.gone(t, one, "opened again: old sessions stay ended")
		d.in(t, "hoa")
		chief := d.make(t, "chief", access.Admin, d.tree.Root)
		self := d.actor(t, "chief")
		if err := d.SetActive(ctx, self, chief, false); !fault.Is(err, fault.Conflict) {
			t.Errorf("closing the own account: %v", err)
		}
		if err := d.SetActive(ctx, d.admin, 12345, false); !fault.Is(err, fault.NotFound) {
			t.Errorf("closing nobody's account: %v", err)
		}
	})
}

func TestPassword(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := context.Background()
		u := d.make(t, "hoa", access.Viewer, d.tree.Communes[0])
		other := d.make(t, "lan", access.Clerk, d.tree.Communes[0])
		me := d.actor(t, "hoa")
		token := d.in(t, "hoa")
		if err := d.ChangeOwn(ctx, me, "sai mật khẩu cũ", "mật khẩu mới đủ dài"); fault.FieldsOf(err)["old"].Key == "" {
			t.Errorf("wrong old password: %v", err)
		}
		if err := d.ChangeOwn(ctx, me, password, "ngắn"); fault.FieldsOf(err)["password"].Key == "" {
			t.Errorf("weak new password: %v", err)
		}
		if _, err := d.BySession(ctx, token); err != nil {
			t.Errorf("a refused change ended the session: %v", err)
		}
		if err := d.ChangeOwn(ctx, me, password, "mật khẩu mới đủ dài"); err != nil {
			t.Fatal(err)
		}
		d.gone(t, token, "changed password")
		if _, err := d.SignIn(ctx, "hoa", password); !fault.Is(err, fault.Invalid) {
			t.Errorf("the old password: %v", err)
		}
		if _, err := d.SignIn(ctx, "hoa", "mật khẩu mới đủ dài"); err != nil {
			t.Errorf("the new password: %v", err)
		}
		if err := d.SetPassword(ctx, me, other, "mật khẩu của người khác"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a viewer sets a colleague's password: %v", err)
		}
		if err := d.SetPassword(ctx, d.admin, u, strings.Repeat("x", 2000)); !fault.Is(err, fault.Invalid) {
			t.Errorf("an endless password: %v", err)
		}
		if err := d.SetColumns(ctx, me, "name,birth"); err != nil {
			t.Error(err)
		}
		if err := d.SetColumns(ctx, access.Actor{}, "name"); !fault.Is(err, fault.NotFound) {
			t.Errorf("nobody's columns: %v", err)
		}
	})
}

// TestGrants: who manages users at a commune does so there and below, and of accounts that lie there.
func TestGrants(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := context.Background()
		d.make(t, "quantri.a", access.Admin, d.tree.Communes[0])
		mine := d.make(t, "nguoi.a", access.Viewer, d.tree.Cells[0][0])
		theirs := d.make(t, "nguoi.b", access.Viewer, d.tree.Communes[1])
		above := d.make(t, "nguoi.tinh", access.Viewer, d.tree.Root)
		both := d.make(t, "kiem.nhiem", access.Viewer, d.tree.Communes[0])
		if err := d.Grant(ctx, d.admin, both, d.tree.Communes[1].ID, access.Viewer); err != nil {
			t.Fatal(err)
		}
		bare := d.make(t, "chua.co", access.Viewer, d.tree.Communes[0])
		if err := d.Grant(ctx, d.admin, bare, d.tree.Communes[0].ID, ""); err != nil {
			t.Fatal(err)
		}
		who := d.actor(t, "quantri.a")
		ok := fault.Kind(0)
		for _, c := range []struct {
			what string
			want fault.Kind
			err  error
		}{
			{"grant in the commune", ok, d.Grant(ctx, who, mine, d.tree.Communes[0].ID, access.Committee)},
			{"grant at a cell", ok, d.Grant(ctx, who, mine, d.tree.Cells[0][1].ID, access.Admin)},
			{"grant at the province", fault.NotFound, d.Grant(ctx, who, mine, d.tree.Root.ID, access.Viewer)},
			{"grant at the nation", fault.NotFound, d.Grant(ctx, who, mine, 0, access.Viewer)},
			{"grant at another commune", fault.NotFound, d.Grant(ctx, who, mine, d.tree.Communes[1].ID, access.Viewer)},
			{"grant oneself the province", fault.NotFound, d.Grant(ctx, who, who.User, d.tree.Root.ID, access.Admin)},
			{"grant an unknown role", fault.Invalid, d.Grant(ctx, who, mine, d.tree.Communes[0].ID, "root")},
			{"grant somebody of another commune", fault.NotFound, d.Grant(ctx, who, theirs, d.tree.Communes[0].ID, access.Viewer)},
			{"grant somebody of the province", fault.NotFound, d.Grant(ctx, who, above, d.tree.Communes[0].ID, access.Viewer)},
			{"grant somebody who also works elsewhere", fault.NotFound, d.Grant(ctx, who, both, d.tree.Communes[0].ID, access.Clerk)},
			{"take away what lies elsewhere", fault.NotFound, d.Grant(ctx, who, theirs, d.tree.Communes[1].ID, "")},
			{"close an account of another commune", fault.NotFound, d.SetActive(ctx, who, theirs, false)},
			{"close an account of the province", fault.NotFound, d.SetActive(ctx, who, above, false)},
			{"close an account without grants", fault.NotFound, d.SetActive(ctx, who, bare, false)},
			{"set a password of another commune", fault.NotFound, d.SetPassword(ctx, who, theirs, password)},
			{"set a password in the commune", ok, d.SetPassword(ctx, who, mine, password)},
			{"take a grant away in the commune", ok, d.Grant(ctx, who, mine, d.tree.Cells[0][1].ID, "")},
			{"close an account in the commune", ok, d.SetActive(ctx, who, mine, false)},
			{"the nation closes an account without grants", ok, d.SetActive(ctx, d.admin, bare, false)},
		} {
			if c.want == ok && c.err != nil || c.want != ok && !fault.Is(c.err, c.want) {
				t.Errorf("%s: %v, want %s", c.what, c.err, c.want)
			}
		}
		_, _, err := d.Create(ctx, who, users.Form{Login: "moi.tinh", Name: "X", Password: password, Unit: d.tree.Root.ID, Role: access.Viewer})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("an account at the province: %v", err)
		}
		if _, _, err := d.Create(ctx, who, users.Form{Login: "moi.xa", Name: "X", Password: password, Unit: d.tree.Cells[0][0].ID, Role: access.Clerk}); err != nil {
			t.Errorf("an account in the commune: %v", err)
		}
		l, err := d.List(ctx, who, users.Ask{})
		list := l.Accounts
		var logins []string
		for _, a := range list {
			logins = append(logins, a.Login)
			for _, g := range a.Grants {
				if g.Unit == d.tree.Communes[1].ID {
					t.Errorf("%s: a grant elsewhere is shown", a.Login)
				}
			}
		}
		if got := strings.Join(logins, " "); err != nil || got != "kiem.nhiem moi.xa nguoi.a quantri.a" {
			t.Errorf("accounts in the commune: %s %v", got, err)
		}
		if l, err := d.List(ctx, access.Actor{}, users.Ask{}); err != nil || len(l.Accounts) != 0 {
			t.Errorf("nobody sees %d accounts, %v", len(l.Accounts), err)
		}
	})
}

// TestParallelSignIns: eight people at once all get in, also while another password is tried.
func TestParallelSignIns(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := context.Background()
		d.make(t, "hoa", access.Viewer, d.tree.Root)
		tokens, errs := make([]string, 8), make([]error, 8)
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if i%4 == 3 {
					if _, err := d.SignIn(ctx, "hoa", "sai mật khẩu rồi"); !fault.Is(err, fault.Invalid) {
						errs[i] = errors.Join(errors.New("a wrong password"), err)
					}
				}
				var err error
				if tokens[i], err = d.SignIn(ctx, "hoa", password); err != nil {
					errs[i] = err
				}
			})
		}
		wg.Wait()
		seen := map[string]bool{}
		for i, token := range tokens {
			if errs[i] != nil || seen[token] {
				t.Errorf("%d: %q %v", i, token, errs[i])
			}
			seen[token] = true
			if _, err := d.BySession(ctx, token); err != nil {
				t.Errorf("%d: %v", i, err)
			}
		}
	})
}
