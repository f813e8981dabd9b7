package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"ketnap/internal/fault"
	"ketnap/internal/store"
	"ketnap/internal/trails"
)

func auditCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "Nhật ký thao tác: kiểm tra, niêm phong"}
	c.AddCommand(auditVerify(e), auditSeal(e), auditKey(e))
	return c
}

// sinkPath is where the second place of the audit trail is: as said, or beside an embedded database; "" is nowhere.
func (e *env) sinkPath() string {
	switch {
	case e.auditLog == "none":
		return ""
	case e.auditLog != "":
		return e.auditLog
	case strings.Contains(e.db, "://"):
		return ""
	}
	return e.db + ".audit"
}

// openSink opens the second place of the audit trail, nil when there is none.
func (e *env) openSink() (*store.Sink, error) {
	path := e.sinkPath()
	if path == "" {
		return nil, nil
	}
	return store.OpenSink(path)
}

func auditVerify(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "verify", Short: "Kiểm tra toàn bộ nhật ký: sửa, xóa, chèn, đảo thứ tự, quay lui đều bị phát hiện",
		Example: "  ketnap --db tinh.db audit verify\n  ketnap --db tinh.db --audit-log /mnt/khac/tinh.audit audit verify --json", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var log io.Reader
			if path := e.sinkPath(); path != "" {
				f, err := os.Open(path)
				if err != nil && (!os.IsNotExist(err) || e.auditLog != "") {
					return fault.E("cli.auditVerify", fault.Unavailable, "audit.sink_unreadable", path, err)
				}
				if err == nil {
					defer f.Close()
					log = f
				}
			}
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			found := []store.Tamper{}
			n, err := trails.New(st).Verify(c.Context(), log, func(t store.Tamper) error { found = append(found, t); return nil })
			if err != nil {
				return err
			}
			p := e.printer()
			err = e.print(map[string]any{"read": n, "tampers": found}, func(w io.Writer) {
				for _, t := range found {
					_, _ = fmt.Fprintln(w, p.T("audit.found."+t.What, fmt.Sprint(t.Province), t.Seq))
				}
				_, _ = fmt.Fprintln(w, p.T("audit.read", n.Provinces, n.Entries, n.Seals, n.Unsealed, n.Witnessed, n.Found))
			})
			if err == nil && n.Found > 0 {
				err = errDifference
			}
			return err
		},
	}
}

func auditSeal(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "seal", Short: "Niêm phong những dòng mới (máy chủ tự làm mười giây một lần)", Example: "  ketnap --db tinh.db audit seal", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			made, err := trails.New(st).Seal(c.Context())
			if err != nil {
				return err
			}
			return e.print(made, func(w io.Writer) {
				for _, s := range made {
					_, _ = fmt.Fprintln(w, s.Province, s.Seq, s.Hash, s.At, s.Signature)
				}
			})
		},
	}
}

func auditKey(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "key", Short: "In khóa công khai để nơi khác kiểm tra dấu niêm phong", Example: "  ketnap --db tinh.db audit key", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			key := trails.New(st).Key()
			return e.print(map[string]string{"ed25519": key}, func(w io.Writer) { _, _ = fmt.Fprintln(w, key) })
		},
	}
}
