package form

import (
	"strings"

	"ketnap/internal/day"
	"ketnap/internal/docx"
	"ketnap/internal/dossier"
)

// last returns the last standing act of a step.
func (in Input) last(step dossier.Step) (dossier.Act, bool) {
	for i := len(in.Acts) - 1; i >= 0; i-- {
		if in.Acts[i].Step == step {
			return in.Acts[i], true
		}
	}
	return dossier.Act{}, false
}

// all returns the standing acts of a step in order.
func (in Input) all(step dossier.Step) []dossier.Act {
	var as []dossier.Act
	for _, a := range in.Acts {
		if a.Step == step {
			as = append(as, a)
		}
	}
	return as
}

// own returns the act the form belongs to; of forms made for each relative or opinion the one of that item.
func (in Input) own() (dossier.Act, bool) {
	switch in.Form.Per {
	case "relative":
		key := in.kinKey()
		as := in.all(dossier.Step(in.Form.Step))
		for i := len(as) - 1; i >= 0; i-- {
			if r := as[i].Details.Relative; r != nil && (key == "" || r.Key == key) {
				return as[i], true
			}
		}
		return dossier.Act{}, false
	case "opinion", residence:
		as := in.opinionActs()
		if len(as) == 0 {
			return dossier.Act{}, false
		}
		return as[min(max(in.Item, 1), len(as))-1], true
	}
	return in.last(dossier.Step(in.Form.Step))
}

// kinKey is the key of the relative a form is about, "" when it is about none in particular.
func (in Input) kinKey() string {
	n := 0
	for _, r := range in.kin() {
		if n += asks(r); n == in.Item && !r.Exempt {
			return r.Key
		}
	}
	return ""
}

// asks is 1 for a relative who has to be asked about.
func asks(r dossier.Relative) int {
	if r.Exempt {
		return 0
	}
	return 1
}

// Day is the day a form is made on when its act is recorded: that of the paper, else of the act; 0 when it
// is still to come.
func Day(f Form, acts []dossier.Act) day.Date {
	a, ok := Input{Form: f, Acts: acts}.own()
	if !ok || f.Undated {
		return 0
	}
	return a.PaperDay()
}

// Done reports whether the act a form belongs to is recorded, and the day of it.
func Done(f Form, acts []dossier.Act) (day.Date, bool) {
	a, ok := Input{Form: f, Acts: acts}.own()
	if !ok || f.After != "" && !preceded(acts, a, f.After) || f.Before != "" && preceded(acts, a, f.Before) {
		return 0, false
	}
	return a.On, true
}

// preceded reports whether a step was done before an act: letters for who moves differ by how far they have come.
func preceded(acts []dossier.Act, own dossier.Act, step string) bool {
	for _, a := range acts {
		if a.ID == own.ID {
			return false
		}
		if string(a.Step) == step {
			return true
		}
	}
	return false
}

// paper fills what is of the form's own act.
func (v values) paper(in Input, own dossier.Act) {
	no := own.No
	if !in.Form.Paper {
		no = ""
	}
	v.put("so_ky_hieu", number(no, in.Form.Number))
	if !in.Form.Undated {
		v.put("ngay_lap", dateWords(own.PaperDay()))
	}
	v.put("ngay_hop_dau", capital(dateWords(own.On)))
	v.put("noi_dung", own.Details.Text)
	v.put("ly_do", own.Details.Reason)
	v.put("buoc_da_qua", in.Done)
	if move, ok := in.last(dossier.Move); ok {
		v.put("noi_den", move.Details.To)
		v.put("ly_do_chuyen", move.Details.Reason)
	}
	if held, ok := in.last(dossier.Ceremony); ok {
		v.put("noi_le", held.Details.Place)
	}
	if open, ok := in.last(dossier.Open); ok {
		v.put("don_ngay", dateWords(open.PaperDay()))
	}
}

// earlier fills the numbers and days of the papers a form rests on.
func (v values) earlier(in Input) {
	for key, step := range map[string]dossier.Step{
		"nq_nguon": dossier.Adopt, "nq_chi_bo": dossier.CellVote, "nq_dang_uy": dossier.CommitteeVote, "qd_ket_nap": dossier.Decide,
		"nq_chi_bo_ct": dossier.CellRecognise, "nq_dang_uy_ct": dossier.CommitteeAgree, "qd_cong_nhan": dossier.Recognise,
	} {
		if a, ok := in.last(step); ok {
			v.put(key+"_so", number(a.No, numberOf(step)))
			v.put(key+"_ngay", dateWords(a.PaperDay()))
		}
	}
}

