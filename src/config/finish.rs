//! What is judged and worded once every table of `book.toml` is read.

use super::{Config, fail};
use crate::data::{Node, Problem};
use crate::text::nearest;

/// Check what needs several tables, then word every problem as one of
/// `book.toml`, whose keys are written with hyphens.
pub(super) fn finish(config: &Config, root: &Node, problems: &mut Vec<Problem>) {
    default_tier(config, root, problems);
    for problem in problems {
        problem.rule = "invalid-config";
        if let Some(help) = problem.help.as_mut().filter(|h| h.starts_with("did you mean `")) {
            *help = help.replace('_', "-");
        }
        // A message begins with the key's name in backticks.
        let name = problem.message.strip_prefix('`').and_then(|m| m.split_once("` must be "));
        if let Some((name, rest)) = name {
            problem.message = format!("`{}` must be {rest}", name.replace('_', "-"));
        }
    }
}

/// The tier of projects that state none is one of the tiers.
fn default_tier(config: &Config, root: &Node, problems: &mut Vec<Problem>) {
    let Some(id) = config.default_tier.as_deref() else { return };
    if config.tiers.is_empty() || config.tiers.iter().any(|t| t.id == id || t.label == id) {
        return;
    }
    let entry = root.get("portfolio").and_then(|e| e.value.get("default-tier"));
    let Some(entry) = entry else { return };
    let ids = || config.tiers.iter().map(|t| t.id.as_str());
    let help = match nearest(id, ids()).filter(|_| id.len() > 2) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("tiers are {}", ids().collect::<Vec<_>>().join(", ")),
    };
    problems.push(fail(entry.value.span, format!("`default-tier` names no tier: `{id}`"), help));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(text: &str) -> Vec<String> {
        Config::read(text).1.into_iter().map(|p| p.message).collect()
    }

    #[test]
    fn the_default_tier_is_one_of_the_tiers() {
        assert_eq!(
            says("[portfolio]\ndefault-tier = \"9\"\n"),
            ["`default-tier` names no tier: `9`"]
        );
        assert!(says("[portfolio]\ndefault-tier = \"3\"\n").is_empty());
        let own = "[portfolio]\ndefault-tier = \"A\"\n[[tiers]]\nid = \"A\"\nlabel = \"big\"\n";
        assert!(says(own).is_empty());
    }

    #[test]
    fn keys_are_named_as_they_are_written() {
        let found = says("[portfolio]\nas-of = \"2026_13_22\"\n");
        assert_eq!(found, ["`as-of` must be a date, not `2026_13_22`"]);
    }
}
