//! A document's page as JSON: its front matter as it was read, its headings
//! and sections, where its links lead, what was found in it.

use super::Input;
use super::json::Writer;
use crate::data::record::{Datum, Record};
use crate::document::Document;
use crate::finding::Severity;
use crate::markdown::{SectionFill, SectionMatch};
use crate::portfolio::Resolved;
use crate::target::Target;

/// Raised when the form changes, so that files of an older one are written anew.
pub const FORMAT: u128 = 1;

/// Depth to which values of front matter are followed.
const DEPTH: usize = 32;

/// The page of the document at a position, as the text of its file. It is written
/// as it is gathered: there are many pages.
#[must_use]
pub fn document(input: &Input<'_>, index: usize) -> Vec<u8> {
    let mut writer = Writer::new(2);
    match input.p().documents.get(index) {
        Some(d) => writer.map(|w| page(input, index, d, w)),
        None => writer.null(),
    }
    writer.bytes()
}

fn page(input: &Input<'_>, index: usize, d: &Document, w: &mut Writer) {
    let p = input.p();
    w.key("schema").text("milepost-page-1");
    w.key("kind").text(&d.kind.name);
    w.key("title").text(&d.title);
    w.key("file").text(&d.path);
    w.key("project").words(p.project_of(index).map(|pr| &*pr.id));
    match d.date() {
        Some(date) => w.key("date").date(date),
        None => w.key("date").null(),
    }
    record(&d.fields, DEPTH, w.key("front_matter"));
    w.key("headings").list(|w| {
        for h in &d.outline.headings {
            w.item().map(|w| {
                w.key("level").whole(h.level.into());
                w.key("title").text(&h.text);
                w.key("id").text(&h.id);
                w.key("line").whole(d.at(h.span).line);
            });
        }
    });
    w.key("sections").list(|w| {
        for (kind, found) in d.kind.sections.iter().zip(d.sections.iter()) {
            w.item().map(|w| {
                w.key("name").text(&kind.name);
                w.key("found").text(found_word(found));
            });
        }
    });
    w.key("links").list(|w| {
        let resolved = p.links.get(index).map(Vec::as_slice).unwrap_or_default();
        for (link, to) in d.outline.links.iter().zip(resolved) {
            let page = match to {
                Resolved::To(target) => Some(input.route(target)).filter(|r| !r.is_empty()),
                _ => None,
            };
            w.item().map(|w| {
                w.key("written").text(&link.dest);
                w.key("page").words(page.as_deref());
                w.key("line").whole(d.at(link.span).line);
            });
        }
    });
    w.key("linked_from").list(|w| {
        let back = p.backlinks.get(index).map(Vec::as_slice).unwrap_or_default();
        for from in back.iter().filter_map(|i| p.documents.get(*i)) {
            w.item().map(|w| {
                w.key("title").text(&from.title);
                w.key("page").text(&input.route(&Target::Document(from.path.clone())));
            });
        }
    });
    w.key("findings").list(|w| findings(input, &d.path, w));
}

fn found_word(found: &SectionMatch) -> &'static str {
    match found.fill {
        SectionFill::Filled => "filled",
        SectionFill::Placeholder(..) => "placeholder",
        SectionFill::Empty => "empty",
        SectionFill::Missing => "missing",
        SectionFill::NotApplicable(_) => "not-applicable",
    }
}

fn findings(input: &Input<'_>, path: &str, w: &mut Writer) {
    let all = input.checked.findings.as_slice();
    // Findings are in the order of their paths.
    let from = all.partition_point(|f| *f.path < *path);
    let mine = all.iter().skip(from).take_while(|f| *f.path == *path);
    for f in mine.filter(|f| f.severity > Severity::Allow) {
        w.item().map(|w| {
            w.key("rule").text(f.rule);
            w.key("severity").text(f.severity.name());
            w.key("message").text(&f.message);
            w.key("help").words(f.help.as_deref());
            w.key("line").whole(f.at.line);
        });
    }
}

/// Front matter: numbers and booleans as such, all else in words.
fn record(record: &Record, depth: usize, w: &mut Writer) {
    w.map(|w| {
        for slot in &record.slots {
            datum(&slot.datum, depth, w.named(&slot.name));
        }
    });
}

fn datum(datum_: &Datum, depth: usize, w: &mut Writer) {
    let Some(depth) = depth.checked_sub(1) else { return w.null() };
    match datum_ {
        Datum::Number(n) => w.number(**n),
        Datum::Flag(flag) => w.flag(*flag),
        Datum::Rag(rag) => w.text(rag.name()),
        Datum::List(items) => w.list(|w| {
            for item in items {
                datum(&item.datum, depth, w.item());
            }
        }),
        Datum::Record(inner) => record(inner, depth, w),
        Datum::Range(even, safe) => w.map(|w| {
            w.key("even").date(*even);
            w.key("safe").date(*safe);
        }),
        Datum::NotApplicable(why) => w.map(|w| w.key("not_applicable").text(why)),
        Datum::Text(text) => w.text(text),
        Datum::Date(date) => w.date(*date),
        Datum::Duration(_) => w.text(&datum_.show()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollups::testing::{FILES, check};

    #[test]
    fn a_page_says_what_its_file_said() {
        let checked = check(FILES);
        let address = |t: &Target| match t {
            Target::Document(path) => Some(path.replace(".md", ".html")),
            _ => None,
        };
        let input = Input::new(&checked, &address);
        let index = checked.portfolio.index_of("projects/crm/status/2026-03-27.md").unwrap();
        let json: serde_json::Value = serde_json::from_slice(&document(&input, index)).unwrap();
        assert_eq!(json["kind"], "status");
        assert_eq!(json["project"], "crm");
        assert_eq!(json["front_matter"]["budget"]["eac"], 533_000);
        assert_eq!(json["front_matter"]["health"]["overall"]["rag"], "amber");
        assert_eq!(json["headings"][1]["title"], "Risks and issues");
        assert_eq!(json["headings"][1]["line"], 18);
        let findings = json["findings"].as_array().unwrap();
        assert!(findings.iter().all(|f| f["line"].as_i64().unwrap() > 0));
    }
}
