package bench

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Machine is what the numbers were measured on.
type Machine struct {
	CPU        string  `json:"cpu"`
	Cores      int     `json:"cores"`
	MemoryMB   int     `json:"memory_mb"`
	System     string  `json:"system"`
	Go         string  `json:"go"`
	Flushes    float64 `json:"flushes_per_second"` // 8 KiB appended and flushed to the disk of the databases
	FlushP99   float64 `json:"flush_p99_ms"`
	LoadBefore string  `json:"load_before"` // load average: above the number of cores others were busy too
	LoadAfter  string  `json:"load_after"`
}

func machine(dir string) (Machine, error) {
	m := Machine{CPU: field("/proc/cpuinfo", "model name"), Cores: runtime.NumCPU(), Go: runtime.Version(),
		System: runtime.GOOS + "/" + runtime.GOARCH, LoadBefore: loadAverage()}
	m.MemoryMB = kilobytes(field("/proc/meminfo", "MemTotal")) / 1024
	s, err := flushes(dir, time.Second)
	m.Flushes, m.FlushP99 = s.Rate, s.P99
	return m, err
}

// flushes appends to a file and flushes it for a while.
func flushes(dir string, d time.Duration) (Result, error) {
	f, err := os.CreateTemp(dir, "flush")
	if err != nil {
		return Result{}, err
	}
	defer os.Remove(filepath.Clean(f.Name()))
	defer f.Close()
	page := make([]byte, 8<<10)
	var s sample
	start := time.Now()
	for time.Since(start) < d {
		began := time.Now()
		if _, err := f.Write(page); err != nil {
			return Result{}, err
		}
		if err := f.Sync(); err != nil {
			return Result{}, err
		}
		s.took = append(s.took, time.Since(began))
	}
	s.span = time.Since(start)
	return s.result("flush"), nil
}

// field reads "name : value" from a file of /proc; "" where there is none.
func field(path, name string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for l := range strings.Lines(string(b)) {
		if k, v, ok := strings.Cut(l, ":"); ok && strings.TrimSpace(k) == name {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// kilobytes reads "123 kB".
func kilobytes(s string) int {
	n, _ := strconv.Atoi(strings.TrimSuffix(s, " kB"))
	return n
}

// loadAverage is the load of the last minute; "" where it is unknown.
func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(b), " ")
	return first
}
