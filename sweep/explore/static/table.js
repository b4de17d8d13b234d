// The table of points: a histogram in each heading, which a brush filters by.
import { seedsOf } from "./data.js";
import { colors, significant, surface } from "./draw.js";
import { element } from "./page.js";

export const pageRows = 50;
const heightOfBars = 34;

// Table shows a page of the points that meet every condition. ask is called with what a reader asks for.
export class Table {
  constructor(root, points, ask) {
    Object.assign(this, { root, points, ask, heads: new Map(), open: new Map() });
    root.addEventListener("click", event => this.click(event));
    root.addEventListener("pointerover", event => { const row = event.target.closest("tr[data-point]"); if (row) ask.hover(Number(row.dataset.point)); });
    root.addEventListener("pointerleave", () => ask.hover(-1));
  }

  // columns makes the headings.
  columns(names) {
    this.names = names;
    this.open.clear(); // they have other columns
    this.heads.clear();
    const row = element("tr", {}, element("th", { scope: "col" }, "point"));
    for (const name of names) {
      const info = this.points.info(name);
      const canvas = element("canvas", { className: "bars", tabIndex: 0, role: "slider", "aria-label": "range of " + name, "aria-valuemin": "0", "aria-valuemax": "1", "aria-valuenow": "0" });
      const sort = element("button", { type: "button", className: "sort", title: info.meaning }, name);
      const range = element("button", { type: "button", className: "range", hidden: true });
      row.append(element("th", { scope: "col" }, sort, info.unit ? element("span", { className: "note" }, " " + info.unit) : "", canvas, range));
      sort.addEventListener("click", () => this.ask.sort(name));
      range.addEventListener("click", () => this.ask.brush(name, null));
      this.heads.set(name, { canvas, sort, range });
      this.brushable(name, canvas);
    }
    this.root.tHead.replaceChildren(row);
  }

