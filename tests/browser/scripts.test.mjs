// What the scripts add, and that everything can be read without them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { watch } from "./support/browser.mjs";
import { pages } from "./support/milepost.mjs";
import { setUp } from "./support/setup.mjs";

const run = setUp();
const { site } = run;
const all = pages(site);
const projects = all.filter((page) => /\bproject\b/.test(page.type)).map((page) => page.path);

async function open(path, options = {}) {
  const context = await run.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const noted = await watch(page, run.server.origin + "/pmo/site/");
  await page.goto(run.server.url(path));
  return { context, page, noted };
}

const column = (page, name) =>
  page.evaluate((name) => {
    const table = document.querySelector("table.projects");
    const at = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent.trim().startsWith(name));
    return [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[at].innerText.trim().replace(/\s+/g, " "));
  }, name);

test("without JavaScript the portfolio table, the menu and the details can be read", async () => {
  for (const [width, height] of [
    [1440, 900],
    [375, 812],
  ]) {
    const { context, page, noted } = await open("index.html", { javaScriptEnabled: false, viewport: { width, height } });
    const rows = page.locator("table.projects tbody tr");
    assert.ok((await rows.count()) >= 6, "too few projects");
    for (const row of await rows.all()) {
      assert.ok(await row.isVisible());
      assert.ok((await row.locator("a").first().innerText()).length > 3);
    }
    assert.equal(await page.locator("[data-filters] *").count(), 0, "controls that would do nothing");
    assert.equal(await page.locator("[data-tools] *").count(), 0, "a button that would do nothing");
    const nav = page.locator("header nav a").first();
    if (!(await nav.isVisible())) await page.locator(".menu summary").click();
    assert.ok(await nav.isVisible(), "the menu does not open");
    const data = page.locator("details.data").first();
    if (await data.count()) {
      await data.locator("summary").click();
      assert.ok(await data.locator("table").isVisible(), "the numbers of a chart do not open");
    }
    assert.deepEqual(noted.take(), []);
    await context.close();
  }
});

test("without JavaScript a link of the table leads to the project", async () => {
  const { context, page } = await open("index.html", { javaScriptEnabled: false });
  const link = page.locator("table.projects tbody a").first();
  const name = await link.innerText();
  await link.click();
  assert.match(await page.locator("h1").innerText(), new RegExp(name.slice(0, 12).replace(/[^\w ]/g, ".")));
  await context.close();
});

test("the table sorts by a column, says so, and goes back", async () => {
  const { context, page, noted } = await open("index.html");
  const before = await column(page, "Project");
  const head = page.locator("table.projects thead th", { hasText: "Tier" });
  const button = head.getByRole("button");
  await button.click();
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  const up = await column(page, "Tier");
  assert.deepEqual(up, [...up].sort());
  await button.click();
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await column(page, "Tier"), [...up].reverse().sort().reverse());
  const other = page.locator("table.projects thead th", { hasText: "Asks" });
  await other.getByRole("button").click();
  assert.equal(await head.getAttribute("aria-sort"), null, "two columns claim the order");
  const asks = (await column(page, "Asks")).map((text) => Number.parseInt(text, 10)).filter((n) => !Number.isNaN(n));
  assert.deepEqual(asks, [...asks].sort((a, b) => a - b));
  await other.getByRole("button").click();
  const last = (await column(page, "Asks")).at(-1);
  assert.deepEqual((await column(page, "Asks")).map((text) => Number.parseInt(text, 10)).filter((n) => !Number.isNaN(n)), [...asks].reverse(), `descending, last is ${last}`);
  await other.getByRole("button").click();
  assert.deepEqual(await column(page, "Project"), before);
  assert.deepEqual(noted.take(), []);
  await context.close();
});

