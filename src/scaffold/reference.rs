//! The guide's reference of kinds and registers, made from the kinds and the
//! matrix of requirements.

use crate::data::field::{CONDITIONS, Condition, Field, Fields, Level, Levels, Type};
use crate::kinds::{Kind, Kinds, Role, Section};
use crate::lifecycles::{Class, Lifecycles, Need, Requirement, Wanted};
use std::fmt::Write as _;

/// Tiers the built-in levels speak of.
const TIERS: usize = 3;
/// Deepest nesting of records that is shown.
const DEPTH: usize = 3;

/// The page `kinds.md` of the guide.
#[must_use]
pub fn kinds(kinds: &Kinds, lifecycles: &Lifecycles) -> String {
    let mut out = String::from(HEAD);
    out.push_str("| kind | what it is for | where `milepost new` puts it |\n|---|---|---|\n");
    for kind in kinds.iter() {
        let place = match &kind.register {
            Some(register) if kind.role == Role::Item => {
                format!("`{register}:` in a register, or `{}`", kind.file)
            }
            Some(register) => format!("`{}`, or `{register}:` in a register", kind.file),
            None => format!("`{}`", kind.file),
        };
        let _ = writeln!(out, "| [`{0}`](#{0}) | {1} | {place} |", kind.name, kind.purpose);
    }
    matrix(lifecycles, &mut out);
    out.push_str("\n## Roles\n\nWhere a role is asked for, one of these is written; the words behind it are read as the same. A portfolio adds its own: see [configuration](configuration.md#roles).\n\n| role | who it is | also read |\n|---|---|---|\n");
    for post in kinds.roles.iter() {
        let _ = writeln!(out, "| `{}` | {} | {} |", post.id, post.about, code(&post.aliases));
    }
    let page = kinds.of_role(Role::Page).map(|k| k.fields.clone());
    for kind in kinds.iter() {
        one(kind, page.as_deref(), &mut out);
    }
    out
}

const HEAD: &str = "# Kinds and registers

<!-- Made from the kinds by a test that compares it; `tests/suite/kinds.rs` says how. -->

