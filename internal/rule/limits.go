// Package rule holds the values that regulations prescribe, as data with their sources (domain floor, pure).
//
// No age, day count or fraction of a regulation stands in Go code: each is a Value with the
// document it comes from and how sure that source is; an administrator may correct it.
package rule

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"ketnap/internal/day"
)

//go:embed limits.json
var limitsJSON []byte

// Value is one value of a regulation.
type Value struct {
	Key        string `json:"key"`
	Value      int    `json:"value"`
	Unit       string `json:"unit"`
	Source     string `json:"source"`
	Confidence string `json:"confidence"` // sure, likely, unsure
	Since      string `json:"since"`      // ISO date
}

var confidences = []string{"sure", "likely", "unsure"}

// Set is a set of values by key.
type Set map[string]Value

// Default returns the values the program is delivered with.
func Default() (Set, error) {
	var vs []Value
	if err := json.Unmarshal(limitsJSON, &vs); err != nil {
		return nil, fmt.Errorf("rule: limits.json: %w", err)
	}
	set := Set{}
	for _, v := range vs {
		if err := v.check(); err != nil {
			return nil, err
		}
		if _, twice := set[v.Key]; twice {
			return nil, fmt.Errorf("rule: %s stands twice", v.Key)
		}
		set[v.Key] = v
	}
	return set, nil
}

// check says what a value lacks: without a source, how sure it is and since when, nobody can trust it.
func (v Value) check() error {
	since, err := day.ParseISO(v.Since)
	switch {
	case v.Key == "" || v.Unit == "" || v.Source == "":
		return fmt.Errorf("rule: %q has no key, unit or source", v.Key)
	case !slices.Contains(confidences, v.Confidence):
		return fmt.Errorf("rule: %s: confidence %q", v.Key, v.Confidence)
	case err != nil || !since.Valid():
		return fmt.Errorf("rule: %s: since %q", v.Key, v.Since)
	}
	return nil
}

// Int returns the value of a key. A key that does not exist is a programming error and panics.
func (s Set) Int(key string) int {
	v, ok := s[key]
	if !ok {
		panic("rule: no value " + key)
	}
	return v.Value
}
