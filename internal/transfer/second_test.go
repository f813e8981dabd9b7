package transfer_test

import (
	"context"
	"errors"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/transfer"
)

// TestSecondToImport: a large import is written by the approval of a second person, in the name of who asked, as it stood then.
func TestSecondToImport(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		s := approvals.New(w.st, w.s.Deeds())
		if err := s.SetGuards(ctx, access.System("test"), approval.Guards{Mode: approval.Auto, Kinds: approval.Kinds, Import: 1, Export: 1}); err != nil {
			t.Fatal(err)
		}
		var who [2]access.Actor
		for i, login := range []string{"hoa", "binh"} {
			who[i] = access.Actor{User: w.st.NewID(38), Name: login, Method: "web"}
			if err := w.st.Update(ctx, storetest.Entry(38), func(tx *store.Tx) error {
				err := tx.AddUser(store.User{ID: who[i].User, Login: login, Name: login, Password: "x", Active: true})
				if err == nil {
					err = tx.PutGrant(who[i].User, access.Grant{Unit: w.tree.Root.ID, Role: access.Clerk})
				}
				if err == nil {
					who[i].Grants, err = tx.GrantsNow(who[i].User)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		data := table(t, memberHead, member(1, "Nguyễn Thị Ánh", "Đảng bộ xã A > Chi bộ thôn 1"), member(2, "Lê Thị Bình", "Chi bộ thôn 2, Đảng bộ xã B"))
		b := w.mapped(w.tree.Root, batch.Members, data, transfer.Mapping{Sheet: -1})
		if _, err := w.s.Check(ctx, w.who, b.ID, nil); err != nil {
			t.Fatal(err)
		}
		_, err := w.s.Commit(ctx, who[0], b.ID, nil)
		var n *approval.Needed
		if !errors.As(err, &n) || n.N < 2 {
			t.Fatalf("written by one person: %v", err)
		}
		token, _, err := s.Ask(ctx, who[0], n.Act)
		if err != nil {
			t.Fatal(err)
		}
		i, err := s.Submit(ctx, who[0], token, "dữ liệu đã đối chiếu")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Decide(ctx, who[1], i, 1, true, ""); err != nil {
			t.Fatal(err)
		}
		w.s.Wait()
		if b, _, err = w.s.Batch(ctx, w.who, b.ID); err != nil || b.State != batch.Done || b.Accepted == 0 {
			t.Errorf("%s %d %v", b.State, b.Accepted, err)
		}
		if err := s.Decide(ctx, who[1], i, 0, true, ""); !fault.Is(err, fault.Conflict) {
			t.Errorf("written twice: %v", err)
		}
	})
}
