package rule

import "ketnap/internal/day"

// Facts are what the checks of a pack may look at: values alone, gathered by a service before an act
// is recorded. The names in tags are those used in the conditions of packs. A date is yyyymmdd, 0 when
// it is not known; a list is empty when nothing was recorded.
type Facts struct {
	Step        string         `cel:"step"` // the act under examination, a code of package dossier
	On          day.Date       `cel:"on"`   // the day it takes place
	Today       day.Date       `cel:"today"`
	Person      PersonFacts    `cel:"person"`
	Cell        UnitFacts      `cel:"cell"`      // chi bộ of the person
	Section     UnitFacts      `cel:"section"`   // đảng bộ bộ phận between cell and grassroots committee; Known false when there is none
	Committee   UnitFacts      `cel:"committee"` // đảng ủy cơ sở; Known false when the cell is itself a grassroots organisation
	Decider     UnitFacts      `cel:"decider"`   // the unit that decides by the powers dated on the tree
	Cert        CertFacts      `cel:"cert"`      // of the awareness course
	Course      CertFacts      `cel:"course"`    // of the new members' course
	Route       string         `cel:"route"`     // a: two members, b: Youth Union and a member, c: trade union and a member
	Introducers []MemberFacts  `cel:"introducers"`
	Helper      MemberFacts    `cel:"helper"`
	Helpers     int            `cel:"helpers"` // đảng viên giúp đỡ assigned
	Vote        VoteFacts      `cel:"vote"`
	Relatives   RelativeFacts  `cel:"relatives"`
	Opinions    int            `cel:"opinions"`    // bodies that gave an opinion
	OpinionsOf  []string       `cel:"opinions_of"` // which kinds of them: residence, front, superior, protection …
	Special     SpecialFacts   `cel:"special"`
	Penalty     string         `cel:"penalty"` // form of the discipline that is recorded
	Readmit     ReadmitFacts   `cel:"readmit"`
	Consent     bool           `cel:"consent"` // written consent of the province's standing committee is recorded
	FailedVotes int            `cel:"failed_votes"`
	Dates       map[string]int `cel:"dates"`  // day of the last standing act of each step, by code; a step not done is absent
	Papers      map[string]int `cel:"papers"` // day each paper was made, by its code; 0 there but undated
	No          string         `cel:"no"`     // number of the paper the act rests on
	PaperDate   day.Date       `cel:"paper_date"`
	Cited       string         `cel:"cited"`    // what the paper names as its grounds, as it was written
	Until       day.Date       `cel:"until"`    // the later day the level above agreed to; 0 none
	Accepted    []string       `cel:"accepted"` // warnings somebody chose to go on with
}

// PersonFacts are of the person the dossier is about.
type PersonFacts struct {
	Birth      day.Date `cel:"birth"`
	Schooling  int      `cel:"schooling"` // 1 reads and writes, 2 primary, 3 lower secondary, 4 upper secondary; 0 unknown
	Youth      bool     `cel:"youth"`     // đoàn viên
	Union      bool     `cel:"union"`     // đoàn viên công đoàn
	Minority   bool     `cel:"minority"`
	Occupation int      `cel:"occupation"`
	HardArea   bool     `cel:"hard_area"` // vùng đặc biệt khó khăn, biên giới, hải đảo: a dated tag of the unit
	Owner      bool     `cel:"owner"`     // chủ doanh nghiệp tư nhân
	Hoa        bool     `cel:"hoa"`       // dân tộc Hoa
	Religious  bool     `cel:"religious"` // theo một tôn giáo
	Stage      string   `cel:"stage"`     // a code of package ledger
	Live       int      `cel:"live"`      // dossiers of the same person that are not closed
}

// UnitFacts are of one unit on the day of the act.
type UnitFacts struct {
	Known     bool   `cel:"known"`
	ID        int64  `cel:"id"`
	Kind      string `cel:"kind"`
	Power     string `cel:"power"`     // who decides there: "", committee, standing (dated attribute of the unit)
	Officials int    `cel:"officials"` // official members
	Youth     bool   `cel:"youth"`     // has a Youth Union unit
	Union     bool   `cel:"union"`     // has a trade union unit
}

// MemberFacts are of a member who introduces or helps.
type MemberFacts struct {
	Known    bool     `cel:"known"`
	ID       int64    `cel:"id"`
	Official bool     `cel:"official"`
	Since    day.Date `cel:"since"` // works, studies or lives together with the person since
	SameUnit bool     `cel:"same_unit"`
	Self     bool     `cel:"self"`    // is the person of the dossier
	Helping  int      `cel:"helping"` // other people they help now
}

// CertFacts are of a certificate.
type CertFacts struct {
	Known   bool     `cel:"known"`
	Issued  day.Date `cel:"issued"`
	Expires day.Date `cel:"expires"` // last day of validity by the pack; 0 none
}

// VoteFacts are the seven figures of a vote (biểu quyết).
type VoteFacts struct {
	Known     bool `cel:"known"`
	Officials int  `cel:"officials"` // đảng viên chính thức, or members of the committee
	Excluded  int  `cel:"excluded"`  // of them excused by the regulation and absent
	Summoned  int  `cel:"summoned"`  // triệu tập
	Present   int  `cel:"present"`   // có mặt
	Issued    int  `cel:"issued"`    // phiếu phát ra
	Valid     int  `cel:"valid"`     // phiếu hợp lệ
	For       int  `cel:"for"`       // tán thành
}

// RelativeFacts count the verification of relatives (thẩm tra lý lịch).
type RelativeFacts struct {
	Total    int `cel:"total"`
	Exempt   int `cel:"exempt"` // members with complete declarations
	Asked    int `cel:"asked"`  // requests sent
	Answered int `cel:"answered"`
	Unproven int `cel:"unproven"` // exempt without a member's record behind it
	Abroad   int `cel:"abroad"`   // of those asked about: abroad
}

// ReadmitFacts are of a person who was a member before.
type ReadmitFacts struct {
	Before bool     `cel:"before"` // was a member
	Left   day.Date `cel:"left"`
	Times  int      `cel:"times"` // readmissions so far
	Cause  string   `cel:"cause"` // by which the membership ended: as declared, else as the ledger has it
	// Cleared is the day the criminal record was cleared (xóa án tích), 0 not known.
	Cleared day.Date `cel:"cleared"`
}

// SpecialFacts are what the applicant declared that is considered under rules of its own.
type SpecialFacts struct {
	Declared      bool     `cel:"declared"` // the questions were answered
	ForeignSpouse bool     `cel:"foreign_spouse"`
	Abroad        bool     `cel:"abroad"` // near relatives live abroad
	Political     bool     `cel:"political"`
	Assigned      bool     `cel:"assigned"`   // the level above told this cell to make the dossier
	Discipline    string   `cel:"discipline"` // pending, standing, or none
	Child         int      `cel:"child"`      // which child breached the population policy
	ChildBorn     day.Date `cel:"child_born"`
}
