package demo

import (
	"context"
	"fmt"
	"slices"

	"ketnap/internal/day"
	"ketnap/internal/dossier"
	"ketnap/internal/fault"
	"ketnap/internal/handover"
	"ketnap/internal/handovers"
	"ketnap/internal/id"
	"ketnap/internal/ledger"
	"ketnap/internal/org"
	"ketnap/internal/pool"
	"ketnap/internal/store"
)

// offer is one invented hand-over of somebody in the pool.
type offer struct {
	ago    int // days since it was made
	known  bool
	reason string
	place  string
	note   string
	answer handover.State
}

var offers = []offer{
	{ago: 47, reason: "school", place: "Thi đỗ đại học, đi học ở Hà Nội, chưa rõ chi bộ của trường", note: "Đã qua ba quý nhận xét tốt, đề nghị tiếp tục bồi dưỡng"},
	{ago: 19, reason: "work", place: "Làm công nhân ở khu công nghiệp, nhà trọ thay đổi", note: "Gia đình vẫn ở địa phương"},
	{ago: 4, known: true, reason: "home", note: "Lập gia đình, chuyển về nơi ở mới"},
	{ago: 30, known: true, reason: "work", note: "Chuyển nơi làm việc trong phường", answer: handover.Accepted},
	{ago: 26, known: true, reason: "home", note: "Chuyển nơi ở", answer: handover.Refused},
}

// offer lets people of the pool go from unit to unit: some nobody has taken yet, one accepted, one refused.
func (l *liver) offer(ctx context.Context, seats []seat) error {
	sv := handovers.New(l.st)
	for n, o := range offers {
		from, to := seats[(n*3+1)%len(seats)], seats[(n*3+4)%len(seats)]
		p, err := l.enrol(ctx, from, l.k.today.AddDays(-o.ago-240))
		if err != nil {
			return err
		}
		adopt := l.k.today.AddDays(-o.ago - 220)
		c, err := l.cast(ctx, from.u, map[dossier.Step]day.Date{dossier.Adopt: adopt})
		if err != nil {
			return err
		}
		if err := l.act(ctx, l.form(p, c, dossier.Adopt, adopt)); err != nil {
			return err
		}
		f := handovers.Form{Person: p, Place: o.place, Reason: o.reason, On: l.k.today.AddDays(-o.ago), Note: o.note}
		if o.known && to.u.ID != from.u.ID {
			f.To = to.u.ID.String()
		}
		made, err := sv.Offer(ctx, l.who, f)
		if err != nil {
			return fmt.Errorf("offer %d: %w", n+1, err)
		}
		switch {
		case f.To == "":
		case o.answer == handover.Accepted:
			err = sv.Accept(ctx, l.who, made, 0, l.k.today.AddDays(-o.ago+9))
			l.moved++
		case o.answer == handover.Refused:
			err = sv.Refuse(ctx, l.who, made, "Người này đã đi làm ăn xa, không ở địa bàn; đề nghị nơi giao xác minh lại")
		}
		if err != nil {
			return fmt.Errorf("offer %d: %w", n+1, err)
		}
	}
	return nil
}

// remarks are what helpers write at the end of a quarter.
var remarks = []string{
	"Tham gia đầy đủ các buổi sinh hoạt, nhiệt tình trong phong trào của chi đoàn; cần mạnh dạn phát biểu hơn",
	"Hoàn thành nhiệm vụ được giao, quan hệ tốt với nhân dân nơi cư trú; tiếp tục theo dõi, giúp đỡ",
	"Có tiến bộ rõ so với quý trước, chấp hành tốt chủ trương của địa phương",
	"Bận việc gia đình nên tham gia chưa đều, đã trao đổi và cam kết khắc phục",
}

var tasks = []string{
	"Tham gia tổ công nghệ số cộng đồng, hướng dẫn bà con cài đặt định danh điện tử",
	"Phụ trách tổ tự quản vệ sinh môi trường tháng này",
	"Chuẩn bị nội dung sinh hoạt chi đoàn quý này",
}

