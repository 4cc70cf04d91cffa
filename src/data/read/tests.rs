//! What the reader makes of shapes that several fields share.

use super::*;

#[test]
fn a_list_of_items_with_ids_is_a_mapping() {
    let parse = crate::data::yaml::parse;
    let text = "- {id: M1, note: a}\n- {id: M2, note: b}\n";
    let parsed = parse(text, 0..text.len(), &crate::data::yaml::Limits::REGISTER);
    let of = Field::new("", Type::Map(Box::new(Field::new("", Type::Any))));
    let mut problems = Vec::new();
    let datum = value(&parsed.root.unwrap(), &of, &mut problems).unwrap();
    let names: Vec<_> = datum.record().unwrap().slots.iter().map(|s| &*s.name).collect();
    assert_eq!((names, problems), (vec!["M1", "M2"], vec![]));
}

#[test]
fn a_date_in_words_is_told_as_it_is_written_here() {
    let help = |text: &str| {
        let node = Node {
            span: Span::at(0),
            value: Value::Scalar(crate::data::Scalar { text: text.into(), plain: true }),
        };
        let mut problems = Vec::new();
        let _ = value(&node, &Field::new("due", Type::Date), &mut problems);
        problems.remove(0).help.unwrap()
    };
    for (text, day) in [
        ("Jan 3, 2027", "2027-01-03"),
        ("6 December 2026", "2026-12-06"),
        ("2026/11/22", "2026-11-22"),
    ] {
        assert_eq!(help(text), format!("write `{day}`, or run `milepost check --fix`"));
    }
    assert!(help("06/03/2026").starts_with("write `2026-03-06` or `2026-06-03`"));
    assert!(help("next week").starts_with("write the date as YYYY-MM-DD"));
}
