// The views of the points. Each draws the points that meet every condition, and the chosen one.
import { colors, dot, frame, isDark, padded, path, scale, shade, significant, surface } from "./draw.js";
import { element } from "./page.js";

// parts of a picture that keep their place
const boxOf = ({ width, height }, left = 58, right = 12) => ({ left, right: width - right, top: 22, bottom: height - 40 });

const manyDots = 3_000; // more are drawn as pixels

// marked are the points that a ring marks: the baseline, the best point, the one that is chosen and the one that is pointed at.
function marked({ facts }, state, hovered) {
  const tint = colors();
  return [[facts.baseline, tint.ink], [facts.best, tint.blue], [state.point, tint.orange], [hovered, tint.orange]].filter(([point]) => point >= 0);
}

// front is the matching points that no other one beats in both figures.
export function front(points, x, y, better) {
  const { rising } = x, ys = y.values, xs = x.values, kept = [], n = rising.length;
  let best = -Infinity;
  for (let k = 0; k < n;) { // those that share a value of x, together
    const at = j => (better[0] > 0 ? rising[n - 1 - j] : rising[j]), level = xs[at(k)];
    let top = -1;
    for (; k < n && Object.is(xs[at(k)], level); k++) {
      const i = at(k);
      if (points.fails[i] === 0 && Number.isFinite(xs[i]) && Number.isFinite(ys[i]) && better[1] * ys[i] > best && (top < 0 || better[1] * ys[i] > better[1] * ys[top])) top = i;
    }
    if (top >= 0) { best = better[1] * ys[top]; kept.push(top); }
  }
  return kept;
}

// drawScatter draws one figure over another; where they are many, a pixel is the darker the more points it has.
export function drawScatter(canvas, points, state, hovered) {
  const tint = colors(), s = surface(canvas, 340), { pen, ratio } = s, box = boxOf(s);
  const x = points.of(state.x), y = points.of(state.y), logs = [state.x, state.y].map(name => state.log.includes(name));
  const across = scale(...padded(x.low, x.high, logs[0]), box.left, box.right, logs[0]), up = scale(...padded(y.low, y.high, logs[1]), box.bottom, box.top, logs[1]);
  frame(s, tint, across, up, box, [state.x, state.y]);
  if (points.count > manyDots) drawPixels(canvas, s, points, x.values, y.values, across, up, tint, ratio);
  else {
    for (let i = 0; i < points.count; i++) if (!points.matches(i)) dot(pen, across(x.values[i]), up(y.values[i]), 2, tint.line);
    for (const i of points.matching) dot(pen, across(x.values[i]), up(y.values[i]), 2.5, tint.blue);
  }
  let pareto = [], words = "";
  if (state.front) {
    const better = [state.x, state.y].map(name => points.info(name).better ?? 0);
    if (better.includes(0)) words = `no Pareto front: neither more nor less of ${[state.x, state.y].filter((_, k) => !better[k]).join(" and of ")} is better`;
    else {
      pareto = front(points, x, y, better);
      path(pen, pareto.map(i => [across(x.values[i]), up(y.values[i])]), tint.orange);
      const side = k => `${better[k] > 0 ? "more" : "less"} ${[state.x, state.y][k]}`;
      words = `On the Pareto front, where no other point that matches has ${side(0)} and ${side(1)}: ${pareto.length}`;
    }
  }
  for (const [point, color] of marked(points, state, hovered)) dot(pen, across(x.values[point]), up(y.values[point]), 6, color, true);
  canvas.setAttribute("aria-label", `${state.y} over ${state.x} of ${points.matching.length} points${pareto.length ? `; ${pareto.length} of them are on the Pareto front` : ""}`);
  return { words, nearest: (px, py) => nearest(points.matching, i => across(x.values[i]) - px, i => up(y.values[i]) - py) };
}

function nearest(points, dx, dy) {
  let found = -1, least = 20 ** 2;
  for (const i of points) {
    const far = dx(i) ** 2 + dy(i) ** 2;
    if (far < least) { least = far; found = i; }
  }
  return found;
}

