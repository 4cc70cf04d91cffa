//! `--format md`: one comment for a pull request, that GitHub, GitLab, Azure
//! DevOps and Bitbucket show alike. No HTML, at most [`LINES`] lines and
//! [`BYTES`] bytes; what is left out is counted.
//!
//! What comes from the portfolio is words and nothing else: no mention, link,
//! image, HTML, table border, quick action or command of a build log can be
//! brought in by a branch.

use super::parts::{self, Body, Part, Table};
use super::phrase::{Bit, Phrase, Style};
use super::{Look, ProjectReview, Review};
use crate::target::Target;
use crate::text::visible;
use std::io::{self, Write};

/// The first line of a comment, by which a build finds the one it wrote before
/// and updates it. A link reference that nothing refers to is not shown by any
/// of the four.
pub const MARKER: &str = "[//]: # (milepost-review)";

/// Most lines of a comment, empty ones among them.
const LINES: usize = 60;

/// Most bytes of a comment: Bitbucket takes 32,768 characters, the others more.
const BYTES: usize = 32_000;

/// Most bytes of one line; a table's row is a line.
const LINE: usize = 1_500;

/// Most rows of the table of projects.
const PROJECTS: usize = 12;

pub(super) fn write(review: &Review, look: &Look<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(text(review, look).as_bytes())
}

fn text(review: &Review, look: &Look<'_>) -> String {
    let mut page = Page { look, lines: Vec::new() };
    page.head(review);
    for part in parts::settings(review) {
        page.part(&part);
    }
    if review.projects.len() > 1 {
        page.overview(review);
    }
    for project in review.all() {
        page.project(project);
    }
    page.cut()
}

struct Page<'a> {
    look: &'a Look<'a>,
    lines: Vec<String>,
}

