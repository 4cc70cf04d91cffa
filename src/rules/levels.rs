//! How bad a finding is: a rule's defaults by grade and tier, changed by
//! `[rules]` per rule, tier and phase, and by the command line.

use super::{Defaults, all, find};
use crate::config::Config;
use crate::data::field::{SchemaReader, fold};
use crate::data::{Entry, Problem, Value};
use crate::finding::{Finding, Grade, Severity};
use crate::lifecycles::{Class, Lifecycles, Phase};
use crate::portfolio::Portfolio;
use crate::text::nearest;

/// Severity of one rule as configured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Override {
    all: Option<Severity>,
    small: Option<Severity>,
    tiers: Vec<(Box<str>, Severity)>,
    phases: Vec<(Box<str>, Severity)>,
}

/// A severity that is not the rule's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The rule, or the severity that stands for all rules of it.
    pub rule: String,
    /// Where it holds, in words.
    pub scope: String,
    /// The severity it sets.
    pub to: Severity,
    /// Whether the command line says so, not `book.toml`.
    pub command_line: bool,
}

/// All severities as configured.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    rules: Vec<(Box<str>, Override)>,
    command: Vec<(Box<str>, Severity)>,
    /// What was wrong in `[rules]`.
    pub problems: Vec<Problem>,
}

impl Settings {
    /// Read `[rules]`: `stale-status = "deny"`, or a table with `default`,
    /// `small`, `tiers` and `phases`.
    #[must_use]
    pub fn load(config: &Config) -> Self {
        let mut settings = Self::default();
        let mut reader = SchemaReader::default();
        let phased = config.rules.as_ref().is_some_and(|rules| {
            rules.entries().iter().any(|rule| rule.value.get("phases").is_some())
        });
        let lifecycles = phased.then(|| Lifecycles::load(config));
        for entry in config.rules.as_ref().map(crate::data::Node::entries).unwrap_or_default() {
            if find(&entry.key).is_none() {
                let help = unknown(&entry.key);
                reader.fail(entry.key_span, format!("unknown rule `{}`", entry.key), help);
                continue;
            }
            let rule = read(entry, config, lifecycles.as_ref(), &mut reader);
            settings.rules.push((entry.key.clone(), rule));
        }
        settings.problems = reader.problems;
        settings
    }

    /// Add `-D`, `-W` and `-A` of the command line, the last one first in
    /// force. A name may be a severity: `-D warn` denies all warnings.
    ///
    /// # Errors
    /// A sentence that names the unknown rule and the nearest known one.
    pub fn command_line(&mut self, names: &[(String, Severity)]) -> Result<(), String> {
        for (name, severity) in names {
            if find(name).is_none() && Severity::parse(name).is_none() {
                return Err(format!("unknown rule `{name}`; {}", unknown(name)));
            }
            self.command.push((name.as_str().into(), *severity));
        }
        Ok(())
    }

