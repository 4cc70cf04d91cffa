//! Exact numbers: a rational over `i128` with checked arithmetic.
//!
//! Thresholds are inclusive and money must add up, so binary floating point is
//! never used for a value that is compared or shown. Every operation returns
//! `None` when the result does not fit, and callers treat that as "not
//! computable", never as zero. Rounding happens only when a value is shown.

use std::cmp::Ordering;
use std::fmt;

/// An exact fraction in lowest terms with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    n: i128,
    d: i128,
}

/// The largest magnitude accepted when reading a number (10^24).
const LARGEST: i128 = 1_000_000_000_000_000_000_000_000;

impl Ratio {
    /// Zero.
    pub const ZERO: Self = Self { n: 0, d: 1 };

    /// A whole number.
    #[must_use]
    pub const fn whole(n: i128) -> Self {
        Self { n, d: 1 }
    }

    /// `n ÷ d`; `None` when `d` is zero or the fraction does not fit.
    #[must_use]
    pub fn new(n: i128, d: i128) -> Option<Self> {
        if d == 0 || n == i128::MIN || d == i128::MIN {
            return None;
        }
        let g = gcd(n.unsigned_abs(), d.unsigned_abs());
        let g = i128::try_from(g).ok()?;
        let sign = if d < 0 { -1 } else { 1 };
        Some(Self { n: n / g * sign, d: d / g * sign })
    }

    /// Read a plain decimal: optional sign, digits, optional fraction. No
    /// exponent, no thousands separator, no symbol, no `.5` or `5.`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (digits, ""),
        };
        let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty()
            || !plain(whole)
            || !plain(fraction)
            || whole.len() > 24
            || fraction.len() > 12
        {
            return None;
        }
        let d = 10i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let f: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
        let n = whole.parse::<i128>().ok()?.checked_mul(d)?.checked_add(f)?;
        let value = Self::new(if negative { -n } else { n }, d)?;
        (value.n.abs() / value.d <= LARGEST).then_some(value)
    }

    /// The sum.
    #[must_use]
    pub fn add(self, other: Self) -> Option<Self> {
        let n = self.n.checked_mul(other.d)?.checked_add(other.n.checked_mul(self.d)?)?;
        Self::new(n, self.d.checked_mul(other.d)?)
    }

    /// The difference.
    #[must_use]
    pub fn sub(self, other: Self) -> Option<Self> {
        self.add(other.neg())
    }

    /// The product.
    #[must_use]
    pub fn mul(self, other: Self) -> Option<Self> {
        Self::new(self.n.checked_mul(other.n)?, self.d.checked_mul(other.d)?)
    }

    /// The quotient; `None` when `other` is zero.
    #[must_use]
    pub fn div(self, other: Self) -> Option<Self> {
        Self::new(self.n.checked_mul(other.d)?, self.d.checked_mul(other.n)?)
    }

    /// The value with its sign turned.
    #[must_use]
    pub fn neg(self) -> Self {
        Self { n: -self.n, d: self.d }
    }

    /// The value without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self { n: self.n.abs(), d: self.d }
    }

    /// `self ÷ of × 100`; `None` when `of` is zero.
    #[must_use]
    pub fn percent_of(self, of: Self) -> Option<Self> {
        self.mul(Self::whole(100))?.div(of)
    }

    /// Sum of many; `None` when it does not fit.
    #[must_use]
    pub fn sum(values: impl IntoIterator<Item = Self>) -> Option<Self> {
        values.into_iter().try_fold(Self::ZERO, Self::add)
    }

    /// Whether the value is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.n < 0
    }

    /// Whether the value is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.n == 0
    }

    /// Numerator in lowest terms.
    #[must_use]
    pub fn numerator(self) -> i128 {
        self.n
    }

    /// Denominator in lowest terms, above zero.
    #[must_use]
    pub fn denominator(self) -> i128 {
        self.d
    }

    /// The value rounded half away from zero to `places` decimals, as the
    /// whole number of that last place (`1.25` to one place is `13`).
    #[must_use]
    pub fn rounded(self, places: u32) -> i128 {
        let scaled =
            10i128.checked_pow(places).and_then(|p| self.n.checked_mul(p)).unwrap_or(self.n);
        // Nearly every number is small, and division of large ones is slow.
        if let (Ok(n), Ok(d)) = (i64::try_from(scaled), i64::try_from(self.d)) {
            let (q, r) = (n / d, n % d);
            return i128::from(if r.abs() >= d - r.abs() { q + r.signum() } else { q });
        }
        let (q, r) = (scaled / self.d, scaled % self.d);
        if r.abs() >= self.d - r.abs() { q + r.signum() } else { q }
    }

    /// Add the shortest exact decimal up to six places (`6.6`, `500000`).
    pub fn write(self, out: &mut String) {
        const PLACES: u32 = 6;
        let n = self.rounded(PLACES);
        let Ok(size) = u64::try_from(n.unsigned_abs()) else {
            let text = self.show(PLACES);
            return out.push_str(text.trim_end_matches('0').trim_end_matches('.'));
        };
        if n < 0 {
            out.push('-');
        }
        let one = 10_u64.pow(PLACES);
        digits(size / one, 1, out);
        let (mut rest, mut places) = (size % one, PLACES as usize);
        if rest > 0 {
            while rest.is_multiple_of(10) {
                (rest, places) = (rest / 10, places - 1);
            }
            out.push('.');
            digits(rest, places, out);
        }
    }

    /// Shown with `places` decimals, rounded half away from zero.
    #[must_use]
    pub fn show(self, places: u32) -> String {
        let n = self.rounded(places);
        if places == 0
            && let Ok(n) = i64::try_from(n)
        {
            return n.to_string();
        }
        let digits = format!("{:0width$}", n.unsigned_abs(), width = places as usize + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places as usize);
        let sign = if n < 0 { "-" } else { "" };
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// Money with thousands separated by commas; cents only when there are any.
    #[must_use]
    pub fn money(self) -> String {
        let places = if self.d == 1 { 0 } else { 2 };
        let text = self.show(places);
        let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
        let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
        let mut out = String::from(sign);
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(c);
        }
        if let Some(fraction) = fraction {
            out.push('.');
            out.push_str(fraction);
        }
        out
    }
}

