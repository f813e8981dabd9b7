package documents_test

import (
	"context"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/documents"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
	"ketnap/internal/target"
)

type room struct {
	*documents.Service
	tree storetest.Tree
	ctx  context.Context
}

func each(t *testing.T, f func(t *testing.T, r room)) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		f(t, room{documents.New(s), storetest.Grow(t, s, 38), context.Background()})
	})
}

func as(role access.Role, u org.Unit) access.Actor {
	return access.Actor{User: 7, Name: "Thử", Method: "test", Grants: []access.Grant{{Unit: u.ID, Path: u.Path, Role: role}}}
}

const article = "Mục tiêu cụ thể là từ năm 2024-2025 và giai đoạn 2025-2030: Hàng năm, toàn Đảng bộ tỉnh kết nạp từ 1.020 - 1.250 đảng viên, trong đó đảng viên là học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước từ 40-55 người/năm.\n" +
	"5 năm gần đây (2018-2022), Đảng bộ kết nạp 4.715 đảng viên, trong đó học sinh, sinh viên và người lao động trong doanh nghiệp ngoài nhà nước là 436 đảng viên."

func resolution(u id.ID) documents.Form {
	return documents.Form{Text: article, Document: document.Document{Unit: u, Kind: document.Resolution, Level: document.Provincial, Number: "20-NQ/TU", Issuer: "Tỉnh ủy",
		Dated: day.Of(2024, 1, 11), Title: "Tăng cường công tác phát triển đảng viên", Spread: true}}
}

// take confirms an offer as it was read.
func take(o documents.Offer, doc id.ID) target.Figure {
	f := target.Figure{Document: doc, Indicator: o.Indicator, Slice: o.Slice, Kind: o.Kind, Value: o.Value, PartOf: o.Whole, Span: o.Span, Base: o.Base}
	if f.Slice == "" {
		f.Slice = o.Group
	}
	if o.Whole != 0 {
		f.Relation = o.Relation
	}
	return f
}

// TestPaste: a resolution is pasted, its numbers confirmed one by one, and the checks say what a careful reader would.
func TestPaste(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who := as(access.Committee, r.tree.Root)
		doc, err := r.Add(r.ctx, who, resolution(r.tree.Root.ID))
		if err != nil {
			t.Fatal(err)
		}
		v, err := r.View(r.ctx, who, doc)
		if err != nil || len(v.Offers) != 6 || len(v.Figures) != 0 || len(v.Findings) != 0 || len(v.Clauses) != 2 {
			t.Fatalf("%d offers, %d figures, %d findings: %v", len(v.Offers), len(v.Figures), len(v.Findings), err)
		}
		for len(v.Offers) > 0 {
			if _, err := r.Confirm(r.ctx, who, v.Offers[0].Key, take(v.Offers[0], doc)); err != nil {
				t.Fatalf("%s: %v", v.Offers[0].Words, err)
			}
			left := len(v.Offers) - 1
			if v, err = r.View(r.ctx, who, doc); err != nil || len(v.Offers) != left {
				t.Fatalf("%d offers left: %v", len(v.Offers), err)
			}
		}
		got := map[fault.Key]int{}
		for _, f := range v.Findings {
			got[f.Key]++
		}
		for key, n := range map[fault.Key]int{"target.c3_below": 2, "target.c3_above": 2, "target.c2_share": 3, "target.c7_overlap": 2} {
			if got[key] != n {
				t.Errorf("%s: %d, want %d (%v)", key, got[key], n, got)
			}
		}
		if len(v.Findings) == 0 || v.Findings[0].Grade != target.Warn || v.Findings[0].Key != "target.c3_below" {
			t.Fatalf("the worst finding comes first: %+v", v.Findings[0])
		}
		r.seen(t, who, doc, v.Findings[0].ID())
		r.taken(t, who, v)
	})
}

// seen goes on past a finding.
func (r room) seen(t *testing.T, who access.Actor, doc id.ID, finding string) {
	t.Helper()
	if err := r.Acknowledge(r.ctx, who, doc, finding, "ok"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a mark is no reason: %v", err)
	}
	if err := r.Acknowledge(r.ctx, who, doc, finding, "Đã báo cáo Ban Thường vụ"); err != nil {
		t.Fatal(err)
	}
	if v, err := r.View(r.ctx, who, doc); err != nil || v.Seen[finding].By != "Thử" || v.Seen[finding].Reason != "Đã báo cáo Ban Thường vụ" {
		t.Errorf("%+v %v", v.Seen, err)
	}
}

