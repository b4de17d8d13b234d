// What scripts/pages looks at in each page that is named.
const fs = require("fs");
const puppeteer = require("puppeteer-core");
const { live, loaded, measured, run, study, unsettled } = require("./explored.js");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const screens = [
  { name: "a desk's screen by day", width: 1280, height: 900, scheme: "light" },
  { name: "a desk's screen by night", width: 1280, height: 900, scheme: "dark" },
  { name: "a telephone by day", width: 390, height: 844, scheme: "light" }, // colors do not depend on the width
];

// smallestLetters is how small the letters of figures may be on a screen, in pixels.
const smallestLetters = 8.5;

// onScreens opens an address on every screen and lists what keeps people from reading it.
async function onScreens(browser, address, further) {
  const faults = [];
  for (const screen of screens) {
    const page = await browser.newPage();
    page.on("pageerror", error => faults.push(`${screen.name}: ${error}`));
    page.on("console", message => { if (message.type() === "error") faults.push(`${screen.name}: ${message.text()}`); });
    await page.setViewport({ width: screen.width, height: screen.height });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: screen.scheme }]);
    await page.goto(address, { waitUntil: "load" });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > screen.width) faults.push(`${screen.name}: it is ${wide} pixels wide`);
    if (further) faults.push(...(await further(page)).map(fault => `${screen.name}: ${fault}`));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run());
    for (const v of violations) {
      if (v.impact === "serious" || v.impact === "critical") faults.push(`${screen.name}: ${v.id}, ${v.nodes.length} times: ${v.help}; first ${v.nodes[0].html.slice(0, 200)}`);
    }
    await page.close();
  }
  return faults;
}

// figuresOf lists what is wrong with the figures of a report.
async function figuresOf(page) {
  const seen = await page.evaluate(() => {
    const letters = [...document.querySelectorAll("svg text")].map(text => parseFloat(getComputedStyle(text).fontSize) * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b));
    return { smallest: Math.min(...letters), figures: document.querySelectorAll("svg").length };
  });
  const faults = [];
  if (seen.figures === 0) faults.push("it has no figures");
  if (seen.smallest < smallestLetters) faults.push(`letters of ${seen.smallest.toFixed(1)} pixels in a figure`);
  return faults;
}

// report looks at a page that a study left.
async function report(browser, path) {
  const faults = await onScreens(browser, "file://" + path, figuresOf);
  const page = await browser.newPage();
  await page.goto("file://" + path);
  const sorted = await page.evaluate(() => {
    const table = document.querySelector("table.sortable");
    const heads = [...table.tHead.rows[0].cells], column = heads.findIndex(head => head.textContent === "s.e.");
    if (column < 0) return true; // of one seed
    heads[column].querySelector("button").click();
    const values = [...table.tBodies[0].rows].map(row => parseFloat(row.cells[column].textContent)).filter(x => x === x);
    return values.every((x, i) => i === 0 || x <= values[i - 1]);
  });
  if (!sorted) faults.push("the table of points is not sorted by a click on its heading");
  await page.emulateMediaType("print");
  await page.setViewport({ width: 1050, height: 700 });
  const cut = await page.evaluate(() => [...document.querySelectorAll("table")].filter(table => table.getBoundingClientRect().right > document.documentElement.clientWidth + 1).length);
  if (cut > 0) faults.push(`on paper ${cut} tables lose columns`);
  await page.close();
  return faults;
}

// picturesOf lists the pictures of a page that are not there.
async function picturesOf(page) {
  const broken = await page.evaluate(async () => {
    const pictures = [...document.images];
    for (const picture of pictures) picture.loading = "eager";
    await Promise.all(pictures.map(picture => picture.decode().catch(() => {})));
    return pictures.filter(picture => picture.naturalWidth === 0).map(picture => picture.src);
  });
  return broken.map(source => source + " is not a picture");
}

// explored looks at every page of a server: its list, its studies, and a point and a run of each.
async function explored(browser, address) {
  const faults = await onScreens(browser, address);
  const page = await browser.newPage();
  await page.goto(address);
  const studies = await page.$$eval("tbody tr", rows => rows.filter(row => row.querySelector("input")).map(row => row.querySelector("a").href));
  await page.close();
  if (studies.length < 4) faults.push(`only ${studies.length} studies are listed`);
  const ids = studies.map(link => link.split("/").pop());
  const ready = page => page.waitForFunction(() => document.documentElement.dataset.ready, { timeout: 60_000 }).then(() => []);
  const drawn = async page => { await ready(page); return picturesOf(page); };
  for (const link of studies) {
    const looked = [await onScreens(browser, link + "?point=1", ready), await onScreens(browser, link + "/p/1", picturesOf), await onScreens(browser, link + "/r/1", drawn)];
    for (const fault of [...looked.flat(), ...(await study(browser, link)), ...(await run(browser, link + "/r/1"))]) faults.push(`${link}: ${fault}`);
  }
  faults.push(...(await unsettled(browser, studies[0])));
  for (const query of [`of=${ids[0]}.0&of=${ids[0]}.1&of=${ids[1]}.1`, `study=${ids[0]}&study=${ids[1]}`]) faults.push(...(await onScreens(browser, `${address}compare?${query}`)));
  faults.push(...(await live(browser, address, process.env.SWEEP, process.env.FOLDER)));
  return faults;
}

(async () => {
  const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  let wrong = 0;
  if (process.argv[2] === "measure") {
    const [address, clients] = process.argv.slice(3), time = ms => ms.toFixed(0) + " ms";
    const page = await measured(browser, address), load = await loaded(address, Number(clients));
    console.log(`first view ${time(page.first)} with the server and the browser just started, ${time(page.again)} again; brush until it is painted, ${page.brushes} times: median ${time(page.median)}, longest ${time(page.longest)}`);
    console.log(`${clients} clients at once, ${load.requests} requests: a request p50 ${time(load.request50)}, p99 ${time(load.request99)}; a first view p50 ${time(load.view50)}, p99 ${time(load.view99)}`);
    await browser.close();
    return;
  }
  for (const address of process.argv.slice(2)) {
    const faults = await (address.startsWith("http:") ? explored : report)(browser, address).catch(error => [String(error)]);
    wrong += faults.length;
    console.log(`${address}: ${faults.length ? faults.length + " faults" : "nothing serious"}`);
    for (const fault of faults) console.log("  " + fault);
  }
  await browser.close();
  process.exit(wrong ? 1 : 0);
})();