impl fmt::Display for Ratio {
    /// As [`Ratio::write`] adds it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(16);
        self.write(&mut text);
        f.write_str(&text)
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    /// Exact order; cross-multiplied, and by continued fraction should the
    /// products not fit.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.n.checked_mul(other.d), other.n.checked_mul(self.d)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => compare(*self, *other),
        }
    }
}

/// Compare two fractions by their whole parts, then by the inverse of the rest.
fn compare(a: Ratio, b: Ratio) -> Ordering {
    let (qa, qb) = (a.n.div_euclid(a.d), b.n.div_euclid(b.d));
    let (ra, rb) = (a.n.rem_euclid(a.d), b.n.rem_euclid(b.d));
    qa.cmp(&qb).then_with(|| match (ra, rb) {
        (0, 0) => Ordering::Equal,
        (0, _) => Ordering::Less,
        (_, 0) => Ordering::Greater,
        _ => compare(Ratio { n: b.d, d: rb }, Ratio { n: a.d, d: ra }),
    })
}

/// Add a number in at least `width` digits, without the machinery of formatting:
/// there are many numbers.
pub fn digits(mut n: u64, width: usize, out: &mut String) {
    let mut all = [b'0'; 20];
    let mut count = 0;
    for place in all.iter_mut().rev() {
        if n == 0 && count >= width {
            break;
        }
        *place += u8::try_from(n % 10).unwrap_or(0);
        n /= 10;
        count += 1;
    }
    // Few digits are added sooner one by one than checked as a text.
    out.extend(all.iter().skip(all.len() - count).map(|digit| char::from(*digit)));
}

