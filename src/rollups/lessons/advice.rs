//! Which lessons of other projects a project should read, and why.

use super::{Lesson, all, named};
use crate::measures::due::model;
use crate::portfolio::{Portfolio, Project};
use crate::table::{Cell, Column, Group, Row, Set};
use std::cmp::Reverse;

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

/// A lesson that can be offered, with what it is compared by.
struct Offer<'a> {
    lesson: Lesson<'a>,
    /// The tiers it says it is for; none: its project's.
    tiers: Vec<&'a str>,
    /// The delivery models it says it is for; none: its project's.
    models: Vec<&'a str>,
    /// The delivery model of its project.
    model: Option<&'a str>,
    tags: Vec<&'a str>,
}

/// A project, with what lessons are compared to.
struct Reader<'a> {
    project: &'a Project,
    tier: &'a str,
    model: Option<&'a str>,
    tags: Vec<&'a str>,
}

/// What a lesson and a project have in common.
struct Shared<'a> {
    tier: bool,
    model: bool,
    tags: Vec<&'a str>,
}

impl<'a> Offer<'a> {
    fn of(p: &'a Portfolio, lesson: Lesson<'a>) -> Self {
        Self {
            tiers: said(&lesson, "tiers"),
            models: said(&lesson, "models"),
            model: lesson.project.and_then(|pr| model(p, pr)),
            tags: all_tags(p, &lesson),
            lesson,
        }
    }

    /// What it shares with a project; `None` where it says that it is for others.
    fn shares(&self, with: &Reader<'_>) -> Option<Shared<'a>> {
        let tier = if self.tiers.is_empty() {
            self.lesson.project.is_some_and(|own| own.tier == with.project.tier)
        } else {
            self.tiers.contains(&with.tier).then_some(true)?
        };
        let model = match with.model {
            None => false,
            Some(own) if self.models.is_empty() => self.model == Some(own),
            Some(own) => self.models.contains(&own).then_some(true)?,
        };
        let ours = |tag: &&str| with.tags.iter().any(|own| own.eq_ignore_ascii_case(tag));
        Some(Shared { tier, model, tags: self.tags.iter().copied().filter(ours).collect() })
    }
}

impl Shared<'_> {
    fn weight(&self) -> usize {
        usize::from(self.tier) + usize::from(self.model) + self.tags.len() * ENOUGH
    }

    fn why(&self) -> String {
        let same: Vec<&str> = [(self.tier, "tier"), (self.model, "delivery model")]
            .into_iter()
            .filter_map(|(same, name)| same.then_some(name))
            .collect();
        let mut reasons = Vec::new();
        if !same.is_empty() {
            reasons.push(format!("same {}", same.join(" and ")));
        }
        if !self.tags.is_empty() {
            let noun = if self.tags.len() == 1 { "tag" } else { "tags" };
            reasons.push(format!("{noun} {}", self.tags.join(", ")));
        }
        reasons.join("; ")
    }
}

/// The lessons that can be offered, gathered once for all projects: what to
/// avoid first, then what to improve, the newest first.
pub struct Library<'a>(Vec<Offer<'a>>);

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
        lessons.sort_by(|a, b| {
            let key = |l: &Lesson<'_>| (rank(l), Reverse(l.fields.date("date")));
            key(a).cmp(&key(b)).then_with(|| a.title.cmp(b.title))
        });
        Self(lessons.into_iter().map(|l| Offer::of(p, l)).collect())
    }
}

fn rank(l: &Lesson<'_>) -> u8 {
    match l.fields.text("polarity") {
        Some("avoid") => 0,
        Some("improve") => 1,
        _ => 2,
    }
}

/// At most five lessons of other projects that are nearest to a project: the
/// same tier, delivery model and tags, what to avoid first. `None` where there
/// is none.
#[must_use]
pub fn advice(p: &Portfolio, library: &Library<'_>, pr: &Project) -> Option<Group> {
    let reader = Reader {
        project: pr,
        tier: p.config.tiers.get(pr.tier).map_or("", |t| &t.id),
        model: model(p, pr),
        tags: own_tags(p, pr),
    };
    let mut found: Vec<(usize, Shared<'_>, &Lesson<'_>)> = library
        .0
        .iter()
        .filter(|offer| offer.lesson.project.is_none_or(|other| other.id != pr.id))
        .filter_map(|offer| offer.shares(&reader).map(|shared| (shared, &offer.lesson)))
        .map(|(shared, lesson)| (shared.weight(), shared, lesson))
        .filter(|(weight, ..)| *weight >= ENOUGH)
        .collect();
    found.sort_by_key(|(weight, ..)| Reverse(*weight));
    let row = |(_, shared, l): &(usize, Shared<'_>, &Lesson<'_>)| Row {
        anchor: None,
        cells: vec![
            Cell::Text(l.fields.text("recommendation").unwrap_or_default().to_owned()),
            match l.project {
                Some(from) => Cell::Detail(Box::new(named(l)), from.title.to_string()),
                None => named(l),
            },
            Cell::Text(shared.why()),
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
