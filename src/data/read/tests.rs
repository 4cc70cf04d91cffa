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
