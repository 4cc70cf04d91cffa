// Starting the browser, and watching what a page does.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** The browser's program: `CHROMIUM`, or Chromium or Chrome where they usually are. */
export function executable() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
  const places = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  const known = [
    ...places.flatMap((place) => names.map((name) => join(place, name))),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ];
  const found = known.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) throw new Error("no Chromium found: install it, or say where it is with CHROMIUM");
  return found;
}

/** Starts the browser. It can reach this machine only. */
export function launch() {
  const args = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  ];
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  return chromium.launch({ executablePath: executable(), args, timeout: 120_000 });
}

/** The address of a file of a site opened without a server. */
export const fileUrl = (site, path) => pathToFileURL(join(site, path)).href;

/** Notes everything a page should not do: errors in the console, scripts that
 * fail, policy violations, dialogs, requests that fail or leave `inside`. */
export async function watch(page, inside) {
  const problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on("popup", (popup) => problems.push(`popup: ${popup.url()}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(inside) && !url.startsWith("data:")) problems.push(`request outside: ${url}`);
  });
  page.on("requestfailed", (request) => {
    // A page that is left gives up what it was still loading.
    if (request.failure()?.errorText === "net::ERR_ABORTED") return;
    problems.push(`failed: ${request.url()} (${request.failure()?.errorText})`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
  });
  return {
    problems,
    /** What was noted since it was last asked. */
    take: () => problems.splice(0, problems.length),
  };
}
