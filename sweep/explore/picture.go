package explore

import (
	"bytes"
	"context"
	"net/http"
	"runtime"

	"optmm/sweep/execute"
	"optmm/sweep/present"
)

// takeTurn waits until no other request simulates; endTurn lets another.
func (s *Server) takeTurn(ctx context.Context) error {
	select {
	case s.figures <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err() // nobody waits
	}
}

func (s *Server) endTurn() { <-s.figures }

// mostPictures is of how many runs of a study the pictures are kept.
const mostPictures = 8

// draw answers with a picture of a point, which shows the run of a seed by itself; −1: the median one.
// It is drawn by simulating the runs of the point again.
func (s *Server) draw(w http.ResponseWriter, r *http.Request, o *opened, point, seed int) error {
	name, err := o.pictureName(r)
	if err != nil {
		return err
	}
	key := picturesOf(point, seed)
	kept := func() map[string][]byte {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		return o.pictures[key]
	}
	drawn := kept()
	if drawn == nil {
		if err := s.takeTurn(r.Context()); err != nil {
			return err
		}
		defer s.endTurn()
		if drawn = kept(); drawn == nil { // else by the request before
			if drawn, err = o.drawn(r.Context(), point, seed); err != nil {
				return err
			}
			o.mutex.Lock()
			if len(o.pictures) >= mostPictures || o.pictures == nil {
				o.pictures = map[string]map[string][]byte{}
			}
			o.pictures[key] = drawn
			o.mutex.Unlock()
		}
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	_, err = w.Write(drawn[name])
	return err
}

// drawn draws every picture of a point.
func (o *opened) drawn(ctx context.Context, point, seed int) (map[string][]byte, error) {
	p, err := o.withData()
	if err != nil {
		return nil, err
	}
	all, err := present.Pictures(ctx, p, o.path, point, seed, execute.NewRepeater(p, o.path, execute.NewMarkets(p), runtime.GOMAXPROCS(0)))
	if err != nil {
		return nil, err
	}
	drawn := map[string][]byte{}
	for i := range all {
		var svg bytes.Buffer
		if err := all[i].Render(&svg, "svg"); err != nil {
			return nil, err
		}
		drawn[all[i].Name] = svg.Bytes()
	}
	return drawn, nil
}
