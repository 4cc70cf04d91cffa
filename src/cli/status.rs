//! `status`: how the portfolio stands, in the terminal; or one project.

use super::arguments::{Status, StatusFormat};
use super::book::{Book, Place};
use super::gate;
use super::stop::Outcome;
use super::terminal::Terminal;
use crate::Checked;
use crate::date::{days, long};
use crate::exports::standing::{Standing, all, by_attention};
use crate::exports::{Input, portfolio};
use crate::finding::Severity;
use crate::measures::health::{DIMENSIONS, score};
use crate::measures::trend::Trend;
use crate::output::Route;
use crate::portfolio::{Milestone, State};
use crate::rollups::asks::business_days;
use crate::rollups::milestones::state;
use crate::rollups::raid::{is_open, is_threat};
use crate::rollups::words::{capital, figure, who};
use crate::site::links::Links;
use crate::table::{Missing, Rag};
use crate::target::Target;
use crate::text::visible;
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Milestones and risks listed of a project.
const MOST: usize = 6;

pub(super) fn run(args: &Status, terminal: Terminal) -> Outcome {
    let reading = args.reading();
    let book = Book::open_or_show(&reading, terminal, Place::Talk)?;
    let checked = book.check(&[])?;
    if !checked.config_problems.is_empty() {
        return book.show(&checked, &reading, terminal, Place::Talk);
    }
    let standing = match &args.project {
        Some(wanted) => {
            let project = gate::project(&checked.portfolio, wanted)?;
            all(&checked).find(|s| s.project.folder == project.folder)
        }
        None => None,
    };
    let links = Links::new(&checked.portfolio);
    let root = Route::new("index.html");
    let address = |target: &Target| links.href(&root, target);
    let input = Input::new(&checked, &address);
    terminal.result(|out| match (args.format, &standing) {
        (StatusFormat::Json, None) => portfolio::write(&input, |bytes| out.write_all(bytes)),
        (StatusFormat::Json, Some(s)) => out.write_all(&portfolio::project(&input, s).bytes(3)),
        (StatusFormat::Text, Some(s)) => one(s, terminal, out),
        (StatusFormat::Text, None) => whole(&checked, &input, terminal, out),
    })?;
    Ok(0)
}

/// One cell of the table: its words and how they are coloured.
struct Cell {
    words: String,
    colour: &'static str,
}

impl Cell {
    fn plain(words: impl AsRef<str>) -> Self {
        Self { words: visible(words.as_ref()), colour: "" }
    }
}

