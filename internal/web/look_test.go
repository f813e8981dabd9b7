package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"ketnap/internal/chart"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/geo"
	"ketnap/internal/i18n"
)

// gallery is testdata/gallery.html: every component once.
type gallery struct {
	Base
	Years, Structures, Units       []Choice
	Admit, Course, Range           Card
	Rows                           []galleryRow
	Pager                          Pager
	Months, Funnel, Trend, NoChart Figure
	Map, Nation                    Figure
	Events                         []Event
	Steps                          []Step
	Tabs                           []Choice
	Errs                           map[string]fault.Text
	Notices                        []Notice
	Empty                          Empty
	Badges                         []Badge
}

type galleryRow struct {
	Name                        string
	Pace                        chart.Pace
	Badge                       *Badge
	Pool, Course, Dossier, Prob int
	Spark                       chart.SVG
}

func galleryPage(b Base) gallery {
	w := b.ChartWords()
	g := gallery{Base: b}
	g.AsOf = day.Of(2024, 2, 29)
	g.Crumbs = []Crumb{{"Đảng bộ tỉnh Thanh Hoá", "/units/1"}, {"Đảng bộ thành phố", "/units/2"}, {"Đảng bộ phường Đường Lâm", ""}}
	g.Years = []Choice{{Label: "2024", Value: "2024"}, {Label: "2023", Value: "2023"}}
	g.Structures = []Choice{{Label: "hiện nay", Value: "now"}, {Label: "tại ngày số liệu", Value: "then"}}
	g.Units = []Choice{{Label: "Chi bộ thôn Mông Phụ", Value: "a"}, {Label: "Chi bộ Trường THPT Xuân Khanh", Value: "b"}}
	pace := func(id string, actual, low, high int64) chart.Pace {
		return chart.Pace{ID: id, Title: "Kết nạp đảng viên", Actual: actual, Low: low, High: high, Elapsed: 60, Days: 366, Words: w}
	}
	p := pace("p-admit", 231, 817, 0)
	g.Admit = Card{Title: "Kết nạp đảng viên", Big: b.Num(p.Actual), Of: b.Num(p.Low), Unit: b.Pct(p.Actual, p.Low), Href: "/people", Bar: p.SVG(), Badge: PaceBadge(p)}
	p = pace("p-course", 40, 1100, 0)
	g.Course = Card{Title: "Cử học lớp nhận thức", Big: b.Num(p.Actual), Of: b.Num(p.Low), Unit: b.Pct(p.Actual, p.Low), Href: "/people", Bar: p.SVG(), Badge: PaceBadge(p)}
	p = pace("p-range", 1090, 1020, 1250)
	p.Elapsed = 320
	g.Range = Card{Title: "Kết nạp cả năm", Big: b.Num(p.Actual), Of: "1.020–1.250", Unit: b.Pct(p.Actual, p.Low), Bar: p.SVG(), Badge: PaceBadge(p), Note: "Chỉ tiêu là một khoảng."}
	for i, name := range []string{"Đảng bộ Khối doanh nghiệp ngoài nhà nước", "Chi bộ Trường THPT Xuân Khanh", "Chi bộ thôn Mông Phụ", "Đảng bộ xã Cẩm Trướng", "Chi bộ Trạm Y tế", "Chi bộ cơ quan Uỷ ban"} {
		r := galleryRow{Name: name, Pace: pace("", []int64{3, 2, 12, 41, 0, 88}[i], []int64{60, 40, 70, 120, 0, 45}[i], []int64{0, 0, 90, 0, 0, 0}[i]), Pool: 1022 / (i + 1), Course: 10 + i, Dossier: 4, Prob: 3}
		r.Badge = PaceBadge(r.Pace)
		r.Spark = chart.Spark(name, []int64{3, 5, 2, 8, int64(i), 6, 9, 4, 0, 7, 12, 5})
		g.Rows = append(g.Rows, r)
	}
	g.Pager = Pager{First: "/a", Prev: "/b", Next: "/c", From: 51, To: 100, Total: 1254, Sizes: []Choice{{Label: "25", Href: "/25"}, {Label: "50", Current: true}, {Label: "100", Href: "/100"}, {Label: "200", Href: "/200"}}}
	g.addCharts(w)
	g.Events = []Event{
		{Date: "01/07/2025", Title: "Thành lập", Text: "Từ Đảng bộ xã Đường Lâm và Đảng bộ phường Sơn Lộc.", Ref: "QĐ 128-QĐ/TU", Kind: "good"},
		{Date: "12/09/2025", Title: "Đổi tên", Ref: "QĐ 201-QĐ/TU", Kind: "plain"},
		{Date: "03/02/2026", Title: "Tách chi bộ", Text: "Chi bộ thôn Mông Phụ.", Href: "/units/9", Kind: "undone"},
		{Date: "02/09/2026", Title: "Giải thể", Kind: "bad"}}
	g.Steps = []Step{{Label: "Tệp", State: "done", Href: "/1"}, {Label: "Ghép cột", State: "done", Href: "/2"}, {Label: "Kiểm tra", State: "now"}, {Label: "Xem trước", State: "todo"}, {Label: "Ghi", State: "todo"}}
	g.Tabs = []Choice{{Label: "Cần làm", Href: "/a", Count: "12", Current: true}, {Label: "Đã xử lý", Href: "/b", Count: "208"}, {Label: "Sắp hết hạn", Href: "/c", Count: "4"}}
	g.Errs = map[string]fault.Text{"born": {Key: "web.error.large", Args: []any{5}}}
	g.Notices = []Notice{{Info, "", "Đang xem số liệu đến ngày 29/02/2024.", "/x", "Xem hôm nay"}, {Done, "Đã ghi.", "1.254 người được thêm vào nguồn.", "", ""}, {Warn, "Xem lại.", "12 dòng trùng với người đã có.", "/y", "Xem các dòng trùng"}, {Fail, "Chưa ghi được.", "Tệp có 3 ô sai ngày sinh.", "", ""}}
	g.Empty = Empty{Title: "Chưa có người nào trong nguồn", Text: "Thêm từng người, hoặc nhập cả danh sách từ Excel.", Href: "/import", Link: "Nhập danh sách"}
	g.Badges = []Badge{{"ahead", "Vượt tiến độ +11,9 điểm"}, {"even", "Đúng tiến độ"}, {"behind", "Chậm −11,4 điểm"}, {"ok", "Hợp lệ"}, {"warn", "Thiếu giấy"}, {"bad", "Quá hạn"}, {"info", "Dự bị"}, {"mute", "Chưa giao"}, {"", "Khác"}}
	return g
}

