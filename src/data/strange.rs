//! Values that can be read and were probably not meant: `owner: no`, which YAML
//! takes for a truth value, and 0.45 where 45 per cent is written `45`.

use super::field::{Field, Type};
use super::{Entry, Node, Problem, Value};
use crate::ratio::Ratio;
use crate::text::Span;

/// What YAML programs take for truth values when it is not quoted.
const TRUTHS: &[&str] = &["true", "false", "yes", "no", "on", "off"];

/// The help for a truth value, or a number, that stands without quotes where a
/// person or words belong; `None` for anything else. `outcome: yes` is an
/// answer in words.
pub(super) fn unquoted(node: &Node, field: &Field) -> Option<String> {
    let Value::Scalar(scalar) = &node.value else { return None };
    if !scalar.plain {
        return None;
    }
    if !matches!(field.kind, Type::Person | Type::Text | Type::Line | Type::Unit) {
        return None;
    }
    let text = scalar.text.trim();
    if matches!(field.kind, Type::Person) && text.starts_with(['“', '”', '„', '«', '‘', '’'])
    {
        let bare = text.trim_matches(['“', '”', '„', '«', '»', '‘', '’']);
        return Some(format!("curly quotes are read as a part of the name: write `\"{bare}\"`"));
    }
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let quoted = || format!("`\"{text}\"`");
    match field.kind {
        Type::Person if is(TRUTHS) || Ratio::parse(text).is_some() => Some(format!(
            "write a handle such as `\"@mlopez\"`, or a name; a name that reads like this goes in quotes: {}",
            quoted()
        )),
        Type::Text | Type::Line | Type::Unit if is(&["true", "false"]) => Some(format!(
            "say it in words, or put it in quotes if the word itself is meant: {}",
            quoted()
        )),
        _ => None,
    }
}

/// Whether a key is the end of a number that a comma cut in two, as in
/// `{baseline: 500,000}`.
pub(super) fn is_cut_number(entry: &Entry) -> bool {
    entry.value.is_null() && entry.key.len() == 3 && entry.key.bytes().all(|b| b.is_ascii_digit())
}

/// An amount that commas cut in pieces, with the number of keys that are its
/// pieces: `{baseline: 500,000}` is the value 500 and a key `000`.
pub(super) fn cut_amount(entry: &Entry, rest: &[Entry]) -> Option<(Problem, usize)> {
    let Value::Scalar(scalar) = &entry.value.value else { return None };
    if !rest.first().is_some_and(is_cut_number) {
        return None;
    }
    let head = scalar.text.trim();
    let short = (1..=3).contains(&head.trim_start_matches('-').len());
    if !scalar.plain || !short || Ratio::parse(head).is_none() || head.contains('.') {
        return None;
    }
    let pieces: Vec<&Entry> = rest.iter().take_while(|e| is_cut_number(e)).collect();
    let last = pieces.last()?;
    let keys = || std::iter::once(head).chain(pieces.iter().map(|e| &*e.key));
    let (whole, shown) = (keys().collect::<String>(), keys().collect::<Vec<_>>().join(","));
    let span = Span { start: entry.value.span.start, end: last.key_span.end };
    let message = format!("`{}` is `{shown}`, which is read as {head} and no more", entry.key);
    let help = format!("write `{whole}`: a comma ends the value");
    Some((Problem::new("invalid-value", span, message).help(help), pieces.len()))
}

