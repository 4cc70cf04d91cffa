// Every type of page, at three widths, light and dark, from a file and from a
// server under a sub-path: whole, quiet, accessible.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileUrl, watch } from "./support/browser.mjs";
import { accessibility, overflow, structure } from "./support/checks.mjs";
import { samples } from "./support/milepost.mjs";
import { setUp } from "./support/setup.mjs";
import { pathToFileURL } from "node:url";

const widths = [
  [1440, 900],
  [768, 1024],
  [375, 812],
];
const run = setUp();
const { site } = run;

const list = samples(site);

test("there is a page of every template to look at", () => {
  const types = list.map((page) => page.type).join(" ");
  for (const template of ["portfolio", "project", "rollup", "document", "folder"]) {
    assert.match(types, new RegExp(`\\b${template}\\b`), `no ${template} page`);
  }
});

for (const { path } of list) {
  test(`from a server: ${path}`, async () => {
    const wrong = [];
    const context = await run.browser.newContext();
    const page = await context.newPage();
    const noted = await watch(page, run.server.origin + "/pmo/site/");
    for (const [width, height] of widths) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: "light" });
      await page.goto(run.server.url(path), { waitUntil: "load" });
      const at = (problems) => problems.forEach((problem) => wrong.push(`${width}: ${problem}`));
      at(await overflow(page));
      if (width === 1440) at(await structure(page));
      at(await accessibility(page));
      if (width !== 768) {
        await page.emulateMedia({ colorScheme: "dark" });
        (await accessibility(page, ["color-contrast"])).forEach((problem) => wrong.push(`${width} dark: ${problem}`));
      }
      at(noted.take());
    }
    await context.close();
    assert.deepEqual(wrong, []);
  });

  test(`from a file: ${path}`, async () => {
    const wrong = [];
    const context = await run.browser.newContext();
    const page = await context.newPage();
    const noted = await watch(page, pathToFileURL(site).href);
    for (const [width, height] of [widths[0], widths[2]]) {
      await page.setViewportSize({ width, height });
      await page.goto(fileUrl(site, path), { waitUntil: "load" });
      const styled = await page.evaluate(() => document.styleSheets.length > 0 && document.documentElement.classList.contains("js"));
      if (!styled) wrong.push("style or script did not load");
      (await overflow(page)).forEach((problem) => wrong.push(`${width}: ${problem}`));
    }
    await context.close();
    assert.deepEqual([...wrong, ...noted.take()], []);
  });
}

test("the skip link is the first stop and leads to the content", async () => {
  const context = await run.browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  // The search page begins in its field, which is what it is for.
  const first = list.filter((page, at) => list.findIndex((other) => other.type === page.type) === at);
  for (const { path } of first.filter((page) => page.path !== "search.html")) {
    await page.goto(run.server.url(path));
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const node = document.activeElement;
      const box = node.getBoundingClientRect();
      return { href: node.getAttribute("href"), seen: box.width > 1 && box.height > 1 && box.top >= 0 && box.left >= 0 };
    });
    assert.deepEqual(focus, { href: "#main", seen: true }, path);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => {
      const node = document.activeElement;
      const main = document.querySelector("main");
      return node === document.body || main.contains(node) || Boolean(main.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING);
    });
    assert.ok(inside, `${path}: after the skip link, focus is before the content`);
  }
  await context.close();
});