impl Page<'_> {
    fn push(&mut self, line: String) {
        self.lines.push(line);
    }

    /// An empty line between blocks.
    fn gap(&mut self) {
        if self.lines.last().is_some_and(|l| !l.is_empty()) {
            self.push(String::new());
        }
    }

    fn head(&mut self, review: &Review) {
        self.push(MARKER.to_owned());
        self.gap();
        self.push(format!("## Review: {}", plain(&review.title, false)));
        self.gap();
        self.push(self.phrase(&parts::sentence(review), true));
        let since = review.since.map_or(String::new(), |d| format!(", as it stood on {d}"));
        let (base, head) = (side(&review.base), side(&review.head));
        self.push(String::new());
        self.push(format!("{base}{since} → {head}, as of {}", review.as_of));
    }

    /// One row for each project, so that none is lost where the rest is cut.
    fn overview(&mut self, review: &Review) {
        self.gap();
        self.push(format!("| {} |", parts::HEADS.join(" | ")));
        self.push(format!("|{}", "---|".repeat(parts::HEADS.len())));
        for project in review.projects.iter().take(PROJECTS) {
            let cells = parts::row(project);
            self.row(&cells);
        }
        let more = review.projects.len().saturating_sub(PROJECTS);
        if more > 0 {
            self.gap();
            self.push(format!("… {more} more projects"));
        }
    }

    fn project(&mut self, project: &ProjectReview) {
        self.gap();
        let title = self.link(&project.title, project.target.as_ref(), false);
        let rest = parts::heading(project);
        let rest = if rest.is_empty() { rest } else { format!(" — {}", plain(&rest, false)) };
        self.push(format!("### {title}{rest}"));
        let counts = parts::counts(project);
        if !counts.is_empty() {
            self.gap();
            self.push(format!("**{counts}**"));
        }
        for part in parts::parts(project) {
            let said = !(self.look.quiet && matches!(part.key, "mended" | "unchanged"));
            if said {
                self.part(&part);
            }
        }
    }

    fn part(&mut self, part: &Part) {
        let title = plain(&part.title, false);
        match &part.body {
            Body::Table(table) => self.table(table),
            Body::Inline(list) => {
                let line = Phrase::joined(list.iter().cloned(), " · ");
                // Short facts follow each other as one list.
                if self.lines.last().is_some_and(|l| !l.is_empty() && !l.starts_with("- ")) {
                    self.gap();
                }
                self.push(shorten(format!("- **{title}:** {}", self.phrase(&line, false))));
            }
            Body::Lines(lines) => {
                self.gap();
                let mark = if part.alert { "⚠ " } else { "" };
                self.push(format!("{mark}**{title}**"));
                self.gap();
                for line in lines {
                    self.push(shorten(format!("- {}", self.phrase(line, true))));
                }
                self.gap();
            }
        }
    }

    fn table(&mut self, table: &Table) {
        self.gap();
        self.push(format!("| {} |", table.heads.join(" | ")));
        self.push(format!("|{}", "---|".repeat(table.heads.len())));
        for row in &table.rows {
            self.row(row);
        }
        self.gap();
    }

    fn row(&mut self, cells: &[Phrase]) {
        let most = LINE / cells.len().max(1);
        let cells: Vec<String> = cells.iter().map(|c| clip(&self.phrase(c, false), most)).collect();
        self.push(format!("| {} |", cells.join(" | ")));
    }

    /// A phrase; `begins` where it stands where a block could begin.
    fn phrase(&self, phrase: &Phrase, begins: bool) -> String {
        let mut out = String::new();
        for bit in &phrase.0 {
            let begins = begins && out.is_empty();
            out.push_str(&self.bit(bit, begins));
        }
        out
    }

    fn bit(&self, bit: &Bit, begins: bool) -> String {
        let (lead, words, tail) = spaces(&bit.text);
        let shown = match bit.style {
            Style::Plain if bit.target.is_some() => self.link(words, bit.target.as_ref(), begins),
            Style::Plain | Style::Rag(_) => plain(words, begins),
            Style::Strong => format!("**{}**", plain(words, false)),
            Style::Code => format!("`{words}`"),
            Style::Prose => prose(words, begins),
        };
        format!("{lead}{shown}{tail}")
    }

    /// Words that lead to a preview, where there is one.
    fn link(&self, words: &str, target: Option<&Target>, begins: bool) -> String {
        let shown = plain(words, begins);
        match target.and_then(self.look.address) {
            Some(address) => format!("[{shown}](<{}>)", url(&address)),
            None => shown,
        }
    }

    /// The lines that fit, and how many more there are.
    fn cut(mut self) -> String {
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        let total = self.lines.len();
        let (mut bytes, mut kept) = (0, 0);
        for line in &self.lines {
            bytes += line.len() + 1;
            // Room for the line that says what is left out, and an empty one before it.
            if kept + 2 >= LINES && total > LINES || bytes > BYTES {
                break;
            }
            kept += 1;
        }
        let whole = kept == total;
        // No heading stands alone above what is left out.
        let head = |line: &String| {
            line.is_empty()
                || line.starts_with("### ")
                || (line.starts_with("**") || line.starts_with("⚠ **")) && line.ends_with("**")
        };
        while !whole && kept.checked_sub(1).and_then(|last| self.lines.get(last)).is_some_and(head)
        {
            kept -= 1;
        }
        let left = self.lines.iter().skip(kept).filter(|l| !l.is_empty()).count();
        self.lines.truncate(kept);
        let mut out = self.lines.join("\n");
        if !whole {
            while out.ends_with('\n') {
                out.pop();
            }
            let more = plain(self.look.more, false);
            out.push_str(&format!("\n\n… {left} more lines"));
            if !more.is_empty() {
                out.push_str(&format!(": {more}"));
            }
        }
        out.push('\n');
        out
    }
}

/// Spaces before and after words, which no mark may enclose.
fn spaces(text: &str) -> (&str, &str, &str) {
    let words = text.trim();
    let start = text.len() - text.trim_start().len();
    let lead = text.get(..start).unwrap_or("");
    let tail = text.get(start + words.len()..).unwrap_or("");
    (lead, words, tail)
}

/// A character that shows nothing and breaks what forges look for in words.
const BREAK: char = '\u{200b}';