test("projects can be filtered by text and by list, and the address keeps it", async () => {
  const { context, page, noted } = await open("index.html");
  const names = await column(page, "Project");
  const word = names[2].split(" ")[0];
  await page.getByRole("searchbox").fill(word);
  const left = await column(page, "Project");
  assert.ok(left.length >= 1 && left.length < names.length, `${left.length} of ${names.length}`);
  assert.match(await page.getByRole("status").innerText(), new RegExp(`^${left.length} of \\d+$`));
  await page.getByRole("searchbox").fill("");
  assert.deepEqual(await column(page, "Project"), names);
  const select = page.locator("[data-filters] select").first();
  await select.selectOption({ index: 1 });
  const some = await column(page, "Project");
  assert.ok(some.length >= 1 && some.length < names.length);
  assert.match(page.url(), /\?/);
  await page.reload();
  assert.deepEqual(await column(page, "Project"), some);
  await page.getByRole("searchbox").fill("no project is called this");
  assert.deepEqual(await column(page, "Project"), []);
  assert.match(await page.getByRole("status").innerText(), /^0 of/);
  assert.deepEqual(noted.take(), []);
  await context.close();
});

test("hostile text in the address does no harm", async () => {
  const context = await run.browser.newContext();
  const page = await context.newPage();
  const noted = await watch(page, run.server.origin + "/pmo/site/");
  const vectors = ["?q=<img src=x onerror=alert(1)>", '?q=">', "?tier=<script>alert(1)</script>", "#<img src=x onerror=alert(1)>", "?__proto__=x&constructor=y", "?q=%E0%A4%A", "#javascript:alert(1)"];
  for (const vector of vectors) {
    await page.goto(run.server.url("index.html") + vector);
    assert.equal(await page.locator("img[src=x], [onerror]").count(), 0);
  }
  assert.deepEqual(noted.take(), []);
  await context.close();
});

test("the colour scheme changes, and stays on the next page", async () => {
  const { context, page, noted } = await open("index.html", { colorScheme: "light" });
  const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const scheme = () => page.evaluate(() => document.documentElement.dataset.theme ?? "system");
  const light = await colour();
  const button = page.locator(".theme-button");
  for (let at = 0; at < 3 && (await scheme()) !== "dark"; at += 1) await button.click();
  assert.equal(await scheme(), "dark");
  assert.notEqual(await colour(), light);
  assert.match(await button.getAttribute("aria-label"), /dark/);
  await page.goto(run.server.url(projects[0]));
  assert.equal(await scheme(), "dark");
  await page.reload();
  assert.equal(await scheme(), "dark");
  for (let at = 0; at < 3 && (await scheme()) !== "system"; at += 1) await page.locator(".theme-button").click();
  assert.equal(await scheme(), "system");
  assert.deepEqual(noted.take(), []);
  await context.close();
});

test("without a choice the page follows the system", async () => {
  const { context, page } = await open("index.html", { colorScheme: "dark" });
  const dark = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), dark);
  await context.close();
});

test("/ goes to the filter, and is text when one is writing", async () => {
  const { context, page } = await open("index.html");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.type), "search");
  assert.equal(await page.evaluate(() => document.activeElement.value), "");
  await page.keyboard.type("a/b");
  assert.equal(await page.evaluate(() => document.activeElement.value), "a/b");
  await context.close();
});

test("the keyboard reaches the table, and every stop is seen", async () => {
  const { context, page } = await open("index.html");
  const unseen = [];
  let reached = false;
  for (let at = 0; at < 150 && !reached; at += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const node = document.activeElement;
      const style = getComputedStyle(node);
      const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
      const box = node.getBoundingClientRect();
      return {
        name: (node.innerText || node.getAttribute("aria-label") || node.tagName).trim().slice(0, 40),
        ring,
        seen: box.width > 0 && box.height > 0,
        table: Boolean(node.closest("table.projects tbody")),
      };
    });
    if (!stop.ring || !stop.seen) unseen.push(stop.name);
    reached = stop.table;
  }
  assert.ok(reached, "150 stops, and not in the table");
  assert.deepEqual(unseen, []);
  await page.keyboard.press("Enter");
  await page.waitForURL(/projects\//);
  await context.close();
});

