package db_test

import (
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnap/internal/db"
	"ketnap/internal/db/dbtest"
)

var twoFiles = map[string]string{
	"0001_start.sql": `
-- People.
CREATE TABLE person (
	province_id INTEGER NOT NULL, -- first in every key
	id BIGINT NOT NULL,
	name TEXT COLLATE "C" NOT NULL DEFAULT 'BIGINT; --',
	born SMALLINT,
	photo BYTEA,
	alive BOOLEAN NOT NULL DEFAULT TRUE,
	PRIMARY KEY (province_id, id)
); -- tenant

CREATE INDEX person_name ON person (province_id, name);

CREATE TABLE note (
	province_id INTEGER NOT NULL,
	id BIGINT NOT NULL,
	person_id BIGINT NOT NULL,
	body TEXT NOT NULL CHECK (body <> ''),
	PRIMARY KEY (province_id, id),
	FOREIGN KEY (province_id, person_id) REFERENCES person (province_id, id)
); -- tenant rowid

CREATE TABLE kind (
	id SMALLINT PRIMARY KEY,
	share DOUBLE PRECISION NOT NULL
);
INSERT INTO kind (id, share) VALUES
	(1, 0.5),
	(2, 0.25);
`,
	"0002_guard.sql": "ALTER TABLE kind ADD COLUMN label TEXT NOT NULL DEFAULT '';\n",
	"0002_guard.sqlite.sql": `CREATE TRIGGER kind_guard BEFORE DELETE ON kind
BEGIN
	SELECT RAISE(ABORT, 'kinds stay');
END;
`,
	"0002_guard.postgres.sql": `CREATE FUNCTION one() RETURNS BIGINT LANGUAGE plpgsql AS $$
BEGIN
	RETURN 1;
END;
$$;
REVOKE DELETE ON kind FROM CURRENT_USER;
`,
}

// with is twoFiles with changes; an empty text removes a file.
func with(changes map[string]string) map[string]string {
	files := maps.Clone(twoFiles)
	maps.Copy(files, changes)
	maps.DeleteFunc(files, func(_, body string) bool { return body == "" })
	return files
}

func TestMigrate(t *testing.T) {
	dbtest.Each(t, db.Options{Partitions: 4}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if v, err := d.Version(ctx); v != 0 || err != nil {
			t.Errorf("version of an empty database = %d, %v", v, err)
		}
		applied, err := d.Migrate(ctx, db.Files(twoFiles))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"0001_start", "0002_guard"}, applied); diff != "" {
			t.Errorf("applied:\n%s", diff)
		}
		applied, err = d.Migrate(ctx, db.Files(twoFiles))
		if err != nil || len(applied) > 0 {
			t.Errorf("second run: %v, %v", applied, err)
		}
		if v, err := d.Version(ctx); v != 2 || err != nil {
			t.Errorf("version = %d, %v", v, err)
		}
		err = d.Update(ctx, func(tx *db.Tx) error { // the engine's own file took effect
			_, err := tx.Exec(ctx, "DELETE FROM kind WHERE id = 1")
			return err
		})
		if err == nil {
			t.Error("DELETE is not refused")
		}
		view(t, d, func(tx *db.Tx) error {
			var name string
			var n int
			err := tx.Row(ctx, "SELECT count(*), max(label) FROM kind", nil, &n, &name)
			if n != 2 || name != "" {
				t.Errorf("kind has %d rows, label %q", n, name)
			}
			return err
		})
	})
}

