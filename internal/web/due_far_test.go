package web

import (
	"strings"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/deadline"
	"ketnap/internal/deadlines"
	"ketnap/internal/i18n"
)

// What is due in decades is folded even when it is all there is, and is not counted in days.
func TestFarDue(t *testing.T) {
	b := Base{words: i18n.For(i18n.Vi), Lang: i18n.Vi}
	line := func(due day.Date, left int, s deadline.State) deadlines.Line {
		var l deadlines.Line
		l.Due, l.State, l.Left = due, s, left
		return l
	}
	far := line(20660811, day.Date(20660811).Sub(20261129), deadline.Running)
	html := string(b.dueBody([]deadlines.Line{far}, 30).HTML())
	if before, _, ok := strings.Cut(html, "<details"); !ok || strings.Contains(before, "badge") || !strings.Contains(before, "Chưa có hạn nào") {
		t.Errorf("a lone far one is not folded: %s", html)
	}
	near := string(b.dueBody([]deadlines.Line{line(20261216, 17, deadline.Running), far}, 30).HTML())
	if before, _, _ := strings.Cut(near, "<details"); !strings.Contains(before, "Còn 17 ngày") || strings.Contains(near, "Chưa có hạn nào") {
		t.Errorf("what is due in 17 days is folded: %s", near)
	}
	for _, c := range []struct {
		line deadlines.Line
		want string
	}{{far, "Còn hơn 39 năm"}, {line(20281129, 731, deadline.Running), "Còn hơn 2 năm"}, {line(20281128, 730, deadline.Running), "Còn 730 ngày"}, {line(20281129, 731, deadline.Warned), "Còn 731 ngày"}, {line(20200101, -2000, deadline.Overdue), "Quá hạn 2.000 ngày"}} {
		if got := b.dueBadge(&c.line).Text; got != c.want {
			t.Errorf("%s: %q, want %q", c.line.Due, got, c.want)
		}
	}
}
