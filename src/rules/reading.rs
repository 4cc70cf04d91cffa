//! Rules that reading itself reports: what is wrong with bytes, names, front
//! matter and values before any document is compared with another.

use super::{Defaults, Rule};
use crate::finding::Severity::{Deny, Note, Warn};

macro_rules! reading {
    ($($name:literal $level:ident $summary:literal $why:literal $example:literal $remedy:literal;)*) => {
        /// The rules, sorted by name. Those that need names, links or bytes a
        /// text cannot hold have no example.
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
    "changing-file" Warn
        "A file kept changing while it was read."
        "What is on the page may be half of one version and half of another. Run again when nobody is writing."
        ""
        "";
    "conflict-marker" Deny
        "A merge conflict was left unresolved."
        "Both versions stand in the text, and the reader cannot tell which was meant."
        "=== projects/crm/notes.md\n# N\n\n<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> other\n"
        "=== projects/crm/notes.md\n# N\n\nOne.\n";
    "dangling-link" Deny
        "A symbolic link leads to nothing."
        "The file it stood for is missing from the book without another word."
        ""
        "";
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
    "fractional-percent" Note
        "A percentage is written as a part of one."
        "Percentages are numbers from 0 to 100, so `0.45` is less than half of one per cent. Who comes from a spreadsheet often means 45 %, and a roll-up would show nearly nothing done."
        "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nprogress: {percent_complete: 0.45}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n"
        "=== projects/crm/status/2026-03-27.md\n---\nkind: status\nauthor: \"@mlopez\"\nas_of: 2026-03-27\nphase: execution\nhealth: {overall: green, schedule: green}\nprogress: {percent_complete: 45}\nmilestones:\n  M1: {forecast: 2026-10-05}\n---\n# Status\n";
    "hidden-character" Warn
        "A character that cannot be seen stands in the text."
        "Characters that reorder or hide text make a page say something else than its source, and make equal words differ."
        "=== projects/crm/notes.md\n# N\n\nAppro\u{202e}ved by the board.\n"
        "=== projects/crm/notes.md\n# N\n\nApproved by the board.\n";
    "invalid-config" Deny
        "A table of `book.toml` says something Milepost does not understand."
        "A setting that is not read leaves the default in force, which is the opposite of what its author wanted; so nothing is published until it is right."
        ""
        "";
    "invalid-query" Deny
        "A query in a page asks for something that is not there, or in a way that is not understood."
        "The page would show a list that is empty for the wrong reason. The fields are those of the kind or register, which `milepost schema` prints, and the derived ones of the guide."
        "=== projects/crm/notes.md\n# N\n\n```query\nfrom: risks\nwhere:\n  stauts: open\n```\n"
        "=== projects/crm/notes.md\n# N\n\n```query\nfrom: risks\nwhere:\n  status: open\n```\n";
    "invalid-toml" Deny
        "`book.toml`, or front matter between `+++` lines, is not valid TOML."
        "Nothing can be read from it. With a mistake in `book.toml` nothing is published."
        "=== projects/crm/notes.md\n+++\ntitle = N\n+++\n# N\n"
        "=== projects/crm/notes.md\n+++\ntitle = \"N\"\n+++\n# N\n";
    "invalid-value" Deny
        "A value is not of the type its field asks for, or outside its range."
        "A date or amount that cannot be read is left out of every roll-up."
        "=== projects/crm/notes.md\n---\ntitle: N\nupdated: 06/03/2026\n---\n# N\n"
        "=== projects/crm/notes.md\n---\ntitle: N\nupdated: 2026-03-06\n---\n# N\n";
    "invalid-yaml" Deny
        "Front matter or a register is not valid YAML."
        "What cannot be read is missing from every table. The other keys of the file are kept, and checks for what is missing leave the file alone until it reads."
        "=== projects/crm/notes.md\n---\nowner: @mlopez\n---\n# N\n"
        "=== projects/crm/notes.md\n---\nowner: \"@mlopez\"\n---\n# N\n";
    "kind-alias" Note
        "A document names its kind by another word than the one it is known by."
        "`highlight-report` and `status` are read alike, but who searches the repository for status reports finds half of them. Words of the house can be given under `[kinds.status]` as `aliases`; then nothing is said."
        "=== projects/crm/minutes/2026-03-20.md\n---\nkind: meeting-minutes\nforum: RAID review\ndate: 2026-03-20\nattendees: [\"@mlopez\"]\n---\n# Minutes\n"
        "=== projects/crm/minutes/2026-03-20.md\n---\nkind: minutes\nforum: RAID review\ndate: 2026-03-20\nattendees: [\"@mlopez\"]\n---\n# Minutes\n";
    "lfs-pointer" Deny
        "A document, register or picture is a Git LFS pointer instead of what it stands for."
        "The file itself was not fetched, so the page would show three lines of technical data, or nothing where a picture should be. Of a revision, which holds nothing but pointers, only documents and registers are told."
        "=== projects/crm/notes.md\nversion https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
        "=== projects/crm/notes.md\n# N\n";
    "link-loop" Deny
        "A symbolic link leads back to itself or to a folder that holds it."
        "Following it would never end; what is meant to be there is not read."
        ""
        "";
    "misplaced-front-matter" Warn
        "Front matter does not begin with `---` on the first line."
        "It is read as text: the document has no kind, no date and no owner, and its fields are printed on the page."
        "=== projects/crm/notes.md\n\n---\ntitle: N\n---\n# N\n"
        "=== projects/crm/notes.md\n---\ntitle: N\n---\n# N\n";
    "name-collision" Deny
        "Two names in a folder differ only in case or in how accents are written."
        "On Windows and macOS they are one file: a colleague who fetches the folder gets only one of them."
        ""
        "";
    "not-a-file" Deny
        "A document's name belongs to a pipe, a socket or a device."
        "There is no text to read in it."
        ""
        "";
    "not-a-mapping" Deny
        "Front matter is a list or a plain text instead of keys and values."
        "Nothing in it can be read."
        "=== projects/crm/notes.md\n---\n- a\n- b\n---\n# N\n"
        "=== projects/crm/notes.md\n---\ntags: [a, b]\n---\n# N\n";
    "not-utf8" Deny
        "A file is not UTF-8 text."
        "Letters beyond plain English would come out wrong on the page and in every table."
        ""
        "";
    "nul-byte" Deny
        "A file holds a NUL byte."
        "It is no text, or a text that a program has damaged."
        "=== projects/crm/notes.md\n# N\0\n"
        "=== projects/crm/notes.md\n# N\n";
    "outside-link" Deny
        "A symbolic link leads out of the book or to a hidden file."
        "Following it could publish files that were never meant to be read, so it is left out."
        ""
        "";
    "over-limit" Deny
        "A file, a name or a value is beyond what Milepost reads."
        "The limits keep one odd file from stopping the site; what is beyond them is left out."
        "=== projects/crm/notes.md\n---\nx-deep: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n---\n# N\n"
        "=== projects/crm/notes.md\n---\nx-flat: [1]\n---\n# N\n";
    "remote-image" Warn
        "An image is loaded from another site."
        "Each reader's visit would be told to that site, and the picture is gone when the other site is. Pages load nothing from elsewhere."
        "=== projects/crm/notes.md\n# N\n\n![plan](https://example.org/plan.png)\n"
        "=== projects/crm/notes.md\n# N\n\n[plan](https://example.org/plan.png)\n";
    "unclosed-block" Warn
        "A comment or a code block is never closed."
        "Everything below it belongs to it: sections, tables and asks that stand in the file are not on the page and count as missing."
        "=== projects/crm/notes.md\n# N\n\n<!-- to do\n\n## Costs\n\nThey rise.\n"
        "=== projects/crm/notes.md\n# N\n\n<!-- to do -->\n\n## Costs\n\nThey rise.\n";
    "unclosed-front-matter" Deny
        "Front matter is never closed."
        "Where it ends has to be guessed, and what follows may be read as a field or printed as text."
        "=== projects/crm/notes.md\n---\ntitle: N\n\n# N\n"
        "=== projects/crm/notes.md\n---\ntitle: N\n---\n# N\n";
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
    "unportable-name" Warn
        "A name cannot be used on every system, or hides characters."
        "A colleague on another system cannot fetch or open the file, and links to it break there."
        ""
        "";
    "unsafe-asset" Deny
        "An image or attachment is not what its ending says, or a drawing holds script."
        "A drawing with script runs in the reader's browser with the rights of the site."
        "=== handbook/a.svg\n<svg><script>alert(1)</script></svg>\n"
        "=== handbook/a.svg\n<svg><path d=\"M0 0\"/></svg>\n";
    "unsafe-html" Warn
        "HTML that could act on the reader is removed from the page."
        "Documents may hold simple HTML. Scripts, forms and styles could act in the reader's name or dress the page up as something else."
        "=== projects/crm/notes.md\n# N\n\n<script>alert(1)</script>\n"
        "=== projects/crm/notes.md\n# N\n\nPlain words.\n";
    "unsafe-link" Deny
        "A link uses a scheme that is not allowed, or hides its host."
        "Links such as `javascript:` run in the reader's browser. Allowed are https, http, mailto, tel and paths."
        "=== projects/crm/notes.md\n# N\n\n[x](javascript:alert(1))\n"
        "=== projects/crm/notes.md\n# N\n\n[x](https://example.org/)\n";
    "unsupported-yaml" Deny
        "YAML uses a feature that Milepost refuses: tags, merge keys, several documents."
        "These features make a value something else than what is written where one looks, and several programs read them differently."
        "=== projects/crm/notes.md\n---\ntitle: !secret N\n---\n# N\n"
        "=== projects/crm/notes.md\n---\ntitle: N\n---\n# N\n";
    "unusable-name" Deny
        "A name holds control characters or is not UTF-8."
        "It cannot be linked to or shown, so the file is left out."
        ""
        "";
    "unused-config" Note
        "A key of `book.toml` does nothing here."
        "Books made for mdBook are read as they are; keys of its other outputs have no effect."
        ""
        "";
}
