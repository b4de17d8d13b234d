package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"optmm/engine/param"
	"optmm/engine/random"
	"optmm/sweep/grid"
	"optmm/sweep/quotes"
	"optmm/sweep/store"
)

// object is a part of a JSON Schema.
type object = map[string]any

// WriteSchema writes the JSON Schema (draft 2020-12) of study files, made from
// the table of parameters: a definition a line.
func WriteSchema(to io.Writer) error {
	schema := studySchema()
	definitions := schema["$defs"].(object)
	delete(schema, "$defs")
	var b bytes.Buffer
	b.WriteString("{\n")
	for _, key := range slices.Sorted(maps.Keys(schema)) {
		if err := writeLine(&b, " ", key, schema[key], ","); err != nil {
			return err
		}
	}
	b.WriteString(" \"$defs\": {\n")
	names := slices.Sorted(maps.Keys(definitions))
	for i, name := range names {
		comma := ","
		if i == len(names)-1 {
			comma = ""
		}
		if err := writeLine(&b, "  ", name, definitions[name], comma); err != nil {
			return err
		}
	}
	b.WriteString(" }\n}\n")
	_, err := to.Write(b.Bytes())
	return err
}

// writeLine writes a key and its value, as plain as JSON has them.
func writeLine(b *bytes.Buffer, indent, key string, value any, comma string) error {
	fmt.Fprintf(b, "%s%q: ", indent, key)
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the newline
	b.WriteString(comma + "\n")
	return nil
}

