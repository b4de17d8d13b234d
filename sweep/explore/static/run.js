// The page of a run: its minutes on an axis of time that zooms and pans.
import { colors, dot, frame, padded, path, scale, significant, surface } from "./draw.js";
import { $, box, element, fail, get, list } from "./page.js";

const facts = JSON.parse(document.getElementById("facts").textContent);
const isRun = run => Number.isInteger(run) && run >= 0 && run < facts.runs && run !== facts.run;

// state is what is shown; wanted is what it will be once its rows were read.
let state = readState();
let wanted = state;
let series = []; // of the run, and of those that are shown with it
let fills = null;
let options = null;
let asked = 0; // how often the state was changed
let cursor = null; // the row that is pointed at

function readState() {
  const query = new URLSearchParams(location.search);
  const known = new Set(facts.columns.map(c => c.name));
  const columns = list(query.get("columns")).filter(name => known.has(name) || (facts.chain && name.includes("@")));
  const whole = key => (/^\d+$/.test(query.get(key) ?? "") ? Number(query.get(key)) : null);
  const part = whole("to") !== null && whole("to") <= (whole("from") ?? 0) ? { from: 0, to: null } : { from: whole("from") ?? 0, to: whole("to") };
  const over = list(query.get("over")).map(Number).filter(isRun).slice(0, 3);
  return { columns: columns.length ? columns.slice(0, 12) : facts.chosen, ...part, over, fills: query.get("fills") !== "off" };
}

function address() {
  const query = new URLSearchParams();
  if (String(state.columns) !== String(facts.chosen)) query.set("columns", state.columns.join(","));
  if (state.from) query.set("from", state.from);
  if (state.to !== null) query.set("to", state.to);
  if (state.over.length) query.set("over", state.over.join(","));
  if (!state.fills) query.set("fills", "off");
  return query.toString() ? "?" + query : location.pathname;
}

// change changes the state once its rows were read, and draws. What cannot be read changes nothing.
async function change(next) {
  const mine = ++asked;
  const since = performance.now();
  const now = (wanted = { ...wanted, ...next });
  if (now.to !== null && series[0]) {
    const { rows } = series[0];
    now.from = Math.max(0, Math.min(now.from, rows - 2));
    now.to = Math.max(now.from + 2, Math.min(now.to, rows));
    if (now.from === 0 && now.to === rows) now.to = null;
  }
  const query = new URLSearchParams({ from: now.from, width: Math.max(100, $("time").clientWidth - 80) });
  if (now.to !== null) query.set("to", now.to);
  const ask = (run, what, more) => get(`/s/${facts.id}/r/${run}/${what}?${query}${more}`).then(answer => answer.json());
  try {
    const [first, ...others] = await Promise.all([facts.run, ...now.over].map(run => ask(run, "series", "&columns=" + now.columns.join(","))));
    const traded = now.fills ? await ask(facts.run, "fills", "") : null;
    if (facts.chain && !options) {
      const answer = await fetch(`/s/${facts.id}/r/${facts.run}/options`);
      options = answer.ok ? await answer.json() : [];
    }
    if (mine !== asked) return;
    state = now;
    series = [first, ...others];
    fills = traded;
    fail("");
    history.replaceState(null, "", address());
    controls();
    draw();
    document.documentElement.dataset.repaint = (performance.now() - since).toFixed(1); // milliseconds
  } catch (error) {
    if (mine !== asked) return;
    wanted = state;
    fail(error.message);
    if (!series.length && (now.from || now.to !== null || now.over.length || now.columns !== facts.chosen)) await change({ from: 0, to: null, over: [], columns: facts.chosen });
    else if (series.length) controls();
  }
}

// clock writes when a row is.
function clock(of, bucket, long) {
  const row = of.first[bucket], minute = row * of.step;
  if (!of.seconds) return (long ? "minute " : "") + minute;
  const text = new Date(of.seconds[bucket] * 1000).toISOString();
  return long ? text.slice(0, 16).replace("T", " ") : of.seconds[of.seconds.length - 1] - of.seconds[0] > 2 * 86400 ? text.slice(5, 10) : text.slice(11, 16);
}

const lineColors = tint => [tint.blue, tint.orange, tint.ink, tint.faint];

