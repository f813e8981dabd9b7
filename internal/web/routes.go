package web

import "ketnap/internal/users"

// routes registers every page of the program.
func (a *App) routes() {
	a.Nav = navigation()

	a.Handle("GET /{$}", a.home, Own())
	a.Handle("GET /dang-nhap", a.signInPage, Public())
	a.Handle("POST /dang-nhap", a.signIn, Public())
	a.Handle("GET /dang-nhap/ma", a.signInStep, Public())
	a.Handle("POST /dang-nhap/ma", a.signInCode, Public())
	a.Handle("POST /dang-nhap/khoa/hoi", a.talk(a.passkeyAsk), Public())
	a.Handle("POST /dang-nhap/khoa", a.talk(a.passkeySignIn), Public())
	a.Handle("POST /dang-nhap/to-chuc", a.ssoLeave(users.ToSignIn), Public())
	a.Handle("GET /dang-nhap/to-chuc/ve", a.ssoReturn, Public())
	a.Handle("GET /moi", a.linkPage, Public())
	a.Handle("POST /moi", a.linkUse, Public())
	a.Handle("POST /dang-xuat", a.signOut, Early(), Own())
	a.accountRoutes()
	a.peopleRoutes()
	a.importRoutes()
	a.planRoutes()
	a.deskRoutes()
	a.dueRoutes()
	a.subjectRoutes()
	a.poolRoutes()
	a.approvalRoutes()
	a.apiRoutes()

	a.Handle("GET /don-vi", a.overview)
	a.Handle("GET /don-vi/{id}", a.pilot)
	a.Handle("GET /don-vi/{id}/ban-do", a.mapPage)
	a.Handle("GET /don-vi/{id}/xlsx", a.pilotXlsx)
}

// peopleRoutes registers people, their movements and dossiers.
func (a *App) peopleRoutes() {
	a.Handle("GET /nguoi", a.people)
	a.Handle("POST /nguoi/cot", a.peopleColumns)
	a.Handle("GET /nguoi/xlsx", a.peopleXlsx, Stream())
	a.Handle("GET /nguoi/them", a.personNew)
	a.Handle("POST /nguoi/them", a.personCreate)
	a.Handle("GET /nguoi/{id}", a.personShow)
	a.Handle("GET /nguoi/{id}/sua", a.personEdit)
	a.Handle("POST /nguoi/{id}/sua", a.personUpdate)
	a.Handle("POST /nguoi/{id}/hien", a.personReveal)
	a.Handle("POST /nguoi/{id}/hoan-tac", a.personUndo)
	a.Handle("GET /nguoi/{id}/bien-dong", a.movementNew)
	a.Handle("POST /nguoi/{id}/bien-dong", a.movementPost)
	a.Handle("GET /nguoi/{id}/ho-so", a.dossierShow)
	a.Handle("GET /nguoi/{id}/ho-so/ghi", a.actNew)
	a.Handle("POST /nguoi/{id}/ho-so/ghi", a.actPost)
	a.Handle("POST /nguoi/{id}/ho-so/huy", a.dossierUndo)
	a.Handle("POST /nguoi/{id}/ho-so/giay", a.dossierPapers)
	a.Handle("GET /nguoi/{id}/ho-so/goi", a.rebaseShow)
	a.Handle("POST /nguoi/{id}/ho-so/goi", a.rebaseDo)
	a.Handle("GET /nguoi/{id}/ban-chup", a.scansShow)
	a.Handle("POST /nguoi/{id}/ban-chup", a.scanAdd, MaxBody(scanBody))
	a.Handle("GET /nguoi/{id}/ban-chup/{scan}", a.scanRead)
	a.Handle("POST /nguoi/{id}/ban-chup/{scan}/bo", a.scanDrop)
	a.Handle("GET /ho-so", a.dossiers)
	a.Handle("GET /bien-dong", a.moves)
	a.Handle("GET /bien-dong/xlsx", a.movesXlsx, Stream())
}

