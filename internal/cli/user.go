package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"ketnap/internal/access"
	"ketnap/internal/day"
	"ketnap/internal/fault"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/users"
)

func userCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "user", Short: "Tài khoản và vai trò"}
	c.AddCommand(userAdd(e), userList(e), userPassword(e), userGrant(e), userInvite(e), userReset(e), userInvitePerson(e), userEndPerson(e), userPolicy(e), userBind(e), userUnbind(e), userToken(e), userBudget(e))
	return c
}

// withUsers opens the database for one subcommand.
func (e *env) withUsers(c *cobra.Command, f func(*store.Store, *users.Service) error) error {
	st, err := e.open(c.Context(), false)
	if err != nil {
		return err
	}
	defer st.Close()
	return f(st, users.New(st))
}

func userAdd(e *env) *cobra.Command {
	var name, role, unit string
	c := &cobra.Command{
		Use:     "add LOGIN",
		Short:   "Tạo tài khoản với một vai trò tại một tổ chức; in mật khẩu một lần",
		Example: "  ketnap --db tinh.db user add lan.nt --name 'Nguyễn Thị Lan' --role clerk --unit 38168053000001",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				u, err := unitOf(c.Context(), e, st, unit)
				if err != nil {
					return err
				}
				i, password, err := s.Create(c.Context(), e.operator(), users.Form{Login: args[0], Name: name, Role: access.Role(role), Unit: u})
				if err != nil {
					return err
				}
				return e.print(map[string]string{"id": i.String(), "login": args[0], "password": password}, func(w io.Writer) {
					_, _ = fmt.Fprintf(w, "Tài khoản: %s\nMật khẩu:  %s\n", args[0], password)
				})
			})
		},
	}
	c.Flags().StringVar(&name, "name", "", "họ và tên")
	c.Flags().StringVar(&role, "role", string(access.Viewer), "vai trò: viewer, clerk, committee, admin")
	c.Flags().StringVar(&unit, "unit", "", "mã 14 chữ số hoặc id của tổ chức; để trống: toàn quốc")
	_ = c.MarkFlagRequired("name")
	return c
}

func userList(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "Liệt kê tài khoản", Example: "  ketnap --db tinh.db user list --json", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				l, err := s.List(c.Context(), e.operator(), users.Ask{})
				as := l.Accounts
				if err != nil {
					return err
				}
				return e.print(accountLines(as), func(w io.Writer) {
					t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
					for _, a := range as {
						for i, g := range a.Grants {
							_, _ = fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%t\n", a.Login, a.Name, g.Role, a.Places[i], a.Active)
						}
					}
					_ = t.Flush()
				})
			})
		},
	}
}

// accountLine is an account in the JSON output, part of the contract with scripts.
type accountLine struct {
	ID     id.ID       `json:"id"`
	Login  string      `json:"login"`
	Name   string      `json:"name"`
	Active bool        `json:"active"`
	Grants []grantLine `json:"grants"`
}

type grantLine struct {
	Role     access.Role `json:"role"`
	Unit     id.ID       `json:"unit"` // "0" is the nation
	UnitName string      `json:"unit_name"`
}

func accountLines(as []users.Account) []accountLine {
	lines := []accountLine{}
	for _, a := range as {
		l := accountLine{ID: a.ID, Login: a.Login, Name: a.Name, Active: a.Active, Grants: []grantLine{}}
		for i, g := range a.Grants {
			l.Grants = append(l.Grants, grantLine{g.Role, g.Unit, a.Places[i]})
		}
		lines = append(lines, l)
	}
	return lines
}

// find returns the id of a login.
func find(c *cobra.Command, e *env, s *users.Service, login string) (id.ID, error) {
	l, err := s.List(c.Context(), e.operator(), users.Ask{Words: login})
	if err != nil {
		return 0, err
	}
	for _, a := range l.Accounts {
		if a.Login == login {
			return a.ID, nil
		}
	}
	return 0, fault.E("cli.find", fault.NotFound, "user.notfound")
}

func userPassword(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "password LOGIN", Short: "Đặt lại mật khẩu; in mật khẩu mới một lần và chấm dứt mọi phiên", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db user password lan.nt",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				u, err := find(c, e, s, args[0])
				if err != nil {
					return err
				}
				password := users.NewPassword()
				if err := s.SetPassword(c.Context(), e.operator(), u, password); err != nil {
					return err
				}
				return e.print(map[string]string{"login": args[0], "password": password}, func(w io.Writer) {
					_, _ = fmt.Fprintf(w, "Tài khoản: %s\nMật khẩu:  %s\n", args[0], password)
				})
			})
		},
	}
}

func userGrant(e *env) *cobra.Command {
	var role, unit, from, to string
	c := &cobra.Command{
		Use: "grant LOGIN", Short: "Giao vai trò tại một tổ chức, hoặc thu lại với --role none", Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db user grant lan.nt --role committee --unit 38168053000000\n" +
			"  ketnap --db tinh.db user grant lan.nt --role clerk --unit 38168053000000 --from 2026-12-01 --to 2026-12-31",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				u, err := find(c, e, s, args[0])
				if err != nil {
					return err
				}
				at, err := unitOf(c.Context(), e, st, unit)
				if err != nil {
					return err
				}
				if role == "none" {
					role = ""
				}
				first, err := day.Parse(from)
				if err != nil {
					return err
				}
				last, err := day.Parse(to)
				if err != nil {
					return err
				}
				return s.GrantFor(c.Context(), e.operator(), u, at, access.Role(role), first, last)
			})
		},
	}
	c.Flags().StringVar(&role, "role", "", "viewer, clerk, committee, admin hoặc none")
	c.Flags().StringVar(&from, "from", "", "ngày đầu có hiệu lực; để trống: ngay")
	c.Flags().StringVar(&to, "to", "", "ngày cuối có hiệu lực; để trống: không hạn")
	c.Flags().StringVar(&unit, "unit", "", "mã 14 chữ số hoặc id của tổ chức; để trống: toàn quốc")
	_ = c.MarkFlagRequired("role")
	return c
}
