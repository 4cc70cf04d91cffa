//! Which files of a book are copied to its site: images, fonts and office
//! files; never HTML, scripts, or files that steer a web server.

use crate::config::Config;

/// Endings that are copied, sorted.
const ENDINGS: &[&str] = &[
    "avif", "csv", "doc", "docx", "gif", "ico", "jpeg", "jpg", "m4a", "mov", "mp3", "mp4", "mpp",
    "odg", "odp", "ods", "odt", "ogg", "otf", "pdf", "png", "ppt", "pptx", "svg", "tsv", "ttf",
    "txt", "vsdx", "webm", "webp", "woff", "woff2", "xls", "xlsx", "zip",
];

/// Endings whose bytes are looked at, sorted.
const SIGNED: &[&str] = &[
    "docx", "gif", "jpeg", "jpg", "odg", "odp", "ods", "odt", "pdf", "png", "pptx", "svg", "webp",
    "xlsx", "zip",
];

/// Names that steer a web server whatever their ending.
const CONTROL: &[&str] = &["robots.txt", "cname", "web.config", "_headers", "_redirects", "sw.js"];

/// Whether a file is copied to the site.
#[must_use]
pub fn published(path: &str, config: &Config) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    let allowed = |a: &String| {
        let a = a.trim_start_matches('.').to_lowercase();
        a == ending || a == name
    };
    if config.assets_allow.iter().any(allowed) {
        return true;
    }
    !CONTROL.contains(&&*name) && ENDINGS.binary_search(&ending).is_ok()
}

/// Whether the bytes of a file with that ending can be told from its start, or
/// may hold script: such files are looked at before they are published.
#[must_use]
pub fn has_signature(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or("").to_lowercase();
    SIGNED.binary_search(&&*ending).is_ok()
}

/// Whether a file would be surprising on a web server: a page, a script, or a
/// file that steers the server.
#[must_use]
pub fn risky(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let ending = name.rsplit('.').next().unwrap_or("");
    CONTROL.contains(&&*name)
        || matches!(
            ending,
            "html" | "htm" | "xhtml" | "shtml" | "js" | "mjs" | "php" | "svgz" | "xml" | "swf"
        )
}

/// What is wrong with the bytes of an asset: a signature that does not fit the
/// ending, or a drawing that holds script. `None` when it may be published.
#[must_use]
pub fn fault(path: &str, bytes: &[u8]) -> Option<&'static str> {
    let ending = path.rsplit('.').next().unwrap_or("").to_lowercase();
    let starts = |signatures: &[&[u8]]| signatures.iter().any(|s| bytes.starts_with(s));
    let fits = match ending.as_str() {
        "png" => starts(&[b"\x89PNG\r\n\x1a\n"]),
        "jpg" | "jpeg" => starts(&[b"\xff\xd8\xff"]),
        "gif" => starts(&[b"GIF87a", b"GIF89a"]),
        "webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        "pdf" => bytes
            .get(..1024.min(bytes.len()))
            .is_some_and(|head| head.windows(5).any(|w| w == b"%PDF-")),
        "docx" | "xlsx" | "pptx" | "odt" | "ods" | "odp" | "odg" | "zip" => {
            starts(&[b"PK\x03\x04", b"PK\x05\x06"])
        }
        _ => true,
    };
    if !fits {
        return Some("its content is not what its ending says");
    }
    if ending == "svg" {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        let compact: String =
            text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let handler = text.split('<').skip(1).any(|tag| {
            let tag = tag.split('>').next().unwrap_or("");
            tag.split(|c: char| c.is_whitespace() || c == '/' || c == '"' || c == '\'')
                .any(|a| a.starts_with("on") && a.contains('='))
        });
        if text.contains("<script")
            || text.contains("<foreignobject")
            || text.contains("<!entity")
            || compact.contains("javascript:")
            || handler
        {
            return Some("the drawing holds script");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_endings_are_copied_unless_allowed() {
        let mut config = Config::default();
        assert!(ENDINGS.is_sorted() && SIGNED.is_sorted());
        assert!(published("a/b.PNG", &config));
        for path in ["a.html", "x.js", "_redirects", "CNAME", "robots.txt", "id_rsa", "key.pem"] {
            assert!(!published(path, &config), "{path}");
        }
        config.assets_allow = vec![".html".into(), "_redirects".into(), "robots.txt".into()];
        assert!(published("a.html", &config) && published("robots.txt", &config));
    }

    #[test]
    fn signatures_and_script_in_drawings_are_checked() {
        assert!(fault("a.png", b"<html>").is_some());
        assert!(fault("a.png", b"\x89PNG\r\n\x1a\nxx").is_none());
        assert!(fault("a.svg", b"<svg><path d='M0 0'/></svg>").is_none());
        for bad in [
            "<svg><script>x</script></svg>",
            "<svg onload=alert(1)>",
            "<svg><a href=\" java\nscript:x\">",
            "<svg><foreignObject/></svg>",
        ] {
            assert!(fault("a.svg", bad.as_bytes()).is_some(), "{bad}");
        }
    }
}
