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
/// Bytes the words of most rows have at most.
const ROW: usize = 96;
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
    header: Option<Row>,
    rows: Vec<MarkRow>,
    row: Row,
    /// Letters of RACI seen, and other marks.
    letters: usize,
    others: usize,
}

/// The cells of a row, while it is not known whether they are marks: their
/// words one after the other, and of each cell where they begin and its place.
#[derive(Default)]
struct Row {
    words: String,
    cells: Vec<(usize, Span)>,
}

impl Row {
    /// Words and place of each cell.
    fn cells(&self) -> impl Iterator<Item = (&str, Span)> {
        let ends = self.cells.iter().skip(1).map(|(start, _)| *start);
        let ends = ends.chain([self.words.len()]);
        let cells = self.cells.iter().zip(ends);
        cells.map(|((start, span), end)| (self.words.get(*start..end).unwrap_or(""), *span))
    }
}

impl Marks {
    /// A table begins below a heading.
    pub fn open(&mut self, heading: Option<usize>) {
        let (rows, row) = (Vec::new(), Row::default());
        self.open = Some(Open { heading, header: None, rows, row, letters: 0, others: 0 });
    }

    /// A cell begins.
    pub fn cell(&mut self, span: Span) {
        if let Some(Open { row, .. }) = &mut self.open {
            row.cells.push((row.words.len(), span));
        }
    }

    /// Words of the cell that is being read. The table is let go of when they
    /// are too long for a mark.
    pub fn text(&mut self, text: &str, span: Span) {
        let Some(Open { row: Row { words, cells }, header, .. }) = &mut self.open else { return };
        let first = cells.len() == 1;
        let Some((start, place)) = cells.last_mut() else { return };
        let length = words.len() - *start;
        if length == 0 && !text.trim().is_empty() {
            *place = span;
        }
        if length < NAME {
            if words.is_empty() {
                words.reserve(ROW);
            }
            words.push_str(text);
        }
        if header.is_none() || first || words.len() - *start <= LONGEST {
            return;
        }
        let cell = words.get(*start..).unwrap_or("").trim();
        if cell.chars().count() > LONGEST {
            self.open = None;
        }
    }

    /// A row ends. Two columns are no table of marks.
    pub fn end_row(&mut self) {
        let Some(open) = &mut self.open else { return };
        let row = std::mem::take(&mut open.row);
        if open.header.is_none() {
            if row.cells.len() > 2 {
                open.header = Some(row);
            } else {
                self.open = None;
            }
            return;
        }
        let mut cells = row.cells();
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
        let columns = || header.cells().skip(1).map(|(words, _)| words.trim().into()).collect();
        if open.letters > open.others {
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
