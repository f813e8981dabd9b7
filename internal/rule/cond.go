package rule

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	celref "cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"

	"ketnap/internal/day"
)

// Conditions are written in CEL over the fields of Facts. They are typed and compiled when a pack loads, so
// that a misspelt fact or a value that does not exist refuses the pack instead of failing at a meeting.

// program is a compiled condition; the zero value holds for everybody.
type program struct{ run cel.Program }

// template is a text with computed places: words and programs in turn.
type template struct {
	words []string
	exprs []program
}

// lookup is a fact or a value that a condition looks at.
type lookup struct {
	name string
	get  func(f *Facts) string
}

// The functions of the condition language that ask the pack at hand: what they are called in a condition, and
// the place of the argument that must name a thing of the pack. They get the pack as a hidden first argument,
// so that one compiled expression serves every pack.
var askingFunctions = map[string]struct{ args, name int }{"value": {1, 0}, "clock": {1, 0}, "due": {2, 0}, "enough": {3, 2}, "add_working": {2, -1}, "working_between": {2, -1}, "superseded": {2, -1}}

// facts are the fields of Facts by their names in conditions.
var facts = func() map[string]int {
	m := map[string]int{}
	t := reflect.TypeFor[Facts]()
	for i := range t.NumField() {
		m[t.Field(i).Tag.Get("cel")] = i
	}
	return m
}()

// factType is the type a field of Facts has in conditions.
func factType(t reflect.Type) *cel.Type {
	switch t.Kind() {
	case reflect.Bool:
		return cel.BoolType
	case reflect.String:
		return cel.StringType
	case reflect.Slice:
		return cel.ListType(factType(t.Elem()))
	case reflect.Map:
		return cel.MapType(cel.StringType, factType(t.Elem()))
	case reflect.Struct:
		return cel.ObjectType("rule." + t.Name())
	}
	return cel.IntType
}

// language is the typed environment of all conditions.
var language = sync.OnceValues(func() (*cel.Env, error) {
	t := reflect.TypeFor[Facts]()
	opts := []cel.EnvOption{
		ext.NativeTypes(ext.ParseStructTags(true), t), ext.Strings(), cel.Variable(packVar, packType),
		cel.Variable("vote_base", cel.IntType), cel.Variable("vote_need", cel.IntType), cel.Variable("may_decide", cel.BoolType),
	}
	for name, i := range facts {
		opts = append(opts, cel.Variable(name, factType(t.Field(i).Type)))
	}
	for name, f := range askingFunctions {
		opts = append(opts, cel.Macros(cel.GlobalMacro(name, f.args, func(eh cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *cel.Error) {
			return eh.NewCall("pack_"+name, append([]ast.Expr{eh.NewIdent(packVar)}, args...)...), nil
		})))
	}
	return cel.NewEnv(append(opts, functions()...)...)
})

// packVar is the hidden variable that holds the pack at hand.
const packVar = "__pack"

var packType = cel.OpaqueType("rule.Pack")

// packVal makes a pack a value of the condition language.
type packVal struct{ *Pack }

func (packVal) ConvertToNative(reflect.Type) (any, error) { return nil, errors.ErrUnsupported }
func (packVal) ConvertToType(celref.Type) celref.Val      { return types.NewErr("a pack is no other type") }
func (v packVal) Equal(o celref.Val) celref.Val           { return types.Bool(celref.Val(v) == o) }
func (packVal) Type() celref.Type                         { return packType }
func (v packVal) Value() any                              { return v.Pack }

func aDate(v celref.Val) day.Date { return day.Date(aNumber(v)) }
func aKey(v celref.Val) string    { s, _ := v.Value().(string); return s }
func aPack(v celref.Val) *Pack    { p, _ := v.Value().(*Pack); return p }

func aNumber(v celref.Val) int {
	n, _ := v.Value().(int64)
	return int(n)
}

