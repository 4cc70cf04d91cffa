//! The site: portfolio in, pages out.

pub mod charts;
pub mod theme;
pub mod view;