// importRoutes registers imports and the tree of units.
func (a *App) importRoutes() {
	a.Handle("GET /nhap", a.imports)
	a.Handle("POST /nhap", a.importUpload, MaxBody(maxUpload))
	a.Handle("GET /mau-nhap/{kind}", a.importTemplate, Stream())
	a.Handle("GET /nhap/{id}", a.importShow)
	a.Handle("POST /nhap/{id}/ghep", a.importMap)
	a.Handle("POST /nhap/{id}/kiem-tra", a.importDo(a.importCheck))
	a.Handle("POST /nhap/{id}/ghi", a.importDo(a.importCommit))
	a.Handle("POST /nhap/{id}/bo", a.importDo(a.importDiscard))
	a.Handle("POST /nhap/{id}/hoan-tac", a.importUndo)
	a.Handle("GET /nhap/{id}/danh-dau", a.importMarked, Stream())

	a.Handle("GET /to-chuc", a.units)
	a.Handle("GET /to-chuc/tim", a.unitsSearch)
	a.Handle("GET /to-chuc/{id}", a.unit)
	a.Handle("GET /to-chuc/{id}/con", a.unitsBranch)
	a.reorganiseRoutes()
}

// planRoutes registers targets and documents.
func (a *App) planRoutes() {
	a.Handle("GET /chi-tieu", a.targetsPage)
	a.Handle("POST /chi-tieu", a.targetsSet)
	a.Handle("GET /chi-tieu/phan-bo", a.allocate)
	a.Handle("POST /chi-tieu/phan-bo", a.allocate)
	a.Handle("GET /chi-tieu/theo-ky", a.steps)
	a.Handle("POST /chi-tieu/theo-ky", a.stepsSet)
	a.Handle("POST /chi-tieu/mang-sang", a.targetCarry)
	a.Handle("POST /chi-tieu/phat-hien", a.targetSeen)
	a.Handle("GET /phan-cong", a.charges)
	a.Handle("GET /mat-do", a.density)
	a.Handle("POST /mat-do", a.densityPut)
	a.Handle("POST /phan-cong", a.chargePut)
	a.Handle("POST /phan-cong/bo", a.chargeDrop)

	a.Handle("GET /nhat-ky", a.trail)
	a.Handle("GET /van-ban", a.documents)
	a.Handle("GET /van-ban/them", a.documentNew)
	a.Handle("POST /van-ban/them", a.documentCreate, MaxBody(documentBody))
	a.Handle("GET /van-ban/{id}", a.document)
	a.Handle("GET /van-ban/{id}/sua", a.documentEdit)
	a.Handle("POST /van-ban/{id}/sua", a.documentUpdate, MaxBody(documentBody))
	a.Handle("POST /van-ban/{id}/so-lieu", a.figureConfirm)
	a.Handle("POST /van-ban/{id}/bo-qua", a.figureAside)
	a.Handle("POST /van-ban/{id}/bo-so-lieu", a.figureDrop)
	a.Handle("POST /van-ban/{id}/lien-ket", a.documentLink)
	a.Handle("POST /van-ban/{id}/phat-hien", a.findingSeen)
	a.Handle("POST /van-ban/{id}/tep", a.documentAttach, MaxBody(scanBody))
	a.Handle("GET /van-ban/{id}/tep/{tep}", a.documentFile)
	a.Handle("POST /van-ban/{id}/tep/{tep}/bo", a.documentDetach)
	a.Handle("GET /vuong-mac", a.obstacles)
	a.Handle("POST /vuong-mac", a.obstaclePut)
	a.Handle("POST /vuong-mac/dong", a.obstacleClose)
	a.Handle("GET /chi-so", a.indicators)
	a.Handle("POST /chi-so", a.indicatorAdd)
}

