//! Alerts that the parts of a comparison give rise to.

use super::{Alert, AlertKind, ProjectReview};
use crate::review::fields::shorten;
use crate::review::items::Sort;
use crate::review::pairs::Pair;
use crate::review::phrase::Phrase;

/// Alerts that other parts of the comparison give.
pub(super) fn alerts(out: &mut ProjectReview, pair: &Pair<'_>) {
    let mut more = Vec::new();
    for item in &out.items {
        if item.sort == Sort::Removed {
            more.push(Alert {
                kind: AlertKind::RemovedItem,
                bad: true,
                words: Phrase::new(format!("{} {}", item.id, item.title).trim().to_owned())
                    .plain(" was ")
                    .strong("removed")
                    .plain(" (")
                    .and(item.words.clone())
                    .plain("): items are closed, not deleted"),
                target: None,
            });
        }
        for what in &item.rewritten {
            more.push(Alert {
                kind: AlertKind::RewrittenHistory,
                bad: true,
                words: Phrase::default()
                    .link(
                        format!("{} {}", item.id, item.title).trim().to_owned(),
                        item.target.clone(),
                    )
                    .plain(": ")
                    .strong(what.clone()),
                target: item.target.clone(),
            });
        }
    }
    for document in out.documents.iter().filter(|d| d.alert) {
        more.push(Alert {
            kind: AlertKind::RemovedDocument,
            bad: true,
            words: Phrase::new(format!("{} {} was ", document.kind.to_lowercase(), document.path))
                .strong("removed"),
            target: None,
        });
    }
    for document in out.documents.iter().filter(|d| d.version.is_none()) {
        let Some((was, now)) = document.state.as_ref().filter(|(was, _)| was == "approved") else {
            continue;
        };
        if !matches!(now.as_str(), "draft" | "in-review" | "review" | "none") {
            continue;
        }
        more.push(Alert {
            kind: AlertKind::RemovedApproval,
            bad: true,
            words: Phrase::new("the approved ")
                .link(document.path.clone(), document.target.clone())
                .plain(" was ")
                .strong("set back")
                .plain(format!(" in the same version: {was} → {now}")),
            target: document.target.clone(),
        });
    }
    for gate in out.gates.iter().filter(|g| g.won == Some(false) && g.target.is_none()) {
        more.push(Alert {
            kind: AlertKind::RemovedDocument,
            bad: true,
            words: Phrase::new(format!("gate {}: ", gate.gate)).and(gate.words.clone()),
            target: None,
        });
    }
    for accepted in &out.accepted {
        let f = &accepted.finding;
        more.push(Alert {
            kind: AlertKind::Accepted,
            bad: false,
            words: Phrase::default().code(f.rule).plain(" is accepted until ").plain(format!(
                "{} by {}: {}",
                accepted.until,
                accepted.by,
                shorten(&accepted.reason, 120)
            )),
            target: f.target.clone(),
        });
    }
    let both = pair.was.zip(pair.now);
    if let Some((was, now)) = both.filter(|(was, now)| now.project.tier > was.project.tier) {
        more.push(Alert {
            kind: AlertKind::LessControl,
            bad: true,
            words: Phrase::new("the tier asks for ").strong("less control").plain(format!(
                ": {} → {}",
                was.p.tier_label(was.project.tier),
                now.p.tier_label(now.project.tier)
            )),
            target: out.target.clone(),
        });
    }
    out.alerts.append(&mut more);
}
