//! Clean documents with one fault each: every document of the example is
//! spoilt in one way at a time, and each fault must be found where it is.

#![allow(clippy::disallowed_methods, reason = "the example is read from the disk")]

use crate::Checked;
use crate::config::Config;
use crate::data::field::Type;
use crate::data::record::Datum;
use crate::document::Document;
use crate::finding::Finding;
use crate::kinds::Role;
use crate::rules::wanted;
use crate::tree::MemoryTree;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// The texts of the example by path.
type Texts = BTreeMap<String, String>;

struct Example {
    config: Arc<Config>,
    texts: Texts,
    checked: Checked,
    /// What is found in the example as it is, by file.
    known: BTreeSet<(String, &'static str, String)>,
}

fn example() -> Example {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = Config::parse(&std::fs::read_to_string(root.join("book.toml")).unwrap()).unwrap();
    let config = Arc::new(config);
    let source = root.join("content-example");
    let mut texts = Texts::new();
    for entry in walkdir::WalkDir::new(&source).sort_by_file_name() {
        let path = entry.unwrap().into_path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let name = path.strip_prefix(&source).unwrap().to_str().unwrap().replace('\\', "/");
        texts.insert(name, text);
    }
    let checked = check(&config, &texts);
    let known = checked.findings.iter().map(plain).collect();
    Example { config, texts, checked, known }
}

fn check(config: &Arc<Config>, texts: &Texts) -> Checked {
    let tree = texts.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with(path, text));
    let as_of = crate::date::parse("2026-03-27").unwrap();
    crate::check(&tree, config.clone(), as_of, &[]).unwrap()
}

/// What a finding says, but for the numbers of lines.
fn plain(finding: &Finding) -> (String, &'static str, String) {
    let words = finding.message.replace(|c: char| c.is_ascii_digit(), "");
    (finding.path.to_string(), finding.rule, words)
}

impl Example {
    /// Each document once, with the text that `spoil` makes of it and what is
    /// then expected; documents that cannot be spoilt that way are left alone.
    fn spoilt<E>(&self, spoil: impl Fn(&Spot<'_>) -> Option<(String, E)>) -> Spoilt<E> {
        let mut texts = self.texts.clone();
        let mut expected = Vec::new();
        for (index, document) in self.checked.portfolio.documents.iter().enumerate() {
            let text = &self.texts[&*document.path];
            let spot = Spot { example: self, document, text, index };
            if let Some((text, expects)) = spoil(&spot).filter(|_| document.typed) {
                texts.insert(document.path.to_string(), text);
                expected.push((document.path.to_string(), expects));
            }
        }
        let checked = check(&self.config, &texts);
        // Links to a heading that is gone are broken, and rightly so.
        let found = checked
            .findings
            .into_iter()
            .filter(|f| !self.known.contains(&plain(f)) && f.rule != "broken-anchor");
        Spoilt { texts, expected, found: found.collect() }
    }
}

struct Spoilt<E> {
    texts: Texts,
    expected: Vec<(String, E)>,
    found: Vec<Finding>,
}

impl<E> Spoilt<E> {
    fn of<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Finding> {
        self.found.iter().filter(move |f| *f.path == *path)
    }

    fn all(&self, path: &str) -> String {
        let said = self.of(path).map(|f| format!("  {}:{} {}", f.at, f.rule, f.message));
        said.collect::<Vec<_>>().join("\n")
    }
}

/// A document in its place.
struct Spot<'a> {
    example: &'a Example,
    document: &'a Document,
    text: &'a str,
    index: usize,
}

