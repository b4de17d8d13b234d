// What scripts/pages does in the pages of sweep explore, as a researcher does it.
const { spawn } = require("child_process");

const ready = page => page.waitForFunction(() => document.documentElement.dataset.ready && (!document.getElementById("points") || document.documentElement.dataset.whole), { timeout: 60_000 });
const resting = () => new Promise(done => setTimeout(done, 250)); // until the address has the state
const counted = page => page.$eval("#count", count => count.textContent.match(/^([\d,]+) of ([\d,]+)/).slice(1).map(text => Number(text.replaceAll(",", ""))));
// pictured is what the canvases of some views show.
const pictured = page => page.mouse.move(1, 1).then(() => page.evaluate(async () => {
  const seen = {};
  for (const section of document.querySelectorAll("section.view")) { // one that was not seen has not drawn
    section.scrollIntoView();
    await new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)));
  }
  for (const canvas of document.querySelectorAll("section.view canvas:not([hidden])")) {
    canvas.scrollIntoView();
    await new Promise(done => requestAnimationFrame(() => setTimeout(done, 30)));
    seen[canvas.id || "slice " + [...canvas.parentNode.children].indexOf(canvas)] = canvas.toDataURL();
  }
  scrollTo(0, 0);
  return seen;
}));
const same = (a, b) => Object.keys(a).filter(id => a[id] === b[id]);

