//! Milepost: a folder of project documents becomes a checked, linked portfolio
//! site. The pipeline, every arrow a plain function from value to value:
//!
//! 1. [`tree`] lists and reads files: a folder, or files in memory.
//! 2. [`document::read_all`] parses each by its [`kinds`] into a document or register.
//! 3. [`portfolio::assemble`] finds the projects and resolves every link once.
//! 4. [`measures::measure`] computes what rules and roll-ups share.
//! 5. [`rules::run`] finds what is wrong; roll-ups answer for the whole portfolio.
//! 6. [`site`] makes pages and hands them to a sink: `publish` puts a folder in
//!    place, `server` shows it while it is written.
//!
//! An author's mistake is a [`finding::Finding`] and never stops the run; a
//! broken machine is an [`error::Error`] and does.

pub mod assets;
pub mod cli;
pub mod config;
pub mod data;
pub mod date;
pub mod document;
pub mod error;
pub mod exports;
pub mod finding;
pub mod fix;
pub mod json_schema;
pub mod kinds;
pub mod lifecycles;
pub mod markdown;
pub mod measures;
pub mod output;
pub mod portfolio;
pub mod publish;
pub mod ratio;
pub mod reports;
pub mod review;
pub mod rollups;
pub mod rules;
pub mod scaffold;
pub mod server;
pub mod site;
pub mod table;
pub mod target;
pub mod text;
pub mod tree;

use config::Config;
use data::Problem;
use date::Date;
use finding::{Finding, Severity, Suppressed};
use measures::Measures;
use portfolio::Portfolio;
use std::sync::Arc;

/// A portfolio that was read, measured and checked.
#[derive(Debug)]
pub struct Checked {
    /// Everything known.
    pub portfolio: Portfolio,
    /// What rules and roll-ups share.
    pub measures: Measures,
    /// What was found, in report order, at the severity it is reported.
    pub findings: Vec<Finding>,
    /// What was found and is accepted by its document, in report order.
    pub suppressed: Vec<Suppressed>,
    /// The severities as configured.
    pub settings: rules::levels::Settings,
    /// Severities that `[rules]` and the command line change.
    pub changes: Vec<rules::levels::Change>,
    /// Mistakes in the tables of `book.toml` that kinds, lifecycles, rules and
    /// measures read; with any of these nothing may be published.
    pub config_problems: Vec<Problem>,
}

impl Checked {
    /// Findings in the files of a folder.
    #[must_use]
    pub fn findings_in(&self, folder: &str) -> &[Finding] {
        // They are in order of their paths; before those of the folder stand all
        // that sort before its name and a `/`.
        let before = |path: &str| path.bytes().lt(folder.bytes().chain(std::iter::once(b'/')));
        let from = match folder {
            "" => 0,
            _ => self.findings.partition_point(|f| before(&f.path)),
        };
        let rest = self.findings.get(from..).unwrap_or_default();
        let to = rest.partition_point(|f| portfolio::within(&f.path, folder));
        rest.get(..to).unwrap_or_default()
    }

    /// Findings in one file.
    #[must_use]
    pub fn findings_of(&self, path: &str) -> &[Finding] {
        let from = self.findings.partition_point(|f| *f.path < *path);
        let rest = self.findings.get(from..).unwrap_or_default();
        let to = rest.partition_point(|f| *f.path == *path);
        rest.get(..to).unwrap_or_default()
    }
}

/// What the program and `book.toml` say of kinds and lifecycles.
#[derive(Debug, Clone)]
pub struct Nouns {
    /// All kinds.
    pub kinds: Arc<kinds::Kinds>,
    /// All lifecycles and the requirement matrix.
    pub lifecycles: Arc<lifecycles::Lifecycles>,
}

impl Nouns {
    /// The shipped ones with the changes of `book.toml`.
    #[must_use]
    pub fn load(config: &Config) -> Self {
        let kinds = kinds::Kinds::load(config);
        let mut lifecycles = lifecycles::Lifecycles::load(config)
            .titled(&|name| kinds.find(name).map(|kind| kind.title.clone()));
        lifecycles.check_roles(config, &|word| kinds.roles.find(word).is_some(), &|word| {
            kinds.roles.like(word).map(str::to_owned)
        });
        Self { kinds: Arc::new(kinds), lifecycles: Arc::new(lifecycles) }
    }
}

/// Read, measure and check everything in a tree (steps 1 to 5). `levels` are
/// the severities of the command line.
///
/// # Errors
/// Something could not be read, or the command line names an unknown rule.
pub fn check(
    tree: &dyn tree::Tree,
    config: Arc<Config>,
    as_of: Date,
    levels: &[(String, Severity)],
) -> error::Result<Checked> {
    let nouns = Nouns::load(&config);
    check_by(tree, config, nouns, as_of, levels)
}

/// As [`check`], by kinds and lifecycles that have been loaded.
///
/// # Errors
/// As [`check`].
pub fn check_by(
    tree: &dyn tree::Tree,
    config: Arc<Config>,
    Nouns { kinds, lifecycles }: Nouns,
    as_of: Date,
    levels: &[(String, Severity)],
) -> error::Result<Checked> {
    let mut settings = rules::levels::Settings::load(&config);
    settings.command_line(levels).map_err(error::Error::usage)?;
    let listing = tree.list()?;
    let parsed = document::read_all(tree, listing.files, &kinds)?;
    let mut portfolio =
        portfolio::assemble(parsed, config, kinds.clone(), lifecycles.clone(), as_of);
    let measures = measures::measure(&portfolio);
    let mut earlier = std::mem::take(&mut portfolio.findings);
    earlier.extend(listing.findings);
    let (mut findings, mut suppressed) = rules::run(&portfolio, &measures, earlier, &settings);
    if let Some(rewound) = &portfolio.rewound {
        findings.retain(|f| rewound.judges(f));
        suppressed.retain(|s| rewound.judges(&s.finding));
    }
    let mut config_problems = kinds.problems.clone();
    config_problems.extend(lifecycles.problems.iter().cloned());
    config_problems.extend(measures.problems.iter().cloned());
    config_problems.append(&mut settings.problems);
    let changes = settings.changes();
    Ok(Checked { portfolio, measures, findings, suppressed, settings, changes, config_problems })
}
