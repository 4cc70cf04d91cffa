//! The rows of tables as HTML, written without templates: rows are most of what
//! roll-ups print, and a template takes many times as long for them. What is
//! written is what `components/rows.html` and `components/cell.html` of the
//! default theme print, byte for byte; a theme with a file of its own for one
//! of [`COMPONENTS`] sets its tables by templates.

mod whole;

pub use whole::WHOLE;

use super::prose::escape_into;
use super::view::chart::{Marks, SlipBar};
use super::view::portfolio::{PortfolioPage, Slip};
use super::view::project::ProjectPage;
use super::view::rollup::{Align, AnswerView, Cell, Column, RollupPage, StateMark, Table};
use super::view::{Chip, Day, Html};
use std::fmt::Write as _;

/// The templates that say how rows look.
pub const COMPONENTS: [&str; 9] = [
    "components/cell.html",
    "components/chip.html",
    "components/day.html",
    "components/link.html",
    "components/mark.html",
    "components/marks.html",
    "components/rows.html",
    "components/slip.html",
    "components/state.html",
];

/// A page that has tables of any columns.
pub trait Tables {
    /// Its tables.
    fn tables(&mut self) -> &mut [Table] {
        &mut []
    }

    /// Sets the rows of its tables, so that the template need not.
    fn set_rows(&mut self) {
        for table in self.tables() {
            set(table);
        }
    }

    /// Sets its tables with what stands around them, where its template has
    /// them printed by `components/table.html` alone; else their rows.
    fn set_tables(&mut self) {
        self.set_rows();
    }
}

impl Tables for RollupPage {
    fn tables(&mut self) -> &mut [Table] {
        &mut self.groups
    }

    fn set_tables(&mut self) {
        self.groups.iter_mut().for_each(whole::set);
    }
}

impl Tables for PortfolioPage {
    fn tables(&mut self) -> &mut [Table] {
        &mut self.others
    }
}

impl Tables for ProjectPage {
    fn tables(&mut self) -> &mut [Table] {
        &mut self.tables
    }

    fn set_tables(&mut self) {
        self.tables.iter_mut().for_each(whole::set);
        self.history.iter_mut().for_each(whole::set_health);
    }
}

impl Tables for AnswerView {
    fn tables(&mut self) -> &mut [Table] {
        // A list is no table.
        if self.list { &mut [] } else { &mut self.groups }
    }
}

impl Tables for super::view::document::FolderPage {}

impl Tables for super::view::document::SearchPage {}

/// Puts the rows of a table into words of HTML, in place of the rows.
fn set(table: &mut Table) {
    if table.rows.is_empty() {
        return;
    }
    let mut out = String::with_capacity(room(table));
    rows(table, &mut out);
    table.set = Some(Html::new(&out));
    table.rows = Vec::new();
}

/// How many bytes the rows of a table take: enough for most.
fn room(table: &Table) -> usize {
    table.rows.len() * table.columns.len() * 96 + 1024
}

/// `components/rows.html`.
fn rows(table: &Table, out: &mut String) {
    if table.rows.is_empty() {
        out.push_str("<p class=\"empty\">");
        escape_into(&table.empty, out);
        out.push_str("</p>");
        return;
    }
    head(table, out);
    for row in &table.rows {
        out.push_str("\n<tr");
        if !row.id.is_empty() {
            attribute("id", &row.id, out);
        }
        if row.muted {
            out.push_str(" class=\"muted\"");
        }
        out.push('>');
        for (cell, column) in row.cells.iter().zip(&table.columns) {
            td(cell, column, out);
        }
        out.push_str("</tr>");
    }
    out.push_str("\n</tbody>\n</table></div>");
}

