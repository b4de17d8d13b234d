package sweep

import (
	"encoding/json"

	"optmm/sweep/store"
)

// newLock returns the lock of a plan whose chunks are all committed and have these
// digests, but for what its files come to.
func newLock(p *Plan, f *folder, chunks []string) *Lock {
	build := ReadBuild()
	return &Lock{Header: *f.header, Build: &build, Runs: p.Runs(), Stages: settled(p), Chunks: chunks, Digest: wholeDigest(chunks)}
}

// complete writes the lock of a study whose files are all there, which makes it complete.
func (f *folder) complete(p *Plan, lock *Lock) (err error) {
	if lock.Files, err = fingerprints(f.path, tables(p.Fresh != nil)); err != nil {
		return err
	}
	if err := removeTemporaries(f.path); err != nil {
		return err
	}
	if lock.Seal, err = lock.seal(); err != nil {
		return err
	}
	content, err := json.MarshalIndent(lock, "", "  ")
	if err != nil {
		return err
	}
	if err := store.WriteBytes(f.path, lockName, append(content, '\n')); err != nil {
		return err
	}
	f.lock = lock
	return removeChunks(f.path)
}
