// Package subjects is the service on the rights of people about their own data (services floor): who looked at a record, the own record
// to be handed over, requests with their clocks, and the material for an impact assessment.
package subjects

import (
	"time"

	"ketnap/internal/day"
	"ketnap/internal/people"
	"ketnap/internal/store"
)

// Service answers for the data of people.
type Service struct {
	st     *store.Store
	people *people.Service
}

// New returns the service on a store.
func New(st *store.Store) *Service { return &Service{st, people.New(st)} }

// Now is the instant of the system's clock.
func (s *Service) Now() time.Time { return s.st.Now() }

// Today is the day of the system's clock.
func (s *Service) Today() day.Date { return s.st.Today() }
