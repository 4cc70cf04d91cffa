//! Colours for code blocks: spans with classes, never styles. The syntaxes are
//! unpacked when the first block asks for them; equal blocks are coloured once.

use super::escape;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// Most code of one page that is coloured, in bytes.
pub(super) const MAX_BLOCK: usize = 64 * 1024;
/// Longest line that is coloured, in bytes: some syntaxes take time that grows
/// with the square of a line's length.
const MAX_LINE: usize = 240;
/// Longest word or run of spaces in a line that is coloured, in bytes.
const MAX_RUN: usize = 80;
/// Most blocks remembered, and most lines.
const MAX_REMEMBERED: usize = 4096;
/// Most states between two lines remembered.
const MAX_STATES: usize = 128;

/// Which scopes get which class; the first that fits counts.
const CLASSES: &[(&str, &str)] = &[
    ("comment", "s-comment"),
    ("constant.character.escape", "s-escape"),
    ("string", "s-string"),
    ("constant.numeric", "s-number"),
    ("constant", "s-constant"),
    ("keyword.operator", "s-operator"),
    ("keyword", "s-keyword"),
    ("storage", "s-keyword"),
    ("entity.name.function", "s-function"),
    ("support.function", "s-function"),
    ("variable.function", "s-function"),
    ("entity.name.tag", "s-tag"),
    ("entity.other.attribute-name", "s-attribute"),
    ("entity.name", "s-type"),
    ("support", "s-type"),
    ("variable.parameter", "s-variable"),
    ("variable.language", "s-constant"),
    ("variable.other.readwrite.assignment", "s-variable"),
    ("markup.heading", "s-heading"),
    ("meta.diff.header", "s-heading"),
    ("meta.diff.range", "s-heading"),
    ("markup.inserted", "s-inserted"),
    ("markup.deleted", "s-deleted"),
];

/// Languages people write by other names than the syntaxes know.
const ALIASES: &[(&str, &str)] = &[
    ("console", "sh"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("jsx", "js"),
    ("node", "js"),
    ("shell", "sh"),
    ("ts", "js"),
    ("tsx", "js"),
    ("typescript", "js"),
    ("zsh", "sh"),
];

/// Colours code blocks; share one between all pages of a build.
#[derive(Default)]
pub struct Highlighter {
    loaded: OnceLock<Loaded>,
    done: Mutex<HashMap<u128, Option<Arc<str>>>>,
}

struct Loaded {
    syntaxes: SyntaxSet,
    classes: Vec<(Scope, &'static str)>,
    lines: Mutex<Lines>,
}

impl std::fmt::Debug for Highlighter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Highlighter").finish_non_exhaustive()
    }
}

impl Highlighter {
    /// A highlighter that has loaded nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The HTML of a code block's content; none when the language is not known
    /// or the block is too large.
    #[must_use]
    pub fn highlight(&self, language: &str, code: &str) -> Option<Arc<str>> {
        if code.len() > MAX_BLOCK || language.is_empty() {
            return None;
        }
        let mut hash = Xxh3::new();
        hash.update(language.as_bytes());
        hash.update(&[0]);
        hash.update(code.as_bytes());
        let key = hash.digest128();
        let remembered =
            self.done.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(html) = remembered {
            return html;
        }
        let loaded = self.loaded.get_or_init(Loaded::new);
        let html = loaded.syntax(language).map(|syntax| loaded.colour(syntax, code).into());
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        if done.len() < MAX_REMEMBERED {
            done.insert(key, html.clone());
        }
        html
    }
}

/// Where colouring stands at the end of a line.
#[derive(Clone)]
struct State {
    parser: ParseState,
    scopes: ScopeStack,
    /// The class of the span that is open; empty for none.
    open: &'static str,
    /// Its number among the remembered states.
    known: Option<usize>,
}

/// Lines that were coloured: code repeats its lines more often than its blocks.
#[derive(Default)]
struct Lines {
    states: Vec<State>,
    /// From a state and a line's hash to the line's HTML and the state after it.
    steps: HashMap<(usize, u128), (Arc<str>, usize)>,
}

