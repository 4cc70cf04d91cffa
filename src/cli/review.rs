//! `review`: what changed from one tree of the book to another, in the words
//! of the project.

mod dress;
mod recorded;

use super::arguments::{Reading, day};
use super::book::{Book, Refusal, report_mistakes};
use super::stop::{Outcome, Stop};
use super::terminal::Terminal;
use crate::Checked;
use crate::date::Date;
use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::output::Route;
use crate::review::{self, FAIL_ON, FORMATS, Look, Options, Review, Side, compare};
use crate::site;
use crate::site::links::Links;
use crate::target::Target;
use crate::text::{nearest, visible};
use crate::tree::Tree;
use crate::tree::git::{CommitId, Range, Repository};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args as Arguments, ValueHint};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Options of `review`.
#[derive(Debug, Arguments)]
pub(super) struct Args {
    /// What to compare: `BASE..HEAD`, `BASE...HEAD`, a revision with the work tree, or a folder
    /// with the one after it
    #[arg(value_name = "RANGE")]
    range: Option<String>,
    /// The folder with `book.toml`; after a folder the one to compare it with
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// Only this project, by its id or folder (repeatable)
    #[arg(long, value_name = "ID")]
    project: Vec<String>,
    /// Compare with how the base stood on this day, from what carries a date
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<Date>,
    /// The "today" of both sides: YYYY-MM-DD
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// How the review is printed
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = formats())]
    format: String,
    /// The address of a site built from the head, to link to
    #[arg(long, value_name = "URL", value_parser = address)]
    preview_url: Option<String>,
    /// End with exit status 1 where this is the case (repeatable, or with commas)
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = failures())]
    fail_on: Vec<String>,
}

fn formats() -> PossibleValuesParser {
    let page = PossibleValue::new("html").help("a page of its own, in the theme of the base");
    let own = FORMATS.iter().map(|f| PossibleValue::new(f.name).help(f.about));
    PossibleValuesParser::new(std::iter::once(page).chain(own))
}

fn failures() -> PossibleValuesParser {
    PossibleValuesParser::new(FAIL_ON.iter().map(|f| PossibleValue::new(f.name).help(f.about)))
}

/// An address on the web without a slash at its end.
fn address(text: &str) -> std::result::Result<String, String> {
    let web = text.starts_with("https://") || text.starts_with("http://");
    let plain =
        !text.chars().any(|c| c.is_control() || c.is_whitespace() || "<>\"'`\\".contains(c));
    if web && plain {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("not an address; it begins with `https://` or `http://`".into())
    }
}

pub(super) fn run(args: &Args, terminal: Terminal) -> Outcome {
    let (base, head) = open(args, terminal)?;
    let both = rayon::join(|| base.book.check(&[]), || head.book.check(&[]));
    let (was, now) = (both.0?, both.1?);
    for (side, checked) in [(&head, &now), (&base, &was)] {
        if !checked.config_problems.is_empty() {
            return Err(refused(side.book.mistakes(checked), &side.name, terminal));
        }
    }
    for wanted in &args.project {
        known(wanted, &was, &now)?;
    }
    let by_base = judged_by(&head.book, &base.book)?;
    let read = |side: &Opened, path: &str| -> Option<String> {
        String::from_utf8(side.book.tree.read(path).ok()?).ok()
    };
    let (read_base, read_head) = (|path: &str| read(&base, path), |path: &str| read(&head, path));
    let options =
        Options { projects: &args.project, since: args.since, by_base: by_base.as_deref() };
    let mut review = compare(
        &Side { checked: &was, name: &base.name, book: &base.book.text, read: &read_base },
        &Side { checked: &now, name: &head.name, book: &head.book.text, read: &read_head },
        &options,
    );
    recorded::recorded(&mut review, &base, &head)?;
    show(args, &review, &now, &base, terminal)?;
    let failed = args.fail_on.iter().filter_map(|name| FAIL_ON.iter().find(|f| f.name == *name));
    Ok(u8::from(failed.into_iter().any(|f| (f.holds)(&review))))
}

