//! Worked examples of plots.

use super::*;
use crate::site::charts::tests::day;
use crate::table::{Limit, Missing};

fn some(shape: Shape) -> Plot {
    let limits = vec![Limit { label: "green".into(), at: Ratio::whole(90) }];
    let (key, title) = ("p".to_owned(), "On time".to_owned());
    Plot { key, title, unit: Unit::Percent, limits, shape, ..Plot::default() }
}

#[test]
fn lines_need_two_days_and_say_where_they_end() {
    let line = |points| Line { label: "All".into(), points };
    let one = (day("2026-01-31"), Ratio::whole(80));
    assert!(plot(&some(Shape::Lines(vec![line(vec![one])]))).is_none());
    let two = (day("2026-02-28"), Ratio::new(125, 2).unwrap());
    let view = plot(&some(Shape::Lines(vec![line(vec![one, two])]))).unwrap();
    assert_eq!(view.lines[0].label, "All 62.5 %");
    assert_eq!(view.about.description, "On time: All from 80.0 % to 62.5 %");
    assert_eq!(view.limits[0].label, "green 90.0 %");
    assert_eq!(view.about.table.rows[1], ["28 Feb 2026", "62.5 %"]);
}

#[test]
fn bars_say_what_is_missing_and_grow_both_ways() {
    let bar =
        |label: &str, value| Bar { label: label.into(), value, rag: None, note: "4 of 5".into() };
    let view = plot(&some(Shape::Bars(vec![
        bar("CRM", Ok(Ratio::whole(-10))),
        bar("ERP", Err(Missing::NotReported)),
    ])))
    .unwrap();
    assert!(view.bars[0].x < view.left);
    assert_eq!(view.bars[1].text, "not reported (4 of 5)");
    assert_eq!(view.bars[1].width, Num::of(0.0));
    assert!(plot(&some(Shape::Bars(vec![bar("ERP", Err(Missing::NotYet))]))).is_none());
}

#[test]
fn columns_stand_on_each_other() {
    let stack =
        |label: &str, n| Stack { label: label.into(), values: vec![Some(Ratio::whole(n)), None] };
    let shape = Shape::Columns {
        names: vec!["Apr".into(), "May".into()],
        stacks: vec![stack("CRM", 1), stack("ERP", 2)],
        line: Some(stack("capacity", 6)),
    };
    let view = plot(&Plot { unit: Unit::Fte, limits: Vec::new(), ..some(shape) }).unwrap();
    assert_eq!(view.bars.len(), 2);
    assert!(view.bars[1].y < view.bars[0].y);
    assert_eq!((view.bars[0].texture, view.bars[1].texture), (None, Some(2)));
    assert!(view.about.description.ends_with(
        "Apr: CRM 1.0 FTE, ERP 2.0 FTE, capacity 6.0 FTE; May: CRM –, ERP –, capacity –"
    ));
    assert_eq!(view.about.table.rows[1], ["May", "–", "–", "–"]);
    assert_eq!(view.lines[0].label, "capacity 6.0 FTE");
}

#[test]
fn absurd_numbers_draw_nothing_wild() {
    let huge = Ratio::whole(i128::MAX);
    let bar = Bar { label: "x".repeat(300), value: Ok(huge), rag: None, note: String::new() };
    let view = plot(&some(Shape::Bars(vec![bar]))).unwrap();
    assert!(view.bars[0].width <= Num::of(WIDTH - BARS_LEFT));
    assert!(view.bars[0].label.chars().count() <= NAME);
    assert!(view.bars[0].text.chars().count() <= WORDS);
}
