package approvals_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

// desk is the service on a small province, with one kind of act whose deed counts how often it was done.
type desk struct {
	*approvals.Service
	t     *testing.T
	st    *store.Store
	tree  storetest.Tree
	now   *time.Time
	mu    *sync.Mutex
	after *int
}

func each(t *testing.T, f func(d desk)) {
	now := storetest.Now()
	storetest.EachWith(t, storetest.Options{Now: func() time.Time { return now }}, func(t *testing.T, st *store.Store) {
		now = storetest.Now()
		d := desk{t: t, st: st, tree: storetest.Grow(t, st, 38), now: &now, mu: &sync.Mutex{}, after: new(int)}
		d.Service = approvals.New(st, map[approval.Kind]approvals.Deed{approval.Reset: d.deed})
		f(d)
	})
}

// deed counts in a setting, refuses when somebody moved the ground, and counts again after the commit.
func (d desk) deed(tx *store.Tx, _, _ access.Actor, _ approval.Act) (func(), error) {
	if moved, err := tx.Setting("test.moved"); err != nil || moved != "" {
		return nil, errors.Join(err, approvals.Moved("test.deed"))
	}
	text, err := tx.Setting("test.done")
	if err != nil {
		return nil, err
	}
	n, _ := strconv.Atoi(text)
	return func() { d.mu.Lock(); *d.after++; d.mu.Unlock() }, tx.PutSetting("test.done", strconv.Itoa(n+1))
}

func (d desk) write(f func(tx *store.Tx) error) {
	d.t.Helper()
	if err := d.st.Update(context.Background(), storetest.Entry(38), f); err != nil {
		d.t.Fatal(err)
	}
}

func (d desk) setting(key string) (v string) {
	d.t.Helper()
	if err := d.st.View(context.Background(), func(tx *store.Tx) (err error) { v, err = tx.Setting(key); return err }); err != nil {
		d.t.Fatal(err)
	}
	return v
}

// account stores an account that can sign in, with a role at a unit.
func (d desk) account(login string, role access.Role, u org.Unit) access.Actor {
	d.t.Helper()
	who := access.Actor{Name: login, Method: "web"}
	d.write(func(tx *store.Tx) error {
		who.User = tx.NewID(38)
		if err := tx.AddUser(store.User{ID: who.User, Login: login, Name: login, Password: "x", Active: true}); err != nil {
			return err
		}
		return tx.PutGrant(who.User, access.Grant{Unit: u.ID, Role: role})
	})
	return d.fresh(who)
}

// fresh is the actor as the next request has it.
func (d desk) fresh(who access.Actor) access.Actor {
	d.t.Helper()
	if err := d.st.View(context.Background(), func(tx *store.Tx) (err error) { who.Grants, err = tx.GrantsNow(who.User); return err }); err != nil {
		d.t.Fatal(err)
	}
	return who
}

// act is what the tests ask for, at a unit.
func (d desk) act(u org.Unit, order string) approval.Act {
	return approval.Act{Kind: approval.Reset, Unit: u.ID, Order: []byte(strconv.Quote(order)), Detail: "lan (Nguyễn Thị Lan)"}
}

func (d desk) ask(who access.Actor, a approval.Act) id.ID {
	d.t.Helper()
	token, _, err := d.Ask(context.Background(), who, a)
	if err != nil {
		d.t.Fatal(err)
	}
	i, err := d.Submit(context.Background(), who, token, "điện thoại bị mất")
	if err != nil {
		d.t.Fatal(err)
	}
	return i
}

// require is the act as the service that does it begins it.
func (d desk) require(who access.Actor, a approval.Act) error {
	return d.st.Update(context.Background(), audit.Of(who, "user.reset", 38, 0), func(tx *store.Tx) error { return approvals.Require(tx, who, a) })
}

func key(err error) fault.Key {
	if err == nil {
		return ""
	}
	return fault.TextOf(err).Key
}

func (d desk) want(what string, err error, k fault.Key) {
	d.t.Helper()
	if key(err) != k {
		d.t.Errorf("%s: %v, want %q", what, err, k)
	}
}

