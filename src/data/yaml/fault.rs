//! Syntax errors in the words of an author, with the text that would mend them.

use super::super::{Problem, lines};
use crate::text::{Span, visible};
use granit_parser::ErrorKind as Kind;
use std::ops::Range;

/// The problem of lists and mappings that go too deep.
pub(super) fn too_deep(span: Span, depth: usize) -> Problem {
    let message = format!("lists and mappings go more than {depth} deep, which is the limit");
    Problem::new("over-limit", span, message).help("keep values flatter")
}

/// Say what the parser's error at byte `at` means; `range` is the text it read.
pub(super) fn explain(
    text: &str,
    range: Range<usize>,
    at: usize,
    kind: &Kind,
    depth: usize,
) -> Problem {
    let place = Place::new(text, range, at);
    match kind {
        Kind::RecursionLimitExceeded => too_deep(place.character(), depth),
        Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabNotAllowed
        | Kind::TabInPlainScalar
        | Kind::TabAtBlockScalarStart => place.tab(),
        Kind::UnexpectedCharacter { character } => place.reserved(*character),
        Kind::MappingValueNotAllowed | Kind::InvalidColonPlacement => place.colon(),
        Kind::SimpleKeyExpected => place.no_key(),
        Kind::UnclosedQuotedScalar
        | Kind::InvalidQuotedScalarIndent
        | Kind::DocumentIndicatorInQuotedScalar => place.quote(),
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => invalid(place.to_line_end(), "text stands behind the closing quote")
            .help("put the whole value in quotes, and write a quote within single quotes twice: `''`"),
        Kind::UnclosedFlowCollection { open } => place.unclosed(*open),
        Kind::UnexpectedEofFlowSequence => place.unclosed('['),
        Kind::UnexpectedEofFlowMapping | Kind::UnexpectedEofImplicitFlowMapping => place.unclosed('{'),
        Kind::ExpectedFlowSequenceSeparator => place.separator('[', ']'),
        Kind::ExpectedFlowMappingSeparator => place.separator('{', '}'),
        Kind::MismatchedFlowCollectionEnd { open, close } => invalid(place.character(), format!("`{open}` is closed by `{close}`"))
            .help(format!("close it with `{}`", closing(*open))),
        Kind::MisplacedFlowCollectionEnd => invalid(place.character(), format!("{} closes nothing", place.shown()))
            .help("remove it, or put the value in quotes"),
        Kind::ExpectedBlockMappingKey
        | Kind::ExpectedBlockSequenceEntry
        | Kind::InvalidIndentation
        | Kind::InvalidFlowScalarIndent
        | Kind::InvalidBlockScalarIndent => place.indentation(),
        Kind::BlockSequenceEntryNotAllowed | Kind::BlockEntryInFlowCollection => invalid(place.character(), "a list item cannot begin here")
            .help("put each `- ` on a line of its own, below the key; put text that begins with `-` in quotes"),
        Kind::UnknownQuotedScalarEscape
        | Kind::InvalidQuotedScalarHexEscape
        | Kind::InvalidUnicodeEscape => place.escape(),
        Kind::DirectiveDisallowed => {
            let message = "YAML directives (`%`) are not supported";
            Problem::new("unsupported-yaml", place.to_line_end(), message).help("remove the line")
        }
        Kind::UndeclaredTagHandle | Kind::MissingTagUri | Kind::InvalidTagTerminator | Kind::InvalidGlobalTagCharacter => {
            let message = "tags (`!`) are not supported";
            Problem::new("unsupported-yaml", place.to_line_end(), message)
                .help("put a value that begins with `!` in quotes")
        }
        Kind::MissingAnchorOrAliasName => invalid(place.to_line_end(), "`&` and `*` cannot begin an unquoted value")
            .help("put the value in quotes"),
        Kind::InvalidSimpleKey => place.long_key(),
        other => invalid(place.character(), format!("invalid YAML: {}", visible(&other.to_string()))),
    }
}

