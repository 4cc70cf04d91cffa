//! Data as readers of other programs get it: files of the site, `export` and
//! `status`, read back by parsers that are not ours.

use crate::book::{Book, Ran, milepost};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

const CONFIG: &str = "[book]\ntitle = \"Harbour; City, PMO\"\nauthors = [\"Ana & Bo\"]\n\n\
    [portfolio]\nas-of = \"2026-03-27\"\ncurrency = \"EUR\"\n\n\
    [output.html]\nsite-url = \"https://pmo.example.org/p/\"\n";

/// Words that spreadsheets would run.
const HOSTILE: &[&str] = &[
    "=1+1",
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "=HYPERLINK(\"x\",\"y\")",
];

fn project(id: &str, title: &str, more: &str) -> String {
    format!(
        "---\nkind: project\nid: {id}\ntitle: {title}\nphase: execution\nstart: {{baseline: 2026-01-05}}\nfinish: {{baseline: 2026-09-30}}\n{more}---\n"
    )
}

fn report(day: &str, rag: &str, eac: u32) -> String {
    format!(
        "---\nkind: status\nas_of: {day}\nauthor: Ana\nstate: published\nhealth: {{overall: {{rag: {rag}, why: \"Cables, and <pipes> & more\"}}}}\nbudget: {{as_of: {day}, actual: 240000, eac: {eac}}}\nmilestones: {{M1: 2026-10-28}}\nwhat_changed: \"Line one; line two\"\n---\n# Report\n"
    )
}

/// A book with two projects, one of hostile words.
fn book() -> Book {
    let quoted = |words: &&str| serde_json::to_string(words).unwrap();
    let risks: Vec<String> = HOSTILE
        .iter()
        .enumerate()
        .map(|(n, words)| {
            format!(
                "  - {{id: R-{n}, title: {}, status: open, p: 3, i: 4, raised: 2026-03-02}}\n",
                quoted(words)
            )
        })
        .collect();
    let name = "Übergabe, with; every\\\\sign and a name so long that its line must be folded in the file: 変更の引き渡し 🚢 مرحبا";
    Book::empty()
        .file("book.toml", CONFIG)
        .file("src/projects/crm/project.md", project("crm", "\"CRM: new, better; best\"", "currency: EUR\nbudget: {bac: 500000}\n"))
        .file("src/projects/crm/status/2026-03-13.md", report("2026-03-13", "green", 500_000))
        .file("src/projects/crm/status/2026-03-27.md", report("2026-03-27", "red", 533_000))
        .file("src/projects/crm/milestones.yaml", format!("milestones:\n  - {{id: M1, name: \"{name}\", baseline: 2026-09-30, key: true, go_live: true}}\n  - {{id: M2, name: Off, baseline: 2026-06-30, cancelled: CR-001}}\n"))
        .file("src/projects/crm/raid.yaml", format!("risks:\n{}", risks.concat()))
        .file("src/projects/evil/project.md", project("evil", "\"=1+1\"", ""))
}

/// The example, built once.
fn example() -> &'static Path {
    static BUILT: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut command = milepost();
        command.args(["--quiet", "build", "-d"]).arg(folder.path().join("site"));
        let ran = command.arg(env!("CARGO_MANIFEST_DIR")).output().unwrap();
        assert!(folder.path().join("site/index.html").is_file(), "{ran:?}");
        folder
    });
    folder.path()
}

type Rows = Vec<BTreeMap<String, String>>;

/// A CSV file as rows by name.
fn csv(bytes: &[u8]) -> Rows {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let unique: BTreeSet<&String> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "{names:?}");
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        names.iter().cloned().zip(record.unwrap().iter().map(str::to_owned)).collect()
    };
    reader.records().map(row).collect()
}

fn files(folder: &Path, ending: &str) -> Vec<(String, Vec<u8>)> {
    let all = crate::book::tree(folder).into_iter();
    let all = all.map(|(path, bytes)| (path.to_str().unwrap().to_owned(), bytes));
    all.filter(|(path, _)| path.ends_with(ending)).collect()
}

