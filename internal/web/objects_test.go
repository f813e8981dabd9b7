package web

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/approval"
	"ketnap/internal/batch"
	"ketnap/internal/course"
	"ketnap/internal/courses"
	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/handovers"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/rules"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/subject"
	"ketnap/internal/subjects"
)

// stored is a kind of object that an address names by its {id}: how one is made that lies in a commune, and whether the right in the table of
// needs, held at that commune, is all that is asked. sees, where it is more than reading, is the right there without which the object does not
// exist, and with which everything about it may be asked. Of the rest only foreign and missing are compared.
type stored struct {
	under string
	judge bool
	sees  access.Right
	make  func(d desk, commune int) id.ID
}

// asked is what a route about an object asks of somebody at a unit, and as whom they are judged.
func (k stored) asked(n need, who access.Actor, u org.Unit) (need, access.Actor) {
	if k.sees == access.Read {
		return n, who
	}
	if !who.Can(k.sees, u) {
		who = access.Actor{}
	}
	return may(k.sees, ""), who
}

func (d desk) must(i id.ID, err error) id.ID {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	return i
}

// somebody is a person of the pool in the first cell of a commune.
func (d desk) somebody(commune int) id.ID {
	return storetest.Enrol(d.t, d.st, d.cells[commune][0], "Trần Thị Hoà", ledger.Pool, day.Of(2026, 2, 3)).ID
}

var keptKinds = []stored{
	{"/lop/", true, access.Read, func(d desk, n int) id.ID {
		return d.must(d.app.Courses.Create(d.t.Context(), access.System("test"), courses.Form{Lang: "vi",
			Class: course.Class{Unit: d.communes[n].ID, Kind: course.Awareness, Name: "Lớp 1", Issuer: "TTCT", Begins: day.Of(2026, 3, 2)}}))
	}},
	{"/van-ban/", true, access.Read, func(d desk, n int) id.ID {
		return d.must(d.app.Documents.Add(d.t.Context(), access.System("test"), documents.Form{Text: article, Document: document.Document{Unit: d.communes[n].ID, Kind: document.Plan,
			Level: document.Provincial, Number: d.st.NewID(38).String() + "-KH/ĐU", Issuer: "Đảng ủy", Title: "Kế hoạch", Dated: day.Of(2026, 1, 5)}}))
	}},
	{"/nhap/", true, access.Read, func(d desk, n int) id.ID {
		b, err := d.app.Transfer.UploadBytes(d.t.Context(), access.System("test"), d.communes[n], batch.Members, "a.csv", []byte("Họ và tên;Giới tính\nTrần Thị Hoà;Nữ\n"))
		return d.must(b.ID, err)
	}},
	{"/yeu-cau/", true, access.Read, func(d desk, n int) id.ID {
		p := d.somebody(n)
		return d.must(d.app.Subjects.Receive(d.t.Context(), access.System("test"), subjects.Form{Person: p, Kind: subject.Copy, On: d.st.Today(), Asked: "xin bản sao", Key: p.String()}))
	}},
	{"/ban-giao/", true, access.Read, func(d desk, n int) id.ID {
		p := d.somebody(n)
		return d.must(d.app.Handovers.Offer(d.t.Context(), access.System("test"), handovers.Form{Person: p, To: d.cells[n][1].ID.String(), Reason: "school", On: d.st.Today(), Key: p.String()}))
	}},
	{"/phe-duyet/", true, approval.Export.Second(), func(d desk, n int) id.ID {
		asker := d.as(d.user("hoi."+d.st.NewID(38).String(), access.Committee, d.communes[n]))
		made := asker.get("/nguoi/xlsx?u=" + d.communes[n].ID.String())
		if made.StatusCode != http.StatusConflict {
			d.t.Fatalf("a list leaves on one person's word: %d", made.StatusCode)
		}
		sent := asker.post("/phe-duyet", "act", hiddenOf(d.t, made.page, "act"), "reason", "đối chiếu danh sách")
		return id.Parse(strings.TrimPrefix(sent.Header.Get("Location"), "/phe-duyet/"))
	}},
	{"/viec/luu/", false, access.Read, func(d desk, n int) id.ID {
		name := d.st.NewID(38).String()
		if err := d.app.Deadlines.Save(d.t.Context(), access.System("test"), d.communes[n].ID, name, "the=qua-han"); err != nil {
			d.t.Fatal(err)
		}
		var found id.ID
		d.write(func(tx *store.Tx) error {
			all, err := tx.Worklists(d.communes[n].ID)
			for _, w := range all {
				if w.Name == name {
					found = w.ID
				}
			}
			return err
		})
		return found
	}},
	{"/khan-cap/", false, access.Read, func(d desk, n int) id.ID {
		var i id.ID
		who := d.somebody(n)
		by := d.user("gap."+d.st.NewID(38).String(), access.Clerk, d.communes[n])
		d.write(func(tx *store.Tx) error {
			i = tx.NewID(38)
			return tx.AddEmergency(store.Emergency{ID: i, User: by, Unit: d.communes[n].ID, Person: who, Reason: "họp cấp ủy chiều nay", At: tx.Now, Until: tx.Now + 3_600_000})
		})
		return i
	}},
	{"/quy-tac/de-nghi/", false, access.Read, func(d desk, _ int) id.ID { // of the installation: who may not decide learns of none
		return d.must(d.app.Rules.ProposeValue(d.t.Context(), access.System("test"), rules.ValueForm{Ref: "qd208", Key: "values/certificate.months", Value: "48", Doc: "hd01_2026",
			Clause: "5", Sure: "sure", SinceOn: "19/5/2026", Note: "đọc được toàn văn"}))
	}},
	{"/quan-tri/nguoi-dung/", true, access.Read, func(d desk, n int) id.ID {
		return d.user("khac."+d.st.NewID(38).String(), access.Clerk, d.communes[n])
	}},
}

