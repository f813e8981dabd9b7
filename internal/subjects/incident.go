package subjects

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/audit"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/subject"
)

// incidentKey is the setting that holds the incidents: times and units, nothing about anybody.
const incidentKey = "incidents"

// incidents reads them: with tx.Setting to show them, with tx.HoldSetting to change them.
func incidents(read func(key string) (string, error)) ([]subject.Incident, error) {
	text, err := read(incidentKey)
	if err != nil || text == "" {
		return nil, err
	}
	var all []subject.Incident
	return all, json.Unmarshal([]byte(text), &all)
}

func putIncidents(tx *store.Tx, all []subject.Incident) error {
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return tx.PutSetting(incidentKey, string(text))
}

// Incidents returns the incidents at units the actor inspects, the latest first.
func (s *Service) Incidents(ctx context.Context, who access.Actor) ([]subject.Incident, error) {
	var out []subject.Incident
	err := s.st.View(ctx, func(tx *store.Tx) error {
		all, err := incidents(tx.Setting)
		for _, x := range all {
			u, err := tx.Unit(x.Unit)
			if err == nil && who.Can(access.Inspect, u) {
				out = append(out, x)
			}
		}
		return err
	})
	slices.Reverse(out)
	return out, err
}

// OpenIncident notes that an incident was found: from then on the clocks of the notices run.
func (s *Service) OpenIncident(ctx context.Context, who access.Actor, unit id.ID, found time.Time, w Window) error {
	const op = "subjects.OpenIncident"
	return s.st.Update(ctx, audit.Of(who, "breach.open", unit.Province(), unit), func(tx *store.Tx) error {
		u, err := tx.Unit(unit)
		if err != nil {
			return err
		}
		if err := who.Must(access.Inspect, u); err != nil {
			return err
		}
		e := fault.E(op, fault.Invalid, "breach.invalid")
		if found.IsZero() || found.UnixMilli() > tx.Now {
			e.Field("found", "breach.found")
		}
		if w.From <= 0 || w.From >= w.To {
			e.Field("den", "breach.window")
		}
		if len(e.Fields) > 0 {
			return e
		}
		all, err := incidents(tx.HoldSetting)
		if err != nil {
			return err
		}
		x := subject.Incident{ID: tx.NewID(unit.Province()), Unit: unit, Found: found.UnixMilli(), From: w.From, To: w.To, Told: map[string]int64{}}
		tx.Did(x.ID, unit.String())
		return putIncidents(tx, append(all, x))
	})
}

// Told notes that a notice of an incident was given.
func (s *Service) Told(ctx context.Context, who access.Actor, incident id.ID, notice string) error {
	const op = "subjects.Told"
	return s.st.Update(ctx, audit.Of(who, "breach.told", incident.Province(), incident).With(notice), func(tx *store.Tx) error {
		all, err := incidents(tx.HoldSetting)
		if err != nil {
			return err
		}
		for i, x := range all {
			if x.ID != incident {
				continue
			}
			u, err := tx.Unit(x.Unit)
			if err != nil {
				return err
			}
			if err := who.Must(access.Inspect, u); err != nil {
				return err
			}
			if !slices.ContainsFunc(x.Waiting(subject.Book().Breach), func(n subject.Notice) bool { return n.Code == notice }) {
				return fault.E(op, fault.Conflict, "breach.told_already")
			}
			all[i].Told[notice] = tx.Now
			return putIncidents(tx, all)
		}
		return fault.E(op, fault.NotFound, "error.notfound")
	})
}
