package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ketnap/internal/scans"
)

func scansCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "scans", Short: "Bản chụp giấy tờ: mặc định tắt; bật, tắt, xem"}
	c.AddCommand(scansAllow(e, "allow", "Cho phép giữ bản chụp giấy tờ (mã hóa)", true),
		scansAllow(e, "forbid", "Không nhận thêm bản chụp; bản đã giữ vẫn xem được", false), scansShow(e))
	return c
}

// withScans opens the database for one subcommand.
func (e *env) withScans(c *cobra.Command, f func(*scans.Service) error) error {
	st, err := e.open(c.Context(), false)
	if err != nil {
		return err
	}
	defer st.Close()
	return f(scans.New(st))
}

func scansAllow(e *env, use, short string, on bool) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs, Example: "  ketnap --db tinh.db scans " + use,
		RunE: func(c *cobra.Command, _ []string) error {
			return e.withScans(c, func(s *scans.Service) error {
				if err := s.Allow(c.Context(), e.operator(), on); err != nil {
					return err
				}
				return e.scansState(on)
			})
		},
	}
}

func scansShow(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "show", Short: "Có giữ bản chụp giấy tờ hay không", Args: cobra.NoArgs, Example: "  ketnap --db tinh.db scans show",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.withScans(c, func(s *scans.Service) error {
				on, err := s.Allowed(c.Context())
				if err != nil {
					return err
				}
				return e.scansState(on)
			})
		},
	}
}

func (e *env) scansState(on bool) error {
	return e.print(map[string]bool{"allowed": on}, func(w io.Writer) {
		key := "scan.off"
		if on {
			key = "scan.on"
		}
		_, _ = fmt.Fprintln(w, e.printer().T(key))
	})
}
