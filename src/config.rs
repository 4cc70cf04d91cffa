//! `book.toml`: where a book's sources and output are and how its portfolio is
//! set up. mdBook's tables keep their meaning; its keys that do nothing here
//! are read with a note; unknown keys of ours are mistakes.
//!
//! `[kinds]`, `[rules]`, `[kpis]` and `[lifecycle]` stay spanned nodes: the
//! module that owns the subject reads them.

mod address;
mod entries;
mod finish;
mod limits;
mod redirect;
pub mod search;
mod shapes;

pub use limits::LimitSettings;
pub use redirect::Redirect;

use crate::data::field::{Fields, SchemaReader};
use crate::data::record::{Datum, Record, Slot};
use crate::data::{Node, Problem, read, toml};
use crate::date::{Calendar, Date, Duration};
use crate::ratio::Ratio;
use crate::text::{LineIndex, nearest};
use chrono::Weekday;
use std::sync::Arc;

/// The name of the file.
pub const FILE: &str = "book.toml";

const SCHEMA: &str = include_str!("config/schema.toml");

/// Tables read by the module that owns the subject, or kept for later use.
const NODES: &[&str] = &["kinds", "rules", "kpis", "lifecycle", "roles"];
const RESERVED: &[&str] = &["sensitivity", "review"];

/// How raw HTML in markdown is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RawHtml {
    /// Sanitised: harmless elements stay.
    #[default]
    Safe,
    /// Shown as text.
    Text,
}

/// A tier: how much control a project needs. The first has most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Id as projects write it.
    pub id: String,
    /// Label always shown with the id (`high`).
    pub label: String,
    /// How often a project of the tier reports, in days.
    pub report_every: i64,
    /// Days before a go-live in which the release documents are due.
    pub release_window: i64,
}

impl Tier {
    /// As pages print it: `1 – high`, never a bare number.
    #[must_use]
    pub fn show(&self) -> String {
        if self.label.is_empty() || self.label == self.id {
            self.id.clone()
        } else {
            format!("{} – {}", self.id, self.label)
        }
    }
}

/// `[output.html]`.
#[derive(Debug, Clone, Default)]
pub struct Html {
    /// A built-in theme's name or a folder beside `book.toml`.
    pub theme: Option<String>,
    /// `light`, `dark` or `auto`.
    pub default_theme: Option<String>,
    /// Address the site is published under; needed by sitemap and 404 page.
    pub site_url: Option<String>,
    /// Address of the repository, linked from every page.
    pub git_repository_url: Option<String>,
    /// Address to edit a page, with `{path}` for its source.
    pub edit_url_template: Option<String>,
    /// Stylesheets beside `book.toml` added to every page.
    pub additional_css: Vec<String>,
    /// Scripts beside `book.toml` added to every page.
    pub additional_js: Vec<String>,
    /// Old routes and where they lead now.
    pub redirect: Vec<Redirect>,
    /// How raw HTML in markdown is treated.
    pub raw_html: RawHtml,
    /// Documents have no JSON file beside their page, only roll-ups and projects.
    pub lean_json: bool,
    /// Pages do not say who changed them last.
    pub no_history: bool,
    /// How the site is searched.
    pub search: search::Search,
}