// numberOf is the symbol on the paper of a step.
func numberOf(step dossier.Step) string {
	for _, f := range catalogue {
		if f.Step == string(step) && f.Paper && f.Number != "" {
			return f.Number
		}
	}
	return numberOfCell
}

// numberOfCell is the symbol of resolutions of a cell that are no form of their own.
const numberOfCell = "-NQ/CB"

// certificate fills the certificate of the awareness course: from the dossier, else from the record.
func (v values) certificate(in Input) {
	v.put("gcn_so", in.Person.CertNo)
	v.put("gcn_ngay", dateWords(in.Person.CertOn))
	if a, ok := in.last(dossier.Certify); ok {
		v.put("gcn_so", a.No)
		v.put("gcn_ngay", dateWords(a.PaperDay()))
		v.put("gcn_noi_cap", a.Details.Issuer)
		v.put("noi_cap_hoa", upper(a.Details.Issuer))
		v.put("gcn_xep_loai", a.Details.Grade)
	}
}

// vote fills the seven figures and what follows from them. Those who must vote are the members without
// the excluded; a share of nobody is none.
func (v values) vote(own dossier.Act) {
	b := own.Details.Vote
	if b == nil {
		return
	}
	must := b.Officials - b.Excluded
	for key, n := range map[string]int{
		"bq_tong": b.Officials, "bq_khong_tinh": b.Excluded, "bq_trieu_tap": b.Summoned, "bq_co_mat": b.Present,
		"bq_vang": b.Summoned - b.Present, "bq_phat_ra": b.Issued, "bq_hop_le": b.Valid, "bq_tan_thanh": b.For,
		"bq_khong_tan_thanh": b.Valid - b.For,
	} {
		v.put(key, count(n))
	}
	whole := "tổng số đảng viên chính thức"
	if b.Excluded > 0 {
		whole += " được triệu tập" // the share is of those who must vote: the paper says so when they are not all
	}
	v.put("bq_so_voi", whole)
	v.put("bq_ty_le", share(b.For, must))
	v.put("bq_ty_le_khong", share(b.Valid-b.For, must))
	v.put("bq_ly_do", own.Details.Reason)
}

// introducer fills the member who introduces, the first or the second by the form.
func (v values) introducer(in Input) {
	act, ok := in.last(dossier.Introduce)
	if !ok {
		return
	}
	v.organisation(in, act)
	n := 0
	if in.Form.Per == "introducer2" {
		n = 1
	}
	if n >= len(act.Details.Introducers) {
		return
	}
	i := act.Details.Introducers[n]
	m := in.Members[i.Member]
	if m.Name == "" {
		m.Name = i.Name
	}
	v.put("gt_ho_ten", m.Name)
	v.put("gt_ho_ten_ky", m.Name)
	v.put("gt_ngay_sinh", dateWords(m.Birth))
	v.put("gt_ngay_vao_dang", dateWords(m.Joined))
	v.put("gt_ngay_chinh_thuc", dateWords(m.OfficialOn))
	v.put("gt_chi_bo", m.Cell)
	v.put("gt_tu_ngay", dateWords(i.Since))
	v.put("gt_ngay", dateWords(i.Dated))
}

// organisation fills the mass organisation among those who introduce: the one that is no member.
func (v values) organisation(in Input, act dossier.Act) {
	for _, i := range act.Details.Introducers {
		if i.Member == 0 && i.Name != "" && (i.No != "" || act.Details.Route == "b" || act.Details.Route == "c") {
			v.both("to_chuc", i.Name)
			v.put("ngay_to_chuc", dateWords(i.Dated))
			if in.Form.Group == "introduce" && in.Form.Number != "" {
				v.put("so_ky_hieu", number(i.No, in.Form.Number))
			}
		}
	}
	v.put("noi_dung_to_chuc", act.Details.Text)
}

