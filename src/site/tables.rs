//! stub
use super::links::Links;
use super::view::rollup::RollupPage;
use crate::output::Route;
use crate::portfolio::Portfolio;
use crate::table::Table;
/// stub
pub fn page(_p: &Portfolio, _l: &Links<'_>, _r: &Route, _t: &Table) -> RollupPage {
    RollupPage::default()
}
