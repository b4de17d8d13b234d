package sweep

import (
	"context"
	"errors"
	"net"
	"net/http"
	neturl "net/url"
	"regexp"

	"optmm/sweep/explore"
	"optmm/sweep/fault"
)

// Explore serves pages about the studies of a place until ctx ends; ready is called with the address
// of the first page. Beyond this machine it wants a token.
func Explore(ctx context.Context, place *Place, options explore.Options, listen string, ready func(url string)) error {
	if _, _, err := net.SplitHostPort(listen); err != nil {
		return fault.Usage(&fault.Option{Name: "listen", Value: listen, Err: errors.New("an address is a host and a port, as in 127.0.0.1:8642")})
	}
	if !explore.IsLoopback(listen) && options.Token == "" {
		return fault.Usage(&fault.Option{Name: "listen", Value: listen, Err: errors.New("it can be reached from other machines, where everybody could read your studies: give a --token, or listen on 127.0.0.1")})
	}
	if !regexp.MustCompile(`^[A-Za-z0-9._~+/=-]*$`).MatchString(options.Token) {
		return fault.Usage(&fault.Option{Name: "token", Value: options.Token, Err: errors.New("a token has letters, digits and ._~+/=-")})
	}
	if options.Root = place.Path; place.inBucket() {
		options.Shown, options.Refresh = place.copy.URL, place.refresh
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return fault.Usage(&fault.Option{Name: "listen", Value: listen, Err: err})
	}
	server, err := explore.New(options, listener.Addr())
	if err != nil {
		listener.Close()
		return err
	}
	url := "http://" + listener.Addr().String() + "/"
	if options.Token != "" {
		url += "?token=" + neturl.QueryEscape(options.Token)
	}
	ready(url)
	pages := server.HTTP()
	pages.BaseContext = func(net.Listener) context.Context { return ctx }
	defer context.AfterFunc(ctx, func() { pages.Close() })()
	if err := pages.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
