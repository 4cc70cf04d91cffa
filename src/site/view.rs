//! The views: plain values that templates read, one struct per page and per chart.
//!
//! A view holds what its template prints and nothing more. Words, dates and
//! numbers arrive ready to print, hrefs arrive relative to the page, and HTML
//! that may stand unescaped arrives as [`Html`]; every other string is escaped
//! by the template engine. The modules below hold one family of pages each.

pub mod chart;
mod dates;
pub mod document;
pub mod portfolio;
pub mod project;
mod rag;
pub mod review;
pub mod rollup;
pub mod samples;
mod shared;

use super::prose::escape_into;
use crate::date::iso;
use chrono::{Datelike, NaiveDate};
pub use dates::dates_in_words;
pub use rag::Rag;
use serde::ser::{Serialize, SerializeStruct, Serializer};
pub use shared::Shared;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

/// HTML that is already safe: templates print it as it stands.
///
/// Cloning is cheap (the text is shared), so one section navigation can stand
/// in thousands of frames. Outside the template engine it serialises as a
/// plain string.
#[derive(Clone, Debug, PartialEq)]
pub struct Html(tera::Value);

impl Html {
    /// Marks text as safe HTML. Only writers that escape may call it.
    #[must_use]
    pub fn new(html: &str) -> Self {
        Self(tera::Value::safe_string(html))
    }

    /// The HTML text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().unwrap_or_default()
    }

    /// Whether there is nothing to print.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }
}

impl Default for Html {
    fn default() -> Self {
        Self::new("")
    }
}

impl Hash for Html {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// A day, in the three ways a page says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Day {
    /// `2026-09-30`, for `datetime`, sorting and tooltips.
    pub iso: String,
    /// `30 Sep`, or `30 Sep 2027` where the year is another one.
    pub text: String,
    /// `30 September 2026`.
    pub long: String,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English name of a month, 1 to 12.
#[must_use]
pub fn month_name(month: u32) -> &'static str {
    usize::try_from(month).ok().and_then(|month| MONTHS.get(month.wrapping_sub(1))).unwrap_or(&"")
}

/// The first three letters of a month's name, 1 to 12.
#[must_use]
pub fn month_short(month: u32) -> &'static str {
    month_name(month).get(..3).unwrap_or_default()
}

/// The days of a month as they are said.
const DAYS: [&str; 32] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
    "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31",
];

fn day_number(day: u32) -> &'static str {
    usize::try_from(day).ok().and_then(|day| DAYS.get(day)).unwrap_or(&"")
}

/// `30 Sep 2027`, without the machinery of formatting: pages hold many days.
fn words(day: u32, month: &str, year: i32) -> String {
    let mut out = String::with_capacity(20);
    out.extend([day_number(day), " ", month, " "]);
    match u8::try_from(year - 2000) {
        Ok(year @ 0..=99) => {
            let digits = [b'2', b'0', b'0' + year / 10, b'0' + year % 10];
            out.push_str(std::str::from_utf8(&digits).unwrap_or_default());
        }
        _ => out.push_str(&year.to_string()),
    }
    out
}

impl Day {
    /// A day on a page about `as_of`: the year is left out of `text` where it is
    /// the same.
    #[must_use]
    pub fn near(date: NaiveDate, as_of: NaiveDate) -> Self {
        let mut day = Self::full(date);
        if date.year() == as_of.year() {
            day.text.clear();
            day.text.extend([day_number(date.day()), " ", month_short(date.month())]);
        }
        day
    }

    /// A day that always says its year, for pages that carry no as-of date.
    #[must_use]
    pub fn full(date: NaiveDate) -> Self {
        let long = words(date.day(), month_name(date.month()), date.year());
        Self { iso: iso(date), text: Self::words(date), long }
    }

    /// `30 Sep 2027`: the `text` of [`Day::full`] alone.
    #[must_use]
    pub fn words(date: NaiveDate) -> String {
        words(date.day(), month_short(date.month()), date.year())
    }
}

/// A word or more that may lead somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Link {
    /// What is read.
    pub label: String,
    /// Where it leads, relative to the page; `None` prints the label alone.
    pub href: Option<String>,
}

