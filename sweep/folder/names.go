package folder

import "path/filepath"

// VerdictName is the file of every figure behind the words of a result. It follows
// from the tables and the lock, and is made again whenever it is gone.
const VerdictName = "verdict.json"

// LogName is the file of everything that is timed: no result depends on it.
const LogName = "run.log"

// OpenSQLName and OpenPythonName are the files that load a result: views for DuckDB, and Python that
// has them as relations.
const (
	OpenSQLName    = "open.sql"
	OpenPythonName = "open.py"
)

// SubmissionName is the file that records how the shards of a study were submitted.
const SubmissionName = "submission.json"

// ReportName is the page that shows a result. It follows from the tables, the figures
// and the lock, and is made again whenever it is gone.
const ReportName = "report.html"

// UnfinishedReport is the page of a study that is not complete, among its chunks: it goes when they go.
func UnfinishedReport() string { return filepath.Join("chunks", ReportName) }
