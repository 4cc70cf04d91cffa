// What most tests begin with: the example's site, a browser, and a server of
// the site under a sub-path, all ended after the tests of a file.
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { exampleSite } from "./milepost.mjs";
import { serve } from "./server.mjs";

/** Begins them; `browser` and `server` are there once the tests run. */
export function setUp() {
  const at = { site: exampleSite(), browser: undefined, server: undefined };
  before(async () => {
    at.browser = await launch();
    at.server = await serve(at.site);
  });
  after(async () => {
    await at.browser?.close();
    await at.server?.close();
  });
  return at;
}
