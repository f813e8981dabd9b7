package store_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"ketnap/internal/subject"
)

var (
	createdTable = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \(\n(.*?)\n\)`)
	notAColumn   = regexp.MustCompile(`^(PRIMARY|FOREIGN|UNIQUE|CHECK|CONSTRAINT)\b`)
)

// classFaults says which columns of a schema have no class, which classes no column, and which columns above basic can be read in the
// database without a reason for it.
func classFaults(schema string, f *subject.Fields) []string {
	var faults []string
	stored := map[string]bool{}
	bytes := map[string]bool{}
	for _, m := range createdTable.FindAllStringSubmatch(schema, -1) {
		for line := range strings.Lines(m[2]) {
			line = strings.TrimSpace(line)
			if notAColumn.MatchString(line) {
				continue
			}
			words := strings.Fields(line)
			stored[m[1]+"."+words[0]] = true
			bytes[m[1]+"."+words[0]] = words[1] == "BLOB"
		}
	}
	classed := map[string]bool{}
	for _, t := range f.Tables {
		for _, c := range t.Columns {
			name := t.Name + "." + c.Name
			classed[name] = true
			switch {
			case !stored[name]:
				faults = append(faults, name+" has a class and is no column")
			case (c.Class == subject.Sensitive || c.Class == subject.Credential) && !bytes[name] && t.Plain["vi"] == "":
				faults = append(faults, name+" is "+string(c.Class)+" and readable in the database: seal it, or say why in \"plain\"")
			case strings.HasSuffix(c.Name, "sealed") && c.Class != subject.Sensitive && c.Class != subject.Credential:
				faults = append(faults, name+" is sealed and only "+string(c.Class))
			}
		}
	}
	for name := range stored {
		if !classed[name] {
			faults = append(faults, name+" has no class: put it into internal/subject/fields.json")
		}
	}
	return faults
}

// TestSchemaColumnsHaveAClass: a column that nobody classified does not go out; nor does a test of it that would not see one.
func TestSchemaColumnsHaveAClass(t *testing.T) {
	dump, err := os.ReadFile("schema/schema.txt")
	if err != nil {
		t.Fatal(err)
	}
	f := subject.Catalogue()
	for _, fault := range classFaults(string(dump), f) {
		t.Error(fault)
	}
	planted := map[string]string{
		"a new column":           strings.Replace(string(dump), "name_key TEXT NOT NULL,", "name_key TEXT NOT NULL,\n\tblood TEXT NOT NULL,", 1),
		"a new table":            string(dump) + "CREATE TABLE family (\n\tprovince_id INTEGER NOT NULL,\n\tPRIMARY KEY (province_id)\n) STRICT\n",
		"a column that went":     strings.Replace(string(dump), "\treligion INTEGER NOT NULL,\n", "", 1),
		"a table that went":      strings.Replace(string(dump), "CREATE TABLE person_sealed", "CREATE TABLE person_sealed_2", 1),
		"a secret kept readable": strings.Replace(string(dump), "token_hash BLOB", "token_hash TEXT", 1),
	}
	for name, schema := range planted {
		if len(classFaults(schema, f)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
	columns := 0
	for _, x := range f.Tables {
		columns += len(x.Columns)
	}
	t.Logf("%d tables, %d columns, %d planted faults found", len(f.Tables), columns, len(planted))
}
