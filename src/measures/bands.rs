//! Limits between green, amber and red, by tier; data that `[kpis]` may change.

use crate::config::Config;
use crate::data::field::SchemaReader;
use crate::data::{Entry, Node, Problem, Value, toml};
use crate::ratio::Ratio;
use crate::table::Rag;
use std::sync::LazyLock;

const DEFAULTS: &str = include_str!("thresholds.toml");

/// Limits of one measure, by tier from most to least control; the last holds
/// for all tiers beyond. Bounds are inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// Higher is better.
    pub higher: bool,
    green: Vec<Ratio>,
    amber: Vec<Ratio>,
    days: Vec<Ratio>,
    both: bool,
}

impl Limits {
    /// The days that go with the measure for a tier: a service level, a horizon.
    #[must_use]
    pub fn days(&self, tier: usize) -> Ratio {
        at(&self.days, tier)
    }

    /// The limit of green for a tier.
    #[must_use]
    pub fn green(&self, tier: usize) -> Ratio {
        at(&self.green, tier)
    }

    /// The limit of amber for a tier; beyond it is red.
    #[must_use]
    pub fn amber(&self, tier: usize) -> Ratio {
        at(&self.amber, tier)
    }

    /// The band of a value, on the unrounded value. Where both sides count, what
    /// lies below minus amber is amber at best.
    #[must_use]
    pub fn band(&self, value: Ratio, tier: usize) -> Rag {
        let within = |limit: Ratio| if self.higher { value >= limit } else { value <= limit };
        if within(self.green(tier)) && !(self.both && value < self.amber(tier).neg()) {
            Rag::Green
        } else if within(self.amber(tier)) || value.is_negative() && self.both {
            Rag::Amber
        } else {
            Rag::Red
        }
    }
}

fn at(limits: &[Ratio], tier: usize) -> Ratio {
    limits.get(tier).or(limits.last()).copied().unwrap_or(Ratio::ZERO)
}

/// All limits, by measure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Thresholds {
    list: Vec<(Box<str>, Limits)>,
}

/// The shipped limits: the same table for every book, read once.
static SHIPPED: LazyLock<(Thresholds, Vec<Problem>)> = LazyLock::new(|| {
    let mut all = Thresholds::default();
    let mut reader = SchemaReader::default();
    match toml::parse(DEFAULTS) {
        Ok(node) => all.lay(&node, &mut reader, true),
        Err(problem) => reader.problems.push(problem),
    }
    (all, reader.problems)
});

impl Thresholds {
    /// The shipped limits with the changes of `[kpis]`, and what was wrong there.
    #[must_use]
    pub fn load(config: &Config) -> (Self, Vec<Problem>) {
        let (mut all, problems) = SHIPPED.clone();
        let mut reader = SchemaReader { problems };
        if let Some(node) = &config.kpis {
            all.lay(node, &mut reader, false);
            all.contradictions(node, config.tiers.len(), &mut reader);
        }
        (all, reader.problems)
    }

    fn lay(&mut self, node: &Node, reader: &mut SchemaReader, new: bool) {
        for entry in node.entries() {
            let found = self.list.iter().position(|(name, _)| *name == entry.key);
            let i = match found {
                Some(i) => i,
                None if new => {
                    self.list.push((entry.key.clone(), Limits::default()));
                    self.list.len() - 1
                }
                None => {
                    let names: Vec<&str> = self.list.iter().map(|(n, _)| &**n).collect();
                    reader.unknown(entry, &names);
                    continue;
                }
            };
            for key in entry.value.entries() {
                let Some((_, limits)) = self.list.get_mut(i) else { continue };
                match &*key.key {
                    "better" => limits.higher = key.value.as_str() == Some("higher"),
                    "green" => limits.green = numbers(key, reader),
                    "amber" => limits.amber = numbers(key, reader),
                    "days" => limits.days = numbers(key, reader),
                    "both" => limits.both = key.value.as_str() == Some("true"),
                    _ => reader.unknown(key, &["better", "green", "amber", "days", "both"]),
                }
            }
        }
    }

