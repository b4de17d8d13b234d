package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"optmm/sweep/text"
)

// Slurm describes the job arrays of the shards.
type Slurm struct {
	Name        string // of the study
	Program     string // absolute path
	Folder      string // of the results: an absolute path, or an address in a bucket
	Logs        string // the folder of the jobs' output; absolute path
	Workers     int    // CPUs of a shard; 0: all that its node gives it
	Partition   string
	Time        string
	MaxParallel int      // shards at once; 0: as the scheduler has it
	Extra       []string // arguments of sbatch
}

// Call is a command and its standard input.
type Call struct {
	Arguments []string
	Input     string
}

// Write prints the call as a shell takes it.
func (c *Call) Write(to io.Writer) error {
	_, err := fmt.Fprintf(to, "%s <<'END'\n%sEND\n", text.Shell(c.Arguments), c.Input)
	return err
}

// warning has Slurm signal a shard two minutes before its time limit.
const warning = "B:USR1@120"

// Logs is the folder of the shards' output, below that of the study where it is not in a bucket.
const Logs = "logs"

// shards is the call that sends an array of shards.
func (s *Slurm) shards(shards int, a array) Call {
	tasks := text.Ranges(a.indexes)
	if s.MaxParallel > 0 {
		tasks += "%" + strconv.Itoa(s.MaxParallel)
	}
	arguments := append(s.common(s.Name), "--array="+tasks, "--requeue", "--open-mode=append", "--signal="+warning, "--output="+s.log("%A_%a.log"))
	command := []string{"exec", s.Program, "shard", s.Folder, "--of", strconv.Itoa(shards)}
	if a.offset > 0 {
		command = append(command, "--offset", strconv.Itoa(a.offset))
	}
	if s.Workers > 0 {
		arguments = append(arguments, "--cpus-per-task="+strconv.Itoa(s.Workers))
		command = append(command, "--workers", strconv.Itoa(s.Workers))
	}
	return Call{append(arguments, s.Extra...), script(command)}
}

// merge is the call that submits the merge, which starts when all shards have ended, also those that failed: it reports
// what is missing.
func (s *Slurm) merge(jobs []string) Call {
	arguments := append(s.common(s.Name+"-merge"), "--dependency=afterany:"+strings.Join(jobs, ":"), "--open-mode=append", "--output="+s.log("merge-%j.log"))
	if s.Workers > 0 {
		arguments = append(arguments, "--cpus-per-task="+strconv.Itoa(s.Workers))
	}
	return Call{append(arguments, s.Extra...), script([]string{"exec", s.Program, "merge", s.Folder})}
}

// log is the file of a job's output. Slurm expands % in its name.
func (s *Slurm) log(name string) string {
	return filepath.Join(strings.ReplaceAll(s.Logs, "%", "%%"), name)
}

func (s *Slurm) common(name string) []string {
	arguments := []string{"sbatch", "--parsable", "--job-name=" + name}
	if s.Partition != "" {
		arguments = append(arguments, "--partition="+s.Partition)
	}
	if s.Time != "" {
		arguments = append(arguments, "--time="+s.Time)
	}
	return arguments
}

// script ends in exec, since Slurm sends the warning to the batch shell only.
func script(command []string) string { return "#!/bin/bash\n" + text.Shell(command) + "\n" }

// Send submits shards and the merge, and returns at once. It notes each job before it submits the next.
func (s *Slurm) Send(ctx context.Context, submission *Submission, shards []int, note func() error) error {
	limit, err := s.arrayLimit(ctx)
	if err != nil {
		return err
	}
	var sent []string
	for _, a := range arraysOf(shards, limit) {
		id, err := send(ctx, s.shards(submission.Shards, a))
		if err != nil {
			return err
		}
		sent = append(sent, id)
		submission.Jobs = append(submission.Jobs, Job{ID: id, Offset: a.offset})
		if err := note(); err != nil {
			return err
		}
	}
	id, err := send(ctx, s.merge(sent))
	if err != nil {
		return err
	}
	submission.Jobs = append(submission.Jobs, Job{ID: id, Merge: true})
	return note()
}

