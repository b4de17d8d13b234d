// The page of a study: one state, which the address has, and everything drawn from it.
import { element, significant } from "./draw.js";
import { Points } from "./data.js";
import { read, write } from "./state.js";
import { Table, pageRows } from "./table.js";
import * as views from "./views.js";

const facts = JSON.parse(document.getElementById("facts").textContent);
const $ = id => document.getElementById(id);
const points = new Points(facts);
const axes = facts.columns.filter(c => c.axis).map(c => c.name);
let state = read(location.search, facts), hovered = -1, drawn = {}, rungs = null, spread = null, asked = 0;

const shownNames = () => [...axes, ...facts.columns.filter(c => c.shown && !c.axis).map(c => c.name), ...state.columns.map(name => points.info(name).name)].filter((name, i, all) => all.indexOf(name) === i);
const pair = () => [axes.includes(state.up) ? state.up : axes[1] ?? axes[0], axes.includes(state.across) ? state.across : axes[0]];

// table asks for what a reader asks for in it.
const table = new Table($("points-table"), points, {
  sort: name => change({ sort: state.sort === name ? "-" + name : state.sort === "-" + name ? "" : name, page: 0 }),
  brush: (name, range) => brush(name, range),
  select: point => change({ point: state.point === point ? -1 : point }),
  hover: point => { if (point !== hovered) { hovered = point; later("hover"); } },
  compare: point => change({ compare: state.compare.includes(point) ? state.compare.filter(p => p !== point) : [...state.compare, point].slice(-6) }),
  redraw: () => later("all"),
  fail,
});

function fail(text) { $("fault").textContent = text; $("fault").hidden = !text; }

// later draws with the next picture of the screen, once for all that changed since.
let waiting = null, since = 0;
function later(what) {
  if (waiting) { if (what === "all") waiting = what; return; }
  waiting = what;
  since = performance.now();
  requestAnimationFrame(() => { const of = waiting; waiting = null; draw(of); });
}

// remember puts the state into the address, once a brush rests: browsers allow it a few times a second.
let resting = 0;
function remember() {
  clearTimeout(resting);
  resting = setTimeout(() => history.replaceState(null, "", write(state, facts) + location.hash), 120);
}

// change changes the state, reads what it needs, and draws.
async function change(next) {
  const mine = ++asked, before = state;
  state = { ...state, ...next };
  remember();
  try {
    if (state.where !== before.where || next.filter) await points.filter(state.where);
    const names = [...shownNames(), "objective", state.x, state.y, state.figure, ...(state.sort ? [state.sort.replace(/^-/, "")] : [])];
    await points.readFigures(names);
    if (facts.halving) await points.read(["objective_n"]);
    if (state.point >= facts.points) state.point = -1;
    if (state.point >= 0 && spread?.point !== state.point) {
      const answer = await fetch(`/s/${facts.id}/p/${state.point}/seeds`);
      if (!answer.ok) throw new Error(await answer.text());
      spread = await answer.json();
    }
    if (mine !== asked) return; // something newer is on its way
    fail("");
    if (String(table.names) !== String(shownNames())) table.columns(shownNames());
    controls();
    later("all");
    await new Promise(requestAnimationFrame);
    points.readErrors([...shownNames(), state.figure]).then(() => { later("all"); requestAnimationFrame(() => { document.documentElement.dataset.whole = performance.now().toFixed(0); }); }, error => fail(error.message));
  } catch (error) { if (mine === asked) fail(error.message); }
}

// brush filters by a range of bins; null no longer.
function brush(name, range) {
  if (!points.brush(name, range)) return fail("at most 30 columns filter at once");
  state.brush = [...points.brushes.keys()].map(of => [of, ...(points.range(of) ?? [NaN, NaN]).map(x => points.info(of)?.choices?.[x] ?? String(x))]);
  state.page = 0;
  remember();
  later("all");
}

