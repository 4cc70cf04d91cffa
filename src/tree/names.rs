//! Names of files and folders: which are passed over, which cannot be used, and
//! which will give trouble on another system.

use super::finding;
use crate::finding::{Finding, Severity};
use crate::text::{Position, Span};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// Whether a name is hidden or an editor's dropping: passed over silently.
#[must_use]
pub fn is_junk(name: &[u8]) -> bool {
    let backup = name.ends_with(b"~")
        || (name.len() > 1 && name.starts_with(b"#") && name.ends_with(b"#"))
        || [b".swp".as_slice(), b".swo", b".swx"].iter().any(|end| name.ends_with(end));
    name.starts_with(b".") || backup || name == b"4913"
}

/// A name, or a path, as shown in messages: bytes that are not UTF-8 as `\xFF`,
/// control and hidden characters escaped.
pub(super) fn shown(name: &[u8]) -> String {
    let mut out = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                _ => out.push_str(&crate::text::visible(c.encode_utf8(&mut [0; 4]))),
            }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02X}"));
        }
    }
    out
}

/// The name as text, or why it cannot be used; `folder` is the path of the
/// folder that holds it, with a `/` at its end unless it is empty.
pub(super) fn usable<'a>(folder: &str, name: &'a [u8]) -> Result<&'a str, Box<Finding>> {
    let unusable = |why: &str| {
        let shown = shown(name);
        let path = format!("{}{shown}", crate::text::visible(folder));
        Box::new(
            finding("unusable-name", &path, format!("the name `{shown}` {why}"))
                .help("rename the file or folder"),
        )
    };
    let text = std::str::from_utf8(name).map_err(|_| unusable("is not UTF-8"))?;
    if text.chars().any(char::is_control) {
        return Err(unusable("holds a line break or another control character"));
    }
    Ok(text)
}

/// Why a name cannot be used on every system, if so.
pub(super) fn unportable(path: &str, name: &str) -> Option<Finding> {
    let why = if let Some(c) = name.chars().find(|c| hides(*c)) {
        let code = u32::from(c);
        format!("the name `{}` holds the invisible character U+{code:04X}", shown(name.as_bytes()))
    } else if let Some(c) = name.chars().find(|c| r#"<>:"|?*\"#.contains(*c)) {
        format!("the name `{name}` holds `{c}`, which Windows does not allow")
    } else if name.ends_with('.') || stem(name).ends_with(' ') || name.ends_with(' ') {
        format!("the name `{name}` ends in a full stop or space, which Windows drops")
    } else if is_device(name) {
        format!("the name `{name}` is the name of a device on Windows")
    } else {
        return None;
    };
    let help = "rename the file or folder so that it can be checked out everywhere";
    Some(
        finding("unportable-name", &crate::text::visible(path), why)
            .help(help)
            .severity(Severity::Warn),
    )
}

fn hides(c: char) -> bool {
    let mut buffer = [0; 4];
    let text = c.encode_utf8(&mut buffer);
    !c.is_control() && !c.is_ascii() && crate::text::visible(text) != *text
}

fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// `CON`, `NUL`, `COM1` … with any ending; superscript digits count.
fn is_device(name: &str) -> bool {
    let stem = stem(name).trim_end().to_ascii_uppercase();
    if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str()) {
        return true;
    }
    let digit = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT"));
    digit.is_some_and(|d| {
        let mut chars = d.chars();
        matches!((chars.next(), chars.next()), (Some('1'..='9' | '¹' | '²' | '³'), None))
    })
}

/// The names met so far in each folder on the way down, to find those that are
/// one file on a system that folds case or normalises.
#[derive(Debug, Default)]
pub(super) struct Collisions {
    levels: Vec<HashMap<String, String>>,
}

impl Collisions {
    /// Take the next entry of a walk that goes into a folder right after naming
    /// it; `depth` counts from 1 for entries of the root.
    pub(super) fn check(&mut self, path: &str, name: &str, depth: usize) -> Option<Finding> {
        self.levels.truncate(depth);
        self.levels.resize_with(depth, HashMap::new);
        let level = self.levels.last_mut()?;
        let Some(first) = level.get(&folded(name)) else {
            level.insert(folded(name), name.to_owned());
            return None;
        };
        let how = if first.to_lowercase() == name.to_lowercase() {
            "case"
        } else {
            "Unicode normalisation"
        };
        let first_path = format!("{}{first}", path.strip_suffix(name).unwrap_or_default());
        let message = format!("`{name}` and `{first}` differ only in {how}");
        Some(
            finding("name-collision", path, message)
                .help("rename one of them: on some systems they are the same file")
                .related(first_path.into(), Span::at(0), Position::default(), "the other name"),
        )
    }
}

fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    name.nfc().collect::<String>().to_lowercase().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_is_passed_over() {
        for name in [".git", ".#a.md", "a.md~", "#a.md#", ".a.md.swp", "x.swo", "4913", "...md"] {
            assert!(is_junk(name.as_bytes()), "{name}");
        }
        for name in ["#1.md", "a.md", "4913.md", "-rf.md", "#"] {
            assert!(!is_junk(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn names_that_cannot_be_used_are_shown_escaped() {
        let bad = |name: &[u8]| usable("d/", name).unwrap_err();
        assert!(bad(b"a\nb.md").message.contains(r"a\nb.md"));
        assert_eq!(&*bad(b"\xff\xfe.md").path, r"d/\xFF\xFE.md");
        assert!(bad(b"\x1b[31m.md").message.contains(r"\u{1b}[31m"));
        assert_eq!(usable("", "é.md".as_bytes()).unwrap(), "é.md");
    }

    #[test]
    fn names_that_windows_refuses_are_reported() {
        for name in [
            "CON.md",
            "aux",
            "com¹.md",
            "Lpt9.tar.gz",
            "a.",
            "b .md",
            "a:b?.md",
            "..\\x.md",
            "a#b%20\"c.md",
            "report\u{202e}fdp.md",
        ] {
            assert!(unportable(name, name).is_some(), "{name}");
        }
        for name in ["console.md", "com0.md", "com10.md", "%2e%2e%2fx.md", "--help.md", "日本.md"]
        {
            assert!(unportable(name, name).is_none(), "{name}");
        }
        assert!(unportable("x", "a\u{202e}b").unwrap().message.contains("U+202E"));
    }

    #[test]
    fn collisions_are_found_within_a_folder_only() {
        let mut names = Collisions::default();
        assert!(names.check("Alpha.md", "Alpha.md", 1).is_none());
        let found = names.check("alpha.md", "alpha.md", 1).unwrap();
        assert!(found.message.contains("case"));
        assert_eq!(&*found.related[0].path, "Alpha.md");
        assert!(names.check("d", "d", 1).is_none());
        assert!(names.check("d/alpha.md", "alpha.md", 2).is_none());
        assert!(names.check("e", "e", 1).is_none());
        assert!(names.check("e/alpha.md", "alpha.md", 2).is_none());
        assert!(names.check("e/\u{e9}", "\u{e9}", 2).is_none());
        assert!(names.check("e/e\u{301}", "e\u{301}", 2).unwrap().message.contains("normal"));
    }
}
