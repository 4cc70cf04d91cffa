//! Pages of single documents, wiki pages, folders, and the page for what is
//! not there.

use serde::Serialize;

use super::project::HealthGrid;
use super::{Chip, Frame, Html, Link, Segment};

/// Any document or wiki page. Template `document.html`.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct DocumentPage {
    /// What every page shares.
    pub frame: Frame,
    /// The title.
    pub title: String,
    /// A rating beside the title (status reports).
    pub health: Option<Chip>,
    /// The facts on top: kind, version, state, owner, updated; none for wiki
    /// pages.
    pub facts: Vec<Fact>,
    /// Says on top that the document could not be read in full; empty for none.
    pub banner: String,
    /// Findings that concern the document as a whole.
    pub findings: Vec<Note>,
    /// Health of a status report.
    pub history: Option<HealthGrid>,
    /// The text, notes at their places included.
    pub body: Html,
    /// Headings of levels 2 and 3, in order; shown where there are two or more.
    pub contents: Vec<Heading>,
    /// Who changed the document last, as its repository tells; empty for
    /// nothing.
    pub changed: Vec<Segment>,
    /// Who names this document.
    pub backlinks: Vec<Link>,
    /// The one before: the older report, the page before in the book.
    pub previous: Option<Link>,
    /// The one after.
    pub next: Option<Link>,
}

/// One fact about a document.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct Fact {
    /// `Owner`.
    pub label: String,
    /// `D. Okafor, M. Lopez`: one or more values, links and dates marked up.
    pub value: Html,
    /// A rating before them.
    pub chip: Option<Chip>,
}

/// One finding, as a note on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Note {
    /// How bad it is.
    pub severity: NoteSeverity,
    /// The rule's name; where it is explained.
    pub rule: Link,
    /// The fact.
    pub message: String,
    /// The mend; empty for none.
    pub help: String,
    /// `projects/crm/charter.md:12:3`; where that stands.
    pub place: Link,
}

/// How bad a finding is, as notes say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NoteSeverity {
    /// Must be mended.
    Deny,
    /// Should be mended.
    Warn,
    /// Worth knowing.
    #[default]
    Note,
}

/// One heading of the table of contents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Heading {
    /// 2 or 3.
    pub level: u32,
    /// Its anchor, without `#`.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// A folder without a page of its own, or with one shown above the list.
/// Template `folder.html`.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct FolderPage {
    /// What every page shares.
    pub frame: Frame,
    /// The title.
    pub title: String,
    /// The body of the folder's own page.
    pub body: Html,
    /// What lies in it: folders first.
    pub entries: Vec<FolderEntry>,
}

/// One page or folder in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct FolderEntry {
    /// The page.
    pub page: Link,
    /// Whether it is a folder.
    pub folder: bool,
    /// One sentence about it; empty for none.
    pub text: String,
    /// Its kind or the number of its pages; empty for none.
    pub note: String,
}

/// The page that searches; what it finds its script puts in. Template
/// `search.html`.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct SearchPage {
    /// What every page shares.
    pub frame: Frame,
    /// The title.
    pub title: String,
    /// The pages that list everything, for readers without scripts.
    pub lists: Vec<Link>,
}

/// The page for what is not there. Template `404.html`. Its hrefs start at the
/// site's address, since it is served for any path.
#[derive(Clone, Debug, Default, PartialEq, Hash, Serialize)]
pub struct NotFoundPage {
    /// What every page shares.
    pub frame: Frame,
    /// Where to go instead.
    pub links: Vec<Link>,
}