/// What `book.toml` says.
#[derive(Debug, Clone)]
pub struct Config {
    /// Title of the book.
    pub title: String,
    /// One or two sentences about it.
    pub description: String,
    /// Who keeps it.
    pub authors: Vec<String>,
    /// Folder of the sources, relative to `book.toml`.
    pub src: String,
    /// Language tag of the pages.
    pub language: String,
    /// `ltr` or `rtl`.
    pub text_direction: String,
    /// Folder of the output, relative to `book.toml`.
    pub build_dir: String,
    /// The HTML output.
    pub html: Html,
    /// The portfolio's "today", where fixed.
    pub as_of: Option<Date>,
    /// Tier of projects that state none.
    pub default_tier: Option<String>,
    /// Currency of projects that state none.
    pub currency: Option<String>,
    /// Share of reporting projects (percent) below which an aggregate has no colour.
    pub min_coverage: Ratio,
    /// Days before the as-of date that it is compared with.
    pub compare: i64,
    /// Titles of programmes by slug.
    pub programmes: Vec<(String, String)>,
    /// Tiers from most to least control.
    pub tiers: Vec<Tier>,
    /// Working days.
    pub calendar: Calendar,
    /// Extra file endings that are copied as assets.
    pub assets_allow: Vec<String>,
    /// Whether rules may speak of how work is spread over persons.
    pub person_findings: bool,
    /// Whether each person has a page of what they own.
    pub person_pages: bool,
    /// What one unit of a currency is worth in the portfolio's own.
    pub fx: Vec<(String, Ratio)>,
    /// Whether the as-of date lies in the past, so that what is dated later
    /// must be taken away. Said by the command line, not by the file.
    pub rewind: bool,
    /// Limits changed from their defaults.
    pub limits: LimitSettings,
    /// `[kinds]`.
    pub kinds: Option<Node>,
    /// `[rules]`.
    pub rules: Option<Node>,
    /// `[kpis]`.
    pub kpis: Option<Node>,
    /// `[lifecycle]`.
    pub lifecycle: Option<Node>,
    /// `[roles]`.
    pub roles: Option<Node>,
    /// Lines of its text, for findings that point into it.
    pub lines: Arc<LineIndex>,
    /// Keys that are read but do nothing here.
    pub notes: Vec<Problem>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: String::new(),
            description: String::new(),
            authors: Vec::new(),
            src: "src".into(),
            language: "en".into(),
            text_direction: "ltr".into(),
            build_dir: "book".into(),
            html: Html::default(),
            as_of: None,
            default_tier: None,
            currency: None,
            min_coverage: Ratio::whole(60),
            compare: 7,
            programmes: Vec::new(),
            tiers: vec![
                tier("1", "high", 7, 60),
                tier("2", "standard", 14, 45),
                tier("3", "light", 28, 30),
            ],
            calendar: Calendar::default(),
            assets_allow: Vec::new(),
            person_findings: true,
            person_pages: false,
            fx: Vec::new(),
            rewind: false,
            limits: LimitSettings::default(),
            kinds: None,
            rules: None,
            kpis: None,
            lifecycle: None,
            roles: None,
            lines: Arc::new(LineIndex::new("")),
            notes: Vec::new(),
        }
    }
}

fn tier(id: &str, label: &str, report_every: i64, release_window: i64) -> Tier {
    Tier { id: id.into(), label: label.into(), report_every, release_window }
}

