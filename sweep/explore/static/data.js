// The points of a study in the browser: their columns, which of them meet the filter, and their order.
import { get } from "./page.js";

// mostBins is how many bars a histogram has; up to how many values have a bar each, of an axis and of a figure.
const mostBins = 24, mostLevelBins = { axis: 60, figure: 8 };
const mostLevels = 200; // a column of more distinct values has no list of them
const undefinedBin = 255;

// made fills an array with what a function makes of each value; much quicker than its from.
function made(array, values, make) {
  for (let i = 0; i < array.length; i++) array[i] = make(values[i]);
  return array;
}

// ordered is the places of keys in rising order, equal ones in their own: the keys are sorted without a
// function, and each is then found among them, several times as quick as sorting places.
function ordered(key) {
  const sorted = key.slice().sort(), used = new Uint32Array(key.length), order = new Uint32Array(key.length);
  for (let i = 0; i < key.length; i++) {
    let low = 0, high = key.length - 1;
    while (low < high) { const middle = (low + high) >> 1; if (sorted[middle] < key[i]) low = middle + 1; else high = middle; }
    order[low + used[low]++] = i;
  }
  return order;
}

// Column is a column of numbers, NaN where undefined, in bins.
class Column {
  constructor(values, kind) {
    this.values = values;
    this.kind = kind; // axis or figure
    this.low = Infinity;
    this.high = -Infinity;
    this.whole = true; // nothing is undefined
    let levels = new Set();
    for (const x of values) {
      if (!Number.isFinite(x)) { this.whole = false; continue; }
      if (x < this.low) this.low = x;
      if (x > this.high) this.high = x;
      if (levels && levels.add(x).size > mostLevels) levels = null;
    }
    this.levels = levels && [...levels].sort((a, b) => a - b); // null: too many
  }

  // bins says in which bin each value is, and edges what the bins hold.
  get bins() { return this.once("bins", () => this.bin()).bins; }
  get edges() { return this.once("bins", () => this.bin()).edges; }

  // bin puts the values in bins, and remembers the least and the most of each.
  bin() {
    const each = this.levels && this.levels.length <= mostLevelBins[this.kind];
    const count = each ? Math.max(1, this.levels.length) : mostBins, width = (this.high - this.low) / count;
    const place = each && new Map(this.levels.map((x, i) => [x, i]));
    const bins = new Uint8Array(this.values.length), edges = Array.from({ length: count }, () => ({ low: Infinity, high: -Infinity, all: 0 }));
    for (let i = 0; i < this.values.length; i++) {
      const x = this.values[i];
      if (!Number.isFinite(x)) { bins[i] = undefinedBin; continue; }
      const at = each ? place.get(x) : Math.min(count - 1, Math.floor((x - this.low) / width));
      const edge = edges[at];
      bins[i] = at;
      edge.all++;
      if (x < edge.low) edge.low = x;
      if (x > edge.high) edge.high = x;
    }
    return { bins, edges };
  }

  // once makes what follows from the values when it is asked for first.
  once(key, make) {
    this.made ??= new Map();
    if (!this.made.has(key)) this.made.set(key, make());
    return this.made.get(key);
  }

  // rising is the points in the order of their values, those that are undefined last.
  get rising() {
    return this.once("rising", () => ordered(this.values.map(x => (Number.isNaN(x) ? Infinity : x))));
  }

  // parts says in which of some equal parts of the range each value is; 255: undefined.
  parts(count, log) {
    const part = x => (Number.isFinite(x) ? Math.max(0, Math.min(count - 1, Math.floor(this.share(x, log) * count))) : undefinedBin);
    return this.once(`parts ${count} ${log}`, () => made(new Uint8Array(this.values.length), this.values, part));
  }

  // places says which of the levels each value is; the number of levels: undefined.
  get places() {
    return this.once("places", () => {
      const place = new Map(this.levels.map((x, i) => [x, i]));
      return made(new Uint8Array(this.values.length), this.values, x => place.get(x) ?? this.levels.length);
    });
  }

  // share is where a value lies between the least and the most.
  share(x, log) {
    if (log && this.low > 0) return Math.log(x / this.low) / Math.log(this.high / this.low);
    return this.high > this.low ? (x - this.low) / (this.high - this.low) : 0.5;
  }
}

// seedsOf reads a point seed by seed, with some figures.
export async function seedsOf(facts, point, figures = []) {
  const answer = await get(`/s/${facts.id}/p/${point}/seeds?of=${facts.of}&figures=${figures.join(",")}`);
  return answer.json();
}

// Points holds what was read of the points.
export class Points {
  constructor(facts) {
    this.facts = facts;
    this.count = facts.points;
    this.columns = new Map(); // by the names of points.parquet
    this.fails = new Uint32Array(this.count); // a bit for each brush, and one for the filter
    this.brushes = new Map(); // by the names of figures and axes: their bits and their bins
    this.order = null;
    this.sorted = null;
    this.matching = new Uint32Array(0); // in order
  }

  info(name) { return this.facts.columns.find(c => c.name === name || c.column === name); }

  // of is the column of an axis or a figure, once it was read.
  of(name) { return name === "point" ? this.columns.get("point") : this.columns.get(this.info(name)?.column); }

  // read reads columns of points.parquet that were not read yet.
  async read(names) {
    await Promise.all([...new Set(names)].filter(name => name && !this.columns.has(name)).map(async name => {
      const answer = await get(`/s/${this.facts.id}/column/${name}?of=${this.facts.of}`);
      this.columns.set(name, new Column(new Float64Array(await answer.arrayBuffer()), this.info(name)?.axis ? "axis" : "figure"));
    }));
  }

