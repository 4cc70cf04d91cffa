//! Whether a section is filled: what counts as content, what as a placeholder,
//! and what as a reasoned "not applicable".

use crate::text::Span;

/// Prose characters that make a section filled.
const ENOUGH: u16 = 20;
/// Characters a reason for "not applicable" needs.
const REASON: usize = 10;
/// Most characters of a placeholder that a message quotes.
const QUOTE: usize = 60;

/// What a heading holds up to the next heading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fill {
    /// Content of its own: a list item, a table row, or prose.
    Filled,
    /// Only words that stand for content to come, a template's prompts, or too
    /// few words: what was found, and where.
    Placeholder(Box<str>, Span),
    /// Nothing.
    #[default]
    Empty,
    /// `Not applicable — reason`: the reason.
    NotApplicable(Box<str>),
}

/// What kind of block a piece of text was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Paragraphs, quotes.
    Prose,
    /// A list item or a table's data row: one is enough.
    Item,
    /// Code: taken as it is, without looking for prompts.
    Code,
}

/// What was found under one heading so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    chars: u16,
    kept: bool,
    placeholder: Option<(Box<str>, Span)>,
    reason: Option<Box<str>>,
}

/// What one piece of text is.
enum Piece {
    Nothing,
    Placeholder,
    Reason(Box<str>),
    Content(usize),
}

impl Tally {
    /// Whether nothing more can change the result.
    pub(super) fn is_filled(&self) -> bool {
        self.kept || self.chars >= ENOUGH
    }

    /// Something that fills a section whatever its length (an image with a
    /// description).
    pub(super) fn keep(&mut self) {
        self.kept = true;
    }

    /// Count one piece of text.
    pub(super) fn add(&mut self, text: &str, kind: Kind, span: Span) {
        if self.is_filled() {
            return;
        }
        match read(text, kind) {
            Piece::Nothing => {}
            Piece::Placeholder => self.note(text, span),
            Piece::Reason(reason) => self.reason = self.reason.take().or(Some(reason)),
            Piece::Content(_) if kind == Kind::Item => self.kept = true,
            Piece::Content(chars) => {
                self.chars = self.chars.saturating_add(u16::try_from(chars).unwrap_or(u16::MAX));
                if !self.is_filled() {
                    self.note(text, span);
                }
            }
        }
    }

    fn note(&mut self, text: &str, span: Span) {
        if self.placeholder.is_none() {
            self.placeholder = Some((quote(text), span));
        }
    }

    /// The result, and the prose characters behind it.
    pub(super) fn finish(self) -> (Fill, u16) {
        let chars = self.chars;
        let fill = if self.is_filled() {
            Fill::Filled
        } else if let Some(reason) = self.reason {
            Fill::NotApplicable(reason)
        } else if let Some((text, span)) = self.placeholder {
            Fill::Placeholder(text, span)
        } else {
            Fill::Empty
        };
        (fill, chars)
    }
}

impl Fill {
    /// Join what two headings of one section hold; `chars` are the prose
    /// characters of both.
    pub(super) fn join(self, other: &Fill, chars: u16) -> Fill {
        match (self, other) {
            (Fill::Filled, _) | (_, Fill::Filled) => Fill::Filled,
            _ if chars >= ENOUGH => Fill::Filled,
            (mine @ Fill::NotApplicable(_), _) => mine,
            (_, other @ Fill::NotApplicable(_)) => other.clone(),
            (mine @ Fill::Placeholder(..), _) => mine,
            (_, other) => other.clone(),
        }
    }
}

/// The start of a text on one line, for a message.
fn quote(text: &str) -> Box<str> {
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().take(QUOTE));
        if out.chars().count() > QUOTE {
            let mut short: String = out.chars().take(QUOTE).collect();
            short.push('…');
            return short.into();
        }
    }
    out.into()
}

fn read(text: &str, kind: Kind) -> Piece {
    let text = text.trim();
    if text.is_empty() {
        return Piece::Nothing;
    }
    if kind == Kind::Code {
        return Piece::Content(text.chars().count());
    }
    let stripped;
    let rest = if memchr::memchr3(b'<', b'[', b'{', text.as_bytes()).is_some() {
        stripped = without_prompts(text);
        stripped.trim()
    } else {
        text
    };
    if rest.is_empty() || only_placeholders(rest) {
        return Piece::Placeholder;
    }
    match reason(rest) {
        Some(reason) if reason.chars().count() >= REASON => Piece::Reason(reason.into()),
        Some(_) => Piece::Placeholder,
        None => Piece::Content(rest.chars().take(usize::from(ENOUGH)).count()),
    }
}

/// The text without a template's prompts: `<…>`, `[Insert …]`, `{{…}}`.
fn without_prompts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let (mut angles, mut brackets, mut braces) = (true, true, true);
    while let Some(at) = rest.find(['<', '[', '{']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = if from.starts_with('<') && angles {
            let end = from.find('>');
            angles = end.is_some();
            let letter = from.chars().nth(1).is_some_and(|c| !c.is_whitespace() && c != '=');
            end.filter(|_| letter).map(|n| n + 1)
        } else if from.starts_with("{{") && braces {
            let end = from.find("}}");
            braces = end.is_some();
            end.map(|n| n + 2)
        } else if from.get(1..7).is_some_and(|w| w.eq_ignore_ascii_case("insert")) && brackets {
            let end = from.find(']');
            brackets = end.is_some();
            end.filter(|_| from.starts_with('[')).map(|n| n + 1)
        } else {
            None
        };
        if end.is_none() {
            out.push_str(from.get(..1).unwrap_or(""));
        }
        rest = from.get(end.unwrap_or(1)..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// Whether every word stands for content to come.
fn only_placeholders(text: &str) -> bool {
    let is = |word: &str, name: &str| word.eq_ignore_ascii_case(name);
    let mut words = text.split_whitespace().map(|word| {
        word.trim_matches(|c: char| !c.is_alphanumeric() && c != '+' && c != '%' && c != '#')
    });
    let first = text.split_whitespace().next().unwrap_or("");
    if let Some(word) = first.strip_suffix(':') {
        // `TODO: describe the scope` is a note to oneself, however long.
        if ["TODO", "TBD", "TBC", "XXX"]
            .contains(&word.trim_matches(|c: char| !c.is_alphanumeric()))
        {
            return true;
        }
    }
    if text.get(..11).is_some_and(|start| is(start, "lorem ipsum")) {
        return true;
    }
    words.all(|word| {
        word.is_empty()
            || ["tbd", "tbc", "todo", "n/a", "na", "none"].iter().any(|name| is(word, name))
            || (word.len() >= 3 && word.bytes().all(|b| b.eq_ignore_ascii_case(&b'x')))
    })
}

/// The reason of `Not applicable — reason`, when the text has that form.
fn reason(text: &str) -> Option<&str> {
    let after = ["not applicable", "none identified", "n/a"].iter().find_map(|words| {
        let start = text.get(..words.len())?;
        start.eq_ignore_ascii_case(words).then(|| text.get(words.len()..)).flatten()
    })?;
    let after = after.trim_start_matches(['.', ' ', '\u{a0}']);
    let dash = |c: char| matches!(c, '—' | '–' | '-' | ':' | '―' | '−' | ',' | ';');
    if after.is_empty() {
        return Some("");
    }
    after
        .starts_with(dash)
        .then(|| after.trim_start_matches(|c: char| dash(c) || c.is_whitespace()))
}