fn head(table: &Table, out: &mut String) {
    out.push_str(
        "<div class=\"scroll box\"><table class=\"rows\" data-sortable>\n<caption class=\"vh\">",
    );
    escape_into(&table.caption, out);
    out.push_str("</caption>\n<thead><tr>");
    for column in &table.columns {
        out.push_str("<th scope=\"col\"");
        if column.align != Align::Text {
            attribute("class", column.align.class(), out);
        }
        if column.sortable {
            out.push_str(" data-sort");
        }
        if column.filter {
            attribute("data-filter", &column.label, out);
        }
        if column.aside {
            out.push_str(" hidden");
        }
        out.push('>');
        escape_into(&column.label, out);
        out.push_str("</th>");
    }
    out.push_str("</tr></thead>\n<tbody>");
}

fn td(cell: &Cell, column: &Column, out: &mut String) {
    out.push_str("<td");
    match (cell, column.align) {
        (Cell::Empty, align) => out.extend([" class=\"", align.class(), " none\""]),
        (_, Align::Text) => {}
        (_, align) => attribute("class", align.class(), out),
    }
    attribute("data-label", &column.label, out);
    if column.aside {
        out.push_str(" hidden");
    }
    match cell {
        Cell::Number { sort, .. } => number("data-sort", *sort, out),
        Cell::Date { day, .. } => attribute("data-sort", &day.iso, out),
        Cell::Chip(chip) => number("data-sort", i64::from(chip.rag.rank()), out),
        Cell::Slip(slip) => number("data-sort", slip.days, out),
        _ => {}
    }
    out.push('>');
    inner(cell, out);
    out.push_str("</td>");
}

/// What stands in a cell.
fn inner(cell: &Cell, out: &mut String) {
    match cell {
        Cell::Empty => out.push_str("<span aria-hidden=\"true\">–</span>"),
        Cell::Text { text, href, detail, strong } => {
            if *strong {
                out.push_str("<b>");
            }
            anchor(text, href.as_deref(), out);
            if *strong {
                out.push_str("</b>");
            }
            under(detail, out);
        }
        Cell::Number { text, rag, .. } => match rag {
            Some(rag) => {
                out.extend(["<span class=\"t-", rag.class(), "\">"]);
                escape_into(text, out);
                out.push_str("</span>");
            }
            None => escape_into(text, out),
        },
        Cell::Date { day, late, note } => {
            if *late {
                out.push_str("<span class=\"t-red\">");
            }
            time(day, out);
            if *late {
                out.push_str("</span>");
            }
            under(note, out);
        }
        Cell::Chip(rating) => chip(rating, out),
        Cell::State { mark, text } => {
            out.extend(["<span class=\"state\"><i class=\"m s-", mark.class(), "\"></i>"]);
            escape_into(text, out);
            out.push_str("</span>");
        }
        Cell::Slip(bar) => {
            out.push_str("<span class=\"slip-cell\">");
            slip(bar, out);
            out.push_str("</span>");
        }
        Cell::Links { links } => {
            out.push_str("<span class=\"words\">");
            for (i, link) in links.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                link.write(out);
            }
            out.push_str("</span>");
        }
        Cell::Missing { text, why } => {
            out.push_str("<span class=\"missing\"");
            if !why.is_empty() {
                attribute("title", why, out);
            }
            out.push('>');
            escape_into(text, out);
            out.push_str("</span>");
        }
        Cell::Many { cells } => {
            out.push_str("<div class=\"many\">");
            for part in cells {
                out.push_str("<div>");
                inner(part, out);
                out.push_str("</div>");
            }
            out.push_str("</div>");
        }
        Cell::Marks(row) => marks(row, out),
        Cell::Html { html } => {
            out.extend(["<span class=\"words\">", html.as_str(), "</span>"]);
        }
    }
}

/// ` name="value"`.
fn attribute(name: &str, value: &str, out: &mut String) {
    out.extend([" ", name, "=\""]);
    escape_into(value, out);
    out.push('"');
}

fn number(name: &str, value: i64, out: &mut String) {
    // Writing to a text cannot fail.
    let _ = write!(out, " {name}=\"{value}\"");
}

