//! What a table, a note or a mention points at: a noun of the portfolio, not
//! an address. The site turns targets into routes, an export into names.

use std::sync::Arc;

/// Something a reader can be led to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// A project, by id.
    Project(Arc<str>),
    /// The page of the gate a project stands before, by the project's id.
    Gate(Arc<str>),
    /// The log of a project, by its id.
    Log(Arc<str>),
    /// A document or wiki page, by its path relative to the book's `src`.
    Document(Arc<str>),
    /// A heading of a document: path and heading id.
    Heading(Arc<str>, Arc<str>),
    /// A register item of a project: project id and item id.
    Item(Arc<str>, Arc<str>),
    /// A file that is copied as it is, by path.
    Asset(Arc<str>),
    /// A register file, by path: the page that shows its items.
    Register(Arc<str>),
    /// A folder of the book, by path.
    Folder(Arc<str>),
    /// A roll-up page, by name (`milestones`).
    Rollup(&'static str),
    /// A page of a family of roll-ups, by the names of both (`kpis`, `k05`).
    Member(&'static str, Arc<str>),
    /// A rule's findings on the findings page.
    Rule(&'static str),
    /// A programme, by slug.
    Programme(Arc<str>),
    /// An address outside the site.
    Url(Arc<str>),
}
