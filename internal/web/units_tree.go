package web

import (
	"net/url"
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/units"
)

// treeNode is a line of the tree with everything below it that is open. Its texts are in the language
// of the page, so that a fragment needs nothing else.
type treeNode struct {
	ID          string
	Cell        bool   // a cell rather than an organisation with units below it
	Badge       string // "ĐBCS"
	Kind        string // what the badge means
	Name, Href  string
	Count, Sum  string // members, and the same as words
	Toggle      string // address that opens or closes the node; "" when nothing is below it
	Load        string // address of what is below, for a node that is closed
	ToggleText  string
	Open, Here  bool
	Focus       bool // the link takes the focus when it is loaded
	Kids        []treeNode
	First, More *treeMore
}

// treeMore leads to the part of a long list that is not shown.
type treeMore struct{ Href, Load, Text string }

// treeHref is the tree open at a unit; on 0 is today.
func treeHref(open id.ID, on day.Date) string { return treePage(open, on, "") }

func treePage(open id.ID, on day.Date, after string) string {
	q := url.Values{}
	if open != 0 {
		q.Set("mo", open.String())
	}
	if after != "" {
		q.Set("sau", after)
	}
	href := "/to-chuc" + dayQuery(q, on)
	if open != 0 {
		href += "#u-" + open.String()
	}
	return href
}

// treeUnitHref is the page of a unit's history; the nation has none.
func treeUnitHref(u id.ID, on day.Date) string {
	if u == 0 {
		return treeHref(0, on)
	}
	return "/to-chuc/" + u.String() + dayQuery(url.Values{}, on)
}

// branchHref is what lies below a unit, after a cursor.
func branchHref(u id.ID, on day.Date, after string) string {
	q := url.Values{}
	if after != "" {
		q.Set("sau", after)
	}
	return "/to-chuc/" + u.String() + "/con" + dayQuery(q, on)
}

func dayQuery(q url.Values, on day.Date) string {
	if on != 0 {
		q.Set("ngay", on.String())
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// nodes makes the lines of whole trees.
func (b Base) nodes(ns []units.Node, on day.Date) []treeNode {
	out := make([]treeNode, 0, len(ns))
	for _, n := range ns {
		out = append(out, b.treeNode(n, 0, on))
	}
	return out
}

// treeNode makes a line; to close it without a script the tree is shown open at its parent.
func (b Base) treeNode(n units.Node, parent id.ID, on day.Date) treeNode {
	t := treeNode{ID: n.ID.String(), Cell: isCell(n.Kind), Badge: b.T("unit.badge." + string(n.Kind)), Kind: b.T("kind." + string(n.Kind)),
		Name: n.Name, Href: treeUnitHref(n.ID, on), Count: b.Num(n.Members), Sum: b.T("unit.members", n.Members), Open: n.Open, Here: n.Here}
	if n.ID == 0 {
		t.Badge, t.Kind, t.Name = "", "", b.T("unit.nation")
	}
	if !n.More {
		return t
	}
	t.ToggleText = b.T("unit.below", t.Name)
	if !n.Open {
		t.Toggle, t.Load = treeHref(n.ID, on), branchHref(n.ID, on, "")
		return t
	}
	t.Toggle = treeHref(parent, on)
	for _, k := range n.Kids {
		t.Kids = append(t.Kids, b.treeNode(k, n.ID, on))
	}
	if n.Cut {
		t.First = &treeMore{Href: treeHref(n.ID, on), Text: b.T("unit.from_first")}
	}
	t.More = b.treeMore(n.ID, on, n.Next)
	return t
}

func (b Base) treeMore(u id.ID, on day.Date, next string) *treeMore {
	if next == "" {
		return nil
	}
	return &treeMore{Href: treePage(u, on, next), Load: branchHref(u, on, next), Text: b.T("unit.more")}
}

// branch makes what lies below one unit.
func (b Base) branch(p units.Page, on day.Date) treeNode {
	t := treeNode{ID: p.Of.String(), Open: true, More: b.treeMore(p.Of, on, p.Next)}
	for _, k := range p.Nodes {
		t.Kids = append(t.Kids, b.treeNode(k, p.Of, on))
	}
	return t
}

func isCell(k org.Kind) bool { return k == org.Cell || k == org.BaseCell }

// hit makes a line of what a search found.
func (b Base) hit(h units.Hit, on day.Date) unitHit {
	x := unitHit{treeNode: treeNode{ID: h.ID.String(), Cell: isCell(h.Kind), Badge: b.T("unit.badge." + string(h.Kind)), Kind: b.T("kind." + string(h.Kind)),
		Name: h.Name, Href: treeUnitHref(h.ID, on)}, Path: strings.Join(h.Path, " › ")}
	if h.Dissolved != 0 {
		x.Ended = b.T("unit.ended_on", h.Dissolved)
	}
	return x
}

// treeCrumbs is the way from the root to a unit on the day of its view.
func (b Base) treeCrumbs(v units.View, on day.Date) []Crumb {
	cs := []Crumb{{b.T("unit.tree"), treeHref(v.ID, on)}}
	for _, a := range v.Above[v.Shut:] {
		cs = append(cs, Crumb{a.Name, treeUnitHref(a.ID, on)})
	}
	return append(cs, Crumb{Label: v.Name})
}
