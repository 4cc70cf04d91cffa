//! Where a project stands: phase, state, tier, people, gates.

use super::fields::{Difference, differences};
use super::pairs::{Here, Pair};
use super::{Context, Phrase};
use crate::portfolio::gates::{decided, shown};
use crate::rollups::Context as Rollup;
use crate::rollups::gates::readiness::{Verdict, readiness};
use crate::target::Target;
use serde::Serialize;

/// Something of the project itself that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// What: `phase`, `state`, `tier`, `sponsor`.
    pub what: String,
    /// What it was.
    pub was: Option<String>,
    /// What it is.
    pub now: Option<String>,
}

/// A gate that was decided, or whose readiness changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateChange {
    /// Its id.
    pub gate: String,
    /// What happened, in words.
    pub words: Phrase,
    /// It was won, where something was decided.
    pub won: Option<bool>,
    /// Where it is shown.
    #[serde(skip)]
    pub target: Option<Target>,
}

/// Facts of the card that other parts tell, or that are no facts of control.
const TOLD: &[&str] = &[
    "kind",
    "id",
    "title",
    "summary",
    "phase",
    "state",
    "tier",
    "budget",
    "start",
    "finish",
    "allow",
    "next_report",
];

/// The critical path of the newest report.
pub(super) fn critical_path(here: Here<'_>) -> Option<String> {
    let ids: Vec<&str> = here.report()?.fields.texts("critical_path").map(|(id, _)| id).collect();
    (!ids.is_empty()).then(|| ids.join(", "))
}

/// Phase, state, tier and what the card says.
pub(super) fn turns(pair: &Pair<'_>) -> Vec<Turn> {
    let (Some(was), Some(now)) = (pair.was, pair.now) else { return Vec::new() };
    let mut out = Vec::new();
    let mut add = |what: &str, was: Option<String>, now: Option<String>| {
        if was != now {
            out.push(Turn { what: what.to_owned(), was, now });
        }
    };
    let text = |t: &str| Some(t.to_owned());
    add("title", text(&was.project.title), text(&now.project.title));
    add("id", text(&was.project.id), text(&now.project.id));
    add("folder", text(&was.project.folder), text(&now.project.folder));
    let state = |h: Here<'_>| Some(h.project.state.name().replace('-', " "));
    add("state", state(was), state(now));
    add("phase", was.project.phase_title(), now.project.phase_title());
    let tier = |h: Here<'_>| Some(h.p.tier_label(h.project.tier));
    add("tier", tier(was), tier(now));
    let days = |h: Here<'_>| Some(crate::text::counted(h.project.cadence, "day"));
    add("reports every", days(was), days(now));
    if was.report().is_some() && now.report().is_some() {
        add("critical path", critical_path(was), critical_path(now));
    }
    if let (Some(a), Some(b)) = (was.card(), now.card()) {
        for Difference { field, was, now } in differences(now.p, &a.fields, &b.fields, TOLD) {
            if field != "report_every" {
                add(&field.replace('_', " "), was, now);
            }
        }
    }
    out
}

/// Gates decided since, records that are gone, and readiness that changed.
pub(super) fn gates(context: &Context<'_>, pair: &Pair<'_>) -> Vec<GateChange> {
    let Some(now) = pair.now else { return Vec::new() };
    let mut out = Vec::new();
    let before = pair.was.map(|w| decided(w.p, w.project)).unwrap_or_default();
    let after = decided(now.p, now.project);
    let name =
        |fields: &crate::data::record::Record| fields.text("gate").unwrap_or("gate").to_owned();
    for gate in &after {
        let fields = &gate.document.fields;
        let earlier = context.files.was(&gate.document.path);
        let old = before.iter().find(|b| Some(&b.document.path) == earlier);
        let word = |d: &crate::document::Document| {
            d.fields.text("decision").unwrap_or("decided").replace('-', " ")
        };
        let same = old.is_some_and(|o| o.go == gate.go && word(o.document) == word(gate.document));
        if same {
            continue;
        }
        let day = gate.date.map_or(String::new(), |d| format!(" on {d}"));
        let conditions = fields.list("conditions").len();
        let with = if conditions > 0 {
            format!(", {}", crate::text::counted(conditions, "condition"))
        } else {
            String::new()
        };
        let was = old.map_or(String::new(), |o| format!(" (was {})", word(o.document)));
        let unsigned = if !gate.go && word(gate.document).starts_with("go") {
            ", not approved yet"
        } else {
            ""
        };
        out.push(GateChange {
            gate: name(fields),
            words: Phrase::default()
                .strong(word(gate.document))
                .plain(format!("{day}{with}{was}{unsigned}")),
            won: Some(gate.go),
            target: Some(Target::Document(gate.document.path.clone())),
        });
    }
    for gone in before.iter().filter(|b| context.files.now(&b.document.path).is_none()) {
        let decision = gone.document.fields.text("decision").unwrap_or("decided").replace('-', " ");
        out.push(GateChange {
            gate: name(&gone.document.fields),
            words: Phrase::default()
                .strong("its record was removed")
                .plain(format!(" (was {decision})")),
            won: Some(false),
            target: None,
        });
    }
    out.extend(ready(context, pair));
    out
}

/// How ready the project is for the gate it stands before, where that changed.
fn ready(context: &Context<'_>, pair: &Pair<'_>) -> Option<GateChange> {
    let (was, now) = (pair.was?, pair.now?);
    let phase = shown(now.project)?;
    if shown(was.project) != Some(phase) {
        return None;
    }
    let (base, head) = (Rollup::of(context.base.checked), Rollup::of(context.head.checked));
    let (before, after) =
        (readiness(&base, was.project, phase)?, readiness(&head, now.project, phase)?);
    let (a, b) = (before.counted(), after.counted());
    if a == b && before.verdict() == after.verdict() {
        return None;
    }
    let turned = (before.verdict() == Verdict::NotReady) != (after.verdict() == Verdict::NotReady);
    let words = Phrase::new(format!("{} of {} → {} of {} requirements met", a.0, a.1, b.0, b.1));
    let words = if turned {
        words.plain(", ").strong(after.verdict().words().to_lowercase())
    } else {
        words.plain(format!(", {}", after.verdict().words().to_lowercase()))
    };
    Some(GateChange {
        gate: after.gate.id.to_string(),
        words,
        won: None,
        target: Some(Target::Gate(now.project.id.clone())),
    })
}
