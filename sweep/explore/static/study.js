// The page of a study: one state, which the address has, and everything drawn from it.
import { significant } from "./draw.js";
import { $, box, element, fail } from "./page.js";
import { Points, seedsOf } from "./data.js";
import { read, write } from "./state.js";
import { Table, pageRows } from "./table.js";
import * as views from "./views.js";

const facts = JSON.parse(document.getElementById("facts").textContent);
const points = new Points(facts);
const axes = facts.columns.filter(c => c.axis).map(c => c.name);
const root = document.documentElement;

// state is what is shown; wanted is what it will be once what it needs was read.
let state = read("", facts);
let wanted = state;
let asked = 0; // how often the state was changed
let hovered = -1; // the point that is pointed at
let spread = null; // the chosen point seed by seed
let rungs = null;
let started = false; // something was drawn
const drawn = {}; // what the pictures know of their places

const cells = ["mean", "s.e.", "best"]; // what a cell of the heatmap shows of its points
const known = name => Boolean(points.info(name));
const unsigned = sort => sort.replace(/^-/, "");
const unique = names => [...new Set(names)];
const shownNames = (of = state) => unique([...axes, ...facts.columns.filter(c => c.shown && !c.axis).map(c => c.name), ...of.columns.map(name => points.info(name).name)]);
const pair = () => [axes.includes(state.up) ? state.up : (axes[1] ?? axes[0]), axes.includes(state.across) ? state.across : axes[0]];

const table = new Table($("points-table"), points, {
  sort: name => change({ sort: { [name]: "-" + name, ["-" + name]: "" }[wanted.sort] ?? name, page: 0 }),
  brush,
  select: point => change({ point: wanted.point === point ? -1 : point }),
  hover,
  compare: point => change({ compare: wanted.compare.includes(point) ? wanted.compare.filter(p => p !== point) : [...wanted.compare, point].slice(-6) }),
  redraw: () => later("all"),
  fail,
});

// later draws with the next picture of the screen, once for all that changed since.
let waiting = null;
let since = 0;
function later(what) {
  if (waiting) {
    if (what === "all") waiting = what;
    return;
  }
  waiting = what;
  since = performance.now();
  requestAnimationFrame(() => {
    const of = waiting;
    waiting = null;
    draw(of);
  });
}

function hover(point) {
  if (point === hovered) return;
  hovered = point;
  later("hover");
}

// remember puts the state into the address, once a brush rests: browsers allow it a few times a second.
// Back goes to what was shown before a filter, a sort or a choice, and not through every point.
let resting = 0;
let put = 0; // when it was last
function address() {
  state.brush = [...points.brushes.keys()].map(name => [name, ...points.range(name).map(x => points.info(name)?.choices?.[x] ?? String(x))]);
  return write(state, facts) + location.hash;
}
function remember(push) {
  clearTimeout(resting);
  const save = () => {
    resting = 0;
    put = performance.now();
    const now = address();
    if (now === location.pathname + location.search + location.hash || now === location.search + location.hash) return;
    history[push ? "pushState" : "replaceState"](null, "", now);
  };
  if (push || performance.now() - put > 300) save();
  else resting = setTimeout(save, 120);
}
const remembersAtOnce = ["where", "sort", "columns", "x", "y", "up", "across", "figure", "cell", "front", "log"];

// change changes the state once everything that it needs was read. Of several changes that wait, the last
// has what the others change too, and it alone comes to be.
async function change(next, { push = started } = {}) {
  const mine = ++asked;
  const before = state;
  const now = (wanted = { ...wanted, ...next });
  try {
    const mask = await points.mask(now.where);
    await points.readFigures([...shownNames(now), "objective", now.x, now.y, now.figure, ...(now.sort ? [unsigned(now.sort)] : [])]);
    if (facts.halving) await points.read(["objective_n"]);
    if (now.point >= facts.points) now.point = -1;
    if (mine !== asked) return;
    points.filter(mask);
    state = now;
    readSeeds();
    fail("");
    if (String(table.names) !== String(shownNames())) table.columns(shownNames());
    controls(before);
    remember(push && remembersAtOnce.some(key => String(before[key]) !== String(now[key])));
    later("all");
    await new Promise(requestAnimationFrame);
    started = true;
    await points.readErrors([...shownNames(), now.figure]);
    later("all");
    requestAnimationFrame(() => {
      root.dataset.whole = performance.now().toFixed(0); // milliseconds since the address was asked for
    });
  } catch (error) {
    if (mine !== asked) return;
    wanted = state;
    fail(error.message);
    if (!started) {
      await change({ ...next, where: "" }); // the points without the filter that is wrong
      $("where").value = next.where ?? "";
      fail(error.message);
    }
  }
}

