package sweep

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"optmm/engine/account"
	"optmm/sweep/explore"
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

// What a researcher asks of the pages: the list, a filter, a sort, a page of a point, its pictures, and
// the shown rows as files. Nothing is written.
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
	status, _, list := got(t, pages.URL+"/", nil)
	links := studyLink.FindAllString(list, -1)
	if status != http.StatusOK || len(links) != 2 || !strings.Contains(list, "a &lt;b&gt;bold&lt;/b&gt; note") || strings.Contains(list, "<b>") {
		t.Fatalf("status %d, links %q in %s", status, links, list)
	}
	study := pages.URL + links[0]

	rows := func(query string) [][]string {
		t.Helper()
		status, header, body := got(t, study+"/points.csv"+query, nil)
		if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/csv") {
			t.Fatalf("%s: status %d: %s", query, status, body)
		}
		cells, err := csv.NewReader(strings.NewReader(body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return cells
	}
	if all := rows(""); len(all) != 1+7 || strings.Join(all[0], " ") != "point skew k_fill objective_mean objective_se objective_n diff_mean diff_low95 diff_high95" {
		t.Errorf("all points: %q", all)
	}
	if some := rows("?where=k_fill%3E40&sort=-skew&columns=total_fills"); len(some) != 1+4 || some[0][9] != "total_fills_mean" || some[1][1] != "0" || some[4][1] != "0.02" {
		t.Errorf("some points: %q", some)
	}
	status, _, body := got(t, study+"/points.json?where=skew%20%3D%3D%200", nil)
	var points []map[string]any
	if err := json.Unmarshal([]byte(body), &points); err != nil || status != http.StatusOK || len(points) != 3 || points[0]["skew"] != 0.0 {
		t.Errorf("status %d, %v, %s", status, err, body)
	}
	status, _, body = got(t, study+"?where=k_fill%3E40", nil)
	if status != http.StatusOK || !strings.Contains(body, "4 of 7 points meet the filter") || strings.Count(body, "<tr") != 1+4+1 || !strings.Contains(body, `value="k_fill&gt;40"`) {
		t.Errorf("status %d: %s", status, body)
	}
	// A bar's link narrows the filter to its own points, the extremes included.
	_, _, body = got(t, study+"?columns=net_pnl,total_fills,max_drawdown,mean_edge", nil)
	bar := regexp.MustCompile(`<a href="([^"]*)" aria-label="[^"]*: (\d+) of \d+">`).FindAllStringSubmatch(body, -1)
	if len(bar) < 30 {
		t.Fatalf("%d bars", len(bar))
	}
	for _, b := range bar {
		_, _, narrowed := got(t, study+html.UnescapeString(b[1]), nil)
		if !strings.Contains(narrowed, b[2]+" of 7 points meet the filter") {
			t.Errorf("the bar of %s points leads to %s", b[2], regexp.MustCompile(`\d+ of 7 points[^;.]*|role="alert">[^<]*`).FindString(narrowed))
		}
	}
	status, _, body = got(t, study+"/p/3", nil)
	if status != http.StatusOK || strings.Count(body, "<img") != 5 || !strings.Contains(body, "max_drawdown") || strings.Count(body, "<tr") != 1+6+1+len(account.Statistics()) {
		t.Errorf("status %d, %d pictures, %d rows: %s", status, strings.Count(body, "<img"), strings.Count(body, "<tr"), body)
	}
	runs := openedSummary(t, mustPlan(t, small), root)
	pnl, err := runs.Figure("net_pnl")
	if err != nil {
		t.Fatal(err)
	}
	baseline, _ := mustPlan(t, small).Grid.Baseline()
	for seed := range 6 {
		mine, theirs := pnl.Values[seed*pnl.Points+3], pnl.Values[seed*pnl.Points+baseline]
		want := fmt.Sprintf(`<tr><th scope="row">%d</th><td class="number">%s</td><td class="number">%s</td><td class="number">%s</td></tr>`, seed+1, text.Significant(mine), text.Significant(theirs), text.Significant(mine-theirs))
		if !strings.Contains(body, want) {
			t.Errorf("the page of the point lacks %s", want)
		}
	}
	for _, picture := range regexp.MustCompile(`src="([^"]*\.svg)"`).FindAllStringSubmatch(body, -1) {
		status, header, svg := got(t, pages.URL+picture[1], nil)
		if status != http.StatusOK || header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(svg, "<svg") {
			t.Errorf("%s: status %d: %.200s", picture[1], status, svg)
		}
	}
	if status, _, svg := got(t, study+"/scatter.svg?x=total_fills&y=net_pnl&where=skew%3E0", nil); status != http.StatusOK || !strings.Contains(svg, "<svg") {
		t.Errorf("scatter: status %d: %.200s", status, svg)
	}
	if after := files(t, above); !maps.Equal(before, after) {
		t.Errorf("%d files before, %d after: something is written", len(before), len(after))
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
	for _, c := range []struct {
		url, want string
		status    int
	}{
		{"/s/000000000000", "there is no study", http.StatusNotFound},
		{"/s/..%2f..%2fetc", "there is no study", http.StatusNotFound},
		{"/etc/passwd", "404", http.StatusNotFound},
		{study + "/p/7", "points 0 to 6", http.StatusNotFound},
		{study + "/p/-1", "points 0 to 6", http.StatusNotFound},
		{study + "/p/%2e%2e", "points 0 to 6", http.StatusNotFound},
		{study + "/p/1/..%2fsummary.parquet", "no such picture", http.StatusNotFound},
		{study + "/p/1/none.svg", "no such picture", http.StatusNotFound},
		{study + "?where=nonsense%3E1", "nonsense", http.StatusOK},
		{study + "?where=net_pnl%3E", "role=\"alert\"", http.StatusOK},
		{study + "?where=%3Cscript%3E", "&lt;script&gt;", http.StatusOK},
		{study + "?where=" + strings.Repeat("1%2B", 9000) + "1%3E0", "alert", http.StatusOK},
		{study + "?where=all(1..1000000000,%23%3E0)", "alert", http.StatusOK},
		{study + "?sort=nothing", "nothing", http.StatusOK},
		{study + "?columns=nothing", "nothing is not a column", http.StatusOK},
		{study + "?columns=" + strings.Repeat("total_fills,", 21), "more than 20 columns", http.StatusBadRequest},
		{study + "?page=9223372036854775807", "7 of 7 points", http.StatusOK},
		{study + "?page=-1", "page", http.StatusBadRequest},
		{study + "/points.csv?where=nonsense%3E1", "nonsense", http.StatusBadRequest},
		{study + "/scatter.svg?x=nothing", "nothing is not a column", http.StatusNotFound},
	} {
		status, _, body := got(t, pages.URL+c.url, nil)
		if status != c.status || !strings.Contains(body, c.want) || strings.Contains(body, "<script>") {
			t.Errorf("%.80s: status %d: %.1500s", c.url, status, body)
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
		if status == http.StatusOK && regexp.MustCompile(`(?i)<style|<script[^>]*>[^<]| style=| on[a-z]+=`).MatchString(body) {
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
	for _, path := range []string{"/", "/style.css", "/?token=other", "/?token=", "/s/000000000000"} {
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
	if err := Explore(context.Background(), explore.Options{Root: root}, "0.0.0.0:0", func(string) { t.Error("it is served") }); err == nil || !strings.Contains(err.Error(), "--token") {
		t.Errorf("beyond this machine without a token: %v", err)
	}
	if err := Explore(context.Background(), explore.Options{Root: root, Token: "a;b"}, "127.0.0.1:0", func(string) { t.Error("it is served") }); err == nil || !strings.Contains(err.Error(), "letters, digits") {
		t.Errorf("a token that no cookie can have: %v", err)
	}
	serving, end := context.WithCancel(context.Background())
	defer end()
	if err := Explore(serving, explore.Options{Root: root, Token: "a+b/c="}, "127.0.0.1:0", func(url string) {
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
	if err := Explore(context.Background(), explore.Options{Root: root}, "nonsense", func(string) { t.Error("it is served") }); err == nil || !strings.Contains(err.Error(), "a host and a port") {
		t.Errorf("an address that is none: %v", err)
	}
	if err := Explore(context.Background(), explore.Options{Root: filepath.Join(root, "nothing")}, "127.0.0.1:0", func(string) { t.Error("it is served") }); err == nil {
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
		ended <- Explore(serving, explore.Options{Root: filepath.Dir(root)}, "127.0.0.1:0", func(url string) { address <- url })
	}()
	url := <-address
	_, _, list := got(t, url, nil)
	study := strings.TrimSuffix(url, "/") + studyLink.FindString(list)
	status, _, body := got(t, study, nil)
	if status != http.StatusOK || !strings.Contains(body, " of 42 runs") || !strings.Contains(body, "leader so far") {
		t.Errorf("status %d: %s", status, body)
	}
	for _, path := range []string{"/points.csv", "/p/0", "/p/0/fig_pnl.svg", "/scatter.svg"} {
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
	if status, _, body := got(t, study, nil); status != http.StatusOK || !strings.Contains(body, "7 of 7 points") {
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