impl Lines {
    /// The number of a state, which is given one while there is room.
    fn number(&mut self, state: &mut State) -> Option<usize> {
        if state.known.is_none() {
            let same = |known: &State| {
                known.open == state.open
                    && known.scopes == state.scopes
                    && known.parser == state.parser
            };
            state.known = self.states.iter().position(same);
            if state.known.is_none() && self.states.len() < MAX_STATES {
                state.known = Some(self.states.len());
                self.states.push(state.clone());
            }
        }
        state.known
    }

    fn find(&self, key: (usize, u128)) -> Option<(Arc<str>, State)> {
        let (html, after) = self.steps.get(&key)?;
        Some((html.clone(), self.states.get(*after)?.clone()))
    }

    fn remember(&mut self, key: (usize, u128), html: &str, after: &mut State) {
        if self.steps.len() < MAX_REMEMBERED
            && let Some(after) = self.number(after)
        {
            self.steps.insert(key, (html.into(), after));
        }
    }
}

impl Loaded {
    fn new() -> Self {
        let classes = CLASSES
            .iter()
            .filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, *class)))
            .collect();
        Self { syntaxes: SyntaxSet::load_defaults_newlines(), classes, lines: Mutex::default() }
    }

    fn syntax(&self, language: &str) -> Option<&SyntaxReference> {
        let language = language.to_ascii_lowercase();
        let known = ALIASES.iter().find(|(name, _)| *name == language);
        let name = known.map_or(language.as_str(), |(_, name)| *name);
        let syntax = self.syntaxes.find_syntax_by_token(name)?;
        (syntax.name != "Plain Text").then_some(syntax)
    }

    fn colour(&self, syntax: &SyntaxReference, code: &str) -> String {
        let mut out = String::with_capacity(code.len() * 2);
        let mut state = State {
            parser: ParseState::new(syntax),
            scopes: ScopeStack::new(),
            open: "",
            known: None,
        };
        for line in code.split_inclusive('\n') {
            let lines = || self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            let from = lines().number(&mut state);
            let key = from.map(|from| (from, xxh3_128(line.as_bytes())));
            if let Some((html, after)) = key.and_then(|key| lines().find(key)) {
                out.push_str(&html);
                state = after;
                continue;
            }
            let before = out.len();
            self.line(&mut state, line, &mut out);
            if let (Some(key), Some(html)) = (key, out.get(before..)) {
                lines().remember(key, html, &mut state);
            }
        }
        if !state.open.is_empty() {
            out.push_str("</span>");
        }
        out
    }

    /// Colour one line.
    fn line(&self, state: &mut State, line: &str, out: &mut String) {
        let operations = if is_modest(line) {
            state.parser.parse_line(line, &self.syntaxes).unwrap_or_default()
        } else {
            Vec::new()
        };
        state.known = None;
        let mut at = 0;
        for (offset, operation) in operations {
            if offset > at {
                let part = line.get(at..offset).unwrap_or("");
                state.open = span(out, state.open, self.class(&state.scopes), part);
                at = offset;
            }
            if state.scopes.apply(&operation).is_err() {
                state.scopes = ScopeStack::new();
            }
        }
        let rest = line.get(at..).unwrap_or("");
        state.open = span(out, state.open, self.class(&state.scopes), rest);
    }

    fn class(&self, stack: &ScopeStack) -> &'static str {
        let fits =
            |scope: &Scope| self.classes.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
        stack.as_slice().iter().rev().find_map(fits).map_or("", |(_, class)| class)
    }
}

/// Whether a line can be coloured in little time.
fn is_modest(line: &str) -> bool {
    let (mut run, mut longest, mut last) = (0, 0, false);
    for byte in line.bytes() {
        let space = byte.is_ascii_whitespace();
        let runs = space || byte.is_ascii_alphanumeric() || byte == b'_';
        run = if runs && space == last { run + 1 } else { usize::from(runs) };
        longest = longest.max(run);
        last = space;
    }
    line.len() <= MAX_LINE && longest <= MAX_RUN
}

/// Append a part in its class, going on with the open span when it is the
/// same; white space never needs a span of its own. Gives the open class.
fn span(out: &mut String, open: &'static str, class: &'static str, part: &str) -> &'static str {
    let blank = part.trim_ascii().is_empty();
    let class = if blank { open } else { class };
    if class != open {
        if !open.is_empty() {
            out.push_str("</span>");
        }
        if !class.is_empty() {
            out.push_str("<span class=\"");
            out.push_str(class);
            out.push_str("\">");
        }
    }
    escape::text(out, part);
    class
}
