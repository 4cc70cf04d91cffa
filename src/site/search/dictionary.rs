//! Every word of the site once, with a number; filled from any thread.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use xxhash_rust::xxh3::xxh3_64;

const PARTS: usize = 64;

/// Words and their numbers, in no order that means anything.
#[derive(Debug)]
pub struct Dictionary {
    parts: Vec<Mutex<Part>>,
    next: AtomicU32,
}

/// Words by the hash of their bytes; the rare others of one hash by the next
/// that is free.
type Part = HashMap<u64, (Box<str>, u32), BuildHasherDefault<Given>>;

/// The hash is the key itself.
#[derive(Debug, Default, Clone, Copy)]
struct Given(u64);

impl Hasher for Given {
    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Default for Dictionary {
    fn default() -> Self {
        Self { parts: (0..PARTS).map(|_| Mutex::default()).collect(), next: AtomicU32::new(0) }
    }
}

impl Dictionary {
    /// The number of a word whose hash is `hash`.
    pub fn number(&self, word: &[u8], hash: u64) -> u32 {
        // The map takes its place from the low bits, so the part from the high.
        let at = usize::try_from(hash >> 58).unwrap_or(0);
        let Some(part) = self.parts.get(at) else { return 0 };
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = hash;
        loop {
            match part.entry(key) {
                Entry::Occupied(known) if known.get().0.as_bytes() == word => {
                    return known.get().1;
                }
                Entry::Occupied(_) => key = key.wrapping_add(1),
                Entry::Vacant(free) => {
                    let number = self.next.fetch_add(1, Ordering::Relaxed);
                    return free.insert((String::from_utf8_lossy(word).into(), number)).1;
                }
            }
        }
    }

    /// All words in order, and for each number the place of its word there.
    #[must_use]
    pub fn sorted(&self) -> (Vec<Box<str>>, Vec<u32>) {
        let mut all: Vec<(Box<str>, u32)> = Vec::new();
        for part in &self.parts {
            let part = part.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend(part.values().cloned());
        }
        // As scripts compare texts: by their UTF-16 units.
        all.sort_unstable_by(|(a, _), (b, _)| {
            if a.is_ascii() && b.is_ascii() {
                a.cmp(b)
            } else {
                a.encode_utf16().cmp(b.encode_utf16())
            }
        });
        let mut places = vec![0; all.len()];
        for (place, (_, number)) in all.iter().enumerate() {
            if let Some(slot) = places.get_mut(*number as usize) {
                *slot = u32::try_from(place).unwrap_or(u32::MAX);
            }
        }
        (all.into_iter().map(|(word, _)| word).collect(), places)
    }
}

/// The hash of a word.
#[must_use]
pub fn hash(word: &[u8]) -> u64 {
    xxh3_64(word)
}

/// The words one text has had so far, by their hashes: each stands in the first
/// free place from the one its hash names, 0 being free. Asked for every word of
/// the site.
#[derive(Debug)]
pub struct Seen {
    places: Vec<u64>,
    len: usize,
}

impl Seen {
    /// None yet, and room for so many.
    #[must_use]
    pub fn of(words: usize) -> Self {
        Self { places: vec![0; (2 * words).next_power_of_two()], len: 0 }
    }

    /// Whether it is new.
    pub fn insert(&mut self, hash: u64) -> bool {
        let hash = hash.max(1);
        if self.len * 2 >= self.places.len() {
            let larger = vec![0; self.places.len() * 2];
            let known = std::mem::replace(&mut self.places, larger);
            known.into_iter().filter(|hash| *hash != 0).for_each(|hash| {
                self.place(hash);
            });
        }
        let new = self.place(hash);
        self.len += usize::from(new);
        new
    }

    /// Whether it was not there; it is then.
    fn place(&mut self, hash: u64) -> bool {
        // At most half of the places are taken, so a free one is found.
        let most = self.places.len() - 1;
        let mut at = usize::try_from(hash & 0xffff_ffff).unwrap_or(0) & most;
        while let Some(place) = self.places.get_mut(at) {
            if *place == hash {
                return false;
            }
            if *place == 0 {
                *place = hash;
                return true;
            }
            at = (at + 1) & most;
        }
        false
    }

    /// How many there were.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_new_once_however_many_there_are() {
        let mut seen = Seen::of(8);
        // Hashes that want the same place, and 0 and 1, which are taken for one.
        let hashes: Vec<u64> = (1..3000).map(|n| n << 12).chain([0]).collect();
        assert!(hashes.iter().all(|hash| seen.insert(*hash)));
        assert!(!hashes.iter().any(|hash| seen.insert(*hash)));
        assert_eq!(seen.len(), hashes.len());
    }

    #[test]
    fn a_word_has_one_number_whoever_asks() {
        let dictionary = Dictionary::default();
        let number = |word: &str| dictionary.number(word.as_bytes(), hash(word.as_bytes()));
        let (plan, risk) = (number("plan"), number("risk"));
        assert_ne!(plan, risk);
        assert_eq!(number("plan"), plan);
        // Two words of one hash stay two.
        assert_ne!(dictionary.number(b"other", hash(b"plan")), plan);
        let (words, places) = dictionary.sorted();
        assert_eq!(words.iter().map(|w| &**w).collect::<Vec<_>>(), ["other", "plan", "risk"]);
        assert_eq!(places[risk as usize], 2);
    }
}
