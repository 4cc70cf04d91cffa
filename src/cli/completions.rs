//! `completions`: the script that completes commands in a shell.

use super::arguments::{Arguments, Completions};
use super::stop::Outcome;
use super::terminal::Terminal;
use clap::CommandFactory;

pub(super) fn run(args: &Completions, terminal: Terminal) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "milepost", &mut script);
    terminal.result(|out| out.write_all(&script))?;
    Ok(0)
}
