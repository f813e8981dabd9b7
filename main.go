// Command ketnap is the working tool for the development of party membership (công tác phát triển đảng viên).
package main

import (
	"os"

	"ketnap/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
