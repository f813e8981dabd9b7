package target

import (
	_ "embed"
	"encoding/json"
)

//go:embed habits.json
var habitsJSON []byte

// Habit is a number by which results are read and that no regulation sets (thông lệ): with where it comes from, so that it can be
// shown beside what was computed with it.
type Habit struct {
	Value      int    `json:"value"`
	Source     string `json:"source"`
	Confidence string `json:"confidence"` // sure, likely, unsure
	Since      string `json:"since"`      // ISO date
}

// Habits are the numbers of habits.json.
type Habits struct {
	EarlyMonths Habit `json:"early_months"` // somebody who leaves within so many months of the admission left early
	LateMonth   Habit `json:"late_month"`   // the month into which admissions are crowded to reach a number

	HistoryYears   Habit `json:"history_years"`   // how many whole years back a unit's own history is looked at
	ForecastYears  Habit `json:"forecast_years"`  // a forecast needs so many of them,
	ForecastYearly Habit `json:"forecast_yearly"` // each with so many results,
	ForecastShare  Habit `json:"forecast_share"`  // and so many percent of a year usually done by the day
}

var habits = readHabits()

func readHabits() (h Habits) {
	if err := json.Unmarshal(habitsJSON, &h); err != nil {
		panic("target: habits.json: " + err.Error()) // embedded at build, read by a test
	}
	return h
}

// Reading returns the numbers by which results are read.
func Reading() Habits { return habits }
