//! `late-decision`: a decision that is asked for keeps the project waiting.

use super::{Context, Defaults, Rule};
use crate::data::record::Record;
use crate::date::{self, Date};
use crate::finding::Finding;
use crate::finding::Severity::{Deny, Warn};
use crate::portfolio::{Portfolio, Project};
use crate::rules::reported::running;
use crate::text::{Position, Span};
use std::sync::Arc;

pub(super) static RULE: Rule = Rule {
    name: "late-decision",
    summary: "A decision has been asked for longer ago than its tier allows, is needed by a day that has passed, or has several deciders.",
    why: "A project waits for a decision more often than for work. Five, seven or ten business days by tier are enough to decide, even where the day it is needed still lies ahead. A decision that two people must make is made by neither. Decisions nobody is named for are the business of `unowned-item`.",
    defaults: Defaults::Graded([Deny, Warn, Warn], [Warn, Warn, Warn]),
    example: "=== projects/crm/decisions.yaml\nupdated: 2026-03-27\ndecisions:\n  - id: D-014\n    title: Descope call recordings\n    status: requested\n    requested: 2026-03-02\n    needed_by: 2026-03-25\n    decider: sponsor\n    options: [Descope, Slip 4 weeks]\n    if_late: Each week of delay moves go-live one week\n",
    remedy: "=== projects/crm/decisions.yaml\nupdated: 2026-03-27\ndecisions:\n  - id: D-014\n    title: Descope call recordings\n    status: decided\n    requested: 2026-03-02\n    needed_by: 2026-03-25\n    decider: sponsor\n    options: [Descope, Slip 4 weeks]\n    if_late: Each week of delay moves go-live one week\n    decided: 2026-03-27\n    outcome: Descope\n    rationale: Half of the recordings are never heard\n",
    check: Some(check),
};

/// Business days a decision may take, by tier.
const ALLOWED: [i64; 3] = [5, 7, 10];

/// Business days past `needed_by` from which it is the greater case.
const LONG_PAST: i64 = 10;

fn check(context: &Context<'_>, out: &mut Vec<Finding>) {
    let p = context.portfolio;
    for (_, project) in running(p) {
        for ask in asks(p, project) {
            out.extend(several(&ask).or_else(|| late(p, project, &ask)));
        }
    }
}

/// From a field's name to where it stands.
type Place<'a> = Box<dyn Fn(&str) -> (Span, Position) + 'a>;

/// A decision that is asked for and not made.
struct Ask<'a> {
    name: String,
    fields: &'a Record,
    path: Arc<str>,
    /// Where a field stands.
    place: Place<'a>,
}

impl Ask<'_> {
    fn date(&self, name: &str) -> Option<Date> {
        self.fields.date(name).or_else(|| date::parse(self.fields.text(name)?))
    }

    fn finding(&self, field: &str, message: String, help: String) -> Finding {
        let (span, at) = (self.place)(field);
        Finding::new(RULE.name, self.path.clone(), span, at, message).help(help)
    }
}

/// The open decisions of the register and those written out in the newest report.
fn asks<'a>(p: &'a Portfolio, project: &'a Project) -> Vec<Ask<'a>> {
    let open = |r: &Record| {
        !r.has("decided")
            && !matches!(r.text("status"), Some("decided" | "withdrawn" | "superseded"))
    };
    let mut out = Vec::new();
    for item in project.items("decisions").iter().filter(|d| open(&d.fields)) {
        out.push(Ask {
            name: format!("`{}`", item.id),
            fields: &item.fields,
            path: item.path.clone(),
            place: Box::new(move |field| {
                let span = item.fields.span(field).or(item.fields.span("id"));
                let span = span.unwrap_or(item.span);
                (span, item.lines.position(span.start))
            }),
        });
    }
    let report = project.latest().and_then(|r| p.documents.get(r.document));
    for (report, ask) in
        report.into_iter().flat_map(|d| d.fields.list("asks").iter().map(move |ask| (d, ask)))
    {
        let Some(fields) = ask.datum.record().filter(|r| open(r)) else { continue };
        // One that names an item of the register is judged there.
        if fields.text("id").is_some_and(|id| project.item(id).is_some()) {
            continue;
        }
        let title = fields.text("title").or(fields.text("id")).unwrap_or("a decision");
        out.push(Ask {
            name: format!("`{title}`"),
            fields,
            path: report.path.clone(),
            place: Box::new(move |field| {
                let span = fields.span(field).unwrap_or(ask.span);
                (span, report.at(span))
            }),
        });
    }
    out
}