// TestTwoPersons: from the refusal to the act, which is done once, in the name of both.
func TestTwoPersons(t *testing.T) {
	ctx := context.Background()
	each(t, func(d desk) {
		hoa := d.account("hoa", access.Admin, d.tree.Root)
		a := d.act(d.tree.Communes[0], "1")
		d.want("alone there is nobody to ask", d.require(hoa, a), "")
		lan := d.account("lan", access.Admin, d.tree.Communes[0])
		d.want("the console", d.require(access.System("cli"), a), "")
		err := d.require(hoa, a)
		var n *approval.Needed
		if d.want("with a second person", err, "approval.needed"); !errors.As(err, &n) || n.Kind != approval.Reset || n.Unit != a.Unit {
			d.t.Fatalf("the act is not the cause: %v", err)
		}
		token, names, err := d.Ask(ctx, hoa, n.Act)
		if err != nil || fmt.Sprint(names) != "[lan]" {
			d.t.Fatal(names, err)
		}
		_, err = d.Submit(ctx, hoa, token, "ngắn")
		d.want("a short reason", err, "approval.reason")
		_, err = d.Submit(ctx, lan, token, "điện thoại bị mất")
		d.want("the form of another account", err, "approval.form_gone")
		i, err := d.Submit(ctx, hoa, token, "điện thoại bị mất")
		if err != nil {
			d.t.Fatal(err)
		}
		_, err = d.Submit(ctx, hoa, token, "điện thoại bị mất")
		d.want("twice", err, "approval.twice")
		d.want("the author approves", d.Decide(ctx, hoa, i, 0, true, ""), "approval.four_eyes")
		d.want("the author refuses", d.Decide(ctx, hoa, i, 0, false, "không cần nữa"), "approval.four_eyes")
		d.want("another takes it back", d.Withdraw(ctx, lan, i, 0), "error.forbidden")
		d.want("an old page", d.Decide(ctx, lan, i, 7, true, ""), "error.stale")
		d.want("no words for a refusal", d.Decide(ctx, lan, i, 1, false, " "), "approval.reason")
		if v, err := d.Get(ctx, lan, i); err != nil || !v.May || v.Own || v.Reason != "điện thoại bị mất" || v.Detail != a.Detail || v.UnitName != d.tree.Communes[0].Name || v.State != approval.Waiting {
			d.t.Errorf("%+v %v", v, err)
		}
		for who, n := range map[string]int{"hoa": 0, "lan": 1} {
			open, err := d.Open(ctx, map[string]access.Actor{"hoa": hoa, "lan": lan}[who])
			if err != nil || len(open) != n {
				d.t.Errorf("%s has %d waiting, want %d: %v", who, len(open), n, err)
			}
		}
		d.want("approved", d.Decide(ctx, lan, i, 1, true, ""), "")
		if d.setting("test.done") != "1" || *d.after != 1 {
			d.t.Errorf("done %q times, %d after", d.setting("test.done"), *d.after)
		}
		d.want("approved again", d.Decide(ctx, lan, i, 0, true, ""), "approval.decided")
		v, err := d.Get(ctx, hoa, i)
		if err != nil || v.State != approval.Done || v.DecidedName != "lan" || v.ByName != "hoa" || !v.Own || v.May {
			d.t.Errorf("%+v %v", v, err)
		}
		d.want("the act still takes two persons", d.require(hoa, a), "approval.needed")
	})
}

// TestSecondAbove: the second person may hold the role at the unit or anywhere above it, up to the nation, but not beside or below it.
func TestSecondAbove(t *testing.T) {
	for name, c := range map[string]struct {
		at   func(tree storetest.Tree) org.Unit
		want fault.Key
	}{
		"the unit itself": {func(tree storetest.Tree) org.Unit { return tree.Communes[0] }, "approval.needed"},
		"the province":    {func(tree storetest.Tree) org.Unit { return tree.Root }, "approval.needed"},
		"the nation":      {func(storetest.Tree) org.Unit { return org.Unit{} }, "approval.needed"},
		"beside":          {func(tree storetest.Tree) org.Unit { return tree.Communes[1] }, ""},
		"below":           {func(tree storetest.Tree) org.Unit { return tree.Cells[0][0] }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(d desk) {
				hoa := d.account("hoa", access.Admin, d.tree.Root)
				d.account("lan", access.Admin, c.at(d.tree))
				d.want(name, d.require(hoa, d.act(d.tree.Communes[0], "1")), c.want)
			})
		})
	}
}

