//! The line at the foot of a document or project that says who changed it last.

use crate::portfolio::Portfolio;
use crate::portfolio::history::{Change, Last, address};
use crate::site::view::{Day, Segment};

/// Who changed a file last; nothing where no repository tells.
pub(super) fn changed(p: &Portfolio, path: &str) -> Vec<Segment> {
    match p.history.of(path) {
        None => Vec::new(),
        Some(Last::Uncommitted) => vec![Segment::text("Not yet committed.")],
        Some(Last::Committed(change)) => said(p, change, "."),
        Some(Last::Edited(change)) => said(p, change, "; changed since, not yet committed."),
    }
}

/// Who changed a document or register of a folder last; nothing where no
/// repository tells.
pub(in crate::site) fn changed_below(p: &Portfolio, folder: &str) -> Vec<Segment> {
    match p.history.below(folder) {
        (Some(change), false) => said(p, change, "."),
        (Some(change), true) => said(p, change, "; changed since, not yet committed."),
        (None, true) => vec![Segment::text("Not yet committed.")],
        (None, false) => Vec::new(),
    }
}

fn said(p: &Portfolio, change: &Change, end: &str) -> Vec<Segment> {
    let by =
        if change.author.is_empty() { String::new() } else { format!(" by {}", change.author) };
    let href = p.config.html.git_repository_url.as_deref();
    vec![
        Segment::text(format!("Last changed {}{by} in ", Day::words(change.on))),
        Segment {
            text: change.short().to_owned(),
            rag: None,
            href: href.and_then(|url| address(url, &change.commit)),
        },
        Segment::text(end),
    ]
}