impl Config {
    /// Read the text of `book.toml`.
    ///
    /// # Errors
    /// All mistakes together, each at its place.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let (config, problems) = Self::read(text);
        if problems.is_empty() { Ok(config) } else { Err(problems) }
    }

    /// Read the text of `book.toml` as far as it can be read, with all mistakes
    /// in it, each at its place.
    #[must_use]
    pub fn read(text: &str) -> (Self, Vec<Problem>) {
        let lines = Arc::new(LineIndex::new(text));
        let mut config = Self { lines, ..Self::default() };
        let mut problems = Vec::new();
        let (root, schema) = match (toml::parse(text), schema()) {
            (Ok(root), Ok(schema)) => (root, schema),
            (Err(problem), _) => return (config, vec![problem]),
            (_, Err(problems)) => return (config, problems),
        };
        for entry in root.entries() {
            let slot = match &*entry.key {
                "kinds" => Some(&mut config.kinds),
                "rules" => Some(&mut config.rules),
                "kpis" => Some(&mut config.kpis),
                "lifecycle" => Some(&mut config.lifecycle),
                "roles" => Some(&mut config.roles),
                _ => None,
            };
            if let Some(slot) = slot {
                let mut entry = entry.clone();
                if shapes::keep(&mut entry, &mut problems) {
                    *slot = Some(entry.value);
                }
                continue;
            }
            let Some(field) = schema.find(&entry.key) else {
                let ours = schema
                    .list
                    .iter()
                    .map(|f| &*f.name)
                    .chain(NODES.iter().copied())
                    .chain(RESERVED.iter().copied());
                let known = RESERVED.contains(&&*entry.key);
                match nearest(&entry.key, ours).filter(|_| !known) {
                    Some(name) => problems.push(fail(
                        entry.key_span,
                        format!("unknown table `{}`", entry.key),
                        format!("did you mean `{name}`?"),
                    )),
                    None => config.notes.push(note(entry.key_span, &entry.key)),
                }
                continue;
            };
            entries::notes(&entry.value, field, &mut config.notes);
            entries::strings(&entry.value, field, &mut problems);
            if field.about.as_ref() == "mdbook" {
                config.notes.push(note(entry.key_span, &entry.key));
                continue;
            }
            let mut entry = entry.clone();
            if entries::keep(&mut entry, field, "", &mut problems)
                && let Some(datum) = read::value(&entry.value, field, &mut problems)
            {
                config.take(&field.name, &datum, &entry.value, &mut problems);
            }
        }
        finish::finish(&config, &root, &mut problems);
        (config, problems)
    }

    fn take(&mut self, table: &str, datum: &Datum, node: &Node, problems: &mut Vec<Problem>) {
        let empty = Record::default();
        let record = datum.record().unwrap_or(&empty);
        let text = |record: &Record, name: &str| record.text(name).map(str::to_owned);
        let texts = |record: &Record, name: &str| {
            record.texts(name).map(|(t, _)| t.to_owned()).collect::<Vec<_>>()
        };
        match table {
            "book" => {
                set(&mut self.title, text(record, "title"));
                set(&mut self.description, text(record, "description"));
                set(&mut self.src, text(record, "src"));
                set(&mut self.language, text(record, "language"));
                set(&mut self.text_direction, text(record, "text_direction"));
                self.authors = texts(record, "authors");
            }
            "privacy" => {
                self.person_findings = record.flag("person_findings").unwrap_or(true);
                self.person_pages = record.flag("person_pages").unwrap_or(false);
            }
            "fx" => {
                let rate = |s: &Slot| Some((s.name.to_string(), record.number(&s.name)?));
                self.fx = record.slots.iter().filter_map(rate).collect();
            }
            "build" => set(&mut self.build_dir, text(record, "build_dir")),
            "output" => {
                let Some(html) = record.record("html") else { return };
                self.html = Html {
                    theme: text(html, "theme"),
                    default_theme: text(html, "default_theme"),
                    site_url: text(html, "site_url"),
                    git_repository_url: text(html, "git_repository_url"),
                    edit_url_template: text(html, "edit_url_template"),
                    additional_css: texts(html, "additional_css"),
                    additional_js: texts(html, "additional_js"),
                    redirect: Redirect::read(html, problems),
                    search: search::Search::read(html),
                    no_history: html.flag("history") == Some(false),
                    lean_json: html.text("page_json") == Some("portfolio"),
                    raw_html: if html.text("raw_html") == Some("text") {
                        RawHtml::Text
                    } else {
                        RawHtml::Safe
                    },
                };
                address::check(html, problems);
            }
            "portfolio" => {
                self.as_of = record.date("as_of");
                self.default_tier = text(record, "default_tier");
                self.currency = text(record, "currency");
                if let Some(n) = record.number("min_coverage") {
                    self.min_coverage = n;
                }
                if let Some(days) = record.duration("compare_with") {
                    self.compare = days.in_days().max(1);
                }
                self.programmes = pairs(record.record("programmes"));
            }
            "tiers" => {
                let Datum::List(items) = datum else { return };
                self.tiers.clear();
                for item in items {
                    let Some(record) = item.datum.record() else { continue };
                    let Some(id) = text(record, "id") else {
                        problems.push(fail(
                            item.span,
                            "a tier has no `id`".into(),
                            "add `id = \"1\"`",
                        ));
                        continue;
                    };
                    if self.tiers.iter().any(|t| t.id == id) {
                        problems.push(fail(
                            item.span,
                            format!("tier `{id}` is defined twice"),
                            "keep one of the two",
                        ));
                    }
                    let days = |name: &str, other: i64| {
                        record.duration(name).map_or(other, Duration::in_days)
                    };
                    let defaults = [(7, 60), (14, 45), (28, 30)];
                    let (every, window) =
                        defaults.get(self.tiers.len()).copied().unwrap_or((28, 30));
                    let label = text(record, "label").unwrap_or_default();
                    self.tiers.push(Tier {
                        label,
                        report_every: days("report_every", every).max(1),
                        release_window: days("release_window", window),
                        id,
                    });
                }
                if self.tiers.is_empty() {
                    problems.push(fail(
                        node.span,
                        "there are no tiers".into(),
                        "leave `[[tiers]]` out, or define at least one",
                    ));
                }
            }
            "calendar" => {
                if record.slot("weekend").is_some() {
                    self.calendar.weekend = record
                        .texts("weekend")
                        .filter_map(|(t, _)| t.parse::<Weekday>().ok())
                        .collect();
                }
                self.calendar.holidays =
                    record.list("holidays").iter().filter_map(|i| i.datum.date()).collect();
                self.calendar.holidays.sort_unstable();
                self.calendar.holidays.dedup();
                self.calendar.freezes = finish::freezes(record, problems);
            }
            "assets" => self.assets_allow = texts(record, "allow"),
            "limits" => {
                let number = |name: &str| {
                    record.number(name).and_then(|n| u64::try_from(n.numerator()).ok())
                };
                self.limits = LimitSettings {
                    file_bytes: number("file_bytes"),
                    register_bytes: number("register_bytes"),
                    asset_bytes: number("asset_bytes"),
                    files: number("files"),
                    depth: number("depth"),
                };
            }
            _ => {}
        }
    }
}

