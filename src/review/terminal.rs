//! `--format text`: for the terminal. No line begins with content, and nothing
//! in it acts on a terminal or on the reader of a build log.

use super::parts::{self, Body, Part, Table};
use super::phrase::{Phrase, Style};
use super::{Look, ProjectReview, Review};
use crate::table::Rag;
use crate::text::visible;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Widest column of a table.
const WIDE: usize = 60;

pub(super) fn write(review: &Review, look: &Look<'_>, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { look };
    let since = review.since.map_or(String::new(), |d| format!(", as it stood on {d}"));
    let head = format!(
        "Review of {}: {}{since} → {}, as of {}",
        review.title, review.base, review.head, review.as_of
    );
    writeln!(out, "{}", page.paint("1", &tame(&head)))?;
    writeln!(out, "{}", page.phrase(&parts::sentence(review)))?;
    for part in parts::settings(review) {
        page.part(&part, out)?;
    }
    for project in review.all() {
        page.project(project, out)?;
    }
    if review.unchanged > 0 && !look.quiet {
        writeln!(out, "\n{} unchanged", crate::text::counted(review.unchanged, "project"))?;
    }
    Ok(())
}

struct Page<'a> {
    look: &'a Look<'a>,
}

impl Page<'_> {
    fn project(&self, project: &ProjectReview, out: &mut dyn Write) -> io::Result<()> {
        let rest = parts::heading(project);
        let rest = if rest.is_empty() { rest } else { format!(" — {rest}") };
        writeln!(out, "\n{}{}", self.paint("1;4", &tame(&project.title)), tame(&rest))?;
        let counts = parts::counts(project);
        if !counts.is_empty() {
            writeln!(out, "  {}", self.paint("1", &counts))?;
        }
        for part in parts::parts(project) {
            if !(self.look.quiet && matches!(part.key, "mended" | "unchanged")) {
                self.part(&part, out)?;
            }
        }
        Ok(())
    }

    fn part(&self, part: &Part, out: &mut dyn Write) -> io::Result<()> {
        let title = tame(&part.title);
        let colour = if part.alert { "1;91" } else { "1" };
        match &part.body {
            Body::Inline(list) if list.len() == 1 => {
                let line = Phrase::joined(list.iter().cloned(), "");
                writeln!(
                    out,
                    "  {} {}",
                    self.paint(colour, &format!("{title}:")),
                    self.phrase(&line)
                )
            }
            Body::Inline(lines) | Body::Lines(lines) => {
                writeln!(out, "  {}", self.paint(colour, &title))?;
                for line in lines {
                    writeln!(out, "    - {}", self.phrase(line))?;
                }
                Ok(())
            }
            Body::Table(table) => self.table(table, out),
        }
    }

    fn table(&self, table: &Table, out: &mut dyn Write) -> io::Result<()> {
        let cells: Vec<Vec<String>> =
            table.rows.iter().map(|r| r.iter().map(|c| tame(&c.text())).collect()).collect();
        let last = table.heads.len().saturating_sub(1);
        let widths: Vec<usize> = (0..table.heads.len())
            .map(|i| {
                let own = table.heads.get(i).map_or(0, |h| h.width());
                let cells = cells.iter().filter_map(|r| r.get(i)).map(|c| c.width().min(WIDE));
                cells.max().unwrap_or(0).max(own)
            })
            .collect();
        let fill = |i: usize, shown: usize| {
            let width = widths.get(i).copied().unwrap_or(0);
            " ".repeat(if i == last { 0 } else { width.saturating_sub(shown) })
        };
        let mut head = String::new();
        for (i, name) in table.heads.iter().enumerate() {
            head.push_str(&format!("{}{}  ", self.paint("1", name), fill(i, name.width())));
        }
        writeln!(out, "  {}", head.trim_end())?;
        for (row, plain) in table.rows.iter().zip(&cells) {
            let mut line = String::new();
            for (i, (cell, text)) in row.iter().zip(plain).enumerate() {
                line.push_str(&format!("{}{}  ", self.phrase(cell), fill(i, text.width())));
            }
            // A cell never begins the line: the mark before it does.
            writeln!(out, "  {}", line.trim_end())?;
        }
        Ok(())
    }

    fn phrase(&self, phrase: &Phrase) -> String {
        let mut out = String::new();
        for bit in &phrase.0 {
            let words = tame(&bit.text);
            let colour = match bit.style {
                Style::Strong => "1",
                Style::Rag(rag) => match rag.colour() {
                    Some(Rag::Red) => "1;91",
                    Some(Rag::Amber) => "33",
                    Some(_) => "32",
                    None => "2",
                },
                Style::Code => "36",
                Style::Plain | Style::Prose => "",
            };
            out.push_str(&self.paint(colour, &words));
        }
        out
    }

    fn paint(&self, colour: &str, words: &str) -> String {
        if self.look.colour && !colour.is_empty() && !words.is_empty() {
            format!("\u{1b}[{colour}m{words}\u{1b}[0m")
        } else {
            words.to_owned()
        }
    }
}

/// Words that act neither on a terminal nor on the reader of a build log, which
/// looks for `::` at the start of a line and for `##` anywhere.
pub(super) fn tame(text: &str) -> String {
    visible(text).replace("##", "#\\u{23}").replace("::", ":\\u{3a}")
}
