// Building books with the binary under test.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The top of the repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/** The binary: `MILEPOST`, or the one that `cargo build` makes. */
export function binary() {
  if (process.env.MILEPOST) return resolve(process.env.MILEPOST);
  const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
  const path = join(target, "debug", process.platform === "win32" ? "milepost.exe" : "milepost");
  if (!existsSync(path)) throw new Error(`no ${path}: run \`cargo build\` first, or set MILEPOST`);
  return path;
}

const made = [];
process.on("exit", () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new temporary folder, removed when the tests end. */
export function temporary() {
  const folder = mkdtempSync(join(tmpdir(), "milepost-browser-"));
  made.push(folder);
  return folder;
}

/** Builds the book in `folder`; says where the site is and how it went. */
export function build(folder, out = join(temporary(), "site")) {
  const run = spawnSync(binary(), ["build", folder, "--dest-dir", out, "--format", "short"], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.error) throw run.error;
  return { out, status: run.status, stdout: run.stdout, stderr: run.stderr };
}

let example;
/** The site of `content-example`, built once per test file. */
export function exampleSite() {
  if (!example) {
    if (process.env.MILEPOST_EXAMPLE_SITE) {
      example = resolve(process.env.MILEPOST_EXAMPLE_SITE);
    } else {
      const built = build(root);
      if (built.status !== 0 && built.status !== 1) {
        throw new Error(`the example did not build (${built.status}):\n${built.stderr}`);
      }
      example = built.out;
    }
  }
  return example;
}

/** Every file below a folder, `/` separated, sorted. */
export function files(folder) {
  const found = [];
  const walk = (at) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      else found.push(relative(folder, path).split(sep).join("/"));
    }
  };
  walk(folder);
  return found.sort();
}

/** Every page of a site: its path, its text, the template it was made with. */
export function pages(site) {
  return files(site)
    .filter((path) => path.endsWith(".html"))
    .map((path) => {
      const html = readFileSync(join(site, path), "utf8");
      const type = /<body class="([^"]*)"/.exec(html)?.[1] ?? "";
      return { path, html, type, size: statSync(join(site, path)).size };
    });
}

/** Pages that stand for all: every page of the portfolio, of each template the
 * largest, a middle one and the smallest, and documents of every kind. */
export function samples(site) {
  const all = pages(site);
  const chosen = new Map();
  const add = (page) => page && chosen.set(page.path, page);
  // Of a family of pages (indicators, units) three stand for all.
  const family = (page) => /^portfolio\/([^/]+)\//.exec(page.path)?.[1];
  const own = all.filter((page) => !page.path.startsWith("projects/") && !page.path.startsWith("handbook/"));
  own.filter((page) => !family(page)).forEach(add);
  for (const name of new Set(own.map(family).filter(Boolean))) {
    const group = own.filter((page) => family(page) === name).sort((a, b) => b.size - a.size);
    [0, Math.floor(group.length / 2), group.length - 1].forEach((at) => add(group[at]));
  }
  for (const type of [...new Set(all.map((page) => page.type))].sort()) {
    const group = all.filter((page) => page.type === type).sort((a, b) => b.size - a.size);
    [0, Math.floor(group.length / 2), group.length - 1].forEach((at) => add(group[at]));
  }
  // The gate pages that ask for most and least.
  const gates = all.filter((page) => page.path.endsWith("/-/gate.html")).sort((a, b) => b.size - a.size);
  [gates[0], gates[gates.length - 1]].forEach(add);
  const wiki = all.filter((page) => page.path.startsWith("handbook/")).sort((a, b) => b.size - a.size);
  [wiki[0], wiki.find((page) => page.path.endsWith("/index.html"))].forEach(add);
  // Documents of every kind: the largest file of each name or folder of a project.
  const kinds = new Map();
  for (const page of all) {
    const kind = page.path.replace(/^projects\/[^/]+\//, "").replace(/\/.*$/, "").replace(/^[^/]*\/(?=-\/)/, "");
    if (!page.path.startsWith("projects/")) continue;
    if (!kinds.has(kind) || kinds.get(kind).size < page.size) kinds.set(kind, page);
  }
  [...kinds.values()].forEach(add);
  return [...chosen.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
