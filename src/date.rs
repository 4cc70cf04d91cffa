//! Calendar arithmetic: dates, durations, calendar and business days.
//!
//! A project's facts are dated by day; only the steps of a cutover have a time
//! of day, always with its offset.

pub mod written;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A calendar day.
pub type Date = NaiveDate;

/// Read an ISO 8601 calendar date (`2026-03-06`), years 1900 to 2199.
#[must_use]
pub fn parse(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if !shape {
        return None;
    }
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|s| s.parse::<u32>().ok());
    let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
    if !(1900..2200).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// The numbers from 00 to 99, each in two digits.
static TWO: &str = concat!(
    "00010203040506070809101112131415161718192021222324",
    "25262728293031323334353637383940414243444546474849",
    "50515253545556575859606162636465666768697071727374",
    "75767778798081828384858687888990919293949596979899"
);

/// Add a date as it is read (`2026-03-06`), without the machinery of formatting:
/// there are many dates.
pub fn write(date: Date, out: &mut String) {
    let two = |n: u32| TWO.get(2 * n as usize..2 * n as usize + 2).unwrap_or_default();
    match u32::try_from(date.year()) {
        Ok(year @ 0..=9999) => {
            for part in
                [two(year / 100), two(year % 100), "-", two(date.month()), "-", two(date.day())]
            {
                out.push_str(part);
            }
        }
        _ => out.push_str(&date.to_string()),
    }
}

/// A date as it is read (`2026-03-06`).
#[must_use]
pub fn iso(date: Date) -> String {
    let mut out = String::with_capacity(10);
    write(date, &mut out);
    out
}

/// Both readings of a date written with slashes or dots (`06/03/2026`), for a
/// message that names them; `None` if the text is not of that form.
#[must_use]
pub fn readings(text: &str) -> Option<(Option<Date>, Option<Date>)> {
    let parts: Vec<u32> =
        text.split(['/', '.', '-']).map(str::parse).collect::<Result<_, _>>().ok()?;
    let [a, b, year] = parts[..] else { return None };
    let year = i32::try_from(year).ok().filter(|y| (1900..2200).contains(y))?;
    let day_first = NaiveDate::from_ymd_opt(year, b, a);
    let month_first = NaiveDate::from_ymd_opt(year, a, b);
    (day_first.is_some() || month_first.is_some()).then_some((day_first, month_first))
}

/// Calendar days from `a` to `b` (`b − a`); the same day is 0.
#[must_use]
pub fn days(a: Date, b: Date) -> i64 {
    (b - a).num_days()
}

/// The date `n` calendar days after `date` (before it when negative).
#[must_use]
pub fn plus(date: Date, n: i64) -> Date {
    let by = Days::new(n.unsigned_abs());
    if n < 0 { date.checked_sub_days(by) } else { date.checked_add_days(by) }.unwrap_or(date)
}

/// A date with a time of day and its offset (`2026-06-13T22:00:00-04:00`, seconds
/// optional, `Z` for none) in minutes since 1970 UTC; `None` without a time.
#[must_use]
pub fn minute(text: &str) -> Option<i64> {
    let (day, time) = text.trim().split_once(['T', ' '])?;
    let time = time.trim_end();
    let (clock, offset) = match time.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None => {
            let sign = time.rfind(['+', '-'])?;
            let (clock, offset) = time.split_at_checked(sign)?;
            let minutes = clock_minutes(offset.get(1..)?)?;
            (clock, if offset.starts_with('-') { -minutes } else { minutes })
        }
    };
    let day = days(NaiveDate::default(), parse(day)?);
    Some(day * 1440 + clock_minutes(clock.trim_end())? - offset)
}

/// Minutes of `22:00`, `22:00:30` or `2200`; below a day.
fn clock_minutes(text: &str) -> Option<i64> {
    let (hours, rest) = match text.split_once(':') {
        Some(parts) => parts,
        None if text.len() == 4 => text.split_at_checked(2)?,
        None => (text, "00"),
    };
    let minutes = rest.split(':').next()?;
    let part = |s: &str, below: i64| {
        let digits = s.len() == 2 && s.bytes().all(|b| b.is_ascii_digit());
        s.parse::<i64>().ok().filter(|n| digits && *n < below)
    };
    Some(part(hours, 24)? * 60 + part(minutes, 60)?)
}

/// Shown short, as in tables: `30 Sep`.
#[must_use]
pub fn short(date: Date) -> String {
    date.format("%-d %b").to_string()
}

/// Shown in full, as in sentences: `30 September 2026`.
#[must_use]
pub fn long(date: Date) -> String {
    date.format("%-d %B %Y").to_string()
}

/// A length of time as authors write it: `14d`, `5bd`, `6w`, `48h`, `30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duration {
    /// Calendar days; weeks are read as seven of them.
    Days(u32),
    /// Business days of the portfolio's calendar.
    BusinessDays(u32),
    /// Hours, only for releases and severity-1 issues.
    Hours(u32),
    /// Minutes, only for the steps of a release.
    Minutes(u32),
}

