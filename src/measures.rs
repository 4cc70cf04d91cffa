//! Every calculation that rules and roll-ups share: slip, schedule and cost
//! variance, computed health, trend, freshness. Exact numbers throughout;
//! a value that cannot be computed says why instead of being zero.

pub mod accounts;
pub mod bands;
pub mod breach;
pub mod changed;
pub mod commitments;
pub mod conflicts;
pub mod cost_variance;
pub mod due;
pub mod earned_value;
pub mod evidence;
pub mod freshness;
pub mod health;
pub mod hindsight;
pub mod kpi;
pub mod kpis;
pub mod milestones_on_time;
pub mod open_items;
pub mod owed;
pub mod progress;
pub mod release_window;
pub mod releases;
pub mod schedule_variance;
pub mod scope;
pub mod story;
pub mod surveys;
pub mod tiering;
pub mod trend;

use crate::data::Problem;
use crate::portfolio::{Portfolio, Project};
use bands::Thresholds;
use cost_variance::CostVariance;
use freshness::Freshness;
use health::Health;
use kpi::Kpis;
use milestones_on_time::OnTime;
use rayon::prelude::*;
use schedule_variance::ScheduleVariance;
use std::sync::OnceLock;
use trend::Trend;

pub use crate::table::Missing;

/// The measures of one project.
#[derive(Debug, Clone)]
pub struct ProjectMeasures {
    /// How old the newest report is.
    pub freshness: Freshness,
    /// Finish forecast against baseline (K02).
    pub schedule: Result<ScheduleVariance, Missing>,
    /// Estimate at completion against budget (K03).
    pub cost: Result<CostVariance, Missing>,
    /// Milestones on time (K01).
    pub on_time: Result<OnTime, Missing>,
    /// Declared and computed health by dimension.
    pub health: Health,
    /// Overall health against the previous report.
    pub trend: Trend,
}

/// The measures of all projects, in the portfolio's order.
#[derive(Debug, Clone)]
pub struct Measures {
    /// One entry for each project.
    pub projects: Vec<ProjectMeasures>,
    /// The limits the bands were drawn with.
    pub thresholds: Thresholds,
    /// What was wrong in `[kpis]`.
    pub problems: Vec<Problem>,
    /// The indicators, once someone asked for them.
    kpis: OnceLock<Kpis>,
}

impl Measures {
    /// The measures of a project, by its position in the portfolio.
    #[must_use]
    pub fn of(&self, project: usize) -> Option<&ProjectMeasures> {
        self.projects.get(project)
    }

    /// The indicators of the portfolio that was measured; computed when first
    /// asked for, since a check needs none of them.
    #[must_use]
    pub fn kpis(&self, p: &Portfolio) -> &Kpis {
        self.kpis.get_or_init(|| Kpis::measure(p, &self.thresholds, kpis::KPIS))
    }
}

/// Compute the measures of a portfolio.
#[must_use]
pub fn measure(p: &Portfolio) -> Measures {
    let (thresholds, problems) = Thresholds::load(&p.config);
    let projects =
        p.projects.par_iter().map(|project| measure_project(p, project, &thresholds)).collect();
    Measures { projects, thresholds, problems, kpis: OnceLock::new() }
}

fn measure_project(p: &Portfolio, project: &Project, thresholds: &Thresholds) -> ProjectMeasures {
    let schedule = schedule_variance::measure(project);
    let cost = cost_variance::measure(p, project);
    let freshness = freshness::measure(p, project);
    let health =
        health::measure(p, project, thresholds, schedule.as_ref().ok(), cost.as_ref().ok());
    ProjectMeasures {
        on_time: milestones_on_time::measure(p, project),
        trend: trend::measure(p, project),
        freshness,
        schedule,
        cost,
        health,
    }
}

/// Before the plan gate an absent baseline is not yet due; afterwards it is
/// not reported.
fn absent_baseline(project: &Project) -> Missing {
    use crate::lifecycles::Class;
    match project.phase().map(|p| p.class) {
        Some(Class::Initiate | Class::Plan) => Missing::NotYet,
        _ => Missing::NotReported,
    }
}
