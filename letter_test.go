package main

import (
	"archive/zip"
	"slices"

	"github.com/rogpeppe/go-internal/testscript"

	"ketnap/internal/docx"
)

// letterCommand: "letter FILE.docx" prints what a Word document says, "letter FILE.zip" the names in an archive.
func letterCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: letter FILE")
	}
	data := ts.ReadFile(args[0])
	if tpl, err := docx.Open([]byte(data)); err == nil {
		_, err = ts.Stdout().Write([]byte(tpl.Text()))
		ts.Check(err)
		return
	}
	z, err := zip.OpenReader(ts.MkAbs(args[0]))
	ts.Check(err)
	defer z.Close()
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	for _, n := range names {
		_, err := ts.Stdout().Write([]byte(n + "\n"))
		ts.Check(err)
	}
}
