// What most tests begin with: the example's site, a browser, and a server of
// the site under a sub-path, all ended after the tests of a file.
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { exampleSite } from "./milepost.mjs";
import { serve } from "./server.mjs";

/** Begins them; `browser` and `server` are there once the tests run. */
export function setUp() {
  const run = { site: exampleSite(), browser: undefined, server: undefined };
  before(async () => {
    run.browser = await launch();
    run.server = await serve(run.site);
  });
  after(async () => {
    await run.browser?.close();
    await run.server?.close();
  });
  return run;
}
