//! stub
use super::links::Links;
use super::view::{portfolio::PortfolioPage, rollup::RollupPage};
use crate::Checked;
use crate::output::Route;
/// stub
pub fn view(_c: &Checked, _l: &Links<'_>, _r: &Route) -> PortfolioPage {
    PortfolioPage::default()
}
/// stub
pub fn programme(_c: &Checked, _l: &Links<'_>, _r: &Route, _s: &str) -> RollupPage {
    RollupPage::default()
}