fn show(
    args: &Args,
    review: &Review,
    now: &Checked,
    base: &Opened,
    terminal: Terminal,
) -> std::result::Result<(), Stop> {
    let links = Links::new(&now.portfolio);
    let root = Route::new("index.html");
    let address = |target: &Target| -> Option<String> {
        let base = args.preview_url.as_deref()?;
        Some(format!("{base}/{}", links.href(&root, target)?))
    };
    let more = more(args);
    let look =
        Look { address: &address, colour: terminal.colour, quiet: terminal.quiet, more: &more };
    let Some(format) = review::find(&args.format) else {
        let theme = dress::theme(base)?;
        let page = site::review::page(review, &look, &now.portfolio.config, &theme)?;
        return terminal.result(|out| out.write_all(&page));
    };
    terminal.result(|out| (format.write)(review, &look, out))
}

/// The command that shows everything.
fn more(args: &Args) -> String {
    let mut words = vec!["milepost review".to_owned()];
    words.extend(args.range.iter().cloned());
    words.extend(args.dir.iter().map(|d| d.display().to_string()));
    words.extend(args.project.iter().map(|p| format!("--project {p}")));
    words.extend(args.since.map(|d| format!("--since {d}")));
    visible(&words.join(" "))
}

/// One side as it was opened.
struct Opened {
    book: Book,
    name: String,
    /// The commit it stands at, where it is one.
    commit: Option<(Repository, CommitId)>,
}

/// Open both sides: the head first, whose as-of date both take.
fn open(args: &Args, terminal: Terminal) -> std::result::Result<(Opened, Opened), Stop> {
    let holds = |path: &Path| path != Path::new("") && path.join(crate::config::FILE).is_file();
    let named = args.range.as_deref().map(Path::new);
    match (named, &args.dir) {
        (Some(old), Some(new)) if holds(old) => folders(args, old, new, terminal),
        (Some(one), None) if args.since.is_some() && holds(one) => {
            folders(args, one, one, terminal)
        }
        (None, _) if args.since.is_some() => {
            folders(args, Path::new("."), Path::new("."), terminal)
        }
        (Some(one), None) if holds(one) => {
            let shown = visible(&one.display().to_string());
            let error =
                Error::usage(format!("`{shown}` is one folder, and a review compares two sides"));
            Err(error.help("name the other folder after it, or give `--since DATE`").into())
        }
        (Some(one), _) if is_folder(one) => {
            let shown = visible(&one.display().to_string());
            Err(Error::usage(format!("there is no `book.toml` in the folder `{shown}`"))
                .help("name two folders that hold one, or revisions such as `main..HEAD`")
                .into())
        }
        (Some(range), dir) => {
            let dir = dir.as_deref().unwrap_or(Path::new("."));
            if !dir.is_dir() {
                let (range, shown) = (range.to_string_lossy(), dir.display().to_string());
                let (range, shown) = (visible(&range), visible(&shown));
                return Err(Error::usage(format!("`{shown}` is no folder"))
                    .help(format!("two revisions are written as one word: `{range}..{shown}`"))
                    .into());
            }
            revisions(args, &range.to_string_lossy(), dir, terminal)
        }
        (None, _) => {
            let error = Error::usage("there is nothing to compare");
            let help = "give `BASE..HEAD`, a revision, two folders, or `--since DATE`";
            Err(error.help(help).into())
        }
    }
}

/// Whether this is written as a way to a folder, which no revision is, and leads
/// to one.
fn is_folder(path: &Path) -> bool {
    let first = path.components().next();
    !matches!(first, None | Some(Component::Normal(_))) && path.is_dir()
}

fn folders(
    args: &Args,
    old: &Path,
    new: &Path,
    terminal: Terminal,
) -> std::result::Result<(Opened, Opened), Stop> {
    let name = |path: &Path| visible(&path.display().to_string());
    let mut head = Book::open(new, args.as_of).map_err(|r| refused(r, &name(new), terminal))?;
    let day = since(args, head.as_of)?;
    let mut base = Book::open(old, Some(day)).map_err(|r| refused(r, &name(old), terminal))?;
    one_day(args, &mut base, &mut head)?;
    let opened = |book, path| Opened { book, name: name(path), commit: None };
    Ok((opened(base, old), opened(head, new)))
}

