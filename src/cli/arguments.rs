//! What may be given on the command line.

use crate::date::{self, Date};
use crate::finding::Severity;
use crate::site::theme::Theme;
use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, ArgMatches, Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// A folder of project documents becomes a checked, linked portfolio site.
#[derive(Debug, Parser)]
#[command(name = "milepost", version, arg_required_else_help = true, max_term_width = 100)]
#[command(
    after_help = "Exit status: 0 clean, 1 findings at deny, 2 arguments, book.toml or theme \
                        wrong, 3 could not read, write, lock or bind."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) say: Say,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a small portfolio to begin with
    Init(Init),
    /// Write a document, or add an item to a register, with what its kind asks for
    New(New),
    /// Check everything, write nothing
    Check(Check),
    /// Say how ready a project is for its next gate; exit status 1 when it is not
    Gate(Gate),
    /// Say what changed from one revision, folder or day to another
    Review(super::review::Args),
    /// Say how the portfolio stands, or one project
    Status(Status),
    /// Tell the story of a project: what turned, moved, came and was decided
    Log(Log),
    /// Check everything and write the site
    Build(Build),
    /// Serve the site from memory; make it anew and reload on every change
    Serve(Serve),
    /// Build on every change
    Watch(Build),
    /// Write the portfolio as data: CSV, JSON, calendars, feeds, digests
    Export(Export),
    /// Say what a rule finds, why it matters, with an example and its mend
    Explain(Explain),
    /// Print a JSON Schema for editors: of a kind's front matter, or of a register
    Schema(Schema),
    /// Remove the output, if Milepost made it
    Clean(Clean),
    /// Print completions for a shell
    Completions(Completions),
}

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Say {
    /// Say less: no notes, no talk
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say more about how it is done
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// Whether to colour; `NO_COLOR` and `CLICOLOR` are honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Colour,
    /// How many threads to work with [default: one for each core]
    #[arg(long, global = true, value_name = "N", value_parser = threads)]
    pub(super) jobs: Option<usize>,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Options of commands that read a book.
#[derive(Debug, Args)]
pub(super) struct Reading {
    /// The folder with `book.toml`
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) dir: PathBuf,
    /// The "today" of the run: YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) as_of: Option<Date>,
    /// Report a rule (or all of a severity: `-D warn`) as an error
    #[arg(short = 'D', long, value_name = "RULE")]
    deny: Vec<String>,
    /// Report a rule as a warning
    #[arg(short = 'W', long, value_name = "RULE")]
    warn: Vec<String>,
    /// Do not report a rule
    #[arg(short = 'A', long, value_name = "RULE")]
    allow: Vec<String>,
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = formats())]
    pub(super) format: String,
    /// Do not report the findings this file knows [default: `.milepost-baseline.json`
    /// beside `book.toml`]
    #[arg(long, value_name = "FILE", num_args = 0..=1,
          value_hint = ValueHint::FilePath)]
    #[allow(clippy::option_option, reason = "absent, given alone, or given with a file")]
    pub(super) baseline: Option<Option<PathBuf>>,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder of the new book
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) dir: PathBuf,
    /// The title of the book
    #[arg(long, value_name = "TITLE", default_value = "Our projects")]
    pub(super) title: String,
}

/// Options of `new`.
#[derive(Debug, Args)]
pub(super) struct New {
    /// What to write: `status`, `charter`, `risk`, `decision`, `project`, `page` …
    #[arg(value_name = "KIND")]
    pub(super) kind: String,
    /// The folder with `book.toml`
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
    /// The project it belongs to; may be left out where there is only one
    #[arg(long, value_name = "ID")]
    pub(super) project: Option<String>,
    /// Its date: YYYY-MM-DD [default: today; for a report, when the next is due]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) date: Option<Date>,
    /// Its title
    #[arg(long, value_name = "TITLE")]
    pub(super) title: Option<String>,
    /// Its id [default: the next free one]
    #[arg(long, value_name = "ID")]
    pub(super) id: Option<String>,
}

impl New {
    /// How the book is read.
    pub(super) fn reading(&self) -> Reading {
        let (dir, format) = (self.dir.clone(), "text".to_owned());
        let (deny, warn, allow) = (Vec::new(), Vec::new(), Vec::new());
        Reading { dir, as_of: None, deny, warn, allow, format, baseline: None }
    }
}

/// Options of `gate`.
#[derive(Debug, Args)]
pub(super) struct Gate {
    /// The project, by its id
    #[arg(value_name = "PROJECT")]
    pub(super) project: String,
    /// The folder with `book.toml`
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
    /// The gate, as the lifecycle names it [default: the next one]
    #[arg(long = "gate", value_name = "ID")]
    pub(super) id: Option<String>,
    /// The "today" of the run: YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// How the answer is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: GateFormat,
}

