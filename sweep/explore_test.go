package sweep

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	neturl "net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"optmm/engine/account"
	"optmm/sweep/execute"
	"optmm/sweep/explore"
	"optmm/sweep/store"
	"optmm/sweep/tables"
	"optmm/sweep/text"
)

// explored serves the studies below a folder as sweep explore does at an address of this machine.
func explored(t *testing.T, root, token string) *httptest.Server {
	t.Helper()
	pages := httptest.NewUnstartedServer(nil)
	server, err := explore.New(explore.Options{Root: root, Token: token}, pages.Listener.Addr())
	if err != nil {
		t.Fatal(err)
	}
	pages.Config = server.HTTP()
	pages.Start()
	t.Cleanup(pages.Close)
	return pages
}

// exploredStudy serves a study by itself, and returns the address of its page.
func exploredStudy(t *testing.T, root string) string {
	t.Helper()
	pages := explored(t, root, "")
	_, header, _ := got(t, pages.URL+"/", nil)
	return pages.URL + header.Get("Location")
}

// got is what a server answers.
func got(t *testing.T, url string, change func(*http.Request)) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(request)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(body)
}

var studyLink = regexp.MustCompile(`/s/[0-9a-f]{12}`)

// factsOf reads what the page of a study or a run knows before it has read a column.
func factsOf(t *testing.T, page string, to any) {
	t.Helper()
	_, facts, found := strings.Cut(page, `<script type="application/json" id="facts">`)
	facts, _, _ = strings.Cut(facts, "</script>")
	if err := json.Unmarshal([]byte(facts), to); !found || err != nil {
		t.Fatalf("facts: %v in %.300s", err, facts)
	}
}

// mustGet is the answer to a request that succeeds.
func mustGet(t *testing.T, url string) string {
	t.Helper()
	status, _, body := got(t, url, nil)
	if status != http.StatusOK {
		t.Fatalf("%s: status %d: %.500s", url, status, body)
	}
	return body
}

// mustDecode is the JSON that a request is answered with.
func mustDecode(t *testing.T, url string, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(mustGet(t, url)), to); err != nil {
		t.Fatalf("%s: %v", url, err)
	}
}

// What the list and the page of a study show, and that nothing is written.
func TestExploreShowsAStudy(t *testing.T) {
	above := t.TempDir()
	root := filepath.Join(above, "one")
	if _, err := runStudy(t, mustPlan(t, small), root, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := runStudy(t, mustPlan(t, strings.Replace(small, "name: small", "name: small\nnotes: 'a <b>bold</b> note'", 1)), filepath.Join(above, "two"), 2); err != nil {
		t.Fatal(err)
	}
	before := files(t, above)
	pages := explored(t, above, "")
	list := mustGet(t, pages.URL+"/")
	links := studyLink.FindAllString(list, -1)
	if len(links) != 2 || !strings.Contains(list, "a &lt;b&gt;bold&lt;/b&gt; note") || strings.Contains(list, "<b>") {
		t.Fatalf("links %q in %s", links, list)
	}
	study := pages.URL + links[0]
	page := mustGet(t, study)
	var facts struct {
		Of                     string
		Points, Baseline, Best int
		Columns                []struct {
			Name, Column, Spread, Low string
			Axis, Shown               bool
			Better                    int
		}
	}
	factsOf(t, page, &facts)
	best := facts.Best
	if facts.Points != 7 || facts.Baseline != 6 || best < 0 || len(facts.Columns) < len(account.Statistics()) || !facts.Columns[0].Axis || facts.Columns[0].Name != "skew" {
		t.Errorf("facts %+v", facts)
	}
	for _, c := range facts.Columns {
		if want := map[string]int{"net_pnl": 1, "max_drawdown": -1, "diff": 1, "skew": 0}; c.Better != want[c.Name] && slices.Contains(slices.Collect(maps.Keys(want)), c.Name) {
			t.Errorf("%s: better is %d", c.Name, c.Better)
		}
	}
	if !strings.Contains(page, fmt.Sprintf(`href="?point=%d#seeds"`, best)) || !strings.Contains(page, "<abbr") {
		t.Errorf("the verdict does not lead to the best point: %s", page)
	}

	// Columns are those of points.parquet, bit for bit.
	p := mustPlan(t, small)
	points, err := tables.OpenPoints(p, root)
	if err != nil {
		t.Fatal(err)
	}
	defer points.Close()
	for _, field := range points.Fields() {
		column, err := points.Named(field.Name)
		if err != nil {
			t.Fatal(err)
		}
		_, header, body := got(t, study+"/column/"+field.Name+"?of="+facts.Of, nil)
		if len(body) != 8*7 || !strings.Contains(header.Get("Cache-Control"), "immutable") {
			t.Fatalf("%s: %d bytes, %v", field.Name, len(body), header)
		}
		for row := range 7 {
			if got, want := math.Float64frombits(binary.LittleEndian.Uint64([]byte(body[8*row:]))), column.Number(row); math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("%s of point %d: %v, want %v", field.Name, row, got, want)
			}
		}
	}
	if mask := mustGet(t, study+"/match?where=k_fill%3E40"); mask != "\x00\x01\x01\x00\x01\x01\x00" {
		t.Errorf("mask %q", mask)
	}
	point := mustGet(t, study+"/p/3")
	if strings.Count(point, "<img") != 5 || !strings.Contains(point, "max_drawdown") {
		t.Errorf("the page of a point: %s", point)
	}
	for _, picture := range regexp.MustCompile(`src="([^"]*\.svg)"`).FindAllStringSubmatch(point, -1) {
		if svg := mustGet(t, pages.URL+picture[1]); !strings.Contains(svg, "<svg") {
			t.Errorf("%s: %.200s", picture[1], svg)
		}
	}
	ids := []string{strings.TrimPrefix(links[0], "/s/"), strings.TrimPrefix(links[1], "/s/")}
	if body := mustGet(t, fmt.Sprintf("%s/compare?of=%s.0&of=%s.3&of=%s.5", pages.URL, ids[0], ids[0], ids[1])); !strings.Contains(body, "point 3 less point 0") || strings.Count(body, `class="differs"`) < 2 {
		t.Errorf("points side by side: %s", body)
	}
	if body := mustGet(t, fmt.Sprintf("%s/compare?study=%s&study=%s", pages.URL, ids[0], ids[1])); !strings.Contains(body, "the same study with the same results") {
		t.Errorf("studies side by side: %s", body)
	}
	if after := files(t, above); !maps.Equal(before, after) {
		t.Errorf("%d files before, %d after: something is written", len(before), len(after))
	}
}

