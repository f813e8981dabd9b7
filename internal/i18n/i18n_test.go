package i18n

import (
	"encoding/json"
	"errors"
	"io"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"ketnap/internal/day"
	"ketnap/internal/fault"
)

// keysOf is the keys of one file in their order, doubles included.
func keysOf(t *testing.T, name string) []string {
	t.Helper()
	f, err := files.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	dec := json.NewDecoder(f)
	if _, err := dec.Token(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var keys []string
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		keys = append(keys, key.(string))
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			t.Fatalf("%s: %s: %v", name, key, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		t.Errorf("%s: something follows the texts", name)
	}
	return keys
}

func areas(t *testing.T) []string {
	t.Helper()
	entries, err := files.ReadDir("text")
	if err != nil || len(entries) == 0 {
		t.Fatalf("%d files of texts, %v", len(entries), err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, path.Join("text", e.Name()))
	}
	return names
}

func TestKeysOnce(t *testing.T) {
	where := make(map[string]string)
	for _, name := range areas(t) {
		for _, key := range keysOf(t, name) {
			if first, ok := where[key]; ok {
				t.Errorf("%s stands in %s and in %s", key, first, name)
			}
			where[key] = name
		}
	}
	if len(where) != len(Keys()) {
		t.Errorf("%d keys in the files, %d in Keys", len(where), len(Keys()))
	}
}

func TestTexts(t *testing.T) {
	for _, name := range areas(t) {
		area, err := readArea(name)
		if err != nil {
			t.Error(err)
		}
		for key, byLang := range area {
			for _, fault := range faults(byLang) {
				t.Errorf("%s: %s: %s", name, key, fault)
			}
		}
	}
}

// faults is what is wrong with one text.
func faults(byLang map[Lang]string) (wrong []string) {
	for _, lang := range Langs() {
		text := byLang[lang]
		switch {
		case text == "":
			wrong = append(wrong, "no "+string(lang))
		case strings.TrimSpace(text) != text || !norm.NFC.IsNormalString(text):
			wrong = append(wrong, string(lang)+" has outer spaces or is not composed")
		case strings.Contains(text, "TODO"):
			wrong = append(wrong, string(lang)+" is unfinished")
		}
	}
	if len(byLang) > len(Langs()) {
		wrong = append(wrong, "an unknown language")
	}
	if vi, en := parseMessage(byLang[Vi]).args(), parseMessage(byLang[En]).args(); vi != en {
		wrong = append(wrong, "the languages use other arguments")
	}
	return wrong
}

// The checks above see what they are there for.
func TestFaultsAreSeen(t *testing.T) {
	for name, byLang := range map[string]map[Lang]string{
		"missing":       {Vi: "a"},
		"empty":         {Vi: "a", En: ""},
		"other args":    {Vi: "{0} trên {1}", En: "{0} of {2}"},
		"choice only":   {Vi: "người", En: "{0|person|people}"},
		"third":         {Vi: "a", En: "a", "fr": "a"},
		"outer space":   {Vi: "a ", En: "a"},
		"not composed":  {Vi: "a\u0301", En: "a"},
		"unfinished":    {Vi: "TODO", En: "a"},
		"args in words": {Vi: "{0}", En: "{zero}"},
	} {
		if len(faults(byLang)) == 0 {
			t.Errorf("%s passes", name)
		}
	}
	if wrong := faults(map[Lang]string{Vi: "{1} trên {0}", En: "{0} {0|person|people} of {1}"}); wrong != nil {
		t.Error(wrong)
	}
}

func TestGeneralSentences(t *testing.T) {
	used := []string{"day.unreadable", "day.impossible", "seal.broken", "seal.password.long"}
	for k := fault.Internal; k <= fault.Unavailable; k++ {
		used = append(used, string(fault.TextOf(fault.E("", k, "")).Key))
	}
	if missing := Missing(used); missing != nil {
		t.Errorf("no text for %v", missing)
	}
}

func TestMissing(t *testing.T) {
	got := Missing([]string{"z.none", "error.busy", "a.none", "z.none"})
	if diff := cmp.Diff([]string{"a.none", "z.none"}, got); diff != "" {
		t.Error(diff)
	}
	if !For(Vi).Has("error.busy") || For(En).Has("a.none") {
		t.Error("Has is wrong")
	}
}

func TestFor(t *testing.T) {
	if For(En).Lang() != En || For(Vi).Lang() != Vi || For("").Lang() != Vi || For("fr").Lang() != Vi {
		t.Error("For gives the wrong language")
	}
	for s, want := range map[string]Lang{"en": En, "en-GB": En, " EN ": En, "vi": Vi, "vi-VN": Vi, "": Vi, "fr": Vi, "english": Vi} {
		if got := LangOf(s); got != want {
			t.Errorf("LangOf(%q) = %q", s, got)
		}
	}
}

func TestError(t *testing.T) {
	secret := errors.New("pq: password=hunter2")
	for _, tt := range []struct {
		err    error
		vi, en string
	}{
		{nil, "", ""},
		{secret, For(Vi).T("error.internal"), For(En).T("error.internal")},
		{fault.E("x", fault.Stale, "", secret), For(Vi).T("error.stale"), For(En).T("error.stale")},
		{fault.E("x", fault.Invalid, "day.unreadable", "hôm qua", secret),
			"Không đọc được ngày “hôm qua”. Xin ghi ngày/tháng/năm, ví dụ 03/02/2024.",
			"Cannot read “hôm qua” as a date. Please write day/month/year, for example 03/02/2024."},
		{fault.E("x", fault.Invalid, "no.such.key"), "⟦no.such.key⟧", "⟦no.such.key⟧"},
	} {
		if got := For(Vi).Error(tt.err); got != tt.vi {
			t.Errorf("vi %v: %q", tt.err, got)
		}
		if got := For(En).Error(tt.err); got != tt.en {
			t.Errorf("en %v: %q", tt.err, got)
		}
	}
}

func TestFormat(t *testing.T) {
	type id int64
	leap := day.Of(2024, 2, 29)
	at := time.Date(2026, 11, 21, 8, 5, 59, 0, time.UTC)
	for _, tt := range []struct {
		text   string
		args   []any
		vi, en string
	}{
		{"none", nil, "none", "none"},
		{"{0} trên {1}", []any{1020, int64(-5622463)}, "1.020 trên -5.622.463", "1,020 trên -5,622,463"},
		{"{1}{0}{1}", []any{"a", "b"}, "bab", "bab"},
		{"ngày {0}.", []any{leap}, "ngày 29/02/2024.", "ngày 29/02/2024."},
		{"{0}", []any{day.Of(1945, 0, 0)}, "1945", "1945"},
		{"{0}", []any{leap.MonthOf()}, "02/2024", "02/2024"},
		{"{0}", []any{day.YearPeriod(2024)}, "01/01/2024 – 31/12/2024", "01/01/2024 – 31/12/2024"},
		{"{0}", []any{at}, "21/11/2026 08:05", "21/11/2026 08:05"},
		{"{0}", []any{time.Time{}}, "", ""},
		{"{0}", []any{1250.5}, "1.250,5", "1,250.5"},
		{"{0}", []any{1.0 / 3}, "0,333333", "0.333333"},
		{"{0}", []any{id(12345)}, "12345", "12345"}, // a typed number is a name
		{"{0}", []any{"2024"}, "2024", "2024"},
		{"{0}", []any{nil}, "", ""},
		{"{0}", []any{true}, "true", "true"},
		{"{0}!", []any{fault.Text{Key: "no.key"}}, "⟦no.key⟧!", "⟦no.key⟧!"},
		{"{0}", []any{fault.Key("no.key")}, "⟦no.key⟧", "⟦no.key⟧"},
		{"{0}", []any{errors.New("secret")}, For(Vi).T("error.internal"), For(En).T("error.internal")},
		{"{0} {1}", []any{"a"}, "a {1}", "a {1}"},
		{"{0} {0|person|people}", []any{1}, "1 person", "1 person"},
		{"{0} {0|person|people}", []any{int64(1)}, "1 person", "1 person"},
		{"{0} {0|person|people}", []any{2}, "2 people", "2 people"},
		{"{0|a|}", []any{2}, "", ""},
		{"{0|a|b}", nil, "{0}", "{0}"},
		{"{x} {} { {0|a} {0", []any{1}, "{x} {} { {0|a} {0", "{x} {} { {0|a} {0"},
		{"{0}", []any{"{1}", "x"}, "{1}", "{1}"}, // an argument is never a text
		{"<b>{0}</b>", []any{"<i>"}, "<b><i></b>", "<b><i></b>"},
	} {
		m := parseMessage(tt.text)
		if got := m.format(For(Vi), tt.args); got != tt.vi {
			t.Errorf("vi %q %v = %q, want %q", tt.text, tt.args, got, tt.vi)
		}
		if got := m.format(For(En), tt.args); got != tt.en {
			t.Errorf("en %q %v = %q, want %q", tt.text, tt.args, got, tt.en)
		}
	}
}

func TestNumbers(t *testing.T) {
	vi, en := For(Vi), For(En)
	for _, tt := range [][2]string{
		{vi.Num(1020), "1.020"}, {en.Num(1020), "1,020"},
		{vi.Pct(288, 815), "35,34"}, {en.Pct(288, 815), "35.34"},
		{vi.Pct(1, 0), "—"}, {en.Pct(1, 0), "—"},
		{vi.Dec(1253.0/109, 2), "11,50"}, {en.Dec(5090291.9, 1), "5,090,291.9"},
		{vi.Date(day.Of(2024, 2, 3)), "03/02/2024"}, {en.Date(day.Of(2024, 2, 3)), "03/02/2024"}, {vi.Date(day.None), ""},
	} {
		if tt[0] != tt[1] {
			t.Errorf("got %q, want %q", tt[0], tt[1])
		}
	}
}

func TestConcurrent(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, key := range Keys() {
				if For(Vi).T(key, "a") == "" || For(En).T(key, 1) == "" {
					t.Errorf("%s is empty", key)
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkT(b *testing.B) {
	p := For(Vi)
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			p.T("error.busy")
		}
	})
	b.Run("argument", func(b *testing.B) {
		for b.Loop() {
			p.T("day.unreadable", "hôm qua")
		}
	})
}
