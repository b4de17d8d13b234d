package cluster

import (
	"fmt"
	"strconv"
	"strings"
)

// variable is the environment variable in which a scheduler gives the index of a task.
type variable struct {
	name  string
	of    string
	first int // the number of the first task
}

func variables() []variable {
	return []variable{
		{"SLURM_ARRAY_TASK_ID", "Slurm", 0},
		{"JOB_COMPLETION_INDEX", "Kubernetes", 0},
		{"AWS_BATCH_JOB_ARRAY_INDEX", "AWS Batch", 0},
		{"BATCH_TASK_INDEX", "Google Batch", 0},
		{"SGE_TASK_ID", "Grid Engine", 1},
		{"LSB_JOBINDEX", "LSF", 1},
	}
}

// IndexOf returns the index of a task, from 0, and the variable that gives it. A variable that is not set, or means that
// there is no array (undefined in Grid Engine, 0 in LSF), is ignored; two variables that disagree are an error.
func IndexOf(environment func(name string) string) (index int, from string, err error) {
	var names []string
	for _, v := range variables() {
		names = append(names, v.name)
		value := environment(v.name)
		if value == "" || value == "undefined" || v.first == 1 && value == "0" {
			continue
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < v.first {
			return 0, "", fmt.Errorf("%s is %.40q: want the number of a task, from %d on", v.name, value, v.first)
		}
		switch n -= v.first; {
		case from == "":
			index, from = n, v.name
		case n != index:
			return 0, "", fmt.Errorf("%s and %s name different shards: give --index", from, v.name)
		}
	}
	if from == "" {
		return 0, "", fmt.Errorf("no --index is given, and none of %s is set", strings.Join(names, ", "))
	}
	return index, from, nil
}