impl Link {
    /// A label that leads to `href`.
    #[must_use]
    pub fn to(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }

    /// A label that leads nowhere.
    #[must_use]
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }

    /// The link as HTML, at the end of `out`.
    pub fn write(&self, out: &mut String) {
        if let Some(href) = self.href.as_deref().filter(|href| !href.is_empty()) {
            out.push_str("<a href=\"");
            escape_into(href, out);
            out.push_str("\">");
            escape_into(&self.label, out);
            out.push_str("</a>");
        } else {
            escape_into(&self.label, out);
        }
    }
}

/// A piece of a sentence made from data. The pieces are printed one after the
/// other, so they carry their own spaces and punctuation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Segment {
    /// The words.
    pub text: String,
    /// A rating that colours them (they still say it in words).
    pub rag: Option<Rag>,
    /// Where they lead.
    pub href: Option<String>,
}

impl Segment {
    /// Plain words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Words that say a rating: `1 is red`.
    #[must_use]
    pub fn rag(text: impl Into<String>, rag: Rag) -> Self {
        Self { text: text.into(), rag: Some(rag), href: None }
    }

    /// Words that lead somewhere.
    #[must_use]
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), rag: None, href: Some(href.into()) }
    }
}

/// A rating as a chip, with what the data says under it where the two differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Chip {
    /// What the report says (or the state of the project).
    pub rag: Rag,
    /// What the data says; `None` where it agrees or says nothing.
    pub computed: Option<Rag>,
    /// A line under the chip: `was green, 41 days ago`; empty for none.
    pub note: String,
    /// Why the data says otherwise, for tooltip and reader: `finish is 45 days
    /// late (18.2 %)`; empty for none.
    pub why: String,
}

impl Chip {
    /// A chip on which report and data agree.
    #[must_use]
    pub fn of(rag: Rag) -> Self {
        Self { rag, ..Self::default() }
    }
}

/// Every chip without more to say, as templates see it, made once.
static CHIPS: LazyLock<[tera::Value; 11]> =
    LazyLock::new(|| Rag::ALL.map(|rag| tera::Value::from_serializable(&Spelled(&Chip::of(rag)))));

/// A chip, field by field.
struct Spelled<'a>(&'a Chip);

impl Serialize for Spelled<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Chip { rag, computed, note, why } = self.0;
        let mut map = serializer.serialize_struct("Chip", 4)?;
        map.serialize_field("rag", rag)?;
        map.serialize_field("computed", computed)?;
        map.serialize_field("note", note)?;
        map.serialize_field("why", why)?;
        map.end()
    }
}

impl Serialize for Chip {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plain = self.computed.is_none() && self.note.is_empty() && self.why.is_empty();
        match CHIPS.get(self.rag as usize).filter(|_| plain) {
            Some(value) => value.serialize(serializer),
            None => Spelled(self).serialize(serializer),
        }
    }
}

/// How a rating moved since the report before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Trend {
    /// Better than in the last report.
    Better,
    /// As in the last report.
    Same,
    /// Worse than in the last report.
    Worse,
    /// The first report.
    New,
    /// Too long without a report to say.
    #[default]
    Unknown,
}

/// Every trend as templates see it, made once.
static TRENDS: LazyLock<[tera::Value; 5]> =
    LazyLock::new(|| Trend::ALL.map(|trend| tera::Value::from_serializable(&InFull(trend))));

impl Trend {
    /// Every trend, in the order of their ranks.
    pub const ALL: [Self; 5] = [Self::Better, Self::Same, Self::Worse, Self::New, Self::Unknown];

    /// The CSS class.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Same => "same",
            Self::Worse => "worse",
            Self::New => "new",
            Self::Unknown => "unknown",
        }
    }

    /// The sign that is seen.
    #[must_use]
    pub const fn arrow(self) -> &'static str {
        match self {
            Self::Better => "↑",
            Self::Same => "→",
            Self::Worse => "↓",
            Self::New => "new",
            Self::Unknown => "?",
        }
    }

    /// The words that are heard.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Better => "better than the last report",
            Self::Same => "as in the last report",
            Self::Worse => "worse than the last report",
            Self::New => "first report",
            Self::Unknown => "no recent report to compare with",
        }
    }
}