fn closing(open: char) -> char {
    if open == '{' { '}' } else { ']' }
}

fn invalid(span: Span, message: impl Into<String>) -> Problem {
    Problem::new("invalid-yaml", span, message)
}

/// The line of an error, and the places on it an explanation needs.
struct Place<'t> {
    text: &'t str,
    range: Range<usize>,
    /// The error, on a character border.
    at: usize,
    /// The line's first byte.
    start: usize,
    /// The end of the line, blanks cut off.
    end: usize,
}

impl<'t> Place<'t> {
    fn new(text: &'t str, range: Range<usize>, at: usize) -> Self {
        let mut at = at.clamp(range.start, range.end);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        // At the end of the text the last line with something on it is meant.
        let written = range.start + text.get(range.clone()).unwrap_or("").trim_end().len();
        let at = if at >= written && written > range.start { written - 1 } else { at };
        let at = (0..=at).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
        let before = text.get(range.start..at).unwrap_or("");
        let start = before.rfind(['\n', '\r']).map_or(range.start, |n| range.start + n + 1);
        let rest = text.get(start..range.end).unwrap_or("");
        let line = rest.split(['\n', '\r']).next().unwrap_or("");
        Self { text, end: start + line.trim_end().len(), range, at, start }
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    fn line(&self) -> &'t str {
        self.slice(self.start, self.end)
    }

    fn character(&self) -> Span {
        let length = self.slice(self.at, self.end).chars().next().map_or(0, char::len_utf8);
        Span::new(self.at, self.at + length)
    }

    fn shown(&self) -> String {
        format!("`{}`", visible(self.character().of(self.text)))
    }

    fn to_line_end(&self) -> Span {
        Span::new(self.at.min(self.end), self.end)
    }

    /// The line without its indentation.
    fn trimmed(&self) -> Span {
        let indent = self.line().len() - self.line().trim_start().len();
        Span::new(self.start + indent, self.end)
    }

    /// The key of the line (`- ` of an item skipped) and where its value begins.
    fn key_and_value(&self) -> Option<(&'t str, usize)> {
        let line = self.line();
        let mut from = line.len() - line.trim_start().len();
        while let Some(rest) = line.get(from..).and_then(|rest| rest.strip_prefix("- ")) {
            from = line.len() - rest.trim_start().len();
        }
        let rest = line.get(from..)?;
        let colon = rest.find(": ").or_else(|| rest.ends_with(':').then(|| rest.len() - 1))?;
        let value = rest.get(colon + 1..)?;
        let blanks = value.len() - value.trim_start().len();
        Some((rest.get(..colon)?, self.start + from + colon + 1 + blanks))
    }

    fn tab(&self) -> Problem {
        let from = lines(self.text, self.start, self.range.end).find_map(|line| {
            let content = self.slice(line.start, line.end);
            let indent = content.len() - content.trim_start().len();
            let tab = content.get(..indent)?.find('\t')?;
            let length = content.get(tab..indent)?.bytes().take_while(|b| *b == b'\t').count();
            Some(Span::new(line.start + tab, line.start + tab + length))
        });
        match from {
            Some(span) => invalid(span, "a tab indents this line")
                .help("indent with spaces: YAML does not allow tabs"),
            None => invalid(self.character(), "a tab cannot stand here")
                .help("write a space instead of the tab"),
        }
    }