  // readFigures reads axes and figures; readErrors what belongs to them, which nothing waits for.
  readFigures(names) {
    return this.read(names.map(name => {
      const column = name === "point" ? name : this.info(name)?.column;
      if (!column) throw new Error(`${name} is not a column of the points`);
      return column;
    }));
  }

  readErrors(names) { return this.read(names.map(name => this.info(name)).filter(c => c).flatMap(c => [c.spread, c.count, c.low, c.high])); }

  // at is a value of a column of points.parquet; NaN where it has none, or it was not read yet.
  at(column, point) { return column && this.columns.has(column) ? this.columns.get(column).values[point] : NaN; }

  // mask asks the server which points meet a condition; null: all do.
  async mask(where) {
    if (!where) return null;
    const answer = await get(`/s/${this.facts.id}/match?of=${this.facts.of}&where=${encodeURIComponent(where)}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  // filter keeps the points of a mask.
  filter(mask) {
    const bit = 1 << 31;
    for (let i = 0; i < this.count; i++) this.fails[i] = !mask || mask[i] ? this.fails[i] & ~bit : this.fails[i] | bit;
  }

  // brush keeps the points in some bins of a column; null takes the brush away. It returns false where
  // there are too many.
  brush(name, range) {
    let brush = this.brushes.get(name);
    if (!brush) {
      if (!range) return true;
      const used = [...this.brushes.values()].reduce((bits, b) => bits | b.bit, 0);
      let bit = 1;
      while (used & bit) bit <<= 1;
      if (bit === 1 << 31 || bit === 0) return false;
      this.brushes.set(name, brush = { bit });
    }
    const { bins } = this.of(name), { bit } = brush;
    if (!range) {
      this.brushes.delete(name);
      for (let i = 0; i < this.count; i++) this.fails[i] &= ~bit;
      return true;
    }
    [brush.from, brush.to] = range;
    for (let i = 0; i < this.count; i++) {
      const inside = bins[i] >= brush.from && bins[i] <= brush.to && bins[i] !== undefinedBin;
      this.fails[i] = inside ? this.fails[i] & ~bit : this.fails[i] | bit;
    }
    return true;
  }

  // range is what a brush keeps, in values: both ends are values of points, or, where its bins have none, a
  // value between those of points.
  range(name) {
    const { from, to } = this.brushes.get(name), { edges, low, high } = this.of(name);
    const kept = edges.slice(from, to + 1).filter(edge => edge.all > 0);
    if (kept.length) return [kept[0].low, kept[kept.length - 1].high];
    const middle = low + (high - low) * (from + to + 1) / 2 / edges.length;
    return [middle, middle];
  }

  // binsOf are the bins that a range of values meets; null: it is beyond them all.
  binsOf(name, from, to) {
    const { edges, low, high } = this.of(name);
    const met = edges.map((edge, i) => (edge.all > 0 && edge.high >= from && edge.low <= to ? i : -1)).filter(i => i >= 0);
    if (met.length) return [met[0], met[met.length - 1]];
    const at = Math.floor((from - low) / (high - low) * edges.length); // between values of points
    return from === to && at >= 0 && at < edges.length ? [at, at] : null;
  }

  // condition is the filter with what the brushes keep, as the server reads it.
  condition(where) {
    const parts = where ? [`(${where})`] : [];
    for (const name of this.brushes.keys()) {
      const range = this.range(name), { column, choices } = this.info(name) ?? { column: name };
      if (choices) parts.push(`${column} in [${choices.slice(range[0], range[1] + 1).map(c => JSON.stringify(c)).join(", ")}]`);
      else parts.push(`${column} >= ${range[0]} && ${column} <= ${range[1]}`);
    }
    return parts.length === 1 && where ? where : parts.join(" && ");
  }

  // counts counts the points of each bin that meet every condition but the column's own brush.
  counts(name) {
    const { bins, edges } = this.of(name), counts = new Uint32Array(256), own = ~(this.brushes.get(name)?.bit ?? 0);
    for (let i = 0; i < this.count; i++) if ((this.fails[i] & own) === 0) counts[bins[i]]++;
    return counts.subarray(0, edges.length);
  }

  matches(i) { return this.fails[i] === 0; }

  // sort orders all points by a column: highest first, names from A to Z, and the other way with a minus
  // before it; what is undefined is last, and without a column the objective's best is first.
  sort(by) {
    if (this.sorted === by) return;
    const name = by.replace(/^-/, "") || "objective", { choices } = this.info(name) ?? {};
    const falling = by ? !by.startsWith("-") : !this.facts.minimized;
    const ranks = choices && choices.map(choice => choices.filter(other => other < choice).length);
    const key = this.of(name).values.map(x => (Number.isNaN(x) ? Infinity : choices ? (falling ? ranks[x] : -ranks[x]) : falling ? -x : x));
    const order = ordered(key);
    const seeds = !by && this.facts.halving ? this.columns.get("objective_n").values : null; // who was left out early has few
    this.order = seeds ? order.sort((a, b) => seeds[b] - seeds[a]) : order;
    this.sorted = by;
  }

  // match gathers the points that meet every condition, in order.
  match() {
    const matching = new Uint32Array(this.count);
    let n = 0;
    for (const i of this.order) if (this.fails[i] === 0) matching[n++] = i;
    this.matching = matching.subarray(0, n);
  }
}