/// Words as they are: nothing in them acts. `begins` where a line or cell may
/// begin with them.
fn plain(text: &str, begins: bool) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut hex: usize = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let word = next.is_some_and(|n| n.is_alphanumeric() || matches!(n, '_' | '{' | '"'));
        match c {
            '>' if !(begins && at == 0) => out.push(c),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '{' | '}' => {
                out.push('\\');
                out.push(c);
                // Forges look for references after markdown is read.
                if matches!(c, '~' | '&' | '$' | '[') && word {
                    out.push(BREAK);
                }
            }
            '@' | '#' | '!' | '%' | ':' | '^' => {
                let first = at == 0 && begins && c == '#';
                if first {
                    out.push('\\');
                }
                out.push(c);
                let acts = match c {
                    '@' => next.is_some_and(|n| !n.is_whitespace()),
                    ':' => next.is_some_and(|n| n == '/' || n == ':' || n.is_alphabetic()),
                    '#' => word || next == Some('#'),
                    _ => word,
                };
                if acts {
                    out.push(BREAK);
                }
            }
            '+' | '-' | '=' | '/' if at == 0 && begins => {
                // No list, no rule, no quick action.
                out.push_str(if c == '/' { "\u{200b}" } else { "\\" });
                out.push(c);
            }
            '.' | ')' if begins && text.get(..at).is_some_and(numbered) => {
                out.push('\\');
                out.push(c);
            }
            '.' if text.get(..at).is_some_and(|t| t.to_lowercase().ends_with("www")) => {
                out.push(c);
                out.push(BREAK);
            }
            '-' if text.get(..at).is_some_and(issue)
                && next.is_some_and(|n| n.is_ascii_digit()) =>
            {
                out.push(c);
                out.push(BREAK);
            }
            c => {
                out.push(c);
                // The middle of what could be the id of a commit.
                if !c.is_ascii_hexdigit() {
                    hex = 0;
                } else if hex > 0 || next_hex(&text, at) >= COMMIT {
                    hex += 1;
                    if hex.is_multiple_of(COMMIT - 1) && next.is_some_and(|n| n.is_ascii_hexdigit())
                    {
                        out.push(BREAK);
                    }
                }
            }
        }
    }
    out
}

/// Hexadecimal digits in a row that could be the id of a commit.
const COMMIT: usize = 7;

/// How many hexadecimal digits stand in a row from there.
fn next_hex(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or("");
    rest.bytes().take_while(u8::is_ascii_hexdigit).take(COMMIT).count()
}

/// Whether words end in `GH` or `GL`, which with a number name an issue.
fn issue(before: &str) -> bool {
    let before = before.to_ascii_lowercase();
    before.ends_with("gh") || before.ends_with("gl")
}

/// The name of a side: an id of ours at its end or its beginning stays whole,
/// so that it leads to its commit.
fn side(name: &str) -> String {
    let id = |text: &str| text.len() >= COMMIT && text.bytes().all(|b| b.is_ascii_hexdigit());
    let last = name.strip_suffix(')').and_then(|n| n.rsplit_once(" ("));
    if let Some((words, commit)) = last.filter(|(_, commit)| id(commit)) {
        return format!("{} ({commit})", plain(words, true));
    }
    match name.split_once(", where ") {
        Some((commit, words)) if id(commit) => {
            format!("{commit}, where {}", plain(words, false))
        }
        _ => plain(name, true),
    }
}

fn numbered(before: &str) -> bool {
    !before.is_empty() && before.bytes().all(|b| b.is_ascii_digit())
}

/// A message whose literals stand in backticks: as code where nothing in them
/// could act, else as words.
fn prose(text: &str, begins: bool) -> String {
    let text = visible(text);
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return plain(&text, begins);
    }
    let mut out = String::new();
    for (i, piece) in pieces.iter().enumerate() {
        let tame = |c: char| {
            c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ',' | '/' | '(' | ')')
        };
        let code = i % 2 == 1;
        if code && !piece.trim().is_empty() && piece.chars().all(tame) {
            out.push_str(&format!("`{piece}`"));
        } else if code {
            out.push_str(&plain(piece, false));
        } else {
            out.push_str(&plain(piece, begins && i == 0));
        }
    }
    out
}