// readSeeds reads the chosen point seed by seed, which nothing waits for.
async function readSeeds() {
  const { point } = state;
  if (point < 0 || spread?.point === point) return;
  let wrong = "";
  const read = await seedsOf(facts, point).catch(error => {
    wrong = error.message;
    return null;
  });
  if (state.point !== point) return; // another was chosen
  if (wrong) fail(wrong);
  spread = read;
  later("all");
}

// brush filters by a range of bins; null no longer.
function brush(name, range) {
  if (!points.brush(name, range)) return fail("at most 30 columns filter at once");
  state.page = wanted.page = 0;
  remember(false);
  later("all");
}

// draw draws everything, or with "hover" only what marks the point that is pointed at.
function draw(what) {
  if (what === "all") {
    points.sort(state.sort);
    points.match();
    table.drawHeads(state.sort);
    const { first, last, shown } = table.drawRows(state.page, state, hovered);
    const n = points.matching.length;
    const part = n > pageRows ? `; ${first + 1} to ${first + shown} are shown` : "";
    $("count").textContent = `${n.toLocaleString("en-US")} of ${facts.points.toLocaleString("en-US")} points match${part}`;
    $("previous").disabled = first === 0;
    $("next").disabled = first / pageRows >= last;
    const query = new URLSearchParams({ of: facts.of, where: points.condition(state.where), sort: state.sort, columns: state.columns.join(",") });
    for (const link of document.querySelectorAll("a[data-format]")) link.href = `/s/${facts.id}/points/${link.dataset.format}?${query}`;
  } else table.mark(state.point, hovered);
  for (const [id, picture] of Object.entries(pictures)) if (visible.has(id)) picture();
  root.dataset.repaint = (performance.now() - since).toFixed(1); // milliseconds since it was asked for
}

// inHeatmap is the points as the heatmap shows them: those that match and have the values of the sliders.
function inHeatmap() {
  const fixed = Object.entries(state.fix)
    .filter(([name]) => axes.includes(name) && !pair().includes(name))
    .map(([name, value]) => [points.of(name).values, value]);
  if (!fixed.length) return points;
  const matching = points.matching.filter(i => fixed.every(([values, value]) => Object.is(values[i], value) || values[i] === value));
  return Object.assign(Object.create(points), { matching });
}

const pictures = {
  scatter() {
    drawn.scatter = views.drawScatter($("scatter-canvas"), points, state, hovered);
    $("pareto").textContent = drawn.scatter.words;
  },
  parallel() {
    const names = shownNames().filter(name => points.of(name).high > points.of(name).low);
    views.drawParallel($("parallel-canvas"), points, state, hovered, names.slice(0, 12));
  },
  heatmap() {
    drawn.heatmap = views.drawHeatmap($("heatmap-canvas"), inHeatmap(), state, hovered, ...pair());
    $("heatmap-note").textContent = drawn.heatmap.exact ? "" : "An axis of more than 100 values is shown in 20 ranges.";
  },
  slices() {
    const through = views.drawSlices($("slices-canvases"), points, state, hovered);
    $("through").textContent = `through point ${through}${through === facts.best ? ", the best" : ""}`;
  },
  sensitivity: () => views.drawSensitivity($("sensitivity-canvas"), points, state),
  seeds() {
    const chosen = state.point >= 0 && spread?.point === state.point;
    $("seeds-none").hidden = state.point >= 0;
    $("seeds-canvas").hidden = !chosen;
    $("seeds-words").textContent = chosen ? `${spread.setting}: advantage ${views.interval(spread)}, paired by ${facts.unit}, n ${spread.n}` : "";
    if (chosen) views.drawSeeds($("seeds-canvas"), spread, facts);
  },
  rungs() {
    if (rungs) views.drawRungs($("rungs-canvas"), points, rungs, state, hovered);
  },
  walk() {
    views.drawPath($("path-canvas"), facts);
    views.drawWalk($("walk-canvas"), points, state, hovered);
  },
};

// visible are the views on the screen: the others are drawn when they come into it.
const visible = new Set();
const watch = new IntersectionObserver(
  entries => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) visible.delete(target.id);
      else {
        visible.add(target.id);
        if (points.order) pictures[target.id]();
      }
    }
  },
  { rootMargin: "200px" },
);

