//! Values of a record by the type their schema gives them, wherever they
//! stand: for rules about every person, every role.

use crate::data::field::{Field, Fields, Type};
use crate::data::record::{Datum, Record};
use crate::text::Span;

/// Deepest nesting of records that is looked into.
const DEPTH: usize = 6;

/// A word and where it stands.
pub(super) type Word<'a> = (&'a str, Span);

/// The words in every field of a wanted type, in the order they are written.
/// Fields named in `but` are left out with all that is in them.
pub(super) fn words<'a>(
    fields: &Fields,
    from: &'a Record,
    wanted: fn(&Type) -> bool,
    but: &[&str],
) -> Vec<Word<'a>> {
    let mut walk = Walk { wanted, but, out: Vec::new() };
    walk.record(fields, from, 0);
    walk.out
}

/// Whether a value is words, or a list or record in which words may stand.
pub(super) fn holds_words(datum: &Datum) -> bool {
    matches!(datum, Datum::Text(_) | Datum::List(_) | Datum::Record(_))
}

struct Walk<'a, 'b> {
    wanted: fn(&Type) -> bool,
    but: &'b [&'b str],
    out: Vec<Word<'a>>,
}

impl<'a> Walk<'a, '_> {
    fn record(&mut self, fields: &Fields, from: &'a Record, depth: usize) {
        if depth > DEPTH {
            return;
        }
        let worded = from.slots.iter().filter(|s| holds_words(&s.datum));
        for slot in worded.filter(|s| !self.but.contains(&&*s.name)) {
            if let Some(field) = fields.find(&slot.name) {
                self.value(field, &slot.datum, slot.span, depth);
            }
        }
    }

    fn value(&mut self, field: &Field, datum: &'a Datum, span: Span, depth: usize) {
        match (&field.kind, datum) {
            (kind, Datum::Text(word)) if (self.wanted)(kind) => self.out.push((word, span)),
            (Type::List(of), Datum::List(items)) if depth < DEPTH => {
                for item in items {
                    self.value(of, &item.datum, item.span, depth + 1);
                }
            }
            (Type::Record(fields), Datum::Record(inner)) => self.record(fields, inner, depth + 1),
            (Type::Map(of), Datum::Record(inner)) if depth < DEPTH => {
                for slot in &inner.slots {
                    self.value(of, &slot.datum, slot.span, depth + 1);
                }
            }
            _ => {}
        }
    }
}
