package subjects_test

import (
	"context"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/dossiers"
	"ketnap/internal/fault"
	"ketnap/internal/forms"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/movements"
	"ketnap/internal/people"
	"ketnap/internal/scans"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// workings are the ways to work with somebody's record that a restriction closes.
func workings(s *store.Store, who access.Actor, p id.ID) map[string]func(context.Context) error {
	ds, on := dossiers.New(s), day.Of(2026, 3, 3)
	return map[string]func(context.Context) error{
		"a sealed field is opened": func(ctx context.Context) error {
			_, err := people.New(s).Reveal(ctx, who, p, "phone", "kiểm tra hồ sơ")
			return err
		},
		"a form is printed": func(ctx context.Context) error {
			_, _, err := forms.New(s).Fill(ctx, who, p, "2-knd")
			return err
		},
		"all papers are packed": func(ctx context.Context) error {
			_, _, err := forms.New(s).Zip(ctx, who, p)
			return err
		},
		"an act is recorded": func(ctx context.Context) error {
			f := dossiers.ActForm{Person: p, Version: dossiers.AnyVersion, Step: dossier.Note, On: on}
			f.Details.Text = "Đã trao đổi với quần chúng"
			_, err := ds.Act(ctx, who, f)
			return err
		},
		"an act is examined": func(ctx context.Context) error {
			_, err := ds.Preview(ctx, who, dossiers.ActForm{Person: p, Version: dossiers.AnyVersion, Step: dossier.Note, On: on})
			return err
		},
		"papers are ticked off": func(ctx context.Context) error { return ds.PutPapers(ctx, who, p, nil) },
		"a movement is posted": func(ctx context.Context) error {
			_, err := movements.New(s).Post(ctx, who, movements.Form{Person: p, Cause: ledger.Drop, Effective: on})
			return err
		},
		"a copy is read": func(ctx context.Context) error {
			_, _, err := scans.New(s).Read(ctx, who, p, s.NewID(38))
			return err
		},
	}
}

// TestHoldCloses: while the processing of somebody's data is restricted, nothing works with it; the message names the day and the way out.
func TestHoldCloses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		tree := storetest.Grow(t, s, 38)
		sv := subjects.New(s)
		p := storetest.Enrol(t, s, tree.Cells[0][0], "Trần Thị Hoà", ledger.Pool, day.Of(2026, 2, 3)).ID
		committee := at(tree.Communes[0], access.Committee)
		first := dossiers.ActForm{Person: p, Version: dossiers.AnyVersion, Step: dossier.Send, On: day.Of(2026, 2, 20)}
		first.Details.Text = "Lớp bồi dưỡng nhận thức về Đảng"
		if _, err := dossiers.New(s).Act(t.Context(), committee, first); err != nil {
			t.Fatal(err)
		}
		i, err := sv.Receive(t.Context(), committee, subjects.Form{Person: p, Kind: subject.Restrict, On: s.Today(), Asked: "Đề nghị ngừng xử lý", Key: "k1"})
		if err != nil {
			t.Fatal(err)
		}
		held := func(err error) bool { return fault.TextOf(err).Key == "request.held" && fault.Is(err, fault.Conflict) }
		for what, do := range workings(s, committee, p) {
			if what != "a movement is posted" && what != "an act is recorded" && held(do(t.Context())) {
				t.Errorf("%s is refused before anybody asked", what)
			}
		}
		if err := sv.Decide(t.Context(), committee, i, subjects.Grant, "ngừng theo yêu cầu"); err != nil {
			t.Fatal(err)
		}
		tried := 0
		for what, do := range workings(s, committee, p) {
			tried++
			if err := do(t.Context()); !held(err) {
				t.Errorf("%s on a restricted record: %v", what, err)
			}
		}
		if _, err := forms.New(s).ListFor(t.Context(), committee, p); err != nil {
			t.Errorf("what can be printed is not listed any more: %v", err)
		}
		t.Logf("%d tried", tried)
		if err := sv.Lift(t.Context(), committee, p, "đồng ý lại"); err != nil {
			t.Fatal(err)
		}
		for what, do := range workings(s, committee, p) {
			if held(do(t.Context())) {
				t.Errorf("%s is refused after it was lifted", what)
			}
		}
	})
}
