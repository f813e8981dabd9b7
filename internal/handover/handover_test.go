package handover

import (
	"testing"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/ledger"
)

func TestPapers(t *testing.T) {
	for stage, want := range map[ledger.Stage]int{ledger.Proposed: 2, ledger.Pool: 2, ledger.Dossier: 5, ledger.Probationary: 2, ledger.Official: 0} {
		if got := PapersAt(stage); len(got) != want {
			t.Errorf("%s: %d papers, want %d", stage, len(got), want)
		}
	}
	if Source() == "" {
		t.Error("no source")
	}
}

func TestCheck(t *testing.T) {
	today := day.Of(2026, 11, 21)
	fine := Offer{Stage: ledger.Pool, Reason: "school", Place: "xã Đông Tiến", Offered: today, Sealed: Sealed{Papers: []Paper{{Code: 53, No: "1"}}}}
	if err := fine.Check(today); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*Offer){
		"on":     func(o *Offer) { o.Offered = today.AddDays(1) },
		"reason": func(o *Offer) { o.Reason = "" },
		"place":  func(o *Offer) { o.Place = " " },
		"papers": func(o *Offer) { o.Sealed.Papers = []Paper{{Code: 92}} },
	} {
		o := fine
		spoil(&o)
		if fault.FieldsOf(o.Check(today))[field].Key == "" {
			t.Errorf("%s: %v", field, o.Check(today))
		}
	}
	fine.Stage = ledger.Official
	if fault.TextOf(fine.Check(today)).Key != "handover.official" {
		t.Error("a member is handed over")
	}
	if w := (Offer{Offered: today.AddDays(-12)}).Waiting(today); w != 12 {
		t.Errorf("waits %d days", w)
	}
}