// Downloads are the points that the address asks for, as CSV, JSON, Parquet, and the query that makes them.
func TestExploreDownloadsWhatIsShown(t *testing.T) {
	root := filepath.Join(t.TempDir(), "one")
	p := mustPlan(t, small)
	if _, err := runStudy(t, p, root, 2); err != nil {
		t.Fatal(err)
	}
	study := exploredStudy(t, root)
	rows := func(query string) [][]string {
		t.Helper()
		cells, err := csv.NewReader(strings.NewReader(mustGet(t, study+"/points/csv"+query))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return cells
	}
	if all := rows(""); len(all) != 1+7 || strings.Join(all[0], " ") != "point skew k_fill objective_mean objective_se objective_n diff_mean diff_se diff_low95 diff_high95" {
		t.Errorf("all points: %q", all)
	}
	query := "?where=k_fill%3E40&sort=-skew&columns=total_fills"
	some := rows(query)
	if len(some) != 1+4 || some[0][10] != "total_fills_mean" || some[1][1] != "0" || some[4][1] != "0.02" {
		t.Errorf("some points: %q", some)
	}
	var objects []map[string]any
	mustDecode(t, study+"/points/json"+query, &objects)
	if len(objects) != 4 || objects[0]["skew"] != 0.0 {
		t.Errorf("%v", objects)
	}
	file := filepath.Join(t.TempDir(), "points.parquet")
	if err := os.WriteFile(file, []byte(mustGet(t, study+"/points/parquet"+query)), 0o600); err != nil {
		t.Fatal(err)
	}
	reader, err := store.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var numbers store.Column
	if err := reader.Column(tables.PointFields(p)[0], &numbers); err != nil || fmt.Sprint(numbers.Int64s) != fmt.Sprintf("[%s %s %s %s]", some[1][0], some[2][0], some[3][0], some[4][0]) {
		t.Errorf("%v, %v", err, numbers.Int64s)
	}
	want := `select "point", "skew", "k_fill", "objective_mean", "objective_se", "objective_n", "diff_mean", "diff_se", "diff_low95", "diff_high95", "total_fills_mean", "total_fills_se", "total_fills_n"
from '` + filepath.ToSlash(root) + `/points.parquet'
where coalesce("k_fill" > 40, false)
order by "skew" asc nulls last, "point";
`
	if sql := mustGet(t, study+"/points/sql"+query); sql != want {
		t.Errorf("%s", sql)
	}
}

// Names are sorted from A to Z, and from Z to A, in the file and by its query.
func TestExploreSortsNames(t *testing.T) {
	root := filepath.Join(t.TempDir(), "one")
	if _, err := runStudy(t, mustPlan(t, small, "grid.hedge_model=[on_fill, off, every]", "baseline.hedge_model=off", "engine.hedge_every_minutes=5"), root, 2); err != nil {
		t.Fatal(err)
	}
	study := exploredStudy(t, root)
	for sort, want := range map[string]struct{ first, direction string }{"hedge_model": {"every", "asc"}, "-hedge_model": {"on_fill", "desc"}} {
		rows, err := csv.NewReader(strings.NewReader(mustGet(t, study+"/points/csv?sort="+sort))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		at := slices.Index(rows[0], "hedge_model")
		if rows[1][at] != want.first || !strings.Contains(mustGet(t, study+"/points/sql?sort="+sort), `order by "hedge_model" `+want.direction) {
			t.Errorf("%s: %s first", sort, rows[1][at])
		}
	}
}

// The page of a run that failed says why; that of a point of which every run failed has no pictures.
func TestExploreShowsFailedRuns(t *testing.T) {
	root := filepath.Join(t.TempDir(), "one")
	if _, err := runStudy(t, mustPlan(t, small, "grid.skew=[0, 1.0e308]", "baseline.skew=0"), root, 2); !errors.Is(err, ErrFailedRuns) {
		t.Fatal(err)
	}
	study := exploredStudy(t, root)
	if body := mustGet(t, study+"/r/3"); !strings.Contains(body, `role="alert"`) || strings.Contains(body, "run.js") || !strings.Contains(body, "sweep verify") {
		t.Errorf("%s", body)
	}
	if body := mustGet(t, study+"/p/3"); strings.Contains(body, "<img") || !strings.Contains(body, "nothing to draw") {
		t.Errorf("%s", body)
	}
}

// A run is shown with those of the baseline and of the best point on its seed, each by what it is of.
func TestExploreShowsRunsTogether(t *testing.T) {
	root := filepath.Join(t.TempDir(), "one")
	p := mustPlan(t, small, "baseline.k_fill=20")
	if _, err := runStudy(t, p, root, 2); err != nil {
		t.Fatal(err)
	}
	study := exploredStudy(t, root)
	var whole struct{ Best int }
	factsOf(t, mustGet(t, study), &whole)
	baseline, _ := p.Grid.Baseline()
	if whole.Best == baseline {
		t.Fatal("the best is the baseline")
	}
	for point := range p.Grid.Points() {
		type overlay struct {
			Run int
			Of  string
		}
		var facts struct{ Overlay []overlay }
		runOf := func(point int) int {
			run, _ := p.RunOf(point, 2)
			return run
		}
		factsOf(t, mustGet(t, fmt.Sprintf("%s/r/%d", study, runOf(point))), &facts)
		var want []overlay
		if point != baseline {
			want = append(want, overlay{runOf(baseline), "the baseline"})
		}
		if point != whole.Best {
			want = append(want, overlay{runOf(whole.Best), "the best"})
		}
		if !slices.Equal(facts.Overlay, want) {
			t.Errorf("point %d is shown with %+v, want %+v", point, facts.Overlay, want)
		}
	}
}

// An option of a run on a chain has one name, and what is kept of runs stays bounded by what they hold.
func TestExploreShowsOptions(t *testing.T) {
	root := filepath.Join(t.TempDir(), "one")
	p := mustPlan(t, small, "market.synthetic.market_model=gbm", "market.synthetic.strikes=2")
	if _, err := runStudy(t, p, root, 2); err != nil {
		t.Fatal(err)
	}
	run := exploredStudy(t, root) + "/r/9"
	var options []struct {
		Option  int
		Facts   map[string]string
		Columns []string
	}
	mustDecode(t, run+"/options", &options)
	if len(options) != 2 || options[1].Facts["strike"] != "102.5" || !slices.Contains(options[0].Columns, "mid") {
		t.Fatalf("%+v", options)
	}
	replay := execute.NewReplayer(p, execute.NewMarkets(p))
	if row, err := replay.Series(9); err != nil || row.Err != nil {
		t.Fatal(err, row.Err)
	}
	block := replay.Block(1)
	mid := block[slices.IndexFunc(block, func(c store.NamedColumn) bool { return c.Field.Name == "mid" })]
	for option := range options {
		var drawn struct {
			Columns map[string]struct{ Low []float64 }
		}
		name := fmt.Sprintf("mid@%d", option)
		mustDecode(t, run+"/series?columns="+name+"&width=4000", &drawn)
		if got := drawn.Columns[name].Low; !slices.Equal(got, mid.Column.Floats[60*option:60*option+60]) {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, name := range []string{"mid@2", "mid@01", "mid@+1", "mid@-1", "nothing@1", "mid@"} {
		if status, _, body := got(t, run+"/series?columns="+neturl.QueryEscape(name), nil); status != http.StatusNotFound || !strings.Contains(body, "no column") {
			t.Errorf("%s: status %d: %s", name, status, body)
		}
	}
}

// A point is shown seed by seed, with the numbers of its runs.
func TestExploreShowsSeeds(t *testing.T) {
	root := filepath.Join(t.TempDir(), "one")
	p := mustPlan(t, small)
	if _, err := runStudy(t, p, root, 2); err != nil {
		t.Fatal(err)
	}
	study := exploredStudy(t, root)
	runs := openedSummary(t, p, root)
	pnl, err := runs.Figure("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	fills, err := runs.Figure("total_fills")
	if err != nil {
		t.Fatal(err)
	}
	baseline, _ := p.Grid.Baseline()
	var spread struct {
		Units []struct {
			Name                       string
			Runs                       []int
			Value, Baseline, Advantage float64
			Figures                    []float64
		}
		Advantage, Low, High float64
		N                    int
	}
	mustDecode(t, study+"/p/3/seeds?figures=total_fills,nonsense", &spread)
	page := mustGet(t, study+"/p/3")
	if len(spread.Units) != 6 {
		t.Fatalf("%+v", spread)
	}
	for seed, u := range spread.Units {
		mine, theirs := pnl.Values[seed*pnl.Points+3], pnl.Values[seed*pnl.Points+baseline]
		run, _ := p.RunOf(3, seed)
		if u.Name != fmt.Sprint(seed+1) || len(u.Runs) != 1 || u.Runs[0] != run || u.Value != mine || u.Baseline != theirs || u.Advantage != mine-theirs || len(u.Figures) != 1 || u.Figures[0] != fills.Values[seed*fills.Points+3] {
			t.Errorf("seed %d: %+v", seed+1, u)
		}
		want := fmt.Sprintf(`<td class="number">%s</td><td class="number">%s</td><td class="number">%s</td>`, text.Significant(mine), text.Significant(theirs), text.Significant(mine-theirs))
		if !strings.Contains(page, want) {
			t.Errorf("the page of the point lacks %s", want)
		}
	}
	if d := pnl.Compare(3, baseline); spread.Advantage != d.Mean || spread.Low != d.Low || spread.High != d.High || spread.N != 6 {
		t.Errorf("%+v, want %+v", spread, d)
	}
}

// The minutes of a run are the same from its files and simulated again, in buckets that leave nothing
// out; its fills are those of the run.
func TestExploreShowsARun(t *testing.T) {
	for name, output := range map[string]string{"whole files and fills": "columns: all, fills: true", "market files": "columns: own", "packed": "layout: packed", "packed market files": "layout: packed, columns: own", "lz4": "compression: lz4", "none": "timeseries: none"} {
		t.Run(name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "one")
			p := mustPlan(t, strings.Replace(small, "{figures: false}", "{figures: false, "+output+"}", 1))
			if _, err := runStudy(t, p, root, 2); err != nil {
				t.Fatal(err)
			}
			address := exploredStudy(t, root)
			const run = 17
			replay := execute.NewReplayer(p, execute.NewMarkets(p))
			row, err := replay.Series(run)
			if err != nil || row.Err != nil {
				t.Fatal(err, row.Err)
			}
			page := mustGet(t, fmt.Sprintf("%s/r/%d", address, run))
			if !strings.Contains(page, "sweep verify") || !strings.Contains(page, "unexplained_pnl") || strings.Contains(page, `role="alert">r`) {
				t.Errorf("%s", page)
			}
			var columns []string
			for _, c := range replay.Block(0) {
				if c.Field.Name != "minute" && c.Field.Name != "timestamp" {
					columns = append(columns, c.Field.Name)
				}
			}
			for first := 0; first < len(columns); first += 12 {
				names := columns[first:min(first+12, len(columns))]
				checkSeries(t, fmt.Sprintf("%s/r/%d/series?columns=%s", address, run, strings.Join(names, ",")), len(names), replay.Block(0))
			}
			var traded struct {
				Total   int
				Names   []string
				Columns [][]any
			}
			mustDecode(t, fmt.Sprintf("%s/r/%d/fills", address, run), &traded)
			fills, err := replay.FillColumns()
			if err != nil {
				t.Fatal(err)
			}
			if traded.Total != fills[0].Column.Len() || traded.Total == 0 {
				t.Fatalf("%d fills, want %d", traded.Total, fills[0].Column.Len())
			}
			for i := range fills {
				for k := range traded.Total {
					got, want := traded.Columns[i][k], fills[i].Value(k)
					if x, undefined := want.(float64); got != want && !(undefined && math.IsNaN(x) && got == nil) {
						t.Errorf("%s of fill %d: %v, want %v", traded.Names[i], k, got, want)
					}
				}
			}
			if svg := mustGet(t, fmt.Sprintf("%s/r/%d/fig_pnl.svg", address, run)); !strings.Contains(svg, fmt.Sprintf("run %d", run)) {
				t.Errorf("the picture does not name its run: %.300s", svg)
			}
		})
	}
}

// checkSeries compares what is drawn of columns with them, whole and in a part, minute by minute and in buckets.
func checkSeries(t *testing.T, url string, asked int, columns []store.NamedColumn) {
	t.Helper()
	rows := columns[0].Column.Len()
	for _, window := range []struct{ from, to, width int }{{0, rows, 4000}, {0, rows, 7}, {13, 55, 10}, {rows - 1, rows, 100}} {
		var drawn struct {
			Rows, From, To int
			First          []int
			Columns        map[string]struct{ Low, High, Sum []*float64 }
		}
		mustDecode(t, fmt.Sprintf("%s&from=%d&to=%d&width=%d", url, window.from, window.to, window.width), &drawn)
		if drawn.Rows != rows || drawn.From != window.from || drawn.To != window.to || len(drawn.First) != min(window.width, window.to-window.from) || len(drawn.Columns) != asked {
			t.Fatalf("%+v: rows %d, %d to %d, %d buckets of %d columns", window, drawn.Rows, drawn.From, drawn.To, len(drawn.First), len(drawn.Columns))
		}
		for name, c := range drawn.Columns {
			of := columns[slices.IndexFunc(columns, func(c store.NamedColumn) bool { return c.Field.Name == name })]
			for b, first := range drawn.First {
				end := window.to
				if b+1 < len(drawn.First) {
					end = drawn.First[b+1]
				}
				low, high, sum := math.Inf(1), math.Inf(-1), 0.0
				for row := first; row < end; row++ {
					if x := of.Number(row); !math.IsNaN(x) {
						low, high, sum = min(low, x), max(high, x), sum+x
					}
				}
				switch {
				case c.Sum != nil && *c.Sum[b] != sum:
					t.Errorf("%s in bucket %d: sum %v, want %v", name, b, *c.Sum[b], sum)
				case c.Sum == nil && low > high && (c.Low[b] != nil || c.High[b] != nil):
					t.Errorf("%s in bucket %d: %v, want null", name, b, *c.Low[b])
				case c.Sum == nil && low <= high && (*c.Low[b] != low || *c.High[b] != high):
					t.Errorf("%s in bucket %d: %v to %v, want %v to %v", name, b, *c.Low[b], *c.High[b], low, high)
				}
			}
		}
	}
}

// A run that comes out otherwise than the study has it is not shown as the study's.
func TestExploreRefusesAnotherRun(t *testing.T) {
	root := filepath.Join(t.TempDir(), "one")
	p := mustPlan(t, strings.Replace(small, "{figures: false}", "{figures: false, timeseries: none}", 1))
	if _, err := runStudy(t, p, root, 2); err != nil {
		t.Fatal(err)
	}
	study := exploredStudy(t, root)
	mustGet(t, study) // it is opened, and its tables were right
	name := filepath.Join(root, "summary.parquet")
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	digest := openedSummary(t, p, root)
	digests, err := digest.Texts("digest")
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Replace(content, []byte(digests[17]), []byte(strings.Repeat("0", len(digests[17]))), 1)
	if bytes.Equal(changed, content) {
		t.Fatal("the digests are not plain text in the table")
	}
	file, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt(changed, 0); err != nil { // in place: it is open
		t.Fatal(err)
	}
	if status, _, body := got(t, study+"/r/17/series?columns=pnl", nil); status != http.StatusBadRequest || !strings.Contains(body, "another version of sweep made it") {
		t.Errorf("status %d: %.300s", status, body)
	}
}

// What is wrong in a URL is answered with what is wrong, and never reaches the disk or the page as markup.
func TestExploreRefusesWhatIsWrong(t *testing.T) {
	root := filepath.Join(t.TempDir(), "one")
	if _, err := runStudy(t, mustPlan(t, small), root, 2); err != nil {
		t.Fatal(err)
	}
	pages := explored(t, root, "")
	status, header, _ := got(t, pages.URL+"/", nil)
	study := header.Get("Location")
	if status != http.StatusSeeOther || !studyLink.MatchString(study) {
		t.Fatalf("status %d to %q: the only study is its own first page", status, study)
	}
	id := strings.TrimPrefix(study, "/s/")
	for _, c := range []struct {
		url, want string
		status    int
	}{
		{"/s/000000000000", "there is no study", http.StatusNotFound},
		{"/s/..%2f..%2fetc", "there is no study", http.StatusNotFound},
		{"/etc/passwd", "404", http.StatusNotFound},
		{"/static/..%2fserver.go", "404", http.StatusNotFound},
		{"/static/../pages.html.tmpl", "", http.StatusTemporaryRedirect},
		{study + "/p/7", "points 0 to 6", http.StatusNotFound},
		{study + "/p/-1", "points 0 to 6", http.StatusNotFound},
		{study + "/p/%2e%2e", "points 0 to 6", http.StatusNotFound},
		{study + "/p/1/..%2fsummary.parquet", "no such picture", http.StatusNotFound},
		{study + "/p/1/none.svg", "no such picture", http.StatusNotFound},
		{study + "/p/9/seeds", "points 0 to 6", http.StatusNotFound},
		{study + "/r/42", "runs 0 to 41", http.StatusNotFound},
		{study + "/r/..%2f1/series", "runs 0 to 41", http.StatusNotFound},
		{study + "/r/1/series?columns=nothing", "no column", http.StatusNotFound},
		{study + "/r/1/series?columns=mid@3", "no column", http.StatusNotFound},
		{study + "/r/1/series?columns=" + strings.Repeat("mid,", 13), "more than 12 columns", http.StatusBadRequest},
		{study + "/r/1/series?from=x", "not an integer", http.StatusBadRequest},
		{study + "/r/1/series?from=9&to=9", "the run has rows", http.StatusBadRequest},
		{study + "/r/1/series?from=99999999999999999999", "not an integer", http.StatusBadRequest},
		{study + "/r/1/fills?from=-1", "not an integer", http.StatusBadRequest},
		{study + "/r/1/options", "of one option", http.StatusNotFound},
		{study + "/r/1/none.svg", "no such picture", http.StatusNotFound},
		{study + "/column/nothing", "not a column", http.StatusNotFound},
		{study + "/column/..%2f..%2fsummary", "not a column", http.StatusNotFound},
		{study + "/rungs", "halving", http.StatusNotFound},
		{study + "/match?of=another&where=skew%3E0", "was replaced since this page was opened", http.StatusConflict},
		{study + "/column/skew?of=another", "was replaced", http.StatusConflict},
		{study + "/match?where=nonsense%3E1", "nonsense", http.StatusBadRequest},
		{study + "/match?where=net_pnl%3E", "net_pnl", http.StatusBadRequest},
		{study + "/match?where=" + strings.Repeat("1%2B", 9000) + "1%3E0", "2000", http.StatusBadRequest},
		{study + "/match?where=all(1..1000000000,%23%3E0)", "is not a function", http.StatusBadRequest},
		{study + "/points/csv?where=nonsense%3E1", "nonsense", http.StatusBadRequest},
		{study + "/points/csv?sort=nothing", "nothing", http.StatusBadRequest},
		{study + "/points/csv?columns=nothing", "nothing is not a column", http.StatusBadRequest},
		{study + "/points/csv?columns=" + strings.Repeat("total_fills,", 41), "more than 40 columns", http.StatusBadRequest},
		{study + "/points/exe", "csv, json, parquet and sql", http.StatusNotFound},
		{"/compare", "2 to 6 points", http.StatusBadRequest},
		{"/compare?of=" + id + ".1", "2 to 6 points", http.StatusBadRequest},
		{"/compare?of=" + id + ".1&of=" + id + ".9", "points 0 to 6", http.StatusNotFound},
		{"/compare?of=" + id + ".1&of=%3Cscript%3E.2", "there is no study", http.StatusNotFound},
		{"/compare?" + strings.Repeat("of="+id+".1&", 7), "at most 6 points", http.StatusBadRequest},
		{"/compare?study=" + id, "2 studies", http.StatusBadRequest},
	} {
		status, header, body := got(t, pages.URL+c.url, nil)
		if status != c.status || !strings.Contains(body, c.want) || strings.Contains(body, "<script>") {
			t.Errorf("%.80s: status %d: %.500s", c.url, status, body)
		}
		if header.Get("Content-Security-Policy") == "" || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%.80s: %v", c.url, header)
		}
	}
}

// The pages answer to their own name, to reading only, and with a policy that runs no script of others.
func TestExploreAnswersToItsOwnPagesOnly(t *testing.T) {
	root := filepath.Join(t.TempDir(), "one")
	if _, err := runStudy(t, mustPlan(t, small), root, 2); err != nil {
		t.Fatal(err)
	}
	pages := explored(t, filepath.Dir(root), "")
	for name, c := range map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"as it is":          {func(r *http.Request) {}, http.StatusOK},
		"localhost":         {func(r *http.Request) { r.Host = "localhost" + r.Host[strings.LastIndex(r.Host, ":"):] }, http.StatusOK},
		"another host":      {func(r *http.Request) { r.Host = "evil.example" }, http.StatusForbidden},
		"another port":      {func(r *http.Request) { r.Host = "127.0.0.1:1" }, http.StatusForbidden},
		"another's page":    {func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, http.StatusForbidden},
		"a page of nowhere": {func(r *http.Request) { r.Header.Set("Origin", "null") }, http.StatusForbidden},
		"its own page":      {func(r *http.Request) { r.Header.Set("Origin", "http://"+r.Host) }, http.StatusOK},
		"another's picture": {func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Sec-Fetch-Mode", "no-cors")
		}, http.StatusForbidden},
		"another's link": {func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Sec-Fetch-Mode", "navigate")
		}, http.StatusOK},
		"writing":           {func(r *http.Request) { r.Method = http.MethodPost }, http.StatusMethodNotAllowed},
		"headers too large": {func(r *http.Request) { r.Header.Set("X-Large", strings.Repeat("x", 1<<20)) }, http.StatusRequestHeaderFieldsTooLarge},
	} {
		status, header, body := got(t, pages.URL+"/", c.change)
		if status != c.want {
			t.Errorf("%s: status %d, not %d: %.100s", name, status, c.want, body)
		}
		if policy := header.Get("Content-Security-Policy"); status == http.StatusOK && (!strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe")) {
			t.Errorf("%s: policy %q", name, policy)
		}
		if status == http.StatusOK && regexp.MustCompile(`(?i)<style|<script>| style=| on[a-z]+=`).MatchString(body) {
			t.Errorf("%s: the policy forbids what is in the page: %s", name, body)
		}
	}
}

