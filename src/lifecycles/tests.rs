//! Tests of the presets, of a portfolio's own lifecycles, and of what
//! contradicts itself in them.

use super::*;

fn with(text: &str) -> Lifecycles {
    Arc::unwrap_or_clone(crate::Nouns::load(&Config::parse(text).unwrap()).lifecycles)
}

/// The only problem of a configuration, with the text its places cover.
fn problem(text: &str) -> (String, String, Vec<String>) {
    let all = with(text).problems;
    assert_eq!(all.len(), 1, "{all:#?}");
    let slice = |span: crate::text::Span| text[span.start as usize..span.end as usize].to_owned();
    let related = all[0].related.iter().map(|(span, _)| slice(*span)).collect();
    (all[0].message.clone(), slice(all[0].span), related)
}

const PHASES: &str = "[[lifecycle.phases]]\nid = \"shape\"\ntitle = \"Shape\"\nclass = \"plan\"\ngate = { id = \"S\", title = \"Shaped\" }\n[[lifecycle.phases]]\nid = \"build\"\ntitle = \"Build\"\nclass = \"execute\"\nrepeatable = true\n";

#[test]
fn every_preset_and_the_matrix_read_without_a_problem() {
    let all = Lifecycles::load(&Config::default());
    assert!(all.problems.is_empty(), "{:#?}", all.problems);
    assert!(PRESETS.is_sorted());
    assert_eq!(all.iter().count(), PRESETS.len());
    let four = all.default().unwrap();
    assert_eq!(four.phases.len(), 4);
    assert!(four.phases.iter().all(|p| p.gate.is_some()
        && !p.manager_duties.is_empty()
        && !p.functional_duties.is_empty()));
    let charter =
        all.requirements.iter().find(|r| r.wanted == Wanted::Kind("charter".into())).unwrap();
    let need = charter.need(Class::Initiate, 2);
    assert!(need.approved && need.lite && need.level == Level::Required);
    assert_eq!(charter.need(Class::Execute, 0).level, Level::Unused);
    for preset in all.iter() {
        let classes: Vec<Class> = preset.phases.iter().map(|p| p.class).collect();
        assert!(Class::ALL.iter().all(|c| classes.contains(c)), "{}", preset.name);
        assert!(!preset.requirements.is_empty());
    }
}

#[test]
fn a_lifecycle_of_ones_own_needs_phases() {
    let config = with("[lifecycle]\npreset = \"fourphase\"\n");
    assert!(config.problems[0].help.as_deref().unwrap().contains("four-phase"));
    let all = with(PHASES);
    assert_eq!((all.problems.len(), all.default().unwrap().phases.len()), (0, 2));
    let (message, at, _) = problem("[lifecycle]\nphases = []\n");
    assert_eq!((&*message, &*at), ("the lifecycle `own` has no phases", "[]"));
    let (message, at, _) = problem("[lifecycle]\ntitle = \"X\"\n");
    assert_eq!((&*message, &*at), ("`title` belongs to phases, and there are none", "title"));
    let (message, at, _) = problem("[lifecycle.presets.empty]\ntitle = \"Empty\"\n");
    assert_eq!((&*message, &*at), ("the lifecycle `empty` has no phases", "empty"));
}

#[test]
fn a_portfolio_may_have_several_lifecycles() {
    let text = format!(
        "[lifecycle]\npreset = \"light\"\n{}",
        PHASES.replace("lifecycle.phases", "lifecycle.presets.light.phases")
    );
    let all = with(&text);
    assert!(all.problems.is_empty(), "{:#?}", all.problems);
    assert_eq!(&*all.default().unwrap().name, "light");
    assert!(all.find("prince2").is_some());
    let text = format!("[lifecycle]\nname = \"pm2\"\n{PHASES}");
    let (message, at, _) = problem(&text);
    assert_eq!((&*message, &*at), ("there is a lifecycle `pm2` already", "\"pm2\""));
}

#[test]
fn phases_may_come_several_times() {
    let all = Lifecycles::load(&Config::default());
    let prince = all.find("prince2").unwrap();
    let stage = prince.phase("stage").unwrap();
    assert_eq!(prince.locate("stage-2"), Some((stage, Some(2))));
    assert_eq!(prince.locate("Stage 12"), Some((stage, Some(12))));
    assert_eq!(prince.locate("final-stage"), Some((stage + 1, None)));
    assert_eq!(prince.locate("stage-0"), None);
    assert_eq!(prince.locate("initiating-2"), None);
    assert_eq!(prince.phases[stage].title_of(Some(2)), "Stage 2");
    assert_eq!(prince.gate("stage-boundary-1"), Some(stage));
    assert_eq!(prince.gate("board-notified-1"), None);
    let agile = all.find("agile-light").unwrap();
    assert_eq!(agile.locate("increment-3"), Some((agile.phase("deliver").unwrap(), Some(3))));
}

#[test]
fn an_activity_beside_the_phases_says_what_to_write() {
    let all = Lifecycles::load(&Config::default());
    let said = all.find("pmbok").unwrap().overlay("Monitoring").unwrap();
    assert_eq!(said, "monitoring and controlling runs alongside; use `executing`");
}

