//! Reading back what exports write, for tests.

/// How many fields each record of a CSV text has, by RFC 4180.
pub fn widths(text: &str) -> Vec<usize> {
    records(text).iter().map(Vec::len).collect()
}

/// The records of a CSV text, by RFC 4180.
///
/// # Panics
/// A quote stands where none may, or a line does not end in CRLF.
pub fn records(text: &str) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    let (mut record, mut field) = (Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' => {
                assert!(field.is_empty(), "a quote within a field: {field}");
                quoted = true;
            }
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'), "a line that ends in CR alone");
                record.push(std::mem::take(&mut field));
                all.push(std::mem::take(&mut record));
            }
            '\n' if !quoted => panic!("a line that ends in LF alone"),
            c => field.push(c),
        }
    }
    assert!(!quoted && field.is_empty() && record.is_empty(), "the last line has no end");
    all
}