// With a token nothing is shown without it; beyond this machine there is none without a token.
func TestExploreWantsItsToken(t *testing.T) {
	root := filepath.Join(t.TempDir(), "one")
	if _, err := runStudy(t, mustPlan(t, small), root, 2); err != nil {
		t.Fatal(err)
	}
	pages := explored(t, filepath.Dir(root), "secret")
	for _, path := range []string{"/", "/static/style.css", "/static/study.js", "/s/000000000000/column/skew", "/?token=other", "/?token=", "/s/000000000000"} {
		if status, _, body := got(t, pages.URL+path, nil); status != http.StatusUnauthorized || strings.Contains(body, "one") {
			t.Errorf("%s: status %d: %s", path, status, body)
		}
	}
	status, header, body := got(t, pages.URL+"/?token=secret", nil)
	cookie := header.Get("Set-Cookie")
	if status != http.StatusOK || !strings.Contains(cookie, "HttpOnly; SameSite=Strict") || strings.Contains(body, "secret") {
		t.Fatalf("status %d, cookie %q: %s", status, cookie, body)
	}
	study := studyLink.FindString(body)
	if status, _, body := got(t, pages.URL+study, func(r *http.Request) { r.Header.Set("Cookie", cookie) }); status != http.StatusOK || strings.Contains(body, "secret") {
		t.Errorf("status %d with the cookie: %s", status, body)
	}
	if err := Explore(context.Background(), &Place{Path: root}, explore.Options{}, "0.0.0.0:0", func(string) { t.Error("it is served") }); err == nil || !strings.Contains(err.Error(), "--token") {
		t.Errorf("beyond this machine without a token: %v", err)
	}
	if err := Explore(context.Background(), &Place{Path: root}, explore.Options{Token: "a;b"}, "127.0.0.1:0", func(string) { t.Error("it is served") }); err == nil || !strings.Contains(err.Error(), "letters, digits") {
		t.Errorf("a token that no cookie can have: %v", err)
	}
	serving, end := context.WithCancel(context.Background())
	defer end()
	if err := Explore(serving, &Place{Path: root}, explore.Options{Token: "a+b/c="}, "127.0.0.1:0", func(url string) {
		go func() {
			defer end()
			status, header, _ := got(t, url, nil)
			to := strings.TrimSuffix(url[:strings.Index(url, "?")], "/") + header.Get("Location")
			if status != http.StatusSeeOther {
				t.Errorf("%s: status %d", url, status)
			}
			if status, _, body := got(t, to, nil); status != http.StatusOK {
				t.Errorf("%s without a cookie: status %d: %s", to, status, body)
			}
		}()
	}); err != nil {
		t.Error(err)
	}
	if err := Explore(context.Background(), &Place{Path: root}, explore.Options{}, "nonsense", func(string) { t.Error("it is served") }); err == nil || !strings.Contains(err.Error(), "a host and a port") {
		t.Errorf("an address that is none: %v", err)
	}
	if err := Explore(context.Background(), &Place{Path: filepath.Join(root, "nothing")}, explore.Options{}, "127.0.0.1:0", func(string) { t.Error("it is served") }); err == nil {
		t.Error("a folder that is not there is served")
	}
}