// taken holds what may not be done once numbers are confirmed.
func (r room) taken(t *testing.T, who access.Actor, v documents.View) {
	t.Helper()
	whole := v.Figures[0]
	if _, err := r.Drop(r.ctx, who, whole.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("a number that others are inside is taken back: %v", err)
	}
	if _, err := r.Confirm(r.ctx, who, "9.9.9.9", take(documents.Offer{}, v.Document.ID)); !fault.Is(err, fault.Stale) {
		t.Errorf("an offer that is not there: %v", err)
	}
	f := resolution(v.Document.Unit)
	f.Document.ID, f.Document.Version = v.Document.ID, v.Document.Version
	if err := r.Update(r.ctx, who, f); !fault.Is(err, fault.Conflict) {
		t.Errorf("the text under quotations is replaced: %v", err)
	}
	f.Text, f.Document.Title = "", "Trích yếu mới"
	if err := r.Update(r.ctx, who, f); err != nil {
		t.Fatal(err)
	}
	if err := r.Update(r.ctx, who, f); !fault.Is(err, fault.Stale) {
		t.Errorf("an old version is stored: %v", err)
	}
	last := v.Figures[len(v.Figures)-1]
	if _, err := r.Drop(r.ctx, who, last.ID); err != nil {
		t.Fatal(err)
	}
	now, err := r.View(r.ctx, who, v.Document.ID)
	if err != nil || len(now.Offers) != 1 || now.Document.Title != "Trích yếu mới" {
		t.Fatalf("%d offers: %v", len(now.Offers), err)
	}
	if err := r.SetAside(r.ctx, who, v.Document.ID, now.Offers[0].Key); err != nil {
		t.Fatal(err)
	}
	if now, err = r.View(r.ctx, who, v.Document.ID); err != nil || len(now.Offers) != 0 || len(now.Set) != 1 {
		t.Errorf("%d offers, %d set aside: %v", len(now.Offers), len(now.Set), err)
	}
}

// TestWho: who keeps a register, who may read it, and that a spread document reaches the cells below and nobody else.
func TestWho(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		root, commune, other := as(access.Committee, r.tree.Root), as(access.Committee, r.tree.Communes[0]), as(access.Viewer, r.tree.Communes[1])
		for name, who := range map[string]access.Actor{"a commune": commune, "a clerk": as(access.Clerk, r.tree.Root), "nobody": {}} {
			if _, err := r.Add(r.ctx, who, resolution(r.tree.Root.ID)); !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s enters a document of the province: %v", name, err)
			}
		}
		doc, err := r.Add(r.ctx, root, resolution(r.tree.Root.ID))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Add(r.ctx, root, resolution(r.tree.Root.ID)); !fault.Is(err, fault.Conflict) || fault.FieldsOf(err)["number"].Key != "document.twice" {
			t.Errorf("the same document twice: %v", err)
		}
		own := resolution(r.tree.Communes[0].ID)
		own.Document.Spread, own.Document.Number, own.Document.Kind, own.Document.Level, own.Text = false, "5-KH/ĐU", document.Plan, document.Grassroots, ""
		plan, err := r.Add(r.ctx, commune, own)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			who  access.Actor
			unit org.Unit
			want int
		}{"province": {root, r.tree.Root, 2}, "commune": {commune, r.tree.Communes[0], 2}, "its cell": {as(access.Viewer, r.tree.Cells[0][0]), r.tree.Cells[0][0], 1}, "another commune": {other, r.tree.Communes[1], 1}} {
			reg, err := r.List(r.ctx, c.who, c.unit.ID, documents.Filter{})
			if err != nil || len(reg.Rows) != c.want {
				t.Errorf("%s: %d rows, %v", name, len(reg.Rows), err)
			}
		}
		for u, want := range map[id.ID]int{r.tree.Root.ID: 1, r.tree.Communes[0].ID: 2} {
			if reg, err := r.List(r.ctx, root, u, documents.Filter{Own: true}); err != nil || len(reg.Rows) != want {
				t.Errorf("its own and those from above: %d rows, %v", len(reg.Rows), err)
			}
		}
		if _, err := r.View(r.ctx, other, doc); err != nil {
			t.Errorf("a spread document: %v", err)
		}
		if v, err := r.View(r.ctx, other, doc); err != nil || v.May || len(v.Offers) != 0 {
			t.Errorf("a reader is offered numbers: %v %v", v.May, err)
		}
		for name, err := range map[string]error{
			"view":   func() error { _, err := r.View(r.ctx, other, plan); return err }(),
			"update": r.Update(r.ctx, other, documents.Form{Document: document.Document{ID: plan, Kind: document.Plan, Level: document.Upper, Number: "x", Issuer: "x", Title: "x", Dated: day.Of(2024, 1, 1)}}),
			"link":   r.AddLink(r.ctx, other, document.Link{From: plan, Relation: document.BasedOn, Text: "x"}),
			"aside":  r.SetAside(r.ctx, other, plan, "1.1.1.1"),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s of a document that is not theirs: %v", name, err)
			}
		}
		if err := r.SetAside(r.ctx, commune, doc, "1.1.1.1"); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a commune decides on numbers of the province: %v", err)
		}
		r.links(t, commune, plan, doc)
	})
}

