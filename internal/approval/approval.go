// Package approval holds acts that take two persons (domain floor, pure; bốn mắt, phê duyệt).
//
// Somebody asks for one act with everything it depends on. Somebody else, who holds the right to it at that unit or above, approves
// exactly this act, and with the approval it is done; or refuses it. What nobody answers expires.
package approval

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"ketnap/internal/access"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// Kind is an act that takes two persons.
type Kind string

// The kinds.
const (
	Import Kind = "import" // writing a large import (nhập nhiều)
	Export Kind = "export" // a list of many people as a file (xuất nhiều)
	Grant  Kind = "grant"  // making somebody an administrator
	Reset  Kind = "reset"  // taking away what somebody signs in with, to open another way into the account
	Erase  Kind = "erase"  // erasing what is kept of people for good (xóa dữ liệu)
	Guard  Kind = "guard"  // asking for two persons less often
	Term   Kind = "term"   // how long data is kept (thời hạn lưu)
	Reopen Kind = "reopen" // opening closed periods again (mở lại kỳ)
)

// Kinds lists those a deployment may switch off. Guard is not among them: it would guard nothing; nor are Erase and Term: nothing brings back what
// was erased; nor is Reopen: figures that were reported change by it.
var Kinds = []Kind{Import, Export, Grant, Reset}

// rights are what an act asks for at its unit, of who does it and of who approves it.
var rights = map[Kind][2]access.Right{
	Import: {access.Import, access.Import},
	Export: {access.Read, access.SetTarget}, // everybody may read, so the committee looks at what leaves in numbers
	Grant:  {access.ManageUsers, access.ManageUsers},
	Reset:  {access.ManageUsers, access.ManageUsers},
	Erase:  {access.SetTarget, access.SetTarget},
	Guard:  {access.ManageUsers, access.ManageUsers},
	Term:   {access.ManageUsers, access.ManageUsers},
	Reopen: {access.EditUnits, access.SetTarget}, // who answers for the figures looks at it, not only who keeps the program
}

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool { _, ok := rights[k]; return ok }

// Right is what the act asks for of who does it.
func (k Kind) Right() access.Right { return rights[k][0] }

// Second is what it asks for of who approves it.
func (k Kind) Second() access.Right { return rights[k][1] }

// Fetched reports whether the approval only opens the act, which who asked for it then does once: a file has to reach the right hands.
func (k Kind) Fetched() bool { return k == Export }

// Act is one act with what it depends on.
type Act struct {
	Kind   Kind            `json:"k"`
	Unit   id.ID           `json:"u"`
	Object id.ID           `json:"o,omitempty"` // the account, the import; 0 when there is none yet
	N      int64           `json:"n,omitempty"` // rows, where it depends on how many
	Order  json.RawMessage `json:"d,omitempty"` // what exactly is to be done, as the service reads it that does it
	Detail string          `json:"t,omitempty"` // what the approver reads beside kind and unit
	Role   access.Role     `json:"r,omitempty"` // of a grant, for the same reader
	Path   string          `json:"p,omitempty"` // where who asked fetches a file
}

// Digest tells acts apart: a change of kind, place, object or order makes another act.
func (a Act) Digest() []byte {
	h := sha256.New()
	for _, s := range []string{string(a.Kind), a.Unit.String(), a.Object.String(), string(a.Order)} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return h.Sum(nil)
}

// Needed is the cause of a refusal that a second person can lift.
type Needed struct{ Act }

func (n *Needed) Error() string { return fmt.Sprintf("%s at %s takes a second person", n.Kind, n.Unit) }

// Life is how long a request waits for its answer and, approved, for who asked to fetch the file.
const Life = 72 * time.Hour

// State is how far a request is.
type State string

// The states.
const (
	Waiting   State = "waiting"
	Approved  State = "approved"  // only what is fetched
	Done      State = "done"      // the act was done
	Refused   State = "refused"   // by the second person
	Withdrawn State = "withdrawn" // by who asked
	Expired   State = "expired"   // never stored: seen from the clock
)

// Step is what may happen to a request.
type Step string

// The steps.
const (
	Approve  Step = "approve"
	Refuse   Step = "refuse"
	Withdraw Step = "withdraw"
	Use      Step = "use" // fetch the file
)

// Request is an act somebody asked for, and what became of it.
type Request struct {
	Act
	ID          id.ID
	State       State // as stored; Now knows about time
	Digest      []byte
	By          id.ID
	ByName      string
	At, Expires int64 // unix ms
	Reason      string
	Decided     id.ID
	DecidedName string
	DecidedAt   int64
	Note        string // of who decided
	Version     int64
}

// Now is the state at an instant.
func (r Request) Now(ms int64) State {
	if (r.State == Waiting || r.State == Approved) && r.Expires <= ms {
		return Expired
	}
	return r.State
}

// After is the state after a step that somebody takes at an instant. Nobody answers their own request, and only who made it takes it
// back or fetches the file.
func (r Request) After(s Step, who id.ID, ms int64) (State, error) {
	const op = "approval.After"
	own, now := who == r.By, r.Now(ms)
	answer := s == Approve || s == Refuse
	switch {
	case own && answer:
		return now, fault.E(op, fault.Forbidden, "approval.four_eyes")
	case !own && !answer:
		return now, fault.E(op, fault.Forbidden, "error.forbidden")
	case now == Expired:
		return now, fault.E(op, fault.Conflict, "approval.expired")
	case now == Waiting && s == Approve && r.Kind.Fetched():
		return Approved, nil
	case now == Waiting && s == Approve, now == Approved && s == Use:
		return Done, nil
	case now == Waiting && s == Refuse:
		return Refused, nil
	case (now == Waiting || now == Approved) && s == Withdraw:
		return Withdrawn, nil
	}
	return now, fault.E(op, fault.Conflict, "approval.decided")
}
