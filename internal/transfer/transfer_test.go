package transfer_test

import (
	"testing"

	"ketnap/internal/batch"
	"ketnap/internal/store"
	"ketnap/internal/store/storetest"
)

func TestUnitsThenMembers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		w := newWorld(t, st)
		commune := w.tree.Communes[0]
		units := table(t,
			[]any{"DANH SÁCH TỔ CHỨC ĐẢNG"},
			[]any{"TT", "Mã", "Tên tổ chức", "Loại hình", "Trực thuộc", "Khối"},
			[]any{1, "38.168.053.000.001", "Chi bộ trường THPT", "Chi bộ", "Đảng bộ bộ phận Khối trường", "thpt"},
			[]any{2, nil, "Đảng bộ bộ phận Khối trường", "Đảng bộ bộ phận", nil, nil},
			[]any{3, nil, "Chi bộ thôn 1", "CBTT", nil, nil},
			[]any{4, nil, "Chi bộ chợ", "Hợp tác", nil, nil},
			[]any{5, nil, "Chi bộ sông", "Chi bộ", "Đảng bộ nào đó", nil},
		)
		w.commit(commune, batch.Units, units, [4]int64{2, 0, 1, 2})
		w.commit(commune, batch.Units, units, [4]int64{0, 0, 3, 2})

		members := table(t, memberHead,
			member(1, "Nguyễn Thị Ánh", "Chi bộ trường THPT"),
			member(2, "Lê Thị Bình", "38168053000001"),
			member(3, "Trần Thị Chi", "CB thôn 1"),
			member(4, "Phạm Thị Dung", "Chi bộ thôn 9"),
		)
		w.commit(commune, batch.Members, members, [4]int64{3, 0, 0, 1})
		w.commit(commune, batch.Members, members, [4]int64{0, 0, 3, 1})
	})
}