#[test]
fn every_data_file_of_a_site_is_read_by_a_parser_and_listed() {
    let site = example().join("site");
    let index = fs::read_to_string(site.join("data/index.html")).unwrap();
    for (path, bytes) in files(&site, ".csv") {
        // What people open begins with a mark, what programs read does not.
        let marked = bytes.starts_with(b"\xef\xbb\xbf");
        let star = path.starts_with("data/dim_") || path.starts_with("data/fact_");
        assert!(path.starts_with("handbook/") || marked != star, "{path}: {marked}");
        let rows = csv(&bytes);
        assert!(!path.starts_with("data/fact_health") || rows.len() > 100, "{path}");
    }
    for (path, bytes) in files(&site.join("data"), ".json") {
        let read: Result<serde_json::Value, _> = serde_json::from_slice(&bytes);
        assert!(read.is_ok(), "{path}: {read:?}");
        assert!(path.contains('/') || index.contains(&path), "{path} is not listed");
    }
}

#[test]
fn csv_and_json_of_the_star_say_the_same() {
    let data = example().join("site/data");
    let schema: serde_json::Value =
        serde_json::from_slice(&fs::read(data.join("schema.json")).unwrap()).unwrap();
    for table in schema["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let read = |ending: &str| fs::read(data.join(format!("{name}.{ending}"))).unwrap();
        let rows = csv(&read("csv"));
        let json: Vec<serde_json::Map<String, serde_json::Value>> =
            serde_json::from_slice(&read("json")).unwrap();
        assert_eq!(rows.len(), json.len(), "{name}");
        for (row, object) in rows.iter().zip(&json) {
            for (column, value) in object {
                let said = match value {
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let disarmed = row[column].strip_prefix('\'').unwrap_or(&row[column]);
                assert!(row[column] == said || disarmed == said, "{name}.{column}: {row:?}");
            }
        }
    }
}

#[test]
fn totals_of_the_files_are_the_totals_of_the_pages() {
    let site = example().join("site");
    let read = |path: &str| csv(&fs::read(site.join(path)).unwrap());
    let running: BTreeSet<String> = read("data/dim_project.csv")
        .into_iter()
        .filter(|row| row["state"] == "active")
        .map(|row| row["project"].clone())
        .collect();
    // A project that went silent stands in no total.
    let telling: BTreeSet<String> = read("data/dim_project.csv")
        .into_iter()
        .filter(|row| row["health"] != "not-reported")
        .map(|row| row["project"].clone())
        .collect();
    let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for row in read("data/fact_budget.csv") {
        if row["current"] == "true"
            && running.contains(&row["project"])
            && telling.contains(&row["project"])
            && row["eac_state"] == "value"
        {
            let sum = sums.entry(row["currency"].clone()).or_default();
            sum.0 += row["bac"].parse::<f64>().unwrap();
            sum.1 += row["eac"].parse::<f64>().unwrap();
        }
    }
    let totals = read("data/tables/finance/totals.csv");
    assert_eq!(totals.len(), sums.len());
    let page = fs::read_to_string(site.join("portfolio/finance.html")).unwrap();
    for row in totals {
        let (_, eac) = sums[&row["currency"]];
        assert!((row["eac"].parse::<f64>().unwrap() - eac).abs() < 0.005, "{eac}: {row:?}");
        // 11126000 stands on the page in threes.
        let digits = &row["eac"];
        let shown: Vec<&str> = [digits.len() % 3]
            .into_iter()
            .chain((digits.len() % 3..digits.len()).step_by(3).skip(1))
            .chain([digits.len()])
            .scan(0, |from, to| Some(&digits[std::mem::replace(from, to)..to]))
            .filter(|part| !part.is_empty())
            .collect();
        let on_page = ["\u{202f}", "\u{a0}", " ", ",", "&#8239;"]
            .iter()
            .any(|gap| page.contains(&shown.join(gap)));
        assert!(on_page, "{shown:?} is not on the page");
    }
    // As many projects as the page says, each with its health.
    let projects = read("data/tables/portfolio/projects.csv");
    assert_eq!(projects.len(), running.len());
    let home = fs::read_to_string(site.join("index.html")).unwrap();
    for row in projects {
        assert!(home.contains(&row["project"]), "{row:?}");
        assert!(running.contains(&row["id"]), "{row:?}");
    }
}

#[test]
fn tables_drawn_by_hand_have_their_files_beside_them() {
    let site = example().join("site");
    let page = |path: &str| fs::read_to_string(site.join(path)).unwrap();
    let home = page("index.html");
    assert!(home.contains("href=\"data/tables/portfolio/projects.csv\""));
    assert!(home.contains("href=\"data/tables/portfolio/projects.json\""));
    let project = page("projects/payroll/index.html");
    assert!(project.contains("href=\"index.milestones.csv\""));
    let rows = csv(&fs::read(site.join("projects/payroll/index.milestones.csv")).unwrap());
    let register: Rows = csv(&fs::read(site.join("data/fact_milestone.csv")).unwrap());
    let now =
        |row: &&BTreeMap<String, String>| row["project"] == "payroll" && row["current"] == "true";
    assert_eq!(rows.len(), register.iter().filter(now).count());
    let programmes = files(&site.join("data/tables/programmes"), "projects.csv");
    assert!(!programmes.is_empty());
}

/// Where a page's tables of data begin: not those that say a chart's numbers,
/// which stand folded under it, nor those of a document's own text.
fn tables(page: &str) -> Vec<&str> {
    let tables: Vec<&str> = page.split("<table").skip(1).collect();
    tables
        .into_iter()
        .filter(|t| t.starts_with(" class=\"rows") || t.starts_with(" class=\"projects"))
        .collect()
}

#[test]
fn every_table_of_every_page_has_its_csv_and_json_that_are_there() {
    let site = example().join("site");
    let mut seen = 0;
    for (path, bytes) in files(&site, ".html") {
        let page = String::from_utf8(bytes).unwrap();
        // What says itself what the data files are, and answers of queries,
        // which have theirs at their foot.
        if path.starts_with("data/") || tables(&page).is_empty() {
            continue;
        }
        assert!(page.contains("<meta name=\"description\" content=\""), "{path} is not described");
        let folder = site.join(&path);
        let folder = folder.parent().unwrap();
        let hrefs = |ending: &str| {
            let all = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
            all.filter(|href| href.ends_with(ending)).collect::<BTreeSet<_>>()
        };
        let (csv, json) = (hrefs(".csv"), hrefs(".json"));
        // A project's story is one list in parts, which one CSV holds.
        let told = path.ends_with("/-/log.html");
        let wanted = if told { 1 } else { tables(&page).len() };
        assert!(csv.len() >= wanted, "{path}: {wanted} tables, {csv:?}");
        assert!(!json.is_empty(), "{path} has no JSON");
        for href in csv.iter().chain(&json).filter(|href| !href.contains("://")) {
            assert!(folder.join(href).exists(), "{path} leads to {href}, which is not there");
        }
        seen += csv.len();
    }
    assert!(seen > 300, "{seen} tables");
    for page in ["index", "portfolio/index", "portfolio/raid", "projects/payroll/index"] {
        assert!(site.join(format!("{page}.json")).exists(), "{page}.json");
    }
}

#[test]
fn no_word_of_the_book_is_a_formula_in_any_csv() {
    let book = book();
    book.run("build");
    let mut hostile = 0;
    for (path, bytes) in files(&book.at("book"), ".csv") {
        for row in csv(&bytes) {
            for (column, value) in row {
                let number = value.parse::<f64>().is_ok();
                let bare = value.trim_start_matches(|c: char| c.is_whitespace());
                let runs = bare.starts_with(['=', '+', '-', '@', '＝']);
                assert!(number || !runs, "{path} {column}: {value:?}");
                hostile += usize::from(value.starts_with('\''));
            }
        }
    }
    assert!(hostile >= HOSTILE.len(), "{hostile}");
    let risks = csv(book.run("export csv --only fact_risk").exits(0).out.as_bytes());
    let titles: Vec<&str> = risks.iter().map(|row| row["title"].trim_start_matches('\'')).collect();
    for words in HOSTILE {
        assert!(titles.iter().any(|t| t.trim() == words.trim()), "{words:?} in {titles:?}");
    }
}

#[test]
fn every_format_is_exported_as_the_site_holds_it() {
    let book = book();
    book.run("build");
    // On the site the files that people open begin with a mark.
    let site = |path: &str| {
        let bytes = fs::read(book.at(&format!("book/data/{path}"))).unwrap();
        bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes)
    };
    for format in ["csv", "json", "portfolio", "calendar", "feed", "gmpp", "teams", "slack"] {
        book.run(&format!("export {format} -d out/{format}")).exits(0);
        let written = files(&book.at(&format!("out/{format}")), "");
        let mut compared = 0;
        for (path, bytes) in written.iter().filter(|(path, _)| !path.starts_with('.')) {
            assert_eq!(site(path), *bytes, "{path}");
            compared += 1;
        }
        assert!(compared > 0, "{format}");
    }
    for format in ["tables", "digest"] {
        book.run(&format!("export {format} -d out/{format}")).exits(0);
        assert!(!files(&book.at(&format!("out/{format}")), "").is_empty(), "{format}");
    }
    let table = "portfolio/projects.csv";
    let exported = fs::read(book.at(&format!("out/tables/{table}"))).unwrap();
    assert_eq!(site(&format!("tables/{table}")), exported);
    book.run("export cvs").exits(2).says("did you mean `csv`?");
    book.run("export csv").exits(2).says("`csv` is 13 files");
    book.run("export csv --only fact_rsk").exits(2);
}

