package cli

import "github.com/spf13/cobra"

// usage is how a command explains itself; the headings are Vietnamese like everything else it says.
const usage = `Cách dùng:{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [lệnh]{{end}}{{if .HasExample}}

Ví dụ:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Các lệnh:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Tùy chọn:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

Tùy chọn chung:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableSubCommands}}

Xem hướng dẫn của từng lệnh: {{.CommandPath}} [lệnh] --help{{end}}

Mã thoát: 0 xong · 1 bị từ chối hoặc có sai lệch · 2 dòng lệnh sai · 3 cơ sở dữ liệu, đĩa hoặc cổng mạng chưa sẵn sàng
`

// explain gives a program its help.
func explain(root *cobra.Command) {
	root.Example = "  ketnap demo --size=commune --dir=demo-data\n" +
		"  ketnap --db tinh.db migrate\n" +
		"  ketnap --db tinh.db user add lan.nt --name 'Nguyễn Thị Lan' --role admin\n" +
		"  ketnap --db tinh.db serve --listen 127.0.0.1:8080"
	root.SetUsageTemplate(usage)
	var each func(c *cobra.Command)
	each = func(c *cobra.Command) {
		c.Flags().BoolP("help", "h", false, "xem hướng dẫn của lệnh này")
		c.DisableFlagsInUseLine = true
		for _, sub := range c.Commands() {
			each(sub)
		}
	}
	each(root)
}
