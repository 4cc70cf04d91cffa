//! The rules: each one file that says what it finds, why it matters, an
//! example and its remedy (both run as tests), and the check itself.
//!
//! To add a rule: its file in `rules/` and its line in [`RULES`].

mod approving;
mod backward_phase;
mod broken_anchor;
mod broken_commitment;
mod broken_link;
mod broken_raci;
mod broken_redirect;
mod budget_lines_off;
mod closed_without_outcome;
mod common;
mod complete_with_open_work;
mod conflicting_facts;
mod contradicted_trend;
mod copied_mitigation;
mod copied_report;
mod cross_project_conflict;
mod cutover;
mod dangling_id;
mod date_order;
mod dependency_cycle;
mod double_booked_owner;
pub mod due;
mod duplicate_id;
mod duplicate_section;
mod eac_below_actual;
mod eac_below_committed;
mod empty_risk_register;
mod expired_assumption;
mod falling_actual_cost;
mod falling_percent_complete;
mod fixed_everything;
mod frozen_forecasts;
mod future_actual;
mod future_report;
mod history;
mod idle_risk_register;
mod immature_register;
mod improving_forecast;
mod inconsistent_overall;
mod inflated_percent_complete;
mod invalid_suppression;
mod last_minute_slip;
mod late_decision;
mod late_milestone_added;
pub mod levels;
mod misdated_approval;
mod missed_back_to_green;
mod missing_approval;
mod missing_criteria;
mod missing_document;
mod missing_evidence;
mod missing_field;
mod missing_increment_review;
mod missing_lessons;
mod missing_section;
mod no_path_to_green;
pub mod numbers;
mod only_good_lessons;

