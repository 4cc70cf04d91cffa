//! A document's page as JSON: its front matter as it was read, its headings
//! and sections, where its links lead, what was found in it.

use super::Input;
use super::json::Json;
use crate::data::record::{Datum, Record};
use crate::finding::Severity;
use crate::markdown::{SectionFill, SectionMatch};
use crate::portfolio::Resolved;
use crate::target::Target;

/// Raised when the form changes, so that files of an older one are written anew.
pub const FORMAT: u128 = 1;

/// Depth to which values of front matter are followed.
const DEPTH: usize = 32;

/// The page of the document at a position.
#[must_use]
pub fn document(input: &Input<'_>, index: usize) -> Json {
    let p = input.p();
    let Some(d) = p.documents.get(index) else { return Json::Null };
    let resolved = p.links.get(index).map(Vec::as_slice).unwrap_or_default();
    let links = d.outline.links.iter().zip(resolved).map(|(link, to)| {
        let page = match to {
            Resolved::To(target) => Some(input.route(target)).filter(|r| !r.is_empty()),
            _ => None,
        };
        Json::map([
            ("written", Json::from(&*link.dest)),
            ("page", Json::or_null(page)),
            ("line", i64::from(d.at(link.span).line).into()),
        ])
    });
    let headings = d.outline.headings.iter().map(|h| {
        Json::map([
            ("level", Json::from(i64::from(h.level))),
            ("title", (&*h.text).into()),
            ("id", (&*h.id).into()),
            ("line", i64::from(d.at(h.span).line).into()),
        ])
    });
    let kinds = d.kind.sections.iter();
    let sections = kinds.zip(d.sections.iter()).map(|(kind, found)| {
        Json::map([("name", Json::from(&*kind.name)), ("found", found_word(found))])
    });
    let findings = findings(input, &d.path);
    let back = p.backlinks.get(index).map(Vec::as_slice).unwrap_or_default();
    let back = back.iter().filter_map(|i| {
        let from = p.documents.get(*i)?;
        Some(Json::map([
            ("title", Json::from(&*from.title)),
            ("page", input.route(&Target::Document(from.path.clone())).into()),
        ]))
    });
    Json::map([
        ("schema", "milepost-page-1".into()),
        ("kind", (&*d.kind.name).into()),
        ("title", (&*d.title).into()),
        ("file", (&*d.path).into()),
        ("project", Json::or_null(p.project_of(index).map(|pr| &*pr.id))),
        ("date", Json::or_null(d.date())),
        ("front_matter", record(&d.fields, DEPTH)),
        ("headings", Json::list(headings)),
        ("sections", Json::list(sections)),
        ("links", Json::list(links)),
        ("linked_from", Json::list(back)),
        ("findings", findings),
    ])
}

fn found_word(found: &SectionMatch) -> Json {
    match found.fill {
        SectionFill::Filled => "filled",
        SectionFill::Placeholder(..) => "placeholder",
        SectionFill::Empty => "empty",
        SectionFill::Missing => "missing",
        SectionFill::NotApplicable(_) => "not-applicable",
    }
    .into()
}

fn findings(input: &Input<'_>, path: &str) -> Json {
    let all = input.checked.findings.as_slice();
    // Findings are in the order of their paths.
    let from = all.partition_point(|f| *f.path < *path);
    let mine = all.iter().skip(from).take_while(|f| *f.path == *path);
    Json::list(mine.filter(|f| f.severity > Severity::Allow).map(|f| {
        Json::map([
            ("rule", Json::from(f.rule)),
            ("severity", f.severity.name().into()),
            ("message", f.message.as_str().into()),
            ("help", Json::or_null(f.help.as_deref())),
            ("line", i64::from(f.at.line).into()),
        ])
    }))
}

/// Front matter: numbers and booleans as such, all else in words.
fn record(record: &Record, depth: usize) -> Json {
    Json::map(record.slots.iter().map(|s| (&*s.name, datum(&s.datum, depth))))
}

fn datum(datum_: &Datum, depth: usize) -> Json {
    let Some(depth) = depth.checked_sub(1) else { return Json::Null };
    match datum_ {
        Datum::Number(n) => (**n).into(),
        Datum::Flag(flag) => (*flag).into(),
        Datum::Rag(rag) => rag.name().into(),
        Datum::List(items) => Json::list(items.iter().map(|i| datum(&i.datum, depth))),
        Datum::Record(inner) => record(inner, depth),
        Datum::Range(even, safe) => {
            Json::map([("even", Json::from(*even)), ("safe", (*safe).into())])
        }
        Datum::NotApplicable(why) => Json::map([("not_applicable", Json::from(&**why))]),
        Datum::Text(_) | Datum::Date(_) | Datum::Duration(_) => datum_.show().into(),
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
        let json: serde_json::Value =
            serde_json::from_slice(&document(&input, index).bytes(2)).unwrap();
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
