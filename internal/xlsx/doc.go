// Package xlsx reads and writes tables: Excel workbooks (.xlsx) and CSV text.
// It belongs to the ground floor and knows nothing of the domain: it hands out
// rows of cells and takes rows of values.
//
// Reading streams. A sheet is inflated twice: once to prove that it is whole
// (length, checksum) and to collect its merged areas, which the format stores
// behind the rows, and once to hand out the rows. So a damaged sheet yields an
// error before its first row, and memory stays the same for ten rows and for
// three hundred thousand; only the shared strings of the workbook are kept.
//
// Every file is taken for hostile. Sizes an archive declares are used to refuse
// it, never to accept it: what is inflated is counted as it comes out, and
// entries, ratio, depth, rows, columns, text lengths and merged areas all have
// bounds (Limits). A refusal is a *fault.Error of kind Invalid with a key
// "xlsx.*" whose sentence tells the user how to mend the file.
//
// Writing streams as well. Text is always written as an inline string, so what
// a user typed ("=1+1") cannot become a formula.
package xlsx
