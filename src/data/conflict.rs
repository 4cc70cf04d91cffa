//! Merge conflicts that were left in a text of any kind: the lines git writes,
//! with the base between the sides (`diff3`) or without.

use super::Problem;
use crate::text::Span;

/// A conflict in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// The line that begins it, and our side.
    pub start: Span,
    /// The line where the other side begins.
    pub middle: Option<Span>,
    /// The line that ends it; `None` where the text ends before.
    pub end: Option<Span>,
}

impl Conflict {
    /// The conflict as a problem that names both sides.
    #[must_use]
    pub fn problem(&self, text: &str) -> Problem {
        let name = |span: Span| span.of(text).get(7..).unwrap_or("").trim();
        let theirs = self.end.map(name).unwrap_or_default();
        let sides = match (name(self.start), theirs) {
            ("", _) | (_, "") => String::new(),
            (ours, theirs) => format!(" between `{ours}` and `{theirs}`"),
        };
        let message = format!("an unresolved merge conflict{sides} begins here");
        let mut problem = Problem::new("conflict-marker", self.start, message)
            .help("keep what is right and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`");
        if let Some(middle) = self.middle {
            problem = problem.related(middle, "the other side begins here");
        }
        match self.end {
            Some(end) => problem.related(end, "the conflict ends here"),
            None => problem,
        }
    }
}

/// The conflicts between two places of a text that have an end, at most `most`.
#[must_use]
pub fn conflicts(text: &str, from: usize, to: usize, most: usize) -> Vec<Conflict> {
    let bytes = text.as_bytes();
    let to = to.min(bytes.len());
    let within = bytes.get(from..to).unwrap_or(&[]);
    let holds = |marker: &str| memchr::memmem::find(within, marker.as_bytes()).is_some();
    if !holds("<<<<<<<") || !holds(">>>>>>>") {
        return Vec::new();
    }
    let starts = (from..to)
        .filter(|&i| i == 0 || bytes.get(i - 1).is_some_and(|byte| matches!(byte, b'\n' | b'\r')));
    let line = |at: usize| {
        let rest = bytes.get(at..to).unwrap_or(&[]);
        let length = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
        Span::new(at, at + length)
    };
    let mut found = Vec::new();
    let mut open: Option<Conflict> = None;
    for at in starts {
        match (marker(bytes, at), &mut open) {
            (Some(b'<'), _) => open = Some(Conflict { start: line(at), middle: None, end: None }),
            (Some(b'='), Some(Conflict { middle: middle @ None, .. })) => *middle = Some(line(at)),
            (Some(b'>'), Some(conflict)) => {
                found.push(Conflict { end: Some(line(at)), ..*conflict });
                open = None;
                if found.len() == most {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

/// The kind of conflict marker that begins at a line's start.
fn marker(bytes: &[u8], at: usize) -> Option<u8> {
    let line = bytes.get(at..at + 7)?;
    let &kind = line.first()?;
    let after = bytes.get(at + 7);
    let ends = matches!(after, None | Some(b'\n' | b'\r'));
    let fits = match kind {
        b'<' | b'>' | b'|' => ends || after == Some(&b' '),
        b'=' => ends,
        _ => false,
    };
    (fits && line.iter().all(|&b| b == kind)).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_are_named_with_a_base_or_without() {
        let plain = "a\r\n<<<<<<< HEAD\r\nb\r\n=======\r\nc\r\n>>>>>>> feature/x\r\n";
        let diff3 = "<<<<<<< ours\nb\n||||||| 1a2b3c4\n=======\n=======\nc\n>>>>>>> theirs";
        for (text, sides) in [(plain, "`HEAD` and `feature/x`"), (diff3, "`ours` and `theirs`")] {
            let found = conflicts(text, 0, text.len(), 9);
            assert_eq!(found.len(), 1, "{text}");
            let problem = found[0].problem(text);
            assert!(problem.message.contains(sides), "{}", problem.message);
            assert_eq!(problem.related.len(), 2);
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "Title\n=======\n\ntext\n",
            "<<<<<<< a\n=======\n",
            " <<<<<<< a\n =======\n >>>>>>> b\n",
            "<<<<<<<a\n=======\n>>>>>>>b\n",
            "<<<<<<<< a\n=======\n>>>>>>>> b\n",
        ] {
            assert!(conflicts(text, 0, text.len(), 9).is_empty(), "{text}");
        }
    }
}