fn schema() -> Result<Fields, Vec<Problem>> {
    let node = toml::parse(SCHEMA).map_err(|p| vec![p])?;
    let mut reader = SchemaReader::default();
    let fields = node.get("fields").map(|e| reader.fields(&e.value, 0)).unwrap_or_default();
    if reader.problems.is_empty() { Ok(Fields::new(fields)) } else { Err(reader.problems) }
}

fn set(target: &mut String, value: Option<String>) {
    if let Some(value) = value {
        *target = value;
    }
}

fn pairs(record: Option<&Record>) -> Vec<(String, String)> {
    let slots = record.map(|r| r.slots.as_slice()).unwrap_or_default();
    slots
        .iter()
        .filter_map(|s| s.datum.text().map(|t| (s.name.to_string(), t.to_owned())))
        .collect()
}

fn fail(span: crate::text::Span, message: String, help: impl Into<String>) -> Problem {
    Problem::new("invalid-config", span, message).help(help)
}

fn note(span: crate::text::Span, key: &str) -> Problem {
    Problem::new("unused-config", span, format!("`{key}` does nothing here"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_sound_and_the_empty_file_is_a_book() {
        let config = Config::parse("").unwrap();
        assert_eq!((config.src.as_str(), config.build_dir.as_str()), ("src", "book"));
        assert_eq!(config.tiers.len(), 3);
    }

    #[test]
    fn a_book_of_mdbook_is_read_with_notes() {
        let text = "[book]\ntitle = \"x\"\nmultilingual = false\n[output.html]\nmathjax-support = true\n[output.linkcheck]\n[preprocessor.x]\ncommand = \"touch pwned\"\n";
        let config = Config::parse(text).unwrap();
        assert_eq!(config.title, "x");
        let keys: Vec<_> = config.notes.iter().map(|n| n.message.as_str()).collect();
        assert_eq!(keys.len(), 4, "{keys:?}");
    }

    #[test]
    fn all_mistakes_are_reported_together_with_a_guess() {
        let problems = Config::parse(
            "[book]\ntitel = \"x\"\nsrc = 5\n[porfolio]\n[portfolio]\nas-of = \"27/03/2026\"\n",
        )
        .unwrap_err();
        let messages: Vec<_> = problems
            .iter()
            .map(|p| (p.message.as_str(), p.help.as_deref().unwrap_or("")))
            .collect();
        assert!(
            messages.contains(&("unknown field `titel`", "did you mean `title`?")),
            "{messages:?}"
        );
        assert!(
            messages.contains(&("unknown table `porfolio`", "did you mean `portfolio`?")),
            "{messages:?}"
        );
        assert!(
            messages.contains(&("`src` must be a string, not `5`", "write it in quotes: `\"5\"`")),
            "{messages:?}"
        );
        assert!(
            messages.iter().any(|(m, h)| m.contains("as-of") && h.contains("2026-03-27")),
            "{messages:?}"
        );
    }

    #[test]
    fn tiers_replace_the_default_ones() {
        let config =
            Config::parse("[[tiers]]\nid = \"A\"\nlabel = \"big\"\nreport-every = \"1w\"\n")
                .unwrap();
        assert_eq!(config.tiers, [tier("A", "big", 7, 60)]);
    }
}
