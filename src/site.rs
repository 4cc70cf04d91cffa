//! The site: portfolio in, pages out.

pub mod charts;
pub mod links;
pub mod theme;
pub mod view;
