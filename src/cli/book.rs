//! The book a command works on: `book.toml` read and sound, its source folder
//! opened, its as-of date known.

mod before;
mod revision;
mod ways;

use super::arguments::Reading;
use super::baseline;
use super::furniture;
use super::stop::Stop;
use super::terminal::{Terminal, variable};
use crate::config::Config;
use crate::data::{Problem, toml};
use crate::date::{self, Date};
use crate::document;
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, Key, Severity, order, sort};
use crate::measures::bands::Thresholds;
use crate::publish::Protected;
use crate::reports::baseline::Compared;
use crate::reports::{self, Report};
use crate::site::theme::Theme;
use crate::text::{LineIndex, Source, Span, visible};
use crate::tree::{self, DiskTree, Limits, Tree};
use crate::{Checked, Nouns, fix, rules};
pub(super) use before::{Before, Beside};
pub(super) use revision::Sources;
use revision::renamed;
use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use ways::{prefix, ways};

/// The name of the configuration.
const CONFIG: &str = "book.toml";

/// A book that can be read.
#[derive(Debug)]
pub(super) struct Book {
    /// Its folder, as the user named it.
    pub(super) root: PathBuf,
    /// What messages call its `book.toml`.
    name: Arc<str>,
    /// What `book.toml` says.
    pub(super) config: Arc<Config>,
    /// Its kinds and lifecycles.
    pub(super) nouns: Nouns,
    /// Its source folder.
    pub(super) tree: Sources,
    /// The "today" of the run.
    pub(super) as_of: Date,
    /// The text of `book.toml`.
    pub(super) text: String,
    /// Files of the theme whose names look misspelt.
    slips: Vec<Problem>,
}

/// What pages are dressed in.
pub(super) struct Furniture {
    /// The theme, compiled.
    pub(super) theme: Theme,
    /// Stylesheets and scripts of the user's own, by the name `book.toml` gives.
    pub(super) extra: Vec<(String, Vec<u8>)>,
}