// WriteCalls prints what Send would send, with ID1, ID2 in place of the numbers of the jobs.
func (s *Slurm) WriteCalls(ctx context.Context, to io.Writer, shards int, of []int) error {
	limit, err := s.arrayLimit(ctx)
	if err != nil {
		limit = usualArrayLimit // there is no Slurm here
	}
	var jobs []string
	for i, a := range arraysOf(of, limit) {
		call := s.shards(shards, a)
		if err := call.Write(to); err != nil {
			return err
		}
		jobs = append(jobs, "ID"+strconv.Itoa(i+1))
	}
	call := s.merge(jobs)
	return call.Write(to)
}

// usualArrayLimit is Slurm's default MaxArraySize.
const usualArrayLimit = 1001

// arrayLimit asks Slurm for MaxArraySize, which is above every index.
func (s *Slurm) arrayLimit(ctx context.Context) (int, error) {
	answer, err := output(ctx, Call{Arguments: []string{"scontrol", "show", "config"}})
	if err != nil {
		return 0, err
	}
	found := regexp.MustCompile(`(?m)^\s*MaxArraySize\s*=\s*(\d+)`).FindStringSubmatch(answer)
	if found == nil {
		return usualArrayLimit, nil
	}
	limit, err := strconv.Atoi(found[1])
	if err == nil && limit < 1 {
		err = errors.New("arrays are switched off: MaxArraySize is 0")
	}
	return limit, err
}

// send sends a job, and returns its number.
func send(ctx context.Context, call Call) (id string, err error) {
	answer, err := output(ctx, call)
	if err != nil {
		return "", err
	}
	id, _, _ = strings.Cut(strings.TrimSpace(answer), ";") // and the cluster
	if _, err := strconv.Atoi(id); err != nil {
		return "", fmt.Errorf("sbatch answered %.80q, which is no number of a job", answer)
	}
	return id, nil
}

// output runs a call and returns its standard output; its standard error becomes the error.
func output(ctx context.Context, call Call) (string, error) {
	command := exec.CommandContext(ctx, call.Arguments[0], call.Arguments[1:]...)
	var answer, wrong bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(call.Input), &answer, &wrong
	if err := command.Run(); err != nil {
		if said := strings.TrimSpace(wrong.String()); said != "" {
			err = fmt.Errorf("%w: %.500s", err, said)
		}
		return "", fmt.Errorf("%s: %w", call.Arguments[0], err)
	}
	return answer.String(), nil
}

// Queue asks how many tasks of a submission are in each state, as RUNNING and PENDING, by one call.
func Queue(ctx context.Context, s *Submission) (states map[string]int, err error) {
	var ids []string
	for _, job := range s.Jobs {
		if !job.Merge {
			ids = append(ids, job.ID)
		}
	}
	answer, err := output(ctx, Call{Arguments: []string{"squeue", "--noheader", "--array", "--jobs=" + strings.Join(ids, ","), "--format=%T"}})
	states = map[string]int{}
	if err != nil && strings.Contains(err.Error(), "Invalid job id") { // all have ended, and are forgotten
		return states, nil
	}
	for _, state := range strings.Fields(answer) {
		states[state]++
	}
	return states, err
}

// Requeue has Slurm requeue this task of an array, at most a number of times. It reports whether it did.
func Requeue(ctx context.Context, environment func(string) string, most int) (bool, error) {
	job, task := environment("SLURM_ARRAY_JOB_ID"), environment("SLURM_ARRAY_TASK_ID")
	if job == "" || task == "" {
		return false, nil
	}
	before, _ := strconv.Atoi(environment("SLURM_RESTART_COUNT")) // 0 where it is not set
	if before >= most {
		return false, fmt.Errorf("it was requeued %d of %d times", before, most)
	}
	_, err := output(ctx, Call{Arguments: []string{"scontrol", "requeue", job + "_" + task}}) // SLURM_JOB_ID of the last task is the array's
	return err == nil, err
}

// States writes how many tasks are in each state.
func States(states map[string]int) string {
	var names, parts []string
	for name := range states {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		parts = append(parts, fmt.Sprintf("%d %s", states[name], strings.ToLower(name)))
	}
	if parts == nil {
		return "no task"
	}
	return strings.Join(parts, ", ")
}
