// A book in which everything is missing, contradictory or absurd at once: its
// pages stay whole, quiet, accessible and readable, and say what is missing.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { launch, watch } from "./support/browser.mjs";
import { accessibility, overflow, structure } from "./support/checks.mjs";
import { build, pages, temporary } from "./support/milepost.mjs";
import { serve } from "./support/server.mjs";

const widths = [
  [1440, 900],
  [768, 1024],
  [375, 812],
];
const long = "An endless name ".repeat(19).trim();
const unbroken = "x".repeat(300);
const arabic = "مشروع تجديد الميناء القديم";
const chinese = "旧港改造与客户服务系统全面升级项目";
const emoji = "🚢🏗️ Harbour 👩‍🔧";
const html = "<script>alert(1)</script><b>bold</b>";

/** A card; what is not said of it is missing. */
const card = (id, title, more = "") =>
  `---\nkind: project\nid: ${id}\ntitle: ${JSON.stringify(title)}\ntier: 2\nphase: execution\nstate: active\nsponsor: "@a"\nproject_manager: "@b"\n${more}---\n# Card\n`;

const report = (day, more = "") =>
  `---\nkind: status\nas_of: ${day}\nauthor: "@b"\nhealth: {overall: {rag: green}, budget: {rag: red}, schedule: {rag: amber}}\n${more}---\n# Report\n\n## Summary\n\n${unbroken}\n`;

/** Names that fit nowhere, in everything that has one. */
const registers = (name) => {
  const n = JSON.stringify(name);
  return {
    "raid.yaml": `risks:\n  - {id: R-001, title: ${n}, owner: ${n}, raised: 2026-01-01, probability: 5, impact: 5, cause: ${n}, mitigation: ${n}, status: open, due: 2026-02-01}\nissues:\n  - {id: I-001, title: ${n}, owner: ${n}, severity: 1, status: open, raised: 2026-01-01, due: 2026-02-01}\nassumptions:\n  - {id: A-001, title: ${n}, owner: ${n}, status: open, validate_by: 2026-01-01}\ndependencies:\n  - {id: X-001, title: ${n}, owner: ${n}, on: ${n}, needed: 2026-04-01}\n`,
    "milestones.yaml": `milestones:\n  - {id: M1, name: ${n}, original: 2026-04-15, baseline: 2026-04-15, forecast: 2026-05-01, owner: ${n}, key: true}\n`,
    "decisions.yaml": `decisions:\n  - {id: D-001, title: ${n}, status: open, requested: 2026-02-01, needed_by: 2026-03-01, decider: ${n}, options: [${n}, ${n}], recommendation: ${n}, if_late: ${n}}\n`,
    "status/2026-03-20.md": report("2026-03-20", `asks: [D-001]\ntop_risks: [R-001]\nmilestones:\n  M1: {forecast: 2026-05-01}\n`),
  };
};