// draw draws everything, or with "hover" only what marks the point that is pointed at.
function draw(what) {
  if (what === "all") {
    fix();
    points.sort(state.sort);
    points.match();
    table.drawHeads(state.sort);
    const { first, last, shown } = table.drawRows(state.page, state, hovered);
    const n = points.matching.length;
    $("count").textContent = `${n.toLocaleString("en-US")} of ${facts.points.toLocaleString("en-US")} points match${n > pageRows ? `; ${first + 1} to ${first + shown} are shown` : ""}`;
    $("previous").disabled = first === 0;
    $("next").disabled = first / pageRows >= last;
    const query = new URLSearchParams({ where: points.condition(state.where), sort: state.sort, columns: state.columns.join(",") });
    for (const link of document.querySelectorAll("a[data-format]")) link.href = `/s/${facts.id}/points/${link.dataset.format}?${query}`;
  } else table.mark(state.point, hovered);
  for (const [id, picture] of Object.entries(pictures)) if (visible.has(id)) picture();
  document.documentElement.dataset.repaint = (performance.now() - since).toFixed(1); // milliseconds since it was asked for
}

// fix keeps the points that have the chosen values on the axes beside the heatmap, in it alone.
function fix() {
  for (const name of Object.keys(state.fix)) if (!axes.includes(name) || pair().includes(name)) delete state.fix[name];
}

// inHeatmap is the points as the heatmap shows them: those that match and have the chosen values.
function inHeatmap() {
  const fixed = Object.entries(state.fix).map(([name, value]) => [points.of(name).values, value]);
  if (!fixed.length) return points;
  return Object.assign(Object.create(points), { matching: points.matching.filter(i => fixed.every(([values, value]) => values[i] === value)) });
}

const pictures = {
  scatter: () => { drawn.scatter = views.drawScatter($("scatter-canvas"), points, state, hovered); $("pareto").textContent = state.front ? `On the Pareto front, where no other point that matches is better in both: ${drawn.scatter.pareto.length}` : ""; },
  parallel: () => views.drawParallel($("parallel-canvas"), points, state, hovered, shownNames().filter(name => points.of(name).high > points.of(name).low).slice(0, 12)),
  heatmap: () => { if (axes.length < 1) return; drawn.heatmap = views.drawHeatmap($("heatmap-canvas"), inHeatmap(), state, hovered, ...pair()); $("heatmap-note").textContent = drawn.heatmap.exact ? "" : "An axis of more than 100 values is shown in 20 ranges."; },
  slices: () => { const through = views.drawSlices($("slices-canvases"), points, state, hovered); $("through").textContent = `through point ${through}${through === facts.best ? ", the best" : ""}`; },
  sensitivity: () => views.drawSensitivity($("sensitivity-canvas"), points, state),
  seeds: () => { if (spread && state.point >= 0) views.drawSeeds($("seeds-canvas"), spread, facts); $("seeds-none").hidden = state.point >= 0; $("seeds-canvas").hidden = state.point < 0; $("seeds-words").textContent = spread && state.point >= 0 ? `${spread.setting}: advantage ${significant(spread.advantage)}${spread.low !== null ? `, 95% interval ${significant(spread.low)} to ${significant(spread.high)}` : ""}, paired by ${facts.unit}, n ${spread.n}` : ""; },
  rungs: () => { if (rungs) views.drawRungs($("rungs-canvas"), points, rungs, state, hovered); },
  walk: () => { views.drawPath($("path-canvas"), facts); views.drawWalk($("walk-canvas"), points, state, hovered); },
};

// visible are the views on the screen: the others are drawn when they come into it.
const visible = new Set();
const watch = new IntersectionObserver(entries => {
  for (const entry of entries) {
    if (entry.isIntersecting) { visible.add(entry.target.id); if (points.order) pictures[entry.target.id](); } else visible.delete(entry.target.id);
  }
}, { rootMargin: "200px" });

// choices fills a list of choices.
function choices(select, names, chosen) {
  if (String([...select.options].map(o => o.value)) !== String(names)) select.replaceChildren(...names.map(name => element("option", { value: name }, name)));
  select.value = chosen;
}

