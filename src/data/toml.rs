//! TOML → spanned tree, entries in source order.

use super::conflict::conflicts;
use super::{Entry, Node, Problem, Scalar, Value};
use crate::text::{Span, visible};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Tables and lists within one another before a text is refused.
const DEPTH: usize = 32;

/// Read a TOML text.
///
/// # Errors
/// The first syntax error, with its place in the text.
pub fn parse(text: &str) -> Result<Node, Problem> {
    let skip = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = text.get(skip..).unwrap_or("");
    match DeTable::parse(body) {
        Ok(table) => {
            let reader = Reader { text: body, skip };
            let value = reader.table(table.get_ref(), 0)?;
            Ok(Node { span: Span::new(skip, text.len()), value })
        }
        Err(error) => {
            // A conflict explains whatever else is wrong.
            if let Some(conflict) = conflicts(text, skip, text.len(), 1).first() {
                return Err(conflict.problem(text));
            }
            let range = error.span().unwrap_or(0..0);
            let span = Span::new(skip + range.start, skip + range.end);
            let message = visible(error.message().lines().next().unwrap_or("not TOML"));
            let message = if message.is_empty() { "not TOML".into() } else { message };
            Err(Problem::new("invalid-toml", span, format!("invalid TOML: {message}")))
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    skip: usize,
}

impl Reader<'_> {
    fn span<T>(&self, spanned: &Spanned<T>) -> Span {
        let range = spanned.span();
        Span::new(range.start, range.end).shift(self.skip)
    }

    fn table(&self, table: &DeTable<'_>, depth: usize) -> Result<Value, Problem> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let key_span = self.span(key);
            let value = self.value(value, depth + 1)?;
            entries.push(Entry { key: key.get_ref().as_ref().into(), key_span, value });
        }
        entries.sort_by_key(|entry: &Entry| entry.key_span);
        Ok(Value::Map(entries))
    }

    fn value(&self, value: &Spanned<DeValue<'_>>, depth: usize) -> Result<Node, Problem> {
        let span = self.span(value);
        if depth > DEPTH {
            let message = format!("tables and lists go more than {DEPTH} deep, which is the limit");
            return Err(Problem::new("over-limit", span, message).help("keep values flatter"));
        }
        let range = value.span();
        let written = self.text.get(range).unwrap_or("");
        let bare = |text: String| Value::Scalar(Scalar { text: text.into(), plain: true });
        let value = match value.get_ref() {
            DeValue::String(text) => {
                Value::Scalar(Scalar { text: text.as_ref().into(), plain: false })
            }
            DeValue::Integer(_) | DeValue::Float(_) => bare(written.replace('_', "")),
            DeValue::Boolean(_) | DeValue::Datetime(_) => bare(written.to_owned()),
            DeValue::Array(items) => {
                let items = items.iter().map(|item| self.value(item, depth + 1));
                Value::List(items.collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => self.table(table, depth)?,
        };
        Ok(Node { span, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = "[book]\ntitle = \"Élan\"\nauthors = [\"A\", 'B']\n\n[portfolio]\nas-of = 2026-03-27\nmin-coverage = 1_0.50\nraw = true\n\n[[tiers]]\nid = 1\n\n[[tiers]]\nid = 2\n\n[kinds.status.fields]\na.b = {c = 1}\n";

    #[test]
    fn spans_underline_keys_and_values() {
        for text in [BOOK.to_owned(), format!("\u{feff}{BOOK}"), BOOK.replace('\n', "\r\n")] {
            let root = parse(&text).unwrap();
            let keys: Vec<_> = root.entries().iter().map(|e| &*e.key).collect();
            assert_eq!(keys, ["book", "portfolio", "tiers", "kinds"]);
            let book = root.get("book").unwrap();
            assert_eq!(book.key_span.of(&text), "book");
            let title = book.value.get("title").unwrap();
            assert_eq!(
                (title.key_span.of(&text), title.value.span.of(&text)),
                ("title", "\"Élan\"")
            );
            assert_eq!(title.value.as_str(), Some("Élan"));
            assert_eq!(book.value.get("authors").unwrap().value.items()[1].span.of(&text), "'B'");
            let portfolio = &root.get("portfolio").unwrap().value;
            let as_of = &portfolio.get("as-of").unwrap().value;
            assert_eq!(
                as_of.value,
                Value::Scalar(Scalar { text: "2026-03-27".into(), plain: true })
            );
            assert_eq!(portfolio.get("min-coverage").unwrap().value.as_str(), Some("10.50"));
            assert_eq!(portfolio.get("raw").unwrap().value.as_str(), Some("true"));
            let tiers = root.get("tiers").unwrap();
            assert_eq!(tiers.value.items().len(), 2);
            assert_eq!(tiers.value.items()[1].get("id").unwrap().value.span.of(&text), "2");
            let fields = &root.get("kinds").unwrap().value.get("status").unwrap().value;
            let c = fields.get("fields").unwrap().value.get("a").unwrap().value.get("b").unwrap();
            assert_eq!((c.key_span.of(&text), c.value.span.of(&text)), ("b", "{c = 1}"));
        }
    }

    #[test]
    fn errors_have_a_place() {
        let problem = parse("[book]\ntitle = \"x\"\ntitle = \"y\"\n").unwrap_err();
        assert_eq!((problem.rule, problem.span.start), ("invalid-toml", 19));
        assert_eq!(problem.message, "invalid TOML: duplicate key");
        let text = "[book]\n<<<<<<< HEAD\ntitle = \"x\"\n=======\ntitle = \"y\"\n>>>>>>> b\n";
        let problem = parse(text).unwrap_err();
        assert_eq!((problem.rule, problem.span.of(text)), ("conflict-marker", "<<<<<<< HEAD"));
        let problem = parse("a = @x\n").unwrap_err();
        assert_eq!(problem.span.start, 4);
        let deep = format!("a = {}1{}", "[".repeat(40), "]".repeat(40));
        assert_eq!(parse(&deep).unwrap_err().rule, "over-limit");
        assert!(parse(&format!("a = {}", "[".repeat(100_000))).is_err());
    }
}