/// Several deciders for one decision.
fn several(ask: &Ask<'_>) -> Option<Finding> {
    let who = ask.fields.text("decider")?;
    let names = who
        .split([',', ';', '&', '/', '+'])
        .flat_map(|part| part.split(" and "))
        .filter(|name| !name.trim().is_empty())
        .count();
    (names > 1).then(|| {
        let message = format!("{} has {names} deciders: `{who}`", ask.name);
        let help = "name the one who decides in `decider`, and the others under `consulted`";
        ask.finding("decider", message, help.into())
    })
}

/// Open for longer than the tier allows, or past the day it is needed.
fn late(p: &Portfolio, project: &Project, ask: &Ask<'_>) -> Option<Finding> {
    let calendar = &p.config.calendar;
    let allowed = ALLOWED[project.tier.min(2)];
    let waited = ask.date("requested").map(|d| calendar.business_days(d, p.as_of));
    let needed = ask.date("needed_by");
    let past = needed.filter(|d| *d < p.as_of).map(|d| calendar.business_days(d, p.as_of));
    let slow = waited.filter(|n| *n > allowed);
    if past.is_none() && slow.is_none() {
        return None;
    }
    let who = ask.fields.text("decider").map(|w| format!(" for {}", p.person(w)));
    let who = who.unwrap_or_default();
    let fact = match (waited, past, needed) {
        (Some(n), Some(late), Some(day)) => format!(
            "has waited {}{who} and was needed by {day}, {} ago",
            business(n),
            business(late)
        ),
        (None, Some(late), Some(day)) => {
            format!("is not decided{who} and was needed by {day}, {} ago", business(late))
        }
        (Some(n), _, Some(day)) => format!(
            "has waited {}{who}, needed by {day}; tier {} allows {allowed}",
            business(n),
            p.tier_label(project.tier)
        ),
        (Some(n), ..) => format!(
            "has waited {}{who}; tier {} allows {allowed}",
            business(n),
            p.tier_label(project.tier)
        ),
        _ => return None,
    };
    let price = ask.fields.text("if_late").map(|t| format!("; if late: {}", begin_small(t)));
    let message = format!("{} {fact}{}", ask.name, price.unwrap_or_default());
    let field = if past.is_some() { "needed_by" } else { "requested" };
    let help = format!(
        "get it decided and write `decided`, `outcome` and `rationale`, or withdraw it{}",
        if past.is_some() { "" } else { "; take it to a forum if the decider cannot" }
    );
    let finding = ask.finding(field, message, help);
    Some(if past.is_some_and(|n| n > LONG_PAST) { finding } else { finding.small() })
}

fn business(n: i64) -> String {
    if n == 1 { "1 business day".into() } else { format!("{n} business days") }
}

