package web

import (
	"net/http"
	"strconv"
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/i18n"
	"ketnap/internal/ledger"
)

// TestExitPages walks through each way out or back on its pages: it is offered, wrong input is refused in words and changes
// nothing, then it is done, the pages of the dossier and the person and the board say so, and taking it back leads back.
func TestExitPages(t *testing.T) {
	l := newLane(t)
	const on = "01/11/2026"
	words := i18n.For(i18n.Vi)
	reason := []string{"reason", "lý do cụ thể"}
	for _, c := range []struct {
		name     string
		upto     dossier.Step
		turn     dossier.Step
		upper    bool     // recorded by the committee
		bad      []string // what is typed wrongly, beside the day
		says     string   // the refusal
		good     []string
		state    dossier.State
		stage    ledger.Stage
		person   string // what the page of the person says then, "" when nobody moved
		noReturn bool   // the page is no longer the visitor's
	}{
		{"a proposal is not taken", "", dossier.Refuse, false, []string{"by", "cell"}, "Nêu rõ lý do", append(reason, "by", "cell"), dossier.Refused, ledger.Outside, "Đưa ra khỏi nguồn", false},
		{"a proposal is dropped", "", dossier.Drop, false, nil, "Nêu rõ lý do", reason, dossier.Dropped, ledger.Outside, "Đưa ra khỏi nguồn", false},
		{"out of the pool", dossier.Adopt, dossier.Drop, false, []string{"reason", "x"}, "Nêu rõ lý do", reason, dossier.Dropped, ledger.Outside, "Đưa ra khỏi nguồn", false},
		{"the certificate lapsed", dossier.Opinions, dossier.Lapse, false, nil, "Nêu rõ lý do", reason, dossier.InPool, ledger.Pool, "Giấy chứng nhận", false},
		{"the application is withdrawn", dossier.CV, dossier.Withdraw, false, nil, "Nêu rõ lý do", reason, dossier.Withdrawn, ledger.Outside, "Đưa ra khỏi nguồn", false},
		{"the cell refuses", dossier.Opinions, dossier.Refuse, false, []string{"by", "cell"}, "Nêu rõ lý do", append(reason, "by", "cell"), dossier.Certified, ledger.Certified, "Không đồng ý", false},
		{"the committee refuses", dossier.CellVote, dossier.Refuse, true, []string{"by", "committee"}, "Nêu rõ lý do", append(reason, "by", "committee"), dossier.Certified, ledger.Certified, "Không đồng ý", false},
		{"the decider refuses", dossier.CommitteeVote, dossier.Refuse, true, []string{"by", "decider"}, "Nêu rõ lý do", append(reason, "by", "decider"), dossier.Certified, ledger.Certified, "Không đồng ý", false},
		{"sent back to be redone", dossier.CommitteeVote, dossier.SendBack, true, append([]string{"to", "decide"}, reason...), "Chọn", append(reason, "to", "verify", "no", "3-CV/ĐU"), dossier.Consulting, ledger.Dossier, "", false},
		{"the decision is cancelled", dossier.Decide, dossier.Cancel, true, nil, "Nêu rõ lý do", append(reason, "no", "80-QĐ/ĐU"), dossier.Cancelled, ledger.Outside, "Đưa ra khỏi nguồn", false},
		{"recognised after correction", dossier.Decide, dossier.Correct, true, nil, "Nêu rõ lý do", append(reason, "no", "81-QĐ/ĐU"), dossier.Decided, ledger.Dossier, "", false},
		{"cancelled on probation", dossier.Ceremony, dossier.Cancel, true, nil, "Nêu rõ lý do", append(reason, "no", "82-QĐ/ĐU"), dossier.Cancelled, ledger.Outside, "Hủy", false},
		{"struck off", dossier.Ceremony, dossier.Strike, true, nil, "Nêu rõ lý do", append(reason, "no", "83-QĐ/ĐU"), dossier.Struck, ledger.Outside, "Xóa tên", false},
		{"leaves by own wish", dossier.Ceremony, dossier.Quit, false, nil, "Nêu rõ lý do", append(reason, "no", "84-QĐ/ĐU"), dossier.Left, ledger.Outside, "ra khỏi Đảng", false},
		{"dies", dossier.NewCourse, dossier.Die, false, []string{"on", "01/11/2126"}, "", nil, dossier.Dead, ledger.Outside, "Từ trần", false},
		{"moves to another cell", dossier.Decide, dossier.Move, true, nil, "", []string{"unit", "Chi bộ Lối Hai"}, dossier.Decided, ledger.Dossier, "Chi bộ Lối Hai", false},
		{"moves out of the province", dossier.Adopt, dossier.Move, false, nil, "", []string{"out", "1"}, dossier.Away, ledger.Outside, "", false},
		{"a vote of the cell in vain", dossier.LaterOpinions, dossier.Refuse, false, []string{"by", "cell"}, "Nêu rõ lý do", append(reason, "by", "cell"), dossier.Considering, ledger.Probationary, "", false},
		{"the recognition is sent back", dossier.CellRecognise, dossier.SendBack, true, nil, "", append(reason, "to", "cell_recognise"), dossier.Considering, ledger.Probationary, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l.t = t
			p := l.upto(l.cells[0][0], c.upto, nil)
			b := l.secretary
			if c.upper {
				if l.secretary.get(dossierHref(p)).want(t, 200); len(nodes(t, l.secretary.get(dossierHref(p)).page, "a", "href", actHref(p, c.turn))) > 0 && dossierUpper(c.turn) {
					t.Error("the cell is offered what the committee records")
				}
				b = l.officer
			}
			page := b.get(dossierHref(p))
			if len(nodes(t, page.page, "a", "href", actHref(p, c.turn))) == 0 {
				t.Fatalf("%s is not offered", c.turn)
			}
			before := l.at(p)
			wrong := l.posts(b, p, c.turn, withDay(c.bad, on)...)
			wrong.want(t, 422, c.says, `aria-invalid="true"`)
			if got := l.at(p); got != before {
				t.Fatalf("refused, and yet %+v became %+v", before, got)
			}
			boards := l.count(l.officer, l.communes[0], c.state)
			if done := l.posts(b, p, c.turn, withDay(c.good, on)...); done.StatusCode != http.StatusSeeOther {
				t.Fatalf("%d: %s", done.StatusCode, inner(nodes(t, done.page, "main", "", "")[0]))
			}
			got := l.at(p)
			if got.state != c.state || got.stage != c.stage || got.version != before.version+1 && before.version != 0 {
				t.Errorf("%+v became %+v", before, got)
			}
			shown := b.get(dossierHref(p))
			shown.want(t, 200, words.T("dstate."+string(c.state)), words.T("step."+string(c.turn)))
			if n := l.count(l.officer, l.communes[0], c.state); before.state != c.state && n != boards+1 {
				t.Errorf("the board says %d, was %d", n, boards)
			}
			b.get("/nguoi/"+p.String()).want(t, 200, c.person, words.T("stage."+c.stage.String()))
			back := b.post(dossierHref(p)+"/huy", "key", formKey(), "version", strconv.FormatInt(got.version, 10), "reason", "")
			back.want(t, 422, "Nêu lý do hoàn tác")
			if back = b.post(dossierHref(p)+"/huy", "key", formKey(), "version", strconv.FormatInt(got.version, 10), "reason", "ghi nhầm người"); back.StatusCode != http.StatusSeeOther {
				t.Fatalf("taking it back: %d", back.StatusCode)
			}
			if again := l.at(p); again.stage != before.stage || again.state != before.state && before.version != 0 {
				t.Errorf("taken back: %+v, before %+v", again, before)
			}
		})
	}
	l.t = t
	l.verified()
}