impl Spot<'_> {
    /// Sections that are owed, told by one heading and by nothing else: their
    /// number, and where they stand with all that is below them.
    fn owed(&self) -> Vec<(usize, std::ops::Range<usize>)> {
        let owed = wanted::sections(&self.example.checked.portfolio, self.index);
        owed.into_iter().filter_map(|(i, ..)| Some((i, self.block(i)?))).collect()
    }

    fn block(&self, section: usize) -> Option<std::ops::Range<usize>> {
        let found = self.document.sections.get(section)?;
        let headings = &self.document.outline.headings;
        let ([only], []) = (&found.headings[..], &found.lead_ins[..]) else { return None };
        let heading = &headings[*only];
        // A heading may tell of two sections.
        let others = self.document.sections.iter().filter(|s| s.headings.contains(only)).count();
        if others > 1 || heading.level != 2 {
            return None;
        }
        let next = headings[only + 1..].iter().find(|h| h.level <= heading.level);
        let end = next.map_or(self.text.len(), |h| h.span.start as usize);
        let block = heading.span.start as usize..end;
        // What stands below it may be a section too.
        let inner = headings[only + 1..].iter().any(|h| block.contains(&(h.span.start as usize)));
        (!inner).then_some(block)
    }

    fn with(&self, range: std::ops::Range<usize>, text: &str) -> String {
        format!("{}{text}{}", &self.text[..range.start], &self.text[range.end..])
    }

    fn line(&self, at: usize) -> u32 {
        u32::try_from(self.text[..at].matches('\n').count()).unwrap() + 1
    }
}

/// What becomes of a section; `None` where it cannot be done.
type Hide = fn(&str) -> Option<String>;

/// How the words of a section are kept from being one.
const HIDDEN: &[(&str, Hide)] = &[
    ("deleted", |_| Some(String::new())),
    ("in a code fence", |block| Some(format!("`````text\n{block}\n`````\n\n"))),
    ("in a block quote", |block| {
        Some(block.lines().fold(String::new(), |all, line| all + "> " + line + "\n") + "\n")
    }),
    ("in a comment", |block| (!block.contains("-->")).then(|| format!("<!--\n{block}\n-->\n\n"))),
];

#[test]
fn a_section_that_is_gone_is_missed() {
    let example = example();
    let mut count = 0;
    for (how, hide) in HIDDEN {
        for nth in 0.. {
            let spoilt = example.spoilt(|spot| {
                let (section, block) = spot.owed().into_iter().nth(nth)?;
                let hidden = hide(&spot.text[block.clone()])?;
                Some((spot.with(block, &hidden), spot.document.kind.sections[section].name.clone()))
            });
            if spoilt.expected.is_empty() || (nth == 4 && *how != "deleted") {
                break;
            }
            count += spoilt.expected.len();
            for (path, name) in &spoilt.expected {
                let said = format!("has no section `{name}`");
                let mut found = spoilt
                    .of(path)
                    .filter(|f| f.rule == "missing-section" && f.message.contains(&said));
                let found = found.next().unwrap_or_else(|| {
                    panic!("{path}: `{name}` {how} is not missed\n{}", spoilt.all(path))
                });
                let line = spoilt.texts[path].lines().nth(found.at.line as usize - 1).unwrap();
                assert!(line.starts_with('#') || line.starts_with("kind:"), "{path}: {line}");
                assert_eq!(
                    spoilt.of(path).count(),
                    1,
                    "{path}: `{name}` {how}\n{}",
                    spoilt.all(path)
                );
            }
        }
    }
    assert!(count > 400, "{count}");
}

