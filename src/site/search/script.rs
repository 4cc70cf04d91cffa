//! Values as scripts: what is searched is loaded by `<script src>`, the only
//! way that works without a server and under the strict policy.

use serde_json::Value;

/// A script that hands a value to the page: `milepostSearch(name, version, value)`.
#[must_use]
pub fn script(name: &str, version: &str, value: &Value) -> String {
    let mut out = String::from("milepostSearch(");
    literal(&Value::from(name), &mut out);
    out.push(',');
    literal(&Value::from(version), &mut out);
    out.push(',');
    literal(value, &mut out);
    out.push_str(");\n");
    out
}

/// JSON that is also a script and harmless in a page: no `<`, no line ends of
/// other sorts.
fn literal(value: &Value, out: &mut String) {
    let json = value.to_string();
    // Begins none of the characters below, as nearly always.
    let harmless = |b: u8| !matches!(b, b'<' | 0x7f | 0xc2 | 0xe2 | 0xef);
    if json.bytes().all(harmless) {
        return out.push_str(&json);
    }
    for c in json.chars() {
        match c {
            '<' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{85}' | '\u{7f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_the_script() {
        let value = serde_json::json!(["</script><!--", "\u{2028}\u{2029}\u{85}", "\"\\\n", "🚀"]);
        let text = script("r0", "1", &value);
        assert_eq!(
            text,
            "milepostSearch(\"r0\",\"1\",[\"\\u003c/script>\\u003c!--\",\"\\u2028\\u2029\\u0085\",\"\\\"\\\\\\n\",\"🚀\"]);\n"
        );
        let json = text.trim_start_matches("milepostSearch(\"r0\",\"1\",");
        let back: Value = serde_json::from_str(json.trim_end_matches(");\n")).unwrap();
        assert_eq!(back, value);
    }
}