// TestWhoMayApprove: only who holds the right there, by themselves, at this instant.
func TestWhoMayApprove(t *testing.T) {
	ctx := context.Background()
	each(t, func(d desk) {
		hoa, second := d.account("hoa", access.Admin, d.tree.Root), d.account("binh", access.Admin, d.tree.Root)
		i := d.ask(hoa, d.act(d.tree.Communes[0], "1"))
		for name, who := range map[string]access.Actor{
			"a committee of the province":  d.account("uy", access.Committee, d.tree.Root),
			"an administrator of a cell":   d.account("bo", access.Admin, d.tree.Cells[0][0]),
			"an administrator of a sister": d.account("chi", access.Admin, d.tree.Communes[1]),
			"nobody":                       {Name: "x", User: 99},
		} {
			d.want(name, d.Decide(ctx, who, i, 0, true, ""), map[bool]fault.Key{true: "user.notfound", false: "approval.notfound"}[who.User == 99])
			if _, err := d.Get(ctx, who, i); !fault.Is(err, fault.NotFound) {
				d.t.Errorf("%s sees it: %v", name, err)
			}
			if vs, err := d.List(ctx, who); err != nil || len(vs) != 0 {
				d.t.Errorf("%s lists it: %v %v", name, vs, err)
			}
		}
		// A right lent by who asks is not a second person's.
		lent := d.account("muon", access.Viewer, d.tree.Root)
		d.write(func(tx *store.Tx) error {
			return tx.PutGrant(lent.User, access.Grant{Unit: d.tree.Root.ID, Role: access.Admin, Lent: hoa.User})
		})
		lent = d.fresh(lent)
		if !lent.Can(access.ManageUsers, d.tree.Communes[0]) {
			d.t.Fatal("the loan does not hold")
		}
		d.want("a borrower of the author", d.Decide(ctx, lent, i, 0, true, ""), "approval.notfound")

		// The right was there when the page was asked for, and went since.
		d.write(func(tx *store.Tx) error { return tx.PutGrant(second.User, access.Grant{Unit: d.tree.Root.ID}) })
		d.want("a revoked approver", d.Decide(ctx, second, i, 1, true, ""), "approval.notfound")
		d.write(func(tx *store.Tx) error {
			return tx.PutGrant(second.User, access.Grant{Unit: d.tree.Root.ID, Role: access.Admin})
		})
		close := func(active bool, who access.Actor) {
			d.write(func(tx *store.Tx) error {
				u, err := tx.User(who.User)
				u.Active = active
				return errors.Join(err, tx.PutUser(u))
			})
		}
		close(false, second)
		d.want("a closed approver", d.Decide(ctx, second, i, 1, true, ""), "approval.notfound")
		close(true, second)
		close(false, hoa)
		d.want("an author who was closed", d.Decide(ctx, second, i, 1, true, ""), "approval.asker_lost")
		close(true, hoa)
		d.write(func(tx *store.Tx) error { return tx.PutSetting("test.moved", "1") })
		d.want("the ground moved", d.Decide(ctx, second, i, 1, true, ""), "approval.moved")
		if v, err := d.Get(ctx, second, i); err != nil || v.State != approval.Waiting || d.setting("test.done") != "" || *d.after != 0 {
			d.t.Errorf("what was refused left a trace: %+v %v", v, err)
		}
		d.write(func(tx *store.Tx) error { return tx.PutSetting("test.moved", "") })
		d.want("the console approves", d.Decide(ctx, access.System("cli"), i, 1, true, ""), "")
		if d.setting("test.done") != "1" {
			d.t.Error("not done")
		}
	})
}

// TestExpiryAndWithdrawal: what nobody answers in time ends, and so does what its author takes back.
func TestExpiryAndWithdrawal(t *testing.T) {
	ctx := context.Background()
	each(t, func(d desk) {
		hoa, binh := d.account("hoa", access.Admin, d.tree.Root), d.account("binh", access.Admin, d.tree.Root)
		a := d.act(d.tree.Root, "1")
		late := d.ask(hoa, a)
		*d.now = d.now.Add(approval.Life)
		d.want("too late", d.Decide(ctx, binh, late, 0, true, ""), "approval.expired")
		if open, err := d.Open(ctx, binh); err != nil || len(open) != 0 {
			d.t.Errorf("what expired waits: %v %v", open, err)
		}
		back := d.ask(hoa, a) // what expired does not stand in the way
		d.want("taken back", d.Withdraw(ctx, hoa, back, 1), "")
		d.want("answered after that", d.Decide(ctx, binh, back, 0, true, ""), "approval.decided")
		no := d.ask(hoa, a)
		d.want("refused", d.Decide(ctx, binh, no, 1, false, "gọi lại cho chắc"), "")
		vs, err := d.List(ctx, hoa)
		if err != nil || len(vs) != 3 || vs[0].State != approval.Refused || vs[0].Note != "gọi lại cho chắc" || vs[1].State != approval.Withdrawn || vs[2].State != approval.Expired {
			d.t.Errorf("%+v %v", vs, err)
		}
		if d.setting("test.done") != "" {
			d.t.Error("something was done")
		}
		token, _, err := d.Ask(ctx, hoa, a)
		if err != nil {
			d.t.Fatal(err)
		}
		*d.now = d.now.Add(2 * time.Hour)
		_, err = d.Submit(ctx, hoa, token, "điện thoại bị mất")
		d.want("an old form", err, "approval.form_gone")
	})
}

