//! The star schema against the portfolio it is made from.

use super::*;
use crate::exports::find;
use crate::rollups::testing::{FILES, check, check_with};
use crate::target::Target;
use std::collections::BTreeSet;

fn with<T>(text: &str, look: impl FnOnce(&Input<'_>) -> T) -> T {
    let checked = check(text);
    look(&Input::new(&checked, &|target: &Target| match target {
        Target::Project(id) => Some(format!("projects/{id}/index.html")),
        _ => None,
    }))
}

fn sheet(input: &Input<'_>, name: &str) -> Sheet {
    sheets(input).into_iter().find(|s| s.name == name).unwrap()
}

/// The rows as `column=value` words of the columns asked for.
fn lines(sheet: &Sheet, columns: &[&str]) -> Vec<String> {
    let at = |name: &str| sheet.columns.iter().position(|c| c.name == name).unwrap();
    let word = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Date(date) => date.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Decimal(n) => n.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Null => "-".into(),
    };
    let line =
        |row: &Vec<Value>| columns.iter().map(|c| word(&row[at(c)])).collect::<Vec<_>>().join(" ");
    sheet.rows.iter().map(line).collect()
}

#[test]
fn every_value_fits_its_column_and_every_key_is_unique_and_known() {
    with(FILES, |input| {
        let all = sheets(input);
        let mut keys: BTreeSet<(&str, &str, String)> = BTreeSet::new();
        for sheet in &all {
            for row in &sheet.rows {
                assert_eq!(row.len(), sheet.columns.len(), "{}", sheet.name);
                for (column, value) in sheet.columns.iter().zip(row) {
                    assert!(value.fits(column.kind), "{}.{}", sheet.name, column.name);
                    let allowed = !column.null.is_empty() || *value != Value::Null;
                    assert!(allowed, "{}.{} is empty", sheet.name, column.name);
                    if let Value::Text(text) = value {
                        keys.insert((&sheet.name, column.name, text.clone()));
                    }
                    if let Value::Date(date) = value {
                        keys.insert((&sheet.name, column.name, date.to_string()));
                    }
                }
            }
            let star = TABLES.iter().find(|t| *t.name == *sheet.name).unwrap();
            let mut rows = lines(sheet, star.key);
            rows.sort();
            rows.dedup();
            assert_eq!(rows.len(), sheet.rows.len(), "{}", sheet.name);
        }
        for sheet in &all {
            for (i, column) in sheet.columns.iter().enumerate() {
                let Some((table, key)) = column.references else { continue };
                for row in &sheet.rows {
                    let word = match &row[i] {
                        Value::Text(text) => text.clone(),
                        Value::Date(date) => date.to_string(),
                        _ => continue,
                    };
                    let known = keys.contains(&(table, key, word.clone()));
                    assert!(known, "{}.{} names {word}", sheet.name, column.name);
                }
            }
        }
    });
}

#[test]
fn the_schema_describes_every_column_of_every_file() {
    with(FILES, |input| {
        let files = find("csv").unwrap().files(input).unwrap();
        let schema = files.iter().find(|f| f.name == "schema.json").unwrap();
        let schema: serde_json::Value = serde_json::from_slice(&schema.bytes).unwrap();
        assert_eq!(schema["version"], 1);
        let tables = schema["tables"].as_array().unwrap();
        assert_eq!(tables.len() + 1, files.len());
        for table in tables {
            let columns = table["columns"].as_array().unwrap();
            let names: Vec<&str> = columns.iter().map(|c| c["name"].as_str().unwrap()).collect();
            let csv = files.iter().find(|f| f.name == table["csv"].as_str().unwrap()).unwrap();
            let text = String::from_utf8(csv.bytes.clone()).unwrap();
            assert_eq!(text.lines().next().unwrap(), names.join(","));
            for column in columns {
                assert!(!column["meaning"].as_str().unwrap().is_empty(), "{column}");
            }
        }
        let json = find("json").unwrap().files(input).unwrap();
        for table in tables {
            let file = json.iter().find(|f| f.name == table["json"].as_str().unwrap()).unwrap();
            let rows: Vec<serde_json::Map<String, serde_json::Value>> =
                serde_json::from_slice(&file.bytes).unwrap();
            for row in rows {
                assert_eq!(row.len(), table["columns"].as_array().unwrap().len());
            }
        }
    });
}

/// Names programs count on: taking one away is a break of the promise.
#[test]
fn the_first_names_are_still_there() {
    let names: Vec<&str> = TABLES.iter().map(|t| t.name).collect();
    let promised = [
        "dim_project",
        "dim_person",
        "dim_unit",
        "dim_date",
        "fact_health",
        "fact_milestone",
        "fact_budget",
        "fact_risk",
        "fact_issue",
        "fact_change",
        "fact_decision",
        "fact_kpi",
    ];
    assert!(promised.iter().all(|n| names.contains(n)));
}

