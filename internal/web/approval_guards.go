package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ketnap/internal/approval"
	"ketnap/internal/approvals"
	"ketnap/internal/vi"
)

// approvalGuards shows which acts take two persons: GET /phe-duyet/quy-dinh.
func (a *App) approvalGuards(w http.ResponseWriter, r *http.Request) error {
	g, err := a.Approvals.Guards(r.Context())
	if err != nil {
		return err
	}
	return a.renderGuards(w, r, http.StatusOK, g, nil)
}

func (a *App) renderGuards(w http.ResponseWriter, r *http.Request, status int, g approval.Guards, failed error) error {
	v := a.approvalView(r, "approval.guards", failed)
	v.Lead = v.T("approval.guards_lead")
	v.Facts = v.guardText(g)
	governs, err := a.Approvals.Governs(r.Context(), a.actor(r))
	if err != nil {
		return err
	}
	if governs {
		errs := fieldsOf(failed)
		modes := []Choice{}
		for _, m := range approval.Modes {
			modes = append(modes, Choice{Value: string(m), Label: v.T("approval.mode." + string(m))})
		}
		f := ruleForm{Title: v.T("approval.guards_change"), Hint: v.T("approval.guards_hint"), Action: "/phe-duyet/quy-dinh", Method: "post", Buttons: []Choice{{Label: v.T("rules.save"), Current: true}}}
		f.Fields = []Field{v.Field("mode", v.T("approval.mode"), string(g.Mode), errs).From(modes)}
		for _, k := range approval.Kinds {
			f.Fields = append(f.Fields, v.Field("kind_"+string(k), v.T("approval.kind."+string(k)), "", errs).As("check").Tick(slices.Contains(g.Kinds, k)))
		}
		f.Fields = append(f.Fields, v.Field("import", v.T("approval.rows.import"), strconv.FormatInt(g.Import, 10), errs).Keys("numeric").Width("short"),
			v.Field("export", v.T("approval.rows.export"), strconv.FormatInt(g.Export, 10), errs).Keys("numeric").Width("short"))
		v.After = []ruleForm{f}
		v.Facts = nil
	}
	return a.Render(w, r, status, "rules.html", v)
}

// approvalSetGuards changes it: POST /phe-duyet/quy-dinh.
func (a *App) approvalSetGuards(w http.ResponseWriter, r *http.Request) error {
	g := approval.Guards{Mode: approval.Mode(r.PostFormValue("mode")), Kinds: []approval.Kind{}, Import: rowsOf(r, "import"), Export: rowsOf(r, "export")}
	for _, k := range approval.Kinds {
		if r.PostFormValue("kind_"+string(k)) == "1" {
			g.Kinds = append(g.Kinds, k)
		}
	}
	err := a.Approvals.SetGuards(r.Context(), a.actor(r), g)
	if len(fieldsOf(err)) > 0 {
		return a.renderGuards(w, r, http.StatusUnprocessableEntity, g, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "approval.title").T("approval.guards_done")})
	http.Redirect(w, r, "/phe-duyet/quy-dinh", http.StatusSeeOther)
	return nil
}

// rowsOf reads a number of rows; what is no number is refused as one below 0.
func rowsOf(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(strings.ReplaceAll(strings.TrimSpace(r.PostFormValue(name)), ".", ""), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// guardText is guards in words.
func (b Base) guardText(g approval.Guards) []fact {
	out := []fact{{b.T("approval.mode"), b.T("approval.mode." + string(g.Mode))}}
	for _, k := range approval.Kinds {
		text := b.T("approval.one_person")
		if g.Mode != approval.Off && slices.Contains(g.Kinds, k) {
			text = b.T("approval.two_persons")
			if n := map[approval.Kind]int64{approval.Import: g.Import, approval.Export: g.Export}[k]; k == approval.Import || k == approval.Export {
				text = b.T("approval.two_above", b.local(vi.Number(n)))
			}
		}
		out = append(out, fact{b.T("approval.kind." + string(k)), text})
	}
	return out
}

// guardFacts says what a request to ask less often would change: each line before and after.
func (b Base) guardFacts(x approval.Act) []fact {
	if x.Kind != approval.Guard {
		return nil
	}
	from, to, err := approvals.GuardsOf(x)
	if err != nil {
		return nil
	}
	var out []fact
	before := b.guardText(from)
	for i, f := range b.guardText(to) {
		if before[i].Value != f.Value {
			out = append(out, fact{f.Label, before[i].Value + " → " + f.Value})
		}
	}
	return out
}
