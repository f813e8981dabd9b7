package storetest

import (
	"os"
	"strconv"
)

// Torture is the size of a suite: short as a rule, long when KETNAP_TORTURE is "all" or the name of the suite, and N when KETNAP_TORTURE_N
// says so too. `make torture SUITE=… N=…` sets them.
func Torture(suite string, short, long int) int {
	chosen := os.Getenv("KETNAP_TORTURE")
	if chosen != "all" && chosen != suite {
		return short
	}
	if n, err := strconv.Atoi(os.Getenv("KETNAP_TORTURE_N")); err == nil && n > 0 {
		return n
	}
	return long
}