/// How the readiness of a gate is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum GateFormat {
    /// What is missing first, each with its place
    Text,
    /// One JSON object, for programs
    Json,
}

impl Gate {
    /// How the book is read.
    pub(super) fn reading(&self) -> Reading {
        let (dir, format) = (self.dir.clone(), "text".to_owned());
        let (deny, warn, allow) = (Vec::new(), Vec::new(), Vec::new());
        Reading { dir, as_of: self.as_of, deny, warn, allow, format, baseline: None }
    }
}

/// Options of `check`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("known").args(["baseline", "changed_since"]).multiple(true))]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Mend what needs no asking: stubs of missing sections, spelling of dates
    /// and fixed words, order of keys; prose is never touched
    #[arg(long)]
    pub(super) fix: bool,
    /// With `--fix`: show what would change as a diff, write nothing
    #[arg(long, requires = "fix")]
    pub(super) dry_run: bool,
    /// Report only what came since the history left this revision of git: a branch,
    /// tag or commit
    #[arg(long, value_name = "REV", conflicts_with_all = ["fix", "write_baseline"])]
    pub(super) changed_since: Option<String>,
    /// With `--changed-since` or `--baseline`: say nothing of findings that are known,
    /// accepted or mended
    #[arg(long, requires = "known", conflicts_with = "write_baseline")]
    pub(super) new_only: bool,
    /// Write what is found to this file, to be known from now on; with `--baseline`
    /// only take out of it what is mended
    #[arg(long, value_name = "FILE", num_args = 0..=1,
          value_hint = ValueHint::FilePath)]
    #[allow(clippy::option_option, reason = "absent, given alone, or given with a file")]
    pub(super) write_baseline: Option<Option<PathBuf>>,
}

/// Options of `build`.
#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    pub(super) reading: Reading,
    /// The output folder, instead of `build-dir`
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) dest_dir: Option<PathBuf>,
    /// A theme inside the program, instead of the one of `book.toml`
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Theme::names()))]
    pub(super) theme: Option<String>,
    /// Print the address of the site, for a browser (Milepost starts no program)
    #[arg(short, long)]
    pub(super) open: bool,
}

/// Options of `serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    pub(super) reading: Reading,
    /// The port to listen on; 0 takes any free one
    #[arg(short, long, value_name = "PORT", default_value_t = crate::server::PORT)]
    pub(super) port: u16,
    /// The address to listen on [default: this machine only]
    #[arg(short = 'n', long, value_name = "HOST")]
    pub(super) hostname: Option<String>,
    /// Another name the server may be asked for (repeatable)
    #[arg(long, value_name = "HOST")]
    pub(super) allow_host: Vec<String>,
    /// The address of the site is always printed (Milepost starts no program)
    #[arg(short, long)]
    pub(super) open: bool,
    /// Accepted for scripts of mdBook; nothing is written
    #[arg(short, long, value_name = "DIR", hide = true)]
    pub(super) dest_dir: Option<PathBuf>,
}

/// Options of `status`.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// The project, by its id; all of them when left out
    #[arg(value_name = "PROJECT")]
    pub(super) project: Option<String>,
    /// The folder with `book.toml`
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
    /// The same, where no project is named
    #[arg(long = "dir", value_name = "DIR", value_hint = ValueHint::DirPath)]
    book: Option<PathBuf>,
    /// The "today" of the run: YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// How the answer is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: StatusFormat,
}

/// How the status is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum StatusFormat {
    /// A table, or the project's page in short
    Text,
    /// One JSON object, for programs
    Json,
}

impl Status {
    /// How the book is read.
    pub(super) fn reading(&self) -> Reading {
        book(self.book.clone().unwrap_or_else(|| self.dir.clone()), self.as_of)
    }
}

/// Options of `log`.
#[derive(Debug, Args)]
pub(super) struct Log {
    /// The project, by its id
    #[arg(value_name = "PROJECT")]
    pub(super) project: String,
    /// The folder with `book.toml`
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
    /// Leave out what happened before this day: YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) since: Option<Date>,
    /// Leave out what happened after this day: YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) until: Option<Date>,
    /// Oldest first
    #[arg(long)]
    pub(super) reverse: bool,
    /// The "today" of the run: YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// How the story is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: LogFormat,
}

/// How a log is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// By month, each event on a line with its reason under it
    Text,
    /// One JSON object, for programs
    Json,
}