func studySchema() object {
	synthetic, quoted, engines := object{}, object{}, object{}
	definitions, axes := object{"spacing": spacingSchema(), "formula": formulaSchema(), "seeds": seedsSchema()}, object{}
	for _, parameter := range param.Parameters() {
		value := reference(parameter.Name)
		definitions[parameter.Name] = valueSchema(parameter)
		axes[parameter.Name] = axisSchema(parameter, value)
		switch {
		case parameter.Section == param.EngineSection:
			engines[parameter.Name] = value
		default:
			if parameter.Scope != param.OnRecorded {
				synthetic[parameter.Name] = value
			}
			if parameter.Scope != param.OnSynthetic {
				quoted[parameter.Name] = value
			}
		}
	}
	definitions["engine"], definitions["synthetic"], definitions["recorded"] = object{"properties": engines}, object{"properties": synthetic}, object{"properties": quoted}
	definitions["axes"] = object{"type": "object", "properties": axes, "additionalProperties": false}
	condition := described("string", "A condition on parameters, as in skew > 0.05 && k_fill < 20.")
	definitions["conditions"] = object{"anyOf": []any{condition, object{"type": "array", "items": condition, "minItems": 1}}}
	conditions := reference("conditions")
	quotedSchema := object{"type": "object", "allOf": []any{reference("recorded"), reference("layout")}, "unevaluatedProperties": false, "properties": filesSchema(true), "required": []string{"files"}, "description": "Recorded quotes of one option series or of a chain."}
	definitions["layout"] = object{"properties": filesSchema(false)}
	definitions["files"] = object{"type": "object", "allOf": []any{reference("layout")}, "properties": object{quotes.FileKey: object{"type": "string"}}, "unevaluatedProperties": false}
	study := closed(object{
		"name":    object{"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$", "description": "Names the folder of the results; the file's name if left out."},
		"notes":   object{"type": "string", "maxLength": mostNotes, "description": "What you want to remember of the study; no result depends on it."},
		"tags":    object{"anyOf": []any{object{"type": "string", "minLength": 1}, object{"type": "array", "items": object{"type": "string", "minLength": 1}, "maxItems": mostTags, "uniqueItems": true}}, "description": "Words to find the study by in sweep list; no result depends on them."},
		"include": described("string", "A file of further keys, relative to this one, that these override, as sweep calibrate writes it."),
		"market": object{
			"type": "object", "description": "Where prices come from: one of the two.", "maxProperties": 1, "additionalProperties": false,
			"properties": object{"synthetic": object{"type": "object", "allOf": []any{reference("synthetic")}, "unevaluatedProperties": false, "description": "A history drawn from each seed."}, "recorded": quotedSchema},
		},
		"engine":    object{"type": "object", "allOf": []any{reference("engine")}, "unevaluatedProperties": false, "description": "Parameters of the market maker that are fixed."},
		"grid":      object{"description": "Parameters that are swept; axes cross.", "allOf": []any{reference("axes")}, "additionalProperties": object{"uniqueItems": true}},
		"zip":       object{"type": "array", "description": "Groups of axes that step together.", "items": object{"allOf": []any{reference("axes")}, "minProperties": 2}},
		"exclude":   conditions,
		"only":      conditions,
		"sample":    sampleSchema(),
		"seeds":     object{"allOf": []any{reference("seeds")}, "description": "Replicates: every point runs under each."},
		"baseline":  object{"type": "object", "allOf": []any{reference("engine"), reference("synthetic"), reference("recorded")}, "unevaluatedProperties": false, "description": "The point all others are compared with; what is left out is as the first such point has it; without the key it is the grid's first point."},
		"objective": objectiveSchema(),
		"search":    searchSchema(),
		"signal":    signalSchema(),
		"verdict": closed(object{
			"holdout_seeds": object{"description": "Seeds that the best point is not picked by: how many after those of the study, or which; 0 is none. A fifth, at least eight, if left out.",
				"anyOf": []any{object{"type": "integer", "minimum": 0}, reference("seeds")}},
			"holdout_days": object{"description": "Recorded days that it is not picked by: 20%, how many of the last, or the first and the last.",
				"anyOf": []any{object{"type": "integer", "minimum": 0}, object{"type": "string", "pattern": "%$"}, object{"type": "array", "minItems": 2, "maxItems": 2}}},
			"embargo_days": object{"type": "integer", "minimum": 0, "description": "Days between."},
			"finalists":    object{"type": "integer", "minimum": 1, "default": defaultFinalists, "description": "Points that run on them, with the baseline."},
		}, "How the best point is tested."),
		"output": closed(object{
			"timeseries":     object{"enum": timeseries(), "default": store.KeepAll, "description": "Which runs leave their minutes."},
			"layout":         object{"enum": layouts(), "default": LayoutPerRun, "description": "A file a run, or a file a chunk with a row group a run."},
			"compression":    object{"enum": store.Compressions(), "default": store.CompressNone, "description": "Of the files of minutes: less disk, for more time to write and to read."},
			"fills":          object{"type": "boolean", "default": false, "description": "Keep a table of the fills of each run whose minutes are kept."},
			"options":        object{"type": "boolean", "description": "Of a chain: keep the options' minutes as well as the book's; by default where minutes are kept in files of their own."},
			"option_summary": object{"type": "boolean", "default": false, "description": "Of a chain: keep a row for each run and option."},
			"figures":        object{"type": "boolean", "default": true, "description": "Draw the best point and the baseline."},
			"columns": object{"description": "What the file of a run holds: only its own columns, those that it shares with the runs on its market being in one of the market (by default, where runs share markets); all of them; or those of a list.", "anyOf": []any{
				object{"enum": []string{columnsOwn, columnsAll}},
				object{"type": "array", "items": object{"enum": store.RunColumnNames()}, "minItems": 1, "uniqueItems": true},
			}},
		}, "What is kept."),
	}, "A parameter study of the options market maker.")
	study["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	study["$defs"] = definitions
	study["title"] = "optmm study"
	study["required"] = []string{"seeds"}
	study["allOf"] = betweenKeys()
	return study
}

// betweenKeys are the rules on several keys that a schema can say.
func betweenKeys() []any {
	having := func(section, key string, value object) object {
		return object{"properties": object{section: object{"properties": object{key: value}, "required": []string{key}}}, "required": []string{section}}
	}
	never := func(what ...any) object { return object{"not": object{"allOf": what}} }
	rules := []any{
		never(having("output", "layout", object{"const": LayoutPacked}), having("output", "timeseries", object{"enum": []string{store.KeepBest, store.KeepNone}})),
		never(having("market", "synthetic", object{}), object{"anyOf": []any{having("verdict", "holdout_days", object{}), having("verdict", "embargo_days", object{})}}),
	}
	for _, parameter := range param.Parameters() {
		if parameter.Section == param.EngineSection {
			rules = append(rules, never(having("grid", parameter.Name, object{}), having("engine", parameter.Name, object{})))
		}
	}
	return rules
}

func reference(name string) object { return object{"$ref": "#/$defs/" + name} }

func described(kind, text string) object { return object{"type": kind, "description": text} }

// closed is an object that has no other properties.
func closed(properties object, text string) object {
	return object{"type": "object", "description": text, "properties": properties, "additionalProperties": false}
}

func valueSchema(parameter param.Parameter) object {
	schema := object{"description": fmt.Sprintf("%s Unit %s.", describeParameter(&parameter), parameter.Unit)}
	if parameter.Kind == param.Choice {
		schema["default"] = parameter.Default.Text
		if parameter.Name == scoreModel {
			schema["anyOf"] = []any{object{"enum": parameter.Domain.Choices}, scoreModelSchema()}
			return schema
		}
		schema["enum"] = parameter.Domain.Choices
		return schema
	}
	schema["default"] = parameter.Default.Number
	if parameter.Default.Unset {
		schema["default"] = "unset"
	}
	number := object{"type": "number"}
	if parameter.Kind == param.Integer {
		number["type"] = "integer"
	}
	if low := parameter.Domain.Low; !math.IsInf(low, 0) {
		number[map[bool]string{true: "exclusiveMinimum", false: "minimum"}[parameter.Domain.Open]] = low
	}
	if high := parameter.Domain.High; !math.IsInf(high, 0) {
		number["maximum"] = high
	}
	if parameter.Optional() {
		schema["anyOf"] = []any{number, object{"const": "unset"}}
		return schema
	}
	for key, value := range number {
		schema[key] = value
	}
	return schema
}

// axisSchema is the grammar of an axis (sweep/grid); value refers to the schema
// of one value.
func axisSchema(parameter param.Parameter, value object) object {
	list := object{"type": "array", "items": value, "minItems": 1}
	if parameter.Kind == param.Choice {
		list["description"] = firstClause(parameter.Description)
		return list
	}
	return object{"description": firstClause(parameter.Description), "anyOf": []any{list, reference("spacing")}}
}

// filesSchema is which files of quotes there are and how they are read: the keys of the quotes
// alone, or those that what comes with them in files of its own has too.
func filesSchema(main bool) object {
	properties := object{}
	for _, key := range quotes.Keys() {
		if key.Main == main {
			schema := maps.Clone(key.Schema)
			schema["description"] = key.About
			properties[key.Name] = schema
		}
	}
	return properties
}

// firstClause is a description up to its first pause; the value has the rest.
func firstClause(description string) string {
	if end := strings.IndexAny(description, ".,:;"); end > 0 {
		return description[:end]
	}
	return description
}

// spacingSchema is the forms of a numeric axis that space its values.
func spacingSchema() object {
	spaced := func(end object) object {
		return object{"type": "array", "minItems": 3, "maxItems": 3,
			"prefixItems": []any{end, end, object{"type": "integer", "minimum": 2, "maximum": grid.MaxAxis}}}
	}
	number := object{"type": "number"}
	positive := object{"type": "number", "exclusiveMinimum": 0}
	var forms []any
	for _, form := range []struct {
		keys     object
		required []string
	}{
		{object{"from": number, "to": number, "step": positive}, []string{"from", "to", "step"}},
		{object{"linspace": spaced(number)}, []string{"linspace"}},
		{object{"logspace": spaced(positive)}, []string{"logspace"}},
		{object{"from": number, "to": number, "log": object{"type": "boolean"}}, []string{"from", "to"}},
	} {
		forms = append(forms, object{"type": "object", "properties": form.keys, "required": form.required, "additionalProperties": false})
	}
	return object{"anyOf": forms}
}

func formulaSchema() object {
	return object{"type": "string", "pattern": `\b(` + strings.Join(StatisticNames(), "|") + `)\b`, "examples": StatisticNames(),
		"description": "A figure of a run, or a formula over figures, as in net_pnl - 0.5*max_drawdown."}
}

func objectiveSchema() object {
	formula := reference("formula")
	condition := described("string", "A condition on the means of figures over the seeds, as in max_inventory <= 20.")
	keyed := func(key string) object {
		o := closed(object{key: formula, subjectToKey: object{"anyOf": []any{condition, object{"type": "array", "items": condition, "minItems": 1}}}}, "")
		o["required"] = []string{key}
		delete(o, "description")
		return o
	}
	return object{"default": defaultObjective, "description": "What is maximized, on average over the seeds; or minimized, or subject to conditions.",
		"anyOf": []any{formula, keyed(maximizeKey), keyed(minimizeKey)}}
}

func searchSchema() object {
	halving := closed(object{
		"eta":   object{"type": "integer", "minimum": 2, "description": "Of N points one is kept."},
		"first": object{"type": "integer", "minimum": 1, "description": "Seeds of the first rung."},
		"last":  object{"type": "integer", "minimum": 2, "description": "Seeds of the last rung: all of the study's."},
	}, "Successive halving on nested seeds that all points share.")
	halving["required"] = []string{"eta", "first"}
	walk := closed(object{
		"train": days(0), "test": days(1), "step": days(1), "gap": days(0), "anchored": object{"type": "boolean", "description": "All training begins on day one."},
	}, "Pick on train days (0: none), trade test days a gap later, again each step.")
	walk["required"] = []string{"train"} // which may be 0: no walk-forward
	return closed(object{"halving": halving, "walk_forward": walk}, "How seeds are spent, or picking is tested.")
}

// days is a number of days, as 20 or 20d.
func days(least int) object {
	return object{"type": []string{"integer", "string"}, "minimum": least, "pattern": "^\\d+d?$"}
}

func sampleSchema() object {
	schema := closed(object{
		"method": object{"enum": grid.SampleMethods()},
		"points": object{"type": "integer", "minimum": 1},
		"seed":   object{"type": "integer", "minimum": 0},
	}, "Points drawn from the axes instead of all combinations.")
	schema["required"] = []string{"method", "points", "seed"}
	return schema
}

func seedsSchema() object {
	seed := func(largest uint64) object {
		return object{"type": "integer", "minimum": 0, "maximum": largest}
	}
	counted := closed(object{"first": seed(random.MaxLegacySeed), "count": object{"type": "integer", "minimum": 1}}, "Seeds first, first+1, ….")
	counted["required"] = []string{"first", "count"}
	pair := closed(object{"market": seed(random.MaxLegacySeed), "fill": seed(math.MaxUint64)}, "Both streams apart.")
	pair["required"] = []string{"market", "fill"}
	return object{
		"anyOf": []any{counted, object{
			"type": "array", "minItems": 1, "uniqueItems": true,
			"items": object{"anyOf": []any{seed(random.MaxLegacySeed), pair}},
		}},
	}
}