    /// A character such as `@` that cannot begin an unquoted value.
    fn reserved(&self, character: char) -> Problem {
        let shown = visible(&character.to_string());
        let flow = self.slice(self.start, self.at).contains(['[', '{']);
        let rest = self.slice(self.at, self.end);
        let begins = self.slice(self.start, self.at).trim_matches([' ', '-']).is_empty();
        if let Some((name, value)) = rest.split_once(':').filter(|_| begins && !flow)
            && (value.is_empty() || value.starts_with(' '))
            && !name.contains(char::is_whitespace)
        {
            let span = Span::new(self.at, self.at + name.len());
            return invalid(span, format!("`{shown}` cannot begin an unquoted key")).help(format!(
                "put the name in quotes, before the colon: `{}:`",
                quoted(None, name)
            ));
        }
        let stop = if flow { rest.find([',', ']', '}']) } else { rest.find(" #") };
        let value = rest.get(..stop.unwrap_or(rest.len())).unwrap_or(rest).trim_end();
        let span = Span::new(self.at, self.at + value.len());
        let key = self.key_and_value().filter(|(_, at)| *at == self.at).map(|(key, _)| key);
        invalid(span, format!("`{shown}` cannot begin an unquoted value"))
            .help(format!("put the value in quotes: `{}`", quoted(key, value)))
    }

    /// A colon where none is allowed: mostly `title: Phase 2: pilot`.
    fn colon(&self) -> Problem {
        if self.at - self.start > 1024
            && self.key_and_value().is_none_or(|(key, _)| key.len() > 1024)
        {
            return self.long_key();
        }
        if let Some((key, at)) = self.key_and_value()
            && at < self.at
        {
            let rest = self.slice(at, self.end);
            if !rest.starts_with(['[', '{', '"', '\'']) {
                let value =
                    rest.find(" #").map_or(rest, |n| rest.get(..n).unwrap_or(rest)).trim_end();
                let message =
                    format!("the value of `{}` holds a colon and has no quotes", visible(key));
                let help = format!("put the value in quotes: `{}`", quoted(Some(key), value));
                return invalid(Span::new(at, at + value.len()), message).help(help);
            }
        }
        if let Some(problem) = self.spaceless() {
            return problem;
        }
        let opening = self.slice(self.range.start, self.at).rfind(['[', '{']);
        let closed =
            opening.is_some_and(|n| self.slice(self.range.start + n, self.at).contains([']', '}']));
        if let Some(opening) = opening.filter(|_| !closed) {
            let at = self.range.start + opening;
            let open = self.slice(at, at + 1).chars().next().unwrap_or('[');
            return invalid(
                Span::new(at, at + 1),
                format!("`{open}` is not closed before the next key"),
            )
            .help(format!("close it with `{}`", closing(open)));
        }
        if self.line().starts_with([' ', '\t']) {
            return invalid(
                self.trimmed(),
                "this line is indented as if it continued the value above",
            )
            .help("align it with the keys it belongs to");
        }
        invalid(self.character(), "a colon cannot stand here")
            .help("put text that holds a colon in quotes")
    }

    fn long_key(&self) -> Problem {
        let message = "a key is longer than 1024 characters, which is the limit";
        Problem::new("over-limit", self.character(), message).help("shorten the key")
    }

    fn no_key(&self) -> Problem {
        if self.key_and_value().is_some_and(|(key, _)| key.len() > 1024) {
            return self.long_key();
        }
        if let Some(problem) = self.spaceless() {
            return problem;
        }
        invalid(self.trimmed(), "this line is no `key: value`").help(
            "write a colon and a space behind the key; indent the line if it continues the value above",
        )
    }

    /// `kind:project`, on this line or the one above, which YAML takes for text.
    fn spaceless(&self) -> Option<Problem> {
        let before = self.slice(self.range.start, self.start).trim_end();
        let above = before.rfind(['\n', '\r']).map_or(0, |n| n + 1);
        let above = (self.range.start + above, self.range.start + before.len());
        [(self.start, self.end), above].into_iter().find_map(|(from, to)| {
            let text = self.slice(from, to);
            let (key, value) = text.trim().split_once(':')?;
            let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            let plain = !key.is_empty() && key.chars().all(word) && !text.contains(": ");
            if !plain || value.is_empty() || value.starts_with([' ', '/']) || value.ends_with(':') {
                return None;
            }
            let start = from + (text.len() - text.trim_start().len());
            let span = Span::new(start, start + text.trim().len());
            let (key, value) = (visible(key), visible(value));
            Some(
                invalid(span, format!("`{key}:{value}` has no space after its colon"))
                    .help(format!("put a space after the colon: `{key}: {value}`")),
            )
        })
    }

