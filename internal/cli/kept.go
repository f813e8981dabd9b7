package cli

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"ketnap/internal/fault"
)

// keptPattern is the name of a scheduled backup: only files named so are counted and removed.
var keptPattern = regexp.MustCompile(`^ketnap-\d{8}-\d{6}\.age$`)

// keptName is the name of a scheduled backup made at t, in UTC: names sort by time also when the clock of a place changes.
func keptName(t time.Time) string { return t.UTC().Format("ketnap-20060102-150405.age") }

// keptBackups are the scheduled backups of a folder, oldest first.
func keptBackups(dir string) ([]string, error) {
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, fault.E("cli.keptBackups", fault.Unavailable, "drill.folder", dir, err)
	}
	var kept []string
	for _, n := range names {
		if n.Type().IsRegular() && keptPattern.MatchString(n.Name()) {
			kept = append(kept, filepath.Join(dir, n.Name()))
		}
	}
	slices.Sort(kept)
	return kept, nil
}

// keepNewest removes all but the newest scheduled backups of a folder and returns how many it removed.
func keepNewest(dir string, keep int) (removed int, err error) {
	kept, err := keptBackups(dir)
	if err != nil {
		return 0, err
	}
	for _, old := range kept[:max(0, len(kept)-keep)] {
		if rerr := os.Remove(old); rerr != nil {
			err = errors.Join(err, fault.E("cli.keepNewest", fault.Unavailable, "backup.cannot_write", old, rerr))
			continue
		}
		removed++
	}
	return removed, err
}