// functions are what conditions may compute with; dates are numbers yyyymmdd.
func functions() []cel.EnvOption {
	num, str := cel.IntType, cel.StringType
	fn := func(name string, result *cel.Type, args []*cel.Type, f func(a []celref.Val) celref.Val) cel.EnvOption {
		return cel.Function(name, cel.Overload(name, args, result, cel.FunctionBinding(func(a ...celref.Val) celref.Val { return f(a) })))
	}
	asking := func(name string, result *cel.Type, f func(p *Pack, a []celref.Val) celref.Val, args ...*cel.Type) cel.EnvOption {
		return fn("pack_"+name, result, append([]*cel.Type{packType}, args...), func(a []celref.Val) celref.Val { return f(aPack(a[0]), a[1:]) })
	}
	return []cel.EnvOption{
		fn("add_months", num, []*cel.Type{num, num}, func(a []celref.Val) celref.Val { return types.Int(aDate(a[0]).First().AddMonths(aNumber(a[1]))) }),
		fn("add_days", num, []*cel.Type{num, num}, func(a []celref.Val) celref.Val { return types.Int(aDate(a[0]).AddDays(aNumber(a[1]))) }),
		fn("months_between", num, []*cel.Type{num, num}, func(a []celref.Val) celref.Val { return types.Int(MonthsBetween(aDate(a[0]), aDate(a[1]))) }),
		fn("date", str, []*cel.Type{num}, func(a []celref.Val) celref.Val { return types.String(aDate(a[0]).VN()) }),
		asking("add_working", num, func(p *Pack, a []celref.Val) celref.Val {
			return types.Int(p.cal.AddWorking(aDate(a[0]), aNumber(a[1])))
		}, num, num),
		asking("working_between", num, func(p *Pack, a []celref.Val) celref.Val {
			return types.Int(p.cal.WorkingBetween(aDate(a[0]), aDate(a[1])))
		}, num, num),
		asking("value", num, func(p *Pack, a []celref.Val) celref.Val { return types.Int(p.Int(aKey(a[0]))) }, str),
		asking("clock", num, func(p *Pack, a []celref.Val) celref.Val { c, _ := p.Clock(aKey(a[0])); return types.Int(c.Length) }, str),
		asking("due", num, func(p *Pack, a []celref.Val) celref.Val {
			c, _ := p.Clock(aKey(a[0]))
			return types.Int(p.Due(c, aDate(a[1]), p.cal))
		}, str, num),
		asking("enough", cel.BoolType, func(p *Pack, a []celref.Val) celref.Val {
			return types.Bool(p.Fraction(aKey(a[2])).Met(aNumber(a[0]), aNumber(a[1])))
		}, num, num, str),
		asking("superseded", cel.ListType(str), func(p *Pack, a []celref.Val) celref.Val {
			return types.DefaultTypeAdapter.NativeToValue(cited(p.docs, aKey(a[0]), aDate(a[1])))
		}, str, num),
	}
}

// MonthsBetween is the full calendar months from a to b; a day known only in part counts from its first
// possible day, as an age does. It is negative when b is before a and 0 when either is none.
func MonthsBetween(a, b day.Date) int {
	a, b = a.First(), b.First()
	if a == day.None || b == day.None {
		return 0
	}
	n := (b.Year()-a.Year())*12 + b.Month() - a.Month()
	if b < a.AddMonths(n) {
		n--
	}
	return n
}

// compiled is an expression that was typed, whatever pack it stands in.
type compiled struct {
	expr ast.Expr
	out  *cel.Type
	run  cel.Program
	err  error
}

// expressions are those compiled so far; packs that extend each other share most of theirs.
var expressions sync.Map

func compileOnce(expr string) compiled {
	if c, ok := expressions.Load(expr); ok {
		return c.(compiled)
	}
	c := func() compiled {
		env, err := language()
		if err != nil {
			return compiled{err: fmt.Errorf("rule: conditions: %w", err)}
		}
		a, iss := env.Compile(expr)
		if iss.Err() != nil {
			return compiled{err: errors.New(firstLine(iss.Err().Error()))}
		}
		run, err := env.Program(a)
		return compiled{a.NativeRep().Expr(), a.OutputType(), run, err}
	}()
	if c.err == nil {
		expressions.Store(expr, c)
	}
	return c
}

