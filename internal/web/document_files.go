package web

import (
	"net/http"
	"time"

	"ketnap/internal/day"
	"ketnap/internal/document"
	"ketnap/internal/fault"
	"ketnap/internal/id"
)

// fileRow is a file kept beside a document.
type fileRow struct {
	Href, Drop, Name, Size, At, By string
	Reason                         Field
}

// files lists the files kept beside the document.
func (p *documentPage) files(list []document.Attachment) {
	for _, f := range list {
		row := fileRow{Href: documentHref(f.Document) + "/tep/" + f.ID.String(), Name: f.Name, By: f.By,
			Size: p.T("scan.kb", p.Num((f.Size+1023)/1024)), At: p.words.Time(time.UnixMilli(f.At).In(day.Vietnam))}
		row.Drop = row.Href + "/bo"
		row.Reason = p.Field("reason", p.T("scan.drop_reason"), "", nil).Must()
		row.Reason.Of = f.ID.String()
		p.Files = append(p.Files, row)
	}
}

// documentAttach keeps a file beside a document: POST /van-ban/{id}/tep.
func (a *App) documentAttach(w http.ResponseWriter, r *http.Request) error {
	doc := id.Parse(r.PathValue("id"))
	name, data, status, err := readUpload(r)
	if err == nil {
		f, failed := a.Documents.Attach(r.Context(), a.actor(r), doc, name, data)
		if err = failed; err == nil {
			a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "document.title").T("document.file_added", f.Name)})
			http.Redirect(w, r, documentHref(doc)+"#tep", http.StatusSeeOther)
			return nil
		}
		status = statusOf[fault.KindOf(err)]
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return a.renderDocument(w, r, status, nil, err)
	}
	return err
}

// documentFile sends a file of a document: GET /van-ban/{id}/tep/{tep}.
func (a *App) documentFile(w http.ResponseWriter, r *http.Request) error {
	f, data, err := a.Documents.Attachment(r.Context(), a.actor(r), id.Parse(r.PathValue("id")), id.Parse(r.PathValue("tep")))
	if err != nil {
		return err
	}
	return sendUpload(w, f.Name, f.Type, data)
}

// documentDetach takes a file away: POST /van-ban/{id}/tep/{tep}/bo.
func (a *App) documentDetach(w http.ResponseWriter, r *http.Request) error {
	doc := id.Parse(r.PathValue("id"))
	err := a.Documents.Detach(r.Context(), a.actor(r), doc, id.Parse(r.PathValue("tep")), r.PostFormValue("reason"))
	if fault.Is(err, fault.Invalid) {
		return a.renderDocument(w, r, http.StatusUnprocessableEntity, nil, err)
	}
	if err != nil {
		return err
	}
	a.Flash(w, Notice{Kind: Done, Text: a.Base(r, "document.title").T("document.file_dropped")})
	http.Redirect(w, r, documentHref(doc)+"#tep", http.StatusSeeOther)
	return nil
}
