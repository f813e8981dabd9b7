package dbtest

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unsafe" //nolint:gosec // the table of functions of SQLite's file layer is memory, see the house test

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// sector is what a disk writes whole; a longer write may be torn between sectors.
const sector = 4096

// disk is what a machine would find after its power was cut: what was synced, and what was written since and may or may not have
// reached the plate. It watches the files of one folder, through a layer under SQLite that every connection of the process uses.
// Names of files and their removal count as safe at once.
type disk struct {
	dir string

	mu    sync.Mutex
	files map[string]*watchedFile
	lies  map[string]bool // ends of file names whose syncs do nothing: planted faults
}

type watchedFile struct {
	safe    []byte
	pending []change
}

// change is a write, or a truncation when cut is set.
type change struct {
	at   int64
	data []byte
	cut  bool
}

func (f *watchedFile) apply(c change) {
	end := c.at + int64(len(c.data))
	switch {
	case c.cut && c.at < int64(len(f.safe)):
		f.safe = f.safe[:c.at]
	case c.cut:
	case end > int64(len(f.safe)):
		f.safe = append(f.safe, make([]byte, end-int64(len(f.safe)))...)
		fallthrough
	default:
		copy(f.safe[c.at:], c.data)
	}
}

// PowerCuts watches every SQLite database that is opened in a folder from now on. The function it returns gives the files as a
// machine would find them whose power is cut now: name and content. What was not synced survives by sectors, as r decides.
// lies name ends of file names ("-wal") for which the disk says "synced" and forgets: planted faults.
func PowerCuts(t testing.TB, dir string, lies ...string) func(r *rand.Rand) map[string][]byte {
	t.Helper()
	layer.once.Do(install)
	if layer.fault != "" {
		t.Fatal(layer.fault)
	}
	d := &disk{dir: dir, files: map[string]*watchedFile{}, lies: map[string]bool{}}
	for _, l := range lies {
		d.lies[l] = true
	}
	layer.mu.Lock()
	defer layer.mu.Unlock()
	layer.disks = append(layer.disks, d)
	return d.cut
}

func (d *disk) cut(r *rand.Rand) map[string][]byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	found := map[string][]byte{}
	survive := []float64{0, 0.5, 0.9}[r.IntN(3)]
	for name, f := range d.files {
		left := watchedFile{safe: append([]byte(nil), f.safe...)}
		for _, c := range f.pending {
			for at := 0; at < len(c.data); at += sector {
				if r.Float64() < survive {
					left.apply(change{at: c.at + int64(at), data: c.data[at:min(at+sector, len(c.data))]})
				}
			}
			if c.cut && r.Float64() < survive {
				left.apply(c)
			}
		}
		found[filepath.Base(name)] = left.safe
	}
	maps.DeleteFunc(found, func(name string, _ []byte) bool { return strings.HasSuffix(name, "-shm") })
	return found
}

func (d *disk) change(name string, c change) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if f := d.files[name]; f != nil {
		f.pending = append(f.pending, c)
	}
}

func (d *disk) sync(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.files[name]
	for end := range d.lies {
		if f == nil || strings.HasSuffix(name, end) {
			return
		}
	}
	if f == nil {
		return
	}
	for _, c := range f.pending {
		f.apply(c)
	}
	f.pending = nil
}

// layer is the file layer of SQLite with ours on top. It is installed once per process and stays.
var layer struct {
	once  sync.Once
	fault string
	vfs   uintptr // the original

	mu     sync.Mutex
	disks  []*disk
	open   map[uintptr]*openFile // by SQLite's handle
	tables map[uintptr]uintptr   // original table of functions → ours
}

type openFile struct {
	disk  *disk
	name  string
	table uintptr // original
}

// Where the functions stand in SQLite's tables, on machines of 64 bits.
const (
	vfsSize, vfsName, vfsOpen, vfsDelete         = 168, 24, 40, 48
	ioSize, ioClose, ioWrite, ioTruncate, ioSync = 152, 8, 24, 32, 40
	pointer                                      = unsafe.Sizeof(uintptr(0))
)

type (
	openFunc     = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	deleteFunc   = func(*libc.TLS, uintptr, uintptr, int32) int32
	closeFunc    = func(*libc.TLS, uintptr) int32
	writeFunc    = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	truncateFunc = func(*libc.TLS, uintptr, int64) int32
	syncFunc     = func(*libc.TLS, uintptr, int32) int32
)

