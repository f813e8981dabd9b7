package users_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ketnap/internal/access"
	"ketnap/internal/users"
)

// TestListPages: a list goes on where the page before ended, over more accounts than are read at once; it is narrowed down by words
// without their marks, of the login, the name and the places.
func TestListPages(t *testing.T) {
	each(t, func(t *testing.T, d desk) {
		ctx := context.Background()
		who := access.Actor{User: 7, Name: "quản trị xã", Method: "test", Grants: []access.Grant{{Unit: d.tree.Communes[0].ID, Path: d.tree.Communes[0].Path, Role: access.Admin}}}
		var mine []string
		for i := range 230 {
			f := users.Form{Login: fmt.Sprintf("nguoi.%03d", i), Name: "Lê Văn Đức", Invite: true, Unit: d.tree.Communes[i%2].ID, Role: access.Clerk}
			if i%50 == 0 {
				f.Name, f.Unit = "Hoàng Thị Ước", d.tree.Cells[0][0].ID
			}
			if _, _, err := d.Create(ctx, d.admin, f); err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 {
				mine = append(mine, f.Login)
			}
		}
		var got []string
		for after := ""; ; {
			l, err := d.List(ctx, who, users.Ask{After: after, Size: 25})
			if err != nil || len(l.Accounts) == 0 || len(l.Accounts) > 25 {
				t.Fatalf("after %q: %d accounts, %v", after, len(l.Accounts), err)
			}
			for _, a := range l.Accounts {
				got = append(got, a.Login)
			}
			if after = l.Next; after == "" {
				break
			}
		}
		if !slices.Equal(got, mine) {
			t.Errorf("pages hold %v, want %v", got, mine)
		}
		for words, n := range map[string]int{"uoc hoang": 5, "DUC": 110, "nguoi.010": 1, d.tree.Cells[0][0].Name: 5, "duc khong": 0, "": 115} {
			if l, err := d.List(ctx, who, users.Ask{Words: words}); err != nil || len(l.Accounts) != n {
				t.Errorf("%q finds %d, want %d: %v", words, len(l.Accounts), n, err)
			}
		}
		if l, err := d.List(ctx, d.admin, users.Ask{Words: strings.ToUpper("lê đức")}); err != nil || len(l.Accounts) != 225 {
			t.Errorf("the whole installation has %d: %v", len(l.Accounts), err)
		}
	})
}
