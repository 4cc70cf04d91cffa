//! How files are given a kind: by their path, by a field, or by both.

use super::glob::glob;
use crate::data::field::{SchemaReader, fold};
use crate::data::{Entry, Node, Value};
use crate::text::Span;

/// How files without a known `kind:` are given a kind. Everything it says must
/// hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The path matches a glob (`**/status-*.md`).
    pub path: Option<Box<str>>,
    /// A front-matter field, by its dotted path, has one of these values; with
    /// none listed, it is there.
    pub field: Option<(Box<str>, Vec<Box<str>>)>,
    /// Where it stands in `book.toml`.
    pub span: Span,
}

impl Match {
    /// Whether a file of that path and front matter is meant.
    #[must_use]
    pub fn holds(&self, path: &str, root: &Node) -> bool {
        self.path.as_ref().is_none_or(|pattern| glob(pattern, path))
            && self.field.as_ref().is_none_or(|(field, values)| given(root, field, values))
    }

    /// As it stands in `book.toml`, for messages.
    #[must_use]
    pub fn show(&self) -> String {
        let field = self.field.as_ref().map(|(field, values)| match values.as_slice() {
            [] => field.to_string(),
            values => format!("{field} = {}", values.join(", ")),
        });
        let path = self.path.as_deref().map(str::to_owned);
        path.into_iter().chain(field).collect::<Vec<_>>().join(" with ")
    }

    /// Whether two say the same, wherever they stand.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.path == other.path && self.field == other.field
    }
}

fn given(root: &Node, field: &str, values: &[Box<str>]) -> bool {
    let mut node = root;
    for part in field.split('.') {
        let Some(entry) = node.get(part) else { return false };
        node = &entry.value;
    }
    let is = |node: &Node| {
        node.as_str().is_some_and(|text| values.iter().any(|v| fold(v) == fold(text)))
    };
    match &node.value {
        Value::Null => false,
        _ if values.is_empty() => true,
        Value::List(items) => items.iter().any(is),
        _ => is(node),
    }
}

/// Read `match`: one of them, or a list.
pub(super) fn matches(entry: &Entry, reader: &mut SchemaReader) -> Vec<Match> {
    match &entry.value.value {
        Value::List(items) => items.iter().filter_map(|n| one(n, reader)).collect(),
        _ => one(&entry.value, reader).into_iter().collect(),
    }
}

fn one(node: &Node, reader: &mut SchemaReader) -> Option<Match> {
    let mut found = Match { path: None, field: None, span: node.span };
    if let Some(glob) = node.as_str() {
        found.path = Some(glob.into());
        sound(glob, node.span, reader);
        return Some(found);
    }
    let mut values = Vec::new();
    for entry in node.entries() {
        match &*entry.key {
            "path" => {
                found.path = reader.text(entry).map(Into::into);
                if let Some(glob) = &found.path {
                    sound(glob, entry.value.span, reader);
                }
            }
            "field" => found.field = reader.text(entry).map(|f| (f.into(), Vec::new())),
            "value" | "values" => values = reader.texts(entry),
            _ => reader.unknown(entry, &["path", "field", "value"]),
        }
    }
    if let Some(field) = &mut found.field {
        field.1 = values;
    }
    if found.path.is_none() && found.field.is_none() {
        reader.fail(
            node.span,
            "`match` needs a glob, or `field` and `value`",
            "write `match = \"**/status-*.md\"` or `match = { field = \"type\", value = \"status\" }`",
        );
        return None;
    }
    Some(found)
}

/// Refuse a pattern that can match no file, or not what its writer meant.
fn sound(glob: &str, span: Span, reader: &mut SchemaReader) {
    const KNOWN: &str = "there are `*` within a folder, `**` across folders and `?` for one letter";
    let sign = glob.chars().find(|c| "[]{}\\".contains(*c)).map(|c| match c {
        '\\' => "folders are parted by `/`, not by `\\`",
        '[' | ']' => "sets of letters in `[` and `]` are not known",
        _ => "alternatives in `{` and `}` are not known: write a list of patterns",
    });
    let up = glob.split('/').any(|part| matches!(part, "." | ".."));
    let glued = glob.split('/').any(|part| part != "**" && part.contains("**"));
    let (why, help) = match sign {
        _ if glob.trim().is_empty() => ("it is empty", KNOWN),
        Some(why) => (why, KNOWN),
        None if glob.starts_with('/') || up => (
            "paths count from the folder of the sources and never leave it",
            "begin it with the name of a folder or file, or with `**/`",
        ),
        None if glob.ends_with('/') => ("it names a folder, not files", "end it in `/**`"),
        None if glued => {
            ("`**` stands alone between `/`", "write `**/*.md` for all such files in all folders")
        }
        None if glob.split('/').any(str::is_empty) => {
            ("`//` has no name between", "write `/` once")
        }
        None => return,
    };
    reader.fail(span, format!("pattern `{glob}` cannot match: {why}"), help);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_that_can_match_nothing_is_refused_with_the_reason() {
        for (glob, why) in [
            ("[*.md", "sets of letters"),
            ("a/{b,c}.md", "alternatives"),
            ("a\\\\b.md", "folders are parted by `/`"),
            ("/a/*.md", "count from the folder"),
            ("../a.md", "count from the folder"),
            ("a/", "it names a folder"),
            ("a/**.md", "stands alone"),
            ("a//b.md", "has no name between"),
            ("", "it is empty"),
        ] {
            for text in
                [format!("match = \"{glob}\"\n"), format!("match = {{ path = \"{glob}\" }}\n")]
            {
                let root = crate::data::toml::parse(&text).unwrap();
                let mut reader = SchemaReader::default();
                matches(root.get("match").unwrap(), &mut reader);
                let [problem] = reader.problems.as_slice() else { panic!("{text}") };
                assert!(problem.message.contains(why), "{}", problem.message);
                let found = text
                    .get(problem.span.start as usize..problem.span.end as usize)
                    .unwrap_or_default();
                assert!(found.contains(glob), "{text}");
            }
        }
    }

    fn read(text: &str) -> Match {
        let root = crate::data::toml::parse(text).unwrap();
        let mut reader = SchemaReader::default();
        let found = matches(root.get("match").unwrap(), &mut reader);
        assert!(reader.problems.is_empty(), "{:?}", reader.problems);
        found.into_iter().next().unwrap()
    }

    #[test]
    fn a_field_may_be_nested_or_a_list_and_have_several_values() {
        let root = crate::data::toml::parse(
            "type = \"Standards Track\"\ntags = [\"adr\"]\nmeta.stage = \"beta\"\n",
        )
        .unwrap();
        for (text, holds) in [
            ("match = { field = \"type\", value = \"standards-track\" }", true),
            ("match = { field = \"type\", value = [\"Meta\", \"Standards Track\"] }", true),
            ("match = { field = \"type\", value = \"Meta\" }", false),
            ("match = { field = \"tags\", value = \"adr\" }", true),
            ("match = { field = \"meta.stage\", value = \"Beta\" }", true),
            ("match = { field = \"meta\" }", true),
            ("match = { field = \"absent\" }", false),
            ("match = { path = \"docs/**\", field = \"type\" }", true),
            ("match = { path = \"src/**\", field = \"type\" }", false),
        ] {
            assert_eq!(read(text).holds("docs/a.md", &root), holds, "{text}");
        }
    }
}