// choices fills a list of choices.
function choices(select, names, chosen) {
  if (String([...select.options].map(o => o.value)) !== String(names)) select.replaceChildren(...names.map(name => element("option", { value: name }, name)));
  select.value = chosen;
}

// controls shows the state in what changes it. What is being typed stays.
function controls(before) {
  const all = facts.columns.map(c => c.name);
  if (!started || state.where !== before.where) $("where").value = state.where;
  for (const key of ["x", "y"]) choices($(key), all, points.info(state[key]).name);
  choices($("figure"), facts.columns.filter(c => !c.axis).map(c => c.name), points.info(state.figure).name);
  choices($("cell"), cells, state.cell);
  if (axes.length > 1) {
    choices($("up"), axes, pair()[0]);
    choices($("across"), axes, pair()[1]);
  }
  $("front").checked = state.front;
  $("top").value = state.top;
  $("compare").hidden = state.compare.length < 2;
  $("compare").textContent = `compare ${state.compare.length} points`;
  $("compare").href = "/compare?" + state.compare.map(point => `of=${facts.id}.${point}`).join("&");
  for (const input of $("columns").querySelectorAll("input")) input.checked = state.columns.some(name => points.info(name).name === input.name);
  const positive = unique([...shownNames(), state.x, state.y]).filter(name => points.of(name)?.low > 0 && points.of(name).high > points.of(name).low && !points.info(name).choices);
  const set = name => on => change({ log: on ? [...wanted.log, name] : wanted.log.filter(n => n !== name) });
  $("logs").replaceChildren(...positive.map(name => box(name, state.log.includes(name), "", set(name))));
  $("sliders").replaceChildren(...axes.filter(name => !pair().includes(name)).map(slider));
}

// slider chooses a value of an axis that the heatmap does not show.
function slider(name) {
  const column = points.of(name);
  if (!column.levels) return element("span", { className: "note" }, `${name} has too many values for a slider`);
  const values = column.whole ? column.levels : [...column.levels, NaN];
  const at = name in state.fix ? values.findIndex(x => Object.is(x, state.fix[name]) || x === state.fix[name]) : -1;
  if (at < 0) delete state.fix[name];
  const words = k => (k < 0 ? "all" : table.text(name, values[k]));
  const output = element("output", {}, words(at));
  const range = element("input", { type: "range", min: -1, max: values.length - 1, value: at, "aria-valuetext": words(at) });
  range.addEventListener("input", () => {
    const fix = { ...state.fix };
    if (Number(range.value) < 0) delete fix[name];
    else fix[name] = values[range.value];
    output.textContent = words(Number(range.value));
    range.setAttribute("aria-valuetext", output.textContent);
    state.fix = wanted.fix = fix;
    remember(false);
    later("all");
  });
  return element("label", {}, element("span", {}, name + ": ", output), range);
}

// start shows what the address says; what no study has is said, and left out.
async function start() {
  const next = read(location.search, facts);
  const wrong = [];
  const check = (name, otherwise) => {
    if (known(name)) return name;
    wrong.push(name);
    return otherwise;
  };
  next.columns = next.columns.filter(name => check(name, null));
  for (const [key, otherwise] of [["x", facts.x], ["y", "objective"], ["figure", "objective"]]) next[key] = check(next[key], otherwise);
  if (points.info(next.figure).axis) next.figure = "objective";
  if (!cells.includes(next.cell)) next.cell = "mean";
  next.compare = next.compare.filter(point => point >= 0 && point < facts.points);
  if (next.sort && unsigned(next.sort) !== "point") next.sort = check(unsigned(next.sort), null) && next.sort;
  next.sort ||= "";
  const brushes = next.brush.filter(([name]) => name === "point" || check(name, null));
  for (const name of [...points.brushes.keys()]) points.brush(name, null);
  try {
    await points.readFigures(brushes.map(([name]) => name));
  } catch (error) {
    fail(error.message);
    return;
  }
  for (const [name, ...ends] of brushes) {
    const range = points.binsOf(name, ...ends.map(text => points.info(name)?.choices?.indexOf(text) ?? Number(text)));
    if (range) points.brush(name, range);
  }
  await change(next, { push: false });
  if (wrong.length) fail(`${wrong.join(", ")}: not a column of the points`);
}

