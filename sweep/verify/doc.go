// Package verify recomputes what a complete folder holds and compares: Study one folder
// with itself, Diff two with each other.
//
//  1. The lock is compared with itself and with the study, the tables and the time series
//     with the digests in the lock.
//  2. Runs, all or some, are simulated again; of the first that differs Study names the
//     column, the minute and both values.
//  3. The stages, the verdict and the page must follow from the tables.
//
// Before it comes present; after it sweep, the door.
package verify
