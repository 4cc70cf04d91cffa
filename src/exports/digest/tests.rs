//! The digest in every form, at the limits of each.

use super::*;
use crate::rollups::testing::{FILES, check, check_with};

const SITE: &str =
    "[book]\ntitle = \"City PMO\"\n[output.html]\nsite-url = \"https://pmo.example.org\"\n";

fn address(target: &Target) -> Option<String> {
    match target {
        Target::Project(id) => Some(format!("projects/{id}/index.html")),
        Target::Item(project, id) => Some(format!("projects/{project}/-/registers.html#{id}")),
        _ => None,
    }
}

/// Five hundred red projects with names of three hundred characters, a late
/// decision and a milestone each.
fn many(name: &str) -> String {
    let mut text = String::new();
    for n in 0..500 {
        text.push_str(&format!(
            "=== p/{n}/project.md\n---\nkind: project\nid: p{n}\ntitle: {name:?}\nstate: active\n---\n\
             === p/{n}/milestones.yaml\nmilestones:\n  - {{id: M1, name: {name:?}, baseline: 2026-04-01, key: true}}\n  - {{id: M2, name: {name:?}, baseline: 2026-03-25, actual: 2026-03-25}}\n\
             === p/{n}/decisions.yaml\ndecisions:\n  - {{id: D-1, title: {name:?}, status: requested, requested: 2026-03-01, needed_by: 2026-03-20, decider: {name:?}}}\n\
             === p/{n}/status/2026-03-20.md\n---\nkind: status\nas_of: 2026-03-20\nhealth: {{overall: green}}\n---\n\
             === p/{n}/status/2026-03-26.md\n---\nkind: status\nas_of: 2026-03-26\nhealth: {{overall: {{rag: {}, why: {name:?}}}}}\n---\n",
            if n % 2 == 0 { "red" } else { "amber" }
        ));
    }
    text
}

#[test]
fn it_says_what_is_red_what_waits_and_what_comes() {
    let checked = check_with(FILES, SITE);
    let input = Input::new(&checked, &address);
    let text = email::text(&digest(&input));
    assert!(text.starts_with("City PMO, 27 March 2026\n\nTwo projects run: one amber and one not reported. One decision waits, past\nits day.\n"), "{text}");
    assert!(text.contains("NOT REPORTED\n○ Project (not reported): no report yet"), "{text}");
    assert!(text.contains("WORSE THAN A REPORT AGO\n▲ CRM replacement (amber): Amber after green: UAT environment late"), "{text}");
    assert!(
        text.contains("D-014 Descope call recordings, Sponsor, needed\n  2026-03-25, 2 days late"),
        "{text}"
    );
    assert!(text.contains("finish now 2026-10-28, 28 days later"), "{text}");
    assert!(
        text.contains(
            "MILESTONES IN THE NEXT 14 DAYS\n• CRM replacement: 2026-04-10 M3 UAT environment"
        ),
        "{text}"
    );
    assert!(text.ends_with("\nhttps://pmo.example.org/index.html\n"));
}

#[test]
fn an_empty_book_still_makes_a_digest() {
    let checked = check("");
    let input = Input::new(&checked, &|_: &Target| None);
    assert_eq!(sentence(&input), "No projects run. No decision waits.");
    for bytes in [teams::message(&digest(&input)), slack::message(&digest(&input))] {
        serde_json::from_slice::<serde_json::Value>(&bytes).unwrap();
    }
}

#[test]
fn five_hundred_projects_with_long_names_keep_to_every_limit() {
    for letter in ["x", "変", "🚢", "\"", "<", "&", "*", "مشروع "] {
        let name = letter.repeat(300 / letter.chars().count());
        let checked = check_with(&many(&name), SITE);
        let input = Input::new(&checked, &address);
        let digest = digest(&input);
        assert_eq!(digest.sections.len(), 5, "{letter}");

        let bytes = teams::message(&digest);
        assert!(bytes.len() <= 28 * 1024, "{letter}: {}", bytes.len());
        let card: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let body = card["attachments"][0]["content"]["body"].as_array().unwrap();
        let said = |b: &serde_json::Value| b["inlines"][0]["text"].as_str().unwrap().to_owned();
        assert!(body.iter().any(|b| said(b).ends_with(" more")), "{letter}");
        assert!(body.len() > 15, "{letter}: only {} blocks", body.len());

        let bytes = slack::message(&digest);
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.chars().count() <= 13_000, "{letter}: {}", text.chars().count());
        let message: serde_json::Value = serde_json::from_str(&text).unwrap();
        let blocks = message["blocks"].as_array().unwrap();
        assert!(blocks.len() <= 50 && blocks.len() >= 7, "{letter}");
        assert_eq!(blocks[0]["type"], "header");
        assert!(blocks[0]["text"]["text"].as_str().unwrap().chars().count() <= 150);
        for block in blocks.iter().filter(|b| b["type"] == "section") {
            let words = block["text"]["text"].as_str().unwrap();
            assert!(words.chars().count() <= 3000, "{letter}: {}", words.chars().count());
        }
        assert!(text.contains("more_"), "{letter}");

        let html = email::html(&digest, "en", "ltr");
        assert!(html.len() <= email::LIMIT, "{letter}: {}", html.len());
        assert!(html.contains("more</li>"));
        for line in email::text(&digest).lines() {
            assert!(line.len() < 998, "{letter}: {}", line.len());
        }
    }
}

#[test]
fn words_of_documents_are_never_markup() {
    let title = "<!channel> <script>alert(1)</script> *b* [x](javascript:1) \u{202e}txt";
    let text = FILES.replace("title: CRM replacement", &format!("title: {title:?}"));
    let checked = check_with(&text, SITE);
    let input = Input::new(&checked, &address);
    let digest = digest(&input);
    let html = email::html(&digest, "en", "ltr");
    assert!(!html.contains("<script") && !html.contains('\u{202e}'), "{html}");
    let slack = String::from_utf8(slack::message(&digest)).unwrap();
    let slack: serde_json::Value = serde_json::from_str(&slack).unwrap();
    let sections = slack["blocks"].as_array().unwrap();
    assert!(!sections.iter().any(|b| b["text"]["text"].as_str().is_some_and(|t| t.contains("<!"))));
    let teams = String::from_utf8(teams::message(&digest)).unwrap();
    assert!(!teams.contains("\"TextBlock\""), "text blocks read markup");
}
