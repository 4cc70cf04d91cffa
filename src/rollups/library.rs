//! The library: every kind of document with what it must hold and a text to
//! begin with, finished charters as examples, and the glossary.

mod glossary;

pub use glossary::meant;

use super::words::{capital, list, project, several};
use super::{Bar, Context, Family, Member, Rollup};
use crate::data::field::{CONDITIONS, Level};
use crate::kinds::{Kind, Role};
use crate::lifecycles::{Class, Requirement, Wanted};
use crate::measures::due::model;
use crate::portfolio::{Portfolio, State};
use crate::table::{Cell, Column, Group, Missing, Row, Set, Table, Words};
use crate::target::Target;
use std::sync::Arc;

/// The roll-up.
pub(super) static ROLLUP: Rollup = Rollup {
    bar: Bar::More,
    name: "library",
    title: "Library",
    about: "Templates to begin with, finished charters as examples, and the glossary",
    count: |_| 0,
    table,
};

/// One page for each kind, and the glossary.
pub(super) static FAMILY: Family = Family { name: "library", of: "library", pages, table: member };

/// The name of the glossary's page.
pub const GLOSSARY: &str = "glossary";

/// The kind whose template stands on a page of the library.
#[must_use]
pub fn kind_of<'a>(p: &'a Portfolio, slug: &str) -> Option<&'a Arc<Kind>> {
    kinds(p).find(|k| slug_of(k) == slug)
}

/// Kinds that have a template: all but plain pages.
fn kinds(p: &Portfolio) -> impl Iterator<Item = &Arc<Kind>> {
    p.kinds.iter().filter(|k| k.role != Role::Page)
}

fn slug_of(kind: &Kind) -> String {
    crate::text::slug(&kind.name)
}

fn pages(c: &Context<'_>) -> Vec<Member> {
    let glossary = Member {
        slug: GLOSSARY.into(),
        title: "Glossary".into(),
        about: "What the words and abbreviations on these pages mean".into(),
    };
    let kinds = kinds(c.portfolio).filter(|k| !slug_of(k).is_empty() && slug_of(k) != GLOSSARY);
    let mut seen = std::collections::BTreeSet::new();
    kinds
        .filter(|k| seen.insert(slug_of(k)))
        .map(|k| Member {
            slug: slug_of(k),
            title: format!("Template: {}", k.title.to_lowercase()),
            about: k.purpose.to_string(),
        })
        .chain([glossary])
        .collect()
}

fn table(c: &Context<'_>) -> Table {
    let p = c.portfolio;
    let templates = templates(p);
    let examples = examples(p);
    let words = vec![
        Words::plain(format!(
            "{}, ",
            capital(&several(templates.rows.len(), "template", "templates"))
        )),
        Words::plain(match examples.rows.len() {
            0 => "no finished charter yet".to_owned(),
            n => several(n, "finished charter to read", "finished charters to read"),
        }),
        Words::plain(", and the "),
        Words {
            text: "glossary".into(),
            rag: None,
            target: Some(Target::Member("library", GLOSSARY.into())),
        },
        Words::plain("."),
    ];
    Table { sentence: words, groups: vec![templates, examples], ..Table::default() }
}

fn templates(p: &Portfolio) -> Group {
    let requirements = p.lifecycles.requirements_of(p.lifecycles.default());
    let row = |kind: &Arc<Kind>| Row {
        anchor: None,
        cells: vec![
            Cell::Link(
                kind.title.to_string(),
                Target::Member("library", slug_of(kind).as_str().into()),
            ),
            Cell::Text(kind.purpose.to_string()),
            asked(p, requirements, kind),
            Cell::Text(format!("milepost new {}", kind.name)),
            Cell::Text(place(kind)),
        ],
        muted: false,
    };
    Group {
        key: "templates".into(),
        title: "Templates".into(),
        note: format!(
            "By phase, then by tier from most to least control ({}): R is required, E expected, O \
             optional, – not used.",
            p.config.tiers.iter().map(crate::config::Tier::show).collect::<Vec<_>>().join(", ")
        ),
        caption: "Kinds of documents and registers with what is asked in each phase".into(),
        empty: "There is no kind.".into(),
        columns: vec![
            Column::new("template", "Template", Set::Text),
            Column::new("purpose", "What it is for", Set::Wide),
            Column::new("asked", "Asked for", Set::Text),
            Column::new("command", "Begin one with", Set::Short),
            Column::new("file", "Stands in", Set::Short),
        ],
        rows: kinds(p).map(row).collect(),
    }
}

