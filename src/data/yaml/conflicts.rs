//! Unresolved merge conflicts: the first side is read, each conflict is told.

use super::super::conflict::Conflict;
use super::super::{Problem, lines};
use crate::text::Span;

/// The unresolved conflicts, each a problem, and the text with the markers and
/// all sides but the first blanked, every byte at its place; `None` without any.
pub(super) fn conflicts(text: &str, start: usize, end: usize) -> (Option<String>, Vec<Problem>) {
    let mut found: Vec<Problem> = Vec::new();
    if !text.get(start..end).is_some_and(|yaml| yaml.contains("<<<<<<< ")) {
        return (None, found);
    }
    let mut ours = String::with_capacity(text.len());
    ours.push_str(text.get(..start).unwrap_or(""));
    let mut open: Option<Conflict> = None;
    let mut other = false;
    for line in lines(text, start, end) {
        let content = text.get(line.start..line.end).unwrap_or("");
        let span = Span::new(line.start, line.end);
        let mut blank = true;
        match &mut open {
            None if content.starts_with("<<<<<<< ") => {
                open = Some(Conflict { start: span, middle: None, end: None });
            }
            Some(_) if content.starts_with("|||||||") => other = true,
            Some(conflict) if content.starts_with("=======") => {
                conflict.middle = Some(span);
                other = true;
            }
            Some(conflict) if content.starts_with(">>>>>>>") => {
                found.push(Conflict { end: Some(span), ..*conflict }.problem(text));
                open = None;
                other = false;
            }
            _ => blank = other,
        }
        if blank {
            ours.extend(std::iter::repeat_n(' ', content.len()));
        } else {
            ours.push_str(content);
        }
        ours.push_str(text.get(line.end..line.next).unwrap_or(""));
    }
    found.extend(open.map(|conflict| conflict.problem(text)));
    ours.push_str(text.get(end..).unwrap_or(""));
    (Some(ours), found)
}

#[cfg(test)]
mod tests {
    use super::super::{Limits, parse};

    #[test]
    fn a_conflict_within_a_list_is_one_problem() {
        let text = "risks:\n  - id: R-1\n    title: é\n<<<<<<< HEAD\n    status: open\n||||||| base\n    status: x\n=======\n    status: closed\n>>>>>>> x\n    owner: eva\n  - id: R-2\n<<<<<<< HEAD\n  - id: R-3\n=======\n  - id: R-4\n    title: [a\n>>>>>>> x\n";
        let parsed = parse(text, 0..text.len(), &Limits::REGISTER);
        let rules: Vec<_> = parsed.problems.iter().map(|p| p.rule).collect();
        assert_eq!(rules, ["conflict-marker", "conflict-marker"]);
        assert_eq!(parsed.problems[0].related.len(), 2);
        assert!(parsed.problems[0].message.contains("between `HEAD` and `x`"));
        let root = parsed.root.unwrap();
        let items = root.get("risks").unwrap().value.items();
        let said = |i: usize, key: &str| items[i].get(key).map(|e| e.value.span.of(text));
        assert_eq!((said(0, "status"), said(0, "owner")), (Some("open"), Some("eva")));
        assert_eq!((said(2, "id"), items.len()), (Some("R-3"), 3));
        // One that never ends is one problem too.
        for cut in ["=======", ">>>>>>>", "    owner"] {
            let text = &text[..text.find(cut).unwrap()];
            let parsed = parse(text, 0..text.len(), &Limits::REGISTER);
            assert_eq!(parsed.problems.len(), 1, "{cut}: {:?}", parsed.problems);
        }
    }
}
