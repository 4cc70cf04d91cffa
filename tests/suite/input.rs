//! Bad input: each case is told with its place and the right exit status, by
//! `check` and by `build`; with 2 and 3 the old site stands untouched.

use crate::book::Book;

/// Name, what to do to a sound book, exit status, what must be said.
type Case = (&'static str, fn(Book) -> Book, i32, &'static [&'static str]);

const CONFIG: &str = "[book]\ntitle = \"T\"\n[portfolio]\nas-of = \"2026-03-27\"\n";

fn config(book: Book, text: &str) -> Book {
    book.file("book.toml", format!("{CONFIG}{text}"))
}

fn card(front: &str) -> String {
    format!("---\nkind: project\n{front}---\n# X\n\nText.\n")
}

/// Nine lists, each of nine times the one before.
fn bomb() -> String {
    let lines: Vec<String> = (1..=9)
        .map(|n| format!("x-{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", ")))
        .collect();
    format!("---\nx-0: &a0 [x]\n{}---\n# A\n", lines.concat())
}

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Bytes and text.
    ("not UTF-8", |b| b.file("src/a.md", b"# A\n\nCaf\xe9\n"), 1, &["src/a.md:3:4", "[not-utf8]", "0xE9"]),
    ("UTF-16", |b| b.file("src/a.md", b"\xff\xfe#\0 \0A\0"), 1, &["src/a.md:1:1", "[not-utf8]", "UTF-16"]),
    ("a NUL byte", |b| b.file("src/a.md", b"# A\n\nx\0y text\n"), 1, &["src/a.md:3:2", "[nul-byte]"]),
    ("BOM and CRLF", |b| b.file("src/a.md", "\u{feff}---\r\ntitle: A\r\n---\r\n# A\r\n\r\nText.\r\n"), 0, &["no findings"]),
    ("an empty file", |b| b.file("src/a.md", ""), 0, &["src/a.md:1:1", "[empty-document]"]),
    ("a conflict marker", |b| b.file("src/a.md", "---\n<<<<<<< HEAD\ntitle: A\n=======\ntitle: B\n>>>>>>> x\n---\n# A\n"), 1, &["src/a.md:2:1", "[conflict-marker]"]),
    // Front matter.
    ("unclosed front matter", |b| b.file("src/a.md", "---\ntitle: A\n\n# A\n\nText.\n"), 1, &["src/a.md:1:1", "[unclosed-front-matter]"]),
    ("no front matter", |b| b.file("src/a.md", "# A\n\nText.\n"), 0, &["no findings"]),
    ("a tab", |b| b.file("src/a.md", "---\ntitle: A\ntags:\n\t- x\n---\n# A\n"), 1, &["src/a.md:4:1", "[invalid-yaml]", "tab"]),
    ("an unquoted handle", |b| b.file("src/a.md", "---\nowner: @mlopez\n---\n# A\n"), 1, &["src/a.md:2:8", "\"@mlopez\""]),
    ("a colon in a title", |b| b.file("src/a.md", "---\ntitle: Phase 2: pilot\n---\n# A\n"), 1, &["src/a.md:2:", "[invalid-yaml]"]),
    ("a key twice", |b| b.file("src/a.md", "---\ntitle: A\ntitle: B\n---\n# A\n"), 1, &["src/a.md:3:1", "[duplicate-key]"]),
    ("an alias bomb", |b| b.file("src/a.md", bomb()), 1, &["src/a.md:5:", "[unsupported-yaml]"]),
    ("deep nesting", |b| b.file("src/a.md", format!("---\na: {}{}\n---\n# A\n", "[".repeat(5_000), "]".repeat(5_000))), 1, &["src/a.md:2:", "[over-limit]"]),
    ("a tag", |b| b.file("src/a.md", "---\na: !!python/object x\n---\n# A\n"), 1, &["src/a.md:2:4", "[unsupported-yaml]"]),
    ("a list for front matter", |b| b.file("src/a.md", "---\n- a\n- b\n---\n# A\n"), 1, &["src/a.md:2:1", "[not-a-mapping]"]),
    ("large front matter", |b| b.file("src/a.md", format!("---\ntitle: {}\n---\n# A\n", "x".repeat(70_000))), 1, &["src/a.md:", "[over-limit]"]),
    ("several bad values", |b| b.file("src/p/project.md", card("id: p\ntier: 2\nphase: initiaton\nstate: actve\nstart: {baseline: 06/03/2026}\n")), 1,
        &["src/p/project.md:5:8", "did you mean `initiation`", "src/p/project.md:6:8", "did you mean `active`", "src/p/project.md:7:19", "2026-03-06"]),
    ("an unknown kind", |b| b.file("src/a.md", "---\nkind: chater\n---\n# A\n"), 1, &["src/a.md:2:7", "[unknown-kind]", "did you mean `charter`"]),
    ("an unknown field", |b| b.file("src/a.md", "---\ntitel: A\n---\n# A\n"), 0, &["src/a.md:2:1", "[unknown-field]", "did you mean `title`"]),
    ("a first fence of four dashes", |b| b.file("src/a.md", "----\ntitle: A\n---\n# A\n\nText.\n"), 0, &["src/a.md:1:1", "[misplaced-front-matter]", "write exactly `---`"]),
    ("a report without its kind", |b| b.file("src/a.md", "---\nas_of: 2026-03-20\nauthor: Ana\nperiod: 2026-W12\nhealth: {overall: green}\nmilestones: {M1: 2026-09-30}\n---\n# A\n\nText.\n"), 1, &["src/a.md:2:1", "[unknown-kind]", "has no `kind`", "write `kind: status`"]),
    ("a comment that is never closed", |b| b.file("src/a.md", "# A\n\n<!-- note\n\n## B\n\nText.\n"), 0, &["src/a.md:3:1", "[unclosed-block]", "put `-->` where it ends"]),
    ("code that is never closed", |b| b.file("src/a.md", "# A\n\n```sh\nls\n\n## B\n"), 0, &["src/a.md:3:1", "[unclosed-block]", "put a line ``` where it ends"]),
    ("a broken register", |b| b.file("src/p/project.md", card("id: p\n")).file("src/p/raid.yaml", "risks:\n  - id: R-1\n   title: x\n"), 1, &["src/p/raid.yaml:3:", "[invalid-yaml]"]),
    ("a register that is no list", |b| b.file("src/p/project.md", card("id: p\n")).file("src/p/raid.yaml", "risks: none\n"), 1, &["src/p/raid.yaml:1:8", "must be a list"]),
    ("a register file that is a list", |b| b.file("src/p/project.md", card("id: p\n")).file("src/p/raid.yaml", "- id: R-1\n"), 1, &["src/p/raid.yaml:1:1", "[not-a-mapping]", "`risks:`"]),
    ("a health that is none", |b| b.file("src/p/project.md", card("id: p\n")).file("src/p/status/2026-03-20.md", "---\nkind: status\nas_of: 2026-03-20\nhealth:\n  schedule: grean\n---\n# S\n"), 1, &["src/p/status/2026-03-20.md:5:13", "`schedule` must be", "did you mean `green`"]),
    ("words where a list belongs", |b| b.file("src/a.md", "---\nkind: go-no-go\napprovals: \"@alex, sponsor\"\ncriteria: everything works\n---\n# A\n"), 1,
        &["`approvals` must be a list", "write one `- {role: …, name: …, decision: …, date: …}` for each", "write one `- {id: …, area: …, text: …, must: …, status: …}` for each"]),
    ("a mapping where a list belongs", |b| b.file("src/a.md", "---\nkind: charter\napprovals:\n  sponsor: a\n---\n# A\n"), 1,
        &["src/a.md:4:3", "write one `- {role: …, name: …, decision: …, date: …}` for each"]),
    // Names and the file system.
    ("a page in the place of the site's own", |b| b.file("src/404.md", "# A\n\nText.\n"), 1, &["src/404.md:1:1", "[route-collision]"]),
    ("two files for one route", |b| b.file("src/a/index.md", "# A\n\nText.\n").file("src/a/README.md", "# B\n\nText.\n"), 1, &["[route-collision]", "src/a/"]),
    ("names that differ in case", |b| b.file("src/Guide.md", "# A\n\nText.\n").file("src/guide.md", "# B\n\nText.\n"), 1, &["[name-collision]"]),
    ("a folder named like a page", |b| b.file("src/a.md/b.md", "# B\n\nText.\n"), 0, &["no findings"]),
    ("a link out of the book", |b| b.file("secret.md", "# S\n").link("src/a.md", "../secret.md"), 1, &["src/a.md:1:1", "[outside-link]"]),
    ("a link to a system file", |b| b.link("src/a.md", "/etc/passwd"), 1, &["src/a.md:1:1", "[outside-link]"]),
    ("a link to nothing", |b| b.link("src/a.md", "gone.md"), 1, &["src/a.md:1:1", "[dangling-link]"]),
    ("a link in a loop", |b| b.link("src/a.md", "b.md").link("src/b.md", "a.md"), 1, &["src/a.md:1:1", "[link-loop]"]),
    ("a folder linked into itself", |b| b.file("src/x/a.md", "# A\n\nText.\n").link("src/x/y", "../x"), 1, &["src/x/y:1:1", "[link-loop]"]),
    ("a pipe", |b| { rustix::fs::mkfifoat(rustix::fs::CWD, b.at("src/a.md"), rustix::fs::Mode::from_raw_mode(0o600)).unwrap(); b }, 1, &["src/a.md:1:1", "[not-a-file]"]),
    ("a file too large", |b| b.file("src/a.md", "x\n".repeat(3 << 20)), 1, &["src/a.md:1:1", "[over-limit]"]),
    // Links.
    ("a broken link", |b| b.file("src/a.md", "# A\n\nSee [b](b.md).\n"), 1, &["src/a.md:3:", "[broken-link]"]),
    ("a broken anchor", |b| b.file("src/a.md", "# A\n\nSee [b](#nowhere).\n"), 0, &["src/a.md:3:", "[broken-anchor]"]),
    ("a summary that leads nowhere", |b| b.file("src/SUMMARY.md", "# Summary\n\n- [Home](index.md)\n- [Gone](gone.md)\n"), 1, &["src/SUMMARY.md:4:10", "[broken-link]"]),
    ("a person without a handle", |b| b.file("src/people.yaml", "people:\n  - {handle: \"@a\", name: A}\n  - {name: B}\n"), 1, &["src/people.yaml:3:5", "[invalid-value]", "no `handle`"]),
    // Configuration.
    ("TOML that does not parse", |b| config(b, "[x\n"), 2, &["book.toml:5:", "[invalid-toml]"]),
    ("a table misspelt", |b| config(b, "[ruels]\n"), 2, &["book.toml:5:2", "unknown table `ruels`", "did you mean `rules`"]),
    ("a key misspelt", |b| config(b, "[build]\nbuild_dri = \"x\"\n"), 2, &["book.toml:6:1", "did you mean `build-dir`"]),
    ("an unknown rule", |b| config(b, "[rules]\nstale-statsu = \"deny\"\n"), 2, &["book.toml:6:1", "did you mean `stale-status`"]),
    ("the output in the sources", |b| config(b, "[build]\nbuild-dir = \"src/x\"\n"), 2, &["book.toml:6:13", "lies in the folder of the sources"]),
    ("the output above the book", |b| config(b, "[build]\nbuild-dir = \"..\"\n"), 2, &["book.toml:6:13", "holds the book's own folder"]),
    ("the output at a file", |b| config(b, "[build]\nbuild-dir = \"src-notes.txt\"\n").file("src-notes.txt", "x"), 2, &["book.toml:6:13", "is a file"]),
    ("a phase misspelt in a kind", |b| config(b, "[kinds.charter.sections]\nScope.phases = [\"executoin\"]\n"), 2, &["book.toml:6:17", "did you mean `execution`?"]),
    ("a stand-in misspelt in a kind", |b| config(b, "[kinds.charter.sections]\nScope.satisfied-by = [\"objectivs\"]\n"), 2, &["book.toml:6:23", "did you mean `objectives`?"]),
    ("two mistakes at once", |b| config(b, "[rules]\nx = 1\n[limits]\nfiles = 0\n"), 2, &["book.toml:6:1", "book.toml:8:9"]),
    ("a lifecycle nobody knows", |b| config(b, "[lifecycle]\npreset = \"four-fase\"\n"), 2, &["book.toml:6:10", "did you mean `four-phase`"]),
    ("configuration that is not UTF-8", |b| b.file("book.toml", b"[book]\ntitle = \"Caf\xe9\"\n"), 2, &["book.toml:2:13", "not UTF-8"]),
    ("no configuration", |b| b.without("book.toml"), 2, &["there is no `book.toml`", "milepost init"]),
    ("configuration that is a folder", |b| b.without("book.toml").file("book.toml/x", ""), 2, &["book.toml"]),
    ("sources that are not there", |b| b.file("book.toml", "[book]\nsrc = \"docs\"\n"), 2, &["book.toml:2:7", "`docs` does not exist"]),
    ("sources outside the book", |b| b.file("book.toml", "[book]\nsrc = \"../x\"\n"), 2, &["book.toml:2:7", "outside"]),
    ("sources at the root of the system", |b| b.file("book.toml", "[book]\nsrc = \"/etc\"\n"), 2, &["book.toml:2:7", "outside"]),
    ("an output without a name", |b| config(b, "[build]\nbuild-dir = \"\"\n"), 2, &["book.toml:6:13", "`build-dir` is empty"]),
    ("an output at home", |b| config(b, "[build]\nbuild-dir = \"~\"\n"), 2, &["book.toml:6:13", "`~`"]),
    ("an output in the repository's own folder", |b| config(b, "[build]\nbuild-dir = \".git/pages\"\n"), 2, &["book.toml:6:13", "lies in `.git`"]),
    ("an output over the sources", |b| config(b, "[build]\nbuild-dir = \"./src\"\n"), 2, &["book.toml:6:13", "the folder of the sources"]),
    ("sources without a name", |b| b.file("book.toml", "[book]\nsrc = \"\"\n"), 2, &["book.toml:2:7", "`src` is empty"]),
    ("a schema of the future", |b| config(b, "schema = 2\n"), 2, &["book.toml:5:10", "`schema` is 2", "upgrade Milepost"]),
    // The theme.
    ("a theme that is not there", |b| config(b, "[output.html]\ntheme = \"skin\"\n"), 2, &["book.toml:6:9", "`skin`"]),
    ("a theme that is nearly one", |b| config(b, "[output.html]\ntheme = \"defualt\"\n"), 2, &["book.toml:6:9", "did you mean `default`?", "Built-in themes are `default`, `board`"]),
    ("all that is wrong at once", |b| config(b, "[output.html]\ntheme = \"skin\"\nadditional-css = [\"x.css\"]\n[rules]\nx = \"deny\"\n[kpis]\ncost-variance = 5\n[kpis.cost-vairance]\n[limits]\nfiles = 0\n"), 2,
        &["book.toml:6:9", "book.toml:7:19", "book.toml:9:1", "book.toml:11:17", "book.toml:12:7", "did you mean `cost-variance`", "book.toml:14:9"]),
    ("a list of tables for rules", |b| config(b, "[[rules]]\nbroken-link = \"warn\"\n"), 2, &["book.toml:5:3", "`rules` must be a table, not a list"]),
    ("a role that is a list", |b| config(b, "[roles]\nx = [\"y\"]\n"), 2, &["book.toml:6:5", "`x` must be a title or a table"]),
    ("a redirect to no page", |b| config(b, "[output.html.redirect]\n\"/old.html\" = \"/indx.html\"\n"), 0, &["book.toml:6:15", "[broken-redirect]", "did you mean `/index.html`?"]),
    ("a theme file misspelt", |b| config(b, "[output.html]\ntheme = \"skin\"\n").file("skin/documnet.html", "x"), 0, &["book.toml:6:9", "`skin/documnet.html` replaces no file", "did you mean `document.html`"]),
    ("a broken template", |b| config(b, "[output.html]\ntheme = \"skin\"\n").file("skin/document.html", "x\n{% if %}\n"), 2, &["skin/document.html:2:"]),
    ("a template that asks for too much", |b| config(b, "[output.html]\ntheme = \"skin\"\n").file("skin/document.html", "x\n{{ nothing.at_all }}\n"), 2, &["skin/document.html:2:"]),
    ("a stylesheet that is not there", |b| config(b, "[output.html]\nadditional-css = [\"x.css\"]\n"), 2, &["book.toml:6:19", "`x.css`"]),
];

#[test]
fn every_case_is_told_with_its_place_and_the_old_site_stands() {
    let mut wrong = Vec::new();
    for (name, change, status, parts) in CASES {
        let book = Book::new();
        book.run("build").exits(0);
        let before = book.tree("book");
        let book = change(book);
        for command in ["check", "build"] {
            let ran = book.run(&format!("{command} --format short"));
            let all = ran.all();
            let mut faults: Vec<String> = parts
                .iter()
                .filter(|part| !all.contains(**part))
                .map(|part| format!("  does not say {part:?}"))
                .collect();
            if ran.status != Some(*status) {
                faults.push(format!("  exits {:?}, not {status}", ran.status));
            }
            if all.contains("internal error") || all.contains("panicked") {
                faults.push("  panicked".into());
            }
            if *status > 1 && book.tree("book") != before {
                faults.push("  touched the old site".into());
            }
            if !faults.is_empty() {
                wrong.push(format!("{name} ({command})\n{}\n{all}", faults.join("\n")));
            }
        }
        let hidden: Vec<String> =
            book.names().into_iter().filter(|n| n.contains("milepost-")).collect();
        assert!(hidden.is_empty(), "{name} left {hidden:?}");
    }
    assert!(wrong.is_empty(), "{} wrong\n\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_bad_page_is_published_with_what_is_wrong() {
    let book = Book::new().file("src/a.md", "---\nowner: @mlopez\n---\n# Alpha\n\nBody text.\n");
    book.run("build").exits(1);
    let page = book.page("a.html");
    assert!(page.contains("Body text.") && page.contains("invalid-yaml"), "{page}");
}
