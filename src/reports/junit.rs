//! JUnit XML: a suite for each file, a case for each finding. Findings at
//! `deny` are failures, accepted ones are skipped, the rest pass with a text.

use super::{Report, called, help};
use crate::finding::{Finding, Severity};
use crate::text::visible;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// One case: the finding, and why it is skipped if it is.
type Case<'a> = (&'a Finding, Option<String>);

/// Write the document.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Vec<Case<'_>>> = BTreeMap::new();
    for finding in report.shown() {
        suites.entry(&finding.path).or_default().push((finding, None));
    }
    for suppressed in report.suppressed {
        let by = &suppressed.suppression;
        let why = format!("accepted by {} until {}: {}", by.by, by.until, by.reason);
        let finding = &suppressed.finding;
        suites.entry(&finding.path).or_default().push((finding, Some(why)));
    }
    for (compared, finding) in report.known() {
        let why = compared.why();
        suites.entry(&finding.path).or_default().push((finding, Some(why)));
    }
    for cases in suites.values_mut() {
        cases.sort_by_key(|(finding, _)| finding.span);
    }
    let of = |cases: &[Case<'_>]| (cases.len(), failures(cases), skipped(cases));
    let totals = suites.values().map(|cases| of(cases)).fold((0, 0, 0), |a, b| {
        let (tests, failed, skipped) = b;
        (a.0 + tests, a.1 + failed, a.2 + skipped)
    });
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    if suites.is_empty() {
        // A report without a case counts as broken with some readers.
        let case = format!("<testcase classname=\"milepost\" name=\"{}\"/>", report.summary());
        writeln!(out, "<testsuites name=\"milepost\" tests=\"1\" failures=\"0\" errors=\"0\">")?;
        writeln!(
            out,
            "<testsuite name=\"milepost\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">"
        )?;
        return writeln!(out, "{case}\n</testsuite>\n</testsuites>");
    }
    let (tests, failed, _) = totals;
    writeln!(
        out,
        "<testsuites name=\"milepost\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\">"
    )?;
    for (path, cases) in &suites {
        let (tests, failed, skipped) = of(cases);
        let file = escape(&report.file(path));
        writeln!(
            out,
            "<testsuite name=\"{file}\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\">"
        )?;
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (finding, why) in cases {
            let nth = seen.entry(finding.rule).or_default();
            *nth += 1;
            case(out, &file, finding, why.as_deref(), *nth)?;
        }
        writeln!(out, "</testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn failures(cases: &[Case<'_>]) -> usize {
    let fails = |(f, why): &&Case<'_>| why.is_none() && f.severity == Severity::Deny;
    cases.iter().filter(fails).count()
}

fn skipped(cases: &[Case<'_>]) -> usize {
    cases.iter().filter(|(_, why)| why.is_some()).count()
}

/// One case; its name is the rule and, from the second on, its number in the
/// file, so that it keeps its name from run to run.
fn case(
    out: &mut dyn Write,
    file: &str,
    finding: &Finding,
    why: Option<&str>,
    nth: usize,
) -> io::Result<()> {
    let name = if nth == 1 { finding.rule.to_owned() } else { format!("{} ({nth})", finding.rule) };
    let (rule, line) = (finding.rule, finding.at.line);
    writeln!(
        out,
        "<testcase classname=\"{file}\" name=\"{name}\" file=\"{file}\" line=\"{line}\">"
    )?;
    let message = escape(&finding.message);
    let mut text =
        format!("{file}:{}: {}[{rule}]: {message}", finding.at, called(finding.severity));
    if let Some(help) = help(finding) {
        text += &format!("\nhelp: {}", escape(&help));
    }
    match why {
        Some(why) => writeln!(out, "<skipped message=\"{}\"/>", escape(why))?,
        None if finding.severity == Severity::Deny => {
            writeln!(out, "<failure type=\"{rule}\" message=\"{message}\">{text}</failure>")?;
        }
        None => writeln!(out, "<system-out>{text}</system-out>")?,
    }
    writeln!(out, "</testcase>")
}

/// Text in an attribute or an element; what XML cannot hold is shown as
/// `\u{…}`.
fn escape(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => out.extend(c.escape_unicode()),
            _ => out.push(c),
        }
    }
    out
}
