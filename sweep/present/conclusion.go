package present

// Conclusion is of verdict.json what the pages of sweep explore show. What is not known is null there, and
// nil here.
type Conclusion struct {
	Verdict
	Words    []string `json:"words"`
	Warnings []string `json:"warnings"`
	Compared *struct {
		Points int   `json:"points"`
		Better []int `json:"better_than_baseline"`
		Count  int   `json:"better_count"`
	} `json:"compared"`
	Tied *struct {
		Points []int `json:"points"`
		Count  int   `json:"count"`
	} `json:"tied_with_best"`
	Plateau *struct {
		Neighbors int `json:"neighbors"`
	} `json:"plateau"`
	Holdout *struct {
		Finalists []struct {
			Point int `json:"point"`
		} `json:"finalists"`
	} `json:"holdout"`
	Sensitivity *struct{} `json:"sensitivity"`
	Walk        *struct {
		Folds  int    `json:"folds"`
		Picked []*int `json:"picked"`
		ByDay  []struct {
			Day      string   `json:"day"`
			Picking  *float64 `json:"net_pnl_picking"`
			Baseline *float64 `json:"net_pnl_baseline"`
		} `json:"by_day"`
	} `json:"walk_forward"`
}

// ReadConclusion reads the verdict of a complete folder.
func ReadConclusion(root string) (*Conclusion, error) {
	var c Conclusion
	return &c, readVerdict(root, &c)
}