function book() {
  const folder = temporary();
  const write = (path, content) => {
    const file = join(folder, ...path.split("/"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const project = (id, title, more, files = {}) => {
    write(`src/projects/${id}/project.md`, card(id, title, more));
    for (const [path, content] of Object.entries(files)) write(`src/projects/${id}/${path}`, content);
  };
  write("book.toml", `[book]\ntitle = ${JSON.stringify(`${emoji} ${chinese}`)}\nsrc = "src"\n\n[portfolio]\nas-of = "2026-03-27"\n`);
  write("src/index.md", `# ${arabic}\n\n${unbroken}\n`);
  project("silent", "Silent");
  project("tomorrow", "Only tomorrow", "", { "status/2027-01-01.md": report("2027-01-01") });
  project("twice", "Two on a day", "budget: {tracked: true, currency: JPY, baseline: 1000000}\n", {
    "status/2026-03-20.md": report("2026-03-20", "budget: {as_of: 2026-03-20, eac: 5, actual: 900000}\n"),
    "status/again.md": report("2026-03-20"),
  });
  project("zero", "Nothing to spend", "budget: {tracked: true, currency: CAD, baseline: 0}\nstart: {baseline: 2026-01-05}\nfinish: {baseline: 2026-01-05, forecast: 2026-02-05}\n", {
    "status/2026-03-27.md": report("2026-03-27", "budget: {as_of: 2026-03-27, eac: 0, actual: 0}\n"),
  });
  project("owed", "Owed money", "budget: {tracked: true, currency: EUR, baseline: -500}\n", {
    "status/2026-03-27.md": report("2026-03-27", "budget: {as_of: 2026-03-27, eac: -700, actual: -900}\n"),
  });
  project("vast", "Vast", "budget: {tracked: true, currency: USD, baseline: 999999999999999}\n", {
    "status/2026-03-27.md": report("2026-03-27", "budget: {as_of: 2026-03-27, eac: 9999999999999999, actual: 1}\n"),
  });
  project("before", "Done before it began", "start: {baseline: 2026-06-01}\nfinish: {baseline: 2026-09-01, forecast: 2026-02-01}\n", {
    "milestones.yaml": `updated: 2026-03-20\nmilestones:\n  - {id: M1, title: Long ago, original: 1999-01-01, baseline: 1999-01-01, forecast: 1999-02-01, key: true}\n  - {id: M2, title: Far off, original: 9999-12-31, baseline: 9999-12-31, forecast: 9999-12-31, key: true}\n`,
    "status/2026-03-20.md": report("2026-03-20", "milestones:\n  M2: {forecast: 9999-12-31}\n"),
    "status/2026-02-20.md": report("2026-02-20", "milestones:\n  M2: {forecast: 2026-12-31}\n"),
  });
  const risks = Array.from({ length: 300 }, (_, n) =>
    n % 4 ? `  - {id: R-${n}, title: Risk ${n}, probability: ${(n % 5) + 1}, impact: 3, owner: "@b"}` : `  - {id: R-${n}}`,
  );
  project("risky", "Three hundred risks", "", { "risks.yaml": `updated: 2026-03-20\nrisks:\n${risks.join("\n")}\n` });
  [long, unbroken, arabic, chinese, emoji, html].forEach((name, at) => project(`name-${at}`, name, `unit: ${JSON.stringify(name)}\n`, registers(name)));
  write("src/projects/empty/project.md", "---\nkind: project\n---\n");
  return folder;
}

const built = build(book());
let browser;
let server;
before(async () => {
  browser = await launch();
  server = await serve(built.out);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("it is built, and its findings are said", () => {
  assert.equal(built.status, 1, built.stderr.slice(-2000));
  assert.doesNotMatch(built.stderr, /panicked|internal error/);
});

const all = pages(built.out).map((page) => page.path);
const portfolio = ["milestones", "raid", "finance", "kpis", "gates", "decisions", "changes", "honesty", "kpis/k03"];
const wanted = [
  "index.html",
  ...portfolio.map((name) => `portfolio/${name}.html`),
  ...["silent", "tomorrow", "zero", "owed", "before", "risky", "empty"].map((id) => `projects/${id}/index.html`),
  ...[0, 1, 5].map((at) => `projects/name-${at}/index.html`),
  ...["-/raid", "-/registers", "status/2026-03-20"].map((name) => `projects/name-1/${name}.html`),
];

test("the pages to look at are there", () => {
  assert.deepEqual(wanted.filter((path) => !all.includes(path)), []);
});

// What a page must say of what is missing, and why.
const said = {
  "index.html": [/not reported/i, new RegExp(chinese), new RegExp(arabic), /<script>alert\(1\)<\/script>/],
  "portfolio/finance.html": [/not reported/i, /EUR/, /JPY/, /USD/],
  "portfolio/kpis/k03.html": [/not reported/i, /the budget is zero/, /the budget is below zero/],
  "projects/silent/index.html": [/not reported/i, /no report/i],
  "projects/tomorrow/index.html": [/not reported/i],
  "projects/zero/index.html": [/0 of 0; no share, the budget is zero/],
  "projects/owed/index.html": [/−700 of −500; no share, the budget is below zero/],
  "projects/empty/index.html": [/not reported/i],
};

for (const path of wanted.filter((path) => all.includes(path))) {
  test(`whole, quiet and accessible: ${path}`, async () => {
    const wrong = [];
    const context = await browser.newContext();
    const page = await context.newPage();
    const noted = await watch(page, server.origin + "/pmo/site/");
    await page.goto(server.url(path), { waitUntil: "load" });
    for (const [width, height] of widths) {
      await page.setViewportSize({ width, height });
      const problems = [...(await overflow(page)), ...(width === 1440 ? await structure(page) : []), ...(await accessibility(page)), ...noted.take()];
      problems.forEach((problem) => wrong.push(`${width}: ${problem}`));
    }
    const words = (await page.locator("main").innerText()).replace(/\s+/g, " ");
    await context.close();
    assert.deepEqual(wrong, []);
    assert.doesNotMatch(words, /\bNaN\b|∞|\b-?inf\b|[-−]0(\.0+)? %/);
    for (const pattern of said[path] ?? []) assert.match(words, pattern);
  });
}
