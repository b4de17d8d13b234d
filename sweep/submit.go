package sweep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"time"

	"optmm/sweep/cluster"
	"optmm/sweep/fault"
	"optmm/sweep/folder"
	"optmm/sweep/plan"
	"optmm/sweep/store"
	"optmm/sweep/text"
)

// Submission says how to submit the shards of a study.
type Submission struct {
	On              string  // one of Places; empty: as the study was submitted before
	Folder          string  // of the results
	Place           *Place  // that the folder is of; nil: it is on this machine
	Shards          int     // 0: by MinutesPerShard
	MinutesPerShard float64 // that a shard takes, approximately
	Slurm           cluster.Slurm
	Kubernetes      cluster.Kubernetes
	Apply           bool // apply the Jobs of Kubernetes; otherwise print them
	DryRun          bool // print what would be submitted, and submit nothing
	IgnoreDisk      bool
}

// The places that shards are submitted to.
const (
	OnSlurm      = "slurm"
	OnKubernetes = "kubernetes"
	OnLocal      = "local"
)

// Places lists them.
func Places() []string { return []string{OnSlurm, OnKubernetes, OnLocal} }

// Submit freezes a study in a folder and submits its shards and their merge. On a cluster it returns at once.
func Submit(ctx context.Context, to io.Writer, p *plan.Plan, s Submission) error {
	switch {
	case p.Halving != nil:
		return fault.Usagef("submit: successive halving is not divided into shards, since each rung waits for all runs of the one before: use sweep run")
	case s.Shards < 0 || s.Shards > cluster.MostShards:
		return fault.Usage(&fault.Option{Name: "shards", Value: fmt.Sprint(s.Shards), Err: fmt.Errorf("want a number from 1 to %d", cluster.MostShards)})
	case !(s.MinutesPerShard > 0):
		return fault.Usage(&fault.Option{Name: "minutes-per-shard", Value: fmt.Sprint(s.MinutesPerShard), Err: errors.New("want minutes above 0")})
	}
	shards := s.Shards
	if shards == 0 {
		workers := max(1, s.Slurm.Workers)
		shards = int(min(cluster.MostShards, math.Ceil(p.Estimate().CoreSeconds/float64(workers)/60/s.MinutesPerShard)))
	}
	selection := 0
	for i := range p.SelectionStages() {
		selection += p.ChunksOfStage(&p.Stages[i])
	}
	shards = max(1, min(shards, selection, cluster.MostShards)) // further shards would have no chunk
	if s.On == OnKubernetes {
		if _, err := s.kubernetes(p.Name, 0); err != nil { // before anything is frozen
			return err
		}
	}
	all := make([]int, shards)
	for i := range all {
		all[i] = i
	}
	if s.DryRun {
		return s.show(ctx, to, p.Name, shards, all, 0)
	}
	sent := &cluster.Submission{On: s.On, By: folder.Stamp(), Shards: shards}
	if err := s.freeze(ctx, p, sent); err != nil {
		return err
	}
	return s.send(ctx, to, p.Name, sent, all)
}

// freeze writes the study and its submission into the folder. Of two programs at once one fails.
func (s *Submission) freeze(ctx context.Context, p *plan.Plan, submission *cluster.Submission) error {
	if there, complete, err := folder.Read(s.Folder); err != nil {
		return fault.Usagef("submit: %w", err)
	} else if there != nil && complete {
		return fault.Usagef("submit: %s holds a complete study: choose another folder, or extend it by sweep run", s.Folder)
	}
	f, err := folder.Open(ctx, p, folder.Hold{Path: s.Folder, IgnoreDisk: s.IgnoreDisk, Bucket: s.Place.bucket()})
	if err != nil {
		return openError("submit", err)
	}
	defer f.Close()
	if sent, err := cluster.ReadSubmission(s.Folder); err != nil {
		return err
	} else if sent != nil {
		return fault.Usagef("submit: %s was submitted before, in %s: sweep submit --resume %s submits the missing ones, and sweep status %s shows the progress", s.Folder, text.Count(sent.Shards, "shard"), s.Folder, s.Folder)
	}
	if err := store.MakeRoot(s.logs(p.Name)); err != nil {
		return err
	}
	if err := submission.Write(s.Folder); err != nil || !s.Place.inBucket() {
		return err
	}
	if err := s.Place.bucket().Create(ctx, folder.SubmissionName); err != nil { // of two programs at once the first
		return fmt.Errorf("submit: %w; the study was submitted at once by another program", err)
	}
	return nil
}

// logs is the folder of what the shards print: in that of the results, or on this machine.
func (s *Submission) logs(name string) string {
	if s.Place.inBucket() {
		return filepath.Join(DefaultFolder("logs"), name)
	}
	return filepath.Join(s.Folder, cluster.Logs)
}

// record writes how the shards were submitted.
func (s *Submission) record(ctx context.Context, sent *cluster.Submission) error {
	if err := sent.Write(s.Folder); err != nil || !s.Place.inBucket() {
		return err
	}
	return s.Place.bucket().Replace(ctx, folder.SubmissionName)
}

// results is the folder as shards name it.
func (s *Submission) results() (string, error) {
	if s.Place.inBucket() {
		return s.Place.address, nil
	}
	return filepath.Abs(s.Folder)
}

