#!/usr/bin/env python3
"""Lay out a generated book as a site for Hugo or mdBook.

    peers.py hugo|mdbook BOOK OUT

BOOK is what `generate.py` wrote. Every page keeps its text; front matter is
shown as a strip of facts, and the home page is a table of projects with their
last report, phase and health. Whatever saves the peer work is done here: links
lead to pages already, and for mdBook, which knows no front matter, facts and
tables are written into the markdown. Standard library only.
"""
import os
import re
import sys

HUGO_CONFIG = """baseURL = "https://example.invalid/"
title = "Measured portfolio"
uglyURLs = true
buildFuture = true
disableKinds = ["taxonomy", "term", "RSS", "sitemap", "404"]
[markup.tableOfContents]
startLevel = 2
endLevel = 3
[markup.highlight]
noClasses = false
"""

HUGO = {
    "_default/baseof.html": """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{ .Title }}</title>
<link rel="stylesheet" href="/main.css"></head>
<body>
<header><a href="/">{{ site.Title }}</a></header>
<nav>{{ range .Ancestors.Reverse }}<a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a> / {{ end }}{{ .LinkTitle }}</nav>
{{ block "main" . }}{{ end }}
</body>
</html>
""",
    "_default/single.html": """{{ define "main" }}
<main>
<h1>{{ .Title }}</h1>
<dl>{{ range $key, $value := .Params }}{{ if not (or (reflect.IsMap $value) (reflect.IsSlice $value)) }}<dt>{{ humanize $key }}</dt><dd>{{ $value }}</dd>{{ end }}{{ end }}</dl>
{{ with .Params.health }}<table>{{ range $name, $said := . }}<tr><th>{{ humanize $name }}</th><td>{{ $said.rag }}</td><td>{{ $said.trend }}</td><td>{{ $said.why }}</td></tr>{{ end }}</table>{{ end }}
{{ with .Params.milestones }}<table>{{ range $id, $said := . }}<tr><th>{{ $id }}</th><td>{{ $said.forecast }}</td><td>{{ $said.note }}</td></tr>{{ end }}</table>{{ end }}
{{ .Content }}
</main>
<aside>{{ .TableOfContents }}</aside>
<footer>{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a>{{ end }}
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a>{{ end }}</footer>
{{ end }}
""",
    "_default/list.html": """{{ define "main" }}
<main><h1>{{ .Title }}</h1>
<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .LinkTitle }}</a></li>{{ end }}</ul></main>
{{ end }}
""",
    "index.html": """{{ define "main" }}
<main><h1>{{ site.Title }}</h1>
<table>
<tr><th>Project</th><th>Last report</th><th>Phase</th><th>Health</th></tr>
{{ range (.Site.GetPage "/projects").Sections }}
{{ $reports := (where .RegularPagesRecursive "Params.doctype" "status").ByDate.Reverse }}
{{ with index $reports 0 }}
<tr><td><a href="{{ .Parent.Parent.RelPermalink }}">{{ .Parent.Parent.LinkTitle }}</a></td><td>{{ .Date.Format "2006-01-02" }}</td>
<td>{{ .Params.phase }}</td><td>{{ .Params.health.overall.rag }}</td></tr>
{{ end }}
{{ end }}
</table></main>
{{ end }}
""",
}

STYLE = "body{font:1rem/1.5 sans-serif;max-width:80ch;margin:auto}table{border-collapse:collapse}td,th{border:1px solid}\n"


def read(path):
    """Front matter as text, title, and text without its first heading."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    front = ""
    if text.startswith("---\n"):
        front, text = text[4:].split("\n---\n", 1)
    found = re.match(r"# (.*)\n", text)
    return front, found.group(1) if found else os.path.basename(path), text[found.end():] if found else text


def field(front, name, inner=None):
    found = re.search(r"^%s:[ ]*(.*)$" % name, front, re.M)
    if found and inner:
        rest = front[found.end():]
        found = re.search(r"^  %s:.*?rag: (\w+)|^  %s:\n    rag: (\w+)" % (inner, inner), rest, re.M)
        return next((group for group in found.groups() if group), "") if found else ""
    return found.group(1).strip('"') if found else ""


def pages(book):
    src = os.path.join(book, "src")
    for folder, folders, files in os.walk(src):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".md"):
                path = os.path.join(folder, name)
                yield os.path.relpath(path, src), *read(path)


def write(out, path, text):
    full = os.path.join(out, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)


def hugo(book, out):
    write(out, "hugo.toml", HUGO_CONFIG)
    write(out, "static/main.css", STYLE)
    for name, text in HUGO.items():
        write(out, "layouts/" + name, text)
    write(out, "content/projects/_index.md", "---\ntitle: Projects\n---\n")
    for path, front, title, text in pages(book):
        # Names that mean something else to Hugo.
        front = re.sub(r"^kind:", "doctype:", front, flags=re.M)
        front = re.sub(r"^title:.*\n", "", front, flags=re.M)
        front = re.sub(r"^as_of:", "date:", front, flags=re.M)
        text = re.sub(r"\]\(([^)#:]+)\.md", r"](\1.html", text)
        if path.endswith("project.md"):
            path = path.replace("project.md", "_index.md")
        write(out, "content/" + path, "---\ntitle: \"%s\"\n%s\n---\n%s" % (title, front, text))
        if "/lessons/" in path or path.endswith("/_index.md"):
            folder = os.path.dirname(path) if "/lessons/" in path else os.path.dirname(path) + "/status"
            write(out, "content/%s/_index.md" % folder, "---\ntitle: %s\n---\n" % os.path.basename(folder))


def mdbook(book, out):
    write(out, "book.toml", '[book]\ntitle = "Measured portfolio"\n[output.html.search]\nenable = false\n[output.html.print]\nenable = false\n')
    rows, summary = {}, ["# Summary", "", "[Portfolio](index.md)", ""]
    for path, front, title, text in sorted(pages(book), key=lambda p: (p[0].split("/")[:2], not p[0].endswith("project.md"), p[0])):
        depth = 0 if path.endswith("project.md") else 2
        summary.append("%s- [%s](%s)" % (" " * depth, title, path))
        facts = [(k, v) for k, v in re.findall(r"^(\w+): +([^{\[\n]+)$", front, re.M)]
        health = re.findall(r"^  (\w+): \{rag: (\w+), trend: (\w+), why: ([^}]*)\}", front, re.M)
        head = "# %s\n\n%s\n\n" % (title, "\n".join("- **%s** %s" % (k, v) for k, v in facts))
        if health:
            head += "| | | | |\n|---|---|---|---|\n" + "\n".join("| %s | %s | %s | %s |" % row for row in health) + "\n\n"
        write(out, "src/" + path, head + text)
        if field(front, "kind") == "status":
            rows[path.split("/")[1]] = (field(front, "as_of"), field(front, "phase"), field(front, "health", "overall"))
    table = ["# Portfolio", "", "| Project | Last report | Phase | Health |", "|---|---|---|---|"]
    table += ["| [%s](projects/%s/project.md) | %s | %s | %s |" % (name, name, *row) for name, row in sorted(rows.items())]
    write(out, "src/index.md", "\n".join(table) + "\n")
    write(out, "src/SUMMARY.md", "\n".join(summary) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("hugo", "mdbook"):
        sys.exit(__doc__)
    {"hugo": hugo, "mdbook": mdbook}[sys.argv[1]](sys.argv[2], sys.argv[3])