// hear gathers what a page complains of.
function hear(page, faults) {
  page.on("pageerror", error => faults.push(String(error)));
  page.on("console", message => { if (message.type() === "error") faults.push(message.text()); });
  page.on("response", response => { if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`); });
}

// brush drags over a part of a histogram with the mouse.
async function brush(page, place, from, to) {
  const canvas = (await page.$$("canvas.bars"))[place];
  await canvas.evaluate(c => c.scrollIntoView({ block: "center", inline: "center" }));
  const box = await canvas.boundingBox();
  await page.mouse.move(box.x + from * box.width, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + to * box.width, box.y + 12, { steps: 3 });
  await page.mouse.up();
  await resting();
}

// study filters, chooses and reloads, with the mouse and from the keyboard.
async function study(browser, address) {
  const faults = [], page = await browser.newPage();
  hear(page, faults);
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(address);
  await ready(page);
  const [all, of] = await counted(page);
  if (all !== of || all < 2) faults.push(`${all} of ${of} points at first`);
  const before = await pictured(page);
  const unlike = Object.keys(before).filter(id => !/^(seeds|walk)/.test(id));
  for (const id of unlike) if (before[id].length < 2000) faults.push(`${id} is empty`);

  await brush(page, 0, 0.01, 0.3);
  const [some] = await counted(page);
  if (some === 0 || some >= all) faults.push(`the first brush leaves ${some} of ${all} points`);
  const after = await pictured(page);
  for (const id of same(before, after)) if (!/^(seeds|walk|path|rungs)/.test(id) && !id.startsWith("slice")) faults.push(`the brush leaves ${id} as it was`);
  if (!page.url().includes("brush=")) faults.push("the address does not have the brush");
  await page.reload();
  await ready(page);
  if ((await counted(page))[0] !== some) faults.push("the brush is lost when the page is read again");
  const again = await pictured(page);
  for (const id of Object.keys(after)) if (after[id] !== again[id]) faults.push(`${id} looks otherwise when the page is read again`);

  const lines = await page.evaluate(async () => (await (await fetch(document.querySelector("a[data-format=csv]").href)).text()).trim().split("\n").length - 1);
  if (lines !== some) faults.push(`the download has ${lines} points, the page ${some}`);
  for (const format of ["json", "parquet", "sql"]) if (!(await page.evaluate(async format => (await fetch(document.querySelector(`a[data-format=${format}]`).href)).ok, format))) faults.push(`no ${format}`);

  await page.focus("canvas.bars");
  await page.keyboard.press("Escape");
  await resting();
  if ((await counted(page))[0] !== all) faults.push("Escape does not take the brush away");
  await page.keyboard.press("ArrowRight");
  await resting();
  const [keyed] = await counted(page);
  if (keyed === 0 || keyed >= all) faults.push(`a brush from the keyboard leaves ${keyed} of ${all} points`);
  await page.click("#reset");
  await resting();

  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  await page.keyboard.type("point < 3");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("count").textContent.startsWith("3 of"));
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  await page.waitForSelector("tr.chosen");
  await page.keyboard.press("j");
  await resting();
  const chosen = await page.evaluate(() => ({ address: new URLSearchParams(location.search).get("point"), row: document.querySelector("tr.chosen")?.dataset.point, seeds: document.getElementById("seeds-words").textContent }));
  if (chosen.address === null || chosen.address !== chosen.row) faults.push(`the chosen point is ${JSON.stringify(chosen)}`);
  await page.evaluate(() => document.getElementById("seeds").scrollIntoView());
  await page.waitForFunction(() => document.getElementById("seeds-words").textContent.includes("advantage"), { timeout: 5_000 }).catch(() => faults.push("the seeds of the chosen point are not shown"));
  await page.click("button.seeds");
  await page.waitForSelector("tr.inner tbody tr");
  await page.click("#reset");
  await resting();

  const refused = page.listenerCount("response");
  if (refused) page.removeAllListeners("response");
  page.removeAllListeners("console");
  await page.type("#where", "nonsense > 1");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("fault").textContent.includes("nonsense"), { timeout: 5_000 }).catch(() => faults.push("a wrong filter is not refused in words"));
  await page.close();
  faults.push(...(await links(browser, address)));
  return faults;
}

// unsettled changes what is shown while an earlier change still waits for its answer, asks for what cannot
// be, and goes back.
async function unsettled(browser, address) {
  const faults = [], page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(address);
  await ready(page);
  const [all] = await counted(page);
  const shows = async (condition, what) => { await page.waitForFunction(condition, { timeout: 8_000 }).catch(async () => faults.push(`${what}: ${page.url()}, ${await page.$eval("#count", c => c.textContent)}, ${await page.$eval("#fault", f => f.textContent)}`)); };
  const filter = text => page.evaluate(text => { const box = document.getElementById("where"); box.value = text; box.form.requestSubmit(); }, text);
  const choose = point => page.evaluate(point => document.querySelector(`tr[data-point="${point}"] td`).click(), point);

  // Answers come late, and in another order.
  await page.setRequestInterception(true);
  const late = request => { if (/point%20%3C%203|p\/2\/seeds/.test(request.url())) setTimeout(() => request.continue(), 1_500); else request.continue(); };
  page.on("request", late);
  await filter("point < 3");
  await filter("point < 2");
  await new Promise(done => setTimeout(done, 2_000));
  await shows(() => document.getElementById("count").textContent.startsWith("2 of"), "a late filter takes the place of a later one");
  await filter("point < 3");
  await page.evaluate(() => document.querySelector("button.sort").click());
  await shows(() => document.getElementById("count").textContent.startsWith("3 of") && location.search.includes("sort="), "a sort loses the filter that waits");
  await choose(2);
  await choose(1);
  await new Promise(done => setTimeout(done, 2_000));
  await page.evaluate(() => document.getElementById("seeds").scrollIntoView());
  await shows(() => document.getElementById("seeds-canvas").getAttribute("aria-label").startsWith("point 1 "), "the seeds of another point are shown");
  page.off("request", late);
  await page.setRequestInterception(false);

  // A wrong filter changes nothing, and is not forgotten.
  await page.evaluate(() => document.getElementById("reset").click());
  await shows(() => !location.search.includes("where"), "reset keeps the filter");
  await filter("nonsense > 3");
  await shows(() => document.getElementById("fault").textContent.includes("nonsense"), "a wrong filter is not said");
  await page.evaluate(() => document.querySelector("button.sort").click());
  await shows(() => location.search.includes("sort=") && !location.search.includes("nonsense"), "the address has a filter that is not in effect");
  await page.goto(address + "?where=nonsense%3E1");
  await shows(() => document.getElementById("fault").textContent.includes("nonsense") && document.querySelectorAll("#points-table tbody tr").length > 1, "an address with a wrong filter shows nothing");
  await page.goto(address + "?columns=point&figure=point&x=nothing");
  await shows(() => document.getElementById("fault").textContent.includes("nothing") && document.querySelectorAll("#points-table tbody tr").length > 1, "an address with wrong columns shows nothing");

  // Back goes to what was shown before.
  await page.goto(address);
  await ready(page);
  await filter("point < 3");
  await shows(() => document.getElementById("count").textContent.startsWith("3 of"), "a filter");
  await page.goBack();
  await page.waitForFunction(all => document.getElementById("count").textContent.startsWith(all.toLocaleString("en-US") + " of"), { timeout: 8_000 }, all).catch(() => faults.push("Back does not take the filter away"));

  // A range that no point is in has no points, in the download and when it is read again too.
  const gap = await page.evaluate(() => {
    for (const canvas of document.querySelectorAll("canvas.bars")) {
      const { data, width, height } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      for (let x = 3; x < width - 3; x++) if ([-2, 0, 2].every(d => !data[4 * ((height - 1) * width + x + d) + 3])) return [[...document.querySelectorAll("canvas.bars")].indexOf(canvas), x / width];
    }
    return null;
  });
  if (gap) {
    await brush(page, gap[0], gap[1], gap[1]);
    const [none] = await counted(page);
    const lines = await page.evaluate(async () => (await (await fetch(document.querySelector("a[data-format=csv]").href)).text()).trim().split("\n").length - 1);
    await page.reload();
    await ready(page);
    if (none !== lines || (await counted(page))[0] !== none) faults.push(`a range without points: ${none} match, ${lines} in the download, ${await counted(page)} when it is read again`);
  }
  await page.close();
  return faults;
}

// links follows what the verdict leads to.
async function links(browser, address) {
  const faults = [], page = await browser.newPage();
  hear(page, faults);
  await page.goto(address);
  const found = await page.$$eval("#verdict a", links => links.map(link => link.href));
  if (!found.length) faults.push("the verdict leads nowhere");
  for (const link of found) {
    await page.goto("about:blank");
    await page.goto(link);
    await ready(page);
    const fault = await page.$eval("#fault", text => text.textContent), at = await page.evaluate(() => !location.hash || document.querySelector(location.hash) !== null);
    if (fault || !at) faults.push(`${link}: ${fault || "there is no such view"}`);
    if ((await counted(page))[0] === 0) faults.push(`${link}: no point matches`);
  }
  await page.close();
  return faults;
}

// run zooms into a run, and reads it again.
async function run(browser, address) {
  const faults = [], page = await browser.newPage();
  hear(page, faults);
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(address);
  await ready(page);
  const first = await page.$eval("#time canvas", canvas => canvas.toDataURL());
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("+");
  await page.waitForFunction(() => location.search.includes("to="));
  await page.waitForFunction(before => document.querySelector("#time canvas").toDataURL() !== before, {}, first).catch(() => faults.push("zooming in changes nothing"));
  const box = await (await page.$("#time canvas")).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 60);
  await page.mouse.wheel({ deltaY: -100 });
  await resting();
  const zoomed = new URL(page.url()).search;
  await page.reload();
  await ready(page);
  if (new URL(page.url()).search !== zoomed) faults.push(`the address ${zoomed} is not kept`);
  const readout = await page.evaluate(() => { const canvas = document.querySelector("#time canvas"), box = canvas.getBoundingClientRect(); canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + box.width / 2, clientY: box.top + 50, bubbles: true })); return document.getElementById("readout").textContent; });
  if (!readout.includes("pnl")) faults.push(`what is under the pointer is ${JSON.stringify(readout)}`);
  await page.$eval("#over input[type=number]", input => { input.value = 99999; input.dispatchEvent(new Event("change")); });
  if (!(await page.$eval("#fault", fault => fault.textContent)).includes("runs 0 to")) faults.push("a run that there is not is not refused");
  await page.$eval("#over input[type=number]", input => { input.value = 0; input.dispatchEvent(new Event("change")); });
  await page.waitForFunction(() => location.search.includes("over=0"), { timeout: 8_000 }).catch(() => faults.push("another run is not shown with it"));
  await page.goto(address + "?over=99999&from=10&to=5");
  await ready(page);
  if (!(await page.$("#time canvas"))) faults.push("a wrong address shows nothing");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("+");
  await page.waitForFunction(() => location.search.includes("to="), { timeout: 8_000 }).catch(() => faults.push("zooming does nothing"));
  await page.keyboard.press("0");
  await page.waitForFunction(() => !location.search.includes("to="), { timeout: 5_000 }).catch(() => faults.push("0 does not show all"));
  await page.close();
  return faults;
}

// live follows a study that runs, from its begin until it is complete.
async function live(browser, address, sweep, folder) {
  const faults = [], page = await browser.newPage();
  const running = spawn(sweep, ["run", "configs/grid.yaml", "--quiet", "--set", "seeds.count=3000", "--set", "output.timeseries=none", "--set", "output.figures=false", "--out", folder + "/running"], { stdio: "ignore" });
  hear(page, faults);
  let link;
  for (let i = 0; i < 100 && !link; i++) {
    await resting();
    await page.goto(address);
    link = await page.$$eval("tbody a", links => links.find(link => link.textContent === "running")?.href);
  }
  if (!link) return ["the running study is not listed"];
  await page.goto(link);
  const before = await page.$eval("#bar", bar => bar.value);
  await page.waitForFunction(before => document.getElementById("bar").value > before, { timeout: 30_000 }, before).catch(() => faults.push(`the progress stays at ${before} runs`));
  if (!(await page.$eval("#rate", rate => rate.textContent)).includes("runs a second")) faults.push("there is no rate");
  await page.waitForFunction(() => document.getElementById("facts"), { timeout: 120_000 }).catch(() => faults.push("the page does not turn into that of the complete study"));
  running.kill();
  await page.close();
  return faults;
}

// measured is how long the first view of a study takes, and a brush until it is painted, in milliseconds.
async function measured(browser, address) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(address);
  await ready(page);
  const seen = () => page.evaluate(() => Number(document.documentElement.dataset.ready)), first = await seen();
  await page.reload();
  await ready(page);
  const again = await seen();
  await resting();
  const times = await page.evaluate(async () => {
    const found = [], painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)));
    for (const canvas of document.querySelectorAll("canvas.bars")) {
      const box = canvas.getBoundingClientRect(), point = (kind, x) => canvas.dispatchEvent(new PointerEvent(kind, { clientX: box.left + x * box.width, clientY: box.top + 9, bubbles: true, pointerId: 1 }));
      canvas.setPointerCapture = () => {};
      for (const [kind, x] of [["pointerdown", 0.2], ["pointermove", 0.3], ["pointermove", 0.5], ["pointermove", 0.7], ["pointermove", 0.6]]) {
        const since = performance.now();
        point(kind, x);
        await painted();
        found.push(performance.now() - since);
      }
      point("pointerup", 0.6);
      canvas.dispatchEvent(new MouseEvent("dblclick"));
      await painted();
    }
    return found.sort((a, b) => a - b);
  });
  await page.close();
  return { first, again, median: times[times.length >> 1], longest: times[times.length - 1], brushes: times.length };
}

// loaded is how long clients wait that all ask at once for what the first view of a study needs, and
// for a filter of their own. Each is a program of its own: this one could not read so much.
async function loaded(address, clients) {
  const page = await (await fetch(address)).text(), facts = JSON.parse(page.match(/id="facts">(.*?)<\/script>/)[1]);
  const needs = facts.columns.filter(c => c.shown).flatMap(c => [c.column, c.spread, c.count, c.low, c.high]).filter(name => name);
  const views = [], requests = [];
  await Promise.all(Array.from({ length: clients }, (_, i) => new Promise((done, fail) => {
    const since = performance.now(), urls = ["", ...needs.map(name => "/column/" + name), `/match?where=${encodeURIComponent(`net_pnl > ${i / clients}`)}`];
    const client = spawn("curl", ["-sfZ", "--parallel-max", "6", "-w", "%{time_total}\n", ...urls.flatMap(url => ["-o", "/dev/null", address + url])]);
    client.stdout.on("data", text => requests.push(...String(text).trim().split("\n").map(seconds => 1000 * Number(seconds))));
    client.on("close", code => { if (code) fail(new Error(`a client ends with ${code}`)); views.push(performance.now() - since); done(); });
  })));
  const of = (times, share) => times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(share * times.length))];
  return { requests: requests.length, request50: of(requests, 0.5), request99: of(requests, 0.99), view50: of(views, 0.5), view99: of(views, 0.99) };
}

module.exports = { live, loaded, measured, run, study, unsettled };
