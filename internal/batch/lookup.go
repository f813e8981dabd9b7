package batch

import (
	"strconv"
	"strings"

	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/person"
	"ketnap/internal/vi"
)

// index finds entries of a code list by what cells say. It is made once: a sheet asks it millions of times.
type index struct {
	list  person.List
	words map[string]int
}

func indexOf(l person.List) *index {
	x := &index{list: l, words: map[string]int{}}
	put := func(word string, n int) {
		if _, taken := x.words[word]; !taken && word != "" {
			x.words[word] = n
		}
	}
	for i, c := range l {
		put(vi.Fold(c.Name), i+1)
	}
	for i, c := range l {
		put(strings.ToLower(c.Code), i+1)
		put(vi.Fold(c.EN), i+1)
		for _, a := range c.Alias {
			put(vi.Fold(a), i+1)
		}
	}
	for i, c := range l {
		if n, err := strconv.Atoi(c.Code); err == nil {
			put(strconv.Itoa(n), i+1)
		}
	}
	return x
}

// find returns the number of an entry; several words at the start may be noise ("Dân tộc Kinh", "08. Nông dân").
func (x *index) find(cell string) (int, bool) {
	f := vi.Fold(cell)
	if n, ok := x.words[f]; ok {
		return n, true
	}
	for _, noise := range []string{"dan toc ", "ton giao ", "dao ", "trinh do ", "lop "} {
		if rest, cut := strings.CutPrefix(f, noise); cut {
			if n, ok := x.words[rest]; ok {
				return n, true
			}
		}
	}
	if code, rest, cut := strings.Cut(f, " "); cut { // a code before its own name
		if n, ok := x.words[code]; ok && code[0] >= '0' && code[0] <= '9' && x.words[rest] == n {
			return n, true
		}
	}
	return 0, false
}

// near returns the names closest to a cell, for a suggestion.
func (x *index) near(cell string) string {
	names := make([]string, len(x.list))
	for i, c := range x.list {
		names[i] = c.Name
	}
	return strings.Join(Nearest(cell, names, 3), "; ")
}

var (
	sexes       = indexOf(person.Sexes)
	ethnics     = indexOf(person.Ethnics)
	religions   = indexOf(person.Religions)
	occupations = indexOf(person.Occupations)
	schoolings  = indexOf(person.Schoolings)
	expertises  = indexOf(person.Expertises)
	theories    = indexOf(person.Theories)
	sectors     = indexOf(person.Sectors)
)

// stageWords are how lists of sources name the stages.
var stageWords = map[string]ledger.Stage{
	"de xuat nguon": ledger.Proposed, "de xuat": ledger.Proposed, "moi de xuat": ledger.Proposed,
	"nguon": ledger.Pool, "trong nguon": ledger.Pool, "quan chung uu tu": ledger.Pool, "cam tinh dang": ledger.Pool, "cam tinh": ledger.Pool, "dua vao nguon": ledger.Pool,
	"da hoc lop nhan thuc": ledger.Certified, "da hoc": ledger.Certified, "da hoc lop": ledger.Certified, "da co giay chung nhan": ledger.Certified, "co giay chung nhan": ledger.Certified, "da hoc lop cam tinh": ledger.Certified, "co gcn": ledger.Certified,
	"dang lam ho so": ledger.Dossier, "lam ho so": ledger.Dossier, "ho so": ledger.Dossier, "da nop ho so": ledger.Dossier,
}

// StageName is the Vietnamese word of a stage of the pool in a sheet.
func StageName(s ledger.Stage) string {
	return map[ledger.Stage]string{ledger.Proposed: "Đề xuất nguồn", ledger.Pool: "Nguồn", ledger.Certified: "Có giấy chứng nhận", ledger.Dossier: "Đang làm hồ sơ"}[s]
}

