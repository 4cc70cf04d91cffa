//! stub
use super::links::Links;
use super::view::project::ProjectPage;
use crate::Checked;
use crate::output::Route;
/// stub
pub fn view(_c: &Checked, _l: &Links<'_>, _i: usize, _r: &Route) -> ProjectPage {
    ProjectPage::default()
}
