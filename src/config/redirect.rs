//! `[output.html.redirect]`: mdBook's table of that name.

use super::fail;
use crate::data::Problem;
use crate::data::record::Record;
use crate::text::Span;

/// An old address of a page, and where it leads now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// The old address below the site's root, `/` at its beginning left out.
    pub from: String,
    /// A web address, a path from the site's root (`/a.html`) or from the old
    /// page (`a.html`).
    pub to: String,
    /// Where both stand in `book.toml`.
    pub at: (Span, Span),
}

impl Redirect {
    /// Whether it leads out of the site.
    #[must_use]
    pub fn leaves(&self) -> bool {
        web(&self.to)
    }

    /// Read the table inside `[output.html]`.
    pub(super) fn read(html: &Record, problems: &mut Vec<Problem>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        let slots = html.record("redirect").map(|r| r.slots.as_slice()).unwrap_or_default();
        for slot in slots {
            let Some(to) = slot.datum.text() else { continue };
            let from = slot.name.trim_start_matches('/').to_owned();
            if to.contains(':') && !web(to) {
                let message = format!("`{to}` is neither a page of the site nor a web address");
                let help = "write a path such as `/projects/a.html`, or begin it with `https://`";
                problems.push(fail(slot.span, message, help));
                continue;
            }
            if from.is_empty() || from.split('/').any(|part| part == "..") {
                let message = format!("`{}` is no address below the site's root", slot.name);
                problems.push(fail(slot.key_span, message, "write the old path: `/old/page.html`"));
                continue;
            }
            if let Some(first) = all.iter().find(|other| other.from == from) {
                let message = format!("`{}` is redirected twice", slot.name);
                problems.push(
                    fail(slot.key_span, message, "keep one of the two")
                        .related(first.at.0, "first redirected here"),
                );
                continue;
            }
            all.push(Self { from, to: to.to_owned(), at: (slot.key_span, slot.span) });
        }
        all
    }
}

fn web(to: &str) -> bool {
    to.starts_with("https://") || to.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn what_can_lead_nowhere_is_refused() {
        let text = "[output.html.redirect]\n\"/a.html\" = \"/b.html\"\n\"a.html\" = \"c.html\"\n\
                    \"/d.html\" = \"javascript:x()\"\n\"/../e.html\" = \"b.html\"\n\
                    \"/f/\" = \"https://example.org/\"\n";
        let (config, problems) = Config::read(text);
        let kept: Vec<_> = config.html.redirect.iter().map(|r| (&*r.from, r.leaves())).collect();
        assert_eq!(kept, [("a.html", false), ("f/", true)]);
        let said: Vec<_> = problems
            .iter()
            .map(|p| (&text[p.span.start as usize..p.span.end as usize], &*p.message))
            .collect();
        assert_eq!(
            said,
            [
                ("\"a.html\"", "`a.html` is redirected twice"),
                (
                    "\"javascript:x()\"",
                    "`javascript:x()` is neither a page of the site nor a web address"
                ),
                ("\"/../e.html\"", "`/../e.html` is no address below the site's root"),
            ]
        );
    }
}