    /// Every severity that is changed: those of `[rules]` in the order written,
    /// then those of the command line.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let mut all = Vec::new();
        for (rule, set) in &self.rules {
            let mut add = |scope: String, to: Severity| {
                all.push(Change { rule: rule.to_string(), scope, to, command_line: false });
            };
            set.all.into_iter().for_each(|to| add("everywhere".into(), to));
            set.small.into_iter().for_each(|to| add("the lesser case".into(), to));
            set.tiers.iter().for_each(|(tier, to)| add(format!("tier {tier}"), *to));
            set.phases.iter().for_each(|(phase, to)| add(format!("phase {phase}"), *to));
        }
        all.extend(self.command.iter().map(|(name, to)| Change {
            rule: name.to_string(),
            scope: "this run".into(),
            to: *to,
            command_line: true,
        }));
        all
    }

    /// Whether `[rules]` or the command line keeps findings of a rule, or some
    /// of them, from being reported for a file.
    #[must_use]
    pub fn off(&self, p: &Portfolio, rule: &str, path: &str) -> bool {
        let Some(rule) = find(rule) else { return false };
        let plain = Self::default();
        let (mut all, mut some) = (true, false);
        for told in [Severity::Deny, Severity::Warn, Severity::Note] {
            let at = crate::text::Position::default();
            let span = crate::text::Span::at(0);
            let big = Finding::new(rule.name, path.into(), span, at, "").severity(told);
            for finding in [big.clone().small(), big] {
                let silent = self.severity(p, &finding) == Severity::Allow;
                all &= silent;
                some |= silent && plain.severity(p, &finding) != Severity::Allow;
            }
        }
        all || some
    }

    /// How bad a finding is.
    #[must_use]
    pub fn severity(&self, p: &Portfolio, finding: &Finding) -> Severity {
        let project = p.project_at(&finding.path);
        let tier = project.map_or(0, |pr| pr.tier);
        let mut severity = match find(finding.rule).map(|r| r.defaults) {
            Some(Defaults::Flat(severity)) => severity,
            Some(Defaults::Graded(big, small)) => {
                let by_tier = if finding.grade == Grade::Big { big } else { small };
                by_tier[tier.min(2)]
            }
            Some(Defaults::Due | Defaults::Told(_)) | None => finding.severity,
        };
        if let Some((_, rule)) = self.rules.iter().find(|(name, _)| **name == *finding.rule) {
            let tier_id = p.config.tiers.get(tier).map_or("", |t| &t.id);
            let phase = p.phase_at(&finding.path);
            let by = |list: &[(Box<str>, Severity)], key: &str| {
                list.iter().find(|(k, _)| **k == *key).map(|(_, s)| *s)
            };
            let in_phase = |phase: &Phase| {
                let named = rule.phases.iter().find(|(k, _)| is(phase, k)).map(|(_, s)| *s);
                named.or(by(&rule.phases, phase.class.name()))
            };
            let set = phase
                .and_then(in_phase)
                .or(by(&rule.tiers, tier_id))
                .or(rule.small.filter(|_| finding.grade == Grade::Small))
                .or(rule.all);
            severity = set.unwrap_or(severity);
        }
        for (name, to) in &self.command {
            if **name == *finding.rule || (Severity::parse(name) == Some(severity)) {
                severity = *to;
            }
        }
        severity
    }
}

fn unknown(name: &str) -> String {
    match nearest(name, all().map(|r| r.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`milepost explain` lists the rules".into(),
    }
}

fn read(
    entry: &Entry,
    config: &Config,
    lifecycles: Option<&Lifecycles>,
    reader: &mut SchemaReader,
) -> Override {
    let mut rule = Override::default();
    if let Value::Scalar(_) = entry.value.value {
        rule.all = severity(entry, reader);
        return rule;
    }
    for key in entry.value.entries() {
        match &*key.key {
            "default" => rule.all = severity(key, reader),
            "small" => rule.small = severity(key, reader),
            "tiers" => {
                for e in key.value.entries() {
                    if !config.tiers.iter().any(|t| *t.id == *e.key) {
                        reader.fail(
                            e.key_span,
                            format!("unknown tier `{}`", e.key),
                            "tiers are named by their ids in `[[tiers]]`",
                        );
                    }
                    rule.tiers.extend(severity(e, reader).map(|s| (e.key.clone(), s)));
                }
            }
            "phases" => {
                for e in key.value.entries() {
                    phase(e, lifecycles, reader);
                    rule.phases.extend(severity(e, reader).map(|s| (e.key.clone(), s)));
                }
            }
            _ => reader.unknown(key, &["default", "small", "tiers", "phases"]),
        }
    }
    rule
}

/// Whether a key names that phase: its id, an alias, or its title.
fn is(phase: &Phase, key: &str) -> bool {
    let key = fold(key);
    fold(&phase.id) == key
        || fold(&phase.title) == key
        || phase.aliases.iter().any(|alias| fold(alias) == key)
}

/// A phase, or a class of phases, that no lifecycle has is a mistake.
fn phase(entry: &Entry, lifecycles: Option<&Lifecycles>, reader: &mut SchemaReader) {
    let all = || lifecycles.into_iter().flat_map(Lifecycles::iter).flat_map(|l| &l.phases);
    let class = Class::ALL.iter().any(|c| c.name() == &*entry.key);
    if class || all().any(|phase| is(phase, &entry.key)) {
        return;
    }
    let own = lifecycles.and_then(Lifecycles::default).map(|l| &l.phases[..]).unwrap_or_default();
    let names: Vec<&str> = own.iter().map(|phase| &*phase.id).collect();
    let help = match nearest(&entry.key, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("phases here are {}", names.join(", ")),
    };
    reader.fail(entry.key_span, format!("unknown phase `{}`", entry.key), help);
}

fn severity(entry: &Entry, reader: &mut SchemaReader) -> Option<Severity> {
    let found = entry.value.as_str().and_then(Severity::parse);
    if found.is_none() {
        reader.fail(
            entry.value.span,
            format!("`{}` must be a severity", entry.key),
            "severities are allow, note, warn, deny",
        );
    }
    found
}
