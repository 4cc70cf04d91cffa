//! K02, schedule variance: how late the finish is forecast, in days and as a
//! share of the baseline duration. Positive is late.

use super::{Missing, absent_baseline};
use crate::date::{Date, days};
use crate::portfolio::Project;
use crate::ratio::Ratio;

/// K02 of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduleVariance {
    /// Baseline of the finish.
    pub baseline: Date,
    /// Forecast of the finish, or the date it was achieved.
    pub forecast: Date,
    /// `forecast − baseline` in calendar days.
    pub days: i64,
    /// Days from start baseline to finish baseline, when above zero.
    pub duration: Option<i64>,
    /// `days ÷ duration × 100`, unrounded.
    pub percent: Option<Ratio>,
    /// The finish has been achieved.
    pub achieved: bool,
}

/// `(finish forecast − finish baseline) ÷ (finish baseline − start baseline)`.
///
/// # Errors
/// Says why it cannot be computed: no baseline, no forecast.
pub fn measure(project: &Project) -> Result<ScheduleVariance, Missing> {
    let baseline = project.finish.baseline.ok_or_else(|| absent_baseline(project))?;
    let forecast = project.finish.current().ok_or(Missing::NotReported)?;
    let late = days(baseline, forecast);
    let start = project.start.baseline.or(project.start.actual);
    let duration = start.map(|s| days(s, baseline)).filter(|d| *d > 0);
    let percent =
        duration.and_then(|d| Ratio::whole(late.into()).percent_of(Ratio::whole(d.into())));
    Ok(ScheduleVariance {
        baseline,
        forecast,
        days: late,
        duration,
        percent,
        achieved: project.finish.actual.is_some(),
    })
}