// deskRoutes registers rules, forms and the accounts of others.
func (a *App) deskRoutes() {
	a.Handle("GET /quy-tac", a.rulesPage)
	a.Handle("GET /quy-tac/{ref}", a.rulePack)
	a.Handle("GET /quy-tac/so-sanh", a.rulesDiff)
	a.Handle("GET /quy-tac/thu", a.rulesTry)
	a.Handle("GET /quy-tac/de-nghi", a.ruleProposals)
	a.Handle("POST /quy-tac/de-nghi", a.rulePropose)
	a.Handle("GET /quy-tac/de-nghi/{id}", a.ruleProposal)
	a.Handle("POST /quy-tac/de-nghi/{id}", a.ruleDecide)
	a.Handle("GET /quy-tac/ngay-nghi", a.ruleHolidays)
	a.Handle("POST /quy-tac/ngay-nghi", a.ruleHolidayPut)
	a.Handle("GET /quy-tac/bo-sung", a.ruleLocals)
	a.Handle("POST /quy-tac/bo-sung", a.ruleLocalPut)

	a.Handle("GET /bieu-mau", a.formsPage)
	a.Handle("GET /bieu-mau/truong", a.formFields)
	a.Handle("GET /bieu-mau/{code}", a.formPage)
	a.Handle("POST /bieu-mau/{code}", a.formUpload, MaxBody(maxTemplate))
	a.Handle("GET /bieu-mau/{code}/trong", a.formBlank)
	a.Handle("GET /bieu-mau/{code}/mau", a.formTemplate)
	a.Handle("POST /bieu-mau/{code}/khoi-phuc", a.formRestore)
	a.Handle("GET /nguoi/{id}/bieu-mau", a.personForms)
	a.Handle("POST /nguoi/{id}/bieu-mau", a.personPrint)

	a.Handle("GET /quan-tri", a.usersPage)
	a.Handle("POST /quan-tri/nguoi-dung", a.proven("/quan-tri", a.userCreate))
	a.Handle("POST /quan-tri/nguoi-dung/{id}/khoa", a.proven("/quan-tri", a.userActive))
	a.Handle("POST /quan-tri/nguoi-dung/{id}/moi", a.proven("/quan-tri", a.userLink(a.Users.Invite)))
	a.Handle("POST /quan-tri/nguoi-dung/{id}/dat-lai", a.proven("/quan-tri", a.userLink(a.Users.Reset)))
}

// accountRoutes registers the pages of somebody's own account. They are open to who has yet to set up how they sign in.
func (a *App) accountRoutes() {
	a.Handle("GET /tai-khoan", a.accountPage, Early(), Own())
	a.Handle("POST /tai-khoan", a.accountPassword, Early(), Own())
	a.Handle("POST /tai-khoan/khoa/hoi", a.talk(a.passkeyNewAsk), Early(), Own())
	a.Handle("POST /tai-khoan/khoa", a.talk(a.passkeyNew), Early(), Own())
	a.Handle("POST /tai-khoan/khoa/{id}/bo", a.accountDo("user.passkey_dropped", a.passkeyDrop), Own())
	a.Handle("POST /tai-khoan/ma", a.accountDo("user.code_begun", a.codeNew), Early(), Own())
	a.Handle("GET /tai-khoan/ma.png", a.codePicture, Early(), Own())
	a.Handle("POST /tai-khoan/ma/xac-nhan", a.codeConfirm, Early(), Own())
	a.Handle("POST /tai-khoan/ma/bo", a.accountDo("user.code_dropped", a.codeDrop), Own())
	a.Handle("POST /tai-khoan/khoi-phuc", a.recoveryNew, Own())
	a.Handle("POST /tai-khoan/to-chuc", a.ssoLeave(users.ToBind), Early(), Own())
	a.Handle("POST /tai-khoan/to-chuc/bo", a.accountDo("sso.unbind_done", a.ssoUnbind), Own())
	a.Handle("POST /tai-khoan/phien/{name}/ket-thuc", a.accountDo("user.session_ended", a.sessionEnd), Own())
	a.Handle("POST /tai-khoan/phien", a.accountDo("user.sessions_ended", a.sessionsEnd), Own())
	a.Handle("POST /tai-khoan/uy-quyen", a.accountDo("user.lent", a.lend))
	a.Handle("POST /tai-khoan/uy-quyen/bo", a.accountDo("user.taken_back", a.takeBack))
	a.Handle("POST /tai-khoan/ma-truy-cap", a.proven("/tai-khoan", a.tokenMake))
	a.Handle("POST /tai-khoan/ma-truy-cap/{ref}/bo", a.accountDo("token.revoked", a.tokenRevoke))
	a.Handle("GET /xac-nhan", a.provePage, Own())
	a.Handle("POST /xac-nhan", a.prove, Own())
	a.Handle("POST /xac-nhan/to-chuc", a.ssoLeave(users.ToProve), Own())
	a.Handle("POST /xac-nhan/khoa/hoi", a.talk(a.proveAsk), Own())
	a.Handle("POST /xac-nhan/khoa", a.talk(a.provePasskey), Own())
}