/// An address within `<…>`.
fn url(address: &str) -> String {
    let mut out = String::new();
    for c in address.chars() {
        match c {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '|' => out.push_str("%7C"),
            ' ' => out.push_str("%20"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A line of at most [`LINE`] bytes.
fn shorten(line: String) -> String {
    clip(&line, LINE)
}

/// At most so many bytes; a mark that was cut in two is left out.
fn clip(line: &str, most: usize) -> String {
    if line.len() <= most {
        return line.to_owned();
    }
    let mut end = most.saturating_sub(4);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    let kept = line.get(..end).unwrap_or("");
    // Back to a space outside of links, code and bold.
    let whole = |text: &str| {
        let count = |mark: &str| text.matches(mark).count();
        let escaped = count("\\`");
        (count("`") - escaped).is_multiple_of(2)
            && (count("**").saturating_sub(count("\\*"))).is_multiple_of(2)
            && !text.ends_with('\\')
            && count("](<") == count(">)")
            && unlinked(text)
    };
    let mut cut = kept;
    while let Some(at) = cut.rfind(' ') {
        cut = kept.get(..at).unwrap_or("");
        if whole(cut) {
            return format!("{cut} …");
        }
    }
    "…".into()
}

/// Whether no link is left open: brackets that are not escaped are ours.
fn unlinked(text: &str) -> bool {
    let mut open = 0i32;
    let mut escaped = false;
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => open += 1,
            ']' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_branch_writes_acts() {
        for (text, shown) in [
            ("@ceo look", "@\u{200b}ceo look"),
            ("see #12 and !7", "see #\u{200b}12 and !\u{200b}7"),
            ("## head", "\\#\u{200b}# head"),
            ("/merge", "\u{200b}/merge"),
            ("- item", "\\- item"),
            ("1. item", "1\\. item"),
            ("a | b", "a \\| b"),
            ("[x](http://e.x)", "\\[\u{200b}x\\](http:\u{200b}//e.x)"),
            ("![x](y)", "!\\[\u{200b}x\\](y)"),
            ("<b>&amp;", "\\<b>\\&\u{200b}amp;"),
            ("> quote", "\\> quote"),
            ("::error::x", ":\u{200b}:\u{200b}error:\u{200b}:\u{200b}x"),
            ("##vso[task]", "\\#\u{200b}#\u{200b}vso\\[\u{200b}task\\]"),
            ("see GH-12", "see GH-\u{200b}12"),
            ("see GL-12", "see GL-\u{200b}12"),
            ("0123456789abcdef", "012345\u{200b}6789ab\u{200b}cdef"),
            ("in 1a2b3c4, of 1840000", "in 1a2b3c\u{200b}4, of 184000\u{200b}0"),
            ("a facade of 123456", "a facade of 123456"),
            ("www.e.x", "www.\u{200b}e.x"),
            ("a\nb\u{202e}", "a\\\\u\\{a\\}b\\\\u\\{202e\\}"),
            ("2026-03-27 at 10 %", "2026-03-27 at 10 %"),
        ] {
            assert_eq!(plain(text, true), shown, "{text}");
        }
        assert_eq!(prose("is `R-004` and `@x`", true), "is `R-004` and @\u{200b}x");
        assert_eq!(prose("open ` tick", true), "open \\` tick");
    }

    #[test]
    fn a_cut_leaves_no_mark_open() {
        let line = format!("**bold words** {} [a link](<x y>) `code here`", "word ".repeat(20));
        for most in 8..line.len() {
            let cut = clip(&line, most);
            assert!(cut.len() <= most.max(4), "{most}: {cut}");
            assert!(
                cut.matches("**").count().is_multiple_of(2)
                    && cut.matches('`').count().is_multiple_of(2),
                "{cut}"
            );
            assert!(unlinked(&cut), "{cut}");
        }
    }
}
