package execute

import (
	"io"
	"os"
	"path/filepath"
	"strconv"

	"optmm/engine"
	"optmm/engine/market"
	"optmm/sweep/plan"
	"optmm/sweep/store"
)

// sharedMarket is a market that runs leave to a file of its own.
type sharedMarket struct {
	plan.Market
	market *market.Market
	from   string // the folder of a smaller study that has its files; then market is nil
}

// marketFiles writes the files of markets, each once. Not for several goroutines at once.
type marketFiles struct {
	plan  *plan.Plan
	root  string
	kept  store.Kept
	there map[string]bool // by name
}

func newMarketFiles(p *plan.Plan, root string) *marketFiles {
	return &marketFiles{p, root, keptBy(p), map[string]bool{}}
}

// has reports whether the files of a market are there.
func (f *marketFiles) has(name string) bool {
	if !f.there[name] {
		f.there[name] = store.Exists(filepath.Join(f.root, name)) &&
			(!f.plan.Output.Options || store.Exists(filepath.Join(f.root, store.MarketOptionsName(name))))
	}
	return f.there[name]
}

// add adds the files of those markets to a batch that are not there; they count as there from
// then on, so a batch that is not committed ends the program.
func (f *marketFiles) add(batch *store.Batch, markets map[string]*sharedMarket) error {
	for name, shared := range markets {
		if f.has(name) {
			continue
		}
		if err := f.write(batch, shared); err != nil {
			return err
		}
		f.there[name] = true
	}
	return nil
}

func (f *marketFiles) write(batch *store.Batch, shared *sharedMarket) error {
	if shared.market == nil {
		return f.copy(batch, shared)
	}
	tables, err := store.NewMarketTables(shared.market, f.plan.MarketColumns(&shared.Market), &f.kept)
	if err != nil {
		return err
	}
	pairs := []store.Pair{{Key: "engine_version", Value: engine.Version}}
	if !f.plan.HasOneMarket() {
		pairs = append(pairs, store.Pair{Key: "market_seed", Value: strconv.FormatUint(uint64(shared.Seed), 10)})
	}
	if f.plan.OverDays() {
		pairs = append(pairs, store.Pair{Key: "day", Value: f.plan.Days.List[shared.Seed].Name})
	}
	err = batch.Add(shared.Name, func(to io.Writer) error { return tables.Write(to, pairs) })
	if err != nil || !tables.HasOptions() {
		return err
	}
	return batch.Add(store.MarketOptionsName(shared.Name), func(to io.Writer) error { return tables.WriteOptions(to, pairs) })
}

// copy copies the files of a market from a smaller study.
func (f *marketFiles) copy(batch *store.Batch, shared *sharedMarket) error {
	names := []string{shared.Name}
	if f.plan.Output.Options {
		names = append(names, store.MarketOptionsName(shared.Name))
	}
	for _, name := range names {
		err := batch.Add(name, func(to io.Writer) error {
			from, err := os.Open(filepath.Join(shared.from, name))
			if err != nil {
				return err
			}
			defer from.Close()
			_, err = io.Copy(to, from)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