// dueRoutes registers the pages of what is due.
func (a *App) dueRoutes() {
	a.Handle("GET /hom-nay", a.today)
	a.Handle("POST /hom-nay/lich", a.feedMake)
	a.Handle("POST /hom-nay/lich/huy", a.feedDrop)
	a.Handle("POST /hom-nay/thu", a.mailSet)
	a.Handle("GET /viec", a.work)
	a.Handle("GET /viec/xlsx", a.workXlsx, Stream())
	a.Handle("POST /viec/luu", a.workSave)
	a.Handle("POST /viec/luu/{id}/xoa", a.workUnsave)
	a.Handle("POST /viec/mien", a.waiveAsk)
	a.Handle("POST /viec/mien/ghi", a.waiveDo)
	a.Handle("GET /lich", a.monthShow)
	a.Handle("GET /lich/{token}", a.feedShow, Public())
}

// subjectRoutes registers the rights of people about their own data.
func (a *App) subjectRoutes() {
	a.Handle("GET /du-lieu", a.privacy)
	a.Handle("GET /du-lieu/danh-gia", a.privacyKit)
	a.Handle("GET /du-lieu/luu-tru", a.retention)
	a.Handle("POST /du-lieu/luu-tru", a.retentionErase)
	a.Handle("GET /yeu-cau", a.requests)
	a.Handle("GET /yeu-cau/{id}", a.requestShow)
	a.Handle("POST /yeu-cau/{id}", a.requestDecide)
	a.Handle("GET /nguoi/{id}/du-lieu", a.personSide)
	a.Handle("POST /nguoi/{id}/du-lieu", a.personOwn)
	a.Handle("POST /nguoi/{id}/yeu-cau", a.requestReceive)
	a.Handle("POST /nguoi/{id}/tai-khoan", a.personAccount)
	a.Handle("GET /cua-toi", a.own(a.self), Own())
	a.Handle("POST /cua-toi/ban-sao", a.own(a.proven(selfHref, a.selfCopy)), Own())
	a.Handle("POST /cua-toi/yeu-cau", a.own(a.selfAsk), Own())
	a.Handle("GET /cua-toi/mau/{code}", a.own(a.selfBlank), Own())
}

// approvalRoutes registers acts that take two persons.
func (a *App) approvalRoutes() {
	a.Handle("GET /phe-duyet", a.approvals)
	a.Handle("POST /phe-duyet", a.approvalSubmit)
	a.Handle("GET /phe-duyet/quy-dinh", a.approvalGuards)
	a.Handle("POST /phe-duyet/quy-dinh", a.proven("/phe-duyet/quy-dinh", a.approvalSetGuards))
	a.Handle("GET /phe-duyet/{id}", a.approvalShow)
	a.Handle("POST /phe-duyet/{id}", a.approvalDecide)
}
