//! Which item of the base an item of the head is: by id, file and title first,
//! so that two of one id are not taken for each other, then by less.

use super::Sides;
use crate::document::Item;
use std::collections::HashMap;

/// What belongs together.
pub(super) struct Matched<'i> {
    /// For every item of the head, the one of the base.
    pub(super) now: Vec<Option<&'i Item>>,
    /// Items of the base that are in the head no more.
    pub(super) gone: Vec<&'i Item>,
}

/// Whether two items are taken for the same.
type Way<'w> = &'w dyn Fn(&Item, &Item) -> bool;

pub(super) fn items<'i>(
    key: &str,
    was: &'i [Item],
    now: &'i [Item],
    sides: Sides<'_>,
) -> Matched<'i> {
    let mut found: Vec<Option<&Item>> = vec![None; now.len()];
    let mut left: Vec<Option<&Item>> = was.iter().map(Some).collect();
    let mut ids: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, item) in was.iter().enumerate().filter(|(_, i)| !i.id.is_empty()) {
        ids.entry(&item.id).or_default().push(at);
    }
    let file = |a: &Item, b: &Item| (sides.path)(&a.path).is_some_and(|path| path == b.path);
    let ways: [Way<'_>; 4] = [
        &|a, b| a.title() == b.title() && file(a, b),
        &|a, b| a.title() == b.title(),
        &|a, b| (sides.from)(key, b).is_none() && file(a, b),
        &|_, b| (sides.from)(key, b).is_none(),
    ];
    for way in ways {
        for (slot, item) in found.iter_mut().zip(now).filter(|(slot, _)| slot.is_none()) {
            let Some(places) = ids.get_mut(&*item.id) else { continue };
            let fits = |at: &usize| was.get(*at).is_some_and(|before| way(before, item));
            let Some(place) = places.iter().position(fits) else { continue };
            let at = places.remove(place);
            *slot = left.get_mut(at).and_then(Option::take);
        }
    }
    // What has another id may have the same title.
    let mut titles: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, item) in left.iter().enumerate().rev() {
        let titled = item.filter(|i| *i.title() != *i.id);
        titles.entry(titled.map_or("", Item::title)).or_default().push(at);
    }
    titles.remove("");
    for (slot, item) in found.iter_mut().zip(now).filter(|(slot, _)| slot.is_none()) {
        let at = titles.get_mut(item.title()).and_then(Vec::pop);
        *slot = at.and_then(|at| left.get_mut(at)).and_then(Option::take);
    }
    Matched { now: found, gone: left.into_iter().flatten().collect() }
}
