// Pictures of the example site, not a test:
//
//   node tests/browser/screenshots.mjs FOLDER           a PNG of each page, width and colour scheme
//   node tests/browser/screenshots.mjs --readme FILE    the one picture of the README
import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { launch } from "./support/browser.mjs";
import { exampleSite, files } from "./support/milepost.mjs";
import { serve } from "./support/server.mjs";

const shots = [
  ["portfolio", "index.html"],
  ["project", "projects/permits-online/index.html"],
  ["report", "projects/permits-online/status/2026-03-27.html"],
  ["raid", "portfolio/raid.html"],
  ["milestones", "portfolio/milestones.html"],
  ["gates", "portfolio/gates.html"],
  ["gate", "projects/open-data-hub/-/gate.html"],
  ["handbook", "handbook/charters.html"],
];

const [first, second] = process.argv.slice(2);
const readme = first === "--readme";
const target = readme ? second : first;
if (!target) {
  console.error("usage: node tests/browser/screenshots.mjs FOLDER | --readme FILE");
  process.exit(2);
}

const site = exampleSite();
const there = new Set(files(site));
const server = await serve(site);
const browser = await launch();

async function shoot(path, file, { width, height, colorScheme, fullPage }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, deviceScaleFactor: 1 });
  const page = await context.newPage();
  await page.goto(server.url(path), { waitUntil: "networkidle" });
  await page.screenshot({ path: file, fullPage });
  await context.close();
  console.log(`${file} (${Math.round(statSync(file).size / 1024)} KiB)`);
}

try {
  if (readme) {
    mkdirSync(dirname(target), { recursive: true });
    await shoot("index.html", target, { width: 1440, height: 900, colorScheme: "light", fullPage: false });
  } else {
    mkdirSync(target, { recursive: true });
    for (const [name, path] of shots.filter(([, path]) => there.has(path))) {
      for (const [width, height] of [
        [1440, 900],
        [375, 812],
      ]) {
        for (const colorScheme of ["light", "dark"]) {
          await shoot(path, join(target, `${name}-${width}-${colorScheme}.png`), { width, height, colorScheme, fullPage: true });
        }
      }
    }
  }
} finally {
  await browser.close();
  await server.close();
}
