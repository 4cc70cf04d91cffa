//! The key performance indicators, one file each.
//!
//! To add one: its file in `kpis/`, its line in [`KPIS`], its limits in
//! `thresholds.toml`. Its row and page, its line in the guide and its data come
//! from that.

mod milestones_on_time;
#[cfg(test)]
mod tests;

use super::kpi::Kpi;

/// Every indicator, by number.
pub static KPIS: &[&Kpi] = &[
    &milestones_on_time::KPI, // K01
];