// draw draws a panel for each unit: the run's columns, those of the runs shown with it in dashes, and its fills.
function draw() {
  const units = [...new Set(state.columns.map(name => series[0].columns[name].unit))];
  const root = $("time");
  while (root.children.length < units.length) { const canvas = element("canvas", { role: "img", tabIndex: 0 }); listen(canvas); root.append(canvas); }
  while (root.children.length > units.length) root.lastChild.remove();
  units.forEach((unit, k) => panel(root.children[k], unit, state.columns.filter(name => series[0].columns[name].unit === unit)));
  const count = series[0].to - series[0].from;
  const [first] = series;
  const last = first.seconds ? clock(first, first.first.length - 1, true) : (first.to - 1) * first.step;
  $("window").textContent = `${count} of ${first.rows} rows, from ${clock(first, 0, true)} to ${last}; ${first.source}`;
  $("fills-note").textContent = fillsWords();
  fillsTable();
}

// fillsWords says how many fills are in the part that is shown.
function fillsWords() {
  if (!fills) return "";
  if (!fills.total) return "no fills in this part";
  if (!fills.columns) return `${fills.total} fills, too many to draw one by one: zoom in`;
  return `${fills.total} fills: ▲ bought at the bid, ▼ sold at the ask${facts.chain ? ", drawn on the mid of the option that is chosen" : ""}`;
}

// fillsAt describes the fills of a row: their prices, and what they earned.
function fillsAt(row) {
  if (!fills?.columns) return "";
  const earned = fills.names.map((name, k) => [name, fills.columns[k]]).filter(([name]) => name === "edge" || name.startsWith("markout"));
  const words = i => `; ${column("side")[i]} ${column("size")[i]} at ${significant(column("price")[i])}, ${earned.map(([name, values]) => `${name} ${significant(values[i])}`).join(", ")}`;
  return column("minute").map((minute, i) => (minute / series[0].step === row ? words(i) : "")).join("");
}

function panel(canvas, unit, names) {
  const tint = colors(), s = surface(canvas, names.length > 2 ? 240 : 190), { pen } = s, box = { left: 66, right: s.width - 12, top: 34, bottom: s.height - 36 };
  let low = Infinity, high = -Infinity;
  for (const of of series) {
    for (const name of names) {
      const c = of.columns[name];
      for (const x of c.sum ?? c.low) if (x !== null) low = Math.min(low, x);
      for (const x of c.sum ?? c.high) if (x !== null) high = Math.max(high, x);
    }
  }
  if (!(low <= high)) { low = 0; high = 1; }
  const first = series[0], across = scale(first.from, first.to - 1, box.left, box.right), up = scale(...padded(low, high), box.bottom, box.top);
  const bucket = row => { let a = 0, b = first.first.length - 1; while (a < b) { const m = (a + b + 1) >> 1; if (first.first[m] <= row) a = m; else b = m - 1; } return a; };
  pen.fillStyle = tint.card;
  first.sessions.forEach((row, i) => {
    const end = first.sessions[i + 1] ?? first.to;
    if (i % 2) pen.fillRect(across(row), box.top, across(end) - across(row), box.bottom - box.top);
  });
  across.label = row => (first.seconds ? clock(first, bucket(row), false) : String(row * first.step));
  const long = first.seconds && first.seconds[first.seconds.length - 1] - first.seconds[0] > 2 * 86400;
  if (long && first.sessions.length > 1) across.ticks = first.sessions;
  frame(s, tint, across, up, box, [first.seconds ? "time" : "minute", ""]);
  if (low < 0 && high > 0) path(pen, [[box.left, up(0)], [box.right, up(0)]], tint.faint, 1);
  let x = box.left;
  names.forEach((name, k) => {
    const color = lineColors(tint)[k % 4];
    series.forEach((of, run) => { line(pen, of, of.columns[name], across, up, color, run ? [4, 3] : []); });
    pen.fillStyle = color;
    pen.textAlign = "left";
    pen.textBaseline = "bottom";
    pen.fillText(name, x, 15);
    x += pen.measureText(name).width + 14;
  });
  pen.fillStyle = tint.faint;
  pen.fillText(unit || "", 2, 30);
  const option = names.map(name => /^mid(?:@(\d+))?$/.exec(name)).find(found => found);
  if (fills?.columns && option) markFills(pen, tint, across, up, Number(option[1] ?? 0));
  if (cursor !== null && cursor >= first.from && cursor < first.to) path(pen, [[across(cursor), box.top], [across(cursor), box.bottom]], tint.orange);
  canvas.across = across;
  const others = state.over.length ? ` and of runs ${state.over.join(", ")}` : "";
  canvas.setAttribute("aria-label", `${names.join(", ")} of run ${facts.run}${others}, from ${significant(low)} to ${significant(high)} ${unit}`);
}

