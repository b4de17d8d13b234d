package cluster

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	batch "k8s.io/api/batch/v1"
	"sigs.k8s.io/yaml"
)

// The index of a task comes from the variable of its scheduler, which counts from 0 or from 1.
func TestIndexOf(t *testing.T) {
	for _, c := range []struct {
		environment map[string]string
		index       int
		from, wrong string
	}{
		{map[string]string{"SLURM_ARRAY_TASK_ID": "7"}, 7, "SLURM_ARRAY_TASK_ID", ""},
		{map[string]string{"JOB_COMPLETION_INDEX": "0"}, 0, "JOB_COMPLETION_INDEX", ""},
		{map[string]string{"AWS_BATCH_JOB_ARRAY_INDEX": "3"}, 3, "AWS_BATCH_JOB_ARRAY_INDEX", ""},
		{map[string]string{"BATCH_TASK_INDEX": "4"}, 4, "BATCH_TASK_INDEX", ""},
		{map[string]string{"SGE_TASK_ID": "1"}, 0, "SGE_TASK_ID", ""},
		{map[string]string{"LSB_JOBINDEX": "5"}, 4, "LSB_JOBINDEX", ""},
		{map[string]string{"SGE_TASK_ID": "undefined", "LSB_JOBINDEX": "0", "SLURM_ARRAY_TASK_ID": "2"}, 2, "SLURM_ARRAY_TASK_ID", ""},
		{map[string]string{"SGE_TASK_ID": "3", "SLURM_ARRAY_TASK_ID": "2"}, 2, "SLURM_ARRAY_TASK_ID", ""},
		{map[string]string{"SGE_TASK_ID": "2", "SLURM_ARRAY_TASK_ID": "2"}, 0, "", "SLURM_ARRAY_TASK_ID and SGE_TASK_ID name different shards"},
		{map[string]string{"SLURM_ARRAY_TASK_ID": "-1"}, 0, "", `SLURM_ARRAY_TASK_ID is "-1"`},
		{map[string]string{"JOB_COMPLETION_INDEX": "one"}, 0, "", `JOB_COMPLETION_INDEX is "one"`},
		{nil, 0, "", "no --index is given, and none of SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX"},
	} {
		index, from, err := IndexOf(func(name string) string { return c.environment[name] })
		if c.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("%v: %v, want %q", c.environment, err, c.wrong)
			}
			continue
		}
		if err != nil || index != c.index || from != c.from {
			t.Errorf("%v: %d by %s, %v", c.environment, index, from, err)
		}
	}
}

