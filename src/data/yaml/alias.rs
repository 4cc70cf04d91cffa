//! Anchors and aliases, within budgets small enough that no text can blow up.

use super::super::{Node, Value};
use std::collections::HashMap;

/// Anchors remembered in one stretch, and aliases followed in one text.
const ALIASES: usize = 100;
/// Values one anchor may hold, and all aliases together may repeat.
const COPIES: usize = 1_000;
/// Bytes of text one anchor may hold.
const COPIED_BYTES: usize = 64 << 10;

/// The anchored values of one stretch of text, and what was spent on aliases
/// in the whole text.
#[derive(Default)]
pub(super) struct Aliases {
    /// `None` for a value too large to repeat.
    known: HashMap<usize, Option<(Value, Size)>>,
    followed: usize,
    copies: usize,
    refused: bool,
}

/// Why an alias is not followed.
pub(super) enum Refusal {
    /// The copy would go too deep.
    TooDeep,
    /// The text's aliases were refused before; one message is enough.
    Known,
    /// The first refusal, with its message.
    Fresh(String),
}

#[derive(Clone, Copy)]
struct Size {
    nodes: usize,
    depth: usize,
    bytes: usize,
}

impl Aliases {
    /// Forget the anchors, keep what was spent: another stretch begins.
    pub fn forget(&mut self) {
        self.known.clear();
    }

    /// Remember an anchored value, once it is read to its end.
    pub fn remember(&mut self, id: usize, node: &Node) {
        if self.known.len() < ALIASES {
            let size = measure(node);
            let small = size.nodes <= COPIES && size.bytes <= COPIED_BYTES;
            self.known.insert(id, small.then(|| (node.value.clone(), size)));
        }
    }

    /// The value an alias stands for and how many values it holds; `room` is
    /// how deep it may be.
    pub fn repeat(&mut self, id: usize, room: usize) -> Result<(Value, usize), Refusal> {
        self.followed += 1;
        let refusal = match self.known.get(&id) {
            Some(Some((value, size)))
                if self.followed <= ALIASES && self.copies + size.nodes <= COPIES =>
            {
                if size.depth > room {
                    return Err(Refusal::TooDeep);
                }
                self.copies += size.nodes;
                return Ok((value.clone(), size.nodes));
            }
            None if self.known.len() < ALIASES => {
                "an alias stands within the value it repeats".to_owned()
            }
            _ => format!("the aliases repeat more than the limit of {COPIES} values"),
        };
        if std::mem::replace(&mut self.refused, true) {
            return Err(Refusal::Known);
        }
        Err(Refusal::Fresh(refusal))
    }
}

/// How much a node holds; nodes are never deeper than the depth limit.
fn measure(node: &Node) -> Size {
    let mut size = Size { nodes: 1, depth: 0, bytes: 0 };
    let mut add = |child: &Node, key: usize| {
        let inner = measure(child);
        size.nodes += inner.nodes;
        size.depth = size.depth.max(inner.depth);
        size.bytes += inner.bytes + key;
    };
    match &node.value {
        Value::Null => {}
        Value::Scalar(scalar) => size.bytes = scalar.text.len(),
        Value::List(items) => {
            for item in items {
                add(item, 0);
            }
            size.depth += 1;
        }
        Value::Map(entries) => {
            for entry in entries {
                add(&entry.value, entry.key.len());
            }
            size.depth += 1;
        }
    }
    size
}