const steps = ["contract", "share"]; // what is held through a minute is drawn as a step

// line draws a column: where a pixel has several minutes, from their least to their most.
function line(pen, of, c, across, up, color, dash) {
  const at = i => across(of.first[i]);
  if (c.sum) { pen.fillStyle = color; c.sum.forEach((x, i) => { if (x) pen.fillRect(at(i), up(x), 1.5, up(0) - up(x)); }); return; }
  const many = of.first.length < of.to - of.from, places = [];
  c.low.forEach((x, i) => {
    if (x === null) { places.push([at(i), NaN]); return; }
    if (!many && steps.includes(c.unit)) places.push([at(i), up(x)], [across(Math.min(of.first[i] + 1, of.to - 1)), up(x)]);
    else if (!many) places.push([at(i), up(x)]);
    else if (i % 2) places.push([at(i), up(x)], [at(i), up(c.high[i])]);
    else places.push([at(i), up(c.high[i])], [at(i), up(x)]);
  });
  path(pen, places, color, 1.2, dash);
}

const column = name => fills.columns[fills.names.indexOf(name)];

// markFills marks the fills of an option at their prices: bought from below, sold from above.
function markFills(pen, tint, across, up, option) {
  const minutes = column("minute"), sides = column("side"), prices = column("price"), of = column("option"), { step } = series[0], size = minutes.length > 300 ? 2.5 : 4;
  minutes.forEach((minute, i) => {
    if (of[i] !== option) return;
    const x = across(minute / step), y = up(prices[i]), tip = sides[i] === "buy" ? -size : size;
    pen.fillStyle = sides[i] === "buy" ? tint.blue : tint.orange;
    pen.beginPath();
    pen.moveTo(x, y + tip);
    pen.lineTo(x - size, y - tip * 0.6);
    pen.lineTo(x + size, y - tip * 0.6);
    pen.fill();
    if (minute / step === cursor) dot(pen, x, y, 7, tint.ink, true);
  });
}

const mostRows = 60;

// fillsTable lists the first fills of the part that is shown, with their edge and markouts.
function fillsTable() {
  const table = $("fills-table");
  table.hidden = !fills?.columns?.[0]?.length;
  if (table.hidden) return;
  const unit = i => (fills.units[i] ? element("span", { className: "note" }, " " + fills.units[i]) : "");
  table.tHead.replaceChildren(element("tr", {}, ...fills.names.map((name, i) => element("th", { scope: "col" }, name, unit(i)))));
  const cell = x => element("td", { className: "number" }, typeof x === "string" ? x : significant(x));
  const rows = fills.columns[0].slice(0, mostRows).map((_, i) => element("tr", {}, ...fills.columns.map(values => cell(values[i]))));
  table.tBodies[0].replaceChildren(...rows);
  $("fills-more").textContent = fills.total > mostRows ? `the first ${mostRows} of ${fills.total}` : "";
}

// zoom shows a part around a row, as long as a factor says.
function zoom(factor, around) {
  if (!series.length) return;
  const { from, to, rows } = series[0], length = Math.max(4, Math.min(rows, Math.round((to - from) * factor))), share = (around - from) / (to - from);
  const start = Math.max(0, Math.min(rows - length, Math.round(around - share * length)));
  change({ from: start, to: start + length });
}

function pan(share) {
  if (!series.length) return;
  const { from, to, rows } = series[0], length = to - from, start = Math.max(0, Math.min(rows - length, from + Math.round(share * length)));
  change({ from: start, to: start + length });
}