/// Add a whole number that may be negative.
pub fn integer(n: i64, out: &mut String) {
    if n < 0 {
        out.push('-');
    }
    digits(n.unsigned_abs(), 1, out);
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    // Nearly every number is small, and division of large ones is slow.
    if let (Ok(mut a), Ok(mut b)) = (u64::try_from(a), u64::try_from(b)) {
        while b != 0 {
            (a, b) = (b, a % b);
        }
        return u128::from(a.max(1));
    }
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(n: i128, d: i128) -> Ratio {
        Ratio::new(n, d).unwrap()
    }

    #[test]
    fn the_shortest_decimal_is_written_for_numbers_of_any_size() {
        let numbers = ["0", "6.6", "-6.6", "500000", "0.000001", "-0.05", "12.000345", "100"];
        let large =
            ["123456789012345678901.25", "-999999999999999999999999", "18446744073709.551615"];
        for text in numbers.into_iter().chain(large) {
            let number = Ratio::parse(text).unwrap();
            assert_eq!(number.to_string(), text);
            let shown = number.show(6);
            assert_eq!(shown.trim_end_matches('0').trim_end_matches('.'), text);
        }
        assert_eq!(Ratio::new(1, 3).unwrap().to_string(), "0.333333");
        assert_eq!(Ratio::new(-1, 3_000_000).unwrap().to_string(), "0");
        assert_eq!(Ratio::new(2, 3).unwrap().show(0), "1");
    }

    #[test]
    fn seven_thirds_times_three_is_seven() {
        assert_eq!(r(7, 3).mul(Ratio::whole(3)), Some(Ratio::whole(7)));
    }

    #[test]
    fn comparison_is_exact_at_inclusive_bounds() {
        let late = Ratio::whole(28).percent_of(Ratio::whole(268)).unwrap();
        assert!(late > Ratio::whole(10));
        assert_eq!(late.show(1), "10.4");
        let over = Ratio::whole(33_000).percent_of(Ratio::whole(500_000)).unwrap();
        assert_eq!(over, Ratio::parse("6.6").unwrap());
        assert_eq!(r(i128::MAX, 3).cmp(&r(i128::MAX - 1, 3)), Ordering::Greater);
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        assert_eq!(Ratio::parse("0.25").unwrap().show(1), "0.3");
        assert_eq!(Ratio::parse("-0.25").unwrap().show(1), "-0.3");
        assert_eq!(r(50, 12).show(2), "4.17");
        assert_eq!(Ratio::parse("-0.04").unwrap().show(1), "0.0");
    }

    #[test]
    fn the_grammar_of_numbers_is_strict() {
        for bad in [
            "",
            "1e4",
            "1,000",
            ".5",
            "5.",
            "$5",
            "NaN",
            "0x10",
            "1_000",
            "--1",
            "99999999999999999999999999",
        ] {
            assert_eq!(Ratio::parse(bad), None, "{bad}");
        }
        assert_eq!(Ratio::parse("500000.00"), Some(Ratio::whole(500_000)));
        assert_eq!(Ratio::parse("-12.5").unwrap().to_string(), "-12.5");
    }

    #[test]
    fn money_shows_thousands_and_only_the_cents_there_are() {
        assert_eq!(Ratio::whole(1_234_567).money(), "1,234,567");
        assert_eq!(Ratio::parse("-1234.5").unwrap().money(), "-1,234.50");
        assert_eq!(Ratio::whole(999).money(), "999");
    }

    #[test]
    fn what_does_not_fit_is_refused_not_wrapped() {
        assert_eq!(Ratio::whole(i128::MAX).add(Ratio::whole(1)), None);
        assert_eq!(Ratio::ZERO.percent_of(Ratio::ZERO), None);
    }
}