func (r room) links(t *testing.T, who access.Actor, plan, doc id.ID) {
	t.Helper()
	if err := r.LinkTo(r.ctx, who, document.Link{From: plan, Relation: document.Implements, Text: "20-NQ/TU"}); err != nil {
		t.Fatal(err)
	}
	if err := r.LinkTo(r.ctx, who, document.Link{From: plan, Relation: document.BasedOn, Text: "Nghị quyết số 21-NQ/TW ngày 16-6-2022"}); err != nil {
		t.Fatal(err)
	}
	if err := r.LinkTo(r.ctx, who, document.Link{From: plan, Relation: document.BasedOn, Text: " "}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a relation to nothing: %v", err)
	}
	self, err := r.View(r.ctx, who, plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.LinkTo(r.ctx, who, document.Link{From: plan, Relation: document.Amends, Text: self.Document.Number}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a document that amends itself, by its number: %v", err)
	}
	v, err := r.View(r.ctx, who, plan)
	if err != nil || len(v.Links) != 2 {
		t.Fatalf("%+v %v", v.Links, err)
	}
	for _, l := range v.Links {
		if l.Relation == document.Implements && (l.Other != doc || !l.Out) || l.Relation == document.BasedOn && l.Other != 0 {
			t.Errorf("%+v", l)
		}
	}
	if up, err := r.View(r.ctx, who, doc); err != nil || len(up.Links) != 1 || up.Links[0].Other != plan || up.Links[0].Out {
		t.Errorf("seen from the resolution: %+v %v", up.Links, err)
	}
	if err := r.DropLink(r.ctx, who, document.Link{From: plan, Relation: document.Implements, To: doc}); err != nil {
		t.Fatal(err)
	}
	if v, err = r.View(r.ctx, who, plan); err != nil || len(v.Links) != 1 {
		t.Errorf("%+v %v", v.Links, err)
	}
}

// TestIndicators: two indicators are two, and a number of one the province did not write down is refused.
func TestIndicators(t *testing.T) {
	each(t, func(t *testing.T, r room) {
		who := as(access.Committee, r.tree.Root)
		add := func(code, name string) error {
			return r.AddIndicator(r.ctx, who, r.tree.Root.ID, documents.Indicator{Code: code, Name: name, Definition: "Xóm trong phạm vi Đề án", Counting: "Sổ theo dõi xóm", Counted: target.InHamlets})
		}
		if err := add("xom-chua-doan-the", "Xóm chưa có tổ chức đoàn thể"); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{"the same code": add("xom-chua-doan-the", "Khác"), "the same name": add("khac", "Xóm chưa có tổ chức đoàn thể")} {
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, code := range []string{"admit", "members", "a", "Có dấu"} {
			if err := add(code, "x "+code); !fault.Is(err, fault.Invalid) {
				t.Errorf("code %q: %v", code, err)
			}
		}
		doc, err := r.Add(r.ctx, who, resolution(r.tree.Root.ID))
		if err != nil {
			t.Fatal(err)
		}
		f := target.Figure{Document: doc, Kind: target.Stock, Value: target.Value{Op: target.Exactly, Low: 18, Counted: target.InHamlets}, Span: target.Span{Kind: target.OfYear, From: day.Of(2016, 1, 1), To: day.Of(2016, 12, 31)}}
		for indicator, want := range map[string]fault.Kind{"xom-chua-doan-the": 0, "khong-co": fault.Invalid, "": fault.Invalid} {
			f.Indicator = indicator
			if _, err := r.Confirm(r.ctx, who, "", f); want == 0 && err != nil || want != 0 && !fault.Is(err, want) {
				t.Errorf("%q: %v", indicator, err)
			}
		}
		f.Indicator, f.PartOf, f.Relation = "xom-chua-doan-the", doc, target.Overlapping
		if _, err := r.Confirm(r.ctx, who, "", f); !fault.Is(err, fault.Invalid) {
			t.Errorf("inside a number of nowhere: %v", err)
		}
	})
}
