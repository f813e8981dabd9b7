package rule

import (
	"ketnap/internal/day"
)

// Origin says where a rule comes from (nguồn, điều khoản): nobody can trust one without it.
type Origin struct {
	Doc    string   `yaml:"doc" json:"doc"`       // key of a Document
	Clause string   `yaml:"clause" json:"clause"` // điều, khoản
	Sure   string   `yaml:"sure" json:"sure"`     // sure, likely, unsure
	Since  day.Date `yaml:"since" json:"since"`   // from when it holds
	Source string   `yaml:"-" json:"source"`      // the document and clause as written for people
}

// Value is one value of a regulation: a number, or a share of votes.
type Value struct {
	Key      string            `yaml:"-" json:"key"`
	Value    int               `yaml:"value" json:"value,omitempty"`
	Share    string            `yaml:"share" json:"share,omitempty"` // "2/3" at least, ">1/2" more than
	Unit     string            `yaml:"unit" json:"unit"`
	Text     map[string]string `yaml:"text" json:"text"`
	Origin   `yaml:",inline"`
	fraction Fraction
}

// Vote says how the votes of a step are counted (biểu quyết).
type Vote struct {
	Step   string            `yaml:"-" json:"step"`
	Share  string            `yaml:"share" json:"share"` // key of a value
	Base   string            `yaml:"base" json:"base"`   // condition language: how many votes are the whole
	Text   map[string]string `yaml:"text" json:"text"`
	Origin `yaml:",inline"`
	base   program
}

// Decider is an organ that may decide on admission and recognition (cấp có thẩm quyền).
type Decider struct {
	Power  string            `yaml:"-" json:"power"`
	When   string            `yaml:"when" json:"when"` // which units may have the power
	Share  string            `yaml:"share" json:"share"`
	Text   map[string]string `yaml:"text" json:"text"`
	Origin `yaml:",inline"`
	when   program
}

// StepRule is one step of the procedure (bước).
type StepRule struct {
	Step     string            `yaml:"-" json:"step"`
	When     string            `yaml:"when" json:"when,omitempty"` // for whom it applies; empty for everybody
	Text     map[string]string `yaml:"text" json:"text"`
	By       map[string]string `yaml:"by" json:"by,omitempty"` // who does it
	After    []string          `yaml:"after" json:"after,omitempty"`
	Optional bool              `yaml:"optional" json:"optional,omitempty"`
	Repeat   bool              `yaml:"repeat" json:"repeat,omitempty"` // may be done more than once
	Exit     bool              `yaml:"exit" json:"exit,omitempty"`     // a way out or back, outside of the chain
	Forms    []string          `yaml:"forms" json:"forms,omitempty"`
	Papers   []string          `yaml:"papers" json:"papers,omitempty"`
	Origin   `yaml:",inline"`
	when     program
}

// Check is one thing that must hold when a step is taken (kiểm tra).
type Check struct {
	Key    string            `yaml:"-" json:"key"`
	Steps  []string          `yaml:"steps" json:"steps"`
	Level  Level             `yaml:"level" json:"level"`         // of the finding when it does not hold
	When   string            `yaml:"when" json:"when,omitempty"` // whom it is about; empty for everybody
	Must   string            `yaml:"must" json:"must"`
	Title  map[string]string `yaml:"title" json:"title"`
	Text   map[string]string `yaml:"text" json:"text"` // what is wrong and how to mend it; {…} is computed
	Origin `yaml:",inline"`
	Local  string `yaml:"-" json:"local,omitempty"` // the unit that added it
	when   program
	must   program
	words  map[string]template
	used   []lookup
}

// Paper is one paper of the checklist (giấy tờ), by its code in the catalogue.
type Paper struct {
	Key    string            `yaml:"-" json:"key"`
	Code   int               `yaml:"code" json:"code"` // type of the catalogue; 0 none
	Step   string            `yaml:"step" json:"step"` // by which it must be there
	When   string            `yaml:"when" json:"when,omitempty"`
	Months string            `yaml:"months" json:"months,omitempty"` // key of the value that says how long it is good
	Office bool              `yaml:"office" json:"office,omitempty"` // the cell, a committee or whom they ask makes it, not the person
	Text   map[string]string `yaml:"text" json:"text"`
	Origin `yaml:",inline"`
	Local  string `yaml:"-" json:"local,omitempty"`
	when   program
}

// FormRule is one form (mẫu) and the step it belongs to.
type FormRule struct {
	Code   string            `yaml:"-" json:"code"` // "6-KNĐ"
	Step   string            `yaml:"step" json:"step"`
	When   string            `yaml:"when" json:"when,omitempty"`
	Text   map[string]string `yaml:"text" json:"text"`
	By     map[string]string `yaml:"by" json:"by,omitempty"` // who signs
	Origin `yaml:",inline"`
	when   program
}

// clockEntry is a Clock as it is written in a pack.
type clockEntry struct {
	Start     string            `yaml:"start"`
	Close     []string          `yaml:"close"`
	Length    int               `yaml:"length"`
	Value     string            `yaml:"value"` // or the key of the value that is the length
	Unit      string            `yaml:"unit"`
	Extension int               `yaml:"extension"`
	Ahead     []int             `yaml:"ahead"`
	Text      map[string]string `yaml:"text"`
	Miss      map[string]string `yaml:"miss"`
	When      string            `yaml:"when"`
	Origin    `yaml:",inline"`
}

// Document is a paper rules come from (văn bản): number, issuer and day together tell it apart, because
// numbers are given more than once.
type Document struct {
	Key        string            `yaml:"-" json:"key"`
	No         string            `yaml:"no" json:"no"`
	Issuer     string            `yaml:"issuer" json:"issuer"`
	Date       day.Date          `yaml:"date" json:"date"`
	Until      day.Date          `yaml:"until" json:"until,omitempty"` // last day it held, 0 when it is in force
	ReplacedBy string            `yaml:"replaced_by" json:"replaced_by,omitempty"`
	Role       string            `yaml:"role" json:"role"` // charter, regulation, guidance, practice, other
	Text       map[string]string `yaml:"text" json:"text"`
	Sure       string            `yaml:"sure" json:"sure"`
}

// CatalogueType is one type of paper of the catalogue of digital dossiers (danh mục loại tài liệu).
type CatalogueType struct {
	Code     int               `yaml:"code" json:"code"`
	Text     map[string]string `yaml:"text" json:"text"`
	Priority int               `yaml:"priority" json:"priority"`
	Sure     string            `yaml:"sure" json:"sure"`
}