func (g *gallery) addCharts(w chart.Words) {
	m := chart.Months{ID: "months", Title: "Kết nạp theo tháng", Year: 2024, Upto: 9, Target: 817, Words: w,
		This: [12]int64{92, 139, 41, 60, 118, 55, 48, 62, 131}, Last: [12]int64{61, 128, 52, 44, 121, 60, 38, 51, 140, 47, 58, 33}}
	g.Months = Figure{Title: m.Title, Note: "Cột đậm là năm nay; vạch đứt là mức trung bình cần đạt.", Chart: m.SVG(), Table: m.Table()}
	f := chart.Funnel{ID: "funnel", Title: "Từ nguồn đến chính thức", Words: w, Steps: []chart.Step{
		{Label: "Trong nguồn", Count: 3120, Href: "/people?s=pool"}, {Label: "Có chứng chỉ lớp nhận thức", Count: 1254, Href: "/people?s=cert"},
		{Label: "Đang làm hồ sơ", Count: 388, Href: "/p"}, {Label: "Kết nạp (dự bị)", Count: 231, Href: "/p"}, {Label: "Chính thức", Count: 254, Href: "/p"}}}
	g.Funnel = Figure{Title: f.Title, Note: "Theo năm sự kiện: mỗi bước đếm việc xảy ra trong năm.", Chart: f.SVG(), Table: f.Table()}
	t := chart.Trend{ID: "trend", Title: "Kết nạp qua các năm", Words: w, Years: []int{2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024},
		Series: []chart.Series{{Name: "Kết nạp", Values: []int64{1120, 1089, 1011, 940, 902, 871, 835, 792, 815, 231}}, {Name: "Nữ", Values: []int64{540, 520, 512, chart.None, 455, 440, 431, 420, 436, 118}}, {Name: "Dưới 30 tuổi", Values: []int64{702, 690, 640, 601, 588, 560, 541, 520, 533, 160}}}}
	g.Trend = Figure{Title: t.Title, Chart: t.SVG(), Table: t.Table()}
	g.NoChart = Figure{Title: "Chưa có số liệu"}
	g.Map = mapFigure("79", geo.Around, w)
	g.Nation = mapFigure("", geo.Rising, w)
}

func mapFigure(code string, ramp geo.Ramp, w chart.Words) Figure {
	m, err := geo.Nation()
	c := geo.Choropleth{ID: "map" + code, Title: "Tiến độ theo tỉnh", Ramp: ramp, Words: w, Cells: map[string]geo.Cell{},
		Classes: [5]string{"Dưới 20% chỉ tiêu", "Từ 20% đến dưới 40%", "Từ 40% đến dưới 60%", "Từ 60% đến dưới 80%", "Từ 80% trở lên"}}
	if code != "" {
		m, err = geo.Province(code)
		c.Title = "Tiến độ theo xã, phường"
		c.Classes = [5]string{"Chậm trên 10 điểm", "Chậm đến 10 điểm", "Đúng tiến độ", "Vượt đến 10 điểm", "Vượt trên 10 điểm"}
	}
	if err != nil {
		panic(err)
	}
	c.Map = m
	for i, a := range m.Areas {
		if k := (i*5 + i/3 + i*i/7) % 6; k > 0 {
			c.Cells[a.Code] = geo.Cell{Class: k, Label: "28,3%", Href: "/units/" + a.Code, Title: a.Name + ": 28,3%"}
		}
	}
	return Figure{Title: c.Title, Chart: c.SVG(), Table: c.Table(), Keys: c.Legend(), Note: "Bấm vào một nơi để mở đơn vị."}
}

