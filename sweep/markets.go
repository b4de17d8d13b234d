package sweep

import (
	"fmt"
	"sync"

	"optmm/engine/market"
)

// marketBudget bounds the memory of the markets that are kept, in bytes; the one
// being asked for is always made.
const marketBudget = 256 << 20

// markets makes each market once and shares it, read-only, between workers. Runs
// come seed-major, so the ones used last are the ones needed next.
type markets struct {
	source   market.Source
	recorded bool

	mutex sync.Mutex
	kept  map[marketKey]*keptMarket
	order []marketKey // oldest first
	bytes int
}

type marketKey struct {
	settings market.Settings
	seed     uint32
}

type keptMarket struct {
	once   sync.Once
	market *market.Market
	err    error
	bytes  int
}

func newMarkets(s *Study) *markets {
	return &markets{source: s.source, recorded: s.Recorded(), kept: map[marketKey]*keptMarket{}}
}

func (m *markets) get(settings market.Settings, seed uint32) (*market.Market, error) {
	if m.recorded {
		seed = 0 // recorded history is the same under every seed
	}
	key := marketKey{settings, seed}
	m.mutex.Lock()
	entry, ok := m.kept[key]
	if !ok {
		entry = &keptMarket{bytes: settings.Minutes * 10 * 8}
		m.kept[key] = entry
		m.order = append(m.order, key)
		m.bytes += entry.bytes
		for m.bytes > marketBudget && len(m.order) > 1 {
			m.bytes -= m.kept[m.order[0]].bytes
			delete(m.kept, m.order[0])
			m.order = m.order[1:]
		}
	}
	m.mutex.Unlock()
	entry.once.Do(func() { entry.make(m.source, key) })
	return entry.market, entry.err
}

// make makes the market; a panic is the error of every run on it.
func (k *keptMarket) make(source market.Source, key marketKey) {
	defer func() {
		if cause := recover(); cause != nil {
			k.err = fmt.Errorf("panic: %v", cause)
		}
	}()
	k.market, k.err = source.Market(key.settings, key.seed)
}
