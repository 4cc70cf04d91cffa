//! Tables with what stands around them: what `components/table.html` and
//! `components/health_grid.html` of the default theme print, byte for byte.

use super::super::prose::escape_into;
use super::super::view::project::HealthGrid;
use super::super::view::rollup::Table;
use super::super::view::{Html, Segment};
use super::super::written::{health_grid, sentence};
use std::fmt::Write as _;

/// The templates, beside those of rows, that say how a table looks on the pages
/// that have most of them, and these pages themselves.
pub const WHOLE: [&str; 5] = [
    "components/health_grid.html",
    "components/sentence.html",
    "components/table.html",
    "project.html",
    "rollup.html",
];

/// Puts a table into words of HTML, in place of all it holds.
pub(super) fn set(table: &mut Table) {
    let mut out = String::with_capacity(super::room(table) + 1024);
    section(table, &mut out);
    *table = Table { whole: Some(Html::new(&out)), ..Table::default() };
}

/// Puts the health of a project into words of HTML, in place of all it holds.
pub(super) fn set_health(grid: &mut HealthGrid) {
    let mut out = String::with_capacity(16 << 10);
    health_grid(grid, &mut out);
    *grid = HealthGrid { whole: Some(Html::new(&out)), ..HealthGrid::default() };
}

fn section(table: &Table, out: &mut String) {
    out.push_str("<section class=\"group\"");
    if !table.id.is_empty() {
        super::attribute("id", &table.id, out);
    }
    out.push_str(">\n");
    let titled = !table.title.is_empty();
    let downloads = !table.downloads.is_empty();
    if titled || downloads {
        head(table, out);
    }
    if titled || !downloads {
        line("<p class=\"intro\">", &table.intro, "</p>\n", out);
    }
    line("<p class=\"intro rest\">", &table.rest, "</p>\n", out);
    super::rows(table, out);
    line("\n<p class=\"intro rest\">", &table.rest, "</p>", out);
    out.push_str("\n</section>");
}

fn head(table: &Table, out: &mut String) {
    out.push_str("<div class=\"head\">");
    if table.title.is_empty() {
        line("<p class=\"intro\">", &table.intro, "</p>", out);
    } else {
        out.push_str("<h2>");
        escape_into(&table.title, out);
        if let Some(count) = table.count {
            // Writing to a text cannot fail.
            let _ = write!(out, " <span class=\"n\">{count}</span>");
        }
        out.push_str("</h2>");
    }
    if !table.downloads.is_empty() {
        out.push_str("<p class=\"downloads\">");
        for link in &table.downloads {
            link.write(out);
            out.push(' ');
        }
        out.push_str("</p>");
    }
    out.push_str("</div>\n");
}

/// A sentence between two pieces of markup; nothing for none.
fn line(before: &str, segments: &[Segment], after: &str, out: &mut String) {
    if !segments.is_empty() {
        out.push_str(before);
        sentence(segments, out);
        out.push_str(after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::rows::Tables as _;
    use crate::site::theme::Theme;
    use crate::site::view::rollup::{Cell, Column, RollupPage, Row};
    use crate::site::view::{Link, Rag};

    const SHARP: &str = "<b> & \"quoted\" 'so' `code` é — ";

    /// Tables with every set of parts.
    fn tables() -> Vec<Table> {
        let segments = || {
            let of = |rag, href: Option<&str>| Segment {
                text: SHARP.into(),
                rag,
                href: href.map(str::to_owned),
            };
            vec![of(None, None), of(Some(Rag::Red), None), of(Some(Rag::Red), Some(SHARP))]
        };
        let links = || vec![Link::to(SHARP, SHARP), Link::text(SHARP)];
        let row = || Row { cells: vec![Cell::text(SHARP), Cell::Empty], ..Row::default() };
        let table = |bits: u32| {
            let has = |bit: u32| bits & (1 << bit) != 0;
            let text = |bit| if has(bit) { SHARP.to_owned() } else { String::new() };
            Table {
                id: text(0),
                title: text(1),
                count: has(2).then_some(bits & 1),
                intro: if has(3) { segments() } else { Vec::new() },
                rest: if has(4) { segments() } else { Vec::new() },
                downloads: if has(5) { links() } else { Vec::new() },
                rows: if has(6) { vec![row(), row()] } else { Vec::new() },
                columns: vec![Column::text(SHARP), Column::filter("B")],
                caption: SHARP.into(),
                empty: SHARP.into(),
                ..Table::default()
            }
        };
        (0..128).map(table).collect()
    }

    #[test]
    fn tables_are_what_the_templates_print() {
        let theme = Theme::embedded().unwrap();
        assert!(theme.leaves_tables());
        let print = |page: &RollupPage| {
            let mut out = Vec::new();
            theme.render("rollup.html", page, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        for table in tables() {
            let mut page = RollupPage { groups: vec![table.clone()], ..RollupPage::default() };
            let by_template = print(&page);
            page.set_tables();
            assert_eq!(page.groups[0].columns.len(), 0);
            assert_eq!(print(&page), by_template, "{table:?}");
        }
    }

    #[test]
    fn a_theme_with_tables_of_its_own_sets_them() {
        for path in WHOLE {
            let ours = Theme::embedded().unwrap().template(path).unwrap().as_bytes().to_vec();
            let theme = Theme::new("theme", &[(path.to_owned(), ours)]).unwrap();
            assert!(!theme.leaves_tables() && theme.leaves_rows(), "{path}");
        }
    }
}