test("the menu of a phone opens, closes on Escape and gives the focus back", async () => {
  const { context, page } = await open("index.html", { viewport: { width: 375, height: 812 } });
  const summary = page.locator(".menu summary");
  const link = page.locator(".menu nav a").first();
  assert.ok(await summary.isVisible());
  await summary.focus();
  await page.keyboard.press("Enter");
  assert.ok(await link.isVisible());
  await page.keyboard.press("Escape");
  assert.ok(!(await link.isVisible()));
  assert.ok(await summary.evaluate((node) => node === document.activeElement));
  await context.close();
});

test("a rating is told by a word, not by its colour alone", async () => {
  const context = await run.browser.newContext();
  const page = await context.newPage();
  const words = /green|amber|red|not reported|closed|complete|on hold|n\/a|not yet/i;
  for (const path of ["index.html", ...projects]) {
    await page.goto(run.server.url(path));
    const bare = await page.evaluate((source) => {
      const words = new RegExp(source, "i");
      const bare = [];
      for (const mark of document.querySelectorAll("main svg.m")) {
        const holder = mark.closest("td, th, li, .chip, dd, p, b, .badge, figure");
        const text = holder ? `${holder.textContent} ${holder.getAttribute("aria-label") ?? ""} ${holder.closest("tr, li, figure")?.textContent ?? ""}` : "";
        // Marks of a state (done, late, missing) need a word, whichever it is.
        const state = [...mark.classList].some((name) => name.startsWith("s-"));
        if (!(state ? /\p{L}{3}/u : words).test(text)) bare.push((holder ?? mark.parentElement).outerHTML.slice(0, 160));
      }
      return bare.slice(0, 3);
    }, words.source);
    assert.deepEqual(bare, [], path);
    const shapes = await page.evaluate(() => {
      const shapes = {};
      for (const mark of document.querySelectorAll("main svg.m")) {
        const rag = [...mark.classList].find((name) => name !== "m");
        (shapes[rag] ??= new Set()).add(mark.querySelector("path").getAttribute("d"));
      }
      return Object.entries(shapes).map(([rag, paths]) => [rag, [...paths].join("|")]);
    });
    const ratings = shapes.filter(([rag]) => !rag.startsWith("s-"));
    for (const [rag, shape] of ratings) {
      for (const [other, same] of ratings) assert.ok(rag === other || shape !== same, `${path}: ${rag} and ${other} have one shape`);
    }
  }
  await context.close();
});

