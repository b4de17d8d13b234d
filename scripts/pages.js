// What scripts/pages looks at in each page that is named.
const fs = require("fs");
const puppeteer = require("puppeteer-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const screens = [
  { name: "a desk's screen by day", width: 1280, height: 900, scheme: "light" },
  { name: "a desk's screen by night", width: 1280, height: 900, scheme: "dark" },
  { name: "a telephone by day", width: 390, height: 844, scheme: "light" },
  { name: "a telephone by night", width: 390, height: 844, scheme: "dark" },
];

// smallestLetters is how small the letters of figures may be on a screen, in pixels.
const smallestLetters = 8.5;

async function look(browser, path) {
  const faults = [];
  for (const screen of screens) {
    const page = await browser.newPage();
    page.on("pageerror", error => faults.push(`${screen.name}: ${error}`));
    await page.setViewport({ width: screen.width, height: screen.height });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: screen.scheme }]);
    await page.goto("file://" + path);
    const seen = await page.evaluate(() => {
      const letters = [...document.querySelectorAll("svg text")].map(text => parseFloat(getComputedStyle(text).fontSize) * Math.hypot(text.getScreenCTM().a, text.getScreenCTM().b));
      return { wide: document.documentElement.scrollWidth, smallest: Math.min(...letters), figures: document.querySelectorAll("svg").length };
    });
    if (seen.wide > screen.width) faults.push(`${screen.name}: it is ${seen.wide} pixels wide`);
    if (seen.figures === 0) faults.push(`${screen.name}: it has no figures`);
    if (seen.smallest < smallestLetters) faults.push(`${screen.name}: letters of ${seen.smallest.toFixed(1)} pixels in a figure`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run());
    for (const v of violations) {
      if (v.impact === "serious" || v.impact === "critical") faults.push(`${screen.name}: ${v.id}, ${v.nodes.length} times: ${v.help}; first ${v.nodes[0].html.slice(0, 200)}`);
    }
    await page.close();
  }
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

(async () => {
  const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  let wrong = 0;
  for (const path of process.argv.slice(2)) {
    const faults = await look(browser, path);
    wrong += faults.length;
    console.log(`${path}: ${faults.length ? faults.length + " faults" : "nothing serious"} on ${screens.length} screens and on paper`);
    for (const fault of faults) console.log("  " + fault);
  }
  await browser.close();
  process.exit(wrong ? 1 : 0);
})();
