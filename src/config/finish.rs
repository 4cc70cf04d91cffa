//! What is judged and worded once every table of `book.toml` is read.

use super::{Config, fail};
use crate::data::record::Record;
use crate::data::{Node, Problem};
use crate::date::Freeze;
use crate::ratio::Ratio;
use crate::text::nearest;
use std::path::{Component, Path, PathBuf};

/// The version of the documents' and registers' fields that is read here.
const READS: i128 = 1;

/// Check what needs several tables, then word every problem as one of
/// `book.toml`, whose keys are written with hyphens.
pub(super) fn finish(config: &Config, root: &Node, problems: &mut Vec<Problem>) {
    default_tier(config, root, problems);
    schema(root, problems);
    folders(config, root, problems);
    rates(config, root, problems);
    for problem in problems {
        problem.rule = "invalid-config";
        problem.replacement = None;
        if let Some(help) = problem.help.as_mut().filter(|h| h.starts_with("did you mean `")) {
            *help = help.replace('_', "-");
        }
        // A message begins with the key's name in backticks.
        let name = problem.message.strip_prefix('`').and_then(|m| m.split_once("` must be "));
        if let Some((name, rest)) = name {
            problem.message = format!("`{}` must be {rest}", name.replace('_', "-"));
        }
    }
}

/// The version of the fields, where it is stated, is one that is read here.
fn schema(root: &Node, problems: &mut Vec<Problem>) {
    let Some(entry) = root.get("portfolio").and_then(|e| e.value.get("schema")) else { return };
    // What is no number at all has been told by the reader.
    let stated = entry.value.as_str().and_then(Ratio::parse).filter(|n| n.denominator() == 1);
    let Some(stated) = stated.filter(|n| n.numerator() != READS) else { return };
    let message = format!("`schema` is {stated}, and this Milepost reads schema {READS}");
    let help = if stated > Ratio::whole(1) {
        format!(
            "upgrade Milepost: a later release, named in its change log, reads schema {stated}; \
             `milepost --version` shows which this is"
        )
    } else {
        format!("write `schema = {READS}`, the first there is")
    };
    problems.push(fail(entry.value.span, message, help));
}

/// The times in which nothing is to go live, the first first.
pub(super) fn freezes(calendar: &Record, problems: &mut Vec<Problem>) -> Vec<Freeze> {
    let mut all = Vec::new();
    for item in calendar.list("freezes") {
        let Some(record) = item.datum.record() else { continue };
        let (from, to) = (record.date("from"), record.date("to"));
        match (from, to) {
            (Some(from), Some(to)) if from <= to => {
                let label = record.text("label").unwrap_or_default().to_owned();
                all.push(Freeze { from, to, label });
            }
            (Some(from), Some(to)) => problems.push(fail(
                item.span,
                format!("a freeze begins on {from} and ends before, on {to}"),
                "give the first day as `from` and the last as `to`",
            )),
            _ => problems.push(fail(
                item.span,
                "a freeze needs its first and its last day".into(),
                "write `{ from = \"2026-12-14\", to = \"2027-01-08\", label = \"Year end\" }`",
            )),
        }
    }
    all.sort_by_key(|f| (f.from, f.to));
    all
}

/// Rates need a currency to convert into, and say something of another one.
fn rates(config: &Config, root: &Node, problems: &mut Vec<Problem>) {
    let Some(table) = root.get("fx") else { return };
    if config.currency.is_none() {
        let help = "add `currency = \"CAD\"` to `[portfolio]`";
        let message = "`[fx]` needs a currency to convert into";
        problems.push(fail(table.key_span, message.into(), help));
    }
    for entry in table.value.entries() {
        let code = entry.key.len() == 3 && entry.key.bytes().all(|b| b.is_ascii_uppercase());
        let zero = config.fx.iter().any(|(c, rate)| **c == *entry.key && rate.is_zero());
        if !code {
            let message = format!("`{}` is no currency", entry.key);
            problems.push(fail(entry.key_span, message, "write its three letters: `EUR = 1.47`"));
        } else if zero {
            let message = format!("the rate of `{}` is 0", entry.key);
            let help = "write what one unit of it is worth in the portfolio's currency";
            problems.push(fail(entry.value.span, message, help));
        }
    }
}