#[test]
fn calendars_are_read_by_a_calendar_parser() {
    let book = book();
    book.run("export calendar -d out").exits(0);
    let text = book.read("out/calendar/portfolio.ics");
    assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
    assert!(text.contains("\r\n "), "no line is folded");
    let calendar: icalendar::Calendar = text.parse().unwrap();
    use icalendar::Component;
    // This parser leaves what is escaped in it as it is.
    assert_eq!(calendar.get_name(), Some("Harbour\\; City\\, PMO"));
    let events: Vec<&icalendar::Event> =
        calendar.components.iter().filter_map(|c| c.as_event()).collect();
    let ids: BTreeSet<&str> = events.iter().map(|e| e.get_uid().unwrap()).collect();
    assert_eq!(ids.len(), events.len());
    let event = |id: &str| *events.iter().find(|e| e.get_uid().unwrap().starts_with(id)).unwrap();
    let m1 = event("milestone/crm/M1@");
    let said = m1.get_summary().unwrap();
    assert!(said.contains("CRM: new, better; best: M1 Übergabe, with; every\\sign"), "{said}");
    assert!(said.ends_with("変更の引き渡し 🚢 مرحبا"), "{said}");
    assert_eq!(m1.property_value("DTSTART"), Some("20261028"));
    assert_eq!(m1.property_value("STATUS"), Some("CONFIRMED"));
    assert_eq!(event("milestone/crm/M2@").property_value("STATUS"), Some("CANCELLED"));
}

