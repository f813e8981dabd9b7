package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/store"
	"ketnap/internal/users"
)

func userToken(e *env) *cobra.Command {
	c := &cobra.Command{Use: "token", Short: "Mã truy cập cho chương trình khác đọc (doc/api.md)"}
	c.AddCommand(tokenCreate(e), tokenList(e), tokenRevoke(e))
	return c
}

// usualDays is how long a token is good when nothing is said.
const usualDays = 90

func tokenCreate(e *env) *cobra.Command {
	var name, unit, to string
	var areas []string
	c := &cobra.Command{
		Use: "create LOGIN", Short: "Tạo mã truy cập của tài khoản; in mã một lần",
		Example: "  ketnap --db tinh.db user token create lan.nt --name 'Bảng tổng hợp' --area figures,units --to 31/12/2026", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				f := users.TokenForm{Name: name}
				for _, a := range areas {
					f.Areas = append(f.Areas, users.Area(a))
				}
				var err error
				if f.To, err = day.Parse(to); err != nil {
					return err
				}
				if f.To == 0 {
					f.To = s.Today().AddDays(usualDays)
				}
				if f.Unit, err = unitOf(c.Context(), e, st, unit); err != nil {
					return err
				}
				u, err := find(c, e, s, args[0])
				if err != nil {
					return err
				}
				secret, err := s.MakeTokenFor(c.Context(), e.operator(), u, f)
				if err != nil {
					return err
				}
				return e.print(map[string]string{"login": args[0], "token": secret}, func(w io.Writer) {
					_, _ = fmt.Fprintf(w, "Mã truy cập, chỉ in lần này:\n%s\n", secret)
				})
			})
		},
	}
	c.Flags().StringVar(&name, "name", "", "dùng cho việc gì")
	c.Flags().StringSliceVar(&areas, "area", nil, "phần được đọc: "+areaNames())
	c.Flags().StringVar(&unit, "unit", "", "chỉ trong tổ chức này: mã 14 chữ số hoặc id; để trống: mọi nơi tài khoản được xem")
	c.Flags().StringVar(&to, "to", "", fmt.Sprintf("ngày cuối dùng được; để trống: %d ngày nữa", usualDays))
	for _, must := range []string{"name", "area"} {
		_ = c.MarkFlagRequired(must)
	}
	return c
}

func areaNames() string {
	names := []string{}
	for _, a := range users.Areas {
		names = append(names, string(a))
	}
	return strings.Join(names, ", ")
}

func tokenList(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "list LOGIN", Short: "Liệt kê mã truy cập của tài khoản", Example: "  ketnap --db tinh.db user token list lan.nt --json", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				u, err := find(c, e, s, args[0])
				if err != nil {
					return err
				}
				all, err := s.Tokens(c.Context(), e.operator(), u)
				if err != nil {
					return err
				}
				return e.print(all, func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
					for _, x := range all {
						_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", x.ID, x.Name, strings.Join(x.Areas, ","), x.Place, x.To.VN())
					}
					_ = t.Flush()
				})
			})
		},
	}
}

func tokenRevoke(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "revoke LOGIN ID", Short: "Thu hồi mã truy cập; chương trình dùng mã dừng ngay", Example: "  ketnap --db tinh.db user token revoke lan.nt 5f0c2a9b7d1e4830", Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				u, err := find(c, e, s, args[0])
				if err != nil {
					return err
				}
				err = s.RevokeToken(c.Context(), e.operator(), u, args[1])
				if fault.Is(err, fault.NotFound) {
					return fault.E("cli.tokenRevoke", fault.NotFound, "token.gone", err)
				}
				return err
			})
		},
	}
}
