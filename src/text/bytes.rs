//! Sets of bytes: where the first byte stands that must be written otherwise.

/// Some of the 256 bytes.
#[derive(Debug)]
pub struct ByteSet([bool; 256]);

impl ByteSet {
    /// The bytes given.
    #[must_use]
    pub const fn of(members: &[u8]) -> Self {
        let mut all = [false; 256];
        let mut at = 0;
        while at < members.len() {
            all[members[at] as usize] = true;
            at += 1;
        }
        Self(all)
    }

    /// The same with one more.
    #[must_use]
    pub const fn and(mut self, member: u8) -> Self {
        self.0[member as usize] = true;
        self
    }

    /// The same, and all that the letters of control need: `0x00` to `0x1f`.
    #[must_use]
    pub const fn and_control(mut self) -> Self {
        let mut at = 0;
        while at < 0x20 {
            self.0[at] = true;
            at += 1;
        }
        self
    }

    /// Whether it holds a byte.
    #[must_use]
    pub fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }

    /// Where the first byte of the set stands in a text. It is looked for in
    /// eights: most texts hold none.
    #[must_use]
    pub fn find(&self, bytes: &[u8]) -> Option<usize> {
        let eights = bytes.chunks_exact(8);
        let clean =
            eights.take_while(|eight| !eight.iter().fold(false, |any, b| any | self.has(*b)));
        let from = 8 * clean.count();
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().position(|b| self.has(*b)).map(|at| from + at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_member_is_found_wherever_it_stands() {
        let set = ByteSet::of(b"<\"").and_control();
        for length in 0..40 {
            let plain = "é".repeat(length);
            assert_eq!(set.find(plain.as_bytes()), None, "{length}");
            for member in ["<", "\"", "\n", "\0"] {
                let text = format!("{plain}{member}later <");
                assert_eq!(set.find(text.as_bytes()), Some(2 * length), "{length} {member:?}");
            }
        }
        assert!(set.has(0x1f) && !set.has(b' ') && !set.has(0xff));
    }
}
