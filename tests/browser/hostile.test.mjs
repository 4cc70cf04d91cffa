// Hostile content, in every place where an author's text is shown, with the
// page's policy and without it: nothing runs, nothing could.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "./support/browser.mjs";
import { build, pages, temporary } from "./support/milepost.mjs";
import { serve, withoutPolicy } from "./support/server.mjs";
import { bodies, harmless, names, values } from "./support/vectors.mjs";

const text = JSON.stringify;
const dot = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

function write(folder, path, content) {
  const file = join(folder, ...path.split("/"));
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
}

/** One project whose every text is `value`. */
function project(src, id, value) {
  const v = text(value);
  const at = `projects/${id}`;
  const person = text(`@${id}`);
  write(
    src,
    `${at}/project.md`,
    `---
kind: project
id: ${id}
title: ${v}
summary: ${v}
tier: 2
phase: execution
state: active
sponsor: ${v}
project_manager: ${person}
people: {business-owner: ${v}, ops-lead: ${person}}
unit: ${v}
programme: hostile
portfolio_category: ${v}
systems: [${v}]
start: {baseline: 2025-07-07, actual: 2025-07-07}
finish: {milestone: M2}
budget: {tracked: true, currency: EUR, baseline: 100}
---
# ${value}

${value}
`,
  );
  write(
    src,
    `${at}/charter.md`,
    `---
kind: charter
title: ${v}
author: ${v}
state: ${v}
version: ${v}
updated: 2026-03-01
approvals: [{role: sponsor, by: ${v}, on: 2026-03-01, of: ${v}, evidence: ${v}}]
tags: [${v}]
${JSON.stringify(value)}: unknown field
---
## ${value}

${value}
`,
  );
  for (const date of ["2026-03-06", "2026-03-20"]) {
    write(
      src,
      `${at}/status/${date}.md`,
      `---
kind: status
project: ${id}
title: ${v}
author: ${v}
as_of: ${date}
state: published
phase: execution
health:
  overall: {rag: red, why: ${v}, path: ${v}, back_to_green: 2026-06-30, owner: ${v}}
  schedule: {rag: amber, why: ${v}, path: ${v}, owner: ${v}}
  scope: ${v}
milestones:
  M2: {forecast: 2026-08-14, note: ${v}}
budget: {as_of: ${date}, actual: 40, eac: 120}
top_risks: [R-001, ${v}]
asks: [D-001, ${v}]
escalations: [{dimension: schedule, to: [${v}], on: 2026-03-01, ref: ${v}}]
---
# ${value}

## Summary

${value}
`,
    );
  }
  write(
    src,
    `${at}/raid.yaml`,
    `risks:
  - {id: R-001, title: ${v}, type: threat, cause: ${v}, event: ${v}, effect: ${v}, category: ${v}, owner: ${v}, raised: 2026-01-01, assessments: [{date: 2026-01-01, p: 5, i: 5, note: ${v}}], response: ${v}, mitigation: ${v}, contingency: ${v}, status: open}
  - {id: ${v}, title: ${v}, owner: ${person}, status: ${v}, assessments: [{date: 2026-01-01, p: 1, i: 2}]}
assumptions:
  - {id: A-001, title: ${v}, owner: ${v}, status: open, validate_by: 2026-01-01, if_false: ${v}}
issues:
  - {id: I-001, title: ${v}, owner: ${v}, raised: 2026-01-01, severity: ${v}, impact: ${v}, status: open, due: 2026-02-01, resolution: ${v}}
dependencies:
  - {id: X-001, title: ${v}, owner: ${v}, on: ${v}, needed: 2026-04-01, status: ${v}}
`,
  );
  write(
    src,
    `${at}/milestones.yaml`,
    `milestones:
  - {id: M1, name: ${v}, original: 2025-08-15, baseline: 2025-08-15, actual: 2025-08-15, owner: ${v}}
  - {id: M2, name: ${v}, original: 2026-05-15, baseline: 2026-05-15, owner: ${v}, key: true, critical: true, acceptance: ${v}}
`,
  );
  write(
    src,
    `${at}/decisions.yaml`,
    `decisions:
  - {id: D-001, title: ${v}, status: open, requested: 2026-02-01, needed_by: 2026-03-01, decider: ${v}, options: [${v}, ${v}], recommendation: ${v}, if_late: ${v}}
  - {id: D-002, title: ${v}, status: decided, requested: 2026-02-01, decided: 2026-02-02, decider: ${v}, outcome: ${v}, rationale: ${v}, supersedes: ${v}}
`,
  );
  write(
    src,
    `${at}/registers.yaml`,
    `changes:
  - {id: CR-001, title: ${v}, requested_by: ${v}, raised: 2026-01-01, status: submitted, reason: ${v}, impact: {days: 3, cost: 5, scope: ${v}}}
actions:
  - {id: AC-001, title: ${v}, owner: ${v}, due: 2026-03-01, status: open, source: ${v}}
benefits:
  - {id: B-001, title: ${v}, owner: ${v}, measure: ${v}, unit: ${v}, baseline: 1, target: 2}
`,
  );
  write(
    src,
    `${at}/lessons/L-001.md`,
    `---
kind: lesson
id: L-001
title: ${v}
date: 2026-01-24
author: ${v}
phase: execution
polarity: improve
category: ${v}
recommendation: ${v}
owner: ${v}
action: {text: ${v}, due: 2026-02-27, status: open}
status: validated
applies_to: {tiers: [1], tags: [${v}]}
links: [${v}]
---
# ${value}

## What happened

${value}
`,
  );
}