Every kind of document and register item with its fields and sections. A level says how much something is wanted: `R` required, `E` expected, `O` optional, `-` not used; three of them stand for the tiers from most to least control. All of it can be changed: see [configuration](configuration.md#kinds).

";

fn matrix(lifecycles: &Lifecycles, out: &mut String) {
    out.push_str("\n## What is required when\n\nBy phase class and tier. `R@` must also be approved before the phase may end; *lite* asks only for the sections of the lightest tier. In a release window, before a launch, more is due.\n\n| | initiate | plan | execute | release window | close | only if |\n|---|---|---|---|---|---|---|\n");
    for row in &lifecycles.requirements {
        let name = match &row.wanted {
            Wanted::Kind(kind) => format!("[{}](#{kind})", row.title),
            Wanted::Registers(_) => row.title.to_string(),
        };
        let class = |class| cell(row, |tier| row.need(class, tier));
        let _ = writeln!(
            out,
            "| {name} | {} | {} | {} | {} | {} | {} |",
            class(Class::Initiate),
            class(Class::Plan),
            class(Class::Execute),
            cell(row, |tier| row.window(tier)),
            class(Class::Close),
            row.when.map(condition).unwrap_or_default(),
        );
    }
}

fn cell(row: &Requirement, need: impl Fn(usize) -> Need) -> String {
    let needs: Vec<Need> = (0..TIERS).map(need).collect();
    if needs.iter().all(|n| n.level == Level::Unused) {
        return String::new();
    }
    let show = |n: &Need| {
        let at = if n.approved { "@" } else { "" };
        format!("{}{at}{}", n.level.letter(), if n.lite { " lite" } else { "" })
    };
    let cells = needs.iter().map(show).collect::<Vec<_>>().join("/");
    let fewest = row.minimum.iter().map(ToString::to_string).collect::<Vec<_>>().join("/");
    let several = needs.iter().any(|n| n.level == Level::Required) && !fewest.is_empty();
    if several { format!("{cells}, at least {fewest}") } else { cells }
}

fn one(kind: &Kind, common: Option<&Fields>, out: &mut String) {
    let _ = write!(out, "\n## {}\n\n{}", kind.name, kind.purpose);
    if !kind.aliases.is_empty() {
        let _ = write!(out, " Also read: {}.", code(&kind.aliases));
    }
    let approvers = approvers(kind);
    if !approvers.is_empty() {
        let _ = write!(out, " Approved by {approvers}.");
    }
    out.push('\n');
    let shared = |f: &Field| {
        common.and_then(|c| c.find(&f.name)).is_some_and(|c| c.about == f.about)
            && kind.role != Role::Page
    };
    let own: Vec<&Field> = kind.fields.list.iter().filter(|f| !shared(f)).collect();
    if !own.is_empty() {
        out.push_str("\n| field | level | |\n|---|---|---|\n");
        for field in own {
            let _ = writeln!(
                out,
                "| `{}` | {} | {} |",
                field.name,
                wanted(&field.levels, &field.phases, &[], field.when),
                format!("{} {}", field.about, holds(field, 0)).trim_end()
            );
        }
    }
    if !kind.sections.is_empty() {
        out.push_str("\n| section | level | also read |\n|---|---|---|\n");
        for section in &kind.sections {
            let _ = writeln!(out, "| {} | {} | {} |", section.name, level(section), also(section));
        }
    }
}

fn level(section: &Section) -> String {
    wanted(&section.levels, &section.phases, &section.models, section.when)
}

fn also(section: &Section) -> String {
    let words = section.synonyms.join(", ");
    let fields = code(&section.satisfied_by);
    match (words.is_empty(), fields.is_empty()) {
        (_, true) => words,
        (true, false) => format!("given by {fields}"),
        (false, false) => format!("{words}; given by {fields}"),
    }
}

/// `R/E/O, in plan: E; if regulated`.
fn wanted(
    levels: &Levels,
    phases: &[Box<str>],
    models: &[Box<str>],
    when: Option<Condition>,
) -> String {
    let mut parts = vec![levels.show()];
    for words in [phases, models].into_iter().filter(|w| !w.is_empty()) {
        parts.push(format!("in {}", words.join(", ")));
    }
    parts.extend(when.map(|c| format!("if {}", condition(c))));
    parts.join("; ")
}

fn condition(wanted: Condition) -> String {
    let found = CONDITIONS.iter().find(|(_, c)| *c == wanted);
    found.map_or_else(String::new, |(name, _)| name.replace('-', " "))
}

/// What a field holds, beyond what its sentence says.
fn holds(field: &Field, depth: usize) -> String {
    let inner = |fields: &Fields| {
        let names: Vec<String> = fields.list.iter().map(|f| format!("`{}`", f.name)).collect();
        names.join(", ")
    };
    let what = match &field.kind {
        _ if depth > DEPTH => return String::new(),
        Type::Choice if !field.values.is_empty() => code(&field.values),
        Type::Record(fields) if !fields.list.is_empty() => format!("with {}", inner(fields)),
        Type::List(of) => match holds(of, depth + 1) {
            text if text.is_empty() => return "*(a list)*".into(),
            text => return format!("*(a list)* {text}"),
        },
        Type::Map(of) => match holds(of, depth + 1) {
            text if field.keys.is_empty() => text,
            text => format!("for {}: {text}", code(&field.keys)),
        },
        Type::Text | Type::Line | Type::Unit | Type::Any | Type::Choice | Type::Record(_) => {
            return String::new();
        }
        _ if depth > 0 => return String::new(),
        _ => field.what().to_owned(),
    };
    if what.is_empty() || depth > 0 { what } else { format!("*({what})*") }
}

fn approvers(kind: &Kind) -> String {
    let tiers: Vec<String> = (0..TIERS)
        .map(|tier| {
            let of = |roles: &str| roles.split('|').collect::<Vec<_>>().join(" or ");
            kind.approvers_at(tier).iter().map(|r| of(r)).collect::<Vec<_>>().join(", ")
        })
        .collect();
    match tiers.as_slice() {
        [] => String::new(),
        [first, rest @ ..] if rest.iter().all(|t| t == first) => first.clone(),
        all => all
            .iter()
            .enumerate()
            .map(|(i, roles)| format!("{roles} in tier {}", i + 1))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

fn code(words: &[Box<str>]) -> String {
    words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}
