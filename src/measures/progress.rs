//! Percent complete by weight: what share of the milestones' weights is reached.

use crate::date::Date;
use crate::portfolio::Project;
use crate::ratio::Ratio;

/// Weights of milestones reached by a day ÷ all weights × 100; cancelled ones
/// are left out. `None` where no milestone has a weight.
#[must_use]
pub fn weighted_percent(project: &Project, on: Date) -> Option<Ratio> {
    let items = project.items("milestones");
    let weighted: Vec<(Ratio, bool)> = project
        .milestones
        .iter()
        .filter(|m| !m.cancelled)
        .filter_map(|m| {
            let weight = items.get(m.item)?.fields.number("weight")?;
            Some((weight, m.actual.is_some_and(|a| a <= on)))
        })
        .collect();
    let all = Ratio::sum(weighted.iter().map(|(w, _)| *w))?;
    let reached = Ratio::sum(weighted.iter().filter(|(_, done)| *done).map(|(w, _)| *w))?;
    reached.percent_of(all)
}