#[test]
fn the_feed_is_read_by_an_xml_parser_and_has_what_atom_asks_for() {
    let book = book();
    let text = book.run("export feed").exits(0).out.clone();
    let document = roxmltree::Document::parse(&text).unwrap();
    let atom = "http://www.w3.org/2005/Atom";
    let feed = document.root_element();
    assert!(feed.has_tag_name((atom, "feed")));
    let one = |node: roxmltree::Node<'_, '_>, name: &str| {
        let found: Vec<_> = node.children().filter(|c| c.has_tag_name((atom, name))).collect();
        assert_eq!(found.len(), 1, "{name}");
        found[0].text().unwrap_or_default().to_owned()
    };
    assert_eq!(one(feed, "title"), "Harbour; City, PMO: status reports");
    assert_eq!(one(feed, "updated"), "2026-03-27T00:00:00Z");
    assert!(one(feed, "id").starts_with("https://pmo.example.org/p/"));
    let author = feed.children().find(|c| c.has_tag_name((atom, "author"))).unwrap();
    assert_eq!(one(author, "name"), "Ana & Bo");
    let entries: Vec<_> = feed.children().filter(|c| c.has_tag_name((atom, "entry"))).collect();
    assert_eq!(entries.len(), 2);
    let ids: BTreeSet<String> = entries.iter().map(|e| one(*e, "id")).collect();
    assert_eq!(ids.len(), entries.len());
    for entry in entries {
        assert!(one(entry, "title").starts_with("CRM: new, better; best: "));
        assert!(one(entry, "updated").ends_with("T00:00:00Z"));
        assert_eq!(one(entry, "summary"), "Line one; line two");
        let link = entry.children().find(|c| c.has_tag_name((atom, "link"))).unwrap();
        assert_eq!(link.attribute("href"), Some(&*one(entry, "id")));
    }
}