func TestMigrateRefuses(t *testing.T) {
	cases := map[string]struct {
		files map[string]string
		want  error
		text  string
	}{
		"changed":         {with(map[string]string{"0002_guard.sql": "SELECT 1;\n"}), db.ErrChanged, "0002_guard"},
		"own file gone":   {with(map[string]string{"0002_guard.sqlite.sql": ""}), db.ErrChanged, "0002_guard"},
		"newer database":  {map[string]string{"0001_start.sql": twoFiles["0001_start.sql"]}, db.ErrNewer, "0002_guard"},
		"below":           {with(map[string]string{"0000_early.sql": "SELECT 1;\n"}), db.ErrOrder, "0000_early"},
		"bad name":        {with(map[string]string{"3_short.sql": "SELECT 1;\n"}), nil, "3_short.sql"},
		"unknown engine":  {with(map[string]string{"0003_x.oracle.sql": "SELECT 1;\n"}), nil, "0003_x.oracle.sql"},
		"number twice":    {with(map[string]string{"0002_other.sql": "SELECT 1;\n"}), nil, "0002"},
		"no semicolon":    {with(map[string]string{"0003_x.sql": "SELECT 1\n"}), nil, "semicolon"},
		"misspelled word": {with(map[string]string{"0003_x.sql": "CREATE TABLE x (\n\tid BIGINT PRIMARY KEY\n); -- tennant\n"}), nil, "tennant"},
		"bad SQL":         {with(map[string]string{"0003_x.sql": "CREATE TABLE y (id BIGINT PRIMARY KEY);\nNONSENSE;\n"}), nil, "NONSENSE"},
	}
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if _, err := d.Migrate(ctx, db.Files(twoFiles)); err != nil {
			t.Fatal(err)
		}
		before, err := d.Schema(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				applied, err := d.Migrate(ctx, db.Files(c.files))
				if err == nil || !strings.Contains(err.Error(), c.text) || c.want != nil && !errors.Is(err, c.want) {
					t.Errorf("Migrate = %v", err)
				}
				if len(applied) > 0 {
					t.Errorf("applied %v", applied)
				}
				after, err := d.Schema(ctx)
				if diff := cmp.Diff(before, after); diff != "" || err != nil {
					t.Errorf("schema changed: %v\n%s", err, diff)
				}
			})
		}
	})
}

func TestMigrateAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, dsn string) {
		var mu sync.Mutex
		var all []string
		var wg sync.WaitGroup
		for range 4 {
			d := dbtest.Open(t, dsn, db.Options{})
			wg.Go(func() {
				applied, err := d.Migrate(t.Context(), db.Files(twoFiles))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				all = append(all, applied...)
			})
		}
		wg.Wait()
		slices.Sort(all)
		if diff := cmp.Diff([]string{"0001_start", "0002_guard"}, all); diff != "" {
			t.Errorf("applied by all together:\n%s", diff)
		}
	})
}

func TestPartitions(t *testing.T) {
	d := dbtest.Open(t, dbtest.Postgres(t), db.Options{Partitions: 4})
	ctx := t.Context()
	if _, err := d.Migrate(ctx, db.Files(twoFiles)); err != nil {
		t.Fatal(err)
	}
	for q, want := range map[string]int{
		"SELECT * FROM person WHERE province_id = 7": 1,
		"SELECT * FROM person":                       4,
		"SELECT * FROM note n JOIN person p USING (province_id) WHERE province_id = 7": 2,
	} {
		plan, err := db.Plan(ctx, d, q)
		if err != nil {
			t.Fatal(err)
		}
		parts := map[string]bool{}
		for _, line := range plan {
			for _, word := range strings.Fields(line) {
				if strings.Contains(word, "_p") && strings.HasPrefix(word, "person_p") || strings.HasPrefix(word, "note_p") {
					parts[word] = true
				}
			}
		}
		tables := map[string]bool{}
		for p := range parts {
			if len(p) <= len("person_p0") && !strings.Contains(p, "key") {
				tables[p] = true
			}
		}
		if len(tables) != want {
			t.Errorf("%s reads %d partitions, want %d:\n%s", q, len(tables), want, strings.Join(plan, "\n"))
		}
	}
}

func TestSchema(t *testing.T) {
	dbtest.Each(t, db.Options{Partitions: 2}, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		if _, err := d.Migrate(ctx, db.Files(twoFiles)); err != nil {
			t.Fatal(err)
		}
		got, err := d.Schema(ctx)
		if err != nil {
			t.Fatal(err)
		}
		golden := "testdata/schema." + string(d.Engine()) + ".txt"
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got; UPDATE=1 writes it):\n%s", golden, diff)
		}
	})
}

func TestTranslate(t *testing.T) {
	const file = `-- a comment; with a semicolon;
CREATE TABLE a (
	id BIGINT PRIMARY KEY, -- BIGINT here;
	"BIGINT" TEXT DEFAULT 'BOOLEAN;' /* BYTEA; */
); -- rowid

INSERT INTO a (id) VALUES (1); -- two lines;
CREATE FUNCTION f() RETURNS BIGINT AS $$
	SELECT 1;
$$;
`
	got, err := db.Translate(file, db.SQLite, 0)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"CREATE TABLE a (\n\tid INTEGER PRIMARY KEY, -- BIGINT here;\n\t\"BIGINT\" TEXT DEFAULT 'BOOLEAN;' /* BYTEA; */\n) STRICT",
		"INSERT INTO a (id) VALUES (1)",
		"CREATE FUNCTION f() RETURNS INTEGER AS $$\n\tSELECT 1;\n$$",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("translation:\n%s", diff)
	}
}
