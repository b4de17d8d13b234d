// A study that is running says how far it is, from what is committed.
import { $, element } from "./page.js";

const progress = $("progress");
const events = new EventSource(progress.dataset.events);
events.addEventListener("progress", event => {
  const now = JSON.parse(event.data);
  progress.textContent = now.lines.join("\n");
  Object.assign($("bar"), { max: now.runs, value: now.done });
  $("rate").textContent = now.rate;
  const body = element("tbody");
  for (const row of now.rows) body.append(element("tr", {}, element("th", { scope: "row" }, row[0]), ...row.slice(1).map(text => element("td", { className: "number" }, text))));
  document.querySelector("table").tBodies[0].replaceWith(body);
});
events.addEventListener("complete", () => { events.close(); location.reload(); });
