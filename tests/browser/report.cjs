// report.html in a real browser: what it says without a script, what the script adds, and that it asks nobody for anything.
//
//     node tests/browser/report.cjs path/to/replicon [SCREENSHOTS]
//
// Needs Chromium and the package playwright-core (NODE_PATH may say where); skipped by name where one of them is not installed.
"use strict";
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const RUNS = {
  // Curves with simulation beside theory, and a diagram of cells.
  retrieval: `
name = "retrieval"
seed = 7
[model]
interaction_order = 4
[grid]
spins = [24, 32]
gamma = [0.1, 0.3]
temperature = [0.1, 0.3, 0.5]
[dynamics]
burn_in_sweeps = 10
measure_sweeps = 60
[disorder]
samples = 4
[theory]
[[figures]]
kind = "retrieval-curve"
[[figures]]
kind = "phase-diagram"
`,
  // Theory alone: phases.
  glass: `
name = "glass"
[model]
interaction_order = 3
[grid]
gamma = { from = 0.2, to = 1.2, count = 6 }
temperature = { from = 0.2, to = 1.0, count = 5 }
[theory]
compare = ["rs", "1rsb"]
[[figures]]
kind = "phase-diagram"
`,
  // Half points of a search.
  capacity: `
name = "capacity"
[model]
interaction_order = [2, 3]
[grid]
spins = { p2 = [32, 48, 64], p3 = [12, 16, 24] }
temperature = 0
[capacity]
threshold = 0.7
sweeps = 20
[disorder]
samples = 40
[theory]
compare = ["rs"]
[[figures]]
kind = "capacity-scaling"
`,
};
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync",
];

function browserThere() {
  const names = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  return names.find(name => name && fs.existsSync(name));
}

async function main() {
  const program = path.resolve(process.argv[2]);
  const chromium = browserThere();
  if (!chromium) return console.log("skipped: Chromium is not installed");
  let playwright;
  try {
    playwright = require("playwright-core");
  } catch {
    return console.log("skipped: playwright-core is not installed");
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "replicon-report-"));
  const browser = await playwright.chromium.launch({ executablePath: chromium, args: ARGUMENTS });
  try {
    for (const [name, scenario] of Object.entries(RUNS)) {
      fs.writeFileSync(path.join(folder, `${name}.toml`), scenario);
      execFileSync(program, [name === "capacity" ? "capacity" : "run", `${name}.toml`, "--out", name, "--quiet"], { cwd: folder });
      const page = fs.readFileSync(path.join(folder, name, "report.html"));
      execFileSync(program, ["report", name], { cwd: folder });
      assert(page.equals(fs.readFileSync(path.join(folder, name, "report.html"))), "equal runs give equal pages");
      await check(browser, name, pathToFileURL(path.join(folder, name, "report.html")).href);
    }
  } finally {
    await browser.close();
    fs.rmSync(folder, { recursive: true });
  }
  console.log("report.html holds in Chromium");
}

async function check(browser, name, url) {
  const complaints = [];
  const open = async (options, use) => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    page.on("console", message => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", error => complaints.push(String(error)));
    page.on("request", request => request.url().split("#")[0] !== url && complaints.push(`asks for ${request.url()}`));
    await page.goto(url);
    await use(page);
    await context.close();
  };
  const screenshot = async (page, what) => {
    if (process.argv[3]) await page.screenshot({ path: path.join(process.argv[3], `${name}-${what}.png`), fullPage: true });
  };

  await open({ javaScriptEnabled: false }, async page => {
    assert((await page.locator("figure svg").count()) >= 1, "figures stand without a script");
    assert((await page.locator("#sortable tbody tr").count()) > 3, "points stand without a script");
    assert((await page.locator("figure svg title").count()) > 0, "points of figures have titles");
    assert.match(await page.locator("#reproduce").innerText(), /replicon (run|capacity) scenario\.toml/);
  });
  for (const figure of [{ colorScheme: "dark" }, { viewport: { width: 390, height: 800 } }]) {
    await open(figure, async page => {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert(wide <= 0, `the page is ${wide} px wider than the screen`);
      const [paper, ink] = await page.evaluate(() => {
        const { backgroundColor, color } = getComputedStyle(document.body);
        return [backgroundColor, color].map(text => text.match(/\d+/g).slice(0, 3).reduce((sum, c) => sum + Number(c), 0));
      });
      assert.equal(paper < ink, figure.colorScheme === "dark", "letters are light on dark, or dark on light");
      await screenshot(page, figure.colorScheme ?? "phone");
    });
  }
  await open({}, page => interact(page, name));
  await open({}, page => screenshot(page, "light"));
  assert.deepEqual(complaints, []);
}

