//! Rules that `milepost review` alone can judge: they compare two trees. Their
//! examples are told in words, since one tree cannot show them.

use super::{Defaults, Rule};
use crate::finding::Severity::{Deny, Note, Warn};

/// A baseline says something else than in the base.
pub const EDITED_BASELINE: &str = "edited-baseline";
/// A published report says something else than in the base.
pub const EDITED_REPORT: &str = "edited-report";
/// A list of what is delivered grew after it was approved.
pub const GROWN_SCOPE_LIST: &str = "grown-scope-list";

/// Days after its date in which a report may still be put right.
pub const GRACE: i64 = 7;

/// The rules, sorted by name.
pub static RULES: &[Rule] = &[
    Rule {
        name: EDITED_BASELINE,
        summary: "A baseline, an original date or a step of their history says something else than before, without an approved change request.",
        why: "A single tree shows only what is written now: whoever moves the original date together with the baseline leaves no trace in it. Against an earlier tree the edit shows. `milepost review` alone reports it, at the value that was edited. A new step in `rebaselines` with an approved change request that names the milestone explains a new baseline; nothing explains a new original.",
        defaults: Defaults::Graded([Deny, Deny, Warn], [Deny, Deny, Warn]),
        example: "",
        remedy: "",
        check: None,
    },
    Rule {
        name: EDITED_REPORT,
        summary: "A published report was edited more than 7 days after its date.",
        why: "A report is what people were told on its date, and they decided by it. When it is edited afterwards, nobody can say any more who knew what. A mistake is put right in the next report, or in a section `Correction` of the same one, which this rule accepts. `milepost review` alone reports it, since it takes two trees to see it.",
        defaults: Defaults::Flat(Warn),
        example: "",
        remedy: "",
        check: None,
    },
    Rule {
        name: GROWN_SCOPE_LIST,
        summary: "A list of deliverables grew after the version that holds it was approved.",
        why: "What is added to an approved list of deliverables was approved by nobody, and no size or milestone shows it. A new version, approved again, or a change request makes it part of the deal. `milepost review` alone reports it, since it takes two trees to see it.",
        defaults: Defaults::Flat(Note),
        example: "",
        remedy: "",
        check: None,
    },
];
