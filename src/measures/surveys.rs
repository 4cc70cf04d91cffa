//! Surveys of a project: how many gave which mark, as one mean out of five that
//! names nobody.

use super::kpi::{Counted, Scope};
use crate::data::record::{Datum, Record};
use crate::date::{Date, days};
use crate::document::Document;
use crate::lifecycles::{Class, Wanted};
use crate::ratio::Ratio;
use crate::table::Missing;

/// Fewer answers than these are withheld.
pub const FEWEST: i128 = 3;

/// One survey in numbers.
#[derive(Debug, Clone, Copy)]
pub struct Survey<'a> {
    /// Where it stands.
    pub document: &'a Document,
    /// The day it ended.
    pub date: Date,
    /// Sum of all marks, each as one of one to five.
    pub sum: Ratio,
    /// How many answered.
    pub answers: Ratio,
    /// How many were asked.
    pub invited: Option<Ratio>,
}

/// The surveys of an audience up to the day asked about, oldest first; those
/// whose numbers cannot be read are left out.
#[must_use]
pub fn surveys<'a>(s: &Scope<'a>, audience: &str) -> Vec<Survey<'a>> {
    let (p, on) = (s.portfolio, s.on());
    let documents = s.project.documents.iter().filter_map(|i| p.documents.get(*i));
    // Few documents have an audience at all.
    let mine = documents
        .filter(|d| d.fields.text("audience") == Some(audience))
        .filter(|d| super::releases::in_use(d, on));
    let mut all: Vec<Survey<'a>> = mine
        .filter_map(|document| {
            let date = s.past(document.date())?;
            let (sum, answers) = tally(&document.fields)?;
            let invited = document.fields.number("invited");
            Some(Survey { document, date, sum, answers, invited })
        })
        .collect();
    all.sort_by_key(|survey| survey.date);
    all
}

/// Sum of the marks and number of answers: of `responses`, else of all
/// `questions` together. Marks outside the scale count for nothing.
fn tally(fields: &Record) -> Option<(Ratio, Ratio)> {
    let best = fields.number("scale_max").unwrap_or(Ratio::whole(5));
    let own = fields.record("responses");
    let questions = || fields.list("questions").iter().filter_map(|q| q.datum.record());
    let parts: Vec<&Record> = match own {
        Some(own) => vec![own],
        None => questions().filter_map(|q| q.record("responses")).collect(),
    };
    if parts.is_empty() {
        return None;
    }
    let (mut sum, mut answers) = (Ratio::ZERO, Ratio::ZERO);
    for slot in parts.iter().flat_map(|r| &r.slots) {
        let (Some(mark), Datum::Number(count)) = (Ratio::parse(&slot.name), &slot.datum) else {
            continue;
        };
        if mark >= Ratio::whole(1) && mark <= best {
            sum = sum.add(rescale(mark, best)?.mul(**count)?)?;
            answers = answers.add(**count)?;
        }
    }
    Some((sum, answers))
}

/// A mark, or a mean of marks, of one to `best` as one of one to five.
#[must_use]
pub fn rescale(mark: Ratio, best: Ratio) -> Option<Ratio> {
    let one = Ratio::whole(1);
    mark.sub(one)?.mul(Ratio::whole(4))?.div(best.sub(one)?)?.add(one)
}

impl Survey<'_> {
    /// The mean out of five.
    ///
    /// # Errors
    /// Withheld when fewer than three answered.
    pub fn mean(&self) -> Result<Ratio, Missing> {
        if self.answers < Ratio::whole(FEWEST) {
            return Err(withheld());
        }
        self.sum.div(self.answers).ok_or(Missing::NotReported)
    }

    /// It among the things behind a value.
    #[must_use]
    pub fn counted(&self, note: String) -> Counted {
        let label = format!("{}, {}", self.document.title, self.date);
        Counted::document(self.document, label, self.document.fields.span("responses"), note)
    }

    /// `12 of 20 answered`.
    #[must_use]
    pub fn turnout(&self) -> String {
        match self.invited {
            Some(invited) if invited.is_zero() => "nobody was asked".to_owned(),
            Some(invited) => format!("{} of {invited} answered", self.answers),
            None => format!("{} answered", self.answers),
        }
    }
}

/// That too few answered to keep them unnamed.
#[must_use]
pub fn withheld() -> Missing {
    Missing::Withheld(format!("fewer than {FEWEST} answered"))
}

/// The newest survey that is not older than the limits of the measure allow,
/// and the one before it.
///
/// # Errors
/// Not reported when the newest is too old, or none was made where the
/// project's phase and tier ask for one; not yet where they do not.
pub fn newest<'a>(
    s: &Scope<'a>,
    audience: &str,
    limits: &str,
) -> Result<(Survey<'a>, Option<Survey<'a>>), Missing> {
    let mut all = surveys(s, audience);
    let oldest = s.limits(limits).days(s.project.tier);
    match all.pop() {
        Some(newest) if Ratio::whole(days(newest.date, s.on()).into()) <= oldest => {
            Ok((newest, all.pop()))
        }
        Some(_) => Err(Missing::NotReported),
        None if asked(s) => Err(Missing::NotReported),
        None => Err(Missing::NotYet),
    }
}

/// Whether the requirement matrix expects a survey in the project's phase.
fn asked(s: &Scope<'_>) -> bool {
    use crate::data::field::Level;
    let (p, project) = (s.portfolio, s.project);
    let survey = |name: &str| {
        p.kinds.find(name).is_some_and(|k| k.fields.list.iter().any(|f| &*f.name == "audience"))
    };
    let class: Option<Class> = project.phase().map(|phase| phase.class);
    let rows = p.requirements(project).iter();
    let mut rows = rows.filter(|row| matches!(&row.wanted, Wanted::Kind(name) if survey(name)));
    rows.any(|row| class.is_some_and(|c| row.need(c, project.tier).level >= Level::Expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_of_ten_becomes_one_of_five_exactly() {
        let mean = Ratio::parse("8.2").unwrap();
        assert_eq!(rescale(mean, Ratio::whole(10)), Ratio::parse("4.2"));
        assert_eq!(rescale(Ratio::whole(5), Ratio::whole(5)), Some(Ratio::whole(5)));
        assert_eq!(rescale(mean, Ratio::whole(1)), None);
    }
}
