// All links of all pages: they name a file of the site, and what stands after
// `#` is there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleSite, files, pages } from "./support/milepost.mjs";

const site = exampleSite();
const all = pages(site);
const published = new Set(files(site));
const decode = (text) => text.replace(/&(amp|lt|gt|quot|#39|#x27|#x2F);/g, (whole, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'", "#x2F": "/" })[name] ?? whole);

const ids = new Map();
for (const { path, html } of all) {
  ids.set(path, new Set([...html.matchAll(/<[a-z][^>]*?\sid="([^"]*)"/g)].map((match) => decode(match[1]))));
}

/** Where a link leads within the site, or what is wrong with it. */
function resolveLink(from, href) {
  if (/^(https?|mailto|tel):/i.test(href)) return {};
  if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith("//")) return { wrong: `not an address we write: ${href}` };
  if (href.startsWith("/")) return { wrong: `not relative: ${href}` };
  const url = new URL(href, `http://site/${from.split("/").map(encodeURIComponent).join("/")}`);
  const depth = from.split("/").length - 1;
  if ((href.match(/^(\.\.\/)+/)?.[0].length ?? 0) / 3 > depth) return { wrong: `climbs out: ${href}` };
  return { path: decodeURIComponent(url.pathname.slice(1)), fragment: decodeURIComponent(url.hash.slice(1)) };
}

test("every link and every file a page names is there", () => {
  const wrong = [];
  let links = 0;
  for (const { path, html } of all) {
    for (const [, name, value] of html.matchAll(/\s(href|src)="([^"]*)"/g)) {
      const href = decode(value);
      links += 1;
      if (name === "src" && href.startsWith("data:")) continue;
      if (name === "src" && /^https?:/.test(href)) wrong.push(`${path}: loads ${href}`);
      const { path: target, fragment, wrong: problem } = resolveLink(path, href);
      if (problem) wrong.push(`${path}: ${problem}`);
      if (target === undefined) continue;
      if (!published.has(target)) wrong.push(`${path}: nothing at ${href}`);
      else if (fragment && target.endsWith(".html") && !ids.get(target).has(fragment)) wrong.push(`${path}: no #${fragment} in ${target}`);
    }
  }
  assert.ok(links > 1000, `only ${links} links found`);
  assert.deepEqual(wrong.slice(0, 40), [], `${wrong.length} links are broken`);
});

test("every page can be reached from the portfolio page", () => {
  const reached = new Set(["index.html"]);
  const queue = ["index.html"];
  while (queue.length) {
    const from = queue.pop();
    const page = all.find((page) => page.path === from);
    for (const [, value] of page.html.matchAll(/\shref="([^"]*)"/g)) {
      const { path } = resolveLink(from, decode(value));
      if (path?.endsWith(".html") && published.has(path) && !reached.has(path)) {
        reached.add(path);
        queue.push(path);
      }
    }
  }
  // A folder that holds nothing but folders is reached by shortening an address.
  const lost = all.filter((page) => !reached.has(page.path) && page.path !== "404.html" && !/\bfolder\b/.test(page.type));
  assert.deepEqual(lost.map((page) => page.path), []);
});

test("every page has the policy before anything else in its head", () => {
  for (const { path, html } of all) {
    const head = /<head>\s*<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html);
    assert.ok(head, path);
    assert.match(head[1], /default-src 'none'; script-src 'self'/, path);
    assert.doesNotMatch(head[1], /unsafe|https?:|\*/, path);
  }
});
