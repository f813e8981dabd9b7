package target_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnap/internal/day"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/target"
)

func turn(movement, person int, c ledger.Cause, y, m, d int) target.Turn {
	t := target.Turn{Movement: id.ID(movement), Person: id.ID(person), From: 7, To: 7, Cause: c, On: day.Of(y, m, d)}
	switch c {
	case ledger.Admit, ledger.Recognise:
	default:
		t.To = 0
	}
	return t
}

func undo(movement int, of target.Turn) target.Turn {
	of.Reverses, of.Movement = of.Movement, id.ID(movement)
	of.From, of.To = of.To, of.From
	return of
}

// fourteen is a rule of the tests: in time is within fourteen months.
func fourteen(d day.Date) day.Date { return d.AddMonths(14) }

func TestFindFlaws(t *testing.T) {
	admit := turn(1, 1, ledger.Admit, 2024, 1, 31)
	for name, c := range map[string]struct {
		turns  []target.Turn
		joined day.Date
		want   []target.Flawed
	}{
		"recognised on the last day":       {turns: []target.Turn{admit, turn(2, 1, ledger.Recognise, 2025, 3, 31)}},
		"recognised a day late":            {turns: []target.Turn{turn(2, 1, ledger.Recognise, 2025, 4, 1), admit}, want: []target.Flawed{{2, 1, 7, target.Late, day.Of(2025, 4, 1)}}},
		"dated back, decided late":         {turns: []target.Turn{admit, {Movement: 2, Person: 1, To: 7, Cause: ledger.Recognise, On: day.Of(2025, 1, 31), Decided: day.Of(2025, 9, 1)}}, want: []target.Flawed{{2, 1, 7, target.Late, day.Of(2025, 1, 31)}}},
		"left on the last day":             {turns: []target.Turn{admit, turn(2, 1, ledger.Quit, 2026, 1, 31)}, want: []target.Flawed{{2, 1, 7, target.Early, day.Of(2026, 1, 31)}}},
		"left a day later":                 {turns: []target.Turn{admit, turn(2, 1, ledger.Quit, 2026, 2, 1)}},
		"recognised late and struck off":   {turns: []target.Turn{admit, turn(2, 1, ledger.Recognise, 2025, 5, 1), turn(3, 1, ledger.Strike, 2025, 6, 1)}, want: []target.Flawed{{2, 1, 7, target.Late, day.Of(2025, 5, 1)}, {3, 1, 7, target.Early, day.Of(2025, 6, 1)}}},
		"taken back":                       {turns: []target.Turn{admit, turn(2, 1, ledger.Recognise, 2025, 5, 1), undo(3, turn(2, 1, ledger.Recognise, 2025, 5, 1))}},
		"admission taken back, then again": {turns: []target.Turn{admit, undo(2, admit), turn(3, 1, ledger.Admit, 2024, 6, 1), turn(4, 1, ledger.Recognise, 2025, 7, 1)}},
		"known from the record":            {turns: []target.Turn{turn(2, 1, ledger.Recognise, 2025, 4, 1)}, joined: day.Of(2024, 1, 31), want: []target.Flawed{{2, 1, 7, target.Late, day.Of(2025, 4, 1)}}},
		"known in part":                    {turns: []target.Turn{turn(2, 1, ledger.Recognise, 2025, 4, 1)}, joined: day.Date(20240000)},
		"not known":                        {turns: []target.Turn{turn(2, 1, ledger.Recognise, 2025, 4, 1), turn(3, 1, ledger.Quit, 2025, 4, 2)}},
		"another's admission":              {turns: []target.Turn{admit, turn(2, 2, ledger.Quit, 2024, 4, 2)}},
	} {
		t.Run(name, func(t *testing.T) {
			got := target.FindFlaws(c.turns, fourteen, func(id.ID) day.Date { return c.joined }, 24)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFlawsReversed: a way that was taken back to the last step has no flaws, and the order of turns never matters.
func TestFlawsReversed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var turns []target.Turn
		for p := range rapid.IntRange(1, 5).Draw(t, "people") {
			on := day.Of(2024, 1, 1).AddDays(rapid.IntRange(0, 700).Draw(t, "joined"))
			turns = append(turns, target.Turn{Movement: id.ID(10*p + 1), Person: id.ID(p + 1), To: 7, Cause: ledger.Admit, On: on})
			turns = append(turns, target.Turn{Movement: id.ID(10*p + 2), Person: id.ID(p + 1), From: 7, To: 7, Cause: ledger.Recognise, On: on.AddDays(rapid.IntRange(300, 600).Draw(t, "recognised"))})
		}
		none := func(id.ID) day.Date { return 0 }
		want := target.FindFlaws(turns, fourteen, none, 24)
		mixed := rapid.Permutation(turns).Draw(t, "order")
		if diff := cmp.Diff(want, target.FindFlaws(mixed, fourteen, none, 24)); diff != "" {
			t.Fatal(diff)
		}
		for i, x := range turns {
			if x.Cause == ledger.Recognise {
				mixed = append(mixed, undo(1000+i, x))
			}
		}
		if got := target.FindFlaws(mixed, fourteen, none, 24); len(got) > 0 {
			t.Fatalf("taken back, yet %v", got)
		}
	})
}

func TestHabits(t *testing.T) {
	h := target.Reading()
	for name, x := range map[string]target.Habit{"early_months": h.EarlyMonths, "late_month": h.LateMonth, "history_years": h.HistoryYears,
		"forecast_years": h.ForecastYears, "forecast_yearly": h.ForecastYearly, "forecast_share": h.ForecastShare} {
		if x.Value <= 0 || x.Source == "" || x.Confidence == "" || x.Since == "" {
			t.Errorf("%s has no value, source, confidence or day: %+v", name, x)
		}
	}
	if m := h.LateMonth.Value; m > 12 {
		t.Errorf("month %d", m)
	}
}
