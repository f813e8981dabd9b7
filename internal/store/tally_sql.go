package store

// The columns of table tally follow ledger.Slice; TestTallyColumns holds them together.

const tallyInsert = `INSERT INTO tally (province_id, unit_id, measure, month,
	n, female, minority, religious, youth, occ01, occ02, occ03, occ04, occ05, occ06, occ07a, occ07b, occ07c,
	occ08, occ09, occ10, occ11, occ12, age1, age2, age3, age4, age5, age6, age7, age8, sch1, sch2, sch3, sch4,
	exp1, exp2, exp3, exp4, exp5, exp6, sec1, sec2, sec3, sec4, sec5, sec6, sec7, sec8, sec9, sec10)
	VALUES ` + tallyValues

const tallyValues = `($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
	$25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46,
	$47, $48, $49, $50, $51)`

const tallyConflict = `ON CONFLICT (province_id, unit_id, measure, month) DO UPDATE SET
	n = tally.n + excluded.n, female = tally.female + excluded.female, minority = tally.minority +
	excluded.minority, religious = tally.religious + excluded.religious, youth = tally.youth + excluded.youth,
	occ01 = tally.occ01 + excluded.occ01, occ02 = tally.occ02 + excluded.occ02, occ03 = tally.occ03 +
	excluded.occ03, occ04 = tally.occ04 + excluded.occ04, occ05 = tally.occ05 + excluded.occ05, occ06 =
	tally.occ06 + excluded.occ06, occ07a = tally.occ07a + excluded.occ07a, occ07b = tally.occ07b +
	excluded.occ07b, occ07c = tally.occ07c + excluded.occ07c, occ08 = tally.occ08 + excluded.occ08, occ09 =
	tally.occ09 + excluded.occ09, occ10 = tally.occ10 + excluded.occ10, occ11 = tally.occ11 + excluded.occ11,
	occ12 = tally.occ12 + excluded.occ12, age1 = tally.age1 + excluded.age1, age2 = tally.age2 + excluded.age2,
	age3 = tally.age3 + excluded.age3, age4 = tally.age4 + excluded.age4, age5 = tally.age5 + excluded.age5, age6
	= tally.age6 + excluded.age6, age7 = tally.age7 + excluded.age7, age8 = tally.age8 + excluded.age8, sch1 =
	tally.sch1 + excluded.sch1, sch2 = tally.sch2 + excluded.sch2, sch3 = tally.sch3 + excluded.sch3, sch4 =
	tally.sch4 + excluded.sch4, exp1 = tally.exp1 + excluded.exp1, exp2 = tally.exp2 + excluded.exp2, exp3 =
	tally.exp3 + excluded.exp3, exp4 = tally.exp4 + excluded.exp4, exp5 = tally.exp5 + excluded.exp5, exp6 =
	tally.exp6 + excluded.exp6, sec1 = tally.sec1 + excluded.sec1, sec2 = tally.sec2 + excluded.sec2, sec3 =
	tally.sec3 + excluded.sec3, sec4 = tally.sec4 + excluded.sec4, sec5 = tally.sec5 + excluded.sec5, sec6 =
	tally.sec6 + excluded.sec6, sec7 = tally.sec7 + excluded.sec7, sec8 = tally.sec8 + excluded.sec8, sec9 =
	tally.sec9 + excluded.sec9, sec10 = tally.sec10 + excluded.sec10`

const tallySums = `CAST(SUM(n) AS BIGINT), CAST(SUM(female) AS BIGINT), CAST(SUM(minority) AS BIGINT), CAST(SUM(religious) AS
	BIGINT), CAST(SUM(youth) AS BIGINT), CAST(SUM(occ01) AS BIGINT), CAST(SUM(occ02) AS BIGINT), CAST(SUM(occ03)
	AS BIGINT), CAST(SUM(occ04) AS BIGINT), CAST(SUM(occ05) AS BIGINT), CAST(SUM(occ06) AS BIGINT),
	CAST(SUM(occ07a) AS BIGINT), CAST(SUM(occ07b) AS BIGINT), CAST(SUM(occ07c) AS BIGINT), CAST(SUM(occ08) AS
	BIGINT), CAST(SUM(occ09) AS BIGINT), CAST(SUM(occ10) AS BIGINT), CAST(SUM(occ11) AS BIGINT), CAST(SUM(occ12)
	AS BIGINT), CAST(SUM(age1) AS BIGINT), CAST(SUM(age2) AS BIGINT), CAST(SUM(age3) AS BIGINT), CAST(SUM(age4) AS
	BIGINT), CAST(SUM(age5) AS BIGINT), CAST(SUM(age6) AS BIGINT), CAST(SUM(age7) AS BIGINT), CAST(SUM(age8) AS
	BIGINT), CAST(SUM(sch1) AS BIGINT), CAST(SUM(sch2) AS BIGINT), CAST(SUM(sch3) AS BIGINT), CAST(SUM(sch4) AS
	BIGINT), CAST(SUM(exp1) AS BIGINT), CAST(SUM(exp2) AS BIGINT), CAST(SUM(exp3) AS BIGINT), CAST(SUM(exp4) AS
	BIGINT), CAST(SUM(exp5) AS BIGINT), CAST(SUM(exp6) AS BIGINT), CAST(SUM(sec1) AS BIGINT), CAST(SUM(sec2) AS
	BIGINT), CAST(SUM(sec3) AS BIGINT), CAST(SUM(sec4) AS BIGINT), CAST(SUM(sec5) AS BIGINT), CAST(SUM(sec6) AS
	BIGINT), CAST(SUM(sec7) AS BIGINT), CAST(SUM(sec8) AS BIGINT), CAST(SUM(sec9) AS BIGINT), CAST(SUM(sec10) AS
	BIGINT)`

const tallyColumns = `n, female, minority, religious, youth, occ01, occ02, occ03, occ04, occ05, occ06, occ07a, occ07b, occ07c,
	occ08, occ09, occ10, occ11, occ12, age1, age2, age3, age4, age5, age6, age7, age8, sch1, sch2, sch3, sch4,
	exp1, exp2, exp3, exp4, exp5, exp6, sec1, sec2, sec3, sec4, sec5, sec6, sec7, sec8, sec9, sec10`