#[test]
fn reports_and_what_is_known_now_stand_beside_each_other() {
    with(FILES, |input| {
        let money = lines(
            &sheet(input, "fact_budget"),
            &["project", "report_as_of", "current", "actual", "eac", "eac_state", "cost_variance"],
        );
        assert_eq!(
            money,
            [
                "bare 2026-03-27 true - - not-reported -",
                "crm 2026-03-13 false 200000 500000 value 0",
                "crm 2026-03-27 false 240000 533000 value 6.6",
                "crm 2026-03-27 true 240000 533000 value 6.6",
            ]
        );
        let m7: Vec<String> = lines(
            &sheet(input, "fact_milestone"),
            &["milestone", "report_as_of", "current", "baseline", "forecast", "slip"],
        )
        .into_iter()
        .filter(|l| l.starts_with("M7"))
        .collect();
        assert_eq!(
            m7,
            [
                "M7 2026-03-13 false 2026-09-30 2026-09-30 0",
                "M7 2026-03-27 false 2026-09-30 2026-10-28 28",
                "M7 2026-03-27 true 2026-09-30 2026-10-28 28",
            ]
        );
        let risks = lines(
            &sheet(input, "fact_risk"),
            &["risk", "assessment", "assessed", "latest", "score", "open"],
        );
        assert_eq!(
            risks,
            [
                "R-004 1 2026-01-20 false 16 true",
                "R-004 2 2026-03-24 true 12 true",
                "R-009 1 - true 20 true",
                "R-001 1 - true 1 false",
            ]
        );
        let kpis = &sheet(input, "fact_kpi");
        let now = lines(kpis, &["current", "scope_id", "number", "n", "d", "state"]);
        assert!(now.contains(&"true crm K01 1 2 value".to_owned()), "{now:#?}");
        assert!(now.contains(&"true bare K01 - - not-reported".to_owned()), "{now:#?}");
        assert!(now.contains(&"true crm K02 28 268 value".to_owned()), "{now:#?}");
        assert!(now.contains(&"true crm K03 33000 500000 value".to_owned()), "{now:#?}");
        let measured = &input.checked.measures.kpis(input.p()).list;
        for m in measured {
            let rows = now.iter().filter(|l| l.starts_with("true") && l.contains(m.kpi.id));
            let scopes = 1 + m.tiers.len() + m.projects.iter().filter(|s| s.is_ok()).count();
            assert_eq!(rows.count(), scopes, "{}", m.kpi.id);
        }
    });
}

#[test]
fn declared_and_computed_health_are_told_apart() {
    with(FILES, |input| {
        let health = lines(
            &sheet(input, "fact_health"),
            &["project", "as_of", "dimension", "declared", "computed", "computed_state", "line"],
        );
        assert!(
            health.contains(&"crm 2026-03-27 budget green amber value 9".to_owned()),
            "{health:#?}"
        );
        assert!(health.contains(&"crm 2026-03-13 budget green - not-applicable 6".to_owned()));
        assert!(health.iter().any(|l| l.starts_with("bare 2026-03-27 overall - - not-")));
    });
}

#[test]
fn hostile_words_and_other_scripts_come_through() {
    let text = format!(
        "{FILES}=== projects/evil/project.md\n---\nkind: project\nid: evil\ntitle: \"=HYPERLINK(\\\"http://x\\\",\\\"変更, 🚢\\\")\"\nsponsor: \"+49 مرحبا\"\n---\n"
    );
    with(&text, |input| {
        let files = find("csv").unwrap().files(input).unwrap();
        let csv = files.iter().find(|f| f.name == "dim_project.csv").unwrap();
        let csv = String::from_utf8(csv.bytes.clone()).unwrap();
        assert!(csv.contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"変更, 🚢\"\")\""), "{csv}");
        assert!(csv.contains(",'+49 مرحبا,"), "{csv}");
        let json = find("json").unwrap().files(input).unwrap();
        let json = json.iter().find(|f| f.name == "dim_project.json").unwrap();
        let json: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
        assert_eq!(json[2]["title"], "=HYPERLINK(\"http://x\",\"変更, 🚢\")");
    });
}

#[test]
fn the_same_portfolio_gives_the_same_bytes() {
    let one = with(FILES, |input| find("csv").unwrap().files(input).unwrap());
    let two = with(FILES, |input| find("csv").unwrap().files(input).unwrap());
    assert_eq!(one, two);
}

#[test]
fn an_absurd_date_does_not_make_a_calendar_of_centuries() {
    let text = format!(
        "{FILES}=== projects/old/project.md\n---\nkind: project\nid: old\nstart: {{baseline: 1901-01-01}}\nfinish: {{baseline: 2199-01-01}}\n---\n"
    );
    with(&text, |input| {
        let days = sheet(input, "dim_date").rows.len();
        assert!((365 * 40..366 * 42).contains(&days), "{days}");
    });
}

#[test]
fn an_empty_book_has_tables_without_rows() {
    let checked = check_with("", "");
    let input = Input::new(&checked, &|_: &Target| None);
    for sheet in sheets(&input).iter().filter(|s| s.name != "dim_date") {
        assert!(sheet.rows.is_empty(), "{}", sheet.name);
    }
}