  // brushable filters by dragging over a histogram, and by its keys.
  brushable(name, canvas) {
    const bins = () => this.points.of(name).edges.length;
    const bin = event => { const box = canvas.getBoundingClientRect(); return Math.max(0, Math.min(bins() - 1, Math.floor((event.clientX - box.left) / box.width * bins()))); };
    let from = null;
    canvas.addEventListener("pointerdown", event => {
      from = bin(event);
      canvas.setPointerCapture(event.pointerId);
      this.ask.brush(name, [from, from]);
      event.preventDefault();
      canvas.focus();
    });
    canvas.addEventListener("pointermove", event => { if (from !== null) { const to = bin(event); this.ask.brush(name, [Math.min(from, to), Math.max(from, to)]); } });
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, () => { from = null; });
    canvas.addEventListener("dblclick", () => this.ask.brush(name, null));
    canvas.addEventListener("keydown", event => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key], brush = this.points.brushes.get(name), last = bins() - 1;
      if (event.key === "Escape" || event.key === "Delete") this.ask.brush(name, null);
      else if (!step) return;
      else if (!brush) this.ask.brush(name, step > 0 ? [0, 0] : [last, last]);
      else if (event.shiftKey) this.ask.brush(name, [brush.from, Math.max(brush.from, Math.min(last, brush.to + step))]);
      else if (brush.from + step >= 0 && brush.to + step <= last) this.ask.brush(name, [brush.from + step, brush.to + step]);
      event.preventDefault();
      event.stopPropagation();
    });
  }

  click(event) {
    const row = event.target.closest("tr[data-point]");
    if (!row) return;
    const point = Number(row.dataset.point);
    if (event.target.closest("a, input")) { if (event.target.type === "checkbox") this.ask.compare(point); return; }
    if (event.target.closest("button.seeds")) { this.toggle(point); return; }
    this.ask.select(point);
  }

  // drawHeads draws the histograms: of all points, and of those that meet every other condition.
  drawHeads(sort) {
    const tint = colors();
    for (const [name, { canvas, sort: button, range }] of this.heads) {
      const column = this.points.of(name), brush = this.points.brushes.get(name), counts = this.points.counts(name);
      const { pen, width, height } = surface(canvas, heightOfBars), bar = width / column.edges.length;
      const most = Math.max(1, ...column.edges.map(edge => edge.all));
      column.edges.forEach((edge, i) => {
        const fill = (count, color) => { const tall = count ? Math.max(1, (height - 2) * count / most) : 0; pen.fillStyle = color; pen.fillRect(i * bar, height - tall, Math.max(1, bar - 1), tall); };
        fill(edge.all, tint.line);
        fill(counts[i], brush && (i < brush.from || i > brush.to) ? tint.band : tint.blue);
      });
      const kept = brush && this.points.range(name);
      if (brush) { pen.strokeStyle = tint.orange; pen.lineWidth = 1.5; pen.strokeRect(brush.from * bar + 0.75, 0.75, (brush.to - brush.from + 1) * bar - 1.5, height - 1.5); }
      range.hidden = !brush;
      const held = brush && column.edges.slice(brush.from, brush.to + 1).some(edge => edge.all > 0);
      const ends = held && [...new Set(kept.map(x => this.text(name, x)))].join(" to ");
      const words = !brush ? "all" : held ? ends : "none";
      range.textContent = words + " ×";
      range.setAttribute("aria-label", `no longer filter by ${name}: ${words}`);
      canvas.setAttribute("aria-valuetext", words);
      const arrow = sort === name ? " ↓" : sort === "-" + name ? " ↑" : "";
      button.textContent = name + arrow;
      button.closest("th").setAttribute("aria-sort", arrow ? (arrow === " ↓" ? "descending" : "ascending") : "none");
    }
  }

  // text is a value of a column for a reader: of an axis with every digit.
  text(name, x) {
    const info = this.points.info(name);
    if (info?.choices) return info.choices[x] ?? "unset";
    if (info?.axis) return Number.isNaN(x) ? "unset" : String(x);
    return Number.isNaN(x) ? "" : significant(x);
  }

  // cell is what a point has in a column, with its error.
  cell(name, point) {
    const info = this.points.info(name), at = column => this.points.at(column, point);
    let text = this.text(name, at(info.column));
    if (info.low && !Number.isNaN(at(info.low))) text += ` (${significant(at(info.low))} to ${significant(at(info.high))})`;
    else if (info.spread && !Number.isNaN(at(info.spread))) text += " ± " + significant(at(info.spread));
    if (text && info.count && !info.low && !Number.isNaN(at(info.count))) text += `, n ${at(info.count)}`;
    return text;
  }

  setting(point) { return this.points.facts.columns.filter(c => c.axis).map(c => `${c.name} ${this.text(c.name, this.points.of(c.name).values[point])}`).join(", "); }

  // drawRows shows a page of rows, the baseline first.
  drawRows(page, state, hovered) {
    const { matching, facts } = this.points;
    const last = Math.max(0, Math.ceil(matching.length / pageRows) - 1), first = Math.min(page, last) * pageRows;
    const shown = [facts.baseline, ...[...matching.subarray(first, first + pageRows)].filter(point => point !== facts.baseline)];
    const body = element("tbody");
    for (const point of shown) {
      const roles = [point === facts.baseline && "baseline", point === facts.best && "best"].filter(role => role).join(", ");
      const row = element("tr", { "data-point": point }, element("th", { scope: "row" },
        element("input", { type: "checkbox", checked: state.compare.includes(point), title: "compare", "aria-label": `compare point ${point}` }),
        this.opener(point),
        element("a", { href: `/s/${facts.id}/p/${point}` }, String(point)), roles ? " " + roles : ""));
      row.className = point === facts.baseline ? "baseline" : "";
      for (const name of this.names) row.append(element("td", { className: this.points.info(name).choices ? "" : "number" }, this.cell(name, point)));
      body.append(row);
      if (this.open.has(point)) body.append(this.open.get(point));
    }
    this.root.tBodies[0].replaceWith(body);
    this.mark(state.point, hovered);
    return { first, last, shown: Math.min(matching.length - first, pageRows) };
  }

  // opener is the button that shows a point seed by seed.
  opener(point) {
    const open = this.open.has(point), each = `each ${this.points.facts.unit}`;
    const said = { "aria-expanded": String(open), "aria-label": `${each} of point ${point}` };
    return element("button", { type: "button", className: "seeds", title: `show ${each}`, ...said }, open ? "▾" : "▸");
  }

  // mark shows which row is the chosen point, and which is pointed at.
  mark(chosen, hovered) {
    for (const row of this.root.tBodies[0].rows) {
      if (!row.dataset.point) continue;
      row.classList.toggle("chosen", Number(row.dataset.point) === chosen);
      row.classList.toggle("hovered", Number(row.dataset.point) === hovered);
      if (Number(row.dataset.point) === chosen) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
    }
  }

  // toggle shows a point seed by seed below its row, or no longer.
  async toggle(point) {
    if (this.open.delete(point)) { this.ask.redraw(); return; }
    const figures = this.names.filter(name => !this.points.info(name).axis);
    const { unit, objective } = this.points.facts, spread = await seedsOf(this.points.facts, point, figures).catch(error => this.ask.fail(error.message));
    if (!spread) return;
    const names = [unit, "run", objective, "baseline", "advantage", ...spread.figures];
    const inner = element("table", {}, element("thead", {}, element("tr", {}, ...names.map(name => element("th", { scope: "col" }, name)))));
    const body = element("tbody");
    for (const u of spread.units) {
      const runs = element("td");
      for (const run of u.runs) runs.append(element("a", { href: `/s/${this.points.facts.id}/r/${run}` }, String(run)), " ");
      const cells = u.runs.length ? [u.value, u.baseline, u.advantage, ...(u.figures ?? [])] : ["not run", u.baseline, ""];
      body.append(element("tr", {}, element("th", { scope: "row" }, u.name), runs, ...cells.map(x => element("td", { className: "number" }, typeof x === "string" ? x : significant(x)))));
    }
    inner.append(body);
    this.open.set(point, element("tr", { className: "inner" }, element("td", { colSpan: 1 + this.names.length }, inner)));
    this.ask.redraw();
  }
}
