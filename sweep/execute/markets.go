package execute

import (
	"fmt"
	"slices"
	"sync"

	"optmm/engine/market"
	"optmm/sweep/plan"
	"optmm/sweep/quotes"
)

// Markets makes each market once and shares it, read-only, between workers.
type Markets struct {
	source   market.Source
	recorded *quotes.Days // the same; nil: synthetic

	mutex   sync.Mutex
	kept    map[marketKey]*keptMarket
	seeds   []uint32 // distinct, oldest first
	numbers int
}

type marketKey struct {
	settings market.Settings
	seed     uint32
}

type keptMarket struct {
	once    sync.Once
	market  *market.Market
	err     error
	numbers int
}

// NewMarkets returns an empty cache of the markets of a plan.
func NewMarkets(p *plan.Plan) *Markets {
	return &Markets{source: p.Source, recorded: p.Days, kept: map[marketKey]*keptMarket{}}
}

func (m *Markets) get(settings market.Settings, seed uint32) (*market.Market, error) {
	if m.recorded != nil && len(m.recorded.List) == 1 {
		seed = 0 // one recorded history is the same under every seed
	}
	key := marketKey{settings, seed}
	m.mutex.Lock()
	entry, ok := m.kept[key]
	if !ok {
		entry = &keptMarket{numbers: m.size(&settings)}
		m.kept[key] = entry
		m.numbers += entry.numbers
		if !slices.Contains(m.seeds, seed) {
			m.seeds = append(m.seeds, seed)
		}
		for len(m.seeds) > 1 && (len(m.seeds) > plan.KeptSeeds || m.numbers > plan.KeptNumbers) {
			m.drop(m.seeds[0])
			m.seeds = slices.Delete(m.seeds, 0, 1)
		}
	}
	m.mutex.Unlock()
	entry.once.Do(func() { entry.make(m.source, key) })
	return entry.market, entry.err
}

// size returns about how many numbers a market holds.
func (m *Markets) size(settings *market.Settings) int {
	if m.recorded != nil {
		return m.recorded.Minutes() * m.recorded.Series() * plan.NumbersOfMinute
	}
	return settings.Minutes * settings.Shape.Options() * plan.NumbersOfMinute
}

// drop forgets the markets of a seed; who uses one still has it.
func (m *Markets) drop(seed uint32) {
	for key, entry := range m.kept {
		if key.seed == seed {
			m.numbers -= entry.numbers
			delete(m.kept, key)
		}
	}
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