// A study that is not complete shows how far it is, as it goes on; Ctrl-C ends the server.
func TestExploreFollowsAStudy(t *testing.T) {
	root := filepath.Join(t.TempDir(), "part")
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if _, err := Run(ctx, mustPlan(t, small), Options{Workers: 1, Folder: root, Observer: &stopper{after: 3, stop: stop}}); err == nil {
		t.Fatal("the study was not stopped")
	}
	serving, end := context.WithCancel(context.Background())
	defer end()
	address := make(chan string, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- Explore(serving, &Place{Path: filepath.Dir(root)}, explore.Options{}, "127.0.0.1:0", func(url string) { address <- url })
	}()
	url := <-address
	_, _, list := got(t, url, nil)
	study := strings.TrimSuffix(url, "/") + studyLink.FindString(list)
	status, _, body := got(t, study, nil)
	if status != http.StatusOK || !strings.Contains(body, " of 42 runs") || !strings.Contains(body, "leader so far") {
		t.Errorf("status %d: %s", status, body)
	}
	for _, path := range []string{"/points/csv", "/p/0", "/p/0/fig_pnl.svg", "/r/0", "/r/0/series", "/column/skew", "/match"} {
		if status, _, body := got(t, study+path, nil); status == http.StatusOK {
			t.Errorf("%s of a study that is not complete: %s", path, body)
		}
	}
	response, err := http.Get(study + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	next := func() (event, data string) {
		for lines.Scan() {
			switch line := lines.Text(); {
			case strings.HasPrefix(line, "event: "):
				event = line
			case strings.HasPrefix(line, "data: "):
				data += line
			case line == "":
				return event, data
			}
		}
		return "", ""
	}
	if event, data := next(); event != "event: progress" || !strings.Contains(data, " of 42 runs") {
		t.Errorf("%q %q", event, data)
	}
	if _, err := runStudy(t, mustPlan(t, small), root, 2); err != nil {
		t.Fatal(err)
	}
	if event, _ := next(); event != "event: complete" {
		t.Errorf("%q once the study is complete", event)
	}
	if status, _, body := got(t, study, nil); status != http.StatusOK || !strings.Contains(body, `"points":7`) {
		t.Errorf("status %d: %s", status, body)
	}
	end()
	if err := <-ended; err != nil {
		t.Errorf("ended: %v", err)
	}
	if _, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(url, "http://"), "/")); err == nil {
		t.Error("the server answers after its end")
	}
	if _, err := os.Stat(root); err != nil {
		t.Error(err)
	}
}
