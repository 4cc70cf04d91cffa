//! Markdown: the outline and the page agree with themselves, and no markup of
//! the author's stays that could act on the reader.

#![no_main]

use libfuzzer_sys::fuzz_target;
use milepost::markdown::{RenderInput, outline, render};

fuzz_target!(|text: &str| {
    let seen = outline(text, 0);
    assert!(seen.end as usize <= text.len());
    for heading in &seen.headings {
        assert!(text.get(heading.span.start as usize..heading.span.end as usize).is_some());
    }
    let page = render(text, 0, &RenderInput::default());
    let html = page.html.to_ascii_lowercase();
    for bad in ["<script", "<style", "<iframe", "<object", "<form"] {
        assert!(!html.contains(bad), "{bad} in {}", page.html);
    }
});