// help writes down what cells and helpers did for the people of the pool: who helps, a review at the beginning of
// every year, the remarks of the quarters that are over. For a few the last of it is some weeks late.
func (l *liver) help(ctx context.Context, unit id.ID) error {
	casts := map[id.ID]cast{}
	for _, stage := range []ledger.Stage{ledger.Pool, ledger.Certified, ledger.Dossier} {
		ps, err := l.at(ctx, unit, stage)
		if err != nil {
			return err
		}
		for n, p := range ps {
			if p.PoolOn == 0 {
				continue
			}
			c, known := casts[p.LastUnit]
			if !known {
				if c, err = l.cast(ctx, org.Unit{ID: p.LastUnit}, nil); err != nil {
					return err
				}
				casts[p.LastUnit] = c
			}
			if err := l.st.View(ctx, func(tx *store.Tx) error {
				d, _, err := tx.DossierOf(p.ID)
				if d.Helper != 0 {
					c.old = nil // the resolution that took them into the pool named one
				}
				return err
			}); err != nil {
				return err
			}
			if err := l.helped(ctx, p.ID, p.PoolOn, c, n); err != nil {
				return fmt.Errorf("remarks: %w", err)
			}
		}
	}
	return nil
}

// helped records the helper, the reviews and the remarks of one person, in the order of their days.
func (l *liver) helped(ctx context.Context, p id.ID, since day.Date, c cast, n int) error {
	type deed struct {
		on   day.Date
		step dossier.Step
		n    int
	}
	var deeds []deed
	yesterday := l.k.today.AddDays(-1)
	if len(c.old) > 0 && n%12 != 7 { // one in twelve waits for a helper: the list of them is not empty
		deeds = append(deeds, deed{min(since.AddDays(6+n%9), yesterday), dossier.Help, n})
	}
	last, late := since, day.None
	if n%9 == 4 { // this year's review is late by weeks: the one before was a year and some weeks ago
		late = l.k.today.AddMonths(-12).AddDays(-8 - n%20)
	}
	for y := since.Year() + 1; y <= l.k.today.Year(); y++ {
		on := day.Of(y, 1, 12+n%9)
		if late != day.None && on > late {
			break
		}
		if on >= last.AddMonths(12) {
			on = last.AddMonths(12).AddDays(-7) // the beginning of the year would be too late
		}
		if on > last && on <= yesterday {
			deeds, last = append(deeds, deed{on, dossier.Review, n}), on
		}
	}
	if late != day.None && late > last {
		deeds = append(deeds, deed{late, dossier.Review, n})
	}
	quarter := pool.QuarterStart(l.k.today)
	for back := 3; back >= 0; back-- {
		start := quarter.AddMonths(-3 * back)
		on := min(start.AddDays(80-n%9), yesterday)
		if since >= start || on < start || n%8 == 2 && back < 2 || back == 0 && n%3 != 0 {
			continue
		}
		deeds = append(deeds, deed{on, dossier.Remark, n + back})
		if back == 2 && n%3 == 1 {
			deeds = append(deeds, deed{on.AddDays(3), dossier.Task, n})
		}
	}
	slices.SortStableFunc(deeds, func(a, b deed) int { return int(a.on - b.on) })
	for _, x := range deeds {
		if err := l.aside(ctx, x.step, p, x.on, c, x.n); err != nil {
			return err
		}
	}
	return nil
}

// aside records an act beside the chain; who has gone on meanwhile has none.
func (l *liver) aside(ctx context.Context, s dossier.Step, p id.ID, on day.Date, c cast, n int) error {
	f := l.form(p, c, s, on)
	switch s {
	case dossier.Help:
		f.No, f.Dated = fmt.Sprintf("%02d-NQ/CB", 1+n%12), on
		f.Details.Helper, f.Details.HelperPaper = c.old[n%len(c.old)].ID, f.No
	case dossier.Remark:
		f.Details.Quarter, f.Details.Text = pool.Quarter(on), remarks[n%len(remarks)]
	case dossier.Task:
		f.Details.Text = tasks[n%len(tasks)]
	case dossier.Review:
		f.No, f.Dated = fmt.Sprintf("%02d-NQ/CB", 1+n%12), on
	}
	err := l.act(ctx, f)
	if fault.KindOf(err) == fault.Conflict || fault.KindOf(err) == fault.Invalid {
		return nil
	}
	return err
}
