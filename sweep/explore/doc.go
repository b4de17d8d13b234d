// Package explore serves pages on which a researcher looks into studies: a list of all below a folder, the
// points of each with a histogram in every column's heading, and any point with its seeds and its figures.
//
//  1. New finds the studies below a folder; HTTP returns the server that answers, each from what is on disk.
//  2. A page is one URL: what is filtered, sorted and chosen is in it, and works without JavaScript.
//  3. It reads committed files only, holds no lock, and writes nothing.
//  4. It answers to its own host name only (DNS rebinding), to GET and HEAD, and to whoever has the token
//     where it is reached from other machines; pages run no script but the one that is served.
//
// Before it comes present; after it the doors of sweep.
package explore