// helper fills the member charged with the person: the last one named, else as typed in the record.
func (v values) helper(in Input) {
	var m Member
	for _, a := range in.Acts {
		if a.Details.Helper != 0 {
			m = in.Members[a.Details.Helper]
		}
	}
	if m.Name == "" {
		m.Name = in.Sealed.Helper
	}
	v.put("gd_ho_ten", m.Name)
	v.put("gd_ho_ten_ky", m.Name)
	v.put("gd_ngay_sinh", dateWords(m.Birth))
	v.put("gd_ngay_vao_dang", dateWords(m.Joined))
	v.put("gd_ngay_chinh_thuc", dateWords(m.OfficialOn))
	v.put("gd_chi_bo", m.Cell)
}

// residence is who gave an opinion for the place of residence.
const residence = "residence"

// opinionActs returns the opinions a form is about: all, or those of the place of residence, or the others.
func (in Input) opinionActs() []dossier.Act {
	var as []dossier.Act
	for _, a := range in.all(dossier.Opinion) {
		if in.Form.Per == "" || (a.Details.By == residence) == (in.Form.Per == residence) {
			as = append(as, a)
		}
	}
	return as
}

func (v values) opinions(in Input) {
	as := in.opinionActs()
	for i, a := range as {
		v.Lists["y_kien"] = append(v.Lists["y_kien"], docx.Values{Text: map[string]string{
			"stt": count(i + 1), "to_chuc_yk": a.Details.Body, "ngay_yk": a.PaperDay().VN(), "noi_dung_yk": a.Details.Text}})
	}
	if in.Form.Per == "" || in.Item < 1 || in.Item > len(as) {
		return
	}
	a := as[in.Item-1]
	v.both("yk_to_chuc", a.Details.Body)
	v.put("yk_noi_dung", a.Details.Text)
	v.put("yk_ngay", dateWords(a.PaperDay()))
}

// kin returns the relatives of the dossier, each as the last act about them left it.
func (in Input) kin() []dossier.Relative {
	var list []dossier.Relative
	at := map[string]int{}
	for _, a := range in.Acts {
		r := a.Details.Relative
		if r == nil {
			continue
		}
		i, known := at[r.Key]
		if !known {
			at[r.Key] = len(list)
			list = append(list, *r)
			continue
		}
		list[i] = merged(list[i], *r)
	}
	return list
}

// merged adds what a later act says about a relative.
func merged(old, next dossier.Relative) dossier.Relative {
	for _, f := range []struct {
		to   *string
		from string
	}{{&old.Name, next.Name}, {&old.Relation, next.Relation}, {&old.Place, next.Place}, {&old.Result, next.Result}} {
		if f.from != "" {
			*f.to = f.from
		}
	}
	old.Exempt = old.Exempt || next.Exempt
	if next.Answered != 0 {
		old.Answered = next.Answered
	}
	return old
}

func (v values) relatives(in Input) {
	list := in.kin()
	if len(list) == 0 {
		return
	}
	exempt, answered := 0, 0
	key := in.kinKey()
	for i, r := range list {
		note := ""
		if r.Exempt {
			note = "đảng viên, không phải thẩm tra"
			exempt++
		}
		if r.Answered != 0 || r.Result != "" {
			answered++
		}
		v.Lists["than_nhan"] = append(v.Lists["than_nhan"], docx.Values{Text: map[string]string{
			"stt": count(i + 1), "ten": r.Name, "quan_he": r.Relation, "noi": r.Place, "ket_qua": r.Result, "ngay_tra_loi": r.Answered.VN(), "ghi_chu": note}})
		if in.Form.Per == "relative" && r.Key == key {
			v.put("tt_ho_ten", r.Name)
			v.put("tt_quan_he", strings.ToLower(r.Relation))
			v.put("tt_noi", r.Place)
			v.put("tt_ket_qua", r.Result)
		}
	}
	v.put("so_than_nhan", count(len(list)))
	v.put("so_mien", count(exempt))
	v.put("so_tra_loi", count(answered))
}

// Items returns how many papers of a form there are to make for a dossier; 1 when it is made once.
func Items(f Form, acts []dossier.Act) int {
	in := Input{Form: f, Acts: acts}
	switch f.Per {
	case "relative":
		n := 0
		for _, r := range in.kin() {
			n += asks(r)
		}
		return n
	case "opinion", residence:
		return len(in.opinionActs())
	}
	return 1
}
