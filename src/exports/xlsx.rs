//! The star schema as one workbook for spreadsheets: a sheet for each table,
//! real dates and numbers, a frozen header with a filter.

use super::sheet::{Sheet, Type, Value};
use super::{Export, File, Published, hand_on, star};
use crate::date::Date;
use chrono::Datelike;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// Rows a sheet can hold, the header included.
const ROWS: usize = 1_048_576;
/// Characters a cell can hold.
const CHARACTERS: usize = 32_767;

pub(super) static EXPORT: Export = Export {
    name: "xlsx",
    about: "the star schema as one Excel workbook: a sheet for each table, with real dates",
    published: Published::Always,
    write: |input, take| {
        // Nothing of the data can make it fail: names, lengths and counts are
        // kept within what a workbook takes.
        let Ok(bytes) = workbook(&star::sheets(input), input.p().as_of) else { return Ok(()) };
        hand_on(take, &File::new("milepost.xlsx", EXPORT.about, bytes))
    },
};

fn workbook(sheets: &[Sheet], as_of: Date) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The same day gives the same bytes.
    if let Some(day) = day(as_of) {
        book.set_properties(&DocProperties::new().set_creation_datetime(&day));
    }
    let header = Format::new().set_bold();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (n, sheet) in sheets.iter().enumerate() {
        let page = book.add_worksheet();
        page.set_name(name(&sheet.name, n))?;
        fill(page, sheet, &header, &date)?;
    }
    book.save_to_buffer()
}

fn fill(
    page: &mut Worksheet,
    sheet: &Sheet,
    header: &Format,
    date: &Format,
) -> Result<(), XlsxError> {
    for (column, i) in sheet.columns.iter().zip(0u16..) {
        page.write_string_with_format(0, i, column.name, header)?;
        let width = match column.kind {
            Type::Date => 12.0,
            Type::Text => 22.0,
            Type::Integer | Type::Decimal | Type::Flag => 14.0,
        };
        page.set_column_width(i, width)?;
    }
    page.set_freeze_panes(1, 0)?;
    for (row, n) in sheet.rows.iter().take(ROWS - 1).zip(1u32..) {
        for (value, i) in row.iter().zip(0u16..) {
            write(page, n, i, value, date)?;
        }
    }
    if let (Some(last), Some(rows)) = (
        sheet.columns.len().checked_sub(1).and_then(|n| u16::try_from(n).ok()),
        u32::try_from(sheet.rows.len().min(ROWS - 1)).ok(),
    ) {
        page.autofilter(0, 0, rows, last)?;
    }
    Ok(())
}

fn write(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value,
    format: &Format,
) -> Result<(), XlsxError> {
    match value {
        // Words are words: nothing in them is run as a formula.
        Value::Text(text) => page.write_string(row, column, cut(text)).map(|_| ()),
        Value::Date(date) => match day(*date) {
            Some(day) => page.write_datetime_with_format(row, column, &day, format).map(|_| ()),
            None => page.write_string(row, column, date.to_string()).map(|_| ()),
        },
        #[allow(clippy::cast_precision_loss, reason = "a spreadsheet knows no other numbers")]
        Value::Integer(n) => page.write_number(row, column, *n as f64).map(|_| ()),
        Value::Decimal(n) => match n.to_string().parse::<f64>() {
            Ok(number) => page.write_number(row, column, number).map(|_| ()),
            Err(_) => page.write_string(row, column, n.to_string()).map(|_| ()),
        },
        Value::Flag(flag) => page.write_boolean(row, column, *flag).map(|_| ()),
        Value::Null => Ok(()),
    }
}

/// As much of a text as a cell holds, counted as a spreadsheet does, in UTF-16.
fn cut(text: &str) -> &str {
    let mut units = 0;
    let over = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > CHARACTERS
    });
    over.and_then(|(at, _)| text.get(..at)).unwrap_or(text)
}

fn day(date: Date) -> Option<ExcelDateTime> {
    let part = |n: u32| u8::try_from(n).ok();
    let year = u16::try_from(date.year()).ok()?;
    ExcelDateTime::from_ymd(year, part(date.month())?, part(date.day())?).ok()
}

/// A legal name: at most 31 characters, none of `[]:*?/\`, no apostrophe at an
/// end, never the one that is reserved.
fn name(wanted: &str, n: usize) -> String {
    let plain = |c: char| if "[]:*?/\\".contains(c) || c.is_control() { '-' } else { c };
    let mut name: String = wanted.chars().map(plain).collect();
    // Counted as a spreadsheet does, in UTF-16.
    while name.encode_utf16().count() > 31 {
        name.pop();
    }
    let name = name.trim_matches('\'').trim().to_owned();
    if name.is_empty() || name.eq_ignore_ascii_case("history") {
        return format!("sheet {}", n + 1);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::Input;
    use crate::rollups::testing::{FILES, check};
    use crate::target::Target;

    #[test]
    fn the_workbook_is_the_same_every_time() {
        let checked = check(FILES);
        let make = || EXPORT.files(&Input::new(&checked, &|_: &Target| None)).unwrap();
        let (one, two) = (make(), make());
        assert_eq!(one.len(), 1);
        assert!(one[0].bytes.starts_with(b"PK"));
        assert_eq!(one, two);
    }

    #[test]
    fn a_text_is_cut_to_what_a_cell_holds() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"a".repeat(40_000)).len(), CHARACTERS);
        assert_eq!(cut(&"🚢".repeat(20_000)).encode_utf16().count(), CHARACTERS - 1);
    }

    #[test]
    fn names_of_sheets_are_legal() {
        for wanted in ["a/b:c*d?e[f]g\\h", "'x'", "", "History", &"変".repeat(60), &"🚢".repeat(60)]
        {
            let name = name(wanted, 2);
            assert!(!name.is_empty() && name.encode_utf16().count() <= 31, "{name}");
            assert!(!name.contains(['[', ']', ':', '*', '?', '/', '\\']), "{name}");
        }
    }
}
