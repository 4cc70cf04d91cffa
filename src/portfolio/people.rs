//! People and roles in words.

use super::{Portfolio, Project};
use crate::text::capital;

/// A role or other slug in words: `pmo-director` → `PMO director`.
#[must_use]
pub fn role(slug: &str) -> String {
    let words: Vec<&str> = slug
        .split(['-', '_'])
        .map(|word| match word {
            "pmo" => "PMO",
            "qa" => "QA",
            word => word,
        })
        .collect();
    capital(&words.join(" "))
}

/// A person's name, or a role in words.
#[must_use]
pub fn who(p: &Portfolio, written: &str) -> String {
    let name = p.person(written);
    if name == written && is_role(written) { role(written) } else { name.to_owned() }
}

/// Whether it is written like a role (`pmo-director`) and not like a name.
#[must_use]
pub fn is_role(written: &str) -> bool {
    written.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

/// Who holds a role in a project, as the card says.
#[must_use]
pub fn holder<'a>(p: &'a Portfolio, project: &Project, slug: &str) -> Option<&'a str> {
    let card = &p.documents.get(project.card)?.fields;
    let written = match slug {
        "sponsor" => card.text("sponsor"),
        "project-manager" => card.text("project_manager"),
        other => {
            let people = card.record("people")?;
            people.text(other).or_else(|| people.texts(other).next().map(|(name, _)| name))
        }
    }?;
    Some(p.person(written))
}
