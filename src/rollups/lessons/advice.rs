//! Which lessons of other projects a project should read, and why.

use super::{Lesson, all, named};
use crate::measures::due::model;
use crate::portfolio::{Portfolio, Project};
use crate::table::{Cell, Column, Group, Row, Set};

/// Lessons offered.
const MOST: usize = 5;
/// What two have in common must weigh at least so much: a tag, or tier and
/// delivery model.
const ENOUGH: usize = 2;

/// What a lesson says it applies to.
fn said<'a>(l: &Lesson<'a>, name: &str) -> Vec<&'a str> {
    l.fields
        .record("applies_to")
        .map(|r| r.texts(name).map(|(text, _)| text).collect())
        .unwrap_or_default()
}

/// Tags of a project: those of its card.
fn own_tags<'a>(p: &'a Portfolio, pr: &Project) -> Vec<&'a str> {
    let card = p.documents.get(pr.card);
    card.map(|d| d.fields.texts("tags").map(|(text, _)| text).collect()).unwrap_or_default()
}

/// Labels of the tiers a lesson is for: what it says, else its project's.
pub(super) fn tiers(p: &Portfolio, l: &Lesson<'_>) -> Vec<Option<String>> {
    let written = said(l, "tiers");
    if written.is_empty() {
        return vec![l.project.map(|pr| p.tier_label(pr.tier))];
    }
    let label = |id: &str| {
        let known = p.config.tiers.iter().find(|t| t.id == id);
        known.map_or_else(|| id.to_owned(), crate::config::Tier::show)
    };
    written.into_iter().map(|id| Some(label(id))).collect()
}

/// The delivery models a lesson is for: what it says, else its project's.
pub(super) fn models(p: &Portfolio, l: &Lesson<'_>) -> Vec<Option<String>> {
    let written = said(l, "models");
    if written.is_empty() {
        return vec![l.project.and_then(|pr| model(p, pr)).map(str::to_owned)];
    }
    written.into_iter().map(|m| Some(m.to_owned())).collect()
}

/// Its own tags and those it says it is for.
pub(super) fn tags(p: &Portfolio, l: &Lesson<'_>) -> Vec<Option<String>> {
    all_tags(p, l).into_iter().map(|t| Some(t.to_owned())).collect()
}

fn all_tags<'a>(p: &'a Portfolio, l: &Lesson<'a>) -> Vec<&'a str> {
    let mut tags = said(l, "tags");
    tags.extend(l.fields.texts("tags").map(|(text, _)| text));
    if tags.is_empty() {
        tags.extend(l.project.map(|pr| own_tags(p, pr)).unwrap_or_default());
    }
    tags.sort_unstable();
    tags.dedup();
    tags
}

/// How near a lesson is to a project, with the reasons in words; `None` where
/// it says that it is for others.
fn nearness(p: &Portfolio, l: &Lesson<'_>, pr: &Project) -> Option<(usize, String)> {
    let mut reasons = Vec::new();
    let mut weight = 0;
    let tier = p.config.tiers.get(pr.tier).map_or("", |t| &t.id);
    let written = said(l, "tiers");
    let same = if written.is_empty() {
        l.project.is_some_and(|other| other.tier == pr.tier)
    } else if written.contains(&tier) {
        true
    } else {
        return None;
    };
    if same {
        weight += 1;
        reasons.push("tier".to_owned());
    }
    if let Some(own) = model(p, pr) {
        let written = said(l, "models");
        let same = if written.is_empty() {
            l.project.and_then(|other| model(p, other)) == Some(own)
        } else if written.contains(&own) {
            true
        } else {
            return None;
        };
        if same {
            weight += 1;
            reasons.push("delivery model".to_owned());
        }
    }
    let ours = own_tags(p, pr);
    let shared: Vec<&str> = all_tags(p, l)
        .into_iter()
        .filter(|tag| ours.iter().any(|own| own.eq_ignore_ascii_case(tag)))
        .collect();
    weight += shared.len() * ENOUGH;
    let mut why =
        if reasons.is_empty() { String::new() } else { format!("same {}", reasons.join(" and ")) };
    if !shared.is_empty() {
        let join = if why.is_empty() { "" } else { "; " };
        let noun = if shared.len() == 1 { "tag" } else { "tags" };
        why.push_str(&format!("{join}{noun} {}", shared.join(", ")));
    }
    (weight >= ENOUGH).then_some((weight, why))
}

/// The lessons that can be offered, gathered once for all projects.
pub struct Library<'a>(Vec<Lesson<'a>>);

impl std::fmt::Debug for Library<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Library").field(&self.0.len()).finish()
    }
}