async function hoverCells(page, tip) {
  const cells = page.locator(".cells").last();
  await cells.hover({ position: { x: 5, y: 5 } });
  const corner = await tip.innerText();
  assert.match(corner, /load γ: [\d.]+\ntemperature T: [\d.]+/, "a cell says its value and place");
  const box = await cells.boundingBox();
  await cells.hover({ position: { x: box.width - 5, y: box.height - 5 } });
  assert.notEqual(await tip.innerText(), corner, "each cell says its own");
}

async function interact(page, name) {
  const unnamed = await page.evaluate(() => [...document.querySelectorAll("svg, input, button, .scroll")].filter(element =>
    !(element.getAttribute("aria-label") || element.labels?.[0]?.textContent.trim() || element.textContent.trim())).length);
  assert.equal(unnamed, 0, "every figure, box and button has a name");
  const tip = page.locator(".tip");

  // Hovering.
  const target = page.locator(".target").last();
  await target.hover({ force: true });
  assert.match(await tip.innerText(), /\d/, "a point says its value");
  if (name === "capacity") {
    assert.match(await tip.innerText(), /spins N: \d+\n/, "a half point says its N");
    assert.match(await page.locator("#exponents").innerText(), /terms_exponent/);
  } else await hoverCells(page, tip);
  await page.mouse.move(2, 2);

  // Toggling.
  const figure = page.locator("figure:has(.toggles)").first();
  const shown = () => figure.locator('svg g[data-part="0"]').first().isVisible();
  assert(await shown());
  await figure.locator("input[type=checkbox]").first().uncheck();
  assert(!(await shown()), "an unchecked curve is hidden");
  assert.equal(await figure.locator('svg circle.target[data-part="0"]:visible').count(), 0, "and says nothing");
  await figure.locator("input[type=checkbox]").first().check();
  assert(await shown());

  // Sorting, by mouse and keyboard.
  const heads = await page.locator("#sortable thead th").allInnerTexts();
  const column = heads.findIndex(head => head.startsWith(name === "capacity" ? "n" : "temperature"));
  const values = () => page.locator(`#sortable tbody tr:visible td:nth-child(${column + 1})`).allInnerTexts();
  const head = page.locator("#sortable thead th").nth(column);
  const ascending = list => list.map(Number).every((x, i, all) => i === 0 || all[i - 1] <= x);
  await head.locator("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  assert(ascending(await values()), "sorted upwards");
  await head.locator("button").focus();
  await page.keyboard.press("Enter");
  assert(ascending((await values()).reverse()), "sorted downwards");

  // Filtering.
  const all = (await values()).length;
  const wanted = (await values())[0];
  await page.locator("#filter").fill(`${name === "capacity" ? "n" : "temperature"}=${wanted}`);
  const left = await values();
  assert(left.length > 0 && left.length < all && left.every(value => value === wanted), "only rows that fit");
  assert.match(await page.locator("output").innerText(), new RegExp(`${left.length} of ${all} rows`));

  // From a disagreement to its row, although the filter hides it.
  if (name === "retrieval") {
    await page.locator("#filter").fill("no row has these letters");
    const link = page.locator("#theory a").first();
    const row = await link.getAttribute("href");
    await link.click();
    await page.waitForFunction(row => !document.querySelector(row).classList.contains("hidden"), row);
  }
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
