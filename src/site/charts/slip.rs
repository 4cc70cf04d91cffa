//! Slips: days in words and as a bar scaled to the worst on the page.

use super::as_f64;
use crate::site::view::Rag;
use crate::site::view::chart::{Num, SlipBar};
use crate::site::view::portfolio::Slip;

/// `+28 d`, `−2 d`, `on date`.
#[must_use]
pub fn days_text(days: i64) -> String {
    match days {
        0 => "on date".to_owned(),
        1.. => format!("+{days} d"),
        _ => format!("−{} d", days.unsigned_abs()),
    }
}

/// A slip of `days` with its bar; `worst` is the largest slip on the page,
/// early or late.
#[must_use]
pub fn slip(days: i64, worst: i64, rag: Rag) -> Slip {
    const WIDTH: f64 = 100.0;
    let size = as_f64(days.saturating_abs()) / as_f64(worst.saturating_abs().max(1));
    let width = if days == 0 { 0.0 } else { (size * WIDTH).clamp(3.0, WIDTH) };
    let class = match days {
        0 => "none",
        1.. => "late",
        _ => "early",
    };
    Slip { days, text: days_text(days), rag, bar: SlipBar { width: Num::of(width), class } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_signed_and_scaled() {
        let late = slip(28, 45, Rag::Amber);
        assert_eq!((late.text.as_str(), late.bar.width.to_string().as_str()), ("+28 d", "62.2"));
        let early = slip(-2, 45, Rag::Green);
        assert_eq!((early.text.as_str(), early.bar.class), ("−2 d", "early"));
        assert_eq!(slip(0, 0, Rag::Green).bar.width.to_string(), "0");
    }
}
