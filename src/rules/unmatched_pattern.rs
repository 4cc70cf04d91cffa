//! `unmatched-pattern`: `book.toml` speaks of files that are not there, or sets
//! what never acts.

mod idle;

use super::{Context, Defaults, Rule};
use crate::config::FILE;
use crate::data::{Entry, Node};
use crate::finding::{Finding, Severity};
use crate::kinds::{Kind, Match};
use crate::portfolio::Portfolio;
use crate::text::{Span, counted};

pub(super) static RULE: Rule = Rule {
    name: "unmatched-pattern",
    summary: "A pattern or a kind of `book.toml` matches no file, or a severity or requirement set there never acts.",
    why: "A pattern with a slip of the pen matches nothing, so nothing is checked, and the report that says `no findings` looks like praise. The same happens when the files are moved. A severity for a phase no project has, or a required document in a class of phases that is not in use, is no different: somebody believes that it holds.",
    defaults: Defaults::Graded(
        [Severity::Warn, Severity::Warn, Severity::Warn],
        [Severity::Note, Severity::Note, Severity::Note],
    ),
    example: "=== book.toml\n[kinds.memo]\nrole = \"document\"\nmatch = \"memo/*.md\"\n=== memos/a.md\n# Memo\n",
    remedy: "=== book.toml\n[kinds.memo]\nrole = \"document\"\nmatch = \"memos/*.md\"\n=== memos/a.md\n# Memo\n",
    check: Some(check),
};

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    out.extend(idle::rules(p));
    out.extend(idle::requirements(p));
    let table = p.config.kinds.as_ref().map(Node::entries).unwrap_or_default();
    for entry in table {
        let Some(kind) = p.kinds.find(&entry.key) else { continue };
        let mut silent = 0;
        for (i, pattern) in kind.matches.iter().enumerate() {
            let used = p.documents.iter().any(|d| d.kind.name == kind.name && d.matched == Some(i));
            if !used {
                silent += 1;
                let (message, help) = unmatched(p, kind, pattern);
                out.push(at(p, pattern.span, message).help(help));
            }
        }
        if silent == 0 && kind.matches.is_empty() && unused(p, table, entry, kind) {
            let message = format!("kind `{}` is set up and no file is of it", kind.name);
            let help =
                "write `kind:` in the files that are meant, add `match`, or remove the table";
            out.push(at(p, entry.key_span, message).help(help).small());
        }
    }
}

fn at(p: &Portfolio, span: Span, message: String) -> Finding {
    Finding::new(RULE.name, FILE.into(), span, p.config.lines.position(span.start), message)
}

/// Why a pattern gave no file its kind: nothing is like it, or all that is like
/// it says that it is something else.
fn unmatched(p: &Portfolio, kind: &Kind, pattern: &Match) -> (String, String) {
    let shown = pattern.show();
    let by_path = pattern.path.as_deref().filter(|_| pattern.field.is_none());
    let mut taken = p
        .documents
        .iter()
        .filter(|d| by_path.is_some_and(|glob| crate::kinds::glob(glob, &d.path)));
    if let Some(first) = taken.next() {
        let count = 1 + taken.count();
        let others = &first.kind.name;
        let message = if count == 1 {
            format!("pattern `{shown}` matches one file, which is of kind `{others}`")
        } else {
            format!("pattern `{shown}` matches {count} files, none of kind `{}`", kind.name)
        };
        let help = format!("remove the pattern, or what makes `{}` a `{others}`", first.path);
        return (message, help);
    }
    let message =
        format!("pattern `{shown}` matches none of {}", counted(p.documents.len(), "document"));
    let help = "correct it: paths count from the folder of the sources, `*` stays within a folder and `**` goes across";
    (message, help.into())
}

/// Whether nothing is of a kind: no document, no item, no kind that extends it.
fn unused(p: &Portfolio, table: &[Entry], entry: &Entry, kind: &Kind) -> bool {
    let extended = table.iter().any(|other| {
        other.value.get("extends").and_then(|e| e.value.as_str()) == Some(&*entry.key)
    });
    let items = p.registers.iter().flat_map(|r| r.lists.iter().flat_map(|(_, _, items)| items));
    !extended
        && !p.documents.iter().any(|d| d.kind.name == kind.name)
        && !items.into_iter().any(|item| item.kind.name == kind.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::portfolio;

    const BOOK: &str = "[kinds.memo]\nrole = \"document\"\nmatch = [\"memos/*.md\"]\n";

    #[test]
    fn a_pattern_without_a_file_is_found_in_book_toml() {
        let found = portfolio().config(BOOK).finds("unmatched-pattern", "book.toml", 3);
        assert_eq!(found.at.column, 10);
        assert!(found.message.starts_with("pattern `memos/*.md` matches none of "));
        assert_eq!(found.severity, Severity::Warn);
        portfolio().config(BOOK).file("memos/a.md", "# A\n").silent("unmatched-pattern");
    }

    #[test]
    fn a_pattern_whose_files_are_something_else_says_so() {
        let found = portfolio()
            .config(BOOK)
            .file("memos/a.md", "---\nkind: page\n---\n# A\n")
            .finds("unmatched-pattern", "book.toml", 3);
        assert_eq!(found.message, "pattern `memos/*.md` matches one file, which is of kind `page`");
    }

    #[test]
    fn a_kind_without_a_file_is_a_lesser_finding() {
        let book = "[kinds.memo]\nrole = \"document\"\n[kinds.note]\nextends = \"memo\"\n";
        let found = portfolio().config(book).finds("unmatched-pattern", "book.toml", 3);
        assert_eq!(found.severity, Severity::Note);
        assert_eq!(found.message, "kind `note` is set up and no file is of it");
        portfolio()
            .config(book)
            .file("a.md", "---\nkind: note\n---\n# A\n")
            .silent("unmatched-pattern");
        portfolio().config("[kinds.risk]\ntitle = \"Danger\"\n").silent("unmatched-pattern");
    }
}
