package present

// Conclusion is verdict.json as the pages of sweep explore show it. What is not known is null there, and
// nil here.
type Conclusion struct {
	Verdict
	Words    []string `json:"words"`
	Warnings []string `json:"warnings"`
	Compared *struct {
		Points  int   `json:"points"`
		Better  []int `json:"better_than_baseline"`
		Count   int   `json:"better_count"`
		Differ  int   `json:"differ_count"`
		Repeats int   `json:"replicates"`
	} `json:"compared"`
	Tied *struct {
		Points []int `json:"points"`
		Count  int   `json:"count"`
	} `json:"tied_with_best"`
	Plateau *struct {
		Best      *float64 `json:"best"`
		Neighbors int      `json:"neighbors"`
		Mean      *float64 `json:"neighbor_mean"`
	} `json:"plateau"`
	Holdout *struct {
		Finalists []struct {
			Point    int         `json:"point"`
			Holdout  *float64    `json:"holdout"`
			Interval [2]*float64 `json:"interval_t_95"`
		} `json:"finalists"`
	} `json:"holdout"`
	Sensitivity *struct {
		Axes []struct {
			Axis  string   `json:"axis"`
			First *float64 `json:"first_order"`
			Total *float64 `json:"total"`
		} `json:"axes"`
	} `json:"sensitivity"`
	Walk *struct {
		Folds  int    `json:"folds"`
		Picked []*int `json:"picked"`
		ByDay  []struct {
			Day      string   `json:"day"`
			Picking  *float64 `json:"net_pnl_picking"`
			Baseline *float64 `json:"net_pnl_baseline"`
		} `json:"by_day"`
		Days      int         `json:"days"`
		Advantage *float64    `json:"advantage"`
		Interval  [2]*float64 `json:"interval_t_95"`
		Distinct  int         `json:"distinct_points"`
	} `json:"walk_forward"`
}

// ReadConclusion reads the verdict of a complete folder.
func ReadConclusion(root string) (*Conclusion, error) {
	var c Conclusion
	return &c, readVerdict(root, &c)
}
