// A static server for tests: one folder under a sub-path, on loopback.
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";

const types = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  xml: "application/xml",
  txt: "text/plain; charset=utf-8",
  pdf: "application/pdf",
};

/** Serves `folder` at `base`. With `edit`, pages pass through it first. */
export async function serve(folder, { base = "/pmo/site/", edit = (html) => html } = {}) {
  const top = resolve(folder);
  const server = createServer(async (request, response) => {
    try {
      const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
      if (!path.startsWith(base)) return answer(response, 404, "not here");
      let file = resolve(join(top, path.slice(base.length)));
      if (file !== top && !file.startsWith(top + sep)) return answer(response, 404, "outside");
      if ((await stat(file)).isDirectory()) file = join(file, "index.html");
      const ending = file.slice(file.lastIndexOf(".") + 1);
      let body = await readFile(file);
      if (ending === "html") body = edit(body.toString("utf8"));
      response.writeHead(200, { "content-type": types[ending] ?? "application/octet-stream", "cache-control": "no-store" });
      response.end(body);
    } catch (error) {
      answer(response, error.code === "ENOENT" || error instanceof URIError ? 404 : 500, String(error.code ?? error));
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    url: (path) => origin + base + path.split("/").map(encodeURIComponent).join("/"),
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(done));
    },
  };
}

function answer(response, status, text) {
  response.writeHead(status, { "content-type": "text/plain" });
  response.end(text);
}

/** A page without its policy: what an old browser would do with it. */
export const withoutPolicy = (html) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");
