package quotes

import (
	"fmt"

	"optmm/engine/market"
	"optmm/sweep/text"
)

// compareAll takes days for broken that are not of the form of most.
func (d *Days) compareAll() {
	first := d.usual()
	for i := range d.List {
		day := &d.List[i]
		if day.Broken != "" {
			continue
		}
		switch form := day.form(); {
		case day.Minutes < 2 && len(d.List) > 1:
			day.Broken = "it has a single time, and nothing can be traded in it: rows of an hour or less are needed"
		case form.step != first.step:
			day.Broken = fmt.Sprintf("its rows are %s apart, those of %s %s", text.Count(form.step, "minute"), first.Name, text.Count(first.step, "minute"))
		case form != first.form():
			day.Broken = "it has other columns than " + first.Name
		}
	}
}

// dayForm is what all days of a study have in common.
type dayForm struct {
	facts      market.Fields
	step       int
	chain, put bool
}

func (d *Day) form() dayForm {
	form := dayForm{d.facts, d.step, d.chain, d.put && !d.chain}
	form.facts.Sessions = 0
	return form
}

// usual returns the first day of the form that most have.
func (d *Days) usual() *Day {
	counts := map[dayForm]int{}
	for i := range d.List {
		if d.List[i].Broken == "" {
			counts[d.List[i].form()]++
		}
	}
	usual := d.whole()
	for i := range d.List {
		if day := &d.List[i]; day.Broken == "" && counts[day.form()] > counts[usual.form()] {
			usual = day
		}
	}
	return usual
}
