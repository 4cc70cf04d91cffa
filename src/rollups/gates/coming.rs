//! What a release will ask for at the gate that ends execution, as long as its
//! window has not opened.

use super::readiness::{Area, Requirement};
use crate::data::field::Level;
use crate::date::plus;
use crate::lifecycles::Class;
use crate::measures::due::{holds, in_release_window, stricter};
use crate::measures::release_window::{launches, window};
use crate::portfolio::{Portfolio, Project};
use crate::table::Mark;
use crate::target::Target;

/// Add an open row, which does not count, for everything that must be approved
/// once the release window opens, and say why it is not asked for yet. `None`
/// where nothing is to come: in other phases, inside the window, and when all
/// launches have taken place.
pub(super) fn coming(
    p: &Portfolio,
    project: &Project,
    classes: &[Class],
    rows: &mut Vec<Requirement>,
) -> Option<String> {
    if !classes.contains(&Class::Execute) || in_release_window(p, project) {
        return None;
    }
    let all = launches(p, project);
    if !all.is_empty() && all.iter().all(|launch| launch.actual.is_some()) {
        return None;
    }
    let next = all.iter().filter(|l| l.actual.is_none()).filter_map(|l| l.expected).min();
    let why = match next {
        Some(day) => format!("the window opens on {}", plus(day, -window(p, project))),
        None => "no go-live date is known".to_owned(),
    };
    let card = p.documents.get(project.card)?;
    let span = card.fields.span("phase").unwrap_or(card.head());
    let mut some = false;
    for row in p.requirements(project) {
        let need = row.window(project.tier);
        let now = classes.iter().map(|class| row.need(*class, project.tier));
        // What the phase asks for anyway has its row already.
        let more = need.level == Level::Required
            && now.into_iter().all(|n| n != need && stricter(n, need) == need);
        if !more || !row.when.is_none_or(|when| holds(p, project, when, None)) {
            continue;
        }
        some = true;
        if need.approved {
            rows.push(Requirement {
                area: Area::Document,
                what: row.title.to_string(),
                level: Level::Optional,
                needed: "R@",
                met: false,
                mark: Mark::Open,
                state: "not asked for yet".into(),
                who: String::new(),
                why: why.clone(),
                path: card.path.clone(),
                at: card.at(span),
                target: Target::Document(card.path.clone()),
            });
        }
    }
    some.then(|| format!("release documents are not asked for yet: {why}"))
}
