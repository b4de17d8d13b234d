// Package bucket copies the folder of a study from a bucket of objects to this machine and back: s3://, and with the build
// tags gs and azblob Google Cloud Storage and Azure Blob Storage too. Programs that write to one bucket at once are kept
// apart by conditional writes alone: of two that write an object of one name, the first one succeeds. It is the only
// importer of gocloud.dev.
package bucket
