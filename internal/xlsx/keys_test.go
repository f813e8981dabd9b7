package xlsx

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestKeys checks that every sentence the code names exists and is used.
func TestKeys(t *testing.T) {
	data, err := os.ReadFile("../i18n/text/xlsx.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string]map[string]string
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := make(map[string]bool)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"(xlsx\.[a-z.]+)"`).FindAllSubmatch(src, -1) {
			used[string(m[1])] = true
		}
	}
	for key := range used {
		if texts[key]["vi"] == "" || texts[key]["en"] == "" {
			t.Errorf("%s has no text", key)
		}
	}
	for key := range texts {
		if !used[key] {
			t.Errorf("%s is not used", key)
		}
	}
}