function hostileBook() {
  const folder = temporary();
  const src = join(folder, "src");
  const worst = "\"><img src=x onerror=alert(1)></title><script>alert(1)</script>";
  write(
    folder,
    "book.toml",
    `[book]
title = ${text(worst)}
authors = [${text(worst)}]
description = ${text(worst)}
src = "src"

[portfolio]
as-of = "2026-03-27"
default-tier = "2"

[portfolio.programmes]
hostile = ${text(worst)}

[[tiers]]
id = "1"
label = ${text(worst)}
report-every = "7d"

[[tiers]]
id = "2"
label = ${text(worst)}
report-every = "14d"
`,
  );
  write(src, "index.md", `# ${worst}\n\n${worst}\n`);
  write(src, "people.yaml", values.map((value, at) => `${text(`@p${at}`)}: {name: ${text(value)}, unit: ${text(value)}, roles: [${text(value)}]}\n`).join(""));
  values.forEach((value, at) => project(src, `p${at}`, value));
  bodies.forEach((body, at) => write(src, `bodies/v${String(at).padStart(3, "0")}.md`, `---\ntitle: Vector ${at}\n---\n${body}\n\nAfter.\n`));
  values.forEach((value, at) => {
    write(src, `kinds/k${at}.md`, `---\nkind: ${text(value)}\ntitle: ${text(value)}\nid: ${text(value)}\nproject: ${text(value)}\nallow: [{rule: ${text(value)}, reason: ${text(value)}, by: ${text(value)}}]\n---\n# ${value}\n`);
  });
  if (process.platform !== "win32") {
    for (const name of names) write(src, `names/${name}.md`, `# ${name}\n\n[x](index.md)\n`);
    for (const name of names) write(src, `names/${name} folder/page.md`, `No heading, so the name is the title.\n`);
  }
  write(src, "picture.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`);
  write(src, "bodies/x.png", dot);
  return folder;
}

function harmlessBook() {
  const folder = temporary();
  const src = join(folder, "src");
  write(folder, "book.toml", `[book]\ntitle = "Harmless"\nsrc = "src"\n\n[portfolio]\nas-of = "2026-03-27"\n`);
  write(src, "index.md", "# Harmless\n\n" + harmless.map((_, at) => `- [Snippet ${at}](s${at}.md)`).join("\n") + "\n");
  write(src, "dot.png", dot);
  harmless.forEach(([body], at) => write(src, `s${at}.md`, `# Snippet ${at}\n\nBefore.\n\n${body}\n\nAfter.\n`));
  return folder;
}

let browser;
before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
});