impl Serialize for Trend {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match TRENDS.get(*self as usize) {
            Some(value) => value.serialize(serializer),
            None => InFull(*self).serialize(serializer),
        }
    }
}

/// A trend, field by field.
struct InFull(Trend);

impl Serialize for InFull {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(trend) = self;
        let mut map = serializer.serialize_struct("Trend", 4)?;
        map.serialize_field("class", trend.class())?;
        map.serialize_field("arrow", trend.arrow())?;
        map.serialize_field("word", trend.word())?;
        map.serialize_field("rank", &(*trend as u32))?;
        map.end()
    }
}

/// What every page shares: head, bar, breadcrumbs, foot.
///
/// What changes from day to day (`as_of`, the counts in the bar) is filled on
/// roll-up pages only, so that a new day does not rewrite every document.
#[derive(Clone, Debug, Default, PartialEq, Hash, serde::Serialize)]
pub struct Frame {
    /// Language tag of the book, such as `en`.
    pub lang: String,
    /// Text direction, `ltr` or `rtl`.
    pub dir: String,
    /// Title of the page, for tab, print and search results.
    pub title: String,
    /// Title of the book.
    pub book_title: String,
    /// One sentence about the page, for search results; empty for none.
    pub description: String,
    /// Prefix from the page to the root of the site: `../../`, or empty.
    pub root: String,
    /// The portfolio page, relative to this page.
    pub home: String,
    /// The page that searches, relative to this page; empty for none.
    pub search: String,
    /// Items of the bar.
    pub bar: Shared<Vec<BarItem>>,
    /// Path from the portfolio to the page; the last one is the page itself.
    pub breadcrumbs: Vec<Link>,
    /// Navigation of the section on the left, rendered once per section; empty
    /// for none.
    pub section_nav: Html,
    /// Stylesheets, relative to the page.
    pub css: Shared<Vec<String>>,
    /// Classic scripts, relative to the page, run when the page is read.
    pub js: Shared<Vec<String>>,
    /// The script that runs before the first paint (it sets the colour scheme),
    /// relative to the page; empty for none.
    pub head_js: String,
    /// The icon, relative to the page; empty for none.
    pub icon: String,
    /// `light`, `dark`, or empty to follow the system.
    pub default_theme: String,
    /// Script that reloads the page under `serve`; `None` in a build.
    pub live_reload: Option<String>,
    /// The repository of the sources; empty for none.
    pub repository: String,
    /// Where to change the source.
    pub source: Option<Link>,
    /// The as-of date; roll-up pages only.
    pub as_of: Option<Day>,
    /// The page as JSON, relative to it.
    pub json: Option<String>,
    /// The page that lists all data, relative to this one; empty for none.
    pub data: String,
    /// The feed of reports, relative to the page; empty for none.
    pub feed: String,
    /// What is to be said where a past day is shown; empty for nothing.
    pub rewound: String,
}

/// One entry of the bar.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct BarItem {
    /// What is read.
    pub label: String,
    /// Words that follow it for who does not see the bar around it; may be empty.
    pub spoken: &'static str,
    /// Where it leads, relative to the page.
    pub href: String,
    /// `page` where it leads to the page itself, `true` where the page lies in
    /// this part of the site, else empty.
    pub current: &'static str,
    /// How many wait there; roll-up pages only.
    pub count: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_leaves_out_the_year_of_the_page() {
        let as_of = NaiveDate::from_ymd_opt(2026, 3, 27).unwrap();
        let day = Day::near(NaiveDate::from_ymd_opt(2026, 9, 30).unwrap(), as_of);
        assert_eq!((day.text.as_str(), day.iso.as_str()), ("30 Sep", "2026-09-30"));
        let day = Day::near(NaiveDate::from_ymd_opt(2027, 1, 5).unwrap(), as_of);
        assert_eq!((day.text.as_str(), day.long.as_str()), ("5 Jan 2027", "5 January 2027"));
    }

    #[test]
    fn html_stays_plain_text_outside_templates() {
        assert_eq!(serde_json::to_string(&Html::new("<b>")).unwrap(), "\"<b>\"");
    }
}
