// A study that is running tells how far it is.
const progress = document.getElementById("progress");
if (progress) {
  const events = new EventSource(progress.dataset.events);
  events.addEventListener("progress", event => { progress.textContent = event.data; });
  events.addEventListener("complete", () => { events.close(); location.reload(); });
}
// / goes to the filter, n and p to the next and the previous page.
document.addEventListener("keydown", event => {
  if (event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = { "/": "input[name=where]", n: "a[rel=next]", p: "a[rel=prev]" }[event.key];
  const found = target && document.querySelector(target);
  if (!found) return;
  event.preventDefault();
  if (event.key === "/") found.focus(); else found.click();
});