fn whole(
    checked: &Checked,
    input: &Input<'_>,
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let p = &checked.portfolio;
    if p.projects.is_empty() {
        return writeln!(out, "the book has no projects");
    }
    if !terminal.quiet {
        let title = if p.config.title.is_empty() { "Portfolio" } else { &p.config.title };
        writeln!(out, "{}, {}", visible(title), long(p.as_of))?;
        writeln!(out, "{}\n", crate::exports::sentence(input))?;
    }
    let standings = by_attention(checked);
    let heads = ["Health", "Project", "Trend", "Phase", "Finish", "EAC", "Asks", "Report"];
    let mut rows = vec![heads.map(Cell::plain)];
    rows.extend(standings.iter().map(row));
    let shown = fit(&rows, terminal.width);
    for (n, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for (i, (cell, width)) in row.iter().zip(shown).enumerate().filter(|(_, (_, w))| *w > 0) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            let words = clip(&cell.words, width);
            let space = " ".repeat(width.saturating_sub(words.width()));
            let right = (4..=7).contains(&i);
            if right {
                line.push_str(&space);
            }
            let colour = if n == 0 { "1" } else { cell.colour };
            line.push_str(&paint(terminal, colour, &words));
            if !right {
                line.push_str(&space);
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn row(s: &Standing<'_>) -> [Cell; 8] {
    let (words, colour) = health(s);
    let trend = match s.trend() {
        Trend::Unknown => "–".to_owned(),
        trend => format!("{} {}", trend.mark(), trend.label()),
    };
    let (slip, late) = match &s.measures.schedule {
        Ok(k) => (format!("{:+} d", k.days), k.days > 0),
        Err(missing) => (absent(missing).to_owned(), false),
    };
    let (cost, over) = match &s.measures.cost {
        Ok(k) => {
            let sign = if k.percent.rounded(1) > 0 { "+" } else { "" };
            (format!("{sign}{} %", k.percent.show(1)), k.percent.rounded(1) > 0)
        }
        Err(missing) => (absent(missing).to_owned(), false),
    };
    let asks = s.asks();
    let report = s.report_age().map_or_else(|| "none".to_owned(), |n| format!("{n} d"));
    let warn = |bad: bool| if bad { "33" } else { "" };
    [
        Cell { words, colour },
        Cell { colour: "", ..Cell::plain(&s.project.title) },
        Cell { colour: warn(s.trend() == Trend::Worsening), ..Cell::plain(trend) },
        Cell::plain(s.project.phase_title().unwrap_or_else(|| "not reported".into())),
        Cell { colour: warn(late), ..Cell::plain(slip.replacen("+0", "0", 1)) },
        Cell { colour: warn(over), ..Cell::plain(cost) },
        Cell { colour: warn(asks.iter().any(|a| a.late)), ..Cell::plain(asks.len().to_string()) },
        Cell { colour: warn(s.stale()), ..Cell::plain(report) },
    ]
}

/// The rating with its mark, and what the data says where it differs.
fn health(s: &Standing<'_>) -> (String, &'static str) {
    let (rag, mut words) = match (s.project.state, s.overall()) {
        (State::Active, Some(rag)) => (rag, said(rag)),
        (State::Active, None) => (Rag::NotReported, said(Rag::NotReported)),
        (State::OnHold, _) => (Rag::OnHold, said(Rag::OnHold)),
        (State::Complete, _) => (Rag::Complete, said(Rag::Complete)),
        (other, _) => (Rag::NotReported, format!("– {}", capital(other.name()))),
    };
    if s.project.state == State::Active
        && let (Some(declared), Ok(computed)) = (s.overall(), s.computed())
        && declared.rank() != computed.rank()
    {
        words.push_str(&format!(" ≠ {}", computed.label().to_lowercase()));
    }
    (words, colour(rag))
}

fn said(rag: Rag) -> String {
    format!("{} {}", rag.mark(), rag.label())
}

fn colour(rag: Rag) -> &'static str {
    match rag.colour() {
        Some(Rag::Red) => "1;91",
        Some(Rag::Amber) => "33",
        Some(_) => "32",
        None => "2",
    }
}

fn absent(missing: &Missing) -> &'static str {
    match missing {
        Missing::NotReported => "not reported",
        Missing::NotYet => "not yet",
        Missing::NotApplicable(_) => "n/a",
        Missing::Withheld(_) => "withheld",
    }
}

/// Widths of the columns so that a row fits; 0 leaves a column out. Long names
/// are cut first, then the phase goes, the trend, the age of the report.
fn fit(rows: &[[Cell; 8]], most: Option<usize>) -> [usize; 8] {
    let mut widths = [0; 8];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.words.width());
        }
    }
    let Some(most) = most else { return widths };
    let total = |widths: &[usize; 8]| {
        let shown = widths.iter().filter(|w| **w > 0);
        shown.clone().sum::<usize>() + 2 * shown.count().saturating_sub(1)
    };
    for (column, least) in [(1, 28), (3, 12), (1, 16), (3, 0), (2, 0), (7, 0), (1, 8)] {
        let over = total(&widths).saturating_sub(most);
        let Some(width) = widths.get_mut(column).filter(|w| over > 0 && **w > least) else {
            continue;
        };
        *width = if least == 0 { 0 } else { width.saturating_sub(over).max(least) };
    }
    widths
}