/// The file an item of a kind is written to.
fn place(kind: &Kind) -> String {
    match &kind.register {
        Some(key) if kind.role == Role::Item => {
            let home = kind.file.split('/').next().unwrap_or(key);
            format!("{}.yaml", home.strip_suffix(".md").unwrap_or(home))
        }
        _ => kind.file.to_string(),
    }
}

/// `execute R/R/E; release window R/R/R`.
fn asked(p: &Portfolio, requirements: &[Requirement], kind: &Kind) -> Cell {
    let wants = |row: &&Requirement| match &row.wanted {
        Wanted::Kind(name) => **name == *kind.name,
        Wanted::Registers(keys) => kind.register.as_ref().is_some_and(|key| keys.contains(key)),
    };
    let tiers = p.config.tiers.len();
    let mut lines: Vec<String> = Vec::new();
    for row in requirements.iter().filter(wants) {
        let only = row.when.and_then(|when| CONDITIONS.iter().find(|(_, c)| *c == when));
        let only = only.map(|(name, _)| format!(" if {}", name.replace('-', " ")));
        let only = only.unwrap_or_default();
        let levels = |need: &dyn Fn(usize) -> Level| {
            let all: Vec<Level> = (0..tiers).map(need).collect();
            let used = all.iter().any(|l| *l > Level::Unused);
            let letters: Vec<String> = all.iter().map(|l| l.letter().to_string()).collect();
            used.then(|| format!("{}{only}", letters.join("/").replace('-', "–")))
        };
        for class in Class::ALL {
            let said = levels(&|tier| row.need(class, tier).level);
            lines.extend(said.map(|levels| format!("{} {levels}", class.name())));
        }
        let said = levels(&|tier| row.window(tier).level);
        lines.extend(said.map(|levels| format!("release window {levels}")));
    }
    if lines.is_empty() { Cell::Text("when needed".into()) } else { Cell::Text(lines.join("; ")) }
}

/// Charters of projects that are finished.
fn examples(p: &Portfolio) -> Group {
    let mut found: Vec<_> = p
        .projects
        .iter()
        .filter(|pr| pr.state == State::Complete)
        .flat_map(|pr| pr.documents.iter().map(move |i| (pr, *i)))
        .filter_map(|(pr, i)| Some((pr, p.documents.get(i)?)))
        .filter(|(_, d)| d.typed && d.kind.role == Role::Charter)
        .collect();
    found.sort_by_key(|(pr, d)| {
        (std::cmp::Reverse(pr.finish.actual), pr.id.clone(), d.path.clone())
    });
    let row = |(pr, d): &(&crate::portfolio::Project, &crate::document::Document)| Row {
        anchor: None,
        cells: vec![
            Cell::Link(d.title.to_string(), Target::Document(d.path.clone())),
            project(pr),
            Cell::Text(p.tier_label(pr.tier)),
            model(p, pr).map_or(Cell::Missing(Missing::NotReported), |m| Cell::Text(m.to_owned())),
            pr.finish.actual.map_or(Cell::Missing(Missing::NotReported), Cell::Date),
        ],
        muted: false,
    };
    Group {
        key: "examples".into(),
        title: "Finished charters".into(),
        note: if found.is_empty() {
            String::new()
        } else {
            "How others began, the newest first; their lessons say how it went.".into()
        },
        caption: "Charters of finished projects".into(),
        empty: "No project with a charter is finished yet.".into(),
        columns: vec![
            Column::new("charter", "Charter", Set::Wide),
            Column::new("project", "Project", Set::Filter),
            Column::new("tier", "Tier", Set::Filter),
            Column::new("model", "Delivery model", Set::Filter),
            Column::new("finished", "Finished", Set::Short),
        ],
        rows: found.iter().map(row).collect(),
    }
}

fn member(c: &Context<'_>, slug: &str) -> Table {
    let p = c.portfolio;
    match kind_of(p, slug).filter(|_| slug != GLOSSARY) {
        Some(kind) => Table {
            sentence: super::words::sentence(kind.purpose.to_string()),
            groups: vec![sections(p, kind), fields(kind)],
            ..Table::default()
        },
        None => glossary::table(),
    }
}