/// Where sources and output may not be, as far as the text alone tells.
fn folders(config: &Config, root: &Node, problems: &mut Vec<Problem>) {
    let entry = |table: &str, key: &str| {
        let entry = root.get(table)?.value.get(key)?;
        Some((entry.value.span, entry.value.as_str()?.trim()))
    };
    if let Some((span, "")) = entry("book", "src") {
        let help = "name the folder of the sources, relative to `book.toml`, such as `src`";
        problems.push(fail(span, "`src` is empty".into(), help));
    }
    let Some((span, text)) = entry("build", "build-dir") else { return };
    let (out, src) = (plain(text), plain(&config.src));
    let in_git = || out.components().any(|part| part.as_os_str() == ".git");
    let fact = if text.is_empty() {
        "`build-dir` is empty"
    } else if text.contains('\0') {
        "`build-dir` holds a NUL character"
    } else if text == "~" || text.starts_with("~/") {
        "`build-dir` begins with `~`, which means nothing here"
    } else if in_git() {
        "`build-dir` lies in `.git`"
    } else if out.as_os_str().is_empty() {
        "`build-dir` is the book's own folder"
    } else if out.components().all(|part| part == Component::ParentDir) {
        "`build-dir` holds the book's own folder"
    } else if out == Path::new(super::FILE) {
        "`build-dir` is `book.toml` itself"
    } else if out == src {
        "`build-dir` is the folder of the sources"
    } else if out.starts_with(&src) && !src.as_os_str().is_empty() {
        "`build-dir` lies in the folder of the sources"
    } else if src.starts_with(&out) {
        "`build-dir` holds the folder of the sources"
    } else {
        return;
    };
    let help = "name a folder of its own for the site, relative to `book.toml`, such as `book`";
    problems.push(fail(span, fact.into(), help));
}

/// A path without `.`, and without `..` after a name.
fn plain(path: &str) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in Path::new(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(plain.components().next_back(), Some(Component::Normal(_))) =>
            {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// The tier of projects that state none is one of the tiers.
fn default_tier(config: &Config, root: &Node, problems: &mut Vec<Problem>) {
    let Some(id) = config.default_tier.as_deref() else { return };
    if config.tiers.is_empty() || config.tiers.iter().any(|t| t.id == id || t.label == id) {
        return;
    }
    let entry = root.get("portfolio").and_then(|e| e.value.get("default-tier"));
    let Some(entry) = entry else { return };
    let ids = || config.tiers.iter().map(|t| t.id.as_str());
    let help = match nearest(id, ids()).filter(|_| id.len() > 2) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("tiers are {}", ids().collect::<Vec<_>>().join(", ")),
    };
    problems.push(fail(entry.value.span, format!("`default-tier` names no tier: `{id}`"), help));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> Vec<String> {
        Config::read(text).1.into_iter().map(|p| p.message).collect()
    }

    #[test]
    fn the_default_tier_is_one_of_the_tiers() {
        assert_eq!(
            says("[portfolio]\ndefault-tier = \"9\"\n"),
            ["`default-tier` names no tier: `9`"]
        );
        assert!(says("[portfolio]\ndefault-tier = \"3\"\n").is_empty());
        let own = "[portfolio]\ndefault-tier = \"A\"\n[[tiers]]\nid = \"A\"\nlabel = \"big\"\n";
        assert!(says(own).is_empty());
    }

    #[test]
    fn keys_are_named_as_they_are_written() {
        let found = says("[portfolio]\nas-of = \"2026_13_22\"\n");
        assert_eq!(found, ["`as-of` must be a date, not `2026_13_22`"]);
    }

    #[test]
    fn a_schema_that_is_not_known_is_refused_with_the_way_to_upgrade() {
        assert!(says("[portfolio]\nschema = 1\n").is_empty());
        let problems = Config::read("[portfolio]\nschema = 2\n").1;
        assert_eq!(problems[0].message, "`schema` is 2, and this Milepost reads schema 1");
        assert!(problems[0].help.as_ref().unwrap().starts_with("upgrade Milepost"));
        assert_eq!(says("[portfolio]\nschema = 0\n").len(), 1);
        assert_eq!(says("[portfolio]\nschema = \"new\"\n").len(), 1);
    }

    #[test]
    fn the_output_and_the_sources_have_folders_of_their_own() {
        for bad in [
            "",
            " ",
            "~",
            "~/site",
            ".git",
            ".git/pages",
            "a/.git",
            "src",
            "./src/",
            ".",
            "..",
            "../..",
            "a/..",
            "src/x",
            "src/../src",
            "x/../src/y",
            "book.toml",
            "x\\u0000y",
        ] {
            let text = format!("[build]\nbuild-dir = \"{bad}\"\n");
            let found = says(&text);
            assert_eq!(found.len(), 1, "{bad:?}: {found:?}");
        }
        for good in ["book", "../site", "src-site", "docs/book", ".github-pages", "~backup"] {
            assert!(says(&format!("[build]\nbuild-dir = \"{good}\"\n")).is_empty(), "{good}");
        }
        let above = "[book]\nsrc = \"docs/src\"\n[build]\nbuild-dir = \"docs\"\n";
        assert_eq!(says(above), ["`build-dir` holds the folder of the sources"]);
        assert_eq!(says("[book]\nsrc = \"\"\n"), ["`src` is empty"]);
        let same = "[book]\nsrc = \"docs\"\n[build]\nbuild-dir = \"docs\"\n";
        assert_eq!(says(same), ["`build-dir` is the folder of the sources"]);
    }
}
