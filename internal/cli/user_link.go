package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ketnap/internal/access"
	"ketnap/internal/forms"
	"ketnap/internal/id"
	"ketnap/internal/store"
	"ketnap/internal/users"
)

// printLink prints a link that works once. The program does not know the address people use, so the path is printed.
func (e *env) printLink(login, token string) error {
	path := linkPath(token)
	return e.print(map[string]string{"login": login, "link": path}, func(w io.Writer) {
		_, _ = fmt.Fprintf(w, "Tài khoản: %s\nLiên kết dùng một lần (thêm địa chỉ máy chủ vào trước): %s\n", login, path)
	})
}

func linkPath(token string) string { return "/moi?t=" + token }

// linkCmd is a subcommand that makes a link for an account.
func linkCmd(e *env, use, short, example string, link func(*users.Service) func(context.Context, access.Actor, id.ID) (string, error)) *cobra.Command {
	return &cobra.Command{
		Use: use + " LOGIN", Short: short, Example: example, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				u, err := find(c, e, s, args[0])
				if err != nil {
					return err
				}
				token, err := link(s)(c.Context(), e.operator(), u)
				if err != nil {
					return err
				}
				return e.printLink(args[0], token)
			})
		},
	}
}

func userInvite(e *env) *cobra.Command {
	return linkCmd(e, "invite", "Tạo liên kết dùng một lần để tài khoản tự đặt cách đăng nhập", "  ketnap --db tinh.db user invite lan.nt",
		func(s *users.Service) func(context.Context, access.Actor, id.ID) (string, error) { return s.Invite })
}

func userReset(e *env) *cobra.Command {
	return linkCmd(e, "reset", "Hủy mọi cách đăng nhập và phiên của tài khoản (mất điện thoại, nghi lộ), rồi mời lại", "  ketnap --db tinh.db user reset lan.nt",
		func(s *users.Service) func(context.Context, access.Actor, id.ID) (string, error) { return s.Reset })
}

// withSelf opens the database and finds whose own account a subcommand is about.
func (e *env) withSelf(c *cobra.Command, text string, f func(*users.Service, id.ID) error) error {
	st, err := e.open(c.Context(), false)
	if err != nil {
		return err
	}
	defer st.Close()
	p, err := forms.New(st).Find(c.Context(), e.operator(), text)
	if err != nil {
		return err
	}
	return f(users.New(st), p)
}

const personLong = "NGƯỜI là số định danh 12 chữ số, địa chỉ trang hoặc id. Tài khoản này không giữ vai trò nào: chỉ xem việc tiếp theo,\n" +
	"giấy tờ còn thiếu, dữ liệu và yêu cầu của chính mình."

func userInvitePerson(e *env) *cobra.Command {
	var login string
	c := &cobra.Command{
		Use: "invite-person NGƯỜI", Short: "Mời người trong nguồn hoặc đảng viên mở tài khoản của mình; in liên kết dùng một lần", Long: personLong,
		Example: "  ketnap --db tinh.db user invite-person 2xc46ocnplhc\n  ketnap --db tinh.db user invite-person 038204012345 --login hoa.tt", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withSelf(c, args[0], func(s *users.Service, p id.ID) error {
				made, token, err := s.InvitePerson(c.Context(), e.operator(), p, login)
				if err != nil {
					return err
				}
				return e.printLink(made, token)
			})
		},
	}
	c.Flags().StringVar(&login, "login", "", "tên đăng nhập; để trống: tự đặt")
	return c
}

func userEndPerson(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "end-person NGƯỜI", Short: "Kết thúc tài khoản của người có hồ sơ: mọi phiên và liên kết hết hiệu lực ngay", Long: personLong, Args: cobra.ExactArgs(1),
		Example: "  ketnap --db tinh.db user end-person 2xc46ocnplhc",
		RunE: func(c *cobra.Command, args []string) error {
			return e.withSelf(c, args[0], func(s *users.Service, p id.ID) error { return s.EndPerson(c.Context(), e.operator(), p) })
		},
	}
}

func userPolicy(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "policy [strict|simple]", Short: "Chế độ đăng nhập: strict (khóa truy cập, hoặc mật khẩu kèm mã một lần) hoặc simple (chỉ để dùng thử)",
		Example: "  ketnap --db tinh.db user policy\n  ketnap --db thu.db user policy simple", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				if len(args) == 1 {
					if err := s.SetPolicy(c.Context(), e.operator(), users.Policy(args[0])); err != nil {
						return err
					}
				}
				p, err := s.Policy(c.Context())
				if err != nil {
					return err
				}
				return e.print(map[string]string{"policy": string(p)}, func(w io.Writer) { _, _ = fmt.Fprintln(w, p) })
			})
		},
	}
}