/// Why a book cannot be read.
pub(super) enum Refusal {
    /// Mistakes in `book.toml`, with its text.
    Mistakes(Vec<Finding>, String),
    /// Anything else.
    Error(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Book {
    /// Read `book.toml` in the folder `root` and open its sources.
    pub(super) fn open(root: &Path, as_of: Option<Date>) -> std::result::Result<Self, Refusal> {
        let text = text(root)?;
        let (mut config, mut problems) = Config::read(&text);
        let nouns = Nouns::load(&config);
        problems.extend(tables(&config, &nouns));
        problems.extend(furniture::output(root, &config, &text));
        let opened = DiskTree::open_beneath(root, Path::new(&config.src), &limits(&config));
        let tree = match opened {
            Ok(tree) => Some(tree),
            Err(error) if error.kind == ErrorKind::Usage => {
                // A wrong type of `src` has been reported already.
                let known = problems.iter().any(|p| p.message.contains("`src`"));
                problems.extend((!known).then(|| source_problem(&text, error)));
                None
            }
            Err(error) => return Err(error.into()),
        };
        let (Some(tree), true) = (tree, problems.is_empty()) else {
            // All that is wrong is told in one run.
            problems.extend(furniture::gather(root, &config, &text)?.problems);
            return Err(Refusal::Mistakes(findings(&text, problems, Severity::Deny), text));
        };
        let as_of = day(as_of, &mut config)?;
        Ok(Self {
            root: root.to_path_buf(),
            name: CONFIG.into(),
            config: Arc::new(config),
            nouns,
            tree: Sources::Folder(tree),
            as_of,
            text,
            slips: Vec::new(),
        })
    }

    /// Open the book a command line names; mistakes in `book.toml` are shown
    /// where the command shows its findings.
    pub(super) fn open_or_show(
        reading: &Reading,
        terminal: Terminal,
        place: Place,
    ) -> std::result::Result<Self, Stop> {
        Self::open(&reading.dir, reading.as_of)
            .map_err(|refusal| refused(refusal, reading, terminal, place))
    }

    /// Read, measure and check the book.
    ///
    /// # Errors
    /// As [`crate::check`]; mistakes in tables of `book.toml` come as the
    /// findings of [`Checked::config_problems`].
    pub(super) fn check(&self, levels: &[(String, Severity)]) -> Result<Checked> {
        let (config, nouns) = (self.config.clone(), self.nouns.clone());
        let mut checked = crate::check_by(&self.tree, config, nouns, self.as_of, levels)?;
        fix::suggest(&mut checked, &self.tree);
        let notes = self.config.notes.iter().chain(&self.slips).cloned().collect();
        checked.findings.extend(findings(&self.text, notes, Severity::Note));
        order(&mut checked.findings);
        Ok(checked)
    }

    /// Show what was found; the exit status that goes with it.
    pub(super) fn show(
        &self,
        checked: &Checked,
        reading: &Reading,
        terminal: Terminal,
        place: Place,
    ) -> std::result::Result<u8, Stop> {
        self.show_beside(checked, reading, terminal, place, &Beside::default())
    }

    /// As [`Book::show`], beside what is known from elsewhere than a baseline.
    pub(super) fn show_beside(
        &self,
        checked: &Checked,
        reading: &Reading,
        terminal: Terminal,
        place: Place,
        beside: &Beside,
    ) -> std::result::Result<u8, Stop> {
        if !checked.config_problems.is_empty() {
            let problems = checked.config_problems.clone();
            let mistakes = findings(&self.text, problems, Severity::Deny);
            show_mistakes(&mistakes, &self.text, reading, terminal, place)?;
            return Ok(2);
        }
        let portfolio = &checked.portfolio;
        let read = |path: &str| self.text_of(path, checked);
        let (here, repository) = ways(&self.root, &self.config.src);
        let mut findings = Cow::Borrowed(&checked.findings);
        let mut compared = Vec::new();
        if let Some(named) = &reading.baseline {
            let file = baseline::place(named.as_ref(), &self.root)?;
            let unseen = |key: &Key| baseline::unseen(checked, key);
            compared.push(baseline::read(&file)?.compare(findings.to_mut(), unseen));
        }
        compared.extend(
            beside.since.as_ref().map(|s| s.compare(findings.to_mut(), checked, &self.tree)),
        );
        if beside.new_only {
            compared = compared.into_iter().map(Compared::new_only).collect();
        }
        let denied = findings.iter().any(|f| f.severity == Severity::Deny);
        if terminal.quiet {
            findings.to_mut().retain(|finding| finding.severity > Severity::Note);
        }
        let report = Report {
            findings: &findings,
            suppressed: if beside.new_only { &[] } else { &checked.suppressed },
            compared: &compared,
            here: &here,
            repository: &repository,
            read: &read,
            colour: place.colour(terminal),
            as_of: self.as_of,
            checked: Some((portfolio.documents.len(), portfolio.projects.len())),
        };
        place.write(terminal, |out| write(&report, reading, out))?;
        Ok(u8::from(denied))
    }

    /// The theme, compiled, and the stylesheets and scripts that `book.toml`
    /// adds to every page. Files of the theme that look misspelt are told with
    /// the findings of [`Book::check`].
    ///
    /// # Errors
    /// Something that `book.toml` names is not there, at its place; a template
    /// is wrong (usage), or a file could not be read.
    pub(super) fn furnish(&mut self) -> std::result::Result<Furniture, Refusal> {
        let found = furniture::gather(&self.root, &self.config, &self.text)?;
        if !found.problems.is_empty() {
            let mistakes = findings(&self.text, found.problems, Severity::Deny);
            return Err(Refusal::Mistakes(mistakes, self.text.clone()));
        }
        self.slips = found.slips;
        let theme = match found.folder {
            Some((folder, files)) => Theme::new(&folder, &files),
            None => {
                let name = self.config.html.theme.as_deref().unwrap_or("default");
                Theme::built_in(name).unwrap_or_else(Theme::embedded)
            }
        };
        Ok(Furniture { theme: theme?, extra: found.extra })
    }

    /// Take another theme than `book.toml` names.
    pub(super) fn use_theme(&mut self, name: &str) {
        Arc::make_mut(&mut self.config).html.theme = Some(name.to_owned());
    }

    /// As [`Book::furnish`]; mistakes are shown where the command shows its
    /// findings.
    pub(super) fn furnish_or_show(
        &mut self,
        reading: &Reading,
        terminal: Terminal,
        place: Place,
    ) -> std::result::Result<Furniture, Stop> {
        self.furnish().map_err(|refusal| refused(refusal, reading, terminal, place))
    }

    fn theme_folder(&self) -> Option<&str> {
        furniture::theme_folder(&self.config)
    }

    /// The mistakes that [`Book::check`] found in `book.toml`.
    pub(super) fn mistakes(&self, checked: &Checked) -> Refusal {
        let problems = checked.config_problems.clone();
        let mistakes = findings(&self.text, problems, Severity::Deny);
        Refusal::Mistakes(renamed(mistakes, &self.name), self.text.clone())
    }

    /// What the site is made from beside `book.toml`.
    pub(super) fn inputs(&self) -> Vec<PathBuf> {
        let html = &self.config.html;
        let files = html.additional_css.iter().chain(&html.additional_js).map(String::as_str);
        std::iter::once(self.config.src.as_str())
            .chain(self.theme_folder())
            .chain(files)
            .map(|path| self.root.join(path))
            .collect()
    }

    /// What a book that cannot be opened would be made from, as far as it is
    /// known.
    pub(super) fn named_inputs(root: &Path) -> Vec<PathBuf> {
        let Ok(text) = text(root) else { return Vec::new() };
        let config = Config::read(&text).0;
        let theme = furniture::theme_folder(&config);
        std::iter::once(&*config.src).chain(theme).map(|path| root.join(path)).collect()
    }

    /// A path of `src` as seen from the working folder.
    pub(super) fn shown(&self, path: &str) -> String {
        format!("{}{path}", prefix(&self.root, &self.config.src))
    }

    /// Where the site goes.
    pub(super) fn output(&self, dest_dir: Option<&Path>) -> PathBuf {
        let out =
            dest_dir.map_or_else(|| self.root.join(&self.config.build_dir), Path::to_path_buf);
        let out: PathBuf = out.components().filter(|part| *part != Component::CurDir).collect();
        if out.as_os_str().is_empty() { PathBuf::from(".") } else { out }
    }

    /// What the site must not be put over.
    pub(super) fn protected(&self) -> Protected {
        let home = variable("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        let theme = self.theme_folder().map(|folder| self.root.join(folder));
        let src = self.root.join(&self.config.src);
        Protected::book(&self.root, &src, theme.as_deref(), home.as_deref())
    }

    /// The text of a file that findings speak of, unless it has changed since.
    fn text_of(&self, path: &str, checked: &Checked) -> Option<String> {
        if path == CONFIG {
            return Some(self.text.clone());
        }
        let source = Source::decode(path.into(), self.tree.read(path).ok()?).ok()?;
        let portfolio = &checked.portfolio;
        let digest = portfolio.document(path).map(|document| document.digest).or_else(|| {
            portfolio.registers.iter().find(|r| &*r.path == path).map(|register| register.digest)
        });
        digest.is_none_or(|digest| digest == source.digest).then_some(source.text)
    }
}

/// Where findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// They are the result: standard output.
    Output,
    /// They are talk beside the result: standard error.
    Talk,
}

impl Place {
    fn colour(self, terminal: Terminal) -> bool {
        if self == Self::Output { terminal.colour } else { terminal.colour_talk }
    }

    fn write(
        self,
        terminal: Terminal,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> std::result::Result<(), Stop> {
        if self == Self::Output {
            return terminal.result(write);
        }
        terminal.talk(write);
        Ok(())
    }
}

fn refused(refusal: Refusal, reading: &Reading, terminal: Terminal, place: Place) -> Stop {
    match refusal {
        Refusal::Error(error) => error.into(),
        Refusal::Mistakes(mistakes, text) => {
            let shown = show_mistakes(&mistakes, &text, reading, terminal, place);
            shown.err().unwrap_or(Stop::Status(2))
        }
    }
}

fn show_mistakes(
    mistakes: &[Finding],
    text: &str,
    reading: &Reading,
    terminal: Terminal,
    place: Place,
) -> std::result::Result<(), Stop> {
    let colour = place.colour(terminal);
    place.write(terminal, |out| report_mistakes(mistakes, text, reading, colour, out))
}

/// Write the mistakes of `book.toml`, whose text is given.
pub(super) fn report_mistakes(
    mistakes: &[Finding],
    text: &str,
    reading: &Reading,
    colour: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let read = |path: &str| path.ends_with(CONFIG).then(|| text.to_owned());
    let (here, repository) = ways(&reading.dir, "");
    let report = Report {
        findings: mistakes,
        suppressed: &[],
        compared: &[],
        here: &here,
        repository: &repository,
        read: &read,
        colour,
        as_of: reading.as_of.unwrap_or_default(),
        checked: None,
    };
    write(&report, reading, out)
}

fn write(report: &Report<'_>, reading: &Reading, out: &mut dyn Write) -> io::Result<()> {
    reports::find(&reading.format).map_or(Ok(()), |format| (format.write)(report, out))
}

/// The text of `book.toml` in the folder `root`.
fn text(root: &Path) -> std::result::Result<String, Refusal> {
    let Some(bytes) = tree::read_file(root, CONFIG)? else {
        let shown = visible(&root.display().to_string());
        let folder = if shown == "." { "this folder".into() } else { format!("`{shown}`") };
        let error = Error::usage(format!("there is no `book.toml` in {folder}"));
        let help = "name the folder of a book, or begin one with `milepost init`";
        return Err(error.help(help).into());
    };
    decoded(bytes)
}

fn decoded(bytes: Vec<u8>) -> std::result::Result<String, Refusal> {
    let source = Source::decode(CONFIG.into(), bytes).map_err(|e| {
        let finding = Finding::new("not-utf8", CONFIG.into(), e.span, e.at, e.message);
        Refusal::Mistakes(vec![finding.help(e.help)], String::new())
    })?;
    Ok(source.text)
}

/// Mistakes in the tables that other modules read.
fn tables(config: &Config, nouns: &Nouns) -> Vec<Problem> {
    let mut problems = nouns.kinds.problems.clone();
    problems.extend(nouns.lifecycles.problems.iter().cloned());
    problems.append(&mut Thresholds::load(config).1);
    problems.append(&mut rules::levels::Settings::load(config).problems);
    problems
}

/// That the source folder cannot be used, at the place that names it.
fn source_problem(text: &str, error: Error) -> Problem {
    let root = toml::parse(text).ok();
    let node = root.as_ref().and_then(|root| root.get("book")?.value.get("src"));
    let span = node.map_or(Span::at(0), |entry| entry.value.span);
    let help = error.help.unwrap_or_else(|| {
        "`src` in `[book]` names the folder of the sources, relative to `book.toml`".into()
    });
    Problem::new("invalid-config", span, error.message).help(help)
}

fn findings(text: &str, problems: Vec<Problem>, severity: Severity) -> Vec<Finding> {
    let lines = LineIndex::new(text);
    let mut findings: Vec<Finding> = document::findings(&CONFIG.into(), &lines, problems)
        .map(|finding| finding.severity(severity))
        .collect();
    sort(&mut findings);
    findings
}

fn limits(config: &Config) -> Limits {
    let (set, default) = (config.limits, Limits::default());
    let count = |n: Option<u64>, other: usize| {
        n.map_or(other, |n| usize::try_from(n).unwrap_or(usize::MAX))
    };
    Limits {
        file_bytes: set.file_bytes.unwrap_or(default.file_bytes),
        register_bytes: set.register_bytes.unwrap_or(default.register_bytes),
        asset_bytes: set.asset_bytes.unwrap_or(default.asset_bytes),
        files: count(set.files, default.files),
        depth: count(set.depth, default.depth),
        name_bytes: default.name_bytes,
    }
}

/// The "today" of a run, where the command line may name one; whether that lies
/// in the past is noted in the configuration.
fn day(named: Option<Date>, config: &mut Config) -> Result<Date> {
    let (as_of, usual) = match (named, config.as_of) {
        (Some(date), usual) => (date, usual.or_else(|| today().ok())),
        (None, Some(date)) => (date, None),
        (None, None) => (today()?, None),
    };
    // A day before the usual one is in the past: what is dated later goes.
    config.rewind = usual.is_some_and(|usual| as_of < usual);
    Ok(as_of)
}

/// The day of `SOURCE_DATE_EPOCH`, else of the clock, in UTC.
pub(super) fn today() -> Result<Date> {
    let Some(epoch) = variable("SOURCE_DATE_EPOCH").filter(|epoch| !epoch.is_empty()) else {
        return Ok(clock());
    };
    let day = epoch
        .parse::<u64>()
        .ok()
        .and_then(|seconds| i64::try_from(seconds).ok())
        .and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0))
        .and_then(|time| date::parse(&time.date_naive().to_string()));
    day.ok_or_else(|| {
        let message = format!("the variable `SOURCE_DATE_EPOCH` is no time: `{}`", visible(&epoch));
        Error::usage(message).help("set it to whole seconds since 1970, or unset it")
    })
}

#[allow(clippy::disallowed_methods, reason = "the only place where the clock is read")]
fn clock() -> Date {
    chrono::Utc::now().date_naive()
}
