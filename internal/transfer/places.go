package transfer

import (
	"strconv"
	"strings"

	"ketnap/internal/batch"
	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/store"
	"ketnap/internal/vi"
)

// places finds units by what cells say: the units of an import's scope, held in memory. It belongs
// to one goroutine.
type places struct {
	top    org.Unit
	today  day.Date
	units  []org.Unit
	byID   map[id.ID]int
	byCode map[string]int
	byName map[string][]int
	asked  map[string]answer
}

// answer is what one text was found to mean.
type answer struct {
	unit    org.Unit
	trouble batch.Trouble // 0 when the unit was found
	args    []any
}

func loadPlaces(tx *store.Tx, top org.Unit) (*places, error) {
	p := &places{top: top, today: tx.Today, byID: map[id.ID]int{}, byCode: map[string]int{}, byName: map[string][]int{}, asked: map[string]answer{}}
	err := tx.EachUnitUnder(top, func(u org.Unit) error {
		p.add(u)
		return nil
	})
	return p, err
}

func (p *places) add(u org.Unit) {
	i := len(p.units)
	p.units = append(p.units, u)
	p.byID[u.ID] = i
	if u.Code != "" && u.Dissolved == 0 {
		p.byCode[u.Code] = i
	}
	name := foldUnit(u.Name)
	p.byName[name] = append(p.byName[name], i)
	if short := foldUnit(u.Short); short != "" && short != name {
		p.byName[short] = append(p.byName[short], i)
	}
}

// foldUnit is the form in which names of units are compared: folded, usual abbreviations written out.
func foldUnit(s string) string {
	f := vi.Fold(s)
	for _, a := range [...][2]string{{"cb ", "chi bo "}, {"db ", "dang bo "}, {"dbbp ", "dang bo bo phan "}, {"dbcs ", "dang bo co so "}, {"cbcs ", "chi bo co so "}} {
		if rest, ok := strings.CutPrefix(f, a[0]); ok {
			return a[1] + rest
		}
	}
	return f
}

// under reports whether a unit belongs to the scope.
func (p *places) under(unit id.ID) bool {
	_, ok := p.byID[unit]
	return ok
}

// name is what a unit is called in a sentence; units outside the scope are not named.
func (p *places) name(unit id.ID) string {
	if i, ok := p.byID[unit]; ok {
		return p.units[i].Name
	}
	return "—"
}

// find returns the unit a text names, as it exists on a day.
func (p *places) find(text string, on day.Date) answer {
	a, ok := p.asked[text]
	if !ok {
		a = p.look(text)
		p.asked[text] = a
	}
	if a.trouble != 0 {
		return a
	}
	switch u := a.unit; {
	case u.Dissolved != 0 && on >= u.Dissolved:
		return answer{trouble: batch.UnitClosed, args: []any{u.Name, u.Dissolved, on}}
	case u.Founded > on:
		return answer{trouble: batch.UnitClosed, args: []any{u.Name, u.Founded, on}}
	}
	return a
}

func (p *places) look(text string) answer {
	if code, ok := org.ValidCode(strings.ReplaceAll(text, " ", "")); ok {
		if i, ok := p.byCode[code]; ok {
			return answer{unit: p.units[i]}
		}
		return answer{trouble: batch.UnitUnknown, args: []any{text, ""}}
	}
	if ref, ok := strings.CutPrefix(text, "#"); ok {
		if i, ok := p.byID[id.Parse(ref)]; ok {
			return answer{unit: p.units[i]}
		}
	}
	found := p.alive(p.byName[foldUnit(text)])
	for _, parts := range pathsOf(text) {
		if len(found) == 0 {
			found = p.alive(p.along(parts))
		}
	}
	switch len(found) {
	case 1:
		return answer{unit: p.units[found[0]]}
	case 0:
		return answer{trouble: batch.UnitUnknown, args: []any{text, p.suggest(text)}}
	}
	return answer{trouble: batch.UnitAmbiguous, args: []any{strconv.Itoa(len(found)), text, p.path(p.units[found[0]])}}
}

// alive leaves dissolved units out when there are others.
func (p *places) alive(found []int) []int {
	var live []int
	for _, i := range found {
		if p.units[i].Dissolved == 0 {
			live = append(live, i)
		}
	}
	if len(live) > 0 {
		return live
	}
	return found
}

// pathsOf are the ways to read a text as a path, each from the top down.
func pathsOf(text string) [][]string {
	var all [][]string
	for _, sep := range []string{">", "›", "→", "/", "\\"} {
		if parts := split(text, sep); len(parts) > 1 {
			all = append(all, parts)
		}
	}
	for _, sep := range []string{",", ";", " - ", " – ", " thuộc "} {
		if parts := split(text, sep); len(parts) > 1 {
			up := make([]string, len(parts))
			for i, s := range parts {
				up[len(parts)-1-i] = s
			}
			all = append(all, up, parts)
		}
	}
	return all
}

func split(text, sep string) []string {
	var parts []string
	for s := range strings.SplitSeq(text, sep) {
		if s = foldUnit(s); s != "" {
			parts = append(parts, s)
		}
	}
	return parts
}

// along returns the units named by the last part that stand below units named by the parts before.
func (p *places) along(parts []string) []int {
	var found []int
	for _, i := range p.byName[parts[len(parts)-1]] {
		at, want := i, len(parts)-2
		for want >= 0 {
			up, ok := p.byID[p.units[at].Parent]
			if !ok {
				break
			}
			at = up
			if u := p.units[at]; foldUnit(u.Name) == parts[want] || foldUnit(u.Short) == parts[want] {
				want--
			}
		}
		if want < 0 {
			found = append(found, i)
		}
	}
	return found
}

// path writes a unit so that it can be found again: the names from below the top down to it.
func (p *places) path(u org.Unit) string {
	names := []string{u.Name}
	for at := u; at.ID != p.top.ID; {
		i, ok := p.byID[at.Parent]
		if !ok || p.units[i].ID == p.top.ID {
			break
		}
		at = p.units[i]
		names = append([]string{at.Name}, names...)
	}
	return strings.Join(names, " > ")
}

// ref is the shortest text by which find finds a unit again: its code, its name when no other has
// it, its path, or its number in this program.
func (p *places) ref(u org.Unit) string {
	if u.Code != "" && u.Dissolved == 0 {
		return org.FormatCode(u.Code)
	}
	for _, text := range []string{u.Name, p.path(u)} {
		if a := p.look(text); a.trouble == 0 && a.unit.ID == u.ID {
			return text
		}
	}
	return "#" + u.ID.String()
}

// suggestMost bounds the texts for which names are compared letter by letter.
const suggestMost = 300

func (p *places) suggest(text string) string {
	if len(p.asked) > suggestMost {
		return vi.None
	}
	names := make([]string, 0, len(p.units))
	for _, u := range p.units {
		if u.Dissolved == 0 {
			names = append(names, u.Name)
		}
	}
	if near := unique(batch.Nearest(text, names, 12), 3); len(near) > 0 {
		return strings.Join(near, "; ")
	}
	return vi.None
}

// unique returns the first n different texts.
func unique(list []string, n int) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] && len(out) < n {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
