//! Health by dimension: one mark for each report, the latest one spelled out.

use crate::data::record::Record;
use crate::date::short;
use crate::measures::health::DIMENSIONS;
use crate::measures::trend;
use crate::portfolio::declared;
use crate::rollups::words::{capital, who};
use crate::site::prose::linked;
use crate::site::standing::{Standing, trend_view, why};
use crate::site::tables::Place;
use crate::site::view::project::{HealthGrid, HealthRow};
use crate::site::view::{Chip, Html, Rag, Trend};
use crate::target::Target;

/// Reports shown.
const MOST: usize = 12;

/// The grid; `None` before the first report.
pub(super) fn grid(place: &Place<'_>, s: &Standing<'_>) -> Option<HealthGrid> {
    let p = s.portfolio();
    let reports = &s.project.reports;
    let latest = reports.last()?;
    let shown = reports.len().min(MOST);
    let first = reports.get(reports.len() - shown)?;
    let document = p.documents.get(latest.document)?;
    let ever = |name: &&&str| {
        let all = reports.iter().skip(reports.len() - shown);
        all.filter_map(|r| p.documents.get(r.document)).any(|d| declared(&d.fields, name).is_some())
    };
    let rows: Vec<HealthRow> = DIMENSIONS
        .iter()
        .filter(ever)
        .map(|name| row(place, s, name, &document.fields, &document.path))
        .collect();
    let noun = if shown == 1 { "report" } else { "reports" };
    let label = format!("Report of {}", crate::date::long(latest.date));
    let caption = if s.counts() {
        "Each mark is one report; the latest is spelled out."
    } else {
        "Each mark is one report. The latest is too old to count; what it said stands beside it."
    };
    Some(HealthGrid {
        title: format!("Health, {shown} {noun}"),
        latest: Some(place.link(label, &Target::Document(document.path.clone()))),
        from: (shown > 1).then(|| place.day(first.date)),
        to: (shown > 1).then(|| place.day(latest.date)),
        rows,
        caption: caption.to_owned(),
        whole: None,
    })
}

fn row(place: &Place<'_>, s: &Standing<'_>, name: &str, report: &Record, path: &str) -> HealthRow {
    let said = declared(report, name);
    let prose = |text: &str| linked(place, s.project, path, text);
    let field = |key: &str| said.and_then(|d| d.said.text(key));
    let mark = s.dimension(name);
    let chip = match (said, s.counts()) {
        (None, _) => Chip::of(Rag::NotReported),
        (Some(was), false) => Chip {
            note: format!("was {}", was.rag.label().to_lowercase()),
            ..Chip::of(Rag::NotReported)
        },
        (Some(_), true) => Chip {
            rag: mark.rag,
            computed: mark.computed,
            note: String::new(),
            why: mark.why.clone(),
        },
    };
    let trend = if s.counts() && said.is_some() {
        trend_view(trend::of(s.portfolio(), s.project, name))
    } else {
        Trend::Unknown
    };
    HealthRow {
        label: capital(name),
        marks: crate::site::charts::marks(&s.history(name, MOST)),
        chip,
        trend,
        why: field("why").map(prose).unwrap_or_default(),
        path: prose(&way_back(s, said.map(|d| d.said))),
        data: data(s, name, said.map(|d| d.said), &prose),
    }
}

/// The path, when it is green again, and who brings it back.
fn way_back(s: &Standing<'_>, said: Option<&Record>) -> String {
    let Some(said) = said else { return String::new() };
    let mut parts = Vec::new();
    parts.extend(said.text("path").map(|t| t.trim().trim_end_matches('.').to_owned()));
    parts.extend(said.date("back_to_green").map(|d| format!("back to green {}", short(d))));
    parts.extend(said.text("owner").map(|o| who(s.portfolio(), o)));
    parts.join("; ")
}

/// What the data says where it differs, and the override that lets it stand.
fn data(s: &Standing<'_>, name: &str, said: Option<&Record>, prose: &dyn Fn(&str) -> Html) -> Html {
    let mark = s.dimension(name);
    if mark.computed.is_none() {
        return Html::default();
    }
    let computed = s.measures.health.of(name).and_then(|d| d.computed.as_ref().ok());
    let Some(mut text) = computed.map(why) else { return Html::default() };
    if let Some(kept) = said.and_then(|r| r.record("override")) {
        let by = kept.text("approved_by").map(|b| who(s.portfolio(), b));
        let reason = kept.text("reason").unwrap_or("no reason given");
        text.push_str(&format!(". Kept by {}: {reason}", by.as_deref().unwrap_or("nobody named")));
        if let Some(until) = kept.date("until") {
            text.push_str(&format!(", until {}", short(until)));
        }
    }
    prose(&text)
}