// lookSite is a frame with the gallery as its only page.
func lookSite(t *testing.T) *Site {
	t.Helper()
	s, err := New(Config{Log: slog.New(slog.DiscardHandler), Version: "0.1"})
	if err != nil {
		t.Fatal(err)
	}
	s.Auth = func(r *http.Request) (context.Context, *UserView, error) {
		return nil, &UserView{Name: "Nguyễn Thị Hoà", Role: "Văn phòng cấp uỷ", Unit: "ĐB phường Đường Lâm"}, nil
	}
	set, err := s.pages["error.html"].set.Clone()
	if err == nil {
		set, err = set.ParseFiles("testdata/gallery.html")
	}
	if err != nil {
		t.Fatal(err)
	}
	s.pages["gallery.html"] = &page{set}
	s.Handle("GET /units", func(w http.ResponseWriter, r *http.Request) error {
		return s.Render(w, r, http.StatusOK, "gallery.html", galleryPage(s.Base(r, "web.nav.overview")))
	})
	s.Handle("GET /broken", func(http.ResponseWriter, *http.Request) error { panic("on purpose") })
	return s
}

// TestLook renders every component in both languages and checks what a browser
// would silently repair. With KETNAP_LOOK=<dir> the pages stay there, to be
// looked at.
func TestLook(t *testing.T) {
	dir := os.Getenv("KETNAP_LOOK")
	if dir == "" {
		dir = t.TempDir()
	}
	s := lookSite(t)
	for name, path := range map[string]string{"gallery": "/units", "notfound": "/nowhere", "broken": "/broken"} {
		for _, lang := range i18n.Langs() {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.AddCookie(&http.Cookie{Name: langCookie, Value: string(lang)})
			rec := httptest.NewRecorder()
			s.ServeHTTP(rec, r)
			page := rec.Body.String()
			file := filepath.Join(dir, name+"-"+string(lang)+".html")
			if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
				t.Fatal(err)
			}
			t.Logf("%s %s: %d bytes", name, lang, len(page))
			for _, fault := range faultsOf(page) {
				t.Errorf("%s %s: %s", name, lang, fault)
			}
		}
	}
	for name, a := range s.static.files {
		file := filepath.Join(dir, "static", s.static.hash, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, a.plain, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// void elements have no end tag.
var void = map[string]bool{"meta": true, "link": true, "input": true, "br": true, "img": true, "hr": true}

// faultsOf lists tags that do not match, ids used twice, references to ids that
// are not there, texts that are missing, and what the policy would block.
func faultsOf(page string) []string {
	var out, open []string
	add := func(s string) { out = append(out, s) }
	ids, refs := map[string]bool{}, map[string]string{}
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			if z.Err() != io.EOF {
				add(z.Err().Error())
			}
			break
		}
		tok := z.Token()
		switch kind {
		case html.StartTagToken:
			if !void[tok.Data] {
				open = append(open, tok.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != tok.Data {
				add("</" + tok.Data + "> does not match " + strings.Join(open, ">"))
				return out
			}
			open = open[:len(open)-1]
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		for _, a := range tok.Attr {
			switch {
			case a.Key == "id" && ids[a.Val]:
				add("id used twice: " + a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "for", a.Key == "aria-labelledby", a.Key == "aria-describedby", a.Key == "aria-controls":
				for _, id := range strings.Fields(a.Val) {
					refs[id] = tok.Data + " " + a.Key
				}
			case a.Key == "style", strings.HasPrefix(a.Key, "on"):
				add("blocked by the policy: " + tok.String())
			case a.Key == "fill" && strings.HasPrefix(a.Val, "url(#"):
				refs[strings.TrimSuffix(strings.TrimPrefix(a.Val, "url(#"), ")")] = tok.Data + " fill"
			}
		}
	}
	if len(open) > 0 {
		add("not closed: " + strings.Join(open, ">"))
	}
	for id, who := range refs {
		if !ids[id] {
			add(who + " names an id that is not there: " + strconv.Quote(id))
		}
	}
	for _, bad := range []string{"⟦", "ZgotmplZ", "%!"} {
		if strings.Contains(page, bad) {
			add("contains " + bad)
		}
	}
	return out
}
