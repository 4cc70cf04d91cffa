// What every page must be, asked of the page itself.
import axe from "axe-core";


const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** The accessibility mistakes of the page, one line each. */
export async function accessibility(page, rules) {
  const loaded = await page.evaluate(() => typeof window.axe === "object");
  if (!loaded) await page.evaluate(axe.source);
  const violations = await page.evaluate(
    async ({ tags, rules }) => {
      const runOnly = rules ? { type: "rule", values: rules } : { type: "tag", values: tags };
      const result = await window.axe.run(document, { runOnly, resultTypes: ["violations"], preload: false });
      return result.violations.map((violation) => ({
        id: violation.id,
        nodes: violation.nodes.map((node) => `${node.target.join(" ")} ${node.html.slice(0, 120)} ${node.any.map((check) => check.message).join("; ").slice(0, 160)}`),
      }));
    },
    { tags, rules },
  );
  return violations.map((violation) => `${violation.id} at ${violation.nodes.length}: ${violation.nodes.slice(0, 3).join(" | ")}`);
}

/** The mistakes in how the page is built: heads, landmarks, names, leftovers. */
export function structure(page) {
  return page.evaluate(() => {
    const wrong = [];
    const count = (selector) => document.querySelectorAll(selector).length;
    const one = (selector) => count(selector) === 1 || wrong.push(`${count(selector)} of ${selector}, not 1`);
    one("h1");
    one("main");
    one("head > title");
    one("header.bar nav[aria-label]");
    one("body > footer");
    if (!document.documentElement.lang) wrong.push("no language");
    if (!document.title.trim()) wrong.push("empty title");
    const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((head) => Number(head.tagName[1]));
    if (levels[0] !== 1) wrong.push("the first heading is not the h1");
    for (const nav of document.querySelectorAll("nav")) {
      if (!nav.getAttribute("aria-label")) wrong.push("a nav without a name");
    }
    const skip = document.querySelector("body > a:first-child");
    if (!skip || !document.querySelector(skip.getAttribute("href"))) wrong.push("no skip link that leads somewhere");
    const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
    const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
    if (twice.length) wrong.push(`ids twice: ${[...new Set(twice)].slice(0, 5).join(", ")}`);
    if (count("[style]")) wrong.push(`${count("[style]")} style attributes`);
    if (count("style")) wrong.push("style elements");
    if (count("script:not([src])")) wrong.push("inline scripts");
    for (const table of document.querySelectorAll("main table")) {
      if (table.closest(".prose, figcaption")) continue;
      if (!table.caption && !table.getAttribute("aria-label") && !table.getAttribute("aria-labelledby")) wrong.push(`a table without a caption in ${table.className}`);
    }
    for (const chart of document.querySelectorAll("svg")) {
      const named = ["img", "group"].includes(chart.getAttribute("role")) && (chart.getAttribute("aria-label") || chart.getAttribute("aria-labelledby"));
      if (!named && chart.getAttribute("aria-hidden") !== "true" && !chart.closest("[aria-hidden=true]")) wrong.push(`a picture neither named nor hidden: ${chart.outerHTML.slice(0, 100)}`);
    }
    const text = document.body.innerText;
    for (const leftover of ["{{", "{%", "undefined", "NaN", "[object"]) {
      const at = text.indexOf(leftover);
      if (at >= 0 && !document.querySelector("main code, main pre")) wrong.push(`“${text.slice(Math.max(0, at - 20), at + 30)}” in the text`);
    }
    return wrong;
  });
}

/** By how many pixels the page is wider than the window, and what makes it so. */
export function overflow(page) {
  return page.evaluate(() => {
    const root = document.scrollingElement;
    const over = root.scrollWidth - root.clientWidth;
    if (over <= 0) return [];
    const wide = [...document.querySelectorAll("body *")]
      .filter((node) => node.getBoundingClientRect().right > root.clientWidth + 1)
      .filter((node) => {
        for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
          if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(up).overflowX)) return false;
        }
        return true;
      })
      .slice(0, 4)
      .map((node) => `${node.tagName.toLowerCase()}.${node.getAttribute("class") ?? ""}`);
    return [`${over} px too wide: ${wide.join(", ")}`];
  });
}
