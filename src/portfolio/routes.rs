//! Where a source's page will stand: routes mirror the source, so that two
//! sources that want one route can be found before anything is written.

use super::Portfolio;
use crate::document::folder;
use crate::kinds::Role;
use crate::output::Route;

/// Route of a folder's page.
#[must_use]
pub fn folder_route(folder: &str) -> Route {
    Route::new(if folder.is_empty() {
        "index.html".to_owned()
    } else {
        format!("{folder}/index.html")
    })
}

/// Route of a document's page. A card stands on its project's page, a page
/// of a folder on that folder's.
#[must_use]
pub fn document_route(p: &Portfolio, index: usize) -> Route {
    let Some(document) = p.documents.get(index) else { return Route::new("") };
    let is_card = p.project_of(index).is_some_and(|pr| pr.card == index);
    if is_folder_page(&document.path) || (is_card && document.kind.role == Role::Card) {
        return folder_route(folder(&document.path));
    }
    let stem =
        document.path.rfind('.').and_then(|i| document.path.get(..i)).unwrap_or(&document.path);
    Route::new(format!("{stem}.html"))
}

/// Whether a file is the page of its folder.
#[must_use]
pub fn is_folder_page(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "index.md" | "README.md" | "_index.md")
}
