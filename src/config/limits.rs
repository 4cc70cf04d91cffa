//! `[limits]`: sizes beyond which input is refused.

/// Sizes beyond which input is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LimitSettings {
    /// Largest markdown file, bytes.
    pub file_bytes: Option<u64>,
    /// Largest register, bytes.
    pub register_bytes: Option<u64>,
    /// Largest asset, bytes.
    pub asset_bytes: Option<u64>,
    /// Most files.
    pub files: Option<u64>,
    /// Deepest folder.
    pub depth: Option<u64>,
}
