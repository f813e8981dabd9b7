package web

import (
	"net/http"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/person"
	"ketnap/internal/store"
)

// TestConsentPages: the person agrees and withdraws on their own page, and the telephone closes to officials at once; an official notes a paper; the register counts.
func TestConsentPages(t *testing.T) {
	d, persons := matrixDesk(t)
	who := persons["cell"]
	d.write(func(tx *store.Tx) error {
		before, err := tx.Sealed(who)
		if err != nil {
			return err
		}
		return tx.PutSealed(who, before, person.Sealed{Number: "038204012345", Phone: "0912345678"})
	})
	mine := d.as(d.self(who))
	clerk := d.as(d.user("lan", access.Clerk, d.communes[0]))
	page := "/nguoi/" + who.String()
	say := func(said string, pairs ...string) answer {
		return mine.post("/cua-toi/dong-y", append([]string{"purpose", "contact", "version", "1", "said", said}, pairs...)...)
	}
	reveal := func() answer { return clerk.post(page+"/hien", "field", "phone", "reason", "mời họp chi bộ") }

	mine.get("/cua-toi").want(t, http.StatusOK, "Sự đồng ý của tôi", "Chưa hỏi", "Tôi đồng ý", "Không hỏi sự đồng ý vì")
	mine.english().get("/cua-toi").want(t, http.StatusOK, "What I agree to", "I do not agree", "Consent is not asked because")
	say("withdrawn").want(t, http.StatusConflict, "Chưa có sự đồng ý nào để rút")
	say("given", "version", "7").want(t, http.StatusConflict, "Lời hỏi vừa thay đổi")
	say("maybe").want(t, http.StatusUnprocessableEntity)
	say("given").want(t, http.StatusSeeOther)
	reveal().want(t, http.StatusOK, "0912345678")
	say("withdrawn").want(t, http.StatusSeeOther)
	mine.get("/cua-toi").want(t, http.StatusOK, "Đã rút", "Mọi ý kiến đã ghi", "tự ghi trên trang của mình")
	res := reveal()
	res.want(t, http.StatusConflict, "Đã đóng theo ý người này")
	res.not(t, "0912345678")
	clerk.get(page).want(t, http.StatusOK, "Đã đóng theo ý người này")
	clerk.get("/du-lieu?u="+d.communes[0].ID.String()).want(t, http.StatusOK, "Ý kiến về các mục đích cần sự đồng ý", "/du-lieu/dong-y?muc=contact", "Không hỏi sự đồng ý vì")
	list := "/du-lieu/dong-y?muc=contact&noi=withdrawn&u="
	clerk.get(list+d.communes[0].ID.String()).want(t, http.StatusOK, page+"/du-lieu")
	clerk.get(list+d.communes[1].ID.String()).want(t, http.StatusNotFound)
	clerk.get("/du-lieu/dong-y?muc=ledger&u="+d.communes[0].ID.String()).want(t, http.StatusNotFound)
	d.as(d.user("xem", access.Viewer, d.communes[0])).get("/du-lieu").not(t, "/du-lieu/dong-y?")

	note := func(pairs ...string) answer {
		return clerk.post(page+"/dong-y", append([]string{"purpose", "contact 1", "said", "given", "way", "paper", "on", d.app.Subjects.Today().VN(), "by", "Lê Thị Thư", "place", "tủ hồ sơ chi bộ", "key", "k" + strings.Join(pairs, "")}, pairs...)...)
	}
	note("purpose", "ledger 1").want(t, http.StatusUnprocessableEntity, "Chọn mục đích trong danh sách")
	note("on", "01/01/2020").want(t, http.StatusUnprocessableEntity, "không được có ngày trước đó")
	note("place", "").want(t, http.StatusUnprocessableEntity, "Ghi giấy để ở đâu")
	note().want(t, http.StatusSeeOther)
	reveal().want(t, http.StatusOK, "0912345678")
	clerk.get(page+"/du-lieu").want(t, http.StatusOK, "Lê Thị Thư", "tủ hồ sơ chi bộ", "giấy có chữ ký")
	if n := d.entries("consent.say") + d.entries("consent.note"); n != 3 {
		t.Errorf("%d entries of three answers", n)
	}
}