// compile types an expression; what it looks at is returned for the record of a check.
func (p *Pack) compile(expr string, out *cel.Type) (program, []lookup, error) {
	if strings.TrimSpace(expr) == "" {
		return program{}, nil, nil
	}
	c := compileOnce(expr)
	if c.err != nil {
		return program{}, nil, c.err
	}
	if !c.out.IsExactType(out) {
		return program{}, nil, fmt.Errorf("%q gives %s, not %s", expr, c.out, out)
	}
	used, err := p.used(c.expr)
	return program{c.run}, used, err
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimPrefix(s, "ERROR: <input>:"), "\n")
	return s
}

// used finds the facts and values an expression looks at, and refuses names the pack does not have.
func (p *Pack) used(e ast.Expr) ([]lookup, error) {
	var found []lookup
	var fail error
	seen := map[string]bool{}
	add := func(l lookup) {
		if !seen[l.name] {
			seen[l.name], found = true, append(found, l)
		}
	}
	var walk func(e ast.Expr)
	walk = func(e ast.Expr) {
		if path, ok := factPath(e); ok {
			if get := factText(path); get != nil {
				add(lookup{path, get})
			}
			return
		}
		switch e.Kind() {
		case ast.SelectKind:
			walk(e.AsSelect().Operand())
		case ast.CallKind:
			call := e.AsCall()
			if l, ok, err := p.named(call); err != nil {
				fail = err
			} else if ok {
				add(l)
			}
			if call.IsMemberFunction() {
				walk(call.Target())
			}
			for _, a := range call.Args() {
				walk(a)
			}
		case ast.ListKind:
			for _, a := range e.AsList().Elements() {
				walk(a)
			}
		case ast.ComprehensionKind:
			f := e.AsComprehension()
			walk(f.IterRange())
			walk(f.LoopStep())
			walk(f.Result())
		}
	}
	walk(e)
	return found, fail
}

// named is the value or clock a call names; the name must be written out, so that it can be checked.
func (p *Pack) named(call ast.CallExpr) (lookup, bool, error) {
	name, asks := strings.CutPrefix(call.FunctionName(), "pack_")
	if !asks || askingFunctions[name].name < 0 {
		return lookup{}, false, nil
	}
	arg := call.Args()[askingFunctions[name].name+1]
	if arg.Kind() != ast.LiteralKind {
		return lookup{}, false, fmt.Errorf("%s(…): the name must be written out", name)
	}
	key, _ := arg.AsLiteral().Value().(string)
	if name == "value" || name == "enough" {
		v, ok := p.Value(key)
		if !ok || (v.Share != "") != (name == "enough") {
			return lookup{}, false, fmt.Errorf("%s(%q): the pack has no such value", name, key)
		}
		return lookup{key, func(*Facts) string { return v.String() }}, true, nil
	}
	k, ok := p.Clock(key)
	if !ok {
		return lookup{}, false, fmt.Errorf("%s(%q): the pack has no such clock", name, key)
	}
	return lookup{key, func(*Facts) string { return strconv.Itoa(k.Length) + " " + k.Unit }}, true, nil
}

// factPath is the path of a fact ("person.birth", "dates.ceremony"), for an expression that is one.
func factPath(e ast.Expr) (string, bool) {
	switch e.Kind() {
	case ast.IdentKind:
		_, ok := facts[e.AsIdent()]
		return e.AsIdent(), ok
	case ast.SelectKind:
		path, ok := factPath(e.AsSelect().Operand())
		return path + "." + e.AsSelect().FieldName(), ok
	}
	return "", false
}