// partNamed are the pages whose form names something of the object that is not there.
var partNamed = []string{"POST /van-ban/{id}/bo-so-lieu", "POST /yeu-cau/{id}"}

// askKept asks a route about an object; further places of the address are filled with what is there or, like {tep}, is not.
func askKept(b *browser, method, path string, object id.ID) answer {
	return askFor(b, method, strings.NewReplacer("{viec}", "nhan", "{tep}", "4").Replace(path), object.String())
}

// differ is where two pages part.
func differ(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	return fmt.Sprintf("%q, %q", a[min(i, len(a)):min(i+60, len(a))], b[min(i, len(b)):min(i+60, len(b))])
}

// keptFaults asks every route about objects of each kind and says what is wrong with the answers.
func keptFaults(d desk, actors map[string]*browser, grants map[string]access.Actor, kinds []stored, ask func(b *browser, method, path string, object id.ID) answer) (cells int, faults []string) {
	for _, k := range kinds {
		theirs, missing := k.make(d, 1), d.st.NewID(38)
		for _, pattern := range d.app.served {
			method, path, _ := strings.Cut(pattern, " ")
			if !strings.HasPrefix(path, k.under+"{id}") {
				continue
			}
			for name, b := range actors {
				wrong := func(what string, res answer) {
					faults = append(faults, fmt.Sprintf("%s as %s: %s (%d)", pattern, name, what, res.StatusCode))
				}
				n, as := k.asked(needs[pattern], grants[name], d.communes[0])
				place := func(u org.Unit) bool { return grants[name].Can(access.Read, u) }
				// First what must look alike, while nothing was changed.
				none := ask(b, method, path, missing)
				cells++
				early := none.StatusCode == http.StatusUnprocessableEntity // the form is refused before anything is looked for
				if name != "nobody" && !early && none.StatusCode != http.StatusNotFound && (k.judge || none.StatusCode != http.StatusForbidden) {
					wrong("nothing is there, and yet", none)
				}
				if !place(d.communes[1]) {
					got := ask(b, method, path, theirs)
					cells++
					if got.StatusCode != none.StatusCode || strings.ReplaceAll(got.Header.Get("Location"), theirs.String(), missing.String()) != none.Header.Get("Location") || plain(got, theirs.String()) != plain(none, missing.String()) {
						wrong("a foreign one is not answered as one that is not there: "+differ(plain(got, theirs.String()), plain(none, missing.String())), got)
					}
				}
				if strings.Contains(path, "{tep}") || slices.Contains(partNamed, pattern) || !k.judge || early {
					continue // of the rest the tests of the page tell
				}
				again := *b // what an act of one's own leaves to be said on the next page stays here
				again.cookies = maps.Clone(b.cookies)
				own := ask(&again, method, path, k.make(d, 0))
				cells++
				if place(d.communes[0]) && (own.StatusCode == http.StatusUnprocessableEntity || own.StatusCode == http.StatusRequestEntityTooLarge) {
					continue // the form is refused first
				}
				if why := judge(own, n, as, d.communes[0], name); why != "" && (name != "self" || own.StatusCode != http.StatusNotFound) {
					wrong("one's own: "+why, own)
				}
			}
		}
	}
	return cells, faults
}

