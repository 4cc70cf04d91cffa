//! Tests of what makes an approval count.

use super::*;
use crate::rules::testing::{Fixture, portfolio};

const CHARTER: &str = "projects/crm/charter.md";
const ENTRY: &str =
    "{role: sponsor, name: \"@dokafor\", decision: approved, date: 2026-01-12, of: \"1.0\"}";

fn sponsor(fixture: &Fixture) -> Result<(), Wanting> {
    let p = fixture.portfolio();
    let project = p.project("crm").unwrap();
    let charter = Subject::Document(p.document(CHARTER).unwrap());
    let entries = of(&p, project, charter);
    let seats = seats(&p, project, &p.document(CHARTER).unwrap().kind);
    assert_eq!(seats.len(), 1);
    taken(&p, project, charter, &entries, &seats[0]).map(|_| ()).map_err(|(why, _)| why)
}

fn entry(text: &str) -> Fixture {
    portfolio().replace(CHARTER, ENTRY, text)
}

#[test]
fn an_approval_counts_for_its_version_from_its_day() {
    assert_eq!(sponsor(&portfolio()), Ok(()));
    assert_eq!(sponsor(&portfolio().as_of("2026-01-12")), Ok(()));
    let early = Err(Wanting::NotValid(Validity::Future));
    assert_eq!(sponsor(&portfolio().as_of("2026-01-11")), early);
    let other = entry(&ENTRY.replace("1.0", "0.9"));
    assert_eq!(sponsor(&other), Err(Wanting::NotValid(Validity::OtherVersion)));
    assert_eq!(sponsor(&entry(&ENTRY.replace("1.0", "v1.0"))), Ok(()));
    let bare = entry(&ENTRY.replace(", of: \"1.0\"", ""));
    assert_eq!(sponsor(&bare), Err(Wanting::NotValid(Validity::NoVersion)));
    let undated = entry(&ENTRY.replace(", date: 2026-01-12", ""));
    assert_eq!(sponsor(&undated), Err(Wanting::NotValid(Validity::NoDate)));
}

#[test]
fn decisions_other_than_approval_do_not_count() {
    for (word, counts) in [
        ("approved-with-conditions", Ok(())),
        ("not-required", Ok(())),
        ("rejected", Err(Wanting::NotValid(Validity::Rejected))),
        ("pending", Err(Wanting::NotValid(Validity::Pending))),
    ] {
        let said = ENTRY.replace("decision: approved", &format!("decision: {word}"));
        assert_eq!(sponsor(&entry(&said)), counts, "{word}");
    }
    assert_eq!(sponsor(&entry("{role: auditor}")), Err(Wanting::Nobody));
}

#[test]
fn the_approver_must_hold_the_role() {
    let lopez = entry(&ENTRY.replace("@dokafor", "@mlopez"));
    assert_eq!(sponsor(&lopez), Err(Wanting::Unauthorised));
    // The card names the sponsor by name, the entry by handle.
    let named = entry(&ENTRY.replace("@dokafor", "Dana Okafor"));
    assert_eq!(sponsor(&named), Ok(()));
    let p = portfolio().portfolio();
    let project = p.project("crm").unwrap();
    assert_eq!(holds(&p, project, "@mlopez", "auditor"), Some(false));
    assert_eq!(holds(&p, project, "Stranger", "auditor"), None);
    assert!(known(&p, project, "Dana Okafor") && !known(&p, project, "@ghost"));
}

#[test]
fn other_words_for_a_role_count() {
    assert_eq!(sponsor(&entry(&ENTRY.replace("sponsor", "Executive"))), Ok(()));
    let own = entry(&ENTRY.replace("sponsor", "auftraggeber"))
        .config("[lifecycle]\nrole-aliases = { auftraggeber = \"sponsor\" }\n");
    assert_eq!(sponsor(&own), Ok(()));
}

#[test]
fn one_of_several_roles_will_do() {
    let config = "[kinds.charter]\napprovers = { tiers = [\"auditor|sponsor\"] }\n";
    assert_eq!(sponsor(&portfolio().config(config)), Ok(()));
}

#[test]
fn the_author_does_not_count_where_duties_are_kept_apart() {
    let own = portfolio().replace(CHARTER, "author: \"@mlopez\"", "author: \"@dokafor\"");
    assert_eq!(sponsor(&own), Ok(()));
    let card = "projects/crm/project.md";
    let regulated = own.replace(card, "tier: 3", "tier: 3\nregulated: true");
    assert_eq!(sponsor(&regulated), Err(Wanting::Author));
}
