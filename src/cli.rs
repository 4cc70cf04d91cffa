//! The command line: one file per command. The only place that prints, reads
//! the clock and reads the environment.

mod arguments;
mod baseline;
mod book;
mod build;
mod check;
mod clean;
mod completions;
mod explain;
mod export;
mod fix;
mod furniture;
mod gate;
mod history;
mod init;
mod log;
mod new;
mod progress;
mod review;
mod schema;
mod serve;
mod signals;
mod since;
mod status;
mod stop;
mod terminal;
mod watch;

use arguments::{Arguments, Command};
use clap::{CommandFactory, FromArgMatches};
use std::ffi::OsString;
use std::process::ExitCode;
use stop::Stop;
use terminal::Terminal;

/// Run the program: arguments in (the program's name first), exit status out.
///
/// 0: clean. 1: findings at `deny`. 2: arguments, `book.toml` or theme wrong.
/// 3: could not read, write, lock or bind, or an internal error. 128 + n: ended
/// by signal n.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // Only where, never what: the message may quote a document.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        terminal::last_words(&format!("internal error at {place}, please report it"));
    }));
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    ExitCode::from(std::panic::catch_unwind(|| run(arguments)).unwrap_or(3))
}

fn run(arguments: Vec<OsString>) -> u8 {
    let matches = match Arguments::command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return usage(&error),
    };
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error),
    };
    let levels = matches.subcommand().map(|(_, m)| arguments::levels(m)).unwrap_or_default();
    let terminal = Terminal::new(&arguments.say);
    let own =
        matches!(arguments.command, Command::Build(_) | Command::Serve(_) | Command::Watch(_));
    if !own {
        signals::say_goodbye(terminal);
    }
    let run = || match &arguments.command {
        Command::Check(args) => check::run(args, &levels, terminal),
        Command::Gate(args) => gate::run(args, terminal),
        Command::Log(args) => log::run(args, terminal),
        Command::Build(args) => build::run(args, &levels, terminal),
        Command::Serve(args) => serve::run(args, &levels, terminal),
        Command::Watch(args) => watch::run(args, &levels, terminal),
        Command::Init(args) => init::run(args, terminal),
        Command::New(args) => new::run(args, terminal),
        Command::Review(args) => review::run(args, terminal),
        Command::Status(args) => status::run(args, terminal),
        Command::Export(args) => export::run(args, terminal),
        Command::Explain(args) => explain::run(args, terminal),
        Command::Schema(args) => schema::run(args, terminal),
        Command::Clean(args) => clean::run(args, terminal),
        Command::Completions(args) => completions::run(args, terminal),
    };
    let outcome = match pool(arguments.say.jobs) {
        Some(pool) => pool.install(run),
        None => run(),
    };
    match outcome {
        Ok(status) | Err(Stop::Status(status)) => status,
        Err(Stop::Pipe) => 0,
        Err(Stop::Error(error)) => {
            terminal.error(&error);
            error.status()
        }
    }
}

/// What clap has to say: help and version go to standard output.
fn usage(error: &clap::Error) -> u8 {
    match error.print() {
        Ok(()) => u8::try_from(error.exit_code()).unwrap_or(2),
        Err(io) if io.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Err(_) => 3,
    }
}

/// Threads to work with: as many as asked for, one where no more are to be had.
fn pool(jobs: Option<usize>) -> Option<rayon::ThreadPool> {
    let pool = || rayon::ThreadPoolBuilder::new().thread_name(|n| format!("milepost-{n}"));
    pool()
        .num_threads(jobs.unwrap_or(0))
        .build()
        .or_else(|_| pool().num_threads(1).use_current_thread().build())
        .ok()
}