// drawPixels counts the points of each pixel, so that 100,000 take no longer than their counting.
function drawPixels(canvas, s, points, xs, ys, across, up, tint, ratio) {
  const { width, height } = canvas, seen = new Uint16Array(width * height), kept = new Uint16Array(width * height);
  for (let i = 0; i < points.count; i++) {
    const px = Math.round(across(xs[i]) * ratio), py = Math.round(up(ys[i]) * ratio);
    if (!(px >= 1 && px < width - 1 && py >= 1 && py < height - 1)) continue;
    (points.fails[i] === 0 ? kept : seen)[py * width + px]++;
  }
  const image = new ImageData(width, height), cells = new Uint32Array(image.data.buffer);
  for (const [counts, color] of [[seen, tint.line], [kept, tint.blue]]) {
    const [red, green, blue] = [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16)), solid = blue << 16 | green << 8 | red;
    for (let at = 0; at < counts.length; at++) {
      if (!counts[at]) continue;
      const cell = Math.min(255, 115 + 30 * counts[at]) << 24 | solid;
      cells[at] = cells[at + 1] = cells[at + width] = cells[at + width + 1] = cell;
    }
  }
  const layer = new OffscreenCanvas(width, height);
  layer.getContext("2d").putImageData(image, 0, 0);
  s.pen.drawImage(layer, 0, 0, s.width, s.height);
}

const bands = 32; // of an axis of the parallel coordinates

