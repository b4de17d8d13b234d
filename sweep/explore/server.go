package explore

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"optmm/sweep/folder"
)

// Options is where the pages are served.
type Options struct {
	Root  string // a study, or a folder with studies below it
	Token string // that a browser must show; empty: none, on this machine only

	Shown   string                          // the root as pages name it; empty: as it is
	Refresh func(ctx context.Context) error // brings a copy of the root up to date; nil: it is none
}

// Server answers requests about the studies below a folder.
type Server struct {
	root  string
	shown string // the root as pages name it

	refreshing sync.Mutex
	refresh    func(ctx context.Context) error
	refreshed  time.Time

	token  string
	cookie string          // that has the token
	hosts  map[string]bool // by which it may be called
	pages  *template.Template

	figures chan struct{} // one simulation at a time
	mutex   sync.Mutex
	paths   map[string]string  // of studies by their ids, as they were found last
	open    map[string]*opened // by the folder; of the studies that were looked at last
	order   []string
}

// New returns a server of the studies below a folder, on an address that it will be reached at.
func New(options Options, address net.Addr) (*Server, error) {
	if _, err := folder.Survey("explore", options.Root); err != nil {
		return nil, err
	}
	pages, err := parsePages()
	if err != nil {
		return nil, err
	}
	s := &Server{pages: pages, root: options.Root, shown: cmp.Or(options.Shown, options.Root), refresh: options.Refresh, token: options.Token, cookie: tokenName, hosts: map[string]bool{}, figures: make(chan struct{}, 1), open: map[string]*opened{}}
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return nil, err
	}
	s.cookie += "-" + port // cookies are of a host, whatever the port
	names := []string{host, "localhost", "127.0.0.1", "::1"}
	for _, name := range names {
		s.hosts[net.JoinHostPort(name, port)] = true
		if port == "80" { // browsers leave it out
			s.hosts[strings.TrimSuffix(net.JoinHostPort(name, ""), ":")] = true
		}
	}
	if !IsLoopback(address.String()) { // the token protects it, whatever the machine is called
		s.hosts = nil
	}
	return s, nil
}

// IsLoopback reports whether an address is reached from this machine only.
func IsLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

//go:embed pages.html.tmpl static
var files embed.FS

// handler answers requests.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	served, _ := fs.Sub(files, "static")
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServerFS(served)))
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /{$}", s.page(s.list))
	mux.HandleFunc("GET /compare", s.page(s.compare))
	mux.HandleFunc("GET /s/{study}", s.page(s.studyPage))
	mux.HandleFunc("GET /s/{study}/p/{point}", s.page(s.ofStudy(s.point)))
	mux.HandleFunc("GET /s/{study}/r/{run}", s.page(s.ofStudy(s.run)))
	mux.HandleFunc("GET /s/{study}/events", s.events)
	for path, write := range map[string]func(http.ResponseWriter, *http.Request, *opened) error{
		"column/{column}": s.column, "match": s.match, "points/{format}": s.download, "rungs": s.rungs,
		"p/{point}/seeds": s.seeds, "p/{point}/{figure}": s.pointPicture,
		"r/{run}/series": s.series, "r/{run}/fills": s.fillsOf, "r/{run}/options": s.optionsOf, "r/{run}/{figure}": s.picture,
	} {
		mux.HandleFunc("GET /s/{study}/"+path, s.data(s.ofStudy(write)))
	}
	return s.guard(mux)
}

// tokenName is the key of a URL that has the token, and begins the name of the cookie.
const tokenName = "token"

