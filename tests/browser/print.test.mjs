// Paper: the portfolio, a project and a gate's pack on few sheets, without navigation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pages } from "./support/milepost.mjs";
import { setUp } from "./support/setup.mjs";

const run = setUp();
const { site } = run;
const project = pages(site)
  .filter((page) => /\bproject\b/.test(page.type))
  .sort((a, b) => b.size - a.size)[0].path;
const gate = pages(site)
  .filter((page) => page.path.endsWith("/-/gate.html"))
  .sort((a, b) => b.size - a.size)[0].path;

const sheets = (pdf) => [...pdf.toString("latin1").matchAll(/\/Type\s*\/Page\b(?!s)/g)].length;

for (const [path, most] of [
  ["index.html", 3],
  [project, 4],
  [gate, 3],
]) {
  for (const format of ["A4", "Letter"]) {
    test(`${path} on ${format}: at most ${most} sheets`, async () => {
      const context = await run.browser.newContext({ colorScheme: "dark" });
      const page = await context.newPage();
      await page.goto(run.server.url(path));
      const pdf = await page.pdf({ format, preferCSSPageSize: false });
      const count = sheets(pdf);
      assert.ok(count >= 1 && count <= most, `${count} sheets`);
      await context.close();
    });
  }

  test(`${path} on paper: no navigation, no controls, dark ink`, async () => {
    const context = await run.browser.newContext({ colorScheme: "dark", viewport: { width: 720, height: 1000 } });
    const page = await context.newPage();
    await page.goto(run.server.url(path));
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    for (const selector of ["header.bar", ".skip", "nav", ".tools", "[data-filters] input", "[data-filters] select"]) {
      for (const node of await page.locator(selector).all()) assert.ok(!(await node.isVisible()), `${selector} is printed`);
    }
    for (const selector of ["h1", "main table", ".print-head"]) assert.ok(await page.locator(selector).first().isVisible(), `${selector} is not printed`);
    const colours = await page.evaluate(() => {
      const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
      const [r, g, b] = parse(getComputedStyle(document.querySelector("h1")).color);
      const ground = parse(getComputedStyle(document.body).backgroundColor);
      return { ink: (r + g + b) / 3, ground: ground[3] === 0 ? 255 : (ground[0] + ground[1] + ground[2]) / 3 };
    });
    assert.ok(colours.ink < 90 && colours.ground > 240, `ink ${colours.ink} on ${colours.ground}`);
    await context.close();
  });
}

test("the pack of a gate has a sheet to sign on paper alone", async () => {
  const context = await run.browser.newContext();
  const page = await context.newPage();
  await page.goto(run.server.url(gate));
  const sheet = page.locator(".decision");
  assert.ok(!(await sheet.isVisible()), "the sheet is on the screen");
  await page.emulateMedia({ media: "print" });
  assert.ok(await sheet.isVisible(), "the sheet is not on paper");
  await context.close();
});
