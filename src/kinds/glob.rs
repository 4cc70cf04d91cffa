//! Matching paths with `*`, `**` and `?`.

/// Whether a path matches a glob: `*` within a folder, `**` across folders, `?`.
#[must_use]
pub fn glob(pattern: &str, path: &str) -> bool {
    let (p, t): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    glob_parts(&p, &t, 64)
}

fn glob_parts(pattern: &[&str], path: &[&str], depth: usize) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return path.is_empty() };
    if *first == "**" {
        return depth > 0
            && (0..=path.len()).any(|n| glob_parts(rest, path.get(n..).unwrap_or(&[]), depth - 1));
    }
    path.split_first()
        .is_some_and(|(name, tail)| wild(first, name) && glob_parts(rest, tail, depth))
}

/// `*` and `?` within one name, in linear time by remembering the last star.
fn wild(pattern: &str, name: &str) -> bool {
    let (p, n): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut i, mut j, mut star) = (0, 0, None);
    while j < n.len() {
        match p.get(i) {
            Some('*') => {
                star = Some((i, j));
                i += 1;
            }
            Some('?') => (i, j) = (i + 1, j + 1),
            Some(c) if *c == n[j] => (i, j) = (i + 1, j + 1),
            _ => match &mut star {
                Some((at, from)) => {
                    *from += 1;
                    (i, j) = (*at + 1, *from);
                }
                None => return false,
            },
        }
    }
    p.get(i..).unwrap_or(&[]).iter().all(|c| *c == '*')
}
