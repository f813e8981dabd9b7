package ledger

import (
	"fmt"
	"strconv"
	"strings"

	"ketnap/internal/day"
)

// Attrs are the statistical attributes of a person on a day (form 2 of 11-HD/BTCTW). Codes are
// positions in the code lists of package person; 0 means "not filled in", which is never "none".
type Attrs struct {
	Sex        int      // 1 nam, 2 nữ
	Ethnic     int      // dân tộc, 1 = Kinh
	Religion   int      // tôn giáo, 1 = không theo tôn giáo
	Occupation int      // nghề nghiệp, 14 groups
	Schooling  int      // giáo dục phổ thông
	Expertise  int      // chuyên môn
	Sector     int      // lĩnh vực của tổ chức
	Youth      bool     // đoàn viên Đoàn Thanh niên
	Birth      day.Date // may be partial
}

// Pack writes the attributes as a short text for storage.
func (a Attrs) Pack() string {
	y := 0
	if a.Youth {
		y = 1
	}
	return fmt.Sprintf("%d,%d,%d,%d,%d,%d,%d,%d,%d", a.Sex, a.Ethnic, a.Religion, a.Occupation, a.Schooling, a.Expertise, a.Sector, y, int32(a.Birth))
}

// UnpackAttrs reads what Pack wrote; "" is nil.
func UnpackAttrs(s string) (*Attrs, error) {
	if s == "" {
		return nil, nil
	}
	parts := strings.Split(s, ",")
	if len(parts) != 9 {
		return nil, fmt.Errorf("ledger: packed attributes %q", s)
	}
	var n [9]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil {
			return nil, fmt.Errorf("ledger: packed attributes %q: %w", s, err)
		}
		n[i] = v
	}
	return &Attrs{Sex: n[0], Ethnic: n[1], Religion: n[2], Occupation: n[3], Schooling: n[4], Expertise: n[5],
		Sector: n[6], Youth: n[7] == 1, Birth: day.Date(n[8])}, nil
}