/// A book of many projects with long names, all red and asking.
fn large() -> Book {
    let long = "A very long name of a project that nobody wanted to shorten ".repeat(4);
    (0..200).fold(Book::empty().file("book.toml", CONFIG), |book, n| {
        let id = format!("p{n:03}");
        let asks = "decisions:\n  - {id: D-1, title: Shall we go on, requested: 2026-02-02, needed_by: 2026-03-02, decider: sponsor, status: open}\n";
        book.file(&format!("src/projects/{id}/project.md"), project(&id, &format!("\"{n} {long}\""), ""))
            .file(&format!("src/projects/{id}/status/2026-03-27.md"), report("2026-03-27", "red", 1))
            .file(&format!("src/projects/{id}/decisions.yaml"), asks)
    })
}

#[test]
fn digests_of_two_hundred_projects_keep_to_the_limits_of_their_channels() {
    let book = large();
    let teams = book.run("export teams").exits(0).out.clone();
    assert!(teams.len() <= 28 * 1024, "{}", teams.len());
    let card: serde_json::Value = serde_json::from_str(&teams).unwrap();
    assert_eq!(card["attachments"][0]["content"]["type"], "AdaptiveCard");
    let slack: serde_json::Value =
        serde_json::from_str(&book.run("export slack").exits(0).out).unwrap();
    let blocks = slack["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50, "{}", blocks.len());
    for block in blocks {
        let text = block["text"]["text"].as_str().unwrap_or_default();
        let most = if block["type"] == "header" { 150 } else { 3000 };
        assert!(text.chars().count() <= most, "{block}");
    }
    let status = book.run("status");
    assert_eq!(status.exits(0).out.lines().filter(|l| l.starts_with("■ Red")).count(), 200);
}

#[test]
fn status_tells_people_and_programs_the_same() {
    let book = book();
    let text = book.run("status");
    text.exits(0).says("Harbour; City, PMO, 27 March 2026").says("■ Red").says("CRM: new, better");
    let json: serde_json::Value =
        serde_json::from_str(&book.run("status --format json").exits(0).out).unwrap();
    assert_eq!(json["schema"], "milepost-portfolio-1");
    assert_eq!(json["health"]["red"], 1);
    assert_eq!(json["projects"][0]["id"], "crm");
    assert_eq!(json["projects"][0]["money"]["eac"], 533_000);
    let one: serde_json::Value =
        serde_json::from_str(&book.run("status crm --format json").exits(0).out).unwrap();
    assert_eq!(one, json["projects"][0]);
    assert_eq!(book.run("export portfolio").exits(0).out, book.run("status --format json").out);
    book.run("status crm").exits(0).says("CRM: new, better; best");
    let failed: Ran = book.run("status cmr");
    failed.exits(2).says("did you mean `crm`?");
}

/// A server shows it at any path.
#[test]
fn the_page_for_what_is_not_there_leads_home_from_any_path() {
    let book = book();
    book.run("build").exits(1);
    let page = book.page("404.html");
    let mut links = 0;
    for attribute in ["href=\"", "src=\""] {
        for part in page.split(attribute).skip(1) {
            let link = part.split('"').next().unwrap();
            assert!(
                link.starts_with("https://pmo.example.org/p/") || link.starts_with('#'),
                "{attribute}{link}"
            );
            links += 1;
        }
    }
    assert!(links > 10, "{links} links");
}