// controls shows the state in what changes it.
function controls() {
  const all = facts.columns.map(c => c.name), figures = facts.columns.filter(c => !c.axis).map(c => c.name);
  $("where").value = state.where;
  for (const key of ["x", "y"]) choices($(key), all, points.info(state[key])?.name ?? "objective");
  choices($("figure"), figures, state.figure);
  choices($("cell"), ["mean", "s.e.", "best"], state.cell);
  choices($("up"), axes, pair()[0]);
  choices($("across"), axes, pair()[1]);
  $("front").checked = state.front;
  $("top").value = state.top;
  $("compare").hidden = state.compare.length < 2;
  $("compare").textContent = `compare ${state.compare.length} points`;
  $("compare").href = "/compare?" + state.compare.map(point => `of=${facts.id}.${point}`).join("&");
  for (const box of $("columns").querySelectorAll("input")) box.checked = state.columns.some(name => points.info(name).name === box.name);
  const logs = shownNames().concat(state.x, state.y).filter((name, i, list) => list.indexOf(name) === i && points.of(name)?.low > 0 && points.of(name).high > points.of(name).low && !points.info(name)?.choices);
  $("logs").replaceChildren(...logs.map(name => { const box = element("input", { type: "checkbox", checked: state.log.includes(name) }); box.addEventListener("change", () => change({ log: box.checked ? [...state.log, name] : state.log.filter(n => n !== name) })); return element("label", { className: "row" }, box, " " + name); }));
  $("sliders").replaceChildren(...axes.filter(name => !pair().includes(name)).map(slider));
}

// slider chooses a value of an axis beside the heatmap.
function slider(name) {
  const { levels } = points.of(name);
  if (!levels) return element("span", { className: "note" }, `${name} has too many values for a slider`);
  const at = name in state.fix ? levels.indexOf(state.fix[name]) : -1;
  const output = element("output", {}, at < 0 ? "all" : table.text(name, levels[at]));
  const range = element("input", { type: "range", min: -1, max: levels.length - 1, value: at, "aria-valuetext": output.textContent });
  range.addEventListener("input", () => {
    const value = levels[range.value], fixed = { ...state.fix };
    if (value === undefined) delete fixed[name]; else fixed[name] = value;
    output.textContent = value === undefined ? "all" : table.text(name, value);
    range.setAttribute("aria-valuetext", output.textContent);
    state.fix = fixed;
    remember();
    later("all");
  });
  return element("label", {}, element("span", {}, name + ": ", output), range);
}

// begin reads the state of the address, and listens.
async function begin() {
  $("columns").replaceChildren(...facts.columns.filter(c => !c.axis && !c.shown).map(c => { const box = element("input", { type: "checkbox", name: c.name }); box.addEventListener("change", () => change({ columns: box.checked ? [...state.columns, c.name] : state.columns.filter(n => points.info(n).name !== c.name) })); return element("label", { className: "row", title: c.meaning }, box, " " + c.name); }));
  $("controls").addEventListener("submit", event => { event.preventDefault(); change({ where: $("where").value.trim(), page: 0 }); });
  $("reset").addEventListener("click", () => { for (const name of [...points.brushes.keys()]) points.brush(name, null); change(read("", facts)); });
  for (const key of ["x", "y", "figure", "cell", "up", "across"]) $(key).addEventListener("change", () => change({ [key]: $(key).value }));
  $("front").addEventListener("change", () => change({ front: $("front").checked }));
  $("top").addEventListener("change", () => change({ top: Math.max(0, Math.min(500, Number($("top").value) || 0)) }));
  $("previous").addEventListener("click", () => change({ page: Math.max(0, state.page - 1) }));
  $("next").addEventListener("click", () => change({ page: state.page + 1 }));
  $("show-sql").addEventListener("click", async () => { const answer = await fetch(document.querySelector("a[data-format=sql]").href); $("sql").textContent = await answer.text(); $("sql").hidden = false; });
  pointing($("scatter-canvas"), (x, y) => drawn.scatter?.nearest(x, y) ?? -1, point => (point < 0 ? "" : words(point, [state.x, state.y])), $("scatter-readout"));
  pointing($("heatmap-canvas"), (x, y) => { const at = drawn.heatmap?.at(x, y) ?? -1; return at < 0 ? -1 : drawn.heatmap.best[at]; }, (point, x, y) => { const at = drawn.heatmap?.at(x, y) ?? -1; return at < 0 || point < 0 ? "" : drawn.heatmap.words(at); }, $("heatmap-readout"));
  addEventListener("keydown", keys);
  addEventListener("resize", () => later("all"));
  addEventListener("popstate", start);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => later("all"));
  if (facts.halving) { const answer = await fetch(`/s/${facts.id}/rungs`); if (answer.ok) rungs = await answer.json(); }
  await start();
  for (const section of document.querySelectorAll("section.view")) watch.observe(section);
  document.documentElement.dataset.ready = performance.now().toFixed(0); // milliseconds since the address was asked for
  if (location.hash) document.querySelector(location.hash)?.scrollIntoView();
}