impl Log {
    /// How the book is read.
    pub(super) fn reading(&self) -> Reading {
        book(self.dir.clone(), self.as_of)
    }
}

/// Options of `export`.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// What to write: see `--list`
    #[arg(value_name = "EXPORT", required_unless_present = "list")]
    pub(super) name: Option<String>,
    /// The folder with `book.toml`
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    dir: PathBuf,
    /// List the exports
    #[arg(long)]
    pub(super) list: bool,
    /// Write the one file here, instead of to standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
    /// Write all files to this folder
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath,
          conflicts_with = "output")]
    pub(super) dest_dir: Option<PathBuf>,
    /// Of several files only this one
    #[arg(long, value_name = "NAME")]
    pub(super) only: Option<String>,
    /// Begin CSV with a byte order mark, by which spreadsheets know UTF-8
    #[arg(long)]
    pub(super) bom: bool,
    /// The "today" of the run: YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
}

impl Export {
    /// How the book is read.
    pub(super) fn reading(&self) -> Reading {
        book(self.dir.clone(), self.as_of)
    }
}

/// A book read as it is, with nothing said about severities.
pub(super) fn book(dir: PathBuf, as_of: Option<Date>) -> Reading {
    let (deny, warn, allow) = (Vec::new(), Vec::new(), Vec::new());
    Reading { dir, as_of, deny, warn, allow, format: "text".to_owned(), baseline: None }
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The rule; all rules are listed when left out
    #[arg(value_name = "RULE")]
    pub(super) rule: Option<String>,
    /// Print the page of the guide that explains all rules
    #[arg(long, hide = true)]
    pub(super) reference: bool,
}

/// Options of `schema`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["kind", "register", "all"]))]
pub(super) struct Schema {
    /// The kind whose front matter is described: `status`, `charter`, `risk` …
    #[arg(value_name = "KIND")]
    pub(super) kind: Option<String>,
    /// A register: `milestones`, `risks` …, `people`, `units`, or `all` for any register file
    #[arg(long, value_name = "NAME")]
    pub(super) register: Option<String>,
    /// Write the schemas of all kinds and registers to this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) all: Option<PathBuf>,
    /// The folder with `book.toml` [default: this one, where there is one]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) dir: Option<PathBuf>,
}

impl Schema {
    /// How the book is read.
    pub(super) fn reading(&self) -> Reading {
        let (dir, format) = (self.dir.clone().unwrap_or_else(|| ".".into()), "text".to_owned());
        let (deny, warn, allow) = (Vec::new(), Vec::new(), Vec::new());
        Reading { dir, as_of: None, deny, warn, allow, format, baseline: None }
    }
}

/// Options of `clean`.
#[derive(Debug, Args)]
pub(super) struct Clean {
    /// The folder with `book.toml`
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) dir: PathBuf,
    /// The output folder, instead of `build-dir`
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) dest_dir: Option<PathBuf>,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    pub(super) shell: clap_complete::Shell,
}

/// `-D`, `-W` and `-A` in the order they were given.
pub(super) fn levels(matches: &ArgMatches) -> Vec<(String, Severity)> {
    let mut all: Vec<(usize, String, Severity)> = Vec::new();
    let options = [("deny", Severity::Deny), ("warn", Severity::Warn), ("allow", Severity::Allow)];
    for (option, severity) in options {
        let Ok(Some(values)) = matches.try_get_many::<String>(option) else { continue };
        let places = matches.indices_of(option).into_iter().flatten();
        all.extend(places.zip(values).map(|(place, value)| (place, value.clone(), severity)));
    }
    all.sort_by_key(|(place, ..)| *place);
    all.into_iter().map(|(_, value, severity)| (value, severity)).collect()
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(
        crate::reports::FORMATS
            .iter()
            .map(|format| clap::builder::PossibleValue::new(format.name).help(format.about)),
    )
}

/// A date as an option's value.
pub(super) fn day(text: &str) -> Result<Date, String> {
    date::parse(text).ok_or_else(|| "not a date; write it as `2026-03-27`".into())
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 1..=1024) => Ok(n),
        _ => Err("not a number of threads from 1 to 1024".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn severities_keep_their_order() {
        let line = ["milepost", "check", "-A", "a", "-D", "warn", "-A", "b", "-W", "c"];
        let matches = Arguments::command().try_get_matches_from(line).unwrap();
        let (_, check) = matches.subcommand().unwrap();
        let found: Vec<_> =
            levels(check).into_iter().map(|(name, s)| format!("{name} {}", s.name())).collect();
        assert_eq!(found, ["a allow", "warn deny", "b allow", "c warn"]);
    }
}