// Resubmit submits the unfinished shards of a folder again, with the same number of shards.
func Resubmit(ctx context.Context, to io.Writer, s Submission) error {
	sent, err := cluster.ReadSubmission(s.Folder)
	if err == nil && sent == nil {
		err = fault.Usagef("submit: %s was not submitted before", s.Folder)
	}
	if err != nil {
		return err
	}
	u, err := folder.OpenUnfinished("submit", s.Folder)
	if err != nil {
		return err
	}
	if u == nil {
		return fault.Usagef("submit: the study in %s is complete", s.Folder)
	}
	missing := cluster.Look(u, sent, time.Now()).Missing()
	if len(missing) == 0 {
		_, err := fmt.Fprintf(to, "every shard is done: sweep merge %s writes the results\n", s.Folder)
		return err
	}
	if s.On == "" {
		s.On = sent.On
	}
	if s.DryRun {
		return s.show(ctx, to, u.Plan.Name, sent.Shards, missing, len(sent.Jobs))
	}
	sent.On = s.On
	return s.send(ctx, to, u.Plan.Name, sent, missing)
}

// show prints what would be submitted.
func (s *Submission) show(ctx context.Context, to io.Writer, name string, shards int, of []int, jobs int) error {
	switch s.On {
	case OnLocal:
		_, err := fmt.Fprintf(to, "%s of %d: %s\n", text.Count(len(of), "shard"), shards, text.Ranges(of))
		return err
	case OnKubernetes:
		k, err := s.kubernetes(name, jobs/2)
		if err != nil {
			return err
		}
		return k.Write(to, shards)
	}
	call, err := s.slurm(name)
	if err != nil {
		return err
	}
	return call.WriteCalls(ctx, to, shards, of)
}

func (s *Submission) slurm(name string) (*cluster.Slurm, error) {
	call := s.Slurm
	call.Name = name
	var err, wrong error
	call.Folder, err = s.results()
	call.Logs, wrong = filepath.Abs(s.logs(name))
	return &call, errors.Join(err, wrong)
}

// send submits shards and prints their jobs.
func (s *Submission) send(ctx context.Context, to io.Writer, name string, sent *cluster.Submission, of []int) error {
	if err := s.record(ctx, sent); err != nil {
		return err
	}
	call, err := s.slurm(name)
	if err != nil {
		return err
	}
	if s.On == OnLocal {
		local := cluster.Local{Program: call.Program, Folder: call.Folder, Logs: call.Logs, Workers: max(1, call.Workers), MaxParallel: call.MaxParallel}
		if err := local.Run(ctx, sent.Shards, of); err != nil {
			return err
		}
		_, err := fmt.Fprintf(to, "%s of %d done: sweep merge %s writes the results\n", text.Count(len(of), "shard"), sent.Shards, s.Folder)
		return err
	}
	if s.On == OnKubernetes {
		return s.sendToKubernetes(ctx, to, name, sent)
	}
	before := len(sent.Jobs)
	err = call.Send(ctx, sent, of, func() error { return s.record(ctx, sent) })
	for _, job := range sent.Jobs[before:] {
		what := "shards"
		if job.Merge {
			what = "merge"
		}
		fmt.Fprintf(to, "job %s: %s\n", job.ID, what)
	}
	if err != nil {
		return fmt.Errorf("submit: %w; the study is frozen in %s: sweep submit --resume %s submits what is missing", err, s.Folder, s.Folder)
	}
	_, err = fmt.Fprintf(to, "%s of %d submitted; sweep status %s shows the progress\n", text.Count(len(of), "shard"), sent.Shards, s.Folder)
	return err
}

// kubernetes describes the Jobs. The folder's path in containers is by default its path on this machine; Jobs that are
// submitted again have new names.
func (s *Submission) kubernetes(name string, before int) (*cluster.Kubernetes, error) {
	k := s.Kubernetes
	if k.Name = name; before > 0 {
		k.Name = fmt.Sprintf("%s-%d", name, before+1)
	}
	k.Workers, k.MaxParallel = s.Slurm.Workers, s.Slurm.MaxParallel
	var err error
	if k.Folder == "" || s.Place.inBucket() {
		if k.Folder, err = s.results(); err != nil {
			return nil, err
		}
	}
	if k.InBucket = s.Place.inBucket(); k.Mount == "" && !k.InBucket {
		k.Mount = filepath.Dir(k.Folder)
	}
	_, err = k.Jobs(1)
	if err != nil {
		err = fault.Usagef("submit: %w", err)
	}
	return &k, err
}

// sendToKubernetes applies the Jobs of all shards, or prints them. Shards that are done end at once.
func (s *Submission) sendToKubernetes(ctx context.Context, to io.Writer, name string, sent *cluster.Submission) error {
	k, err := s.kubernetes(name, len(sent.Jobs)/2)
	if err != nil {
		return err
	}
	jobs, err := k.Jobs(sent.Shards)
	if err != nil {
		return err
	}
	for i, job := range jobs {
		sent.Jobs = append(sent.Jobs, cluster.Job{ID: job.Name, Merge: i > 0})
	}
	if !s.Apply {
		if err := s.record(ctx, sent); err != nil {
			return err
		}
		return k.Write(to, sent.Shards)
	}
	said, err := k.Apply(ctx, sent.Shards)
	if err != nil {
		return fmt.Errorf("submit: %w; the study is frozen in %s: sweep submit --resume %s submits it", err, s.Folder, s.Folder)
	}
	if err := s.record(ctx, sent); err != nil {
		return err
	}
	_, err = fmt.Fprintf(to, "%s%s submitted; sweep status %s shows the progress\n", said, text.Count(sent.Shards, "shard"), s.Folder)
	return err
}