/// A link where there is an address, else text.
pub(super) fn anchor(text: &str, href: Option<&str>, out: &mut String) {
    let Some(href) = href.filter(|href| !href.is_empty()) else {
        escape_into(text, out);
        return;
    };
    out.push_str("<a href=\"");
    escape_into(href, out);
    out.push_str("\">");
    escape_into(text, out);
    out.push_str("</a>");
}

/// Small print; nothing for none.
pub(super) fn under(text: &str, out: &mut String) {
    if text.is_empty() {
        return;
    }
    out.push_str(" <span class=\"under\">");
    escape_into(text, out);
    out.push_str("</span>");
}

/// `components/day.html`.
pub(super) fn time(day: &Day, out: &mut String) {
    out.push_str("<time datetime=\"");
    escape_into(&day.iso, out);
    out.push_str("\" title=\"");
    escape_into(&day.long, out);
    out.push_str("\">");
    escape_into(&day.text, out);
    out.push_str("</time>");
}

/// `components/chip.html`.
pub(super) fn chip(chip: &Chip, out: &mut String) {
    let Chip { rag, computed, note, why } = chip;
    out.extend(["<span class=\"chip ", rag.class(), "\">", rag.word(), "</span>"]);
    if let Some(data) = computed {
        out.push_str(" <span class=\"under\"");
        if !why.is_empty() {
            attribute("title", why, out);
        }
        let class = data.class();
        out.extend([">data: <b class=\"t-", class, "\"><i class=\"m ", class, "\"></i>"]);
        out.push_str(&data.word().to_lowercase());
        out.push_str("</b></span>");
    }
    under(note, out);
}

fn slip(slip: &Slip, out: &mut String) {
    let Slip { days, text, rag, bar: SlipBar { class, width } } = slip;
    if *days != 0 {
        out.extend(["<svg class=\"slip ", class, " ", rag.class(), "\" aria-hidden=\"true\">"]);
        let _ = writeln!(out, "<rect width=\"{width}%\"/></svg>");
    }
    out.push_str("<span class=\"delta");
    if *days > 0 {
        out.extend([" t-", rag.class()]);
    }
    out.push_str("\">");
    escape_into(text, out);
    out.push_str("</span>");
}

/// `components/marks.html`.
pub(super) fn marks(marks: &Marks, out: &mut String) {
    let _ = write!(out, "<svg class=\"marks\" viewBox=\"0 0 {} 10\" role=\"img\"", marks.width);
    attribute("aria-label", &marks.label, out);
    out.push('>');
    for mark in &marks.marks {
        let (class, x) = (mark.rag.class(), mark.x);
        let _ = write!(out, "<path class=\"{class}\" transform=\"translate({x})\"");
        attribute("d", mark.rag.shape(), out);
        out.push_str("><title>");
        escape_into(&mark.title, out);
        out.push_str("</title></path>");
    }
    out.push_str("</svg>");
}

impl Align {
    /// Its name and CSS class.
    const fn class(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Short => "short",
            Self::Wide => "wide",
        }
    }
}

impl StateMark {
    /// Its name and the end of its CSS class.
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Partial => "partial",
            Self::Bad => "bad",
            Self::Open => "open",
            Self::None => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::theme::Theme;
    use crate::site::view::rollup::Row;
    use crate::site::view::{Link, Rag};

    const SHARP: &str = "<b> & \"quoted\" 'so' é 目 — ";

