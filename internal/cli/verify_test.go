package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/day"
	"ketnap/internal/i18n"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/store"
)

var checkName = regexp.MustCompile(`(?:Check: |number\(|fault\.E\(op, fault\.\w+, )"([a-z_.]+)"`)

// TestEveryCheckHasAText looks for the checks in the code of the verification: a difference that only
// shows a code helps nobody at night.
func TestEveryCheckHasAText(t *testing.T) {
	files, err := filepath.Glob("../store/verify*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "../ledger/check.go") // the rules of the ledger are checks too
	n := 0
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range checkName.FindAllStringSubmatch(string(text), -1) {
			n++
			for _, lang := range []i18n.Lang{"vi", "en"} {
				if p := i18n.For(lang); !p.Has("verify." + m[1]) {
					t.Errorf("no %s text for %q", lang, m[1])
				}
			}
		}
	}
	if n < 35 {
		t.Errorf("only %d checks found: the search is broken", n)
	}
}

func TestDifferenceLine(t *testing.T) {
	unit := id.Parse("abc")
	for _, c := range []struct {
		d    store.Difference
		want string
	}{
		{store.Difference{Province: 38, Check: "counter", Unit: unit, Name: "Đảng bộ xã A", Month: day.MonthOf(2026, 2), Measure: ledger.Happened(ledger.Admit), Column: "female", Stored: "5", Rebuilt: "4"},
			"38 | số đếm khác sổ biến động | Đảng bộ xã A [abc] | 2026-02 | Kết nạp | female | đang lưu “5”, tính lại “4”"},
		{store.Difference{Province: 38, Check: "counter", Unit: unit, Measure: ledger.StockNow(ledger.Official), Stored: "5", Rebuilt: "4"},
			"38 | số đếm khác sổ biến động | [abc] | số hiện có: Đảng viên chính thức | đang lưu “5”, tính lại “4”"},
		{store.Difference{Province: 38, Check: "counter", Unit: unit, Month: day.MonthOf(2026, 2), Measure: ledger.Stock(ledger.Pool), Column: "occ.7", Stored: "-1", Rebuilt: "0"},
			"38 | số đếm khác sổ biến động | [abc] | 2026-02 | tăng giảm trong tháng: Nguồn kết nạp | occ.7 | đang lưu “-1”, tính lại “0”"},
		{store.Difference{Province: 38, Check: "person.branch", Object: unit, Column: "branch_id", Stored: "x", Rebuilt: "y"},
			"38 | nhánh của người khác với cây tổ chức | abc | branch_id | đang lưu “x”, tính lại “y”"},
	} {
		w := differenceWriter{p: i18n.For("vi")}
		if diff := cmp.Diff(c.want, w.line(c.d)); diff != "" {
			t.Error(diff)
		}
	}
}
