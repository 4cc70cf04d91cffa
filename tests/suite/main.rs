//! Behaviour tests: the real program on books in temporary folders.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests may fail loudly, write files and start the program"
)]

mod absurd;
mod adapting;
mod book;
mod building;
mod changed_since;
mod commands;
mod dependencies;
mod example;
mod exporting;
mod fixing;
mod gates;
mod git;
mod histories;
mod history;
mod hostile;
mod house;
mod input;
mod kinds;
mod log;
mod merging;
mod oracle;
mod past;
mod readiness;
mod recipes;
mod repository;
mod reviewing;
mod schemas;
mod searching;
mod serving;
mod setup;
mod weight;
