// The search, from a folder and from a server under a sub-path, as a reader
// uses it: by keyboard, by filter, by address, and without JavaScript.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileUrl, watch } from "./support/browser.mjs";
import { accessibility, overflow, structure } from "./support/checks.mjs";
import { setUp } from "./support/setup.mjs";

const run = setUp();
const { site } = run;

const places = [
  ["from a folder", (path) => fileUrl(site, path), () => "file://"],
  ["from a server", (path) => run.server.url(path), () => run.server.origin + "/pmo/site/"],
];

async function open(address, inside, options = {}) {
  const context = await run.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const noted = await watch(page, inside);
  await page.goto(address);
  return { context, page, noted };
}

/** Waits until the list says what was typed last. */
const settled = (page) => page.waitForTimeout(250).then(() => page.waitForFunction(() => document.querySelector(".search-status")?.textContent));

for (const [name, url, inside] of places) {
  test(`${name}: / opens the panel, arrows choose, Enter goes, Escape closes`, async () => {
    const { context, page, noted } = await open(url("portfolio/raid.html"), inside());
    await page.keyboard.press("/");
    await page.keyboard.type("crowding whi");
    await settled(page);
    const field = page.locator("#search-field");
    assert.equal(await field.getAttribute("aria-expanded"), "true");
    assert.match(await page.locator(".search-status").innerText(), /^\d+ results?/);
    await page.keyboard.press("ArrowDown");
    const first = page.locator("#search-list [role=option]").first();
    assert.equal(await first.getAttribute("aria-selected"), "true");
    assert.equal(await field.getAttribute("aria-activedescendant"), await first.getAttribute("id"));
    assert.match(await first.innerText(), /crowding while/i);
    assert.deepEqual(await accessibility(page), []);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".search-panel").isVisible(), false);
    assert.ok(await page.evaluate(() => document.activeElement.matches(".search-open")), "focus is lost");
    await page.keyboard.press("/");
    await page.keyboard.type("crowding while old");
    await settled(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/-\/raid\.html#R-004$/);
    assert.ok(await page.evaluate(() => document.getElementById(decodeURIComponent(location.hash.slice(1)))), "no such place");
    assert.deepEqual(noted.take(), []);
    await context.close();
  });

  test(`${name}: an id comes first, a heading is led to`, async () => {
    const { context, page, noted } = await open(url("search.html") + "?q=r-003", inside());
    await page.waitForSelector(".hits li");
    const titles = await page.locator(".hits .hit-title").allInnerTexts();
    assert.match(titles[0], /^R-003 /);
    await page.locator("input[name=q]").fill("delivery approach");
    await settled(page);
    const link = page.locator(".hits a", { hasText: "governance" }).first();
    assert.match(await link.getAttribute("href"), /governance\.html#delivery-approach$/);
    await link.click();
    await page.waitForURL(/governance\.html#delivery-approach$/);
    await page.waitForLoadState();
    assert.equal(await page.evaluate(() => document.querySelector(":target")?.tagName), "H2");
    assert.deepEqual(noted.take(), []);
    await context.close();
  });

  test(`${name}: filters narrow the results and stand in the address`, async () => {
    const { context, page, noted } = await open(url("search.html") + "?q=risk", inside());
    await page.waitForSelector(".facet input");
    const shown = async () => Number.parseInt(await page.locator(".search-status").innerText(), 10);
    const all = await shown();
    const row = page.locator(".facet label", { hasText: /^Risk/ });
    const promised = Number(await row.locator(".n").innerText());
    await row.locator("input").check();
    await page.waitForFunction((all) => Number.parseInt(document.querySelector(".search-status").textContent, 10) < all, all);
    assert.equal(await shown(), promised);
    assert.match(page.url(), /kind=Risk/);
    const kinds = await page.locator(".hits .hit-about").allInnerTexts();
    assert.ok(kinds.length > 0 && kinds.every((line) => line.startsWith("Risk")), kinds.join("\n"));
    assert.deepEqual(await page.locator(".facet summary").allInnerTexts().then((list) => list.map((text) => text.replace(/\s*\d+ set$/, ""))), ["Kind", "Project", "Phase", "Project health", "Programme"]);
    await page.reload();
    await page.waitForSelector(".hits li");
    assert.equal(await shown(), promised);
    assert.deepEqual(noted.take(), []);
    await context.close();
  });
}

test("words are split as the index splits them", async () => {
  const { context, page } = await open(run.server.url("search.html"), run.server.origin);
  // The same pairs stand in the tests of src/site/search/words.rs.
  const pairs = [
    ["The Sponsor's plan", "the sponsor plan"],
    ["Übergabe, façade ÅNGSTRÖM Straße", "ubergabe facade angstrom strasse"],
    ["İstanbul ΟΔΟΣ Œuvre", "istanbul οδοσ oeuvre"],
    ["ﬁnance ½ Ⅳ", "finance 1 2 iv"],
    ["soft\u{ad}hy\u{200b}phen", "softhyphen"],
    ["🚀 go-live 🎉", "go live"],
    ["R-004", "004 r004"],
    ["see CR-007.", "see cr 007 cr007"],
    ["2026-03-27", "2026 03 27 2026-03-27"],
    ["v1.2", "v1 2 v12"],
    ["-R--4- _a_", "4"],
    ["移行計画", "移行 行計 計画"],
    ["CRM移行v2計画", "crm 移行 v2 計画"],
    ["데이터 이전", "데이 이터 이전"],
    ["שָׁלוֹם مُحَمَّد", "שלום محمد"],
    ["x".repeat(300), "x".repeat(40)],
  ];
  for (const [text, words] of pairs) {
    assert.equal(await page.evaluate((text) => window.milepostSearch.words(text).join(" "), text), words, text);
  }
  await context.close();
});

test("what is typed is text, and nothing found is said", async () => {
  const { context, page, noted } = await open(run.server.url("search.html"), run.server.origin + "/pmo/site/");
  for (const text of ["<img src=x onerror=alert(1)>", "zzzzqqq", "'\"`\\", "a", "\u{202e}x", "%00", "risk ".repeat(200), "界"]) {
    await page.locator("input[name=q]").fill(text);
    await settled(page);
    assert.equal(await page.locator("main img").count(), 0);
  }
  await page.locator("input[name=q]").fill("zzzzqqq");
  await page.waitForFunction(() => document.querySelector(".search-status").textContent.startsWith("Nothing found"));
  assert.deepEqual(noted.take(), []);
  await context.close();
});

test("the page of results is sound in light and dark, wide and narrow, and prints", async () => {
  for (const [width, colorScheme] of [
    [1440, "light"],
    [768, "dark"],
    [375, "light"],
    [375, "dark"],
  ]) {
    const { context, page, noted } = await open(run.server.url("search.html") + "?q=risk&health=red", run.server.origin + "/pmo/site/", { viewport: { width, height: 812 }, colorScheme });
    await page.waitForSelector(".hits li");
    assert.deepEqual(await structure(page), []);
    assert.deepEqual(await overflow(page), []);
    assert.deepEqual(await accessibility(page), []);
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".search-form").isVisible(), false);
    assert.equal(await page.locator(".search-open").isVisible(), false);
    assert.ok(await page.locator(".hits li").first().isVisible());
    assert.deepEqual(noted.take(), []);
    await context.close();
  }
});

test("without JavaScript the link leads to a page that says what to do", async () => {
  const { context, page, noted } = await open(run.server.url("portfolio/raid.html"), run.server.origin + "/pmo/site/", { javaScriptEnabled: false });
  await page.locator("a.search-open").click();
  assert.match(page.url(), /search\.html$/);
  assert.ok(await page.locator(".without-script").isVisible());
  assert.ok((await page.locator(".without-script a").count()) > 3);
  await page.locator("input[name=q]").fill("risk");
  await page.locator("button[type=submit]").click();
  await page.waitForURL(/search\.html\?q=risk$/);
  assert.deepEqual(noted.take(), []);
  await context.close();
});
