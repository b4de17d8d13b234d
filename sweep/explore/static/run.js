// The page of a run: its minutes on an axis of time that zooms and pans.
import { colors, dot, element, frame, padded, path, scale, significant, surface } from "./draw.js";

const facts = JSON.parse(document.getElementById("facts").textContent);
const $ = id => document.getElementById(id);
const list = text => (text ?? "").split(",").filter(part => part);
let state = readState(), series = [], fills = null, options = null, asked = 0, cursor = null;

function readState() {
  const query = new URLSearchParams(location.search), known = new Set(facts.columns.map(c => c.name));
  const columns = list(query.get("columns")).filter(name => known.has(name) || facts.chain && name.includes("@")), whole = key => (/^\d+$/.test(query.get(key) ?? "") ? Number(query.get(key)) : null);
  return { columns: columns.length ? columns.slice(0, 12) : facts.chosen, from: whole("from") ?? 0, to: whole("to"), over: list(query.get("over")).filter(run => /^\d+$/.test(run)).map(Number).slice(0, 3), fills: query.get("fills") !== "off" };
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

// change changes the state, reads what is shown, and draws.
async function change(next) {
  state = { ...state, ...next };
  if (state.to !== null && series[0]) {
    const { rows } = series[0];
    state.from = Math.max(0, Math.min(state.from, rows - 2));
    state.to = Math.max(state.from + 2, Math.min(state.to, rows));
    if (state.from === 0 && state.to === rows) state.to = null;
  }
  history.replaceState(null, "", address());
  const mine = ++asked, since = performance.now();
  const query = new URLSearchParams({ from: state.from, width: Math.max(100, $("time").clientWidth - 80) });
  if (state.to !== null) query.set("to", state.to);
  const ask = async (run, what, more) => {
    const answer = await fetch(`/s/${facts.id}/r/${run}/${what}?${query}${more}`);
    if (!answer.ok) throw new Error((await answer.text()).trim());
    return answer.json();
  };
  try {
    const [first, ...others] = await Promise.all([facts.run, ...state.over].map(run => ask(run, "series", "&columns=" + state.columns.join(","))));
    const traded = state.fills ? await ask(facts.run, "fills", "") : null;
    if (mine !== asked) return;
    if (facts.chain && !options) { const answer = await fetch(`/s/${facts.id}/r/${facts.run}/options`); options = answer.ok ? await answer.json() : []; }
    series = [first, ...others];
    fills = traded;
    $("fault").hidden = true;
    controls();
    draw();
    document.documentElement.dataset.repaint = (performance.now() - since).toFixed(1);
  } catch (error) { if (mine === asked) { $("fault").textContent = error.message; $("fault").hidden = false; } }
}

// clock writes when a row is.
function clock(of, bucket, long) {
  const row = of.first[bucket], minute = row * of.step;
  if (!of.seconds) return (long ? "minute " : "") + minute;
  const text = new Date(of.seconds[bucket] * 1000).toISOString();
  return long ? text.slice(0, 16).replace("T", " ") : of.seconds[of.seconds.length - 1] - of.seconds[0] > 2 * 86400 ? text.slice(5, 10) : text.slice(11, 16);
}

const lineColors = tint => [tint.blue, tint.orange, tint.ink, tint.faint];

// draw draws a panel for each unit: the run's columns, those of the runs laid over it in dashes, and its fills.
function draw() {
  const units = [...new Set(state.columns.map(name => series[0].columns[name].unit))];
  const root = $("time");
  while (root.children.length < units.length) { const canvas = element("canvas", { role: "img", tabIndex: 0 }); listen(canvas); root.append(canvas); }
  while (root.children.length > units.length) root.lastChild.remove();
  units.forEach((unit, k) => panel(root.children[k], unit, state.columns.filter(name => series[0].columns[name].unit === unit)));
  const count = series[0].to - series[0].from;
  $("window").textContent = `${count} of ${series[0].rows} rows, from ${clock(series[0], 0, true)} to ${series[0].seconds ? clock(series[0], series[0].first.length - 1, true) : (series[0].to - 1) * series[0].step}; ${series[0].source}`;
  $("fills-note").textContent = !fills ? "" : !fills.total ? "no fills in this part" : fills.columns ? `${fills.total} fills: ▲ bought at the bid, ▼ sold at the ask${facts.chain ? ", drawn on the mid of the option that is chosen" : ""}` : `${fills.total} fills, too many to draw one by one: zoom in`;
  fillsTable();
}

function panel(canvas, unit, names) {
  const tint = colors(), s = surface(canvas, names.length > 2 ? 240 : 190), { pen } = s, box = { left: 66, right: s.width - 12, top: 34, bottom: s.height - 36 };
  let low = Infinity, high = -Infinity;
  for (const of of series) for (const name of names) { const c = of.columns[name]; for (const x of c.sum ?? c.low) if (x !== null) low = Math.min(low, x); for (const x of c.sum ?? c.high) if (x !== null) high = Math.max(high, x); }
  if (!(low <= high)) { low = 0; high = 1; }
  const first = series[0], across = scale(first.from, first.to - 1, box.left, box.right), up = scale(...padded(low, high), box.bottom, box.top);
  const bucket = row => { let a = 0, b = first.first.length - 1; while (a < b) { const m = (a + b + 1) >> 1; if (first.first[m] <= row) a = m; else b = m - 1; } return a; };
  if (first.sessions.length > 1) { pen.fillStyle = tint.card; first.sessions.forEach((row, i) => { if (i % 2) pen.fillRect(across(row), box.top, across(first.sessions[i + 1] ?? first.to) - across(row), box.bottom - box.top); }); }
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
  canvas.setAttribute("aria-label", `${names.join(", ")} of run ${facts.run}${state.over.length ? ` with runs ${state.over.join(", ")}` : ""}, from ${significant(low)} to ${significant(high)} ${unit}`);
}

const held = ["contract", "share"]; // what is held through a minute is drawn as a step

// line draws a column: where a pixel has several minutes, from their least to their most.
function line(pen, of, c, across, up, color, dash) {
  const at = i => across(of.first[i]);
  if (c.sum) { pen.fillStyle = color; c.sum.forEach((x, i) => { if (x) pen.fillRect(at(i), up(x), 1.5, up(0) - up(x)); }); return; }
  const many = of.first.length < of.to - of.from, places = [];
  c.low.forEach((x, i) => {
    if (x === null) { places.push([at(i), NaN]); return; }
    if (!many && held.includes(c.unit)) places.push([at(i), up(x)], [across(Math.min(of.first[i] + 1, of.to - 1)), up(x)]);
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
  table.tHead.replaceChildren(element("tr", {}, ...fills.names.map((name, i) => element("th", { scope: "col" }, name, fills.units[i] ? element("span", { className: "note" }, " " + fills.units[i]) : ""))));
  const rows = fills.columns[0].slice(0, mostRows).map((_, i) => element("tr", {}, ...fills.columns.map(values => element("td", { className: "number" }, typeof values[i] === "string" ? values[i] : significant(values[i])))));
  table.tBodies[0].replaceChildren(...rows);
  $("fills-more").textContent = fills.total > mostRows ? `the first ${mostRows} of ${fills.total}` : "";
}

// zoom shows a part around a row, as long as a factor says.
function zoom(factor, around) {
  const { from, to, rows } = series[0], length = Math.max(4, Math.min(rows, Math.round((to - from) * factor))), share = (around - from) / (to - from);
  const start = Math.max(0, Math.min(rows - length, Math.round(around - share * length)));
  change({ from: start, to: start + length });
}

function pan(share) {
  const { from, to, rows } = series[0], length = to - from, start = Math.max(0, Math.min(rows - length, from + Math.round(share * length)));
  change({ from: start, to: start + length });
}

// listen zooms by the wheel and pans by dragging, and says what is under the pointer.
function listen(canvas) {
  let held = null;
  const row = event => canvas.across.invert(event.clientX - canvas.getBoundingClientRect().left);
  canvas.addEventListener("wheel", event => { if (!event.ctrlKey && !event.shiftKey && Math.abs(event.deltaY) < 1) return; event.preventDefault(); zoom(event.deltaY > 0 ? 1.3 : 1 / 1.3, row(event)); }, { passive: false });
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
  const values = state.columns.map(name => { const c = first.columns[name]; return c.sum ? `${name} ${significant(c.sum[at])}` : c.low[at] === c.high[at] ? `${name} ${significant(c.low[at])}` : `${name} ${significant(c.low[at])} to ${significant(c.high[at])}`; });
  const here = fills?.columns ? column("minute").map((minute, i) => (minute / first.step === cursor ? i : -1)).filter(i => i >= 0).map(i => `; ${column("side")[i]} ${column("size")[i]} at ${significant(column("price")[i])}, ${fills.names.map((name, k) => (name === "edge" || name.startsWith("markout") ? `${name} ${significant(fills.columns[k][i])}` : "")).filter(text => text).join(", ")}`).join("") : "";
  $("readout").textContent = `${clock(first, at, true)}: ${values.join(", ")}${here}`;
}

// controls shows which columns and runs are chosen.
function controls() {
  const box = (name, checked, title, set) => { const input = element("input", { type: "checkbox", checked }); input.addEventListener("change", () => set(input.checked)); return element("label", { className: "row", title }, input, " " + name); };
  if (!$("columns").children.length) {
    $("columns").replaceChildren(...facts.columns.map(c => box(c.name, state.columns.includes(c.name), c.meaning, on => change({ columns: on ? [...state.columns, c.name].slice(-12) : state.columns.filter(name => name !== c.name) }))));
    const other = element("input", { type: "number", min: 0, placeholder: "run", "aria-label": "another run to lay over it" });
    other.addEventListener("change", () => { if (/^\d+$/.test(other.value)) change({ over: [...state.over.filter(run => run !== Number(other.value)), Number(other.value)].slice(-3) }); });
    $("over").replaceChildren(...facts.overlay.map((run, i) => box(`lay run ${run} over it (${i === 0 ? "the baseline" : "the best"} of the same ${facts.unit})`, state.over.includes(run), "", on => change({ over: on ? [...state.over, run] : state.over.filter(r => r !== run) }))), element("label", { className: "row" }, "lay over it run ", other));
  }
  if (options && !$("option").options.length) {
    const words = o => [o.facts.right, o.facts.strike, o.facts.expiry ?? o.facts.expiry_minute].filter(text => text !== undefined).join(" ");
    $("option").replaceChildren(element("option", { value: "" }, "the book alone"), ...options.map(o => element("option", { value: o.option }, `${o.option}: ${words(o)}`)));
    $("option").addEventListener("change", () => { const of = $("option").value, kept = state.columns.filter(name => !name.includes("@")); change({ columns: of === "" ? kept : [...kept, ...["mid", "bid", "ask", "inventory"].filter(name => options[0].columns.includes(name)).map(name => `${name}@${of}`)].slice(-12) }); });
  }
  if (options) $("option").value = state.columns.map(name => name.split("@")[1]).find(of => of !== undefined) ?? "";
  $("fills").checked = state.fills;
}

$("fills").addEventListener("change", () => change({ fills: $("fills").checked }));
$("in").addEventListener("click", () => zoom(0.5, (series[0].from + series[0].to) / 2));
$("out").addEventListener("click", () => zoom(2, (series[0].from + series[0].to) / 2));
$("back").addEventListener("click", () => pan(-0.5));
$("on").addEventListener("click", () => pan(0.5));
$("whole").addEventListener("click", () => change({ from: 0, to: null }));
addEventListener("keydown", event => {
  if (event.target.matches("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = { "+": "in", "-": "out", ArrowLeft: "back", ArrowRight: "on", 0: "whole" }[event.key];
  if (button) { event.preventDefault(); $(button).click(); }
});
addEventListener("resize", () => change({}));
addEventListener("popstate", () => change(readState()));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
change({}).then(() => { document.documentElement.dataset.ready = performance.now().toFixed(0); });
