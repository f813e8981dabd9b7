// Package rule holds the values that regulations prescribe, as data with their sources (domain floor, pure).
//
// No age, day count or fraction of a regulation stands in Go code: each is a Value with the
// document it comes from and how sure that source is; an administrator may correct it.
package rule

import (
	_ "embed"
	"encoding/json"
	"fmt"
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
		if v.Source == "" || v.Confidence == "" {
			return nil, fmt.Errorf("rule: %s has no source", v.Key)
		}
		set[v.Key] = v
	}
	return set, nil
}

// Int returns the value of a key. A key that does not exist is a programming error and panics.
func (s Set) Int(key string) int {
	v, ok := s[key]
	if !ok {
		panic("rule: no value " + key)
	}
	return v.Value
}