// drawParallel draws how many points go from each part of an axis to each part of the next, and the first by themselves.
export function drawParallel(canvas, points, state, hovered, names) {
  const tint = colors(), s = surface(canvas, 320), { pen } = s, top = 26, bottom = s.height - 24;
  const place = k => 46 + (s.width - 92) * (names.length > 1 ? k / (names.length - 1) : 0.5);
  const columns = names.map(name => points.of(name)), logs = names.map(name => state.log.includes(name));
  const height = (k, i) => { const x = columns[k].values[i]; return Number.isNaN(x) ? NaN : bottom - (bottom - top) * columns[k].share(x, logs[k]); };
  for (let k = 0; k + 1 < columns.length; k++) {
    const counts = new Uint32Array(256 * 256), from = columns[k].parts(bands, logs[k]), to = columns[k + 1].parts(bands, logs[k + 1]);
    for (const i of points.matching) counts[from[i] << 8 | to[i]]++;
    let most = 1, lines = 0;
    for (let a = 0; a < bands; a++) for (let b = 0; b < bands; b++) if (counts[a << 8 | b]) { lines++; most = Math.max(most, counts[a << 8 | b]); }
    const deepest = Math.min(1, 100 / lines);
    const middle = band => bottom - (bottom - top) * (band + 0.5) / bands;
    pen.strokeStyle = tint.blue;
    pen.lineWidth = Math.max(1, (bottom - top) / bands / 2);
    for (let a = 0; a < bands; a++) for (let b = 0; b < bands; b++) {
      if (!counts[a << 8 | b]) continue;
      pen.globalAlpha = 0.02 + 0.3 * deepest * counts[a << 8 | b] / most;
      pen.beginPath();
      pen.moveTo(place(k), middle(a));
      pen.lineTo(place(k + 1), middle(b));
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }
  const line = (i, color, width, dash) => path(pen, columns.map((_, k) => [place(k), height(k, i)]), color, width, dash);
  for (const i of points.matching.subarray(0, state.top)) line(i, tint.blue, 1);
  line(points.facts.baseline, tint.ink, 2, [5, 4]);
  for (const point of [state.point, hovered]) if (point >= 0) line(point, tint.orange, 2.5);
  pen.textAlign = "center";
  names.forEach((name, k) => {
    pen.strokeStyle = tint.faint;
    pen.strokeRect(place(k), top, 0, bottom - top);
    pen.fillStyle = tint.ink;
    pen.textBaseline = "bottom";
    const wide = (s.width - 92) / Math.max(1, names.length - 1) - 6;
    let text = name;
    while (text.length > 3 && pen.measureText(text).width > Math.max(wide, 40)) text = text.slice(0, -2) + "…";
    pen.textAlign = k === 0 ? "left" : k === names.length - 1 ? "right" : "center";
    pen.fillText(text, k === 0 ? 2 : k === names.length - 1 ? s.width - 2 : place(k), 14);
    pen.fillStyle = tint.faint;
    pen.textAlign = "center";
    const end = x => (points.info(name)?.choices?.[x] ?? significant(x)).slice(0, 10);
    pen.fillText(end(columns[k].high), place(k), top - 1);
    pen.textBaseline = "top";
    pen.fillText(end(columns[k].low), place(k), bottom + 4);
  });
  canvas.setAttribute("aria-label", `parallel coordinates of ${points.matching.length} points over ${names.join(", ")}; the first ${Math.min(state.top, points.matching.length)} have lines of their own`);
}

const mostAcross = 100; // cells of an axis
const ranges = 20; // in which the values of an axis are grouped that has more

// grouped are the values of an axis as the cells of a heatmap have them: each by itself, or in ranges;
// of is the cell of each point, labels are short, and names have every digit.
export function grouped(points, name) {
  const column = points.of(name), info = points.info(name), short = text => (text.length > 7 && Number.isFinite(Number(text)) ? significant(Number(text)) : text);
  if (column.levels && column.levels.length <= mostAcross) {
    const names = column.levels.map(x => info.choices?.[x] ?? String(x)).concat(column.whole ? [] : ["unset"]);
    return { exact: true, names, labels: names.map(short), of: column.places };
  }
  const edge = k => column.low + (column.high - column.low) * k / ranges;
  const each = make => Array.from({ length: ranges }, (_, k) => make(k));
  return { exact: false, names: each(k => `${significant(edge(k))} to ${significant(edge(k + 1))}`), labels: each(k => significant(edge(k + 0.5))), of: column.parts(ranges, false) };
}

// cellsOf gathers a figure in the cells of two axes.
export function cellsOf(points, state, up, across) {
  const rows = grouped(points, up), columns = grouped(points, across), n = rows.labels.length * columns.labels.length;
  const info = points.info(state.figure), values = points.of(state.figure).values, spreads = points.columns.get(info.spread)?.values;
  const objective = points.of("objective").values, sign = points.facts.minimized ? -1 : 1;
  const sums = new Float64Array(n), counts = new Uint32Array(n), best = new Int32Array(n).fill(-1);
  const width = columns.labels.length, added = state.cell === "s.e." ? (spreads ? i => spreads[i] ** 2 : () => NaN) : i => values[i];
  for (const i of points.matching) {
    const r = rows.of[i], c = columns.of[i];
    if (r >= rows.labels.length || c >= width || Number.isNaN(values[i])) continue;
    const at = r * width + c;
    sums[at] += added(i);
    counts[at]++;
    if (best[at] < 0 || sign * objective[i] > sign * objective[best[at]]) best[at] = i;
  }
  const shown = Float64Array.from(sums, (sum, at) => (!counts[at] ? NaN : state.cell === "best" ? values[best[at]] : state.cell === "s.e." ? Math.sqrt(sum / counts[at]) : sum / counts[at]));
  return { rows, columns, shown, counts, best };
}

// drawHeatmap draws the cells, the darker the larger.
export function drawHeatmap(canvas, points, state, hovered, up, across) {
  const tint = colors(), dark = isDark(), cells = cellsOf(points, state, up, across), { rows, columns, shown } = cells;
  const s = surface(canvas, 340), { pen } = s, box = { ...boxOf(s, 74, 70) };
  const finite = [...shown].filter(Number.isFinite), low = Math.min(...finite), high = Math.max(...finite), share = x => (high > low ? (x - low) / (high - low) : 0.5);
  const wide = (box.right - box.left) / columns.labels.length, tall = (box.bottom - box.top) / rows.labels.length;
  const cellAt = (r, c) => [box.left + c * wide, box.bottom - (r + 1) * tall];
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (let at = 0; at < shown.length; at++) {
    if (!Number.isFinite(shown[at])) continue;
    const [x, y] = cellAt(Math.floor(at / columns.labels.length), at % columns.labels.length), text = significant(shown[at]);
    pen.fillStyle = shade(share(shown[at]), dark);
    pen.fillRect(x, y, wide - 0.5, tall - 0.5);
    if (pen.measureText(text).width < wide - 4 && tall > 13) {
      pen.fillStyle = (share(shown[at]) > 0.5) !== dark ? "#fafbfc" : "#101822";
      pen.fillText(text, x + wide / 2, y + tall / 2);
    }
  }
  for (const [point, color] of marked(points, state, hovered)) {
    const r = rows.of[point], c = columns.of[point];
    if (r >= rows.labels.length || c >= columns.labels.length) continue;
    const [x, y] = cellAt(r, c);
    pen.strokeStyle = color;
    pen.lineWidth = 2;
    pen.strokeRect(x + 1, y + 1, wide - 2.5, tall - 2.5);
    pen.lineWidth = 1;
  }
  pen.fillStyle = tint.faint;
  pen.textAlign = "right";
  const everyRow = Math.ceil(14 / tall), widest = Math.max(...columns.labels.map(text => pen.measureText(text).width)) + 8, everyColumn = Math.ceil(widest / wide);
  rows.labels.forEach((text, r) => { if (r % everyRow === 0) pen.fillText(text, box.left - 5, box.bottom - (r + 0.5) * tall); });
  pen.textAlign = "center";
  columns.labels.forEach((text, c) => { if (c % everyColumn === 0) pen.fillText(text, box.left + (c + 0.5) * wide, box.bottom + 12); });
  pen.fillStyle = tint.ink;
  pen.textAlign = "right";
  pen.fillText(across, box.right, box.bottom + 30);
  pen.textAlign = "left";
  pen.fillText(up, 2, 10);
  if (finite.length) {
    const tallest = box.bottom - box.top, steps = 40;
    for (let k = 0; k < steps; k++) {
      pen.fillStyle = shade((k + 0.5) / steps, dark);
      pen.fillRect(box.right + 8, box.bottom - tallest * (k + 1) / steps, 10, tallest / steps + 0.5);
    }
    pen.fillStyle = tint.faint;
    pen.fillText(significant(low), box.right + 21, box.bottom - 6);
    pen.fillText(significant(high), box.right + 21, box.top + 6);
  }
  const extent = finite.length ? `from ${significant(low)} to ${significant(high)}` : "none";
  canvas.setAttribute("aria-label", `${state.cell} of ${state.figure} over ${up} and ${across}, in ${finite.length} cells, ${extent}`);
  const at = (px, py) => {
    const c = Math.floor((px - box.left) / wide), r = Math.floor((box.bottom - py) / tall);
    return c >= 0 && c < columns.labels.length && r >= 0 && r < rows.labels.length ? r * columns.labels.length + c : -1;
  };
  const words = k => {
    const r = Math.floor(k / columns.labels.length), c = k % columns.labels.length;
    return `${up} ${rows.names[r]}, ${across} ${columns.names[c]}: ${state.cell} of ${state.figure} ${significant(shown[k])}, ${cells.counts[k]} points`;
  };
  return { at, words, best: cells.best, exact: rows.exact && columns.exact };
}

// slicesOf finds, for each axis, the points that differ from one in no other axis. It is asked again and
// again for the same ones while a brush moves.
export function slicesOf(points, through) {
  points.slices ??= new Map();
  if (!points.slices.has(through)) {
    if (points.slices.size > 8) points.slices.clear();
    points.slices.set(through, findSlices(points, through));
  }
  return points.slices.get(through);
}

function findSlices(points, through) {
  const axes = points.facts.columns.filter(c => c.axis), values = axes.map(c => points.of(c.name).values), found = axes.map(() => []);
  for (let i = 0; i < points.count; i++) {
    let differs = -1, many = false;
    for (let k = 0; k < axes.length && !many; k++) {
      if (Object.is(values[k][i], values[k][through])) continue;
      many = differs >= 0;
      differs = k;
    }
    if (many) continue;
    if (differs < 0) found.forEach(slice => slice.push(i)); else found[differs].push(i);
  }
  const rank = x => (Number.isNaN(x) ? -Infinity : x); // unset first
  return axes.map((axis, k) => ({ axis, points: found[k].sort((a, b) => (rank(values[k][a]) < rank(values[k][b]) ? -1 : 1)) }));
}

// drawSlices draws a figure along each axis through a point, and through the baseline, with two standard errors to each side.
export function drawSlices(root, points, state, hovered) {
  const through = state.point >= 0 ? state.point : Math.max(points.facts.best, points.facts.baseline * (points.facts.best < 0)), info = points.info(state.figure);
  const values = points.of(state.figure).values, spreads = points.columns.get(info.spread)?.values;
  const slices = slicesOf(points, through), others = through === points.facts.baseline ? [] : slicesOf(points, points.facts.baseline);
  while (root.children.length < slices.length) root.append(element("canvas", { role: "img" }));
  while (root.children.length > slices.length) root.lastChild.remove();
  const tint = colors();
  slices.forEach((slice, k) => {
    const canvas = root.children[k], s = surface(canvas, 210), { pen } = s, box = boxOf(s), name = slice.axis.name, log = state.log.includes(name), xs = points.of(name);
    const along = slice.points.map(i => `${Number.isNaN(xs.values[i]) ? "unset" : xs.values[i]}: ${significant(values[i])}`).join(", ");
    const alone = `no other point differs from point ${through} in ${name} alone`;
    canvas.setAttribute("aria-label", slice.points.length > 1 ? `${state.figure} along ${name} through point ${through}: ${along}` : alone);
    let low = Infinity, high = -Infinity;
    const half = i => (spreads && Number.isFinite(spreads[i]) ? 2 * spreads[i] : 0);
    for (const i of slice.points.concat(others[k]?.points ?? [])) if (Number.isFinite(values[i])) { low = Math.min(low, values[i] - half(i)); high = Math.max(high, values[i] + half(i)); }
    const place = scale(...padded(xs.low, xs.high, log), box.left + (xs.whole ? 0 : 40), box.right, log);
    const across = Object.assign(x => (Number.isNaN(x) ? box.left + 14 : place(x)), place);
    if (!xs.whole) { pen.fillStyle = tint.faint; pen.textBaseline = "top"; pen.fillText("unset", box.left, box.bottom + 6); }
    if (xs.levels && (xs.levels.length <= 8 || slice.axis.choices)) across.ticks = xs.levels;
    if (slice.axis.choices) across.label = x => slice.axis.choices[x] ?? "";
    if (slice.points.length < 2 || !(low <= high)) { pen.fillStyle = tint.faint; pen.textBaseline = "middle"; pen.fillText("no other point differs in " + name + " alone", 4, s.height / 2); return; }
    const up = scale(...padded(low, high), box.bottom, box.top);
    frame(s, tint, across, up, box, [name, state.figure]);
    for (const [of, color] of [[others[k], tint.faint], [slice, tint.blue]]) {
      if (!of || of.points.length < 2) continue;
      path(pen, of.points.map(i => [across(xs.values[i]), up(values[i])]), color, 1.5);
      for (const i of of.points) {
        path(pen, [[across(xs.values[i]), up(values[i] - half(i))], [across(xs.values[i]), up(values[i] + half(i))]], color);
        dot(pen, across(xs.values[i]), up(values[i]), 3, points.matches(i) ? color : tint.line);
      }
    }
    for (const point of [through, hovered]) if (slice.points.includes(point)) dot(pen, across(xs.values[point]), up(values[point]), 6, tint.orange, true);
  });
  return through;
}

// sensitivityOf is the share of a figure's variance among the matching points that each axis explains by itself.
export function sensitivityOf(points, figure) {
  const values = points.of(figure).values, kept = points.matching.filter(i => !Number.isNaN(values[i]));
  let mean = 0, total = 0;
  for (const i of kept) mean += values[i] / kept.length;
  for (const i of kept) total += (values[i] - mean) ** 2;
  return points.facts.columns.filter(c => c.axis).map(axis => {
    const { of } = grouped(points, axis.name), sums = new Float64Array(256), counts = new Uint32Array(256);
    for (const i of kept) { sums[of[i]] += values[i]; counts[of[i]]++; }
    let between = 0;
    sums.forEach((sum, g) => { if (counts[g]) between += counts[g] * (sum / counts[g] - mean) ** 2; });
    return { name: axis.name, share: total > 0 ? between / total : NaN };
  });
}

// drawSensitivity draws these shares as bars.
export function drawSensitivity(canvas, points, state) {
  const shares = sensitivityOf(points, state.figure), tint = colors(), row = 26, s = surface(canvas, row * shares.length + 12), { pen } = s;
  const left = Math.min(s.width / 2, 14 + Math.max(...shares.map(a => pen.measureText(a.name).width))), room = s.width - left - 60;
  pen.textBaseline = "middle";
  shares.forEach((axis, k) => {
    const y = 6 + row * (k + 0.5);
    pen.fillStyle = tint.ink;
    pen.fillText(axis.name, 2, y);
    pen.fillStyle = tint.blue;
    pen.fillRect(left, y - 8, Math.max(0, room * (axis.share || 0)), 16);
    pen.fillStyle = tint.ink;
    pen.fillText(significant(axis.share), left + Math.max(0, room * (axis.share || 0)) + 5, y);
  });
  canvas.setAttribute("aria-label", "share of the variance of " + state.figure + " that each axis explains: " + shares.map(a => `${a.name} ${significant(a.share)}`).join(", "));
}

// interval is an advantage in words.
export const interval = spread => significant(spread.advantage) + (spread.low === null ? "" : `, 95% interval ${significant(spread.low)} to ${significant(spread.high)}`);

// drawSeeds draws a point and the baseline seed by seed, and what the point has over it with its mean and interval.
export function drawSeeds(canvas, spread, facts) {
  const rows = [["baseline", spread.units.map(u => u.baseline)], ["point " + spread.point, spread.units.map(u => u.value)], ["advantage", spread.units.map(u => u.advantage)]];
  const tint = colors(), s = surface(canvas, 190), { pen } = s, box = { ...boxOf(s, 84), top: 10 };
  const all = rows.flatMap(([, values]) => values).filter(x => x !== null).concat(0, spread.low ?? 0, spread.high ?? 0);
  const across = scale(...padded(Math.min(...all), Math.max(...all)), box.left, box.right), tall = (box.bottom - box.top) / 3;
  frame(s, tint, across, Object.assign(x => x, { low: 0, high: -1 }), box, [facts.objective, ""]);
  path(pen, [[across(0), box.top], [across(0), box.bottom]], tint.line);
  pen.textBaseline = "middle";
  rows.forEach(([name, values], k) => {
    const y = box.top + tall * (k + 0.5);
    pen.fillStyle = tint.ink;
    pen.textAlign = "right";
    pen.fillText(name, box.left - 8, y);
    values.forEach((x, i) => { if (x !== null) dot(pen, across(x), y + tall * 0.5 * ((i % 5) / 4 - 0.5), 2.5, [tint.faint, tint.blue, tint.orange][k]); });
    const known = values.filter(x => x !== null), mean = known.reduce((sum, x) => sum + x, 0) / known.length;
    if (known.length) path(pen, [[across(mean), y - tall * 0.4], [across(mean), y + tall * 0.4]], tint.ink, 2);
  });
  if (spread.low !== null) path(pen, [[across(spread.low), box.top + tall * 2.5], [across(spread.high), box.top + tall * 2.5]], tint.ink, 2);
  canvas.setAttribute("aria-label", `point ${spread.point} over ${spread.units.length} ${facts.unit}s: advantage ${interval(spread)}`);
}

// drawRungs draws the points of each rung of halving, and the way of the chosen one.
export function drawRungs(canvas, points, rungs, state, hovered) {
  const tint = colors(), s = surface(canvas, 300), { pen } = s, box = boxOf(s);
  const known = rungs.flatMap(r => r.means).filter(x => x !== null), place = k => box.left + (box.right - box.left) * (k + 0.5) / rungs.length;
  const up = scale(...padded(known.reduce((a, b) => Math.min(a, b), Infinity), known.reduce((a, b) => Math.max(a, b), -Infinity)), box.bottom, box.top);
  frame(s, tint, Object.assign(place, { ticks: rungs.map((_, k) => k), label: k => rungs[k].name }), up, box, [`points under ${points.facts.unit}s`, points.facts.objective]);
  const heights = rungs.map(r => new Map(r.points.map((point, i) => [point, r.means[i]])));
  rungs.forEach((r, k) => {
    const goesOn = point => k + 1 === rungs.length || heights[k + 1].has(point);
    const color = point => (!points.matches(point) ? tint.line : goesOn(point) ? tint.blue : tint.faint);
    r.points.forEach((point, i) => {
      if (r.means[i] !== null) dot(pen, place(k) + 34 * (((i * 0.618) % 1) - 0.5), up(r.means[i]), 2.2, color(point));
    });
  });
  for (const [point, color] of marked(points, state, hovered)) path(pen, heights.map((h, k) => [place(k), h.has(point) && h.get(point) !== null ? up(h.get(point)) : NaN]), color, 2);
  canvas.setAttribute("aria-label", `rungs of halving: ${rungs.map(r => r.name).join(", then ")}`);
}

// drawWalk draws which point each fold of the walk-forward picks.
export function drawWalk(canvas, points, state, hovered) {
  const { picked } = points.facts.walk, tint = colors(), s = surface(canvas, 220), { pen } = s, box = boxOf(s), kept = picked.filter(point => point >= 0);
  const up = scale(...padded(Math.min(...kept), Math.max(...kept)), box.bottom, box.top), place = k => box.left + (box.right - box.left) * (k + 0.5) / picked.length;
  frame(s, tint, Object.assign(place, { ticks: picked.map((_, k) => k), label: k => String(k + 1) }), up, box, ["fold", "point"]);
  path(pen, picked.map((point, k) => [place(k), point < 0 ? NaN : up(point)]), tint.faint);
  picked.forEach((point, k) => {
    if (point < 0) return;
    dot(pen, place(k), up(point), 4, points.matches(point) ? tint.blue : tint.line);
    if (point === state.point || point === hovered) dot(pen, place(k), up(point), 7, tint.orange, true);
  });
  canvas.setAttribute("aria-label", `points that the folds of the walk-forward pick: ${picked.map((point, k) => `${k + 1}: ${point < 0 ? "none" : point}`).join(", ")}`);
}

// drawPath draws the net P&L of the walk-forward since its first day: of what the folds picked, and of the baseline.
export function drawPath(canvas, facts) {
  if (!facts.walk.days.length) return;
  const { days, picking, baseline } = facts.walk, tint = colors(), s = surface(canvas, 220), { pen } = s, box = boxOf(s);
  const sums = values => { let sum = 0; return values.map(x => (sum += x ?? 0)); }, lines = [[sums(picking), tint.blue, "picking on the past"], [sums(baseline), tint.faint, "the baseline"]];
  const all = lines.flatMap(([values]) => values).concat(0), up = scale(...padded(Math.min(...all), Math.max(...all)), box.bottom, box.top);
  const place = Object.assign(scale(0, days.length - 1, box.left, box.right), { ticks: days.map((_, k) => k), label: k => days[k] });
  frame(s, tint, place, up, box, [facts.unit, ""]);
  pen.textAlign = "left";
  lines.forEach(([values, color, name], k) => {
    path(pen, values.map((x, i) => [place(i), up(x)]), color, 2);
    pen.fillStyle = color;
    pen.textBaseline = "bottom";
    pen.fillText(name, box.left + 150 * k, box.top - 5);
  });
  const ends = lines.map(([values, , name]) => `${name} ${significant(values[values.length - 1])}`).join(", ");
  canvas.setAttribute("aria-label", `net P&L of the walk-forward over ${days.length} ${facts.unit}s: ${ends}`);
}