    fn quote(&self) -> Problem {
        // The value begins on the line of the key, which may be lines above.
        let found = lines(self.text, self.range.start, self.range.end)
            .take_while(|line| line.start <= self.at)
            .filter_map(|line| {
                let place =
                    Place { start: line.start, end: line.end, range: self.range.clone(), ..*self };
                let content = place.line();
                let dash = content.len() - content.trim_start_matches([' ', '-']).len();
                let at = place.key_and_value().map_or(line.start + dash, |(_, at)| at);
                let flow = self.slice(at, line.end).find(['"', '\''])?;
                let at =
                    if self.slice(at, line.end).starts_with(['[', '{']) { at + flow } else { at };
                let quote = self.slice(at, line.end).chars().next()?;
                (matches!(quote, '"' | '\'')).then_some((at, line.end, quote))
            })
            .last();
        match found {
            Some((at, end, quote)) => invalid(
                Span::new(at, at + self.slice(at, end).trim_end().len()),
                "the quote is never closed",
            )
            .help(format!("put a `{quote}` at the end of the value")),
            None => invalid(self.character(), "a quote is never closed")
                .help("put the closing quote at the end of the value"),
        }
    }

    /// An escape that does not exist, in a double-quoted value.
    fn escape(&self) -> Problem {
        let mut rest = self.slice(self.at, self.range.end);
        let mut span = self.character();
        while let Some(slash) = rest.find('\\') {
            let after = rest.get(slash + 1..).unwrap_or("");
            let letter = after.chars().next().unwrap_or(' ');
            let digits = match letter {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            let code = after.get(1..=digits).unwrap_or("");
            let known = "0abtnvfre \t\n\r\"/\\N_LPxuU".contains(letter);
            let start = self.range.end - rest.len() + slash;
            if !known || code.len() < digits || !code.bytes().all(|b| b.is_ascii_hexdigit()) {
                span = Span::new(start, start + 1 + letter.len_utf8());
                break;
            }
            rest = after.get(letter.len_utf8()..).unwrap_or("");
        }
        let shown = visible(span.of(self.text));
        invalid(span, format!("`{shown}` is no escape that YAML knows"))
            .help("write `\\\\` for a backslash, or put the value in single quotes")
    }

    fn unclosed(&self, open: char) -> Problem {
        let at = self.slice(self.range.start, self.end).rfind(open);
        let span = at.map_or(self.character(), |n| {
            Span::new(self.range.start + n, self.range.start + n + 1)
        });
        invalid(span, format!("`{open}` is never closed"))
            .help(format!("put a `{}` behind the last value", closing(open)))
    }

    fn separator(&self, open: char, close: char) -> Problem {
        let rest = self.slice(self.at, self.range.end);
        if !rest.contains(close) {
            return self.unclosed(open);
        }
        invalid(
            self.character(),
            format!("a comma or `{close}` must stand before {}", self.shown()),
        )
        .help("put text that holds a colon, comma or bracket in quotes")
    }

    fn indentation(&self) -> Problem {
        let span = self.trimmed();
        if span.of(self.text).starts_with("- ") {
            return invalid(span, "a list item cannot stand here")
                .help("align it with the other items of its list");
        }
        invalid(span, "the indentation of this line matches no line above")
            .help("align it with the other keys of its mapping or items of its list")
    }
}

/// `key: "value"`, with the quotes that need the fewest escapes.
fn quoted(key: Option<&str>, value: &str) -> String {
    let value = visible(value);
    let value = if value.contains(['"', '\\']) {
        format!("'{}'", value.replace('\'', "''"))
    } else {
        format!("\"{value}\"")
    };
    key.map_or(value.clone(), |key| format!("{}: {value}", visible(key)))
}
