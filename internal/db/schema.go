package db

import (
	"context"
	"fmt"
	"strings"
)

// Schema describes all tables, columns, keys, checks and indexes of the
// database as text: one item per line, sorted, without comments or spacing of
// the source. Equal schemas give equal text on the same engine, so it can be
// kept beside the migrations and compared.
func (d *DB) Schema(ctx context.Context) (string, error) {
	var b strings.Builder
	err := d.View(ctx, func(tx *Tx) error {
		b.Reset()
		if d.Engine() == SQLite {
			return sqliteSchema(ctx, tx, &b)
		}
		return postgresSchema(ctx, tx, &b)
	})
	return b.String(), err
}

func sqliteSchema(ctx context.Context, tx *Tx, b *strings.Builder) error {
	const q = `
		SELECT sql FROM sqlite_schema
		WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*'
		ORDER BY tbl_name, type <> 'table', type, name`
	return tx.Each(ctx, q, nil, func(s Scanner) error {
		var sql string
		if err := s.Scan(&sql); err != nil {
			return err
		}
		b.WriteString(normalSQL(sql))
		return nil
	})
}

// normalSQL strips comments and spacing from a CREATE statement and puts each
// column and constraint of a table on its own line.
func normalSQL(sql string) string {
	var b strings.Builder
	depth, space := 0, false
	table := createTable.MatchString(sql)
	for i := 0; i < len(sql); {
		end := skipQuoted(sql, i)
		switch {
		case end > i && (sql[i] == '-' || sql[i] == '/'):
			space = true
		case end > i:
			pad(&b, &space, sql[i])
			b.WriteString(sql[i:end])
		case strings.IndexByte(" \t\r\n", sql[i]) >= 0:
			end, space = i+1, true
		default:
			end = i + 1
			switch sql[i] {
			case '(':
				depth++
			case ')':
				if depth--; table && depth == 0 {
					b.WriteByte('\n')
				}
			}
			pad(&b, &space, sql[i])
			b.WriteByte(sql[i])
			if table && depth == 1 && (sql[i] == '(' || sql[i] == ',') {
				b.WriteString("\n\t")
				space = false
			}
		}
		i = end
	}
	return b.String() + "\n"
}

// pad writes one space where the source had any, except inside brackets and
// before a comma.
func pad(b *strings.Builder, space *bool, next byte) {
	s := b.String()
	if *space && s != "" && next != ',' && next != ')' && !strings.HasSuffix(s, "(") && !strings.HasSuffix(s, "\t") {
		b.WriteByte(' ')
	}
	*space = false
}

// postgresSchema leaves out what partitions take over from their table.
func postgresSchema(ctx context.Context, tx *Tx, b *strings.Builder) error {
	const q = `
		SELECT item FROM (
			SELECT c.relname AS rel, 0 AS kind, 0 AS num,
				'table ' || c.relname || COALESCE(' ' || pg_get_partkeydef(c.oid), '')
					|| COALESCE(' partition ' || pg_get_expr(c.relpartbound, c.oid), '') AS item
			FROM pg_class c
			WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
			UNION ALL
			SELECT c.relname, 1, a.attnum,
				E'\t' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
					|| COALESCE(' COLLATE ' || quote_ident(l.collname), '')
					|| CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
					|| COALESCE(CASE WHEN a.attgenerated = 's' THEN ' GENERATED ' ELSE ' DEFAULT ' END
						|| pg_get_expr(f.adbin, f.adrelid), '')
			FROM pg_class c
			JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			LEFT JOIN pg_attrdef f ON f.adrelid = c.oid AND f.adnum = a.attnum
			LEFT JOIN pg_collation l ON l.oid = a.attcollation AND l.collname <> 'default'
			WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			UNION ALL
			SELECT c.relname, 2, 0, E'\t' || k.conname || ' ' || pg_get_constraintdef(k.oid)
			FROM pg_class c
			JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'c') AND k.conparentid = 0
			WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			UNION ALL
			SELECT c.relname, 3, 0, pg_get_indexdef(x.indexrelid)
			FROM pg_class c
			JOIN pg_index x ON x.indrelid = c.oid
			WHERE c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition
				AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.conrelid = c.oid)
		) AS items
		ORDER BY rel COLLATE "C", kind, num, item COLLATE "C"`
	return tx.Each(ctx, q, nil, func(s Scanner) error {
		var item string
		if err := s.Scan(&item); err != nil {
			return err
		}
		_, err := fmt.Fprintln(b, item)
		return err
	})
}