fn sections(p: &Portfolio, kind: &Kind) -> Group {
    let row = |s: &crate::kinds::Section| {
        let others: Vec<&str> = s.synonyms.iter().map(|w| &**w).collect();
        let name = Cell::Text(s.name.to_string());
        Row {
            anchor: None,
            cells: vec![
                if others.is_empty() {
                    name
                } else {
                    Cell::Detail(Box::new(name), format!("also {}", list(&others)))
                },
                Cell::Text(s.levels.show().replace('-', "–")),
                Cell::Text(s.prompt.to_string()),
            ],
            muted: false,
        }
    };
    let signs = kind.approvers_at(0).join(", ").replace('|', " or ").replace('-', " ");
    let signs = if kind.approvable && !signs.is_empty() {
        format!(" Signed in tier {} by {signs}.", p.tier_label(0))
    } else {
        String::new()
    };
    Group {
        key: "sections".into(),
        title: "Sections".into(),
        note: format!("Levels by tier, from most to least control.{signs}"),
        caption: format!("Sections of the template: {}", kind.title.to_lowercase()),
        empty: "It has no sections of its own.".into(),
        columns: vec![
            Column::new("section", "Section", Set::Text),
            Column::new("level", "Level", Set::Short),
            Column::new("prompt", "What to write", Set::Wide),
        ],
        rows: kind.sections.iter().map(row).collect(),
    }
}

fn fields(kind: &Kind) -> Group {
    let row = |f: &crate::data::field::Field| Row {
        anchor: None,
        cells: vec![
            Cell::Text(f.name.to_string()),
            Cell::Text(f.levels.show().replace('-', "–")),
            Cell::Text(f.about.to_string()),
        ],
        muted: false,
    };
    let asked = kind.fields.list.iter().filter(|f| f.levels.show() != "O");
    Group {
        key: "fields".into(),
        title: "Front matter".into(),
        note: "What is asked for; the guide lists the optional ones too.".into(),
        caption: format!("Fields of the template: {}", kind.title.to_lowercase()),
        empty: "Nothing is asked for.".into(),
        columns: vec![
            Column::new("field", "Field", Set::Short),
            Column::new("level", "Level", Set::Short),
            Column::new("about", "What it says", Set::Wide),
        ],
        rows: asked.map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FILES, check, context, group, line, said, table};
    use super::{FAMILY, kind_of, pages};

    #[test]
    fn every_kind_has_a_template_and_what_is_asked_of_it() {
        let checked = check(&FILES.replace("state: active", "state: complete"));
        let table = table(&checked, "library");
        assert!(said(&table).ends_with(", one finished charter to read, and the glossary."));
        let rows: Vec<String> = group(&table, "templates").rows.iter().map(line).collect();
        let charter = rows.iter().find(|r| r.starts_with("Charter |")).unwrap();
        assert!(
            charter.contains("| initiate R/R/R")
                && charter.contains("| milepost new charter | charter.md"),
            "{charter}"
        );
        let risk = rows.iter().find(|r| r.starts_with("Risk |")).unwrap();
        assert!(risk.ends_with("| milepost new risk | raid.yaml"), "{risk}");
        assert!(
            line(&group(&table, "examples").rows[0]).starts_with("Charter | CRM replacement |")
        );
        for member in pages(&context(&checked)) {
            let kind = kind_of(&checked.portfolio, &member.slug);
            assert!(kind.is_some() || member.slug == "glossary");
        }
    }

    #[test]
    fn a_template_lists_its_sections_and_the_glossary_its_words() {
        let checked = check(FILES);
        let charter = (FAMILY.table)(&context(&checked), "charter");
        assert!(group(&charter, "sections").rows.len() > 4);
        let glossary = (FAMILY.table)(&context(&checked), "glossary");
        let health: Vec<String> = group(&glossary, "health").rows.iter().map(line).collect();
        assert_eq!(health.len(), 4);
        let all = glossary.groups.iter().flat_map(|g| &g.rows);
        assert!(all.clone().all(|r| r.anchor.is_some()), "each word can be led to");
        let words: Vec<String> = group(&glossary, "abbreviations").rows.iter().map(line).collect();
        assert!(words.windows(2).all(|w| w[0].to_lowercase() < w[1].to_lowercase()), "{words:?}");
    }
}