// pointing shows what is pointed at in a picture, and chooses it by a click.
function pointing(canvas, find, describe, readout) {
  const at = event => {
    const place = canvas.getBoundingClientRect();
    return [event.clientX - place.left, event.clientY - place.top];
  };
  canvas.addEventListener("pointermove", event => {
    const place = at(event);
    const point = find(...place);
    readout.textContent = point < 0 ? "" : describe(point, ...place);
    hover(point);
  });
  canvas.addEventListener("pointerleave", () => hover(-1));
  canvas.addEventListener("click", event => {
    const point = find(...at(event));
    if (point >= 0) change({ point });
  });
}

function pointsAtPictures() {
  const words = point => `point ${point}: ${table.setting(point)}; ${unique([state.x, state.y]).map(name => `${name} ${significant(points.of(name).values[point])}`).join(", ")}`;
  pointing($("scatter-canvas"), (x, y) => drawn.scatter?.nearest(x, y) ?? -1, words, $("scatter-readout"));
  const cell = (x, y) => drawn.heatmap?.at(x, y) ?? -1;
  const best = (x, y) => (cell(x, y) < 0 ? -1 : drawn.heatmap.best[cell(x, y)]);
  pointing($("heatmap-canvas"), best, (_, x, y) => drawn.heatmap.words(cell(x, y)), $("heatmap-readout"));
}

// keys: / goes to the filter, n and p to the next and previous page, j and k to the next and previous
// point, c compares it, Enter opens it, Escape lets it go, ? says so.
function keys(event) {
  if ((event.target.matches("input, select, button, a, summary") && event.key !== "Escape") || event.ctrlKey || event.metaKey || event.altKey) return;
  const last = points.matching.length - 1;
  const at = points.matching.indexOf(wanted.point);
  const step = to => {
    const place = Math.max(0, Math.min(last, to));
    if (last >= 0) change({ point: points.matching[place], page: Math.floor(place / pageRows) });
  };
  const actions = {
    "/": () => $("where").focus(),
    n: () => $("next").click(),
    p: () => $("previous").click(),
    j: () => step(at + 1),
    k: () => step(at < 0 ? 0 : at - 1),
    c: () => state.point >= 0 && table.ask.compare(state.point),
    Enter: () => state.point >= 0 && location.assign(`/s/${facts.id}/p/${state.point}`),
    Escape: () => (event.target.matches("input") ? event.target.blur() : change({ point: -1 })),
    "?": () => ($("help").open = !$("help").open),
  };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
}

function listen() {
  const choose = c => on => change({ columns: on ? [...wanted.columns, c.name] : wanted.columns.filter(n => points.info(n).name !== c.name) });
  $("columns").replaceChildren(...facts.columns.filter(c => !c.axis && !c.shown).map(c => box(c.name, false, c.meaning, choose(c))));
  $("controls").addEventListener("submit", event => {
    event.preventDefault();
    change({ where: $("where").value.trim(), page: 0 });
  });
  $("reset").addEventListener("click", () => {
    for (const name of [...points.brushes.keys()]) points.brush(name, null);
    $("where").value = "";
    change(read("", facts));
  });
  for (const key of ["x", "y", "figure", "cell", "up", "across"]) $(key).addEventListener("change", () => change({ [key]: $(key).value }));
  $("front").addEventListener("change", () => change({ front: $("front").checked }));
  $("top").addEventListener("change", () => change({ top: Math.max(0, Math.min(500, Number($("top").value) || 0)) }));
  $("previous").addEventListener("click", () => change({ page: Math.max(0, wanted.page - 1) }));
  $("next").addEventListener("click", () => change({ page: wanted.page + 1 }));
  $("show-sql").addEventListener("click", async () => {
    const answer = await fetch(document.querySelector("a[data-format=sql]").href);
    $("sql").textContent = await answer.text();
    $("sql").hidden = false;
  });
  pointsAtPictures();
  addEventListener("keydown", keys);
  addEventListener("resize", () => later("all"));
  addEventListener("popstate", start);
  addEventListener("pagehide", () => resting && history.replaceState(null, "", address()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => later("all"));
}

async function begin() {
  listen();
  if (facts.halving) {
    const answer = await fetch(`/s/${facts.id}/rungs?of=${facts.of}`);
    if (answer.ok) rungs = await answer.json();
  }
  const shown = start();
  await new Promise(done => {
    const wait = () => (points.order || !$("fault").hidden ? done() : requestAnimationFrame(wait));
    wait();
  });
  for (const section of document.querySelectorAll("section.view")) watch.observe(section);
  root.dataset.ready = performance.now().toFixed(0);
  await shown;
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

begin();
