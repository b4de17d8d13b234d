package store

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	flatbuffers "github.com/google/flatbuffers/go"
	"github.com/parquet-go/parquet-go"
)

// Parquet has no time zones but UTC and none; pyarrow and others note them in an Arrow
// schema in the file's metadata. Column names and zones are read from its bytes in place:
// the Arrow library allocates whatever a damaged schema asks for.

// The places of fields in the tables of Arrow's Message.fbs and Schema.fbs.
const (
	messageHeader    = 8
	schemaFields     = 6
	fieldName        = 4
	fieldKind        = 8
	fieldType        = 10
	timestampZone    = 6
	kindTimestamp    = 10
	continuationMark = 0xffffffff
)

// zonesOf returns the time zones of the columns that have one.
func zonesOf(file *parquet.File) (zones map[string]*time.Location) {
	zones = map[string]*time.Location{}
	defer func() {
		if recover() != nil { // of a schema that is damaged nothing is used
			zones = map[string]*time.Location{}
		}
	}()
	encoded, _ := file.Lookup(arrowSchemaKey)
	message, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(message) < 12 {
		return zones
	}
	if binary.LittleEndian.Uint32(message) == continuationMark {
		message = message[4:]
	}
	message = message[4:] // its length
	root := flatbuffers.Table{Bytes: message, Pos: flatbuffers.GetUOffsetT(message)}
	schema, ok := below(root, messageHeader)
	if !ok {
		return zones
	}
	at := flatbuffers.UOffsetT(schema.Offset(schemaFields))
	if at == 0 {
		return zones
	}
	first := schema.Vector(at)
	for i := range min(schema.VectorLen(at), mostColumns) {
		field := flatbuffers.Table{Bytes: message, Pos: schema.Indirect(first + flatbuffers.UOffsetT(4*i))}
		kind := flatbuffers.UOffsetT(field.Offset(fieldKind))
		if kind == 0 || field.GetByte(field.Pos+kind) != kindTimestamp {
			continue
		}
		if timestamp, ok := below(field, fieldType); ok {
			if zone, err := time.LoadLocation(fieldText(timestamp, timestampZone)); err == nil && fieldText(timestamp, timestampZone) != "" {
				zones[fieldText(field, fieldName)] = zone
			}
		}
	}
	return zones
}

// below returns the table that a field of a table is.
func below(table flatbuffers.Table, field flatbuffers.VOffsetT) (t flatbuffers.Table, ok bool) {
	at := flatbuffers.UOffsetT(table.Offset(field))
	if at == 0 {
		return t, false
	}
	return flatbuffers.Table{Bytes: table.Bytes, Pos: table.Indirect(table.Pos + at)}, true
}

// fieldText returns the text that a field of a table is, empty where it is none.
func fieldText(table flatbuffers.Table, field flatbuffers.VOffsetT) string {
	at := flatbuffers.UOffsetT(table.Offset(field))
	if at == 0 {
		return ""
	}
	return string(table.ByteVector(table.Pos + at))
}