/** What on the page could run, whether or not it did. */
function dangers() {
  const found = [];
  const show = (node) => node.outerHTML.slice(0, 160);
  const addresses = ["href", "src", "xlink:href", "action", "formaction", "data", "poster", "background", "cite", "srcdoc", "ping", "longdesc", "usemap", "to", "from", "values", "srcset"];
  const walk = (top) => {
    for (const node of top.querySelectorAll("*")) {
      for (const { name, value } of node.attributes) {
        if (/^on/i.test(name)) found.push(`event attribute ${name}: ${show(node)}`);
        if (name === "style" || name === "srcdoc") found.push(`${name}: ${show(node)}`);
        if (addresses.includes(name)) {
          const plain = value.replace(/[\u0000-\u0020]/g, "").toLowerCase();
          const scheme = /^([a-z][a-z0-9+.-]*):/.exec(plain)?.[1];
          if (scheme && !["http", "https", "mailto", "tel"].includes(scheme)) found.push(`${name} with ${scheme}: ${show(node)}`);
          if (["src", "srcset", "poster", "data"].includes(name) && (scheme || plain.startsWith("//"))) found.push(`loads from elsewhere: ${show(node)}`);
        }
      }
      if (node.content instanceof DocumentFragment) walk(node.content);
      if (node.shadowRoot) walk(node.shadowRoot);
    }
  };
  walk(document);
  const forbidden = "main :is(script, style, iframe, frame, object, embed, base, form, meta, link, template, math, audio, video, foreignObject, noscript, dialog, portal)";
  // The search page has a form of its own.
  const ours = location.pathname.endsWith("/search.html") ? "form.search-form, noscript" : null;
  for (const node of document.querySelectorAll(forbidden)) if (!ours || !node.matches(ours)) found.push(`element: ${show(node)}`);
  for (const node of document.querySelectorAll(".prose svg")) if (!node.closest(".callout, .chart, .chip")) found.push(`a picture of the author's own: ${show(node)}`);
  if (document.querySelectorAll("main").length !== 1 || document.querySelectorAll("body > footer").length !== 1) found.push("the page's frame is broken");
  for (const node of document.querySelectorAll("body > *")) {
    if (!["A", "HEADER", "DIV", "FOOTER"].includes(node.tagName)) found.push(`beside the frame: ${show(node)}`);
  }
  for (const script of document.scripts) if (!/assets\/(head|site|find|search)-[0-9a-f]+\.js$|\/search\/[a-z0-9]+\.js$/.test(script.src)) found.push(`script: ${show(script)}`);
  if (document.getElementById("main")?.tagName !== "MAIN") found.push("#main is not the main element");
  if (window.ran.length) found.push(`RAN: ${window.ran.join(", ")}`);
  return found;
}

const hostile = hostileBook();
let built;

test("a hostile book is built, with findings", () => {
  assert.ok(bodies.length >= 60 && values.length >= 12);
  built = build(hostile);
  assert.equal(built.status, 1, built.stderr.slice(-2000));
  assert.doesNotMatch(built.stderr, /panicked|internal error/);
  assert.doesNotMatch(built.stdout + built.stderr, /\u001b|\u0007/);
});

for (const policy of ["with its policy", "without it"]) {
  test(`no page of it runs anything, ${policy}`, { timeout: 900_000 }, async () => {
    assert.ok(built, "there is no site");
    const server = await serve(built.out, { edit: policy === "without it" ? withoutPolicy : undefined });
    const list = pages(built.out);
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
    await context.addInitScript(() => {
      window.ran = [];
      for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = (what) => window.ran.push(`${name}(${what})`);
    });
    const wrong = [];
    const page = await context.newPage();
    page.on("dialog", (dialog) => {
      wrong.push(`dialog on ${page.url()}`);
      dialog.dismiss().catch(() => {});
    });
    page.on("popup", () => wrong.push(`popup on ${page.url()}`));
    const outside = [];
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(server.origin) && !url.startsWith("data:image/svg+xml")) outside.push(`${page.url()} asks for ${url}`);
    });
    for (const { path } of list) {
      const url = server.url(path);
      await page.goto(url, { waitUntil: "load" });
      if (page.url() !== url) wrong.push(`${path} went to ${page.url()}`);
      for (const danger of await page.evaluate(dangers)) wrong.push(`${path}: ${danger}`);
    }
    await context.close();
    await server.close();
    assert.ok(list.length > bodies.length + values.length * 5, `only ${list.length} pages`);
    assert.deepEqual([...wrong.slice(0, 30), ...outside.slice(0, 10)], [], `${wrong.length} dangers, ${outside.length} requests, on ${list.length} pages`);
  });
}

test("nothing of it is template code, and no file is what it should not be", () => {
  for (const { path, html } of pages(built.out)) {
    assert.ok(!/>\s*49\b/.test(html.replace(/49 /g, "")), `${path}: 7 * 7 was worked out`);
    assert.ok(!path.split("/").some((part) => part === ".."), path);
  }
});

test("useful HTML stays as it was written", async () => {
  assert.ok(harmless.length >= 40);
  const { out, status, stderr } = build(harmlessBook());
  assert.equal(status, 0, stderr);
  const server = await serve(out);
  const context = await browser.newContext();
  const page = await context.newPage();
  const lost = [];
  for (const [at, [source, selector, wanted]] of harmless.entries()) {
    await page.goto(server.url(`s${at}.html`));
    const seen = await page.evaluate((selector) => {
      const scope = selector === "main" ? "main" : `.prose ${selector}`;
      return [...document.querySelectorAll(scope)].map((node) => node.textContent);
    }, selector);
    if (!seen.some((text) => text.includes(wanted))) lost.push(`${source} → ${JSON.stringify(seen)}`);
    const order = await page.evaluate(() => document.querySelector(".prose").textContent);
    if (!(order.indexOf("Before.") < order.indexOf("After."))) lost.push(`${source}: the text around it is gone`);
  }
  await context.close();
  await server.close();
  assert.deepEqual(lost, []);
});