// TestObjectMatrix asks the pages of classes, documents, imports, requests, handovers, approvals, saved filters, emergencies, proposals of rules and accounts, as every role at three places, about one's
// own, a foreign one and one that is not there: what is foreign is answered as what is not there. Each planted fault turns it red.
func TestObjectMatrix(t *testing.T) {
	d := newDesk(t, Config{})
	d.guarded()
	for n := range d.communes { // more than one row, and somebody who could be the second person
		d.somebody(n)
		d.somebody(n)
		d.user(fmt.Sprint("hai", n), access.Admin, d.communes[n])
	}
	actors, grants := map[string]*browser{"nobody": d.visitor()}, map[string]access.Actor{"nobody": {}}
	for _, role := range access.Roles {
		for place, u := range map[string]org.Unit{"root": d.root, "commune": d.communes[0], "sibling": d.communes[1]} {
			name := string(role) + "@" + place
			actors[name] = d.as(d.user(strings.ReplaceAll(name, "@", "."), role, u))
			grants[name] = access.Actor{Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
		}
	}
	actors["self"], grants["self"] = d.as(d.self(d.somebody(0))), access.Actor{}
	cells, faults := keptFaults(d, actors, grants, keptKinds, askKept)
	t.Logf("%d cells of objects tried, %d accepted that should not be or refused that should be", cells, len(faults))
	for _, f := range faults[:min(len(faults), 40)] {
		t.Error(f)
	}
	if cells < 1200 {
		t.Errorf("only %d cells", cells)
	}
	d.plantedObjects(actors, grants)
}

// plantedObjects bends the answers about foreign classes.
func (d desk) plantedObjects(actors map[string]*browser, grants map[string]access.Actor) {
	d.t.Helper()
	few := func(names ...string) map[string]*browser {
		m := map[string]*browser{}
		for _, n := range names {
			m[n] = actors[n]
		}
		return m
	}
	wide := d.as(d.user("rong", access.Clerk, d.root))
	made := map[id.ID]bool{}
	classes := []stored{{keptKinds[0].under, true, access.Read, func(d desk, n int) id.ID {
		i := keptKinds[0].make(d, n)
		made[i] = n == 1
		return i
	}}}
	bent := func(change func(*answer)) func(*browser, string, string, id.ID) answer {
		return func(b *browser, method, path string, object id.ID) answer {
			a := askKept(b, method, path, object)
			if made[object] {
				change(&a)
			}
			return a
		}
	}
	for name, fault := range map[string]struct {
		actors map[string]*browser
		ask    func(*browser, string, string, id.ID) answer
	}{
		"a scope that is left out":   {map[string]*browser{"clerk@commune": wide}, askKept},
		"refused instead of missing": {few("clerk@commune"), bent(func(a *answer) { a.StatusCode = http.StatusForbidden })},
		"another sentence":           {few("clerk@commune"), bent(func(a *answer) { a.page += "Lớp này của nơi khác." })},
		"a way there":                {few("clerk@commune"), bent(func(a *answer) { a.Header.Set("Location", "/lop") })},
		"a role that may too much":   {map[string]*browser{"viewer@commune": actors["admin@commune"]}, askKept},
		"a role that may too little": {map[string]*browser{"admin@commune": actors["viewer@commune"]}, askKept},
		"a visitor is let in":        {map[string]*browser{"nobody": actors["viewer@commune"]}, askKept},
	} {
		if _, found := keptFaults(d, fault.actors, grants, classes, fault.ask); len(found) == 0 {
			d.t.Errorf("planted: %s: not found", name)
		}
	}
}
