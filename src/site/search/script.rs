//! Values as scripts: what is searched is loaded by `<script src>`, the only
//! way that works without a server and under the strict policy.

use crate::exports::json::string as quote;
use serde_json::Value;

/// A script that hands a value to the page: `milepostSearch(name, version, value)`.
/// The value is written by `value`, all its words by [`quote`], which leaves
/// nothing that ends a script or is no line of one.
#[must_use]
pub fn script(name: &str, version: &str, value: impl FnOnce(&mut String)) -> String {
    // As long as a piece of the index, and mostly longer than what is shown of a
    // few entries.
    let mut out = String::with_capacity(6 << 10);
    out.push_str("milepostSearch(");
    quote(name, &mut out);
    out.push(',');
    quote(version, &mut out);
    out.push(',');
    value(&mut out);
    out.push_str(");\n");
    out
}

/// A value of any shape.
pub fn literal(value: &Value, out: &mut String) {
    let separate = |n: usize, out: &mut String| {
        if n > 0 {
            out.push(',');
        }
    };
    match value {
        Value::String(text) => quote(text, out),
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                separate(n, out);
                literal(item, out);
            }
            out.push(']');
        }
        Value::Object(entries) => {
            out.push('{');
            for (n, (key, item)) in entries.iter().enumerate() {
                separate(n, out);
                quote(key, out);
                out.push(':');
                literal(item, out);
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_the_script() {
        let value = serde_json::json!(["</script><!--", "\u{2028}\u{2029}\u{85}", "\"\\\n", "🚀"]);
        let text = script("r0", "1", |out| literal(&value, out));
        assert_eq!(
            text,
            "milepostSearch(\"r0\",\"1\",[\"\\u003c/script>\\u003c!--\",\"\\u2028\\u2029\\u0085\",\"\\\"\\\\\\n\",\"🚀\"]);\n"
        );
        let json = text.trim_start_matches("milepostSearch(\"r0\",\"1\",");
        let back: Value = serde_json::from_str(json.trim_end_matches(");\n")).unwrap();
        assert_eq!(back, value);
    }
}