// at is the value of type T in SQLite's memory.
func at[T any](address uintptr) *T {
	return (*T)(*(*unsafe.Pointer)(unsafe.Pointer(&address))) //nolint:gosec // memory of SQLite, never moved
}

func install() {
	if pointer != 8 {
		layer.fault = "power cuts are tried on machines of 64 bits only"
		return
	}
	layer.open, layer.tables = map[uintptr]*openFile{}, map[uintptr]uintptr{}
	tls := libc.NewTLS()
	if sqlite3.Xsqlite3_initialize(tls) != 0 {
		layer.fault = "SQLite does not start"
		return
	}
	layer.vfs = sqlite3.Xsqlite3_vfs_find(tls, 0)
	ours := libc.Xmalloc(tls, vfsSize)
	libc.Xmemcpy(tls, ours, layer.vfs, vfsSize)
	name, err := libc.CString("powercut")
	if ours == 0 || err != nil {
		layer.fault = "no memory"
		return
	}
	*at[uintptr](ours + vfsName) = name
	*at[openFunc](ours + vfsOpen) = opened
	*at[deleteFunc](ours + vfsDelete) = deleted
	if sqlite3.Xsqlite3_vfs_register(tls, ours, 1) != 0 {
		layer.fault = "SQLite does not take another file layer"
	}
}

func diskOf(name string) *disk {
	for _, d := range layer.disks {
		if strings.HasPrefix(name, d.dir+string(filepath.Separator)) {
			return d
		}
	}
	return nil
}

func opened(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32 {
	path := ""
	if name != 0 {
		path = libc.GoString(name)
	}
	rc := (*at[openFunc](layer.vfs + vfsOpen))(tls, layer.vfs, name, file, flags, out)
	layer.mu.Lock()
	defer layer.mu.Unlock()
	d := diskOf(path)
	if rc != 0 || d == nil {
		return rc
	}
	theirs := *at[uintptr](file)
	ours := layer.tables[theirs]
	if ours == 0 {
		ours = libc.Xmalloc(tls, ioSize)
		libc.Xmemcpy(tls, ours, theirs, ioSize)
		*at[closeFunc](ours + ioClose) = closed
		*at[writeFunc](ours + ioWrite) = written
		*at[truncateFunc](ours + ioTruncate) = truncated
		*at[syncFunc](ours + ioSync) = synced
		layer.tables[theirs] = ours
	}
	layer.open[file] = &openFile{disk: d, name: path, table: theirs}
	*at[uintptr](file) = ours
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.files[path] == nil {
		text, _ := os.ReadFile(path)
		d.files[path] = &watchedFile{safe: text}
	}
	return rc
}

func deleted(tls *libc.TLS, vfs, name uintptr, folder int32) int32 {
	path := libc.GoString(name)
	layer.mu.Lock()
	if d := diskOf(path); d != nil {
		d.mu.Lock()
		delete(d.files, path)
		d.mu.Unlock()
	}
	layer.mu.Unlock()
	return (*at[deleteFunc](layer.vfs + vfsDelete))(tls, layer.vfs, name, folder)
}

func handle(file uintptr) *openFile {
	layer.mu.Lock()
	defer layer.mu.Unlock()
	return layer.open[file]
}

func closed(tls *libc.TLS, file uintptr) int32 {
	f := handle(file)
	layer.mu.Lock()
	delete(layer.open, file)
	layer.mu.Unlock()
	return (*at[closeFunc](f.table + ioClose))(tls, file)
}

// written notes the write before it is done: a power cut in between finds at most what was written.
func written(tls *libc.TLS, file, data uintptr, n int32, offset int64) int32 {
	f := handle(file)
	f.disk.change(f.name, change{at: offset, data: bytes.Clone(libc.GoBytes(data, int(n)))})
	return (*at[writeFunc](f.table + ioWrite))(tls, file, data, n, offset)
}

func truncated(tls *libc.TLS, file uintptr, size int64) int32 {
	f := handle(file)
	f.disk.change(f.name, change{at: size, cut: true})
	return (*at[truncateFunc](f.table + ioTruncate))(tls, file, size)
}

func synced(tls *libc.TLS, file uintptr, flags int32) int32 {
	f := handle(file)
	f.disk.sync(f.name)
	return (*at[syncFunc](f.table + ioSync))(tls, file, flags)
}
