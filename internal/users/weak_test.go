package users_test

import (
	"testing"

	"ketnap/internal/users"
)

func TestCommonPasswords(t *testing.T) {
	for _, p := range []string{"Matkhau@2026", "matkhau123456", "123456789012", "password12", "P@ssword2026", "qwertyuiop", "aaaaaaaaaaaa", "abcdefghijkl",
		"anhyeuem1990", "vietnam2026!", "Hà Nội 1010!", "mậtkhẩu2026", "nguyenvana1", "hoa.nguyen2026", "dangvien1930", "1q2w3e4r5t", "admin123456",
		"ketnapdang2026", "iloveyou2000", "ketnap-2026-ketnap", "asdfghjkl123", "01011990", "QuanTri@123456"} {
		if !users.Common("hoa.nguyen", p) {
			t.Errorf("%q is taken", p)
		}
	}
	for _, p := range []string{"ba con mèo uống nước chè", "tk4u-9xqz-p2vm-ww1e", "mật khẩu đủ dài", "correct horse battery staple", "gió mùa đông bắc thổi qua"} {
		if users.Common("hoa.nguyen", p) {
			t.Errorf("%q is refused", p)
		}
	}
}