#[test]
fn a_heading_may_be_underlined() {
    let example = example();
    let spoilt = example.spoilt(|spot| {
        let mut text = spot.text.to_owned();
        for heading in spot.document.outline.headings.iter().rev().filter(|h| h.level == 2) {
            let range = heading.span.start as usize..heading.span.end as usize;
            let words = text[range.clone()].trim_start_matches('#').trim().to_owned();
            text.replace_range(range, &format!("{words}\n---"));
        }
        (text != spot.text).then_some((text, ()))
    });
    assert!(spoilt.expected.len() > 40);
    let found: Vec<_> = spoilt.found.iter().map(plain).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_section_that_stands_twice_is_found_at_the_second() {
    let example = example();
    let spoilt = example.spoilt(|spot| {
        let (_, block) = spot.owed().into_iter().next()?;
        let gap = if spot.text.ends_with("\n\n") { "" } else { "\n" };
        let text = format!("{}{gap}{}", spot.text, spot.text[block].trim_end());
        Some((text + "\n", spot.line(spot.text.len()) + u32::from(!gap.is_empty())))
    });
    assert!(spoilt.expected.len() > 30);
    for (path, line) in &spoilt.expected {
        let found = spoilt.of(path).any(|f| f.rule == "duplicate-section" && f.at.line == *line);
        assert!(found, "{path}:{line}\n{}", spoilt.all(path));
    }
}

#[test]
fn a_section_out_of_order_is_found_where_it_stands() {
    let example = example();
    let spoilt = example.spoilt(|spot| {
        let p = &example.checked.portfolio;
        let latest = p.project_of(spot.index).and_then(|pr| pr.latest());
        // Earlier reports are history.
        if spot.document.kind.role == Role::Report
            && latest.is_some_and(|report| report.document != spot.index)
        {
            return None;
        }
        let count = spot.document.kind.sections.len();
        let blocks: Vec<_> = (0..count).filter_map(|i| spot.block(i)).collect();
        let (first, [_, .., last]) = blocks.split_first()? else { return None };
        let moved = spot.text[first.clone()].trim_end();
        let text = format!(
            "{}{}{}\n\n{moved}\n{}",
            &spot.text[..first.start],
            &spot.text[first.end..last.end].trim_end(),
            "",
            if last.end < spot.text.len() { "\n" } else { "" },
        ) + &spot.text[last.end..];
        let name = moved.lines().next().unwrap().to_owned();
        Some((text, name))
    });
    assert!(spoilt.expected.len() > 15, "{}", spoilt.expected.len());
    for (path, heading) in &spoilt.expected {
        let line = spoilt.texts[path].lines().position(|l| l == heading).unwrap() + 1;
        let found = spoilt.of(path).any(|f| {
            f.rule == "section-order" && usize::try_from(f.at.line).is_ok_and(|at| at == line)
        });
        assert!(found, "{path}:{line} {heading}\n{}", spoilt.all(path));
    }
}

/// The first field of the front matter whose value `wrong` can spoil.
fn spoil_field(
    spot: &Spot<'_>,
    wrong: impl Fn(&Type, &Datum, &str) -> Option<String>,
) -> Option<(String, (u32, String))> {
    let kind = &spot.document.kind;
    spot.document.fields.slots.iter().find_map(|slot| {
        let range = slot.span.start as usize..slot.span.end as usize;
        let written = spot.text.get(range.clone())?;
        let value = wrong(&kind.fields.find(&slot.name)?.kind, &slot.datum, written)?;
        Some((spot.with(range.clone(), &value), (spot.line(range.start), written.to_owned())))
    })
}

#[test]
fn a_broken_date_is_found_on_its_line() {
    let example = example();
    let spoilt = example.spoilt(|spot| {
        spoil_field(spot, |_, datum, written| {
            let month = written.get(4..8).filter(|m| m.starts_with('-') && m.ends_with('-'))?;
            matches!(datum, Datum::Date(_)).then(|| written.replacen(month, "-13-", 1))
        })
    });
    assert!(spoilt.expected.len() > 60, "{}", spoilt.expected.len());
    for (path, (line, _)) in &spoilt.expected {
        let found = spoilt.of(path).any(|f| f.rule == "invalid-value" && f.at.line == *line);
        assert!(found, "{path}:{line}\n{}", spoilt.all(path));
    }
}

#[test]
fn a_misspelt_word_of_a_list_is_found_and_guessed() {
    let example = example();
    let spoilt = example.spoilt(|spot| {
        spoil_field(spot, |kind, _, written| {
            let long = written.len() > 4 && written.is_ascii();
            (matches!(kind, Type::Choice) && long).then(|| written.replacen(&written[2..3], "", 1))
        })
    });
    assert!(spoilt.expected.len() > 40, "{}", spoilt.expected.len());
    for (path, (line, word)) in &spoilt.expected {
        let guess = format!("did you mean `{word}`?");
        let found = spoilt.of(path).any(|f| {
            f.rule == "invalid-value"
                && f.at.line == *line
                && f.help.as_deref().is_some_and(|help| help.starts_with(&guess))
        });
        assert!(found, "{path}:{line} {word}\n{}", spoilt.all(path));
        assert_eq!(spoilt.of(path).count(), 1, "{path}:{line}\n{}", spoilt.all(path));
    }
}
