//! Tables of marks: an activity in the first column, a letter or two in each of
//! the others, as in RACI. Other tables are not kept.

use crate::text::Span;

/// A table at the top level of a document whose cells after the first column
/// are marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkTable {
    /// Index of the heading it stands below.
    pub heading: Option<usize>,
    /// Words of the header, that of the first column left out.
    pub columns: Box<[Box<str>]>,
    /// The rows below the header.
    pub rows: Box<[MarkRow]>,
}

/// One row of a table of marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkRow {
    /// Words of the first column.
    pub name: Box<str>,
    /// The first column's cell.
    pub span: Span,
    /// The other cells: words and place.
    pub marks: Box<[(Box<str>, Span)]>,
}

/// Characters a mark has at most.
const LONGEST: usize = 7;
/// Characters kept of an activity.
const NAME: usize = 120;
/// The letters of RACI and RASCI.
const LETTERS: &str = "RASCI";

/// Gathers tables while a document is read.
#[derive(Default)]
pub(super) struct Marks {
    open: Option<Open>,
    pub done: Vec<MarkTable>,
}

struct Open {
    heading: Option<usize>,
    header: Option<Vec<(String, Span)>>,
    rows: Vec<MarkRow>,
    row: Vec<(String, Span)>,
    /// Letters of RACI seen, and other marks.
    letters: usize,
    others: usize,
}

impl Marks {
    /// A table begins below a heading.
    pub fn open(&mut self, heading: Option<usize>) {
        let (rows, row) = (Vec::new(), Vec::new());
        self.open = Some(Open { heading, header: None, rows, row, letters: 0, others: 0 });
    }

    /// A cell begins.
    pub fn cell(&mut self, span: Span) {
        if let Some(open) = &mut self.open {
            open.row.push((String::new(), span));
        }
    }

    /// Words of the cell that is being read.
    pub fn text(&mut self, text: &str, span: Span) {
        let Some((words, place)) = self.open.as_mut().and_then(|o| o.row.last_mut()) else {
            return;
        };
        if words.is_empty() && !text.trim().is_empty() {
            *place = span;
        }
        if words.len() < NAME {
            words.push_str(text);
        }
    }

    /// A row ends. The table is let go of when a cell is too long for a mark.
    pub fn end_row(&mut self) {
        let Some(open) = &mut self.open else { return };
        let row = std::mem::take(&mut open.row);
        if open.header.is_none() {
            open.header = Some(row);
            return;
        }
        if row.iter().skip(1).any(|(mark, _)| mark.trim().chars().count() > LONGEST) {
            self.open = None;
            return;
        }
        let mut cells = row.into_iter();
        let first = cells.next();
        let cells = cells.map(|(words, span)| (words.trim().into(), span));
        let marks: Box<[(Box<str>, Span)]> = cells.collect();
        for (mark, _) in marks.iter().filter(|(mark, _)| !mark.is_empty()) {
            match letters(mark) {
                Some(found) if !found.is_empty() => open.letters += 1,
                Some(_) => {}
                None => open.others += 1,
            }
        }
        if let Some((name, span)) = first {
            open.rows.push(MarkRow { name: name.trim().into(), span, marks });
        }
    }

    /// The table ends: it is kept when more than half of its marks are letters
    /// of RACI.
    pub fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let header = open.header.unwrap_or_default();
        let columns = || header.iter().skip(1).map(|(words, _)| words.trim().into()).collect();
        if open.letters > open.others && header.len() > 2 {
            self.done.push(MarkTable {
                heading: open.heading,
                columns: columns(),
                rows: open.rows.into(),
            });
        }
    }
}

impl super::Reader<'_> {
    /// A list item or a row of a table stands under the current heading.
    pub(super) fn point(&mut self) {
        if let Some(heading) = self.headings.last_mut() {
            heading.points = heading.points.saturating_add(1);
        }
    }
}

/// The letters of a mark such as `A`, `R/A` or `-`; `None` when something else
/// stands there.
#[must_use]
pub fn letters(mark: &str) -> Option<Vec<char>> {
    let mark = mark.trim();
    if matches!(mark, "-" | "–" | "—") {
        return Some(Vec::new());
    }
    let apart = |c: &char| !matches!(c, '/' | ',' | '&' | '+') && !c.is_whitespace();
    mark.chars()
        .filter(apart)
        .map(|c| Some(c.to_ascii_uppercase()).filter(|c| LETTERS.contains(*c)))
        .collect()
}
