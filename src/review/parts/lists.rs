//! Words of registers, documents and sections.

use crate::review::items::{ItemChange, Sort};
use crate::review::phrase::Phrase;
use crate::review::project::ProjectReview;

/// The registers to tell, with their titles, in reading order.
pub(super) fn registers(project: &ProjectReview) -> Vec<(String, String)> {
    let mut keys: Vec<String> = Vec::new();
    for item in &project.items {
        if !keys.contains(&item.register) {
            keys.push(item.register.clone());
        }
    }
    for (key, n) in [("risks", project.stale.0), ("issues", project.stale.1)] {
        if n > 0 && !keys.iter().any(|k| k == key) {
            keys.insert(
                if key == "risks" {
                    0
                } else {
                    usize::from(keys.first().is_some_and(|k| k == "risks"))
                },
                key.to_owned(),
            );
        }
    }
    keys.into_iter().map(|k| (k.clone(), title(&k))).collect()
}

fn title(key: &str) -> String {
    match key {
        "changes" => "Change requests".into(),
        "milestones" => "Milestone register".into(),
        key => crate::text::capital(&key.replace(['-', '_'], " ")),
    }
}

pub(super) fn register(project: &ProjectReview, key: &str) -> Vec<Phrase> {
    let mut out: Vec<Phrase> =
        project.items.iter().filter(|i| i.register == key).map(item).collect();
    let stale = match key {
        "risks" => project.stale.0,
        "issues" => project.stale.1,
        _ => 0,
    };
    if stale > 0 {
        out.push(Phrase::new(format!("{stale} stale (> {} d)", project.stale.2)));
    }
    out
}

fn item(i: &ItemChange) -> Phrase {
    let lead = match i.sort {
        Sort::Added => Phrase::default().strong("new "),
        Sort::Removed => Phrase::default().strong("removed "),
        _ => Phrase::default(),
    };
    let label = format!("{} {}", i.id, i.title).trim().to_owned();
    let out = lead.link(label, i.target.clone());
    let out = if i.words.is_empty() { out } else { out.plain(": ").and(i.words.clone()) };
    match i.rewritten.first() {
        Some(what) => out.plain(", ").strong(what.clone()),
        None => out,
    }
}

pub(super) fn documents(project: &ProjectReview) -> Vec<Phrase> {
    let mut out = Vec::new();
    let mut edited = 0;
    for d in &project.documents {
        let plain = d.version.is_none() && d.state.is_none();
        if d.how == "edited" && plain {
            edited += 1;
            if edited > EDITED {
                continue;
            }
        }
        let how = Phrase::default();
        let how = if d.how == "removed" {
            how.strong("removed ")
        } else {
            how.plain(format!("{} ", d.how))
        };
        let mut line = how.link(d.path.clone(), d.target.clone());
        if let Some(was) = &d.was {
            line = line.plain(format!(" (was {was})"));
        }
        let pair = |name: &str, p: &Option<(String, String)>| {
            p.as_ref().map(|(a, b)| format!(", {name} {a} → {b}")).unwrap_or_default()
        };
        out.push(line.plain(pair("version", &d.version)).plain(pair("state", &d.state)));
    }
    if edited > EDITED {
        out.push(Phrase::new(format!("{} more edited", edited - EDITED)));
    }
    out
}

/// Most documents named of which nothing but the text changed.
const EDITED: usize = 6;

pub(super) fn sections(project: &ProjectReview) -> Vec<Phrase> {
    let mut list: Vec<_> = project.sections.iter().collect();
    list.sort_by_key(|s| s.filled);
    list.into_iter()
        .map(|s| {
            let lead =
                if s.filled { Phrase::new("filled ") } else { Phrase::default().strong("lost ") };
            lead.link(s.section.clone(), s.target.clone())
                .plain(format!(" in {} ({} → {})", s.path, s.was, s.now))
        })
        .collect()
}