/// A part of one where per cent are written as 0 to 100: 0.45 is less than half
/// a per cent. A number of whole per cent is never asked about.
pub(super) fn fraction(node: &Node, text: &str, field: &Field) -> Option<Problem> {
    if !matches!(field.kind, Type::Percent) || field.unit.is_some() || !text.contains('.') {
        return None;
    }
    let n = Ratio::parse(text).filter(|n| *n > Ratio::ZERO && *n <= Ratio::whole(1))?;
    let whole = n.mul(Ratio::whole(100))?;
    let text = text.trim();
    let message = format!("`{}` is {text}, which reads as {text} %", field.name);
    let help = format!("write `{whole}` if you mean {whole} %");
    Some(Problem::new("fractional-percent", node.span, message).help(help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::read;
    use crate::data::record::Datum;
    use crate::data::yaml::{self, Limits};

    fn value(text: &str, kind: Type) -> (Option<Datum>, Vec<Problem>) {
        let yaml = format!("x: {text}\n");
        let root = yaml::parse(&yaml, 0..yaml.len(), &Limits::FRONT_MATTER).root.unwrap();
        let mut problems = Vec::new();
        let node = &root.get("x").unwrap().value;
        (read::value(node, &Field::new("x", kind), &mut problems), problems)
    }

    #[test]
    fn truth_values_and_numbers_are_nobody() {
        for text in ["no", "Yes", "true", "12", "1.5"] {
            let (datum, problems) = value(text, Type::Person);
            assert_eq!((datum, problems.len()), (None, 1), "{text}");
            assert_eq!(problems[0].rule, "invalid-value");
            assert_eq!(problems[0].message, format!("`x` must be a person, not `{text}`"));
        }
        for text in ["\"no\"", "'12'", "Noor", "\"@no\"", "no one"] {
            assert_eq!(value(text, Type::Person).1, [], "{text}");
        }
    }

    #[test]
    fn curly_quotes_and_commas_in_numbers_are_explained() {
        let (_, problems) = value("“@alex”", Type::Person);
        assert!(problems[0].help.as_deref().unwrap().ends_with("write `\"@alex\"`"));
        assert_eq!(value("“so”", Type::Line).1, []);
        let cut = |yaml: &str| {
            let root = yaml::parse(yaml, 0..yaml.len(), &Limits::FRONT_MATTER).root.unwrap();
            let mut problems = Vec::new();
            let fields = ["baseline", "actual"].map(|name| Field::new(name, Type::Money));
            let fields = crate::data::field::Fields::new(fields.to_vec());
            (read::record(&root, &fields, &mut problems), problems)
        };
        let (record, problems) = cut("{baseline: 500,000, actual: 12}");
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].rule, "invalid-value");
        assert_eq!(
            problems[0].message,
            "`baseline` is `500,000`, which is read as 500 and no more"
        );
        assert_eq!(problems[0].span, Span::new(11, 18));
        let help = problems[0].help.as_deref();
        assert_eq!(help, Some("write `500000`: a comma ends the value"));
        assert_eq!((record.number("baseline"), record.invalid.len()), (None, 1));
        assert_eq!(record.number("actual"), Ratio::parse("12"));
        let (_, problems) = cut("{baseline: 1,500,250}");
        assert!(problems[0].help.as_deref().unwrap().starts_with("write `1500250`"));
        assert_eq!(cut("{baseline: 500000, actual: 5}").1, []);
    }

    #[test]
    fn words_are_asked_about_when_they_are_truth_values() {
        for text in ["true", "False"] {
            let (_, problems) = value(text, Type::Line);
            assert_eq!(problems.len(), 1, "{text}");
            assert!(problems[0].help.as_deref().unwrap().ends_with(&format!("`\"{text}\"`")));
        }
        for text in ["\"true\"", "Yes", "no", "2026", "nothing yet"] {
            assert_eq!(value(text, Type::Text).1, [], "{text}");
        }
    }

    #[test]
    fn parts_of_one_are_asked_about_and_kept() {
        let (datum, problems) = value("0.45", Type::Percent);
        assert_eq!(datum, Some(Datum::number(Ratio::parse("0.45").unwrap())));
        assert_eq!(problems[0].message, "`x` is 0.45, which reads as 0.45 %");
        assert_eq!(problems[0].help.as_deref(), Some("write `45` if you mean 45 %"));
        assert_eq!(value("1.0", Type::Percent).1.len(), 1);
        for text in ["0", "0.0", "1", "1.5", "45", "100"] {
            assert_eq!(value(text, Type::Percent).1, [], "{text}");
        }
        assert_eq!(value("0.45", Type::Number).1, []);
        let mut field = Field::new("x", Type::Percent);
        field.unit = Some(Ratio::whole(100));
        let yaml = "x: 0.45\n";
        let root = yaml::parse(yaml, 0..yaml.len(), &Limits::FRONT_MATTER).root.unwrap();
        let mut problems = Vec::new();
        let found = read::value(&root.get("x").unwrap().value, &field, &mut problems);
        assert!(found.is_some());
        assert_eq!(problems, []);
    }
}
