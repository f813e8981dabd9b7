// Package subject holds what the law on personal data asks for (domain floor, pure): the class of every stored column, the register of
// purposes, and the requests of people about their own data with their clocks.
//
// A data subject (chủ thể dữ liệu) is whom a record is about.
package subject

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Class is how far the contents of a column may go (phân loại dữ liệu).
type Class string

// The classes, from the least to the most.
const (
	Public     Class = "public"     // may be published
	Internal   Class = "internal"   // of the organisation, about nobody
	Basic      Class = "basic"      // personal data (dữ liệu cá nhân cơ bản)
	Sensitive  Class = "sensitive"  // sensitive personal data (dữ liệu cá nhân nhạy cảm)
	Credential Class = "credential" // opens something: never shown, never logged
)

// Classes lists the classes from the least to the most.
var Classes = []Class{Public, Internal, Basic, Sensitive, Credential}

// Personal reports whether the class is of data about people.
func (c Class) Personal() bool { return c == Basic || c == Sensitive }

// Text is one text in both languages.
type Text map[string]string

// Table is one table of the schema with the class of each column.
type Table struct {
	Name    string
	Of      string // whom or what it is about: people, accounts, plan, machine
	Keep    string // code of the retention rule, see Register
	Text    Text
	Columns []Column
	Plain   Text // why columns above basic are readable in the database; nil when none is
}

// Column is one column and its class.
type Column struct {
	Name  string
	Class Class
}

// Holds reports whether a column of the class is in the table.
func (t Table) Holds(c Class) bool {
	return slices.ContainsFunc(t.Columns, func(x Column) bool { return x.Class == c })
}

// In lists the columns of a class.
func (t Table) In(c Class) []string {
	var out []string
	for _, x := range t.Columns {
		if x.Class == c {
			out = append(out, x.Name)
		}
	}
	return out
}

// Fields is the class of every column, and of the parts of sealed columns.
type Fields struct {
	Tables []Table
	class  map[string]Class // "table.column" and "table.column.part"
}

// Class returns the class of "table.column", or of "table.column.part" inside a sealed column. What is not listed is a credential: it is
// shown nowhere until somebody has classified it.
func (f *Fields) Class(name string) Class {
	if c, ok := f.class[name]; ok {
		return c
	}
	return Credential
}

//go:embed fields.json
var fieldsJSON []byte

var catalogue = func() *Fields {
	f, err := Parse(fieldsJSON)
	if err != nil {
		panic("subject: fields.json: " + err.Error()) // embedded at build, read by a test
	}
	return f
}()

// Catalogue returns the classes of the embedded file.
func Catalogue() *Fields { return catalogue }

// Parse reads a file of classes. Keys it does not know, columns named twice and classes that do not exist are errors.
func Parse(data []byte) (*Fields, error) {
	var in struct {
		Tables map[string]struct {
			Of, Keep                                       string
			Text, Plain                                    Text
			Public, Internal, Basic, Sensitive, Credential string
		}
		Inside map[string]map[Class]string
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return nil, fmt.Errorf("subject.Parse: %w", err)
	}
	f := &Fields{class: map[string]Class{}}
	for name, t := range in.Tables {
		table := Table{Name: name, Of: t.Of, Keep: t.Keep, Text: t.Text, Plain: t.Plain}
		for i, columns := range []string{t.Public, t.Internal, t.Basic, t.Sensitive, t.Credential} {
			for _, c := range strings.Fields(columns) {
				table.Columns = append(table.Columns, Column{c, Classes[i]})
				if err := f.add(name+"."+c, Classes[i]); err != nil {
					return nil, err
				}
			}
		}
		f.Tables = append(f.Tables, table)
	}
	for column, parts := range in.Inside {
		for class, names := range parts {
			for _, p := range strings.Fields(names) {
				if err := f.add(column+"."+p, class); err != nil {
					return nil, err
				}
			}
		}
	}
	slices.SortFunc(f.Tables, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	return f, nil
}

func (f *Fields) add(name string, c Class) error {
	if _, twice := f.class[name]; twice {
		return fmt.Errorf("subject.Parse: %s stands twice", name)
	}
	if !slices.Contains(Classes, c) {
		return fmt.Errorf("subject.Parse: %s has the class %q, which does not exist", name, c)
	}
	f.class[name] = c
	return nil
}
