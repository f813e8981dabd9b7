package web

// poolRoutes registers the pages of the pool, of hand-overs and of courses.
func (a *App) poolRoutes() {
	a.Handle("GET /nguon", a.pool)
	a.Handle("POST /nguon", a.poolResolve)
	a.Handle("GET /nguon/in", a.poolPrint)
	a.Handle("GET /nguon/xlsx", a.poolXlsx, Stream())

	a.Handle("GET /lop", a.courses)
	a.Handle("GET /lop/moi", a.courseNew)
	a.Handle("POST /lop/moi", a.courseCreate)
	a.Handle("GET /lop/{id}", a.coursePage)
	a.Handle("GET /lop/{id}/sua", a.courseEdit)
	a.Handle("POST /lop/{id}/sua", a.courseUpdate)
	a.Handle("POST /lop/{id}/huy", a.courseCancel)
	a.Handle("GET /lop/{id}/moi-hoc", a.courseCandidates)
	a.Handle("POST /lop/{id}/moi-hoc", a.courseInvite)
	a.Handle("POST /lop/{id}/bo", a.courseRemove)
	a.Handle("POST /lop/{id}/ghi", a.courseRecord)
	a.Handle("POST /lop/{id}/co-mat", a.coursePresent)
	a.Handle("POST /lop/{id}/danh-so", a.courseNumber)
	a.Handle("GET /lop/{id}/cap", a.courseCertify)
	a.Handle("POST /lop/{id}/cap", a.courseIssue)
	a.Handle("GET /lop/ke-hoach", a.coursePlan)
	a.Handle("GET /lop/nguoi", a.coursePeople)
	a.Handle("GET /lop/{id}/in", a.coursePrint)
	a.Handle("GET /lop/{id}/xlsx", a.courseXlsx, Stream())
	a.Handle("GET /ban-giao", a.handovers)
	a.Handle("GET /ban-giao/moi", a.handoverNew)
	a.Handle("POST /ban-giao/moi", a.handoverOffer)
	a.Handle("GET /ban-giao/{id}", a.handoverShow)
	a.Handle("POST /ban-giao/{id}/{viec}", a.handoverAct)
}