// TestBothAtOnce: however many approve the same request at once, the act is done once.
func TestBothAtOnce(t *testing.T) {
	each(t, func(d desk) {
		hoa := d.account("hoa", access.Admin, d.tree.Root)
		const n = 6
		var others []access.Actor
		for k := range n {
			others = append(others, d.account(fmt.Sprintf("nguoi%d", k), access.Admin, d.tree.Root))
		}
		for round := range 3 {
			i := d.ask(hoa, d.act(d.tree.Root, strconv.Itoa(round)))
			var wg sync.WaitGroup
			errs := make([]error, n)
			for k, who := range others {
				wg.Go(func() { errs[k] = d.Decide(context.Background(), who, i, 1, true, "") })
			}
			wg.Wait()
			won := 0
			for _, err := range errs {
				switch {
				case err == nil:
					won++
				case key(err) != "approval.decided" && key(err) != "error.stale":
					d.t.Error(err)
				}
			}
			if won != 1 || d.setting("test.done") != strconv.Itoa(round+1) || *d.after != round+1 {
				d.t.Fatalf("round %d: %d approved, done %s times", round, won, d.setting("test.done"))
			}
		}
	})
}

// TestFetched: an approved file is fetched once, by who asked, and only this one.
func TestFetched(t *testing.T) {
	ctx := context.Background()
	each(t, func(d desk) {
		lan, uy := d.account("lan", access.Viewer, d.tree.Communes[0]), d.account("uy", access.Committee, d.tree.Communes[0])
		d.account("van", access.Clerk, d.tree.Communes[0])
		a := approval.Act{Kind: approval.Export, Unit: d.tree.Communes[0].ID, N: 5000, Order: []byte(`{"list":"people"}`), Detail: "danh sách"}
		other := a
		other.Order = []byte(`{"list":"moves"}`)
		if _, names, err := d.Ask(ctx, lan, a); err != nil || fmt.Sprint(names) != "[uy]" {
			d.t.Fatal(names, err)
		}
		i := d.ask(lan, a)
		d.want("before the approval", d.require(lan, a), "approval.needed")
		d.want("approved", d.Decide(ctx, uy, i, 1, true, ""), "")
		if open, err := d.Open(ctx, lan); err != nil || len(open) != 1 || open[0].State != approval.Approved {
			d.t.Errorf("%+v %v", open, err)
		}
		d.want("another list", d.require(lan, other), "approval.needed")
		d.want("fetched", d.require(lan, a), "")
		d.want("fetched again", d.require(lan, a), "approval.needed")
		small := a
		small.N = 1000
		d.want("few rows", d.require(lan, small), "")
	})
}

// TestGuards: asking more often holds at once, asking less often takes a second person, and both are the nation's.
func TestGuards(t *testing.T) {
	ctx := context.Background()
	each(t, func(d desk) {
		commune, one := d.account("xa", access.Admin, d.tree.Communes[0]), d.account("mot", access.Admin, d.tree.Root)
		g, err := d.Guards(ctx)
		if err != nil || g.Mode != approval.Auto || len(g.Kinds) != len(approval.Kinds) {
			d.t.Fatal(g, err)
		}
		d.want("of a commune", d.SetGuards(ctx, commune, g), "error.notfound")
		if may, err := d.Governs(ctx, commune); may || err != nil {
			d.t.Error("a commune governs", err)
		}
		g.Mode = approval.Always
		d.want("stronger", d.SetGuards(ctx, one, g), "")
		d.want("always asks, also where nobody could approve", d.require(one, approval.Act{Kind: approval.Reset}), "approval.needed")
		g.Mode = approval.Off
		err = d.SetGuards(ctx, one, g)
		d.want("weaker", err, "approval.needed")
		var n *approval.Needed
		if !errors.As(err, &n) {
			d.t.Fatal(err)
		}
		two := d.account("hai", access.Admin, d.tree.Root)
		i := d.ask(one, n.Act)
		d.want("by the second", d.Decide(ctx, two, i, 1, true, ""), "")
		if g, err = d.Guards(ctx); err != nil || g.Mode != approval.Off {
			d.t.Error(g, err)
		}
		d.want("off", d.require(one, approval.Act{Kind: approval.Reset}), "")
		g.Import = -1
		d.want("no setting", d.SetGuards(ctx, one, g), "approval.setting")
		d.write(func(tx *store.Tx) error {
			return errors.Join(tx.PutSetting("four_eyes", ""), tx.PutSetting(store.SignInSetting, store.SimpleSignIn))
		})
		if g, err = d.Guards(ctx); err != nil || g.Mode != approval.Off {
			d.t.Error("a trial on invented data asks", g, err)
		}
	})
}
