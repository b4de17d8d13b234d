// What a page shows, as its address has it.
import { list } from "./page.js";

// fresh is what a page shows where its address says nothing, of a study with these facts.
const fresh = facts => ({
  ...{ where: "", sort: "", columns: [], page: 0, point: -1, brush: [], compare: [] },
  ...{ x: facts.x, y: "objective", front: true, log: [], top: 20 },
  ...{ up: "", across: "", figure: "objective", cell: "mean", fix: {} },
});

// read reads the state out of an address.
export function read(search, facts) {
  const state = fresh(facts), query = new URLSearchParams(search);
  for (const key of ["where", "sort", "x", "y", "up", "across", "figure", "cell"]) if (query.get(key)) state[key] = query.get(key).trim();
  for (const key of ["page", "point", "top"]) if (/^\d+$/.test(query.get(key) ?? "")) state[key] = Number(query.get(key));
  state.columns = (query.get("columns") ?? "").split(/[ ,]+/).filter(name => name);
  state.log = list(query.get("log"));
  state.compare = list(query.get("compare")).map(Number).filter(Number.isInteger);
  state.front = query.get("front") !== "off";
  state.brush = query.getAll("brush").map(text => text.split(":")).filter(parts => parts.length === 3);
  for (const part of query.getAll("fix")) {
    const [name, value] = part.split(":");
    if (value !== undefined) state.fix[name] = Number(value); // NaN is unset
  }
  return state;
}

// write is the address of a state: what is as it is at first is left out.
export function write(state, facts) {
  const query = new URLSearchParams(), start = fresh(facts);
  for (const key of ["where", "sort", "page", "point", "x", "y", "up", "across", "figure", "cell", "top"]) if (state[key] !== start[key]) query.set(key, state[key]);
  for (const key of ["columns", "log", "compare"]) if (state[key].length) query.set(key, state[key].join(","));
  if (!state.front) query.set("front", "off");
  for (const [name, low, high] of state.brush) query.append("brush", `${name}:${low}:${high}`);
  for (const [name, value] of Object.entries(state.fix)) query.append("fix", `${name}:${value}`);
  const text = query.toString();
  return text ? "?" + text : location.pathname;
}
