package sweep

import "fmt"

// describeHalving says what runs on each rung.
func (p *Plan) describeHalving() string {
	stages := p.selection()
	text := ""
	for i := range stages {
		if i > 0 {
			text += ", then "
		}
		text += fmt.Sprintf("%d under %d", stages[i].size, stages[i].end)
	}
	return text
}
