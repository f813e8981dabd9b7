package subject

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/vi"
)

// Kind is what somebody asks about their own data (loại yêu cầu).
type Kind string

// The kinds of requests.
const (
	Access   Kind = "access"   // xem
	Copy     Kind = "copy"     // cung cấp bản sao
	Correct  Kind = "correct"  // chỉnh sửa
	Withdraw Kind = "withdraw" // rút sự đồng ý
	Restrict Kind = "restrict" // hạn chế xử lý
	Object   Kind = "object"   // phản đối xử lý
	Delete   Kind = "delete"   // xóa
)

// Kinds lists the kinds in the order of forms.
var Kinds = []Kind{Access, Copy, Correct, Withdraw, Restrict, Object, Delete}

// Stops reports whether a request of the kind, once granted, stops processing.
func (k Kind) Stops() bool { return k == Withdraw || k == Restrict || k == Object || k == Delete }

// State is where a request stands.
type State string

// The states of a request.
const (
	Received State = "received" // đã nhận
	Answered State = "answered" // đã phản hồi, đang thực hiện
	Granted  State = "granted"  // đã thực hiện
	Refused  State = "refused"  // không thực hiện, có lý do
)

// Request is what somebody asked for about their own data (yêu cầu của chủ thể dữ liệu).
type Request struct {
	ID       id.ID
	Person   id.ID
	Kind     Kind
	State    State
	Received day.Date
	AnswerBy day.Date // by when the person is told how it goes on
	DoneBy   day.Date // by when it is done
	Answered day.Date // 0 while the person was told nothing
	Closed   day.Date // 0 while it is open
	Extended bool
	Version  int64
	Sealed   Words
}

// Words is what is sealed at rest.
type Words struct {
	Asked  string `json:"asked"`            // in the person's words
	Answer string `json:"answer,omitempty"` // what the person was told
	Reason string `json:"reason,omitempty"` // of the decision
	Why    string `json:"why,omitempty"`    // of the extension
}

// Due is what a request waits for next: the answer, then the act. 0 when it is closed.
func (r Request) Due() day.Date {
	switch {
	case r.Closed != 0:
		return 0
	case r.Answered == 0 && r.AnswerBy < r.DoneBy:
		return r.AnswerBy
	}
	return r.DoneBy
}

// Late reports whether the next thing is overdue on a day.
func (r Request) Late(today day.Date) bool { return r.Closed == 0 && r.Due() < today }

// maxWords is the longest text of a request, in runes: a limit of this program.
const maxWords = 2000

// Check brings the texts of a new request into one form and says what is wrong with it.
func (r *Request) Check(today day.Date) error {
	e := fault.E("subject.Check", fault.Invalid, "request.invalid")
	r.Sealed.Asked = vi.NFC(strings.TrimSpace(r.Sealed.Asked))
	known := false
	for _, k := range Kinds {
		known = known || k == r.Kind
	}
	if !known {
		e.Field("kind", "request.kind_unknown")
	}
	switch {
	case !r.Received.Valid():
		e.Field("on", "request.on_missing")
	case r.Received > today:
		e.Field("on", "request.on_future", today)
	}
	Reason(e, "asked", &r.Sealed.Asked)
	if len(e.Fields) > 0 {
		return e
	}
	return nil
}

// Reason brings a text that must be there into one form and notes in e what is wrong with it.
func Reason(e *fault.Error, field string, text *string) {
	*text = vi.NFC(strings.TrimSpace(*text))
	switch n := len([]rune(*text)); {
	case n < 5:
		e.Field(field, "request.words_missing")
	case n > maxWords:
		e.Field(field, "movement.too_long", maxWords)
	}
}
