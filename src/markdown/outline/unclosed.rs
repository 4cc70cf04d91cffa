//! Comments and code blocks that are never closed: what follows them is not
//! read as what it was meant to be, down to the end of the file.

use super::super::Problem;
use crate::text::Span;

/// What is wrong with a raw block that begins with a comment, if it has no end.
pub(super) fn comment(text: &str, block: Span) -> Option<Problem> {
    let html = slice(text, block);
    let open = html.trim_start().starts_with("<!--") && !html.contains("-->");
    let message = "the comment is never closed: what follows is not on the page";
    open.then(|| problem(text, block, message).help("put `-->` where it ends"))
}

/// What is wrong with a fenced block, if it has no closing fence.
pub(super) fn code(text: &str, block: Span) -> Option<Problem> {
    let code = slice(text, block);
    let mark = code.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let fence: String = code.chars().take_while(|c| *c == mark).collect();
    let mut lines = code.trim_end().lines();
    let (first, last) = (lines.next(), lines.next_back());
    let bare = |line: &str| {
        // Fences in a quote or a list stand behind its marks.
        let rest = line.trim_start_matches(['>', ' ', '\t']).trim_end();
        rest.len() >= fence.len() && rest.chars().all(|c| c == mark)
    };
    let open = first.is_some() && !last.is_some_and(bare);
    // Up to the end of what it stands in; a quote or a list item ends by itself.
    let to_the_end = text.get(block.end as usize..).is_some_and(|rest| rest.trim().is_empty());
    let message = "the code block is never closed: what follows is read as code";
    let help = format!("put a line {fence} where it ends");
    (open && to_the_end).then(|| problem(text, block, message).help(help))
}

fn slice(text: &str, block: Span) -> &str {
    text.get(block.start as usize..block.end as usize).unwrap_or("")
}

/// A problem at the first line of a block.
fn problem(text: &str, block: Span, message: &str) -> Problem {
    let html = slice(text, block);
    let from = block.start as usize + (html.len() - html.trim_start().len());
    let first = text.get(from..).unwrap_or("").lines().next().unwrap_or("").trim_end();
    Problem::new("unclosed-block", Span::new(from, from + first.len()), message)
}

#[cfg(test)]
mod tests {
    use crate::markdown::outline;

    /// Line and message of what is never closed.
    fn said(text: &str) -> Option<(usize, String)> {
        let outline = outline(text, 0);
        assert_eq!(outline.open.is_some(), !outline.problems.is_empty());
        let problem = outline.problems.first()?;
        assert_eq!(problem.rule, "unclosed-block");
        let line = text[..problem.span.start as usize].matches('\n').count() + 1;
        Some((line, problem.help.clone().unwrap()))
    }

    #[test]
    fn what_is_never_closed_is_named_where_it_begins() {
        let comment = said("# A\n\n<!-- note\n\n## B\n\nText.\n").unwrap();
        assert_eq!(comment, (3, "put `-->` where it ends".into()));
        let code = said("# A\n\n~~~~ sh\nls\n~~~\n\n## B\n").unwrap();
        assert_eq!(code, (3, "put a line ~~~~ where it ends".into()));
        assert_eq!(said("# A\n\n```").map(|(line, _)| line), Some(3));
        assert_eq!(said("- item\n\n  ```\n  code\n").map(|(line, _)| line), Some(3));
    }

    #[test]
    fn what_is_closed_or_ends_by_itself_is_not() {
        for text in [
            "<!-- note -->\n\n## B\n",
            "<!--\nnote\n\n-->\n",
            "```\ncode\n```\n",
            "```\ncode\n```\n\n\n",
            "````\n```\n````",
            "> ```\n> code\n> ```\n",
            "> ```\n> code\n\nText.\n",
            "- ```\n  code\n  ```",
            "    indented\n",
            "Text <!-- no comment\n",
            "```\n```\n",
        ] {
            assert_eq!(said(text), None, "{text:?}");
        }
    }
}