impl<'a> Library<'a> {
    /// Those of a portfolio that recommend something and are not retired.
    #[must_use]
    pub fn of(p: &'a Portfolio) -> Self {
        let mut lessons = all(p);
        lessons.retain(|l| {
            l.fields.text("status") != Some("retired") && l.fields.has("recommendation")
        });
        Self(lessons)
    }
}

/// At most five lessons of other projects that are nearest to a project: the
/// same tier, delivery model and tags, what to avoid first. `None` where there
/// is none.
#[must_use]
pub fn advice(p: &Portfolio, library: &Library<'_>, pr: &Project) -> Option<Group> {
    let mut found: Vec<(usize, String, &Lesson<'_>)> = library
        .0
        .iter()
        .filter(|l| l.project.is_none_or(|other| other.id != pr.id))
        .filter_map(|l| nearness(p, l, pr).map(|(weight, why)| (weight, why, l)))
        .collect();
    let rank = |l: &Lesson<'_>| match l.fields.text("polarity") {
        Some("avoid") => 0,
        Some("improve") => 1,
        _ => 2,
    };
    found.sort_by_key(|(weight, _, l)| {
        let newest = std::cmp::Reverse(l.fields.date("date"));
        (std::cmp::Reverse(*weight), rank(l), newest, l.title.to_owned())
    });
    let row = |(_, why, l): &(usize, String, &Lesson<'_>)| Row {
        anchor: None,
        cells: vec![
            Cell::Text(l.fields.text("recommendation").unwrap_or_default().to_owned()),
            match l.project {
                Some(from) => Cell::Detail(Box::new(named(l)), from.title.to_string()),
                None => named(l),
            },
            Cell::Text(why.clone()),
        ],
        muted: false,
    };
    let rows: Vec<Row> = found.iter().take(MOST).map(row).collect();
    (!rows.is_empty()).then(|| Group {
        key: "advice".into(),
        title: "Lessons for this project".into(),
        note: "What other projects of its kind learned, the nearest first.".into(),
        caption: "Lessons of other projects that are near to this one, and why".into(),
        empty: String::new(),
        columns: vec![
            Column::new("recommendation", "What to do", Set::Wide),
            Column::new("lesson", "Lesson", Set::Text),
            Column::new("why", "Why", Set::Text),
        ],
        rows,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, line};
    use super::{Library, advice};

    fn card(id: &str, tier: u8, model: &str, tags: &str) -> String {
        format!(
            "=== {id}/project.md\n---\nkind: project\nid: {id}\ntitle: {id}\ntier: {tier}\ndelivery_model: {model}\ntags: [{tags}]\nstate: active\n---\n"
        )
    }

    fn lesson(project: &str, n: usize, more: &str) -> String {
        format!(
            "=== {project}/lessons/L-00{n}.md\n---\nkind: lesson\nid: L-00{n}\ndate: 2026-02-0{n}\npolarity: improve\nrecommendation: Do {n}\n{more}---\n# Lesson {n}\n"
        )
    }

    fn offered(files: &str) -> Vec<String> {
        let checked = check(files);
        let pr = checked.portfolio.project("crm").unwrap();
        advice(&checked.portfolio, &Library::of(&checked.portfolio), pr)
            .map(|g| g.rows.iter().map(line).collect())
            .unwrap_or_default()
    }

    #[test]
    fn tier_model_and_tags_bring_a_lesson_and_its_own_are_left_out() {
        let cards = card("crm", 1, "hybrid", "payments, web")
            + &card("erp", 1, "hybrid", "")
            + &card("far", 3, "agile", "Payments");
        let files = cards
            + &lesson("erp", 1, "")
            + &lesson("far", 2, "")
            + &lesson("crm", 3, "")
            + &lesson("erp", 4, "applies_to: {tiers: [2]}\n")
            + &lesson("erp", 5, "applies_to: {models: [agile]}\n")
            + &lesson("erp", 6, "status: retired\n")
            + &lesson("erp", 7, "applies_to: {tags: [web, payments]}\n");
        assert_eq!(
            offered(&files),
            [
                "Do 7 | Lesson 7 (erp) | same tier and delivery model; tags payments, web",
                "Do 2 | Lesson 2 (far) | tag Payments",
                "Do 1 | Lesson 1 (erp) | same tier and delivery model",
            ]
        );
    }

    #[test]
    fn the_same_tier_alone_is_not_enough_and_five_are_the_most() {
        let near = card("crm", 1, "hybrid", "") + &card("erp", 1, "agile", "");
        assert!(offered(&(near + &lesson("erp", 1, ""))).is_empty());
        let many = card("crm", 1, "hybrid", "") + &card("erp", 1, "hybrid", "");
        let lessons: String = (1..=7).map(|n| lesson("erp", n, "")).collect();
        let offered = offered(&(many + &lessons));
        assert_eq!(offered.len(), 5);
        assert!(offered[0].starts_with("Do 7"), "the newest first");
    }
}
