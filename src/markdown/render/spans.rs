//! Links, images, mentions and footnote references: what stands in a line.

use super::super::{Href, classify, escape, links, offset_in};
use super::writer::Writer;
use pulldown_cmark::CowStr;

/// An image whose description is being read.
pub(super) struct Image {
    /// Open elements outside it.
    pub depth: usize,
    /// Destination and index among the links.
    pub dest: String,
    pub index: usize,
    pub title: String,
    pub alt: String,
}

impl Writer<'_> {
    /// The index of the link or image that begins now.
    pub(super) fn next_link(&mut self) -> usize {
        self.link_index += 1;
        self.link_index - 1
    }

    /// Print a run of text, with its mentions as links.
    pub(super) fn text(&mut self, text: &CowStr<'_>) {
        let place = match text {
            CowStr::Borrowed(part) if !self.input.mentions.is_empty() && self.links == 0 => {
                offset_in(self.text, part)
            }
            _ => None,
        };
        match place {
            Some(at) if self.image.is_none() && self.dropping.is_none() => {
                self.heading_text(text);
                self.mentions(text, at);
            }
            _ => self.text_run(text),
        }
    }

    /// Print a run of text as it is.
    pub(super) fn text_run(&mut self, text: &str) {
        self.heading_text(text);
        if self.image.is_some() {
            self.alt(text);
        } else if self.dropping.is_none() {
            escape::text(&mut self.out, text);
        }
    }

    fn mentions(&mut self, text: &str, at: usize) {
        let mentions = self.input.mentions;
        let mut next = mentions.partition_point(|m| (m.span.start as usize) < at);
        let mut done = 0;
        while let Some(mention) = mentions.get(next) {
            let (Some(from), Some(to)) = (
                (mention.span.start as usize).checked_sub(at),
                (mention.span.end as usize).checked_sub(at),
            ) else {
                break;
            };
            let Some(name) = text.get(from..to).filter(|_| from >= done) else { break };
            escape::text(&mut self.out, text.get(done..from).unwrap_or(""));
            self.out.push_str("<a class=\"mention\" href=\"");
            escape::attribute(&mut self.out, &mention.href);
            self.out.push('"');
            self.title(mention.title);
            self.out.push('>');
            escape::text(&mut self.out, name);
            self.out.push_str("</a>");
            done = to;
            next += 1;
        }
        escape::text(&mut self.out, text.get(done..).unwrap_or(""));
    }

    /// Add to the description of the image being read.
    pub(super) fn alt(&mut self, text: &str) {
        if let Some(image) = &mut self.image {
            image.alt.push_str(text);
        }
    }

    fn title(&mut self, title: &str) {
        if !title.is_empty() {
            self.out.push_str(" title=\"");
            escape::attribute(&mut self.out, title);
            self.out.push('"');
        }
    }

    /// Print the start of a link, with the id that raw HTML gave it; gives its
    /// end.
    pub(super) fn open_link(
        &mut self,
        dest: &str,
        index: usize,
        title: &str,
        id: Option<&str>,
    ) -> &'static str {
        let to = self.input.links.get(index);
        let href = to.and_then(|to| to.href.as_deref()).unwrap_or(dest);
        let title = to.and_then(|to| to.title.as_deref()).unwrap_or(title);
        let kind = classify(href);
        let safe = matches!(kind, Href::Relative | Href::External | Href::Contact);
        if !safe || to.is_some_and(|to| to.broken) {
            self.out.push_str("<span class=\"broken-link\"");
            self.title(if safe { title } else { "this link is not allowed" });
            self.id(id);
            self.out.push('>');
            return "</span>";
        }
        self.out.push_str("<a href=\"");
        escape::attribute(&mut self.out, href);
        self.out.push('"');
        self.title(title);
        if kind == Href::External {
            self.out.push_str(" rel=\"noopener noreferrer\"");
        }
        self.id(id);
        self.out.push('>');
        "</a>"
    }

    /// Print an id of raw HTML, with the prefix that keeps it apart from ours.
    fn id(&mut self, id: Option<&str>) {
        if let Some(id) = id {
            self.out.push_str(" id=\"u-");
            escape::attribute(&mut self.out, id);
            self.out.push('"');
        }
    }

    /// Print an image: one of another site becomes a link to it, so that pages
    /// load nothing from elsewhere. `rest` is HTML of further attributes.
    pub(super) fn write_image(
        &mut self,
        dest: &str,
        index: usize,
        alt: &str,
        title: &str,
        rest: &str,
    ) {
        let to = self.input.links.get(index);
        let src = to.and_then(|to| to.href.as_deref()).unwrap_or(dest);
        let title = to.and_then(|to| to.title.as_deref()).unwrap_or(title);
        let alt = alt.trim();
        match classify(src) {
            Href::Relative if !to.is_some_and(|to| to.broken) => {
                self.out.push_str("<img src=\"");
                escape::attribute(&mut self.out, src);
                self.out.push_str("\" alt=\"");
                escape::attribute(&mut self.out, alt);
                self.out.push_str("\" loading=\"lazy\"");
                if !rest.contains(" title=") {
                    self.title(title);
                }
                self.out.push_str(rest);
                self.out.push('>');
            }
            Href::External if self.links == 0 => {
                self.out.push_str("<a class=\"remote-image\" href=\"");
                escape::attribute(&mut self.out, src);
                self.out.push_str("\" rel=\"noopener noreferrer\">");
                escape::text(&mut self.out, if alt.is_empty() { links::host_of(src) } else { alt });
                self.out.push_str("</a>");
            }
            _ => {
                self.out.push_str("<span class=\"broken-link\"");
                self.title(title);
                self.out.push('>');
                escape::text(&mut self.out, if alt.is_empty() { "image" } else { alt });
                self.out.push_str("</span>");
            }
        }
    }

    /// Print a reference to a footnote.
    pub(super) fn footnote_reference(&mut self, label: &str) {
        if self.image.is_some() || self.dropping.is_some() {
            return;
        }
        let note = self.footnote(label);
        let Some(footnote) = self.footnotes.get_mut(note) else { return };
        footnote.references += 1;
        let again = footnote.references;
        let number = note + 1;
        let id =
            if again == 1 { format!("fnref_{number}") } else { format!("fnref_{number}_{again}") };
        self.out.push_str(&format!(
            "<sup class=\"footnote-ref\"><a href=\"#fn_{number}\" id=\"{id}\" aria-label=\"Footnote {number}\">{number}</a></sup>"
        ));
    }

    /// The index of a footnote, in the order in which they are first named.
    pub(super) fn footnote(&mut self, label: &str) -> usize {
        if let Some(&index) = self.footnote_index.get(label) {
            return index;
        }
        self.footnotes.push(Footnote::default());
        let index = self.footnotes.len() - 1;
        self.footnote_index.insert(label.into(), index);
        index
    }
}

/// A footnote: how often it was named, and its HTML.
#[derive(Default)]
pub(super) struct Footnote {
    pub references: usize,
    pub html: String,
}