    fn cells() -> Vec<Cell> {
        let day = Day { iso: "2026-09-30".into(), text: SHARP.into(), long: "<&>".into() };
        let texts =
            [(None, "", false), (Some(""), SHARP, true), (Some("a?b=1&c='"), "small", true)];
        let mut cells = vec![Cell::Empty];
        cells.extend(texts.map(|(href, detail, strong)| Cell::Text {
            text: SHARP.into(),
            href: href.map(Into::into),
            detail: detail.into(),
            strong,
        }));
        for rag in Rag::ALL {
            cells.push(Cell::Number { text: SHARP.into(), sort: -5, rag: Some(rag) });
            cells.push(Cell::Chip(Chip::of(rag)));
            let told = Chip { rag, computed: Some(rag), note: SHARP.into(), why: SHARP.into() };
            cells.push(Cell::Chip(told));
            cells.push(Cell::Chip(Chip { computed: Some(rag), ..Chip::of(Rag::Green) }));
        }
        cells.push(Cell::Number { text: "1,240".into(), sort: 1240, rag: None });
        for (late, note) in [(false, ""), (true, SHARP)] {
            cells.push(Cell::Date { day: day.clone(), late, note: note.into() });
        }
        for mark in
            [StateMark::Done, StateMark::Partial, StateMark::Bad, StateMark::Open, StateMark::None]
        {
            cells.push(Cell::State { mark, text: SHARP.into() });
        }
        for (days, class) in [(0, "none"), (28, "late"), (-2, "early")] {
            let bar = SlipBar { class, ..SlipBar::default() };
            cells.push(Cell::Slip(Slip { days, text: SHARP.into(), rag: Rag::Amber, bar }));
        }
        let links = vec![Link::to(SHARP, SHARP), Link::text(SHARP), Link::to("x", "")];
        cells.push(Cell::Links { links });
        cells.push(Cell::Links { links: Vec::new() });
        for why in ["", SHARP] {
            cells.push(Cell::Missing { text: SHARP.into(), why: why.into() });
        }
        let mark = |title: &str| crate::site::view::chart::Mark {
            title: title.into(),
            ..crate::site::view::chart::Mark::default()
        };
        let marks = vec![mark(SHARP), mark("")];
        cells.push(Cell::Marks(Marks { label: SHARP.into(), marks, ..Marks::default() }));
        cells.push(Cell::Html { html: Html::new("<em>&amp;</em>") });
        cells.push(Cell::Many { cells: cells.clone() });
        cells.push(Cell::Many { cells: Vec::new() });
        cells
    }

    #[test]
    fn rows_are_what_the_templates_print() {
        let theme = Theme::embedded().unwrap();
        assert!(theme.leaves_rows());
        let columns = [Column::text, Column::aside, Column::filter, Column::number]
            .map(|set| set(SHARP))
            .into_iter()
            .chain([Column::short("A"), Column::wide("B")]);
        let one = |column: Column| Table {
            columns: vec![column],
            caption: SHARP.into(),
            rows: cells()
                .into_iter()
                .map(|cell| Row { cells: vec![cell], ..Row::default() })
                .chain([
                    Row { id: SHARP.into(), muted: true, cells: vec![Cell::Empty] },
                    Row::default(),
                ])
                .collect(),
            ..Table::default()
        };
        let mut tables: Vec<Table> = columns.map(one).collect();
        tables.push(Table { empty: SHARP.into(), ..Table::default() });
        let mut page = RollupPage { groups: tables, ..RollupPage::default() };
        let print = |page: &RollupPage| {
            let mut out = Vec::new();
            theme.render("rollup.html", page, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let by_template = print(&page);
        page.set_rows();
        assert!(page.groups.iter().all(|table| table.rows.is_empty()));
        assert_eq!(print(&page), by_template);
    }

    #[test]
    fn a_theme_with_cells_of_its_own_sets_them() {
        for path in COMPONENTS {
            let ours = Theme::embedded().unwrap().template(path).unwrap().as_bytes().to_vec();
            let theme = Theme::new("theme", &[(path.to_owned(), ours)]).unwrap();
            assert!(!theme.leaves_rows(), "{path}");
        }
        let style = [("css/own.css".to_owned(), b"td {}".to_vec())];
        assert!(Theme::new("theme", &style).unwrap().leaves_rows());
    }
}
