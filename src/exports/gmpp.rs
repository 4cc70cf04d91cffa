//! A transparency return in the manner of the Government Major Projects
//! Portfolio: one row for each project, with its words.

use super::sheet::{Column, Sheet, Value};
use super::standing::{self, Standing};
use super::{Export, File, Input, Published, csv, hand_on};
use crate::date::long;
use crate::ratio::Ratio;
use crate::table::Missing;

pub(super) static EXPORT: Export = Export {
    name: "gmpp",
    about: "a transparency return in the manner of the UK's GMPP: one row for each project, with its narratives",
    published: Published::Always,
    write: |input, take| {
        let sheet = sheet(input);
        let csv = csv::sheet(&sheet, input.style);
        hand_on(take, &File::new("gmpp.csv", EXPORT.about, csv))
    },
};

const COLUMNS: &[Column] = &[
    Column::text("id", "Id of the project."),
    Column::text("name", "Title."),
    Column::text("department", "Unit that leads it.").or("not given"),
    Column::text("category", "Category in the portfolio.").or("not given"),
    Column::text("description", "What it is for.").or("not given"),
    Column::text("delivery_confidence", "Declared overall health while the newest report counts."),
    Column::text("rating_commentary", "Reason the newest report gives."),
    Column::date("start", "Start, achieved or else agreed.").or("not given"),
    Column::date("end", "Latest approved finish.").or("not given"),
    Column::text("schedule_narrative", "Finish expected against approved."),
    Column::text("currency", "Currency of the amounts.").or("not given"),
    Column::decimal("whole_life_cost_baseline", "currency", "Approved budget.")
        .or("not reported, or not tracked"),
    Column::decimal("whole_life_cost_forecast", "currency", "Estimate at completion.")
        .or("not reported, or not tracked"),
    Column::decimal("variance", "percent", "Forecast less baseline, in percent of the baseline.")
        .or("not reported, or not tracked"),
    Column::text(
        "cost_narrative",
        "Said of the variance; where it is above 5 % the report's own reason.",
    ),
    Column::decimal("benefits", "currency", "Total of the business case.").or("not given"),
    Column::text("benefits_narrative", "Benefits by name, with how each stands."),
];

/// The table.
#[must_use]
pub fn sheet(input: &Input<'_>) -> Sheet {
    Sheet {
        name: "gmpp".into(),
        about: EXPORT.about.into(),
        columns: COLUMNS,
        rows: standing::all(input.checked).map(|s| row(&s)).collect(),
    }
}

fn row(s: &Standing<'_>) -> Vec<Value> {
    let p = s.p();
    let pr = s.project;
    let text = |name: &str| Value::words(s.fields().and_then(|f| f.text(name)));
    let unit = s.fields().and_then(|f| f.text("unit")).map(|unit| {
        let known = p.units().and_then(|n| n.entries.record(unit)?.text("name"));
        known.unwrap_or(unit)
    });
    let cost = s.measures.cost.as_ref().ok();
    let documents = || pr.documents.iter().filter_map(|i| p.documents.get(*i));
    let benefit = documents().find_map(|d| d.fields.number("benefit_total"));
    vec![
        Value::text(&*pr.id),
        Value::text(&*pr.title),
        Value::words(unit),
        text("portfolio_category"),
        text("summary"),
        Value::text(s.rating()),
        Value::text(s.why().filter(|_| s.counts()).unwrap_or("not reported")),
        Value::date(pr.start.actual.or(pr.start.baseline)),
        Value::date(pr.finish.baseline),
        Value::text(schedule(s)),
        Value::words(pr.currency.as_deref()),
        Value::decimal(pr.budget.filter(|_| !pr.untracked)),
        Value::decimal(cost.map(|k| k.eac)),
        Value::decimal(cost.map(|k| k.percent)),
        Value::text(money(s)),
        Value::decimal(benefit),
        Value::text(benefits(s)),
    ]
}

fn schedule(s: &Standing<'_>) -> String {
    let verb = if s.project.finish.actual.is_some() { "Finished" } else { "Finish expected" };
    match &s.measures.schedule {
        Ok(k) if k.days == 0 => format!("{verb} on the approved {}.", long(k.baseline)),
        Ok(k) => {
            let word = if k.days > 0 { "after" } else { "before" };
            let by = crate::rollups::words::figure(k.days.abs(), "day", "days");
            let (on, agreed) = (long(k.forecast), long(k.baseline));
            format!("{verb} {on}, {by} {word} the approved {agreed}.")
        }
        Err(missing) => absent(missing),
    }
}

fn money(s: &Standing<'_>) -> String {
    let k = match &s.measures.cost {
        Ok(k) => k,
        Err(missing) => return absent(missing),
    };
    if k.percent.is_zero() {
        return "The forecast equals the budget.".into();
    }
    let side = if k.percent.is_negative() { "below" } else { "above" };
    let mut out = format!("The forecast is {} % {side} the budget", k.percent.abs().show(1));
    if k.percent.abs() > Ratio::whole(5) {
        let health = s.report().and_then(|d| d.fields.record("health"));
        let why = health.and_then(|h| h.record("budget")?.text("why")).filter(|_| s.counts());
        match why {
            Some(why) => out.push_str(&format!(": {}", why.trim_end_matches('.'))),
            None => out.push_str("; the newest report does not say why"),
        }
    }
    out.push('.');
    out
}

fn benefits(s: &Standing<'_>) -> String {
    let items = s.project.items("benefits").iter();
    let said: Vec<String> = items.map(|b| format!("{} ({})", b.title(), b.status())).collect();
    if said.is_empty() { "not reported".into() } else { said.join("; ") }
}

fn absent(missing: &Missing) -> String {
    match missing {
        Missing::NotApplicable(why) | Missing::Withheld(why) => format!("Not applicable: {why}."),
        Missing::NotYet => "Not yet due.".into(),
        Missing::NotReported => "Not reported.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rollups::testing::{FILES, check};
    use crate::target::Target;

    #[test]
    fn each_project_is_a_row_with_its_narratives() {
        let checked = check(FILES);
        let sheet = sheet(&Input::new(&checked, &|_: &Target| None));
        let csv = String::from_utf8(csv::sheet(&sheet, csv::Style::default())).unwrap();
        let crm = &crate::exports::testing::records(&csv)[2];
        assert_eq!(crm[5], "amber");
        assert_eq!(crm[6], "UAT environment late (I-007) <now>");
        assert_eq!(
            crm[9],
            "Finish expected 28 October 2026, 28 days after the approved 30 September 2026."
        );
        assert_eq!(crm[13], "6.6");
        assert_eq!(
            crm[14],
            "The forecast is 6.6 % above the budget; the newest report does not say why."
        );
        for row in &sheet.rows {
            assert_eq!(row.len(), COLUMNS.len());
            let fits = row.iter().zip(COLUMNS).all(|(v, c)| v.fits(c.kind));
            assert!(fits);
        }
    }
}
