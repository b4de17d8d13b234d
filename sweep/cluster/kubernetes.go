package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

// Kubernetes describes the Indexed Job of the shards and the Job that merges them. It needs Kubernetes 1.33 or later, in
// which backoffLimitPerIndex is stable.
type Kubernetes struct {
	Name        string // of the study
	Image       string
	Folder      string // of the results, as containers see it
	InBucket    bool   // the folder is in a bucket, and there is no volume
	Secret      string // whose values are variables of the containers' environment, such as a bucket's keys; may be empty
	Claim       string // of the volume that has the folder
	Mount       string // where the volume is mounted
	Namespace   string // empty: that of the context
	Workers     int    // CPUs of a shard
	Memory      string // as in 2Gi
	MaxParallel int    // shards at once; 0: all
	Retries     int    // of an index that failed
}

// mergePatience is how long the merge waits while no shard commits anything.
const mergePatience = "6h"

// mostIndexes is the most completions that an Indexed Job may have.
const mostIndexes = 100_000

// Jobs returns the Job of the shards and the Job of the merge, which waits for the shards. A shard that was stopped (exit
// code 75) or failed is retried; one whose study is wrong (exit code 2) is not; a preempted or drained pod is replaced.
func (k *Kubernetes) Jobs(shards int) (jobs []*batch.Job, err error) {
	switch {
	case k.Image == "":
		return nil, errors.New("name the image that has sweep: --image registry/sweep:1")
	case k.Claim == "" && !k.InBucket:
		return nil, errors.New("name the claim of the volume that has the results: --claim results")
	case k.Claim != "" && k.InBucket:
		return nil, fmt.Errorf("the results are in a bucket, and --claim %.60s names a volume", k.Claim)
	case shards > mostIndexes:
		return nil, fmt.Errorf("%d shards, and an Indexed Job has at most %d", shards, mostIndexes)
	}
	memory, err := resource.ParseQuantity(k.Memory)
	if err == nil && memory.Sign() <= 0 {
		err = errors.New("want an amount above 0")
	}
	if err != nil {
		return nil, fmt.Errorf("memory %.40q: %w", k.Memory, err)
	}
	for _, name := range []struct {
		what, is string
		wrong    []string
	}{{"claim", k.Claim, validation.IsDNS1123Subdomain(k.Claim)}, {"namespace", k.Namespace, validation.IsDNS1123Label(k.Namespace)}, {"secret", k.Secret, validation.IsDNS1123Subdomain(k.Secret)}} {
		if name.is != "" && name.wrong != nil {
			return nil, fmt.Errorf("%s %.60q: %s", name.what, name.is, name.wrong[0])
		}
	}
	switch {
	case k.Retries < 0:
		return nil, fmt.Errorf("%d retries", k.Retries)
	case !k.InBucket && (k.Mount == "/" || k.Mount == k.Folder+"/" || !path.IsAbs(k.Mount) || !path.IsAbs(k.Folder)):
		return nil, fmt.Errorf("the folder %.60q lies on a volume that is mounted at %.60q: want absolute paths, the volume not at the root", k.Folder, k.Mount)
	}
	workers := strconv.Itoa(max(1, k.Workers))
	name := k.jobName()
	if len(name) == 0 {
		return nil, fmt.Errorf("the name %.60q has no letter or digit that a Job's name may have", k.Name)
	}
	parallel := int32(shards)
	if k.MaxParallel > 0 {
		parallel = min(parallel, int32(min(k.MaxParallel, math.MaxInt32)))
	}
	n, retries, none := int32(shards), int32(k.Retries), int32(0)
	indexed := batch.IndexedCompletion
	shard := k.job(name, []string{"shard", k.Folder, "--of", strconv.Itoa(shards), "--workers", workers}, workers, memory)
	shard.Spec.CompletionMode, shard.Spec.Completions, shard.Spec.Parallelism = &indexed, &n, &parallel
	shard.Spec.BackoffLimitPerIndex, shard.Spec.MaxFailedIndexes = &retries, &n
	shard.Spec.PodFailurePolicy = &batch.PodFailurePolicy{Rules: []batch.PodFailurePolicyRule{
		{Action: batch.PodFailurePolicyActionIgnore, OnPodConditions: []batch.PodFailurePolicyOnPodConditionsPattern{{Type: core.DisruptionTarget, Status: core.ConditionTrue}}},
		{Action: batch.PodFailurePolicyActionFailIndex, OnExitCodes: &batch.PodFailurePolicyOnExitCodesRequirement{Operator: batch.PodFailurePolicyOnExitCodesOpIn, Values: []int32{2}}},
	}}
	merge := k.job(name+"-merge", []string{"merge", k.Folder, "--wait", mergePatience}, workers, memory)
	merge.Spec.BackoffLimit, merge.Spec.PodFailurePolicy = &none, &batch.PodFailurePolicy{Rules: shard.Spec.PodFailurePolicy.Rules[:1]}
	merge.Spec.Template.Spec.Containers[0].Resources.Requests = core.ResourceList{core.ResourceCPU: resource.MustParse("50m"), core.ResourceMemory: resource.MustParse("128Mi")} // while it waits
	return []*batch.Job{shard, merge}, nil
}

