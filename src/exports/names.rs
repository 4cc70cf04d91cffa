//! Names of files made from ids that anyone may write: safe on every file
//! system, in a web address, and never the same twice.

use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_64;

/// Longest name, in bytes: with an ending it fits everywhere.
const LONGEST: usize = 80;

/// Names that Windows keeps for devices.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul", "com", "lpt"];

/// A name for an id: letters and digits of any script, `-`, `_` and `.`; what
/// had to change gets a hash of the id after it.
#[must_use]
pub fn safe(id: &str) -> String {
    let mut name = String::new();
    for c in id.chars() {
        let plain = c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        name.push(if plain { c } else { '-' });
        if name.len() >= LONGEST {
            break;
        }
    }
    let name = name.trim_matches(['.', '-']).to_owned();
    let lower = name.to_lowercase();
    let stem: &str = lower.split('.').next().unwrap_or_default();
    let device = RESERVED.iter().any(|r| {
        stem.strip_prefix(r).is_some_and(|rest| rest.is_empty() || rest.parse::<u8>().is_ok())
    });
    if name == id && !device && !name.is_empty() {
        return name;
    }
    hashed(&name, id)
}

fn hashed(name: &str, id: &str) -> String {
    let hash = xxh3_64(id.as_bytes()) & 0xffff_ffff;
    if name.is_empty() { format!("id-{hash:08x}") } else { format!("{name}-{hash:08x}") }
}

/// Gives each id a name of its own, upper and lower case being the same.
#[derive(Debug, Default)]
pub struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// The name of the next id.
    pub fn name(&mut self, id: &str) -> String {
        let plain = safe(id);
        let mut name = plain.clone();
        let mut n = 1;
        while !self.taken.insert(name.to_lowercase()) {
            n += 1;
            name = if n == 2 { hashed(&plain, id) } else { format!("{plain}-{n}") };
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_ids_stay_and_hostile_ones_are_tamed() {
        assert_eq!(safe("crm-2"), "crm-2");
        assert_eq!(safe("変更"), "変更");
        for hostile in
            ["../../etc/passwd", "C:\\x", "a/b", "CON", "com1.x", "..", "", "x ", "\u{202e}a"]
        {
            let name = safe(hostile);
            assert!(!name.is_empty() && !name.contains(['/', '\\', ':']), "{name}");
            assert!(!name.starts_with('.') && !name.ends_with('.'), "{name}");
            assert_ne!(name, hostile);
        }
        assert!(safe(&"x".repeat(300)).len() < 100);
        assert!(safe(&"変".repeat(300)).len() < 100);
    }

    #[test]
    fn two_ids_never_share_a_name() {
        let mut names = Names::default();
        let all: Vec<String> =
            ["crm", "CRM", "crm", "crm", "a/b", "a:b"].iter().map(|id| names.name(id)).collect();
        let mut lower: Vec<String> = all.iter().map(|n| n.to_lowercase()).collect();
        lower.sort();
        lower.dedup();
        assert_eq!(lower.len(), all.len(), "{all:?}");
        assert_eq!(all[0], "crm");
    }
}
