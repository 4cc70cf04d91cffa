//! The key performance indicators, one file each.
//!
//! To add one: its file in `kpis/`, its line in [`KPIS`], its limits in
//! `thresholds.toml`. Its row and page, its line in the guide and its data come
//! from that.

mod benefits_readiness;
mod change_cycle_time;
mod cost_forecast_error;
mod cost_variance;
mod critical_path_stability;
mod cutover_success;
mod date_forecast_error;
mod decision_latency;
mod defect_leakage;
mod dependency_confirmation;
pub mod evidence_completeness;
mod incident_rate;
mod issue_resolution;
mod milestones_on_time;
mod raid_freshness;
mod release_readiness;
mod risk_burn_down;
mod schedule_variance;
mod scope_churn;
mod stakeholder_satisfaction;
mod team_friction;
#[cfg(test)]
mod tests;
pub mod uat_progress;
pub mod vendor_delivery;

use super::kpi::Kpi;

/// Every indicator, by number.
pub static KPIS: &[&Kpi] = &[
    &milestones_on_time::KPI,       // K01
    &schedule_variance::KPI,        // K02
    &cost_variance::KPI,            // K03
    &scope_churn::KPI,              // K04
    &change_cycle_time::KPI,        // K05
    &date_forecast_error::KPI,      // K06
    &cost_forecast_error::KPI,      // K07
    &raid_freshness::KPI,           // K08
    &risk_burn_down::KPI,           // K09
    &issue_resolution::KPI,         // K10
    &dependency_confirmation::KPI,  // K11
    &critical_path_stability::KPI,  // K12
    &release_readiness::KPI,        // K13
    &uat_progress::KPI,             // K14
    &defect_leakage::KPI,           // K15
    &incident_rate::KPI,            // K16
    &cutover_success::KPI,          // K17
    &stakeholder_satisfaction::KPI, // K18
    &team_friction::KPI,            // K19
    &decision_latency::KPI,         // K20
    &benefits_readiness::KPI,       // K21
    &evidence_completeness::KPI,    // K22
    &vendor_delivery::KPI,          // K23
];