// guard refuses what does not come from this server's own pages, and says what pages may load.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-store")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		origin := r.Header.Get("Origin")
		switch {
		case s.hosts != nil && !s.hosts[r.Host]:
			http.Error(w, "this server answers to its own name only", http.StatusForbidden)
		case origin != "" && origin != "http://"+r.Host:
			http.Error(w, "this server answers to its own pages only", http.StatusForbidden)
		case foreign(r):
			http.Error(w, "this server answers to its own pages only", http.StatusForbidden)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			header.Set("Allow", "GET, HEAD")
			http.Error(w, "this server is read only", http.StatusMethodNotAllowed)
		case !s.known(w, r):
			http.Error(w, "the token is missing or wrong: use the address that sweep explore printed", http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// foreign reports whether a browser says that a page of another site asks, but for a link that is followed.
func foreign(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return (site == "cross-site" || site == "same-site") && r.Header.Get("Sec-Fetch-Mode") != "navigate"
}

// known reports whether a request has the token; one that has it in its URL gets a cookie.
func (s *Server) known(w http.ResponseWriter, r *http.Request) bool {
	if s.token == "" {
		return true
	}
	same := func(got string) bool { return subtle.ConstantTimeCompare([]byte(got), []byte(s.token)) == 1 }
	if same(r.URL.Query().Get(tokenName)) {
		http.SetCookie(w, &http.Cookie{Name: s.cookie, Value: s.token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		return true
	}
	cookie, err := r.Cookie(s.cookie)
	return err == nil && same(cookie.Value)
}

// Limits of a request: what a browser sends is small, and what takes long is cut off.
const (
	mostHeaderBytes = 64 << 10
	mostReading     = 10 * time.Second
	mostAnswering   = 5 * time.Minute // figures are simulated
)

// HTTP returns the server with its limits.
func (s *Server) HTTP() *http.Server {
	return &http.Server{Handler: s.handler(), MaxHeaderBytes: mostHeaderBytes, ReadHeaderTimeout: mostReading, ReadTimeout: mostReading, WriteTimeout: mostAnswering, IdleTimeout: time.Minute}
}

// notFound says that there is no such page.
type notFound struct{ text string }

func (e *notFound) Error() string { return e.text }

// answer keeps what is written until all is: a study is not held for a reader that is slow, and an error
// is no half of a page.
type answer struct {
	http.ResponseWriter
	status int // 0: 200
	body   bytes.Buffer
}

func (a *answer) Write(content []byte) (int, error) { return a.body.Write(content) }

func (a *answer) WriteHeader(status int) { a.status = status }

func (a *answer) send() {
	if a.status != 0 {
		a.ResponseWriter.WriteHeader(a.status)
	}
	a.ResponseWriter.Write(a.body.Bytes()) // the reader may be gone
}

// page answers with what a function writes; an error is a page of its own.
func (s *Server) page(write func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		whole := &answer{ResponseWriter: w}
		if err := write(whole, r); err != nil {
			s.fail(w, err)
			return
		}
		whole.send()
	}
}

// statusOf is the status of an answer that is an error.
func statusOf(err error) int {
	var missing *notFound
	switch {
	case errors.As(err, &missing):
		return http.StatusNotFound
	case errors.Is(err, errReplaced):
		return http.StatusConflict
	}
	return http.StatusBadRequest
}

func (s *Server) fail(w http.ResponseWriter, err error) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(statusOf(err))
	s.render(w, "error", map[string]any{"Title": "Not shown", "Error": err.Error()})
}

// data answers scripts, and programs: an error is a line of text.
func (s *Server) data(write func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := write(w, r)
		if err == nil {
			return
		}
		for _, name := range []string{"Content-Disposition", "Content-Length"} {
			w.Header().Del(name)
		}
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, err.Error(), statusOf(err))
	}
}

// ofStudy opens the complete study that a URL names.
func (s *Server) ofStudy(write func(w http.ResponseWriter, r *http.Request, o *opened) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		o, err := s.openedAs(r.PathValue("study"))
		if err != nil {
			return err
		}
		defer s.release(o)
		if of := r.URL.Query().Get("of"); of != "" && of != o.lock.Seal { // a page of a study that was replaced
			return errReplaced
		}
		return write(w, r, o)
	}
}

var errReplaced = errors.New("the study was replaced since this page was opened: reload it")

// openedAs opens the complete study of an id. The caller releases it.
func (s *Server) openedAs(id string) (*opened, error) {
	of, err := s.withID(id)
	if err != nil {
		return nil, err
	}
	if !of.Complete {
		return nil, errors.New("the study is not complete: its points come with its end")
	}
	return s.study(of)
}

// idOf names a study in URLs by its path below the root: no path of a URL reaches the disk.
func (s *Server) idOf(path string) string {
	relative, err := filepath.Rel(s.root, path)
	if err != nil {
		relative = path
	}
	hash := sha256.Sum256([]byte(filepath.ToSlash(relative)))
	return hex.EncodeToString(hash[:6])
}

// nameOf is a study's path below the root, or its own name where the root is the study.
func (s *Server) nameOf(path string) string {
	relative, err := filepath.Rel(s.root, path)
	if err != nil || relative == "." {
		return filepath.Base(path)
	}
	return filepath.ToSlash(relative)
}

// refreshedEvery is how often a copy is brought up to date.
const refreshedEvery = 5 * time.Second

// bringUpToDate refreshes the root where it is a copy.
func (s *Server) bringUpToDate(ctx context.Context) error {
	s.refreshing.Lock()
	defer s.refreshing.Unlock()
	if s.refresh == nil || time.Since(s.refreshed) < refreshedEvery {
		return nil
	}
	err := s.refresh(ctx)
	s.refreshed = time.Now()
	return err
}

// find returns the study that a URL names.
func (s *Server) find(r *http.Request) (*folder.Surveyed, error) {
	if err := s.bringUpToDate(r.Context()); err != nil {
		return nil, err
	}
	return s.withID(r.PathValue("study"))
}

// withID returns the study of an id. Where it was is remembered, so that no request looks at all others.
func (s *Server) withID(id string) (*folder.Surveyed, error) {
	s.mutex.Lock()
	path, known := s.paths[id]
	s.mutex.Unlock()
	if known {
		if studies, err := folder.Survey("explore", path); err == nil && len(studies) == 1 && studies[0].Path == path {
			return &studies[0], studies[0].Err
		}
	}
	studies, err := folder.Survey("explore", s.root)
	if err != nil {
		return nil, err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.paths = map[string]string{}
	for i := range studies {
		s.paths[s.idOf(studies[i].Path)] = studies[i].Path
	}
	for i := range studies {
		if s.idOf(studies[i].Path) == id {
			return &studies[i], studies[i].Err
		}
	}
	return nil, &notFound{fmt.Sprintf("there is no study %.20s below %s", strings.TrimSpace(id), s.root)}
}