func TestArrays(t *testing.T) {
	want := []array{{0, []int{1, 4}}, {5, []int{0, 1}}, {10, []int{3}}}
	if got := arraysOf([]int{1, 4, 5, 6, 13}, 5); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

// standIns puts programs into the path that record their arguments and print an answer.
func standIns(t *testing.T, answers map[string]string) (calls func() string) {
	t.Helper()
	folder := t.TempDir()
	log := filepath.Join(folder, "calls")
	for name, answer := range answers {
		script := fmt.Sprintf("#!/bin/sh\n{ echo %s \"$@\"; [ %s = sbatch ] && cat; } >>%s\n%s\n", name, name, log, answer)
		if err := os.WriteFile(filepath.Join(folder, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", folder+":"+os.Getenv("PATH"))
	return func() string {
		content, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
}

const config = "echo 'MaxArraySize            = 5'"

// Shards are submitted as arrays below MaxArraySize, then a merge that depends on them; each job is noted before the next.
func TestSlurmSends(t *testing.T) {
	calls := standIns(t, map[string]string{"scontrol": config, "sbatch": "echo $(($(grep -c ^sbatch \"$0\".n 2>/dev/null || echo 0) + 100 + $(wc -l <" + "\"$(dirname \"$0\")/calls\"" + ")))';cluster'"})
	s := Slurm{Name: "study", Program: "/bin/sweep", Folder: "/shared/a study", Logs: "/shared/a study/logs", Workers: 4, Partition: "main", Time: "1:00:00", MaxParallel: 3, Extra: []string{"--mem=4G"}}
	submission, notes := &Submission{On: "slurm", Shards: 12}, 0
	if err := s.Send(context.Background(), submission, []int{0, 1, 2, 7}, func() error { notes++; return nil }); err != nil {
		t.Fatal(err)
	}
	if notes != 3 || len(submission.Jobs) != 3 || submission.Jobs[1].Offset != 5 || !submission.Jobs[2].Merge {
		t.Errorf("%d notes, %+v", notes, submission.Jobs)
	}
	want := `scontrol show config
sbatch --parsable --job-name=study --partition=main --time=1:00:00 --array=0-2%3 --requeue --open-mode=append --signal=B:USR1@120 --output=/shared/a study/logs/%A_%a.log --cpus-per-task=4 --mem=4G
#!/bin/bash
exec /bin/sweep shard '/shared/a study' --of 12 --workers 4
sbatch --parsable --job-name=study --partition=main --time=1:00:00 --array=2%3 --requeue --open-mode=append --signal=B:USR1@120 --output=/shared/a study/logs/%A_%a.log --cpus-per-task=4 --mem=4G
#!/bin/bash
exec /bin/sweep shard '/shared/a study' --of 12 --offset 5 --workers 4
sbatch --parsable --job-name=study-merge --partition=main --time=1:00:00 --dependency=afterany:` + submission.Jobs[0].ID + ":" + submission.Jobs[1].ID + ` --open-mode=append --output=/shared/a study/logs/merge-%j.log --cpus-per-task=4 --mem=4G
#!/bin/bash
exec /bin/sweep merge '/shared/a study'
`
	if got := calls(); got != want {
		t.Errorf("sent were\n%s\nwant\n%s", got, want)
	}
}

// An error of the scheduler is quoted, and the jobs that were submitted before it stay noted.
func TestSlurmRefuses(t *testing.T) {
	standIns(t, map[string]string{"scontrol": config, "sbatch": "case \"$*\" in *array=0-4*) echo 7;; *) echo 'Batch job submission failed: no such partition' >&2; exit 1;; esac"})
	s, submission := Slurm{Name: "study", Program: "sweep", Folder: "/f", Logs: "/f/logs"}, &Submission{Shards: 6}
	err := s.Send(context.Background(), submission, []int{0, 1, 2, 3, 4, 5}, func() error { return nil })
	if err == nil || !strings.Contains(err.Error(), "sbatch: exit status 1: Batch job submission failed: no such partition") || len(submission.Jobs) != 1 || submission.Jobs[0].ID != "7" {
		t.Errorf("%v, %+v", err, submission.Jobs)
	}
	standIns(t, map[string]string{"scontrol": config, "sbatch": "echo hello"})
	if err := s.Send(context.Background(), submission, []int{0}, func() error { return nil }); err == nil || !strings.Contains(err.Error(), "which is no number of a job") {
		t.Errorf("%v", err)
	}
	var said bytes.Buffer
	t.Setenv("PATH", t.TempDir())
	if err := s.WriteCalls(context.Background(), &said, 6, []int{1, 3}); err != nil || !strings.Contains(said.String(), "--array=1,3 ") || !strings.Contains(said.String(), "--dependency=afterany:ID1 ") {
		t.Errorf("where there is no Slurm: %v, %s", err, &said)
	}
	if err := s.Send(context.Background(), submission, []int{0}, func() error { return nil }); err == nil || !strings.Contains(err.Error(), "scontrol") {
		t.Errorf("%v", err)
	}
}

// The queue is asked once; jobs that it no longer knows have ended.
func TestQueue(t *testing.T) {
	calls := standIns(t, map[string]string{"squeue": "printf 'RUNNING\\nPENDING\\nRUNNING\\n'"})
	states, err := Queue(context.Background(), &Submission{Jobs: []Job{{ID: "4"}, {ID: "5", Merge: true}, {ID: "6"}}})
	if err != nil || States(states) != "1 pending, 2 running" || calls() != "squeue --noheader --array --jobs=4,6 --format=%T\n" {
		t.Errorf("%v, %v, %s", states, err, calls())
	}
	standIns(t, map[string]string{"squeue": "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1"})
	if states, err := Queue(context.Background(), &Submission{Jobs: []Job{{ID: "4"}}}); err != nil || States(states) != "no task" {
		t.Errorf("%v, %v", states, err)
	}
}

// A task is requeued by its array and index, up to a limit.
func TestRequeue(t *testing.T) {
	calls := standIns(t, map[string]string{"scontrol": "exit 0"})
	environment := map[string]string{"SLURM_ARRAY_JOB_ID": "4", "SLURM_ARRAY_TASK_ID": "2", "SLURM_JOB_ID": "4", "SLURM_RESTART_COUNT": "1"}
	of := func(name string) string { return environment[name] }
	if again, err := Requeue(context.Background(), of, 2); !again || err != nil || calls() != "scontrol requeue 4_2\n" {
		t.Errorf("%v, %v, %s", again, err, calls())
	}
	if again, err := Requeue(context.Background(), of, 1); again || err == nil || !strings.Contains(err.Error(), "it was requeued 1 of 1 times") {
		t.Errorf("%v, %v", again, err)
	}
	if again, err := Requeue(context.Background(), func(string) string { return "" }, 1); again || err != nil {
		t.Errorf("no task of an array: %v, %v", again, err)
	}
}

// holdTo compares Jobs with those of a file.
func holdTo(t *testing.T, golden string, written []byte) {
	t.Helper()
	want, err := os.ReadFile(golden)
	if err != nil || string(written) != string(want) {
		if err := os.WriteFile(golden+".got", written, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Errorf("the Jobs are not those of %s: see %s.got", golden, golden)
	}
}

// The Jobs decode strictly as Kubernetes' types, field by field.
func TestKubernetesJobs(t *testing.T) {
	k := Kubernetes{Name: "My study_1.5", Image: "registry/sweep:1", Folder: "/results/my", Claim: "results", Mount: "/results", Namespace: "desk", Workers: 2, Memory: "4Gi", MaxParallel: 3, Retries: 2}
	var written bytes.Buffer
	if err := k.Write(&written, 8); err != nil {
		t.Fatal(err)
	}
	holdTo(t, "testdata/jobs.yaml", written.Bytes())
	bucket := k
	bucket.Folder, bucket.InBucket, bucket.Secret, bucket.Claim, bucket.Mount = "s3://bucket/my?region=eu-west-1", true, "keys", "", ""
	var stored bytes.Buffer
	if err := bucket.Write(&stored, 8); err != nil {
		t.Fatal(err)
	}
	holdTo(t, "testdata/jobs-bucket.yaml", stored.Bytes())
	for i, document := range append(strings.Split(written.String(), "---\n"), strings.Split(stored.String(), "---\n")...) {
		var job batch.Job
		if err := yaml.UnmarshalStrict([]byte(document), &job); err != nil {
			t.Error(err)
		}
		if want := []string{"my-study-1-5", "my-study-1-5-merge"}[i%2]; job.Name != want || job.Namespace != "desk" || job.Kind != "Job" {
			t.Errorf("%s in %s", job.Name, job.Namespace)
		}
	}
	for wrong, change := range map[string]func(*Kubernetes){
		"name the image": func(k *Kubernetes) { k.Image = "" }, "name the claim": func(k *Kubernetes) { k.Claim = "" },
		"names a volume": func(k *Kubernetes) { k.InBucket = true }, "secret \"K Y\"": func(k *Kubernetes) { k.Secret = "K Y" },
		"memory \"much\"": func(k *Kubernetes) { k.Memory = "much" }, "want an amount above 0": func(k *Kubernetes) { k.Memory = "-1Gi" }, "claim \"b c\"": func(k *Kubernetes) { k.Claim = "b c" }, "namespace \"X_Y\"": func(k *Kubernetes) { k.Namespace = "X_Y" },
		"-3 retries": func(k *Kubernetes) { k.Retries = -3 }, "not at the root": func(k *Kubernetes) { k.Mount = "/" }, "no letter or digit": func(k *Kubernetes) { k.Name = "…" },
	} {
		other := k
		change(&other)
		if err := other.Write(&written, 8); err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%v, want %q", err, wrong)
		}
	}
	if err := k.Write(&written, mostIndexes+1); err == nil {
		t.Error("more indexes than a Job may have")
	}
}