// causes pairs the causes with the word a sheet prints and folded words by which it may also say it.
var causes = []struct {
	cause ledger.Cause
	name  string
	words []string
}{
	{ledger.Propose, "Đề xuất nguồn", nil},
	{ledger.Adopt, "Đưa vào nguồn", []string{"vao nguon", "ket nap nguon", "cong nhan nguon"}},
	{ledger.Drop, "Đưa ra khỏi nguồn", []string{"ra khoi nguon", "loai khoi nguon"}},
	{ledger.Certify, "Cấp giấy chứng nhận lớp nhận thức", []string{"cap giay chung nhan", "cap gcn", "hoc lop nhan thuc", "hoan thanh lop nhan thuc"}},
	{ledger.Lapse, "Giấy chứng nhận hết giá trị", []string{"gcn het han", "het han giay chung nhan"}},
	{ledger.Apply, "Lập hồ sơ", []string{"lam ho so"}},
	{ledger.Return, "Trả lại hồ sơ", nil},
	{ledger.Admit, "Kết nạp", []string{"ket nap dang", "ket nap dang vien", "ket nap moi", "kn"}},
	{ledger.Readmit, "Kết nạp lại", nil},
	{ledger.Recognise, "Công nhận chính thức", []string{"cong nhan dang vien chinh thuc", "chuyen chinh thuc", "chuyen dang chinh thuc", "chuyen dang vien chinh thuc", "chinh thuc", "cnct"}},
	{ledger.Restore, "Phục hồi đảng tịch", []string{"phuc hoi"}},
	{ledger.ArriveFrom, "Chuyển đến từ tỉnh khác", []string{"tinh khac chuyen den", "chuyen den ngoai tinh", "ngoai tinh chuyen den"}},
	{ledger.LeaveTo, "Chuyển đi tỉnh khác", []string{"chuyen di ngoai tinh", "chuyen ra ngoai tinh", "chuyen sinh hoat ra ngoai tinh"}},
	{ledger.Transfer, "Chuyển sinh hoạt", []string{"chuyen sinh hoat dang", "chuyen sinh hoat trong tinh", "csh", "chuyen don vi", "chuyen sinh hoat noi bo"}},
	{ledger.Die, "Từ trần", []string{"chet", "mat", "qua doi", "hy sinh"}},
	{ledger.Expel, "Khai trừ", []string{"khai tru ra khoi dang"}},
	{ledger.Strike, "Xóa tên", []string{"xoa ten trong danh sach dang vien", "xoa ten dang vien"}},
	{ledger.Quit, "Xin ra khỏi Đảng", []string{"xin ra", "cho ra khoi dang", "ra khoi dang", "xin ra dang"}},
	{ledger.Cancel, "Hủy quyết định kết nạp", []string{"huy quyet dinh", "huy qd ket nap"}},
}

var causeWords = func() map[string]ledger.Cause {
	m := map[string]ledger.Cause{}
	for _, c := range causes {
		m[vi.Fold(c.name)] = c.cause
		m[c.cause.String()] = c.cause
		for _, w := range c.words {
			m[w] = c.cause
		}
	}
	return m
}()

// CauseName is the word a sheet prints for a cause; "" for causes that no sheet brings.
func CauseName(cause ledger.Cause) string {
	for _, c := range causes {
		if c.cause == cause {
			return c.name
		}
	}
	return ""
}

// kindNames are the words printed for the kinds of units.
var kindNames = []struct {
	kind org.Kind
	name string
}{
	{org.Province, "Đảng bộ tỉnh, thành phố"}, {org.Upper, "Đảng bộ cấp trên trực tiếp cơ sở"}, {org.Grassroots, "Đảng bộ cơ sở"},
	{org.Section, "Đảng bộ bộ phận"}, {org.BaseCell, "Chi bộ cơ sở"}, {org.Cell, "Chi bộ"},
}

var kindWords = func() map[string]org.Kind {
	m := map[string]org.Kind{}
	for _, k := range kindNames {
		m[vi.Fold(k.name)] = k.kind
		m[string(k.kind)] = k.kind
	}
	for _, k := range org.Kinds {
		for _, w := range k.Words {
			m[w] = k.Kind
		}
	}
	return m
}()

// KindName is the word a sheet prints for a kind of unit.
func KindName(kind org.Kind) string {
	for _, k := range kindNames {
		if k.kind == kind {
			return k.name
		}
	}
	return ""
}
