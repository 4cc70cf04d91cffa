//! Atom feed of status reports by RFC 4287, newest first.

use super::standing::{self, Standing};
use super::{Export, File, Input, Published, hand_on};
use crate::date::Date;
use crate::document::Document;
use crate::portfolio::declared;
use crate::target::Target;

/// Reports in the feed.
const MOST: usize = 60;
/// Where it stands below `data/`.
const NAME: &str = "feeds/reports.xml";

pub(super) static EXPORT: Export = Export {
    name: "feed",
    about: "Atom feed of the newest status reports; needs `site-url` in `[output.html]`",
    published: Published::WithAddress,
    write: |input, take| {
        let about = "Atom feed of the newest status reports";
        let Some(text) = feed(input) else { return Ok(()) };
        hand_on(take, &File::new(NAME, about, text.into_bytes()))
    },
};

/// The feed, where the site's address is known: its ids are addresses.
fn feed(input: &Input<'_>) -> Option<String> {
    let base = input.site_url()?;
    let mut reports: Vec<(Date, Standing<'_>, &Document)> = Vec::new();
    for s in standing::all(input.checked) {
        let dated = s.project.reports.iter().filter_map(|r| Some((r.date, s, s.document(*r)?)));
        reports.extend(dated);
    }
    reports.sort_by(|a, b| (b.0, &a.2.path).cmp(&(a.0, &b.2.path)));
    reports.truncate(MOST);
    let newest = reports.first().map_or(input.p().as_of, |(date, ..)| *date);
    let title = match input.p().config.title.as_str() {
        "" => "Status reports".to_owned(),
        title => format!("{title}: status reports"),
    };
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    element("id", &format!("{base}/data/{NAME}"), &mut out);
    element("title", &title, &mut out);
    element("updated", &moment(newest), &mut out);
    let author = match input.p().config.authors.as_slice() {
        [] => "Milepost".to_owned(),
        authors => authors.join(", "),
    };
    out.push_str("<author>");
    element("name", &author, &mut out);
    out.push_str("</author>\n");
    link("self", "application/atom+xml", &format!("{base}/data/{NAME}"), &mut out);
    link("alternate", "text/html", &format!("{base}/index.html"), &mut out);
    out.push_str(concat!(
        "<generator version=\"",
        env!("CARGO_PKG_VERSION"),
        "\">Milepost</generator>\n"
    ));
    for (date, s, document) in reports {
        entry(input, base, (date, s, document), &mut out);
    }
    out.push_str("</feed>\n");
    Some(out)
}

fn entry(
    input: &Input<'_>,
    base: &str,
    (date, s, document): (Date, Standing<'_>, &Document),
    out: &mut String,
) {
    let page = format!("{base}/{}", input.route(&Target::Document(document.path.clone())));
    let overall = declared(&document.fields, "overall");
    let health = overall.map_or("not reported", |d| d.rag.name());
    let why = overall.and_then(|d| d.said.text("why"));
    let said = document.fields.text("what_changed").or(why);
    out.push_str("<entry>\n");
    element("id", &page, out);
    element("title", &format!("{}: {health}, {date}", s.project.title), out);
    element("updated", &moment(date), out);
    if let Some(author) = document.fields.text("author") {
        out.push_str("<author>");
        element("name", input.p().person(author), out);
        out.push_str("</author>\n");
    }
    link("alternate", "text/html", &page, out);
    element("summary", said.unwrap_or(&document.title), out);
    out.push_str("</entry>\n");
}

fn moment(date: Date) -> String {
    format!("{date}T00:00:00Z")
}

fn element(name: &str, words: &str, out: &mut String) {
    out.push_str(&format!("<{name}>"));
    escape(words, out);
    out.push_str(&format!("</{name}>\n"));
}

fn link(rel: &str, kind: &str, href: &str, out: &mut String) {
    out.push_str(&format!("<link rel=\"{rel}\" type=\"{kind}\" href=\""));
    escape(href, out);
    out.push_str("\"/>\n");
}

/// Words as XML: what XML 1.0 cannot hold is left out.
fn escape(words: &str, out: &mut String) {
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollups::testing::{FILES, check, check_with};

    #[test]
    fn entries_have_stable_ids_and_the_newest_comes_first() {
        let config =
            "[output.html]\nsite-url = \"https://pmo.example.org/\"\n[book]\ntitle = \"A & B\"\n";
        let checked = check_with(FILES, config);
        let address = |t: &Target| match t {
            Target::Document(path) => Some(path.replace(".md", ".html")),
            _ => None,
        };
        let feed = feed(&Input::new(&checked, &address)).unwrap();
        let ids: Vec<&str> = feed.lines().filter(|l| l.starts_with("<id>")).collect();
        assert_eq!(
            ids,
            [
                "<id>https://pmo.example.org/data/feeds/reports.xml</id>",
                "<id>https://pmo.example.org/projects/crm/status/2026-03-27.html</id>",
                "<id>https://pmo.example.org/projects/crm/status/2026-03-13.html</id>",
            ]
        );
        assert!(feed.contains("<title>A &amp; B: status reports</title>"));
        assert!(feed.contains("<title>CRM replacement: amber, 2026-03-27</title>"));
        assert!(feed.contains("<summary>UAT environment late (I-007) &lt;now&gt;</summary>"));
        assert!(feed.contains("<updated>2026-03-27T00:00:00Z</updated>"));
        assert_eq!(feed.matches("<author>").count(), 3);
    }

    #[test]
    fn without_an_address_there_is_no_feed() {
        let checked = check(FILES);
        assert_eq!(feed(&Input::new(&checked, &|_: &Target| None)), None);
    }
}