impl Duration {
    /// Read `14d`, `5bd`, `6w`, `48h` or `30m`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let split = text.find(|c: char| !c.is_ascii_digit())?;
        let (number, unit) = text.split_at(split);
        let n: u32 = number.parse().ok().filter(|n| *n <= 36_500)?;
        match unit {
            "d" => Some(Self::Days(n)),
            "w" => n.checked_mul(7).map(Self::Days),
            "bd" => Some(Self::BusinessDays(n)),
            "h" => Some(Self::Hours(n)),
            "m" | "min" => Some(Self::Minutes(n)),
            _ => None,
        }
    }

    /// The duration in calendar days, business days counted as 7 for every 5,
    /// hours and minutes rounded up to whole days: good enough for cadences.
    #[must_use]
    pub fn in_days(self) -> i64 {
        match self {
            Self::Days(n) => i64::from(n),
            Self::BusinessDays(n) => i64::from(n) * 7 / 5,
            Self::Hours(n) => i64::from(n).div_euclid(24) + i64::from(n % 24 > 0),
            Self::Minutes(n) => i64::from(n).div_euclid(1440) + i64::from(n % 1440 > 0),
        }
    }

    /// The duration in minutes; days have 24 hours.
    #[must_use]
    pub fn in_minutes(self) -> i64 {
        match self {
            Self::Minutes(n) => i64::from(n),
            Self::Hours(n) => i64::from(n) * 60,
            days => days.in_days() * 1440,
        }
    }
}

/// Which days are worked: a weekend and a sorted list of holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Days of the week that are not worked.
    pub weekend: Vec<Weekday>,
    /// Holidays, in order. Never guessed.
    pub holidays: Vec<Date>,
    /// Days on which nothing is to go live, by their first day.
    pub freezes: Vec<Freeze>,
}

/// A time in which nothing is to go live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// What it is called; may be empty.
    pub label: String,
}

impl Default for Calendar {
    fn default() -> Self {
        Self {
            weekend: vec![Weekday::Sat, Weekday::Sun],
            holidays: Vec::new(),
            freezes: Vec::new(),
        }
    }
}

impl Calendar {
    /// Whether `date` is worked.
    #[must_use]
    pub fn works(&self, date: Date) -> bool {
        !self.weekend.contains(&date.weekday()) && self.holidays.binary_search(&date).is_err()
    }

    /// Business days between `a` and `b`: working days `d` with `a < d ≤ b`
    /// (negative when `b` is before `a`). The same day is 0.
    #[must_use]
    pub fn business_days(&self, a: Date, b: Date) -> i64 {
        if b < a {
            return -self.business_days(b, a);
        }
        let total = days(a, b);
        let weeks = total / 7;
        let worked_in_week = 7 - i64::try_from(self.weekend.len()).unwrap_or(2);
        let mut count = weeks * worked_in_week;
        let mut day = plus(a, weeks * 7);
        while day < b {
            day = plus(day, 1);
            count += i64::from(!self.weekend.contains(&day.weekday()));
        }
        let from = self.holidays.partition_point(|h| *h <= a);
        let to = self.holidays.partition_point(|h| *h <= b);
        let holidays = self.holidays.get(from..to).unwrap_or(&[]);
        count
            - i64::try_from(
                holidays.iter().filter(|h| !self.weekend.contains(&h.weekday())).count(),
            )
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Date {
        parse(text).unwrap()
    }

    #[test]
    fn a_date_is_written_as_it_is_read() {
        for day in ["1900-01-01", "2026-03-27", "2199-12-31", "2024-02-29"] {
            assert_eq!(iso(parse(day).unwrap()), day);
        }
        for far in [NaiveDate::MIN, NaiveDate::MAX, NaiveDate::default()] {
            assert_eq!(iso(far), far.to_string());
        }
    }

    #[test]
    fn only_iso_dates_are_read() {
        assert!(parse("2026-03-06").is_some());
        for bad in [
            "06/03/2026",
            "2026-3-6",
            "2026-02-30",
            "0000-01-01",
            "2016-12-31T23:59:60+14:00",
            "20260306",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert_eq!(readings("06/03/2026"), Some((Some(d("2026-03-06")), Some(d("2026-06-03")))));
        assert_eq!(readings("31/01/2026"), Some((Some(d("2026-01-31")), None)));
    }

    #[test]
    fn business_days_exclude_the_start_and_include_the_end() {
        let mut calendar = Calendar::default();
        let (a, b) = (d("2026-03-31"), d("2026-04-07"));
        assert_eq!(calendar.business_days(a, b), 5);
        calendar.holidays = vec![d("2026-04-03")];
        assert_eq!(calendar.business_days(a, b), 4);
        calendar.holidays.push(d("2026-04-06"));
        assert_eq!(calendar.business_days(a, b), 3);
        assert_eq!(calendar.business_days(a, a), 0);
        assert_eq!(calendar.business_days(b, a), -3);
        assert_eq!(Calendar::default().business_days(d("2026-03-16"), d("2026-03-27")), 9);
    }

    #[test]
    fn durations_have_four_units() {
        assert_eq!(Duration::parse("14d"), Some(Duration::Days(14)));
        assert_eq!(Duration::parse("6w"), Some(Duration::Days(42)));
        assert_eq!(Duration::parse("5bd"), Some(Duration::BusinessDays(5)));
        assert_eq!(Duration::parse("48h").map(Duration::in_days), Some(2));
        assert_eq!(Duration::parse("14"), None);
        assert_eq!(Duration::parse("d"), None);
    }
}
