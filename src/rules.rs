//! The rules: each one file that says what it finds, why it matters, an
//! example and its remedy (both run as tests), and the check itself.
//!
//! To add a rule: its file in `rules/` and its line in [`RULES`].

pub mod levels;

mod backward_phase;
mod broken_anchor;
mod broken_link;
mod conflicting_facts;
mod copied_report;
mod dangling_id;
mod date_order;
pub mod due;
mod duplicate_id;
mod falling_actual_cost;
mod frozen_forecasts;
mod future_actual;
mod future_report;
mod history;
mod immature_register;
mod inconsistent_overall;
mod last_minute_slip;
mod late_milestone_added;
mod invalid_suppression;
mod missing_document;
mod missing_field;
mod missing_section;
mod no_path_to_green;
mod open;
mod overdue_item;
mod past_forecast;
mod placeholder_section;
pub mod reading;
pub mod reference;
mod route_collision;
mod scope_creep;
mod serial_rebaseline;
mod serial_slip;
mod silent_rebaseline;
mod stale_milestones;
mod stale_status;
mod sudden_red;
pub mod suppress;
#[cfg(test)]
pub mod testing;
mod undated_item;
mod unknown_phase;
mod unknown_role;
mod unknown_tier;
mod unowned_item;
mod unpublished_file;
mod unsupported_green;
mod unused_suppression;
mod wanted;
mod watermelon_health;

use crate::finding::{Finding, Severity, Suppressed, sort};
use crate::measures::Measures;
use crate::portfolio::Portfolio;
use levels::Settings;

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The portfolio.
    pub portfolio: &'a Portfolio,
    /// Its measures.
    pub measures: &'a Measures,
}

/// Default severities of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defaults {
    /// The same for all tiers.
    Flat(Severity),
    /// By grade (big case, small case), then by tier from most control.
    Graded([Severity; 3], [Severity; 3]),
    /// The rule sets the severity itself, by when the thing is due: required
    /// by a phase already passed deny, in the current one warn (note while
    /// initiating), later silent; note where the project does not run.
    Due,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its one identity: kebab-case, names the bad thing.
    pub name: &'static str,
    /// What it finds, in one sentence.
    pub summary: &'static str,
    /// Why it matters, in a few sentences.
    pub why: &'static str,
    /// Severity unless configured.
    pub defaults: Defaults,
    /// Files that make it fire, laid over a sound project; `=== path` begins a
    /// file. The line that is found ends in `  # ^` in YAML, or is told by the
    /// rule's tests.
    pub example: &'static str,
    /// The same files mended.
    pub remedy: &'static str,
    /// The check; `None` for rules that reading itself reports.
    pub check: Option<fn(&Context<'_>, &mut Vec<Finding>)>,
}

/// Every rule that is a file of its own, sorted by name. The rules that
/// reading reports are listed in [`reading`].
pub static RULES: &[&Rule] = &[
    &backward_phase::RULE,
    &broken_anchor::RULE,
    &broken_link::RULE,
    &conflicting_facts::RULE,
    &copied_report::RULE,
    &dangling_id::RULE,
    &date_order::RULE,
    &duplicate_id::RULE,
    &falling_actual_cost::RULE,
    &frozen_forecasts::RULE,
    &future_actual::RULE,
    &future_report::RULE,
    &immature_register::RULE,
    &inconsistent_overall::RULE,
    &last_minute_slip::RULE,
    &late_milestone_added::RULE,
    &invalid_suppression::RULE,
    &missing_document::RULE,
    &missing_field::RULE,
    &missing_section::RULE,
    &no_path_to_green::RULE,
    &overdue_item::RULE,
    &past_forecast::RULE,
    &placeholder_section::RULE,
    &route_collision::RULE,
    &scope_creep::RULE,
    &serial_rebaseline::RULE,
    &serial_slip::RULE,
    &silent_rebaseline::RULE,
    &stale_milestones::RULE,
    &stale_status::RULE,
    &sudden_red::RULE,
    &undated_item::RULE,
    &unknown_phase::RULE,
    &unknown_role::RULE,
    &unknown_tier::RULE,
    &unowned_item::RULE,
    &unpublished_file::RULE,
    &unsupported_green::RULE,
    &unused_suppression::RULE,
    &watermelon_health::RULE,
];

/// All rules by name, those that reading reports included.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().chain(reading::RULES)
}

/// The rule of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|r| r.name == name)
}

/// Run every rule, add what reading found, and set every finding's severity.
/// Findings that are allowed are dropped, those that their document accepts
/// are told apart; the rest comes in report order.
#[must_use]
pub fn run(
    p: &Portfolio,
    measures: &Measures,
    earlier: Vec<Finding>,
    settings: &Settings,
) -> (Vec<Finding>, Vec<Suppressed>) {
    use rayon::prelude::*;
    let context = Context { portfolio: p, measures };
    let mut findings: Vec<Finding> = RULES
        .par_iter()
        .filter_map(|rule| rule.check)
        .map(|check| {
            let mut out = Vec::new();
            check(&context, &mut out);
            out
        })
        .reduce(Vec::new, |mut a, mut b| {
            a.append(&mut b);
            a
        });
    findings.extend(earlier);
    for finding in &mut findings {
        finding.severity = settings.severity(p, finding);
    }
    sort(&mut findings);
    suppress::apply(p, findings, settings)
}