// start shows what the address says.
async function start() {
  state = read(location.search, facts);
  const wrong = [...state.columns, state.x, state.y, state.figure, state.sort.replace(/^-/, "")].filter(name => name && name !== "point" && !points.info(name));
  if (wrong.length) { fail(`${wrong.join(", ")}: not a column of the points`); state = { ...state, columns: state.columns.filter(n => points.info(n)), x: points.info(state.x) ? state.x : facts.x, y: points.info(state.y) ? state.y : "objective", figure: points.info(state.figure) ? state.figure : "objective", sort: points.info(state.sort.replace(/^-/, "")) ? state.sort : "" }; }
  const brushes = state.brush.filter(([name]) => name === "point" || points.info(name));
  try {
    await points.readFigures(brushes.map(([name]) => name));
    for (const name of [...points.brushes.keys()]) points.brush(name, null);
    for (const [name, low, high] of brushes) { const number = text => points.info(name)?.choices?.indexOf(text) ?? Number(text), range = points.binsOf(name, number(low), number(high)); if (range) points.brush(name, range); }
  } catch (error) { fail(error.message); }
  const unknown = $("fault").textContent;
  await change({ filter: true });
  if (unknown && !$("fault").textContent) fail(unknown);
}

// words describe a point.
function words(point, names) { return `point ${point}: ${table.setting(point)}; ${names.map(name => `${name} ${significant(points.of(name).values[point])}`).join(", ")}`; }

// pointing shows what is pointed at in a picture, and chooses it by a click.
function pointing(canvas, find, describe, readout) {
  const at = event => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  canvas.addEventListener("pointermove", event => { const [x, y] = at(event), point = find(x, y); readout.textContent = describe(point, x, y); if (point !== hovered) { hovered = point; later("hover"); } });
  canvas.addEventListener("pointerleave", () => { if (hovered >= 0) { hovered = -1; later("hover"); } });
  canvas.addEventListener("click", event => { const point = find(...at(event)); if (point >= 0) change({ point }); });
}

// keys: / goes to the filter, n and p to the next and previous page, j and k to the next and previous
// point, c compares it, Enter opens it, Escape lets it go, ? says so.
function keys(event) {
  if (event.target.matches("input, select, button, a, summary") && event.key !== "Escape" || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = points.matching.indexOf(state.point);
  const step = to => { if (points.matching.length) change({ point: points.matching[Math.max(0, Math.min(points.matching.length - 1, to))], page: Math.floor(Math.max(0, Math.min(points.matching.length - 1, to)) / pageRows) }); };
  const actions = {
    "/": () => $("where").focus(), n: () => $("next").click(), p: () => $("previous").click(), j: () => step(at + 1), k: () => step(at < 0 ? 0 : at - 1),
    c: () => { if (state.point >= 0) table.ask.compare(state.point); }, Enter: () => { if (state.point >= 0) location.href = `/s/${facts.id}/p/${state.point}`; },
    Escape: () => { if (event.target.matches("input")) event.target.blur(); else change({ point: -1 }); }, "?": () => { $("help").open = !$("help").open; },
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
}

begin();
