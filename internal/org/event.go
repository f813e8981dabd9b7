package org

import (
	"ketnap/internal/day"
	"ketnap/internal/id"
)

// EventKind names what a decision did to units.
type EventKind string

// The events in the life of a unit.
const (
	Founded    EventKind = "found"    // thành lập
	Renamed    EventKind = "rename"   // đổi tên
	Reparented EventKind = "reparent" // chuyển trực thuộc
	Merged     EventKind = "merge"    // sáp nhập
	Split      EventKind = "split"    // chia, tách
	Dissolved  EventKind = "dissolve" // giải thể, kết thúc hoạt động
	Amended    EventKind = "amend"    // đổi mã, khối, lĩnh vực, thẩm quyền
)

// Decision is the paper an act rests on (quyết định): number, issuer and date together are its identity.
type Decision struct {
	No     string
	Issuer string
	Date   day.Date
}

// Event is one dated act on the tree with the units it touched.
type Event struct {
	ID        id.ID
	Kind      EventKind
	Effective day.Date
	Decision  Decision
	Note      string
	Recorded  int64 // unix ms
	Parts     []Part
}

// Role says what a unit was in an event.
type Role string

// Roles in an event. Lineage is read from the pairs From → To of one event.
const (
	Subject Role = "subject" // the unit the event is about
	From    Role = "from"    // predecessor, old parent
	To      Role = "to"      // successor, new parent
)

// Part is one unit's part in an event, with the text that changed (old or new name, for example).
type Part struct {
	Unit      id.ID
	Role      Role
	Principal bool // the successor that carries the history of a dissolved unit
	Name      string
	Before    string
	After     string
}

// TagKind is a dated attribute of which a unit may have several.
type TagKind string

// The dated attributes of a unit.
const (
	CodeTag  TagKind = "code"  // mã tổ chức đảng, 14 digits
	BlocTag  TagKind = "bloc"  // khối: phường-xã, hành chính-sự nghiệp, THPT, doanh nghiệp…
	PowerTag TagKind = "power" // thẩm quyền: who decides, by which share of votes
)

// Tag is one dated attribute; To is the first day it no longer holds, 0 while it does.
type Tag struct {
	Unit   id.ID
	Kind   TagKind
	Value  string
	From   day.Date
	To     day.Date
	Source string
}

// Edge is a parent with its validity; To is the first day it no longer holds, 0 while it does.
type Edge struct {
	Unit, Parent id.ID
	From, To     day.Date
}

// Blocs are the blocs (khối) a unit can belong to; the list is data an administrator may extend later.
var Blocs = []string{"phuong-xa", "hanh-chinh-su-nghiep", "thpt", "doanh-nghiep", "luc-luong-vu-trang", "giao-duc", "y-te", "khu-dan-cu"}
