package demo

import (
	"fmt"
	"math/rand/v2"

	"ketnap/internal/geo"
	"ketnap/internal/id"
	"ketnap/internal/org"
)

// Size is how much a demo holds.
type Size string

// The sizes.
const (
	Commune  Size = "commune"  // 2.500 members
	Province Size = "province" // 200.000 members
	Nation   Size = "nation"   // 5.622.463 members: the figure of 31-8-2025
)

// Members returns how many members a size has.
func (s Size) Members() int {
	switch s {
	case Commune:
		return 2_500
	case Province:
		return 200_000
	case Nation:
		return 5_622_463
	}
	return 0
}

// home is the province that the small sizes show: Thanh Hóa, whose city the seed articles follow.
const home = "38"

// node is one unit of the plan with its children.
type node struct {
	kind     org.Kind
	name     string
	short    string
	code     string
	sector   int
	location string
	blocs    []string
	founded  int     // year
	weight   float64 // share of the members; 0 for units that only have children
	vigour   float64 // how many of the yearly admissions it makes, 1 is average
	members  int
	id       id.ID
	children []*node
}

func (n *node) add(c *node) *node {
	c.location = n.location
	if c.founded == 0 {
		c.founded = 2005
	}
	n.children = append(n.children, c)
	return c
}

// leaves calls f with every unit of the subtree that has members of its own.
func (n *node) leaves(f func(*node)) {
	if n.weight > 0 {
		f(n)
	}
	for _, c := range n.children {
		c.leaves(f)
	}
}

// provincePlan lays out one province: its communes and the bodies directly under it.
func provincePlan(p geo.Place, size Size, r *rand.Rand) *node {
	label := "tỉnh "
	if p.Kind == "thành phố" {
		label = "thành phố "
	}
	root := &node{kind: org.Province, name: "Đảng bộ " + label + p.Name, short: p.Name, code: p.Code + "000000000000", sector: 2, location: p.Code, founded: 2000}
	communes := geo.Communes(p.Code)
	if size == Commune {
		communes = communes[:1]
	}
	for i, c := range communes {
		addCommune(root, c, i+1, r)
	}
	if size != Commune {
		addBodies(root, len(communes), r)
	}
	return root
}

// addCommune lays out a commune of 90 units.
func addCommune(root *node, c geo.Place, serial int, r *rand.Rand) {
	d := &node{kind: org.Upper, name: "Đảng bộ " + c.Kind + " " + c.Name, short: c.Kind + " " + c.Name,
		code: fmt.Sprintf("%s%03d000000000", root.code[:2], serial), sector: 2, blocs: []string{"phuong-xa"}, founded: 2005}
	root.add(d)
	d.location = c.Code
	vigour := commitVigour(r)
	no := 0
	second := func(kind org.Kind, name string, sector int, blocs ...string) *node {
		no++
		return d.add(&node{kind: kind, name: name, short: name, code: fmt.Sprintf("%s%03d%03d000000", root.code[:2], serial, no), sector: sector, blocs: blocs})
	}
	hamlet := "thôn"
	if c.Kind == "phường" {
		hamlet = "tổ dân phố"
	} else if serial%3 == 0 {
		hamlet = "xóm"
	}
	hamlets := 0
	for area := 1; area <= 4; area++ {
		s := second(org.Section, fmt.Sprintf("Đảng bộ khu dân cư %d", area), 1, "khu-dan-cu")
		for range 14 {
			hamlets++
			cell(s, len(s.children)+1, fmt.Sprintf("Chi bộ %s %d", hamlet, hamlets), 1, 2.4, vigour*zeroOr(r, 0.25, 0.8))
		}
	}
	offices := second(org.Grassroots, "Đảng bộ cơ quan Ủy ban nhân dân", 2, "hanh-chinh-su-nghiep")
	for i, n := range []string{"Văn phòng HĐND và UBND", "Phòng Kinh tế", "Phòng Văn hóa - Xã hội", "Trung tâm Phục vụ hành chính công", "Ban Quản lý dự án"} {
		cell(offices, i+1, "Chi bộ "+n, 2, 0.9, vigour*1.3)
	}
	school := second(org.Grassroots, "Đảng bộ Trường THPT "+c.Name, 4, "thpt", "giao-duc")
	for i, n := range []string{"Tổ Toán - Tin", "Tổ Văn - Sử - Địa", "Tổ Ngoại ngữ", "Tổ Khoa học tự nhiên", "Học sinh"} {
		cell(school, i+1, "Chi bộ "+n, 4, 0.8, vigour*1.6)
	}
	firm := second(org.Grassroots, "Đảng bộ Công ty cổ phần "+pick(r, firmNames)+" "+c.Name, 7, "doanh-nghiep")
	for i, n := range []string{"Khối văn phòng", "Phân xưởng 1", "Phân xưởng 2", "Phân xưởng 3"} {
		cell(firm, i+1, "Chi bộ "+n, 7, 0.7, vigour*zeroOr(r, 0.3, 1.4))
	}
	single := func(name string, sector int, weight, v float64, blocs ...string) {
		u := second(org.BaseCell, name, sector, blocs...)
		u.weight, u.vigour = weight, v*vigour
	}
	single("Chi bộ các cơ quan Đảng, MTTQ và đoàn thể", 2, 1.6, 1.0, "hanh-chinh-su-nghiep")
	single("Chi bộ Công an "+c.Kind, 10, 1.4, 1.2, "luc-luong-vu-trang")
	single("Chi bộ Quân sự "+c.Kind, 10, 1.2, 2.0, "luc-luong-vu-trang")
	single("Chi bộ Trường THCS "+c.Name, 4, 1.4, 0.9, "giao-duc")
	single("Chi bộ Trường Tiểu học "+c.Name, 4, 1.4, 0.8, "giao-duc")
	single("Chi bộ Trường Mầm non "+c.Name, 4, 1.2, 1.1, "giao-duc")
	single("Chi bộ Trạm Y tế "+c.Kind, 5, 0.8, 1.0, "y-te")
	single("Chi bộ Hợp tác xã dịch vụ "+c.Name, 9, 0.7, zeroOr(r, 0.5, 0.5))
	size := 0.5 + 1.3*r.Float64() // communes are not equally large
	d.leaves(func(n *node) { n.weight *= size })
}