// factText reads a fact as it is written for people; nil when the path is none of a plain fact.
func factText(path string) func(*Facts) string {
	parts := strings.Split(path, ".")
	i, ok := facts[parts[0]]
	if !ok || len(parts) > 2 {
		return nil
	}
	t := reflect.TypeFor[Facts]().Field(i).Type
	switch {
	case len(parts) == 1 && t.Kind() != reflect.Struct && t.Kind() != reflect.Slice && t.Kind() != reflect.Map:
		return func(f *Facts) string { return written(reflect.ValueOf(f).Elem().Field(i)) }
	case len(parts) == 2 && t.Kind() == reflect.Map:
		return func(f *Facts) string {
			v := reflect.ValueOf(f).Elem().Field(i).MapIndex(reflect.ValueOf(parts[1]))
			if !v.IsValid() {
				return ""
			}
			return day.Date(v.Int()).VN()
		}
	case len(parts) == 2 && t.Kind() == reflect.Struct:
		for j := range t.NumField() {
			if t.Field(j).Tag.Get("cel") == parts[1] {
				return func(f *Facts) string { return written(reflect.ValueOf(f).Elem().Field(i).Field(j)) }
			}
		}
	}
	return nil
}

func written(v reflect.Value) string {
	if d, ok := v.Interface().(day.Date); ok {
		return d.VN()
	}
	return fmt.Sprint(v.Interface())
}

// holds evaluates a condition; one that cannot be evaluated is an error of the pack, not of the person.
func (c program) holds(vars map[string]any) (bool, error) {
	if c.run == nil {
		return true, nil
	}
	v, _, err := c.run.Eval(vars)
	if err != nil {
		return false, err
	}
	b, _ := v.Value().(bool)
	return b, nil
}

func (c program) number(vars map[string]any) (int, error) {
	v, _, err := c.run.Eval(vars)
	if err != nil {
		return 0, err
	}
	n, _ := v.Value().(int64)
	return int(n), nil
}

// template compiles a text with {expressions}.
func (p *Pack) template(text string) (template, error) {
	var t template
	for {
		before, rest, found := strings.Cut(text, "{")
		t.words = append(t.words, before)
		if !found {
			return t, nil
		}
		expr, after, closed := strings.Cut(rest, "}")
		if !closed {
			return t, fmt.Errorf("{ without } in %q", text)
		}
		run, _, err := p.compile("string("+expr+")", cel.StringType)
		if err != nil {
			return t, err
		}
		t.exprs = append(t.exprs, run)
		text = after
	}
}

func (t template) fill(vars map[string]any) string {
	var b strings.Builder
	for i, w := range t.words {
		b.WriteString(w)
		if i < len(t.exprs) {
			v, _, err := t.exprs[i].run.Eval(vars)
			if err != nil {
				b.WriteString("…")
				continue
			}
			fmt.Fprint(&b, v.Value())
		}
	}
	return b.String()
}

// variables are the facts as conditions see them.
func (f *Facts) variables(p *Pack) map[string]any {
	vars := make(map[string]any, len(facts)+4)
	vars[packVar] = packVal{p}
	v := reflect.ValueOf(f).Elem()
	for name, i := range facts {
		switch x := v.Field(i); x.Kind() {
		case reflect.Int, reflect.Int32, reflect.Int64:
			vars[name] = x.Int()
		case reflect.Slice, reflect.Map:
			if x.IsNil() && x.Kind() == reflect.Map {
				x = reflect.MakeMap(x.Type())
			}
			vars[name] = x.Interface()
		default:
			vars[name] = x.Interface()
		}
	}
	vars["vote_base"], vars["vote_need"], vars["may_decide"] = int64(0), int64(0), false
	return vars
}

// mergeUsed joins what several expressions look at, each once.
func mergeUsed(lists ...[]lookup) []lookup {
	var all []lookup
	for _, l := range lists {
		for _, u := range l {
			if !slices.ContainsFunc(all, func(x lookup) bool { return x.name == u.name }) {
				all = append(all, u)
			}
		}
	}
	return all
}
