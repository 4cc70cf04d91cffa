// The sample configurations of docs/hosting on the servers they are for: every
// file of the example is served below a path, with its type and the headers.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { exampleSite, files, root, temporary } from "./support/milepost.mjs";

const wanted = process.env.CI === "true";

function program(...names) {
  const places = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return places.flatMap((place) => names.map((name) => join(place, name))).find((path) => existsSync(path));
}

/** A folder as a server would have it: the site below `pmo`. */
let www;
function served() {
  if (!www) {
    const site = exampleSite();
    const top = join(temporary(), "www");
    cpSync(site, join(top, "pmo"), { recursive: true });
    spawnSync("chmod", ["-R", "a+rX", join(top, "..")]);
    www = top;
  }
  return www;
}

function freePort() {
  return new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

/** The sample with the names of the test's machine in place of its own. */
function sample(name, changes) {
  let text = readFileSync(join(root, "docs/hosting", name), "utf8");
  for (const [from, to] of changes) {
    assert.match(text, from, `${name} no longer says ${from}`);
    text = text.replace(from, to);
  }
  return text;
}

async function answers(origin, child) {
  for (let tries = 0; tries < 100; tries += 1) {
    assert.equal(child.exitCode, null, "the server ended");
    try {
      return await fetch(`${origin}/pmo/index.html`);
    } catch {
      await new Promise((wait) => setTimeout(wait, 100));
    }
  }
  throw new Error("the server does not answer");
}

const TYPES = { html: "text/html", css: "text/css", js: "text/javascript", svg: "image/svg+xml", json: "application/json", csv: "text/csv", ics: "text/calendar" };

/** Every file, its type and, where they are promised, the headers. */
async function crawl(origin, headers) {
  const wrong = [];
  // What begins with a dot is Milepost's own and nobody's business.
  const all = files(join(served(), "pmo")).filter((path) => !path.startsWith("."));
  for (const path of all) {
    const address = `${origin}/pmo/${path.split("/").map(encodeURIComponent).join("/")}`;
    const response = await fetch(address, { redirect: "manual" });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) wrong.push(`${response.status} ${path}`);
    else if (!bytes.equals(readFileSync(join(served(), "pmo", path)))) wrong.push(`other bytes: ${path}`);
    if (!headers) continue;
    const type = TYPES[path.slice(path.lastIndexOf(".") + 1)];
    if (type && !response.headers.get("content-type")?.startsWith(type)) wrong.push(`${path} is ${response.headers.get("content-type")}`);
    for (const [name, value] of headers) {
      if (response.headers.get(name) !== value) wrong.push(`${path}: ${name} is ${response.headers.get(name)}`);
    }
  }
  assert.ok(all.length > 150, `only ${all.length} files`);
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${all.length} files`);
  // A folder is its page.
  assert.equal((await fetch(`${origin}/pmo/`)).status, 200);
  assert.equal((await fetch(`${origin}/pmo/handbook/`)).status, 200);
  const missing = await fetch(`${origin}/pmo/nothing/here.html`);
  assert.equal(missing.status, 404);
  return missing.text();
}

const HEADERS = [
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["referrer-policy", "no-referrer"],
  ["content-security-policy", "frame-ancestors 'none'"],
];

async function stop(child) {
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await ended;
}

function absent(name) {
  return wanted ? false : `${name} is not installed`;
}

const nginx = program("nginx");
test("nginx serves the site below a path with its headers", { skip: nginx ? false : absent("nginx") }, async () => {
  assert.ok(nginx, "nginx is not installed");
  const folder = temporary();
  const port = await freePort();
  const server = sample("nginx.conf", [
    [/listen 443 ssl;/, `listen 127.0.0.1:${port};`],
    [/ *ssl_certificate .*\n/, ""],
    [/ *ssl_certificate_key .*\n/, ""],
    [/root \/srv\/www;/, `root ${served()};`],
  ]);
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join("\n");
  const conf = `${process.getuid?.() === 0 ? "user root;\n" : ""}daemon off;\nmaster_process off;\npid ${folder}/pid;\nerror_log ${folder}/error.log;\nevents {}\nhttp {\naccess_log off;\n${temp}\n${server}\n}\n`;
  writeFileSync(join(folder, "nginx.conf"), conf);
  const child = spawn(nginx, ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")], { stdio: "ignore" });
  try {
    const origin = `http://127.0.0.1:${port}`;
    await answers(origin, child);
    await crawl(origin, HEADERS);
    assert.equal((await fetch(`${origin}/pmo/.hidden`)).status, 404);
  } finally {
    await stop(child);
  }
});

const apache = program("apache2", "httpd");
test("Apache serves the site below a path with its headers", { skip: apache ? false : absent("Apache") }, async () => {
  assert.ok(apache, "Apache is not installed");
  const folder = temporary();
  const port = await freePort();
  mkdirSync(join(folder, "logs"));
  const modules = ["/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/libexec/apache2"].find((path) => existsSync(path));
  const load = ["mpm_event", "authz_core", "headers", "mime", "dir", "alias", "unixd"]
    .filter((name) => existsSync(join(modules, `mod_${name}.so`)))
    .map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`);
  const site = sample("apache.conf", [
    [/\*:443/, `127.0.0.1:${port}`],
    [/ *SSLEngine on\n/, ""],
    [/ *SSLCertificateFile .*\n/, ""],
    [/ *SSLCertificateKeyFile .*\n/, ""],
    [/DocumentRoot \/srv\/www/, `DocumentRoot ${served()}`],
    [/<Directory \/srv\/www>/, `<Directory ${served()}>`],
  ]);
  const types = ["/etc/mime.types", "/etc/apache2/mime.types"].find((path) => existsSync(path));
  const conf = `${load.join("\n")}\nServerRoot ${folder}\nPidFile ${folder}/pid\nErrorLog ${folder}/error.log\nServerName 127.0.0.1\nListen 127.0.0.1:${port}\n${types ? `TypesConfig ${types}\n` : ""}${process.getuid?.() === 0 ? "User www-data\nGroup www-data\n" : ""}AddType text/css .css\nAddType text/html .html\nAddType image/svg+xml .svg\nAddType application/json .json\n${site}`;
  writeFileSync(join(folder, "apache.conf"), conf);
  spawnSync("chmod", ["-R", "a+rX", folder]);
  const child = spawn(apache, ["-d", folder, "-f", join(folder, "apache.conf"), "-DFOREGROUND"], { stdio: "ignore" });
  try {
    const origin = `http://127.0.0.1:${port}`;
    await answers(origin, child);
    await crawl(origin, HEADERS);
  } finally {
    await stop(child);
  }
});

const python = program("python3");
test("Python's http.server serves the site", { skip: python ? false : absent("Python") }, async () => {
  assert.ok(python, "Python is not installed");
  const port = await freePort();
  const child = spawn(python, ["-m", "http.server", String(port), "--bind", "127.0.0.1", "--directory", served()], { stdio: "ignore" });
  try {
    const origin = `http://127.0.0.1:${port}`;
    await answers(origin, child);
    await crawl(origin);
  } finally {
    await stop(child);
  }
});