#[test]
fn words_for_roles_come_from_presets_and_portfolio() {
    let all = with("[lifecycle]\nrole-aliases = { auftraggeber = \"sponsor\" }\n");
    assert!(all.problems.is_empty(), "{:#?}", all.problems);
    let prince = all.find("prince2").unwrap();
    assert_eq!(prince.role("Executive"), Some("sponsor"));
    assert_eq!(prince.role("Auftraggeber"), Some("sponsor"));
    assert_eq!(prince.role("sponsor"), None);
    assert_eq!(all.find("pm2").unwrap().role("project owner"), Some("sponsor"));
    let (message, at, other) =
        problem("[lifecycle]\nrole-aliases = { chief = \"boss\", boss = \"sponsor\" }\n");
    assert_eq!(message, "`boss` is itself another word for a role");
    assert_eq!((&*at, other), ("\"boss\"", vec!["boss".to_owned()]));
}

#[test]
fn cells_are_given_for_one_tier_each_or_for_all() {
    for (cell, count) in [("R/R/R/R", 4), ("R@/R", 2)] {
        let text =
            format!("[[lifecycle.requirements]]\nkind = \"governance\"\nplan = \"{cell}\"\n");
        let (message, at, _) = problem(&text);
        assert_eq!(message, format!("`{cell}` gives {count} cells, for 3 tiers"));
        assert_eq!(at, format!("\"{cell}\""));
        assert!(with(&text.replace(cell, "R@ lite")).problems.is_empty());
        assert!(with(&text.replace(cell, "R@/R/-")).problems.is_empty());
    }
}

#[test]
fn words_that_are_no_role_are_told_where_they_stand() {
    let (message, at, _) = problem("[lifecycle]\nrole-aliases = { chief = \"sponsr\" }\n");
    assert_eq!((&*message, &*at), ("`sponsr` is no role", "\"sponsr\""));
    for (shape, at) in [
        ("{ tiers = [\"sponsor, sponsr\"] }", "\"sponsor, sponsr\""),
        ("[\"sponsor\", \"ops-lead|sponsr\"]", "\"ops-lead|sponsr\""),
        ("\"sponsr\"", "\"sponsr\""),
    ] {
        let text = format!("[kinds.charter]\napprovers = {shape}\n");
        let (message, place, _) = problem(&text);
        assert_eq!((&*message, &*place), ("`sponsr` is no role", at));
        let help = with(&text).problems[0].help.clone().unwrap();
        assert_eq!(help, "did you mean `sponsor`?");
    }
    let (message, ..) =
        problem("[kinds.charter]\napprovers = { tiers = [\"sponsor\", \"\", \"\", \"\"] }\n");
    assert_eq!(message, "`approvers` are given for 4 tiers, of 3");
    let own = "[lifecycle]\nrole-aliases = { chief = \"sponsor\" }\n[roles]\nauditor = \"Auditor\"\n[kinds.charter]\napprovers = [\"auditor|executive\", \"chief\"]\n";
    assert!(with(own).problems.is_empty(), "{:#?}", with(own).problems);
}

#[test]
fn a_preset_and_a_portfolio_change_the_matrix() {
    let all = with(
        "[[lifecycle.requirements]]\nkind = \"governance\"\nplan = \"R@/R@/R@\"\n[[lifecycle.requirements]]\nkind = \"privacy-note\"\nplan = \"R\"\n",
    );
    assert!(all.problems.is_empty(), "{:#?}", all.problems);
    let need = |l: Option<&Arc<Lifecycle>>, kind: &str, tier| {
        let rows = all.requirements_of(l);
        let row = rows.iter().find(|r| r.wanted == Wanted::Kind(kind.into())).unwrap();
        row.need(Class::Plan, tier)
    };
    assert!(need(all.default(), "governance", 2).approved);
    assert_eq!(need(all.default(), "privacy-note", 0).level, Level::Required);
    assert_eq!(need(all.find("prince2"), "business-case", 0).level, Level::Required);
    assert_eq!(need(all.default(), "business-case", 0).level, Level::Expected);
}

#[test]
fn what_contradicts_itself_is_told_with_both_places() {
    let (message, at, other) =
        problem(&PHASES.replace("repeatable = true", "aliases = [\"shape\"]"));
    assert_eq!(message, "phase `shape` is defined twice");
    assert_eq!((&*at, other), ("[\"shape\"]", vec!["\"shape\"".to_owned()]));
    let (message, _, other) = problem(
        &PHASES.replace("repeatable = true", "gate = { id = \"S\", title = \"Shaped again\" }"),
    );
    assert_eq!((&*message, other.len()), ("gate `S` ends two phases", 1));
    let (message, at, other) =
        problem(&PHASES.replace("class = \"execute\"", "class = \"initiate\""));
    assert_eq!(
        message,
        "phase `build` has the class initiate and follows `shape` of the class plan"
    );
    assert_eq!((&*at, other), ("\"initiate\"", vec!["\"plan\"".to_owned()]));
    let text = format!("[lifecycle]\npreset = \"pmbok\"\n{PHASES}");
    assert_eq!(problem(&text).0, "`preset` and `phases` both say what the lifecycle is");
    let text = format!("{PHASES}[[lifecycle.overlays]]\nid = \"build\"\nmessage = \"x\"\n");
    assert_eq!(problem(&text).0, "`build` is a phase and an activity beside the phases");
    let (message, at, _) = problem(&PHASES.replace("class = \"plan\"\n", ""));
    assert_eq!((&*message, &*at), ("the phase `shape` has no class", "\"shape\""));
}