// job is a Job of one command of sweep.
func (k *Kubernetes) job(name string, arguments []string, cpu string, memory resource.Quantity) *batch.Job {
	grace := int64(grace.Seconds())
	resources := core.ResourceList{core.ResourceCPU: resource.MustParse(cpu), core.ResourceMemory: memory}
	volume, mount := core.Volume{Name: "results", VolumeSource: core.VolumeSource{PersistentVolumeClaim: &core.PersistentVolumeClaimVolumeSource{ClaimName: k.Claim}}}, k.Mount
	if k.InBucket { // its copy, and the image has no folder for it
		volume, mount = core.Volume{Name: "copy", VolumeSource: core.VolumeSource{EmptyDir: &core.EmptyDirVolumeSource{}}}, "/tmp"
	}
	var environment []core.EnvFromSource
	if k.Secret != "" {
		environment = []core.EnvFromSource{{SecretRef: &core.SecretEnvSource{LocalObjectReference: core.LocalObjectReference{Name: k.Secret}}}}
	}
	return &batch.Job{
		TypeMeta:   meta.TypeMeta{APIVersion: "batch/v1", Kind: "Job"},
		ObjectMeta: meta.ObjectMeta{Name: name, Namespace: k.Namespace, Labels: map[string]string{"app.kubernetes.io/name": "sweep"}},
		Spec: batch.JobSpec{Template: core.PodTemplateSpec{
			ObjectMeta: meta.ObjectMeta{Labels: map[string]string{"app.kubernetes.io/name": "sweep"}},
			Spec: core.PodSpec{
				RestartPolicy: core.RestartPolicyNever, TerminationGracePeriodSeconds: &grace,
				Containers: []core.Container{{
					Name: "sweep", Image: k.Image, Command: append([]string{"/sweep"}, arguments...),
					Resources:    core.ResourceRequirements{Requests: resources, Limits: resources},
					VolumeMounts: []core.VolumeMount{{Name: volume.Name, MountPath: mount}},
					EnvFrom:      environment,
				}},
				Volumes: []core.Volume{volume},
			},
		}},
	}
}

// mostName leaves room in the name of a Job for its index and for -merge.
const mostName = 45

// jobName makes a valid name of a Job from the study's name.
func (k *Kubernetes) jobName() string {
	name := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(k.Name), "-")
	return strings.Trim(name[:min(len(name), mostName)], "-")
}

// Write writes the Jobs as YAML.
func (k *Kubernetes) Write(to io.Writer, shards int) error {
	jobs, err := k.Jobs(shards)
	if err != nil {
		return err
	}
	for i, job := range jobs {
		content, err := yaml.Marshal(job)
		if err != nil {
			return err
		}
		text := strings.TrimSuffix(string(content), "status: {}\n")
		if i > 0 {
			text = "---\n" + text
		}
		if _, err := io.WriteString(to, text); err != nil {
			return err
		}
	}
	return nil
}

// Apply has kubectl apply the Jobs, and returns its output.
func (k *Kubernetes) Apply(ctx context.Context, shards int) (said string, err error) {
	var manifest strings.Builder
	if err := k.Write(&manifest, shards); err != nil {
		return "", err
	}
	return output(ctx, Call{[]string{"kubectl", "apply", "-f", "-"}, manifest.String()})
}
