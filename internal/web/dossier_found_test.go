package web

import (
	"reflect"
	"strings"
	"testing"

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
