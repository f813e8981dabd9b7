package form

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/docx"
	"ketnap/internal/dossier"
	"ketnap/internal/id"
	"ketnap/internal/org"
	"ketnap/internal/person"
)

// Input is what the fields of a form are filled from. Units have the names they had on the day of the
// paper. A zero Input is the blank form.
type Input struct {
	Form Form
	Item int // of a form made once for each: which one, from 1

	Person person.Person
	Sealed person.Sealed
	Units  Units

	Dossier dossier.Dossier
	Acts    []dossier.Act // of the dossier that stand, in order
	Members map[id.ID]Member
	Ends    day.Date // of a probationary member: the end of probation
	Done    string   // words for the last step done
}

// Units are the organisations around a person on a day.
type Units struct {
	Cell      org.Unit // chi bộ
	Section   org.Unit // đảng bộ bộ phận, when there is one
	Committee org.Unit // đảng bộ cơ sở; of a grassroots cell the organisation above, never a section
	Above     org.Unit // what the committee stands under
	Decider   org.Unit // who decides by the powers of that day
	Over      org.Unit // what the decider stands under
	Standing  bool     // its standing committee decides, not the committee
}

// Member is somebody named in a dossier.
type Member struct {
	Name               string
	Birth              day.Date
	Joined, OfficialOn day.Date
	Cell               string
}

// Values gathers the fields of a form. What is not known is absent, and becomes a line to fill in by hand.
func Values(in Input) docx.Values {
	v := values{docx.Values{Text: map[string]string{}, Lists: map[string][]docx.Values{}}}
	v.person(in)
	v.sealed(in.Sealed)
	v.units(in)
	if in.Person.ID == 0 {
		v.put("so_ky_hieu", number("", in.Form.Number))
		v.put("chuc_danh_ky", in.Form.Writer["vi"])
		return v.Values
	}
	own, _ := in.own()
	v.paper(in, own)
	v.earlier(in)
	v.certificate(in)
	v.vote(own)
	v.introducer(in)
	v.helper(in)
	v.opinions(in)
	v.relatives(in)
	return v.Values
}

// values collects what is known.
type values struct{ docx.Values }

// put sets a field, unless there is nothing to say.
func (v values) put(key, text string) {
	if text = strings.TrimSpace(text); text != "" {
		v.Text[key] = text
	}
}

// both sets a field and its twin in capitals.
func (v values) both(key, text string) {
	v.put(key, text)
	v.put(key+"_hoa", upper(text))
}

func (v values) person(in Input) {
	p := in.Person
	v.both("ho_ten", p.Name)
	v.put("ten_khac", p.OtherName)
	v.put("gioi_tinh", person.Sexes.Name(p.Sex))
	v.put("ngay_sinh", dateWords(p.Birth))
	v.put("ngay_sinh_so", p.Birth.VN())
	v.put("dan_toc", person.Ethnics.Name(p.Ethnic))
	v.put("ton_giao", person.Religions.Name(p.Religion))
	v.put("nghe_nghiep", person.Occupations.Name(p.Occupation))
	v.put("hoc_van", person.Schoolings.Name(p.Schooling))
	v.put("chuyen_mon", person.Expertises.Name(p.Expertise))
	v.put("ly_luan", person.Theories.Name(p.Theory))
	v.put("ngay_vao_dang", dateWords(p.Joined))
	v.put("ngay_tuoi_dang", dateWords(p.PartyAge))
	official := p.OfficialOn
	if official == 0 {
		official = in.Ends
	}
	v.put("ngay_chinh_thuc", dateWords(official))
	v.put("nguoi_ky", p.Name)
	v.put("chuc_danh_ky", in.Form.Writer["vi"])
}

func (v values) sealed(s person.Sealed) {
	v.put("so_dinh_danh", s.Number)
	v.put("so_the", s.Card)
	v.put("so_the_cu", s.OldCard)
	v.put("noi_cap_the", s.CardPlace)
	v.put("ngay_cap_the", dateWords(day.Date(s.CardOn)))
	v.put("dien_thoai", s.Phone)
	v.put("thu_dien_tu", s.Email)
	v.put("noi_sinh", address(s.BirthPlace))
	v.put("que_quan", address(s.Home))
	v.put("thuong_tru", address(s.Permanent))
	v.put("tam_tru", address(s.Temporary))
	live := address(s.Temporary)
	if live == "" {
		live = address(s.Permanent)
	}
	v.put("noi_cu_tru", live)
}

// address writes a place from the nearest to the farthest; the country only when it is another one.
func address(a person.Address) string {
	var parts []string
	for _, p := range []string{a.Detail, a.Province} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if a.Country != "" && !strings.EqualFold(a.Country, "Việt Nam") {
		parts = append(parts, a.Country)
	}
	return strings.Join(parts, ", ")
}

func (v values) units(in Input) {
	u := in.Units
	v.both("chi_bo", Organisation(u.Cell))
	over := u.Committee
	if u.Section.ID != 0 {
		over = u.Section
	}
	v.put("cap_tren_chi_bo_hoa", upper(Organisation(over)))
	v.both("dang_uy_bo_phan", Committee(u.Section))
	v.both("dang_bo_co_so", Organisation(u.Committee))
	v.both("dang_uy_co_so", Committee(u.Committee))
	v.put("cap_tren_co_so_hoa", upper(Organisation(u.Above)))
	v.both("cap_quyet_dinh", Committee(u.Decider))
	v.put("cap_tren_quyet_dinh_hoa", upper(Organisation(u.Over)))
	if u.Decider.ID != 0 {
		body, signs := Committee(u.Decider), "ĐẢNG ỦY"
		if u.Standing {
			body, signs = "Ban Thường vụ "+body, "BAN THƯỜNG VỤ"
		}
		v.both("co_quan_quyet_dinh", body)
		v.put("tm_quyet_dinh", signs)
	}
	if u.Decider.ID == u.Committee.ID || u.Committee.Kind != org.Grassroots { // nobody between the cell and who decides passes a resolution
		v.put("de_nghi_cua", Organisation(u.Cell))
	} else {
		v.put("de_nghi_cua", Committee(u.Committee))
	}
	switch in.Form.Signer["en"] {
	case "competent committee":
		v.put("dia_danh", placeOf(u.Decider))
	default:
		v.put("dia_danh", placeOf(u.Committee, u.Cell))
	}
	v.put("noi_le", Organisation(u.Cell))
}
