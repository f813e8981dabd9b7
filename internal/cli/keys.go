package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"ketnap/internal/seal"
)

func keyCmd(e *env) *cobra.Command {
	c := &cobra.Command{Use: "key", Short: "Khóa của các trường mã hóa: thêm khóa mới, mã hóa lại",
		Long: "Thay khóa: 1) key add thêm khóa mới vào tệp khóa; 2) khởi động lại máy chủ để dùng khóa mới; 3) key reseal mã hóa lại mọi giá trị trong khi\n" +
			"mọi người vẫn làm việc; 4) sao lưu lại tệp khóa, rồi có thể bỏ dòng khóa cũ. Mỗi người có khóa riêng, lập từ khóa này và một số ngẫu nhiên của người đó."}
	c.AddCommand(keyAdd(e), keyReseal(e))
	return c
}

func keyAdd(e *env) *cobra.Command {
	return &cobra.Command{Use: "add", Short: "Thêm khóa mới vào tệp khóa; khóa cũ vẫn mở được giá trị cũ", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db --key /etc/ketnap/ketnap.key key add",
		RunE: func(*cobra.Command, []string) error {
			path, err := e.keyPath()
			if err != nil {
				return err
			}
			if _, err := seal.AddKey(path); err != nil {
				return err
			}
			return e.print(map[string]string{"file": path}, func(w io.Writer) { _, _ = fmt.Fprintln(w, e.printer().T("key.added", path)) })
		}}
}

func keyReseal(e *env) *cobra.Command {
	return &cobra.Command{Use: "reseal", Short: "Mã hóa lại bằng khóa mới nhất và khóa riêng của từng người; có thể dừng rồi chạy lại", Args: cobra.NoArgs,
		Example: "  ketnap --db tinh.db key reseal",
		RunE: func(c *cobra.Command, _ []string) error {
			st, err := e.open(c.Context(), false)
			if err != nil {
				return err
			}
			defer st.Close()
			looked, sealed, err := st.Reseal(c.Context(), e.operator())
			if err != nil {
				return err
			}
			return e.print(map[string]int{"looked": looked, "sealed": sealed}, func(w io.Writer) { _, _ = fmt.Fprintln(w, e.printer().T("key.resealed", looked, sealed)) })
		}}
}