/// A sentence as a part of another: small first letter, no full stop.
fn begin_small(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    if chars.clone().next().is_some_and(char::is_lowercase) {
        format!("{first}{}", chars.as_str())
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Severity;
    use crate::rules::testing::{Fixture, portfolio};

    const RULE: &str = "late-decision";
    const CARD: &str = "projects/crm/project.md";
    const PATH: &str = "projects/crm/decisions.yaml";

    fn with(tier: &str, text: &str) -> Fixture {
        portfolio().replace(CARD, "tier: 3", tier).file(
            PATH,
            &format!(
                "decisions:\n  - id: D-014\n    title: Descope\n    status: requested\n{text}"
            ),
        )
    }

    fn asked(tier: &str, requested: &str, needed: &str) -> Fixture {
        with(
            tier,
            &format!("    requested: {requested}\n    needed_by: {needed}\n    decider: sponsor\n"),
        )
    }

    #[test]
    fn five_seven_and_ten_business_days_by_tier() {
        // As of Friday 27 March 2026.
        for (tier, last, first) in [
            ("tier: 1", "2026-03-20", "2026-03-19"),
            ("tier: 2", "2026-03-18", "2026-03-17"),
            ("tier: 3", "2026-03-13", "2026-03-12"),
        ] {
            asked(tier, last, "2026-04-30").silent(RULE);
            asked(tier, first, "2026-04-30").finds(RULE, PATH, 5);
        }
        let found = asked("tier: 1", "2026-03-16", "2026-04-30").finds(RULE, PATH, 5);
        assert_eq!(
            found.message,
            "`D-014` has waited 9 business days for sponsor, needed by 2026-04-30; tier 1 – high allows 5"
        );
        assert_eq!(found.severity, Severity::Warn);
    }

    #[test]
    fn the_day_it_is_needed_counts() {
        asked("tier: 3", "2026-03-23", "2026-03-27").silent(RULE);
        let found = with(
            "tier: 3",
            "    requested: 2026-03-16\n    needed_by: 2026-03-25\n    decider: \"@dokafor\"\n    if_late: Each week of delay moves go-live one week.\n",
        )
        .finds(RULE, PATH, 6);
        assert_eq!(
            found.message,
            "`D-014` has waited 9 business days for Dana Okafor and was needed by 2026-03-25, 2 business days ago; if late: each week of delay moves go-live one week"
        );
    }

    #[test]
    fn more_than_ten_business_days_past_is_an_error_in_the_first_tier() {
        let of = |tier: &str, needed: &str| {
            asked(tier, "2026-03-01", needed).finds(RULE, PATH, 6).severity
        };
        assert_eq!(of("tier: 1", "2026-03-13"), Severity::Warn);
        assert_eq!(of("tier: 1", "2026-03-12"), Severity::Deny);
        assert_eq!(of("tier: 2", "2026-03-12"), Severity::Warn);
    }

    #[test]
    fn holidays_are_not_waited() {
        asked("tier: 1", "2026-03-19", "2026-04-30")
            .config("[calendar]\nholidays = [\"2026-03-24\"]\n")
            .silent(RULE);
        asked("tier: 1", "2026-03-20", "2026-04-30")
            .config("[calendar]\nweekend = [\"sun\"]\n")
            .finds(RULE, PATH, 5);
    }

    #[test]
    fn one_decides() {
        let two = |who: &str| {
            with(
                "tier: 1",
                &format!(
                    "    requested: 2026-03-24\n    needed_by: 2026-04-30\n    decider: {who}\n"
                ),
            )
        };
        let found = two("\"@dokafor, @mlopez\"").finds(RULE, PATH, 7);
        assert_eq!(found.message, "`D-014` has 2 deciders: `@dokafor, @mlopez`");
        assert_eq!(found.severity, Severity::Deny);
        two("sponsor and finance-partner").finds(RULE, PATH, 7);
        two("Dana Okafor").silent(RULE);
        // Nobody named is told elsewhere.
        two("").silent(RULE);
        two("").finds("unowned-item", PATH, 7);
    }

    #[test]
    fn a_decision_written_out_in_the_report_waits_too() {
        let ask = |text: &str| {
            portfolio().replace(
                "projects/crm/status/2026-03-27.md",
                "milestones:",
                &format!("asks:\n  - {{title: Descope, {text}}}\nmilestones:"),
            )
        };
        ask("needed_by: 2026-03-26, decider: sponsor").finds(
            RULE,
            "projects/crm/status/2026-03-27.md",
            8,
        );
        ask("needed_by: 2026-03-27, decider: sponsor").silent(RULE);
        ask("id: D-001, needed_by: 2026-03-20, decider: sponsor").silent(RULE);
    }

    #[test]
    fn what_is_decided_withdrawn_or_at_rest_does_not_wait() {
        let late = || asked("tier: 1", "2026-03-01", "2026-03-12");
        late().replace(PATH, "status: requested", "status: withdrawn").silent(RULE);
        late().replace(PATH, "status: requested", "status: decided").silent(RULE);
        late().replace(CARD, "state: active", "state: on-hold").silent(RULE);
    }
}