/// Two revisions, or one and the work tree.
fn revisions(
    args: &Args,
    range: &str,
    dir: &Path,
    terminal: Terminal,
) -> std::result::Result<(Opened, Opened), Stop> {
    let range = Range::read(range)?;
    let repository = Repository::needed(dir)?;
    let at = |id: CommitId, revision: &str, name: String, as_of| {
        let book = Book::at(&repository, id, revision, dir, as_of);
        let book = book.map_err(|r| refused(r, revision, terminal))?;
        Ok::<_, Stop>(Opened { book, name, commit: Some((repository.clone(), id)) })
    };
    let called = |revision: &str, id: CommitId| format!("{} ({})", visible(revision), id.short());
    let (base, id, name, mut head) = match &range {
        Range::Since(base) => {
            let id = repository.resolve(base)?;
            let name = visible(&dir.display().to_string());
            let book = Book::open(dir, args.as_of).map_err(|r| refused(r, &name, terminal))?;
            let head = Opened { book, name: "the work tree".into(), commit: None };
            (base, id, called(base, id), head)
        }
        Range::Two { base, head } => {
            let (id, to) = (repository.resolve(base)?, repository.resolve(head)?);
            (base, id, called(base, id), at(to, head, called(head, to), args.as_of)?)
        }
        Range::SinceParting { base, head } => {
            let (from, to) = (repository.resolve(base)?, repository.resolve(head)?);
            let parting = repository.merge_base(from, to)?.ok_or_else(|| {
                let message =
                    format!("`{}` and `{}` have no commit in common", visible(base), visible(head));
                let help = "compare them as they are with two dots: `BASE..HEAD`";
                Error::usage(message).help(help)
            })?;
            let name =
                format!("{}, where {} and {} part", parting.short(), visible(base), visible(head));
            (base, parting, name, at(to, head, called(head, to), args.as_of)?)
        }
    };
    let day = since(args, head.book.as_of)?;
    let mut old = at(id, base, name, Some(day))?;
    one_day(args, &mut old.book, &mut head.book)?;
    Ok((old, head))
}

/// Both sides are looked at on the same day, unless the base is to be rebuilt
/// for an earlier one: the later of their own, so that a branch which sets its
/// day back hides nothing, or the one that the command line names.
fn one_day(args: &Args, base: &mut Book, head: &mut Book) -> Result<()> {
    if args.as_of.is_none() {
        head.not_before(base.config.as_of)?;
    }
    if args.since.is_some() {
        Arc::make_mut(&mut base.config).rewind = true;
    } else {
        base.same_day_as(head);
    }
    Ok(())
}

/// The as-of date of the base: the head's, unless an earlier day is asked for.
fn since(args: &Args, as_of: Date) -> std::result::Result<Date, Stop> {
    match args.since {
        Some(day) if day >= as_of => {
            let error =
                Error::usage(format!("`--since {day}` is not before the as-of date {as_of}"));
            Err(error.help("name an earlier day").into())
        }
        Some(day) => Ok(day),
        None => Ok(as_of),
    }
}

/// What the settings of one book find in the tree of another, where they judge
/// otherwise: a branch cannot loosen the rules it is judged by unseen.
fn judged_by(head: &Book, base: &Book) -> Result<Option<Vec<Finding>>> {
    if !review::judge_otherwise(&base.text, &head.text) {
        return Ok(None);
    }
    let config = review::judged_by(&base.config, &head.config);
    let nouns = base.nouns.clone();
    let checked = crate::check_by(&head.tree, Arc::new(config), nouns, head.as_of, &[])?;
    Ok(Some(checked.findings))
}

/// A project that is named must be on one of the sides.
fn known(wanted: &str, was: &Checked, now: &Checked) -> std::result::Result<(), Stop> {
    let bare = wanted.trim_end_matches('/');
    let all = || was.portfolio.projects.iter().chain(&now.portfolio.projects);
    if all().any(|pr| *pr.id == *bare || *pr.folder == *bare) {
        return Ok(());
    }
    let help = match nearest(bare, all().map(|pr| &*pr.id)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`milepost status` lists the projects".into(),
    };
    let error = Error::usage(format!("there is no project `{}` on either side", visible(wanted)));
    Err(error.help(help).into())
}

/// How a folder is read.
fn reading(dir: &Path) -> Reading {
    super::arguments::book(dir.to_path_buf(), None)
}

/// Show why a side cannot be opened.
fn refused(refusal: Refusal, name: &str, terminal: Terminal) -> Stop {
    match refusal {
        Refusal::Error(error) => error.into(),
        Refusal::Mistakes(mistakes, text) => {
            let reading = reading(Path::new(name));
            terminal.talk(|out| {
                writeln!(out, "in {}:", visible(name))?;
                report_mistakes(&mistakes, &text, &reading, terminal.colour_talk, out)
            });
            Stop::Status(2)
        }
    }
}