test("the words of the glossary stand beside the filters, never under them, and lead to their rows", async () => {
  const glossary = "portfolio/library/glossary.html";
  const lines = all.filter((page) => page.html.includes('class="intro terms"'));
  assert.ok(lines.length >= 10, `only ${lines.length} pages name the words they use`);
  assert.ok(!lines.some((page) => page.path === glossary), "the glossary explains its own words");
  const html = all.find((page) => page.path === glossary).html;
  for (const { path, html: own } of lines) {
    const line = /<p class="intro terms">(.*?)<\/p>/s.exec(own)[1];
    const links = [...line.matchAll(/<a href="([^"]*)"[^>]*>([^<]*)<\/a>/g)].map(([, href, word]) => [href, word]);
    assert.ok(links.length > 0, path);
    assert.equal(new Set(links.map(([href]) => href)).size, links.length, `${path} names a word twice`);
    for (const [href] of links) {
      const [file, id] = href.split("#");
      assert.equal(new URL(file, `http://x/${path}`).pathname, `/${glossary}`, `${path}: ${href}`);
      assert.ok(html.includes(` id="${id}"`), `${path}: no row ${id} in the glossary`);
    }
  }
  const shown = lines.filter((page) => ["portfolio/releases.html", "portfolio/lessons.html", "portfolio/raid.html"].includes(page.path));
  assert.ok(shown.length > 0);
  for (const { path } of shown) {
    const { context, page, noted } = await open(path);
    for (const [width, height] of [
      [1440, 900],
      [768, 1024],
      [375, 812],
    ]) {
      await page.setViewportSize({ width, height });
      const words = await page.locator(".terms").boundingBox();
      for (const control of await page.locator("[data-filters] > :is(input, select)").all()) {
        const box = await control.boundingBox();
        const apart = box.x >= words.x + words.width || box.y >= words.y + words.height || box.y + box.height <= words.y;
        assert.ok(apart, `${path} at ${width}: the words run into the filters`);
      }
    }
    await page.locator(".terms a").first().click();
    await page.waitForURL(/glossary\.html#/);
    await page.waitForLoadState("load");
    const target = await page.evaluate(() => document.querySelector(":target")?.tagName);
    assert.equal(target, "TR", `${path}: the first word leads to no row`);
    assert.deepEqual(noted.take(), []);
    await context.close();
  }
});

test("on a phone charts end where their card ends, without a shadow that says there is more", async () => {
  for (const path of ["portfolio/raid.html", "portfolio/finance.html", "portfolio/kpis/k05.html", projects[0]]) {
    for (const width of [375, 690]) {
      const { context, page } = await open(path, { viewport: { width, height: 900 } });
      const wrong = await page.evaluate(() =>
        [...document.querySelectorAll(":is(.plot, .trend-chart, .budget-chart) .scroll")]
          .filter((node) => getComputedStyle(node).overflowX === "hidden" && getComputedStyle(node).boxShadow !== "none")
          .map((node) => node.closest("figure").id),
      );
      assert.deepEqual(wrong, [], `${path} at ${width}`);
      await context.close();
    }
  }
});

test("the parts of a stacked column differ without their colours", async () => {
  const { context, page } = await open("portfolio/raid.html");
  const textures = await page.evaluate(() =>
    [...document.querySelectorAll(".plot-columns rect.over")].map((node) => {
      const box = node.getBoundingClientRect();
      return box.width > 0 && box.height > 0 && getComputedStyle(node).fill.startsWith("url(");
    }),
  );
  assert.ok(textures.length > 4 && textures.every(Boolean), `${textures.filter(Boolean).length} of ${textures.length} textures are drawn`);
  await context.close();
});

test("on a phone bars are a list with whole names, and the names of lines stand below them", async () => {
  for (const [path, picture, list] of [
    ["portfolio/kpis/k05.html", ".plot-bars .scroll", ".bar-list"],
    ["portfolio/raid.html", null, ".plot:not(.plot-bars) .ends-list"],
    ["portfolio/milestones.html", ".timeline .scroll", ".timeline .list"],
  ]) {
    for (const [width, phone] of [
      [1440, false],
      [375, true],
    ]) {
      const { context, page } = await open(path, { viewport: { width, height: 900 } });
      assert.equal(await page.locator(list).first().isVisible(), phone, `${list} of ${path} at ${width}`);
      if (picture) assert.equal(await page.locator(picture).first().isVisible(), !phone, `${picture} of ${path} at ${width}`);
      if (phone) {
        const items = await page.locator(`${list} >> nth=0 >> li`).allInnerTexts();
        assert.ok(items.length > 0 && items.every((text) => text.trim() && !text.includes("…")), `${path}: ${items.join(" | ")}`);
      }
      await context.close();
    }
  }
});

test("on a phone a card that begins with a figure or a day says which", async () => {
  const { context, page } = await open("portfolio/decisions.html", { viewport: { width: 375, height: 812 } });
  const label = await page.evaluate(() => getComputedStyle(document.querySelector("table.rows tbody td.number:first-child"), "::before").content);
  assert.match(label, /Business days/);
  await context.close();
});
