//! Milepost: a folder of project documents becomes a checked, linked portfolio site.

pub mod data;
pub mod date;
pub mod error;
pub mod finding;
pub mod markdown;
pub mod output;
pub mod publish;
pub mod ratio;
pub mod reports;
pub mod site;
pub mod table;
pub mod target;
pub mod text;
pub mod tree;
