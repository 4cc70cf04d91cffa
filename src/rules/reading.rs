//! Rules that reading itself reports: what is wrong with bytes, names, front
//! matter and values before any document is compared with another.

use super::{Defaults, Rule};
use crate::finding::Severity::{Deny, Warn};

macro_rules! reading {
    ($($name:literal $level:ident $summary:literal $why:literal $example:literal $remedy:literal;)*) => {
        /// The rules, sorted by name.
        pub static RULES: &[Rule] = &[$(Rule {
            name: $name,
            summary: $summary,
            why: $why,
            defaults: Defaults::Flat($level),
            example: $example,
            remedy: $remedy,
            check: None,
        }),*];
    };
}

reading! {
    "duplicate-key" Deny
        "A key stands twice in one mapping."
        "Which of the two counts would depend on the reader; the other is lost without a word."
        "=== projects/crm/notes.md\n---\ntitle: A\ntitle: B\n---\n# N\n"
        "=== projects/crm/notes.md\n---\ntitle: A\n---\n# N\n";
    "empty-document" Warn
        "A document is empty."
        "An empty file looks like a document in every listing and says nothing."
        "=== projects/crm/notes.md\n"
        "=== projects/crm/notes.md\n# N\n";
    "invalid-value" Deny
        "A value is not of the type its field asks for, or outside its range."
        "A date or amount that cannot be read is left out of every roll-up."
        "=== projects/crm/notes.md\n---\ntitle: N\nupdated: 06/03/2026\n---\n# N\n"
        "=== projects/crm/notes.md\n---\ntitle: N\nupdated: 2026-03-06\n---\n# N\n";
    "unknown-field" Warn
        "A key is not one of the kind's fields."
        "A misspelt key is not read: the value is missing although it stands there."
        "=== projects/crm/notes.md\n---\ntitel: N\n---\n# N\n"
        "=== projects/crm/notes.md\n---\ntitle: N\n---\n# N\n";
    "unknown-kind" Deny
        "A document says it is of a kind that does not exist."
        "A document of no known kind is checked for nothing and rolls up nowhere."
        "=== projects/crm/notes.md\n---\nkind: chater\n---\n# N\n"
        "=== projects/crm/notes.md\n---\nkind: page\n---\n# N\n";
    "unsafe-asset" Deny
        "An image or attachment is not what its ending says, or a drawing holds script."
        "A drawing with script runs in the reader's browser with the rights of the site."
        "=== handbook/a.svg\n<svg><script>alert(1)</script></svg>\n"
        "=== handbook/a.svg\n<svg><path d=\"M0 0\"/></svg>\n";
}