// withDay adds the day of an act unless the pairs have one.
func withDay(pairs []string, on string) []string {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == "on" {
			return pairs
		}
	}
	return append([]string{"on", on}, pairs...)
}

func dossierUpper(s dossier.Step) bool { return s != dossier.Refuse && s != dossier.Move }

// TestThreeVotes: after three votes of the cell in vain the page sends the recognition to the committee above.
func TestThreeVotes(t *testing.T) {
	l := newLane(t)
	p := l.upto(l.cells[0][0], dossier.LaterOpinions, nil)
	for i := range 3 {
		on := day.Of(2026, 5+i, 10)
		l.secretary.get(dossierHref(p)).want(t, 200, actHref(p, dossier.CellRecognise)[len(dossierHref(p)):])
		if a := l.posts(l.secretary, p, dossier.Refuse, "by", "cell", "on", on.VN(), "reason", "chưa đủ hai phần ba"); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("vote %d: %d", i+1, a.StatusCode)
		}
	}
	a := l.posts(l.secretary, p, dossier.CellRecognise, "on", "10/08/2026", "officials", "4", "excluded", "0", "summoned", "4", "present", "4", "issued", "4", "valid", "4", "for", "4", "no", "9-NQ")
	a.want(t, 409, "3 lần")
	page := l.officer.get(dossierHref(p))
	page.want(t, 200, "step=committee_agree")
	if len(nodes(t, page.page, "a", "href", actHref(p, dossier.CellRecognise))) != 0 {
		t.Error("a fourth vote of the cell is offered")
	}
	l.verified()
}

// TestReadmissionPage: who left waits as long as the pack says, is readmitted only with written consent, and has a probation of their own.
func TestReadmissionPage(t *testing.T) {
	l := newLane(t)
	p := l.upto(l.cells[0][0], dossier.Ceremony, nil)
	if a := l.posts(l.secretary, p, dossier.Quit, "on", "01/05/2025", "reason", "xin ra vì việc riêng", "no", "3-QĐ"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.StatusCode)
	}
	l.officer.get(dossierHref(p)).want(t, 200, "Đã ra khỏi Đảng", "step=propose")
	for _, s := range []struct{ step, on string }{{"propose", "01/06/2025"}, {"adopt", "01/07/2025"}, {"certify", "01/08/2025"}} {
		if a := l.posts(l.secretary, p, dossier.Step(s.step), "on", s.on, "no", "1-NQ", "helper", l.members[2].String(), "by", "member", "body", "đảng viên", "reason", "phấn đấu tốt"); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", s.step, a.StatusCode, inner(nodes(t, a.page, "main", "", "")[0]))
		}
	}
	before := l.at(p)
	l.posts(l.secretary, p, dossier.Open, "on", "01/11/2026", "route", "a", "no", "2-NQ").want(t, 422, "36 tháng", "01/05/2028")
	if got := l.at(p); got != before {
		t.Errorf("%+v became %+v", before, got)
	}
	l.secretary.get(dossierHref(p)).want(t, 200, "Kết nạp lại")
	l.verified()
}