mod optimistic_eac;
mod orphan_benefit;
mod outdated_approval;
mod over_allocation;
mod overdue_gate_condition;
mod overdue_item;
mod overdue_lesson_action;
mod overdue_review;
mod overloaded_owner;
mod past_forecast;
mod placeholder_section;
mod premature_reference;
pub mod reading;
mod red_without_ask;
pub mod reference;
mod reported;
pub mod reviewing;
mod route_collision;
mod scope_creep;
mod section_order;
mod self_approval;
mod serial_rebaseline;
mod serial_slip;
mod silent_key_milestone;
mod silent_rebaseline;
mod single_option;
mod single_owner_critical_path;
mod skipped_gate;
mod sole_approver;
mod stale_milestones;
mod stale_status;
mod step_outside_window;
mod stuck_percent_complete;
mod sudden_red;
pub mod suppress;
mod survey_miscount;
mod test_miscount;
#[cfg(test)]
pub mod testing;
mod thin_risk_register;
mod toothless_lesson;
mod typed;
mod unanswerable_query;
mod unanswered_request;
mod unapproved_change;
mod unauthorised_approver;
mod undated_item;
mod understated_tier;
mod unescalated_breach;
mod uniform_risk_scores;
mod unimplemented_change;
mod unknown_gate;
mod unknown_person;
mod unknown_phase;
mod unknown_programme;
mod unknown_role;
mod unknown_section;
mod unknown_tier;
mod unknown_unit;
mod unmatched_pattern;
mod unmeasured_benefit;
mod unmitigated_high_risk;
mod unowned_item;
mod unowned_step;
mod unpublished_file;
mod unready_operations;
mod unrealistic_eac;
mod unreasoned_decision;
mod unreasoned_waiver;
mod unreflected_change;
mod unsupported_green;
mod unused_suppression;
pub mod wanted;
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
    /// The rule sets the severity itself, in the way these words say.
    Told(&'static str),
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
    &broken_commitment::RULE,
    &broken_link::RULE,
    &broken_raci::RULE,
    &broken_redirect::RULE,
    &budget_lines_off::RULE,
    &closed_without_outcome::RULE,
    &complete_with_open_work::RULE,
    &conflicting_facts::RULE,
    &contradicted_trend::RULE,
    &copied_mitigation::RULE,
    &copied_report::RULE,
    &cross_project_conflict::RULE,
    &dangling_id::RULE,
    &date_order::RULE,
    &dependency_cycle::RULE,
    &double_booked_owner::RULE,
    &duplicate_id::RULE,
    &duplicate_section::RULE,
    &eac_below_actual::RULE,
    &eac_below_committed::RULE,
    &empty_risk_register::RULE,
    &expired_assumption::RULE,
    &falling_actual_cost::RULE,
    &falling_percent_complete::RULE,
    &fixed_everything::RULE,
    &frozen_forecasts::RULE,
    &future_actual::RULE,
    &future_report::RULE,
    &idle_risk_register::RULE,
    &immature_register::RULE,
    &improving_forecast::RULE,
    &inconsistent_overall::RULE,
    &inflated_percent_complete::RULE,
    &invalid_suppression::RULE,
    &last_minute_slip::RULE,
    &late_decision::RULE,
    &late_milestone_added::RULE,
    &misdated_approval::RULE,
    &missed_back_to_green::RULE,
    &missing_approval::RULE,
    &missing_criteria::RULE,
    &missing_document::RULE,
    &missing_evidence::RULE,
    &missing_field::RULE,
    &missing_increment_review::RULE,
    &missing_lessons::RULE,
    &missing_section::RULE,
    &no_path_to_green::RULE,
    &only_good_lessons::RULE,
    &optimistic_eac::RULE,
    &orphan_benefit::RULE,
    &outdated_approval::RULE,
    &over_allocation::RULE,
    &overdue_gate_condition::RULE,
    &overdue_item::RULE,
    &overdue_lesson_action::RULE,
    &overdue_review::RULE,
    &overloaded_owner::RULE,
    &past_forecast::RULE,
    &placeholder_section::RULE,
    &premature_reference::RULE,
    &red_without_ask::RULE,
    &route_collision::RULE,
    &scope_creep::RULE,
    &section_order::RULE,
    &self_approval::RULE,
    &serial_rebaseline::RULE,
    &serial_slip::RULE,
    &silent_key_milestone::RULE,
    &silent_rebaseline::RULE,
    &single_option::RULE,
    &single_owner_critical_path::RULE,
    &skipped_gate::RULE,
    &sole_approver::RULE,
    &stale_milestones::RULE,
    &stale_status::RULE,
    &step_outside_window::RULE,
    &stuck_percent_complete::RULE,
    &sudden_red::RULE,
    &survey_miscount::RULE,
    &test_miscount::RULE,
    &thin_risk_register::RULE,
    &toothless_lesson::RULE,
    &unanswerable_query::RULE,
    &unanswered_request::RULE,
    &unapproved_change::RULE,
    &unauthorised_approver::RULE,
    &undated_item::RULE,
    &understated_tier::RULE,
    &unescalated_breach::RULE,
    &uniform_risk_scores::RULE,
    &unimplemented_change::RULE,
    &unknown_gate::RULE,
    &unknown_person::RULE,
    &unknown_phase::RULE,
    &unknown_programme::RULE,
    &unknown_role::RULE,
    &unknown_section::RULE,
    &unknown_tier::RULE,
    &unknown_unit::RULE,
    &unmatched_pattern::RULE,
    &unmeasured_benefit::RULE,
    &unmitigated_high_risk::RULE,
    &unowned_item::RULE,
    &unowned_step::RULE,
    &unpublished_file::RULE,
    &unready_operations::RULE,
    &unrealistic_eac::RULE,
    &unreasoned_decision::RULE,
    &unreasoned_waiver::RULE,
    &unreflected_change::RULE,
    &unsupported_green::RULE,
    &unused_suppression::RULE,
    &watermelon_health::RULE,
];

/// All rules, those that reading and reviewing report included.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().chain(reading::RULES).chain(reviewing::RULES)
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
    // Rules differ much in what they cost: each is handed out on its own.
    let mut findings: Vec<Finding> = RULES
        .par_iter()
        .with_max_len(1)
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