// addBodies lays out the committees of agencies and enterprises directly under the province.
func addBodies(root *node, communes int, r *rand.Rand) {
	bodies := []struct {
		name   string
		sector int
		bloc   string
		units  []string
	}{
		{"Đảng bộ các cơ quan Đảng tỉnh", 2, "hanh-chinh-su-nghiep", []string{"Văn phòng Tỉnh ủy", "Ban Tổ chức", "Ban Tuyên giáo và Dân vận", "Ủy ban Kiểm tra", "Báo và Phát thanh, Truyền hình", "Trường Chính trị", "Tỉnh Đoàn"}},
		{"Đảng bộ Ủy ban nhân dân tỉnh", 3, "hanh-chinh-su-nghiep", []string{"Sở Nội vụ", "Sở Giáo dục và Đào tạo", "Sở Y tế", "Sở Tài chính", "Sở Xây dựng", "Sở Công Thương", "Sở Nông nghiệp và Môi trường", "Bệnh viện Đa khoa tỉnh", "Trường Đại học", "Trường Cao đẳng nghề"}},
		{"Đảng bộ Quân sự tỉnh", 10, "luc-luong-vu-trang", []string{"Phòng Tham mưu", "Phòng Chính trị", "Phòng Hậu cần - Kỹ thuật", "Trung đoàn bộ binh"}},
		{"Đảng bộ Công an tỉnh", 10, "luc-luong-vu-trang", []string{"Phòng Tham mưu", "Phòng Xây dựng phong trào", "Phòng Cảnh sát giao thông", "Trại tạm giam"}},
		{"Đảng bộ các doanh nghiệp tỉnh", 7, "doanh-nghiep", []string{"Công ty Điện lực", "Công ty Xi măng", "Công ty TNHH May mặc", "Công ty Thủy nông", "Ngân hàng Nông nghiệp"}},
	}
	for i, b := range bodies {
		d := root.add(&node{kind: org.Upper, name: b.name, short: b.name, code: fmt.Sprintf("%s%03d000000000", root.code[:2], communes+i+1), sector: b.sector, blocs: []string{b.bloc}})
		d.location = root.location
		for j, n := range b.units {
			g := d.add(&node{kind: org.Grassroots, name: "Đảng bộ " + n, short: n, code: d.code[:5] + fmt.Sprintf("%03d000000", j+1), sector: b.sector})
			for k := range 6 {
				cell(g, k+1, fmt.Sprintf("Chi bộ %d", k+1), b.sector, 3.5, 0.7+0.6*r.Float64())
			}
		}
	}
}

func cell(parent *node, no int, name string, sector int, weight, vigour float64) {
	parent.add(&node{kind: org.Cell, name: name, short: name, code: parent.code[:8] + fmt.Sprintf("%03d%03d", 0, no), sector: sector, weight: weight, vigour: vigour})
}

// commitVigour is how well a commune does: most near the average, some far behind, a few at zero.
func commitVigour(r *rand.Rand) float64 {
	switch n := r.IntN(100); {
	case n < 2:
		return 0
	case n < 12:
		return 0.25 + 0.3*r.Float64()
	case n < 80:
		return 0.8 + 0.4*r.Float64()
	}
	return 1.1 + 0.4*r.Float64()
}

// zeroOr returns 0 with a chance and v otherwise.
func zeroOr(r *rand.Rand, chance, v float64) float64 {
	if r.Float64() < chance {
		return 0
	}
	return v
}

var firmNames = []string{"May", "Thủy sản", "Gỗ", "Vật liệu xây dựng", "Nông sản", "Cơ khí", "Điện tử", "Giày da", "Dược liệu", "Vận tải"}

// share hands out total members over the leaves by weight, by largest remainder, so that they sum exactly.
func share(root *node, total int) {
	var all []*node
	sum := 0.0
	root.leaves(func(n *node) { all = append(all, n); sum += n.weight })
	left, carry := total, 0.0
	for i, n := range all {
		exact := float64(total)*n.weight/sum + carry
		n.members = int(exact)
		carry = exact - float64(n.members)
		if i == len(all)-1 {
			n.members = left
		}
		left -= n.members
	}
}
