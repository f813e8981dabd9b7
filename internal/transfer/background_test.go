package transfer_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/db"
	"ketnap/internal/fault"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/transfer"
)

const at = "Đảng bộ xã A > Chi bộ thôn 1"

// TestBackground: the steps of the wizard, with the work in the background.
func TestBackground(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		ctx := context.Background()
		b := w.mapped(w.tree.Root, batch.Members, table(t, memberHead, member(1, "Nguyễn Thị Ánh", at), member(2, "Lê Thị Bình", "?")), transfer.Mapping{Sheet: -1})
		for _, step := range []struct {
			start func(context.Context, access.Actor, batch.Batch) error
			want  batch.State
		}{
			{func(ctx context.Context, who access.Actor, b batch.Batch) error {
				return w.s.StartCheck(ctx, who, b.ID)
			}, batch.Checked},
			{func(ctx context.Context, who access.Actor, b batch.Batch) error {
				return w.s.StartCommit(ctx, who, b.ID)
			}, batch.Done},
		} {
			if err := step.start(ctx, w.who, b); err != nil {
				t.Fatal(err)
			}
			w.s.Wait()
			got, running, err := w.s.Progress(ctx, w.who, b.ID)
			if err != nil || running || got.State != step.want {
				t.Fatalf("%v running %v %s, want %s", err, running, got.State, step.want)
			}
			w.counts(got, [4]int64{1, 0, 0, 1})
		}
		if err := w.s.StartCommit(ctx, w.who, b.ID); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a second time: %v", err)
		}
		list, err := w.s.List(ctx, w.who, w.tree.Root.ID, 0, 10)
		if err != nil || len(list) != 1 || list[0].UnitName != w.tree.Root.Name {
			t.Errorf("%v %+v", err, list)
		}
		if all, err := w.s.List(ctx, w.who, 0, 0, 10); err != nil || len(all) != 1 {
			t.Errorf("the nation: %v %+v", err, all)
		}
	})
}

// TestMapAnewWhileChecked: a check that was overtaken by another mapping changes nothing.
func TestMapAnewWhileChecked(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	ctx := context.Background()
	b := w.mapped(w.tree.Root, batch.Members, table(t, memberHead, member(1, "Nguyễn Thị Ánh", at)), transfer.Mapping{Sheet: -1})
	mapped := false
	_, err := w.s.Check(ctx, w.who, b.ID, func(batch.Batch) {
		if !mapped {
			mapped = true
			if _, err := w.s.Map(ctx, w.who, b.ID, transfer.Mapping{Sheet: -1}); err != nil {
				t.Error(err)
			}
		}
	})
	if err == nil {
		t.Error("the overtaken check succeeded")
	}
	got, _, err := w.s.Batch(ctx, w.who, b.ID)
	if err != nil || got.State != batch.Mapped {
		t.Errorf("%v %s", err, got.State)
	}
}

// TestResumeAfterLostCommit: a commit without an answer, and a lease that runs out.
func TestResumeAfterLostCommit(t *testing.T) {
	var fail atomic.Bool
	clock := atomic.Int64{}
	clock.Store(storetest.Now().UnixMilli())
	o := storetest.Options{
		Now: func() time.Time { return time.UnixMilli(clock.Load()) },
		OnCommit: func(at db.CommitPoint) error {
			if at == db.AfterCommit && fail.CompareAndSwap(true, false) {
				return errors.New("the connection broke")
			}
			return nil
		},
	}
	storetest.EachWith(t, o, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		ctx, stop := context.WithCancel(context.Background())
		rows := [][]any{memberHead}
		for n := range 700 {
			rows = append(rows, member(n+1, "Nguyễn Thị Ánh", at))
		}
		b := w.mapped(w.tree.Root, batch.Members, table(t, rows...), transfer.Mapping{Sheet: -1})
		_, err := w.s.Commit(ctx, w.who, b.ID, func(b batch.Batch) {
			if b.Done >= 500 {
				stop() // as if the process ended here
				return
			}
			fail.Store(true)
		})
		if err == nil {
			t.Fatal("the import was not stopped")
		}
		if done, err := w.s.Resume(context.Background(), false, nil); err != nil || len(done) != 0 {
			t.Errorf("resumed under a living lease: %v %+v", err, done)
		}
		clock.Add(60_000)
		done, err := w.s.Resume(context.Background(), false, nil)
		if err != nil || len(done) != 1 {
			t.Fatalf("%v %+v", err, done)
		}
		w.counts(done[0], [4]int64{700, 0, 0, 0})
		w.clean()
	})
}

// TestRights: an import is seen by who may import at its unit, and brings nothing from elsewhere.
func TestRights(t *testing.T) {
	w := newWorld(t, storetest.SQLite(t))
	ctx := context.Background()
	actor := func(role access.Role, unit int) access.Actor {
		u := w.tree.Communes[unit]
		return access.Actor{User: 7, Name: "x", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
	}
	data := table(t, memberHead, member(1, "Nguyễn Thị Ánh", "Chi bộ thôn 1"))
	if _, err := w.s.UploadBytes(ctx, actor(access.Viewer, 0), w.tree.Communes[0], batch.Members, "a.xlsx", data); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a viewer: %v", err)
	}
	for name, u := range map[string]int{"another commune": 1} {
		if _, err := w.s.UploadBytes(ctx, actor(access.Clerk, 0), w.tree.Communes[u], batch.Members, "a.xlsx", data); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.s.UploadBytes(ctx, actor(access.Clerk, 0), w.tree.Root, batch.Members, "a.xlsx", data); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the province: %v", err)
	}
	b, err := w.s.UploadBytes(ctx, actor(access.Clerk, 0), w.tree.Communes[0], batch.Members, "a.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.s.Batch(ctx, actor(access.Committee, 1), b.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("seen from another commune: %v", err)
	}
	w.commit(w.tree.Communes[1], batch.Members, data, [4]int64{1, 0, 0, 0})
	if b, err = w.s.Map(ctx, actor(access.Clerk, 0), b.ID, transfer.Mapping{Sheet: -1}); err == nil {
		b, err = w.s.Commit(ctx, actor(access.Clerk, 0), b.ID, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := w.reasons(b); got != "row 2 number E21 []\n" {
		t.Errorf("a person of another commune: %s", got)
	}
}