// listen zooms by the wheel and pans by dragging, and says what is under the pointer.
function listen(canvas) {
  let held = null;
  const row = event => canvas.across.invert(event.clientX - canvas.getBoundingClientRect().left);
  const wheel = event => {
    if (Math.abs(event.deltaY) < 1) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.3 : 1 / 1.3, row(event));
  };
  canvas.addEventListener("wheel", wheel, { passive: false });
  canvas.addEventListener("pointerdown", event => { held = { x: event.clientX, from: series[0].from, to: series[0].to }; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", event => {
    if (held) {
      const length = held.to - held.from, moved = Math.round((held.x - event.clientX) / canvas.clientWidth * length), start = Math.max(0, Math.min(series[0].rows - length, held.from + moved));
      if (start !== series[0].from) change({ from: start, to: start + length });
      return;
    }
    cursor = Math.max(series[0].from, Math.min(series[0].to - 1, Math.round(row(event))));
    readout();
    draw();
  });
  for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, () => { held = null; });
  canvas.addEventListener("dblclick", () => change({ from: 0, to: null }));
}

function readout() {
  const first = series[0];
  let at = first.first.findIndex(row => row > cursor) - 1;
  if (at < 0) at = first.first.length - 1;
  const between = (low, high) => significant(low) + (low === high ? "" : ` to ${significant(high)}`);
  const values = state.columns.map(name => {
    const c = first.columns[name];
    return `${name} ${c.sum ? significant(c.sum[at]) : between(c.low[at], c.high[at])}`;
  });
  $("readout").textContent = `${clock(first, at, true)}: ${values.join(", ")}${fillsAt(cursor)}`;
}

// controls shows which columns, runs and option are chosen.
function controls() {
  const column = c => on => change({ columns: on ? [...wanted.columns, c.name].slice(-12) : wanted.columns.filter(name => name !== c.name) });
  $("columns").replaceChildren(...facts.columns.map(c => box(c.name, state.columns.includes(c.name), c.meaning, column(c))));
  const roles = new Map(facts.overlay.map(({ run, of }) => [run, of]));
  const runs = [...new Set([...roles.keys(), ...state.over])];
  const show = run => on => change({ over: on ? [...wanted.over, run].slice(-3) : wanted.over.filter(other => other !== run) });
  const words = run => `run ${run}${roles.get(run) ? ` (${roles.get(run)} of the same ${facts.unit})` : ""}`;
  const other = element("input", { type: "number", min: 0, max: facts.runs - 1, "aria-label": "number of another run to show with it" });
  other.addEventListener("change", () => {
    if (isRun(Number(other.value))) show(Number(other.value))(true);
    else fail(`the study has runs 0 to ${facts.runs - 1}, and this is run ${facts.run}`);
  });
  $("over").replaceChildren("with", ...runs.map(run => box(words(run), state.over.includes(run), "", show(run))), element("label", { className: "row" }, "and run ", other));
  $("fills").checked = state.fills;
  if (options) optionChoice();
}

// optionChoice lists the options of a chain: one that is chosen has its quotes and its inventory drawn.
function optionChoice() {
  const select = $("option");
  if (!select.options.length) {
    const words = o => [o.facts.right, o.facts.strike, o.facts.expiry ?? o.facts.expiry_minute].filter(text => text !== undefined).join(" ");
    select.replaceChildren(element("option", { value: "" }, "none"), ...options.map(o => element("option", { value: o.option }, `${o.option}: ${words(o)}`)));
    select.addEventListener("change", () => {
      const kept = state.columns.filter(name => !name.includes("@"));
      const own = ["mid", "bid", "ask", "inventory"].filter(name => options[0].columns.includes(name));
      change({ columns: select.value === "" ? kept : [...kept, ...own.map(name => `${name}@${select.value}`)].slice(-12) });
    });
  }
  select.value = state.columns.map(name => name.split("@")[1]).find(of => of !== undefined) ?? "";
}

$("fills").addEventListener("change", () => change({ fills: $("fills").checked }));
const middle = () => (series.length ? (series[0].from + series[0].to) / 2 : 0);
$("in").addEventListener("click", () => zoom(0.5, middle()));
$("out").addEventListener("click", () => zoom(2, middle()));
$("back").addEventListener("click", () => pan(-0.5));
$("on").addEventListener("click", () => pan(0.5));
$("whole").addEventListener("click", () => change({ from: 0, to: null }));
addEventListener("keydown", event => {
  if (event.target.matches("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = { "+": "in", "-": "out", ArrowLeft: "back", ArrowRight: "on", 0: "whole" }[event.key];
  if (button) { event.preventDefault(); $(button).click(); }
});
addEventListener("resize", () => change({}));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
change({}).then(() => { document.documentElement.dataset.ready = performance.now().toFixed(0); });
