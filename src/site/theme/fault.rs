//! A template engine's errors, in our words: path, line, column, fact, help.

use super::Sources;
use crate::error::Error;
use crate::text::nearest;
use std::fmt::Write as _;
use tera::ErrorKind;

/// A file that is not UTF-8, as a message.
pub(super) fn not_utf8(
    folder: &str,
    path: &str,
    bytes: &[u8],
    error: &std::str::Utf8Error,
) -> String {
    let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
    let line = before.split(|byte| *byte == b'\n').count();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(before.get(start..).unwrap_or_default()).chars().count();
    format!("{folder}/{path}:{line}:{}: template is not UTF-8", column + 1)
}

/// One of the engine's errors as an error of ours.
pub(super) fn explain(error: &tera::Error, sources: &Sources) -> Error {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let (line, column) = (report.span().start_line, report.span().start_col + 1);
            placed(sources, report.filename(), line, column, report.message())
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => {
            let chain = inheritance_chain.join("` → `");
            at_tag(sources, tpl, "extends", &format!("template extends itself: `{chain}`"))
                .help("let one of the templates stand on its own")
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            let chain = include_chain.join("` → `");
            at_tag(sources, tpl, "include", &format!("templates include each other: `{chain}`"))
                .help("remove one of the `include` tags")
        }
        ErrorKind::MissingParent { current, parent } => {
            let fault = at_tag(
                sources,
                current,
                "extends",
                &format!("there is no template `{parent}` in the theme"),
            );
            did_you_mean(fault, parent, sources.templates.keys().map(String::as_str))
        }
        ErrorKind::TemplateNotFound(name) => {
            let fault = Error::usage(format!("there is no template `{name}` in the theme"));
            did_you_mean(fault, name, sources.templates.keys().map(String::as_str))
        }
        ErrorKind::Io(std::io::ErrorKind::FileTooLarge) => {
            Error::usage("a template made a page of more than 64 MiB")
                .help("look for a loop that repeats itself")
        }
        _ => several(sources, &error.to_string()),
    }
}

/// Where a template stands: the user's folder, or the default theme.
fn place(sources: &Sources, name: &str) -> String {
    match sources.templates.get(name) {
        Some((_, false)) => format!("default theme, {name}"),
        _ => format!("{}/{name}", sources.folder),
    }
}

/// An error at a place, with the line and a caret under it.
fn placed(sources: &Sources, name: &str, line: usize, column: usize, message: &str) -> Error {
    let (fact, known) = split_known(message);
    let mut text = format!("{}:{line}:{column}: {fact}", place(sources, name));
    let source = sources.templates.get(name).map_or("", |(text, _)| text.as_str());
    if let Some(shown) = source.lines().nth(line.saturating_sub(1))
        && shown.chars().count() <= 200
    {
        let number = line.to_string();
        let gutter = " ".repeat(number.len());
        let indent: String = shown
            .chars()
            .take(column.saturating_sub(1))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let _ = write!(text, "\n {gutter} |\n {number} | {shown}\n {gutter} | {indent}^");
    }
    let error = Error::usage(text);
    let Some(wrong) = fact.split('`').nth(1) else { return error };
    if known.is_empty() {
        return error;
    }
    match nearest(wrong, known.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("there are `{}`", known.join("`, `"))),
    }
}

/// Splits the engine's message into a fact in our style and the names it knows.
fn split_known(message: &str) -> (String, Vec<&str>) {
    let (fact, known) = match message.split_once(" Available ") {
        Some((fact, known)) => {
            let names = known.split_once(": ").map_or("", |(_, names)| names);
            (fact, names.split(", ").filter(|name| !name.is_empty()).collect())
        }
        None => (message, Vec::new()),
    };
    (lower(fact.trim_end_matches('.')), known)
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

/// An error about a template as a whole, placed at the tag that causes it.
fn at_tag(sources: &Sources, name: &str, tag: &str, message: &str) -> Error {
    let source = sources.templates.get(name).map_or("", |(text, _)| text.as_str());
    let found = source
        .lines()
        .enumerate()
        .find_map(|(i, line)| line.find(tag).map(|at| (i + 1, line.get(..at).unwrap_or_default())));
    match found {
        Some((line, before)) => placed(sources, name, line, before.chars().count() + 1, message),
        None => Error::usage(format!("{}: {message}", place(sources, name))),
    }
}

fn did_you_mean<'a>(error: Error, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    match nearest(wrong, known) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    }
}

/// The engine joins what it finds when templates are linked into one text of
/// reports; each becomes a placed message.
fn several(sources: &Sources, text: &str) -> Error {
    let mut messages = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(fact) = line.strip_prefix("error: ") else { continue };
        let Some(at) = lines.peek().and_then(|next| next.trim_start().strip_prefix("--> ")) else {
            continue;
        };
        let mut parts = at.rsplitn(3, ':');
        let column = parts.next().and_then(|n| n.parse().ok());
        let line = parts.next().and_then(|n| n.parse().ok());
        if let (Some(column), Some(line), Some(name)) = (column, line, parts.next()) {
            messages.push(placed(sources, name, line, column, fact).message);
        }
    }
    if messages.is_empty() {
        return Error::usage(format!("theme `{}`: {}", sources.folder, lower(text)));
    }
    Error::usage(messages.join("\n"))
        .help("a theme has the functions, filters and components of the default theme and of Tera")
}
