package transfer_test

import (
	"bytes"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/batch"
	"ketnap/internal/fault"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/transfer"
)

// TestMarkedFiles: a file with the marking of a state secret is refused and alarmed, and nothing of it is stored.
func TestMarkedFiles(t *testing.T) {
	st := storetest.SQLite(t)
	tree := storetest.Grow(t, st, 38)
	s := transfer.New(st, nil)
	defer s.Close()
	head := "Họ và tên,Ngày sinh\nTrần Thị Hoà,01/02/1990\n"
	marked := []struct{ name, text string }{
		{"ds.csv", "TUYỆT MẬT,\n" + head}, {"ds.csv", "Số 5,Độ mật: MẬT\n" + head}, {"ds.csv", "TOI MAT,\n" + head}, {"TỐI MẬT.csv", head}, {"danh sách (MẬT).csv", head},
	}
	for _, f := range marked {
		_, err := s.UploadBytes(t.Context(), access.System("test"), tree.Communes[0], batch.Pool, f.name, []byte(f.text))
		if fault.TextOf(err).Key != "secret.refused" {
			t.Errorf("%s %.20q: %v", f.name, f.text, err)
		}
	}
	if _, err := s.UploadBytes(t.Context(), access.System("test"), tree.Communes[0], batch.Pool, "mật khẩu.csv", bytes.Clone([]byte(head))); err != nil {
		t.Errorf("no marking: %v", err)
	}
	if err := st.View(t.Context(), func(tx *store.Tx) error {
		alarms, err := tx.Entries(store.TrailFilter{Province: 38, Area: "secret", AtMost: 100})
		if err == nil && len(alarms) != len(marked) {
			t.Errorf("%d alarms for %d files", len(alarms), len(marked))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