/// Words of at most that many columns.
fn clip(words: &str, width: usize) -> String {
    if words.width() <= width {
        return words.to_owned();
    }
    let (mut out, mut used) = (String::new(), 0);
    for c in words.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide + 1 > width {
            break;
        }
        out.push(c);
        used += wide;
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

fn paint(terminal: Terminal, colour: &str, words: &str) -> String {
    if terminal.colour && !colour.is_empty() && !words.is_empty() {
        format!("\u{1b}[{colour}m{words}\u{1b}[0m")
    } else {
        words.to_owned()
    }
}

/// A project's page in short.
fn one(s: &Standing<'_>, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    let p = s.p();
    let pr = s.project;
    let head = |words: &str| paint(terminal, "1", words);
    let (words, tone) = health(s);
    writeln!(out, "{} ({})", head(&visible(&pr.title)), visible(&pr.id))?;
    let trend = match s.trend() {
        Trend::Unknown => String::new(),
        trend => format!(", {}", trend.label()),
    };
    writeln!(out, "{}{trend}", paint(terminal, tone, &words))?;
    if let Some(why) = s.why().filter(|_| s.counts()) {
        writeln!(out, "{}", visible(why))?;
    }
    let mut facts = vec![format!("tier {}", p.tier_label(pr.tier))];
    facts.extend(pr.phase_title());
    facts.extend(s.person_name("project_manager").map(|n| format!("managed by {n}")));
    facts.extend(s.person_name("sponsor").map(|n| format!("sponsor {n}")));
    facts.push(match (pr.latest(), s.report_age()) {
        (Some(report), Some(age)) => {
            let stale = if s.stale() { ", too old" } else { "" };
            format!("last report {} ({}{stale})", report.date, figure(age, "day", "days"))
        }
        _ => "no report".into(),
    });
    writeln!(out, "{}\n", visible(&facts.join(" · ")))?;
    dimensions(s, terminal, out)?;
    dates(s, out)?;
    money(s, out)?;
    let asks = s.asks();
    if !asks.is_empty() {
        writeln!(out, "\n{}", head("Decisions needed"))?;
    }
    for ask in &asks {
        let mut said = vec![ask.label()];
        said.extend(ask.decider().map(|d| who(p, d)));
        said.extend(
            ask.needed.map(|d| format!("needed {d}{}", if ask.late { ", late" } else { "" })),
        );
        said.extend(ask.age.map(|n| format!("waits {}", business_days(n))));
        writeln!(out, "  {}", visible(&said.join(" · ")))?;
    }
    milestones(s, &head("Milestones"), out)?;
    risks(s, &head("Risks"), out)?;
    let count = |severity| s.findings().filter(|f| f.severity == severity).count();
    let (errors, warnings) = (count(Severity::Deny), count(Severity::Warn));
    if errors + warnings > 0 {
        let errors = figure(i64::try_from(errors).unwrap_or(0), "error", "errors");
        let warnings = figure(i64::try_from(warnings).unwrap_or(0), "warning", "warnings");
        writeln!(out, "\nIts files have {errors} and {warnings}: see `milepost check`.")?;
    }
    Ok(())
}

fn dimensions(s: &Standing<'_>, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    for name in DIMENSIONS {
        let Some(dimension) = s.measures.health.of(name) else { continue };
        let declared = s.declared(name);
        let computed = dimension.computed.as_ref().ok();
        if declared.is_none() && computed.is_none() {
            continue;
        }
        let shown = declared.unwrap_or(Rag::NotReported);
        let words = said(shown);
        let space = " ".repeat(16usize.saturating_sub(words.width()));
        write!(out, "{:10}  {}", capital(name), paint(terminal, colour(shown), &words))?;
        if let Some(c) = computed {
            let same = declared.is_some_and(|d| d.rank() == c.rag.rank());
            let verb = if same { "data agrees" } else { "data says" };
            let rag = if same {
                String::new()
            } else {
                format!(" {}", paint(terminal, colour(c.rag), &said(c.rag)))
            };
            write!(out, "{space}  {verb}{rag}: {}", visible(&c.fact))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn dates(s: &Standing<'_>, out: &mut dyn Write) -> io::Result<()> {
    let finish = &s.project.finish;
    let day = |d: Option<crate::date::Date>| d.map_or("not reported".to_owned(), |d| d.to_string());
    let verb = if finish.actual.is_some() { "achieved" } else { "forecast" };
    let slip = match &s.measures.schedule {
        Ok(k) if k.days > 0 => format!(", {} late", figure(k.days, "day", "days")),
        Ok(k) if k.days < 0 => format!(", {} early", figure(-k.days, "day", "days")),
        _ => String::new(),
    };
    let (baseline, current) = (day(finish.baseline), day(finish.current()));
    writeln!(out, "\nFinish      baseline {baseline}, {verb} {current}{slip}")
}

fn money(s: &Standing<'_>, out: &mut dyn Write) -> io::Result<()> {
    match &s.measures.cost {
        Ok(k) => {
            let currency = k.currency.as_deref().map(|c| format!("{c} ")).unwrap_or_default();
            let sign = if k.percent.rounded(1) > 0 { "+" } else { "" };
            let (eac, bac) = (k.eac.money(), k.bac.money());
            let percent = k.percent.show(1);
            writeln!(out, "Cost        {currency}{eac} at completion of {bac} ({sign}{percent} %)")
        }
        Err(missing) => writeln!(out, "Cost        {}", absent(missing)),
    }
}

fn milestones(s: &Standing<'_>, head: &str, out: &mut dyn Write) -> io::Result<()> {
    let open = |m: &&Milestone| !m.cancelled && m.actual.is_none();
    let mut list: Vec<&Milestone> = s.project.milestones.iter().filter(open).collect();
    list.sort_by_key(|m| (m.forecast.or(m.baseline).is_none(), m.forecast.or(m.baseline)));
    if list.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{head}")?;
    for m in list.iter().take(MOST) {
        let day = m.forecast.or(m.baseline).map_or("no date   ".into(), |d| d.to_string());
        let (_, said) = state(s.p(), s.project, m);
        let moved = m.baseline.zip(m.forecast).map(|(b, f)| days(b, f)).filter(|n| *n != 0);
        let moved = moved.map_or(String::new(), |n| format!(" ({n:+} d)"));
        writeln!(out, "  {day}  {}", visible(&format!("{} {}, {said}{moved}", m.id, m.name)))?;
    }
    if list.len() > MOST {
        writeln!(out, "  {} more", list.len() - MOST)?;
    }
    Ok(())
}

fn risks(s: &Standing<'_>, head: &str, out: &mut dyn Write) -> io::Result<()> {
    let risks = s.project.items("risks").iter();
    let mut list: Vec<_> = risks.filter(|r| is_open(r) && is_threat(r)).collect();
    list.sort_by_key(|r| (std::cmp::Reverse(score(r)), r.id.clone()));
    if list.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{head}")?;
    for r in list.iter().take(MOST) {
        let number = score(r).map_or("–".to_owned(), |n| n.to_string());
        let response = r.fields.text("response").unwrap_or("no response");
        writeln!(
            out,
            "  {number:>2}  {}",
            visible(&format!("{} {}, {response}", r.id, r.title()))
        )?;
    }
    if list.len() > MOST {
        writeln!(out, "  {} more", list.len() - MOST)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(name: &str) -> Vec<[Cell; 8]> {
        let words =
            ["■ Red ≠ amber", name, "↓ worsening", "Execution", "+28 d", "+6.6 %", "2", "3 d"];
        vec![words.map(Cell::plain)]
    }

    #[test]
    fn a_row_fits_the_terminal() {
        for name in ["Permits", &"x".repeat(300), &"変更".repeat(60)] {
            for most in [60, 72, 80, 100, 200] {
                let widths = fit(&rows(name), Some(most));
                let shown = widths.iter().filter(|w| **w > 0).count();
                let total: usize = widths.iter().sum::<usize>() + 2 * (shown - 1);
                assert!(total <= most, "{name} {most}: {widths:?}");
                assert!(clip(name, widths[1]).width() <= widths[1]);
            }
        }
        assert_eq!(fit(&rows("Permits"), None)[1], 7);
    }
}
