package web

import (
	"reflect"
	"strings"
	"testing"

	"ketnap/internal/dossier"
	"ketnap/internal/i18n"
	"ketnap/internal/rule"
)

// TestFactsHaveNames: whatever fact a check looks at is shown by a name people know, not by the one conditions use.
func TestFactsHaveNames(t *testing.T) {
	var walk func(at reflect.Type, prefix string)
	for _, lang := range []i18n.Lang{i18n.Vi, i18n.En} {
		b := Base{words: i18n.For(lang)}
		walk = func(at reflect.Type, prefix string) {
			for i := range at.NumField() {
				f := at.Field(i)
				name := prefix + f.Tag.Get("cel")
				switch f.Type.Kind() {
				case reflect.Struct:
					walk(f.Type, name+".")
				case reflect.Slice, reflect.Map:
				default:
					if strings.HasSuffix(name, ".known") || strings.HasSuffix(name, ".id") {
						continue
					}
					if got := b.usedFacts(&rule.Pack{}, map[string]string{name: "1"}); len(got) != 1 || got[0].Label == name {
						t.Errorf("%s: %s has no name", lang, name)
					}
				}
			}
		}
		walk(reflect.TypeFor[rule.Facts](), "")
	}
}

// TestUsedFacts: values of the pack are named by it, with their unit; a date of a step by the step.
func TestUsedFacts(t *testing.T) {
	book, err := rule.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	p := book.Packs()[0]
	b := Base{words: i18n.For(i18n.Vi), Lang: i18n.Vi}
	got := b.usedFacts(p, map[string]string{"papers.months": "12 months", "dates.open": "01/02/2024", "cell.known": "true", "person.youth": "true", "person.schooling": "4"})
	want := []fact{{"Chi bộ đồng ý cho làm hồ sơ; đơn xin vào Đảng", "01/02/2024"}, {"Thời hạn của giấy tờ trong hồ sơ; quá hạn phải thẩm tra, lấy ý kiến bổ sung", "12 tháng"}, {"Học vấn", "trung học phổ thông"}, {"Là đoàn viên", "Có"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestCheckFirst: “Kiểm tra” says at the head of the page that nothing was recorded and how it stands, what holds is called by its name
// and folded, and the reason to go on stands with the warning it is for.
func TestCheckFirst(t *testing.T) {
	l := newLane(t)
	p := l.upto(l.cells[0][0], dossier.Opinions, nil)
	before := l.at(p)
	ask := func(typed ...string) answer {
		return l.posts(l.secretary, p, dossier.CellVote, append(typed, "on", "03/02/2025", "do", "check")...)
	}
	a := ask(append(seven("4", "0", "4", "4", "4", "4", "2"), "no", "5-NQ")...)
	a.want(t, 200, "Mới kiểm tra, chưa ghi gì: 1 điều chưa được, 0 điều phải cân nhắc.", `href="#found"`, "Có ngày sinh", "kiểm tra đạt</summary>")
	for _, key := range []string{"birth.known", "vote.quorum", "age.min"} {
		if strings.Contains(a.page, key) {
			t.Errorf("the page calls a check %s", key)
		}
	}
	a = ask(seven("4", "0", "4", "4", "4", "4", "4")...)
	a.want(t, 200, "0 điều chưa được, 1 điều phải cân nhắc")
	accept, why := strings.Index(a.page, `name="accept"`), strings.Index(a.page, `name="reason"`)
	if accept < 0 || why < accept {
		t.Errorf("the reason stands at %d, the warning at %d", why, accept)
	}
	ask(append(seven("4", "0", "4", "4", "4", "4", "4"), "no", "5-NQ")...).want(t, 200, "không có gì vướng, ghi được")
	a = l.posts(l.secretary, p, dossier.CellVote, append(seven("4", "0", "4", "5", "4", "4", "4"), "on", "03/02/2025", "no", "5-NQ")...)
	if a.want(t, 422, "mâu thuẫn"); strings.Contains(a.page, "Kết quả kiểm tra") {
		t.Error("a heading with nothing below it")
	}
	if got := l.at(p); got != before {
		t.Errorf("%+v became %+v", before, got)
	}
}

// TestVoteWhileTyping: what the figures come to is told as far as they are typed, and nothing is recorded.
func TestVoteWhileTyping(t *testing.T) {
	l := newLane(t)
	p := l.upto(l.cells[0][0], dossier.Opinions, nil)
	before := l.at(p)
	for _, c := range []struct {
		typed []string
		want  string
		not   string
	}{
		{[]string{"officials", "9", "excluded", "1"}, "Cần ít nhất 6/8 tán thành (2/3).", "Đủ tỷ lệ"},
		{[]string{"officials", "9", "excluded", "1", "summoned", "8", "present", "9"}, "Có mặt: ", "Phiếu phát ra:"},
		{seven("9", "1", "8", "8", "8", "8", "5"), "Chưa đủ tỷ lệ", "Xem lại"},
		{seven("9", "1", "8", "8", "8", "8", "6"), "Đủ tỷ lệ", "Chưa đủ"},
		{[]string{"excluded", "1"}, `id="vote-says"`, "tán thành"},
	} {
		a := l.posts(l.secretary, p, dossier.CellVote, append(c.typed, "do", "vote")...)
		if a.want(t, 200, c.want); strings.Contains(a.page, c.not) || strings.Contains(a.page, "<main") {
			t.Errorf("%v: %s", c.typed, a.page)
		}
	}
	if got := l.at(p); got != before {
		t.Errorf("%+v became %+v", before, got)
	}
}