    /// Limits of more or fewer tiers than there are, and those that leave no room
    /// between green and red.
    fn contradictions(&self, node: &Node, tiers: usize, reader: &mut SchemaReader) {
        for entry in node.entries() {
            let Some((_, limits)) = self.list.iter().find(|(name, _)| *name == entry.key) else {
                continue;
            };
            for key in ["green", "amber", "days"].iter().filter_map(|key| entry.value.get(key)) {
                let one = std::slice::from_ref(&key.value);
                let list = if let Value::List(items) = &key.value.value { items } else { one };
                if list.len() != 1 && list.len() != tiers {
                    let some = if tiers == 1 { "tier" } else { "tiers" };
                    let message =
                        format!("`{}` gives {} limits, for {tiers} {some}", key.key, list.len());
                    reader.fail(key.value.span, message, "write one for each tier, or one for all");
                }
            }
            if let Some(better) = entry.value.get("better")
                && !matches!(better.value.as_str(), Some("higher" | "lower"))
            {
                reader.fail(
                    better.value.span,
                    "`better` is neither `higher` nor `lower`",
                    "write `better = \"higher\"` or `better = \"lower\"`",
                );
            }
            let Some(at) = entry.value.get("amber").or(entry.value.get("green")) else { continue };
            let crossed = (0..tiers).find(|tier| {
                let (green, amber) = (limits.green(*tier), limits.amber(*tier));
                if limits.higher { green < amber } else { green > amber }
            });
            if let Some(tier) = crossed {
                let message = format!(
                    "green ends at {} and amber at {} in tier {}: nothing is amber",
                    limits.green(tier),
                    limits.amber(tier),
                    tier + 1
                );
                let help = if limits.higher {
                    "higher is better here: write an `amber` below `green`"
                } else {
                    "lower is better here: write an `amber` above `green`"
                };
                reader.fail(at.value.span, message, help);
            }
        }
    }

    /// The names of all measures, in the order of the shipped limits.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|(name, _)| &**name)
    }

    /// The limits of a measure; empty limits for an unknown name.
    #[must_use]
    pub fn of(&self, measure: &str) -> Limits {
        self.list
            .iter()
            .find(|(name, _)| **name == *measure)
            .map(|(_, l)| l.clone())
            .unwrap_or_default()
    }
}

fn numbers(entry: &Entry, reader: &mut SchemaReader) -> Vec<Ratio> {
    let nodes = match &entry.value.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(&entry.value),
    };
    let mut out = Vec::new();
    for node in nodes {
        match node.as_str().and_then(Ratio::parse) {
            Some(n) => out.push(n),
            None => reader.fail(
                node.span,
                format!("`{}` must be numbers", entry.key),
                "write one number for each tier: `[10, 10, 15]`",
            ),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String)> {
        let problems = Thresholds::load(&Config::parse(text).unwrap()).1;
        problems.into_iter().map(|p| (p.message, p.span.of(text).to_owned())).collect()
    }

    #[test]
    fn limits_that_contradict_each_other_are_told() {
        assert_eq!(told(""), []);
        let text = |limits: &str| format!("[kpis.schedule-variance]\n{limits}\n");
        let one = |limits: &str| {
            let mut all = told(&text(limits));
            assert_eq!(all.len(), 1, "{limits}: {all:?}");
            all.remove(0)
        };
        assert_eq!(
            one("green = [10, 20, 15]\namber = [15, 15, 20]"),
            (
                "green ends at 20 and amber at 15 in tier 2: nothing is amber".to_owned(),
                "[15, 15, 20]".to_owned()
            )
        );
        assert_eq!(one("green = 18").1, "18");
        assert_eq!(one("green = [10, 10]").0, "`green` gives 2 limits, for 3 tiers");
        assert_eq!(one("amber = [15, 15, 20, 20]").0, "`amber` gives 4 limits, for 3 tiers");
        assert_eq!(one("better = \"hgher\"").0, "`better` is neither `higher` nor `lower`");
        assert_eq!(told(&text("green = 15\namber = [15, 15, 20]")), []);
        let higher = "[kpis.milestones-on-time]\ngreen = 70\n";
        assert_eq!(told(higher).len(), 1);
        assert_eq!(told("[kpis.milestones-on-time]\ngreen = 95\namber = 90\n"), []);
    }
}
