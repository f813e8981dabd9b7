package web

import "ketnap/internal/access"

// who says who may come to a route at all.
type who int

// From everybody to who may do one thing.
const (
	anybody  who = iota // visitors too
	entering            // signed in, also before a factor is set up
	signedIn            // signed in
	holding             // signed in, with the right at the place the request names
)

// need is what a route asks for: the one place where that can be looked up, and what the tests hold the program to.
type need struct {
	who   who
	right access.Right
	at    string // what {id} is: "unit", "person", "batch"; "" when the form or the query names the place
}

func may(r access.Right, at string) need { return need{holding, r, at} }

// needs has one entry for every route; a route without one fails TestEveryRouteHasItsNeed. The services decide; this table is what
// they are tested against.
var needs = map[string]need{
	"GET /dang-nhap":                         {who: anybody},
	"POST /dang-nhap":                        {who: anybody},
	"GET /dang-nhap/ma":                      {who: anybody},
	"POST /dang-nhap/ma":                     {who: anybody},
	"POST /dang-nhap/khoa/hoi":               {who: anybody},
	"POST /dang-nhap/khoa":                   {who: anybody},
	"GET /moi":                               {who: anybody},
	"POST /moi":                              {who: anybody},
	"POST /dang-xuat":                        {who: entering},
	"GET /tai-khoan":                         {who: entering},
	"POST /tai-khoan":                        {who: entering},
	"POST /tai-khoan/khoa/hoi":               {who: entering},
	"POST /tai-khoan/khoa":                   {who: entering},
	"POST /tai-khoan/ma":                     {who: entering},
	"GET /tai-khoan/ma.png":                  {who: entering},
	"POST /tai-khoan/ma/xac-nhan":            {who: entering},
	"POST /tai-khoan/khoa/{id}/bo":           {who: signedIn},
	"POST /tai-khoan/ma/bo":                  {who: signedIn},
	"POST /tai-khoan/khoi-phuc":              {who: signedIn},
	"POST /tai-khoan/phien/{name}/ket-thuc":  {who: signedIn},
	"POST /tai-khoan/phien":                  {who: signedIn},
	"GET /xac-nhan":                          {who: signedIn},
	"POST /xac-nhan":                         {who: signedIn},
	"POST /xac-nhan/khoa/hoi":                {who: signedIn},
	"POST /xac-nhan/khoa":                    {who: signedIn},
	"GET /{$}":                               {who: signedIn},
	"GET /don-vi":                            {who: signedIn},
	"GET /don-vi/{id}":                       may(access.Read, "unit"),
	"GET /don-vi/{id}/ban-do":                may(access.Read, "unit"),
	"GET /don-vi/{id}/xlsx":                  may(access.Read, "unit"),
	"GET /nguoi":                             may(access.Read, ""),
	"POST /nguoi/cot":                        {who: signedIn},
	"GET /nguoi/xlsx":                        may(access.Read, ""),
	"GET /nguoi/them":                        may(access.Write, ""),
	"POST /nguoi/them":                       may(access.Write, ""),
	"GET /nguoi/{id}":                        may(access.Read, "person"),
	"GET /nguoi/{id}/sua":                    may(access.Write, "person"),
	"POST /nguoi/{id}/sua":                   may(access.Write, "person"),
	"POST /nguoi/{id}/hien":                  may(access.Reveal, "person"),
	"POST /nguoi/{id}/hoan-tac":              may(access.Write, ""), // at the unit of the movement the form names
	"GET /nguoi/{id}/bien-dong":              may(access.Write, "person"),
	"POST /nguoi/{id}/bien-dong":             may(access.Write, "person"),
	"GET /bien-dong":                         may(access.Read, ""),
	"GET /bien-dong/xlsx":                    may(access.Read, ""),
	"GET /nhap":                              may(access.Import, ""),
	"POST /nhap":                             may(access.Import, ""),
	"GET /mau-nhap/{kind}":                   {who: signedIn},
	"GET /nhap/{id}":                         may(access.Import, "batch"),
	"POST /nhap/{id}/ghep":                   may(access.Import, "batch"),
	"POST /nhap/{id}/kiem-tra":               may(access.Import, "batch"),
	"POST /nhap/{id}/ghi":                    may(access.Import, "batch"),
	"POST /nhap/{id}/bo":                     may(access.Import, "batch"),
	"POST /nhap/{id}/hoan-tac":               may(access.Import, "batch"),
	"GET /nhap/{id}/danh-dau":                may(access.Import, "batch"),
	"GET /to-chuc":                           {who: signedIn},
	"GET /to-chuc/tim":                       {who: signedIn},
	"GET /to-chuc/{id}":                      may(access.Read, "unit"),
	"GET /to-chuc/{id}/con":                  may(access.Read, "unit"),
	"GET /chi-tieu":                          may(access.Read, ""),
	"POST /chi-tieu":                         may(access.SetTarget, ""),
	"GET /nhat-ky":                           may(access.Inspect, ""),
	"GET /quan-tri":                          may(access.ManageUsers, ""),
	"POST /quan-tri/nguoi-dung":              may(access.ManageUsers, ""),
	"POST /quan-tri/nguoi-dung/{id}/khoa":    may(access.ManageUsers, ""),
	"POST /quan-tri/nguoi-dung/{id}/moi":     may(access.ManageUsers, ""),
	"POST /quan-tri/nguoi-dung/{id}/dat-lai": may(access.ManageUsers, ""),
	"GET /nguoi/{id}/ho-so":                  may(access.Read, ""),
	"GET /nguoi/{id}/ho-so/ghi":              may(access.Write, ""),
	"POST /nguoi/{id}/ho-so/ghi":             may(access.Write, ""),
	"POST /nguoi/{id}/ho-so/huy":             may(access.Write, ""),
	"POST /nguoi/{id}/ho-so/giay":            may(access.Write, ""),
	"GET /nguoi/{id}/ho-so/goi":              may(access.Write, ""),
	"POST /nguoi/{id}/ho-so/goi":             may(access.Write, ""),
	"GET /ho-so":                             may(access.Read, ""),
	"GET /van-ban":                           may(access.Read, ""),
	"GET /van-ban/them":                      may(access.SetTarget, ""),
	"POST /van-ban/them":                     may(access.SetTarget, ""),
	"GET /van-ban/{id}":                      may(access.Read, ""),
	"GET /van-ban/{id}/sua":                  may(access.SetTarget, ""),
	"POST /van-ban/{id}/sua":                 may(access.SetTarget, ""),
	"POST /van-ban/{id}/so-lieu":             may(access.SetTarget, ""),
	"POST /van-ban/{id}/bo-qua":              may(access.SetTarget, ""),
	"POST /van-ban/{id}/bo-so-lieu":          may(access.SetTarget, ""),
	"POST /van-ban/{id}/lien-ket":            may(access.SetTarget, ""),
	"POST /van-ban/{id}/phat-hien":           may(access.SetTarget, ""),
	"GET /chi-so":                            may(access.Read, ""),
	"POST /chi-so":                           may(access.SetTarget, ""),
	"GET /lop":                               may(access.Read, ""),
	"GET /lop/moi":                           may(access.Write, ""),
	"POST /lop/moi":                          may(access.Write, ""),
	"GET /lop/{id}":                          may(access.Read, ""),
	"GET /lop/{id}/sua":                      may(access.Write, ""),
	"POST /lop/{id}/sua":                     may(access.Write, ""),
	"POST /lop/{id}/huy":                     may(access.Write, ""),
	"GET /lop/{id}/moi-hoc":                  may(access.Write, ""),
	"POST /lop/{id}/moi-hoc":                 may(access.Write, ""),
	"POST /lop/{id}/bo":                      may(access.Write, ""),
	"POST /lop/{id}/ghi":                     may(access.Write, ""),
	"POST /lop/{id}/co-mat":                  may(access.Write, ""),
	"POST /lop/{id}/danh-so":                 may(access.Write, ""),
	"GET /lop/{id}/in":                       may(access.Read, ""),
	"GET /lop/{id}/xlsx":                     may(access.Read, ""),
	"GET /bieu-mau":                          {who: signedIn},
	"GET /bieu-mau/truong":                   {who: signedIn},
	"GET /bieu-mau/{code}":                   {who: signedIn},
	"POST /bieu-mau/{code}":                  may(access.ManageUsers, ""),
	"GET /bieu-mau/{code}/trong":             {who: signedIn},
	"GET /bieu-mau/{code}/mau":               {who: signedIn},
	"POST /bieu-mau/{code}/khoi-phuc":        may(access.ManageUsers, ""),
	"GET /nguoi/{id}/bieu-mau":               may(access.Read, ""),
	"POST /nguoi/{id}/bieu-mau":              may(access.Reveal, ""),
}
