package cli

import (
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"ketnap/internal/fault"
	"ketnap/internal/sso"
	"ketnap/internal/store"
	"ketnap/internal/users"
)

// ssoFlags say which provider of an organisation people may sign in at. Without an issuer there is none, and nothing is asked of anybody.
type ssoFlags struct{ issuer, client, secretFile, name, level string }

func (f *ssoFlags) flags(c *cobra.Command) {
	c.Flags().StringVar(&f.issuer, "oidc-issuer", os.Getenv("KETNAP_OIDC_ISSUER"), "nhà cung cấp đăng nhập của cơ quan (OpenID Connect), ví dụ https://dangnhap.tinh.vn; để trống: không dùng (hoặc biến KETNAP_OIDC_ISSUER)")
	c.Flags().StringVar(&f.client, "oidc-client", os.Getenv("KETNAP_OIDC_CLIENT"), "mã máy khách mà nhà cung cấp đã cấp (hoặc biến KETNAP_OIDC_CLIENT)")
	c.Flags().StringVar(&f.secretFile, "oidc-secret-file", os.Getenv("KETNAP_OIDC_SECRET_FILE"), "tệp chứa bí mật máy khách, quyền 0600 (hoặc biến KETNAP_OIDC_SECRET_FILE)")
	c.Flags().StringVar(&f.name, "oidc-name", os.Getenv("KETNAP_OIDC_NAME"), "tên ghi trên nút đăng nhập; để trống: tên máy của nhà cung cấp (hoặc biến KETNAP_OIDC_NAME)")
	c.Flags().StringVar(&f.level, "oidc-acr", os.Getenv("KETNAP_OIDC_ACR"), "mức xác thực (acr) bắt buộc; để trống: theo chính sách của nhà cung cấp (hoặc biến KETNAP_OIDC_ACR)")
}

// provider is the one the flags name, nil when they name none. It opens no connection.
func (f ssoFlags) provider(origin string) (*sso.Provider, error) {
	if f.issuer == "" {
		return nil, nil
	}
	secret, err := secretOf(f.secretFile)
	if err != nil {
		return nil, err
	}
	return sso.New(sso.Config{Issuer: f.issuer, Client: f.client, Secret: secret, Origin: origin, Name: f.name, Level: f.level})
}

// secretOf reads a secret from a file that others cannot read.
func secretOf(path string) (string, error) {
	const op = "cli.secretOf"
	if path == "" {
		return "", fault.E(op, fault.Invalid, "sso.config_client")
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fault.E(op, fault.Unavailable, "sso.config_secret", path, err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() || runtime.GOOS != "windows" && st.Mode().Perm()&0o027 != 0 {
		return "", fault.E(op, fault.Unavailable, "sso.config_secret", path, err)
	}
	text, err := io.ReadAll(io.LimitReader(f, 4<<10))
	if err != nil {
		return "", fault.E(op, fault.Unavailable, "sso.config_secret", path, err)
	}
	return strings.TrimSpace(string(text)), nil
}

func userBind(e *env) *cobra.Command {
	var issuer, subject string
	c := &cobra.Command{
		Use: "bind LOGIN", Short: "Liên kết tài khoản chưa ai đăng nhập được với đăng nhập của cơ quan (OpenID Connect)",
		Example: "  ketnap --db tinh.db user bind lan.nt --issuer https://dangnhap.tinh.vn --subject 7f3a9c", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				u, err := find(c, e, s, args[0])
				if err != nil {
					return err
				}
				return s.Bind(c.Context(), e.operator(), u, issuer, subject)
			})
		},
	}
	c.Flags().StringVar(&issuer, "issuer", os.Getenv("KETNAP_OIDC_ISSUER"), "nhà cung cấp, đúng như nhà cung cấp viết (hoặc biến KETNAP_OIDC_ISSUER)")
	c.Flags().StringVar(&subject, "subject", "", "mã người dùng (sub) ở nhà cung cấp")
	_ = c.MarkFlagRequired("subject")
	return c
}

func userUnbind(e *env) *cobra.Command {
	var issuer string
	c := &cobra.Command{
		Use: "unbind LOGIN", Short: "Bỏ liên kết của tài khoản với đăng nhập của cơ quan; các phiên mở qua đó kết thúc ngay",
		Example: "  ketnap --db tinh.db user unbind lan.nt --issuer https://dangnhap.tinh.vn", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return e.withUsers(c, func(st *store.Store, s *users.Service) error {
				u, err := find(c, e, s, args[0])
				if err != nil {
					return err
				}
				return s.Unbound(c.Context(), e.operator(), u, issuer)
			})
		},
	}
	c.Flags().StringVar(&issuer, "issuer", os.Getenv("KETNAP_OIDC_ISSUER"), "nhà cung cấp (hoặc biến KETNAP_OIDC_ISSUER)")
	return c
}
