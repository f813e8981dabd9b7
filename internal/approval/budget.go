package approval

import "ketnap/internal/fault"

// Budget bounds how many sealed fields one account opens in a day (hạn mức mở trường niêm phong), and how long an emergency lifts it. It is a
// setting of a deployment, not of a regulation.
type Budget struct {
	Reveals int64 `json:"reveals"` // openings, prints, scans and copies in a day
	Hours   int64 `json:"hours"`   // an emergency opening lasts
}

// UsualBudget is what holds until a deployment says otherwise: more than a day's desk work needs, far fewer than a commune has people.
var UsualBudget = Budget{Reveals: 200, Hours: 3}

// A day of emergency is the longest that can be set.
const mostHours = 24

// Check refuses what cannot be a setting.
func (b Budget) Check() error {
	if b.Reveals < 1 || b.Reveals > most || b.Hours < 1 || b.Hours > mostHours {
		return fault.E("approval.Budget.Check", fault.Invalid, "budget.setting", int64(most), int64(mostHours))
	}
	return nil
}
