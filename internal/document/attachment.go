package document

import "ketnap/internal/id"

// Attachment is a file kept beside a document: the signed paper as a copy (tệp kèm văn bản). Its content is sealed at rest.
type Attachment struct {
	ID       id.ID
	Document id.ID
	Name     string // of the file as it was sent
	Type     string // media type found in the content, never the one that was claimed
	Size     int
	Sum      []byte // SHA-256 of the content
	At       int64  // unix ms
	By       string
}

// MaxAttachments is how many files a document may have: a limit of this program.
const MaxAttachments = 20
