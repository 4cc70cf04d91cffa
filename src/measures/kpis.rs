//! The key performance indicators, one file each.
//!
//! To add one: its file in `kpis/`, its line in [`KPIS`], its limits in
//! `thresholds.toml`. Its row and page, its line in the guide and its data come
//! from that.

mod change_cycle_time;
mod cost_forecast_error;
mod cost_variance;
mod critical_path_stability;
mod date_forecast_error;
mod dependency_confirmation;
mod issue_resolution;
mod milestones_on_time;
mod raid_freshness;
mod risk_burn_down;
mod schedule_variance;
mod scope_churn;
#[cfg(test)]
mod tests;

use super::kpi::Kpi;

/// Every indicator, by number.
pub static KPIS: &[&Kpi] = &[
    &milestones_on_time::KPI,
    &schedule_variance::KPI,
    &cost_variance::KPI,
    &scope_churn::KPI,
    &change_cycle_time::KPI,
    &date_forecast_error::KPI,
    &cost_forecast_error::KPI,
    &raid_freshness::KPI,
    &risk_burn_down::KPI,
    &issue_resolution::KPI,
    &dependency_confirmation::KPI,
    &critical_path_stability::KPI,
];
