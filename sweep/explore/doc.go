// Package explore serves pages on which a researcher looks into studies: a list of all below a folder, the
// points of each under histograms with views of them, any point and any run.
//
//  1. New finds the studies below a folder; HTTP returns the server that answers, each from what is on disk.
//  2. The page of a study reads columns of its points as they are, and filters, sorts and draws them in the
//     browser (static/study.js); the server evaluates expressions, and writes what is shown as files.
//  3. The page of a run asks for its minutes in buckets as wide as a pixel (static/run.js), from the files of
//     the study, or, where they were not kept, from a simulation that has the digest of the study.
//  4. What a page shows is in its address. It reads committed files only, holds no lock, and writes nothing.
//  5. It answers to its own host name only (DNS rebinding), to GET and HEAD, and to whoever has the token
//     where it is reached from other machines; pages run no script but those that are served.
//
// Before it comes verify, which compares studies; after it the doors of sweep.
package explore
