package web

import "strings"

// NavGroup is a part of the work: one entry of the main navigation, and the pages it opens.
type NavGroup struct {
	Key     string // i18n key of the label
	Icon    string // name in tmpl/part/icon.html
	Entries []NavEntry
	Self    bool // of the own account of a person, which sees no other
}

// NavEntry is a page of a group. The first one a user may see is where the group leads.
type NavEntry struct {
	Key  string               // i18n key of the label
	Href string               // also current for every path below it
	Show func(*UserView) bool // nil: everybody
	// Count is how many things wait on the page; nil: pages do not say.
	Count func(*UserView) int
}

// NavItem is one entry of the navigation as printed.
type NavItem struct {
	Label, Icon, Href string
	Current           bool
	Pages             []NavItem // of the group, when it has several
	Count             int       // things that wait there
}

// navigation is that of the program: the order of a day's work, what is seldom needed last.
func navigation() []NavGroup {
	return []NavGroup{
		{Key: "mine.title", Icon: "user", Self: true, Entries: []NavEntry{{Key: "mine.title", Href: selfHref}}},
		{Key: "web.account", Icon: "gear", Self: true, Entries: []NavEntry{{Key: "web.account", Href: "/tai-khoan"}}},
		{Key: "web.nav.today", Icon: "clock", Entries: []NavEntry{{Key: "web.nav.today", Href: "/hom-nay"}, {Key: "deadline.lists", Href: "/viec"}, {Key: "deadline.month", Href: "/lich"}}},
		{Key: "web.nav.overview", Icon: "gauge", Entries: []NavEntry{{Key: "web.nav.overview", Href: "/don-vi"}}},
		{Key: "web.nav.people", Icon: "people", Entries: []NavEntry{{Key: "web.nav.list", Href: "/nguoi"}, {Key: "pool.title", Href: "/nguon"}, {Key: "web.nav.courses", Href: "/lop"},
			{Key: "web.nav.dossiers", Href: "/ho-so"}, {Key: "handover.title", Href: "/ban-giao"}, {Key: "web.nav.moves", Href: "/bien-dong"}, {Key: "request.title", Href: "/yeu-cau"}}},
		{Key: "web.nav.targets", Icon: "target", Entries: []NavEntry{{Key: "web.nav.targets", Href: "/chi-tieu"}, {Key: "web.nav.documents", Href: "/van-ban"}, {Key: "charge.title", Href: "/phan-cong"}, {Key: "density.title", Href: "/mat-do"}, {Key: "obstacle.title", Href: "/vuong-mac"}, {Key: "indicator.title", Href: "/chi-so"}}},
		{Key: "web.nav.units", Icon: "tree", Entries: []NavEntry{{Key: "web.nav.units", Href: "/to-chuc"}}},
		{Key: "web.nav.rules", Icon: "doc", Entries: []NavEntry{{Key: "rules.title", Href: "/quy-tac"}, {Key: "web.nav.forms", Href: "/bieu-mau"}, {Key: "subject.title", Href: "/du-lieu"}}},
		{Key: "web.nav.system", Icon: "gear", Entries: []NavEntry{{Key: "web.nav.import", Href: "/nhap", Show: func(u *UserView) bool { return u.Imports }},
			{Key: "web.nav.admin", Href: "/quan-tri", Show: func(u *UserView) bool { return u.Manages }}, {Key: "audit.title", Href: "/nhat-ky", Show: func(u *UserView) bool { return u.Inspects }},
			{Key: "approval.title", Href: "/phe-duyet", Show: func(u *UserView) bool { return u.Imports || u.Waits > 0 }, Count: func(u *UserView) int { return u.Waits }},
			{Key: "period.title", Href: periodsHref, Show: func(u *UserView) bool { return u.Closes }}}},
	}
}

// nav is the navigation for who looks at a path.
func (b Base) nav(groups []NavGroup, path string) []NavItem {
	var out []NavItem
	for _, g := range groups {
		if g.Self != (b.User != nil && b.User.Self) {
			continue
		}
		item := NavItem{Label: b.T(g.Key), Icon: g.Icon}
		for _, e := range g.Entries {
			if e.Show != nil && (b.User == nil || !e.Show(b.User)) {
				continue
			}
			page := NavItem{Label: b.T(e.Key), Href: e.Href, Current: below(path, e.Href)}
			if e.Count != nil && b.User != nil {
				page.Count = e.Count(b.User)
			}
			item.Count += page.Count
			item.Pages, item.Current = append(item.Pages, page), item.Current || page.Current
		}
		switch len(item.Pages) {
		case 0:
			continue
		case 1:
			item.Label, item.Href, item.Pages = item.Pages[0].Label, item.Pages[0].Href, nil
		default:
			item.Href = item.Pages[0].Href
		}
		out = append(out, item)
	}
	return out
}

// below says whether path is href or lies under it; "/" is only itself.
func below(path, href string) bool {
	if href == "/" {
		return path == "/"
	}
	return path == href || strings.HasPrefix(path, href+"/")
}
