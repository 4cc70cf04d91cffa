//! `--format json`: one object. The schema's name changes when a field changes
//! its meaning; fields may be added.

use super::parts::{self, Body, Part};
use super::{Look, ProjectReview, Review};
use crate::text::visible;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The name of the schema.
const SCHEMA: &str = "milepost-review-1";

pub(super) fn write(review: &Review, look: &Look<'_>, out: &mut dyn Write) -> io::Result<()> {
    let value = value(review, look)?;
    let text = serde_json::to_string_pretty(&value).map_err(io::Error::from)?;
    out.write_all(harmless(&text).as_bytes())?;
    writeln!(out)
}

fn value(review: &Review, look: &Look<'_>) -> io::Result<Value> {
    let project = |p: &ProjectReview| -> io::Result<Value> {
        let mut value = serde_json::to_value(p).map_err(io::Error::from)?;
        if let Some(fields) = value.as_object_mut() {
            let page = p.target.as_ref().and_then(look.address);
            fields.insert("page".into(), json!(page));
            let words: Vec<Value> = parts::parts(p).iter().map(part).collect();
            fields.insert("words".into(), Value::Array(words));
            fields.insert("heading".into(), json!(parts::heading(p)));
        }
        Ok(value)
    };
    let projects: Vec<Value> = review.projects.iter().map(project).collect::<io::Result<_>>()?;
    let elsewhere = review.elsewhere.as_ref().map(project).transpose()?;
    Ok(json!({
        "schema": SCHEMA,
        "title": review.title,
        "base": review.base,
        "head": review.head,
        "as_of": review.as_of,
        "since": review.since,
        "sentence": parts::sentence(review).text(),
        "settings": review.settings,
        "silenced": review.silenced,
        "projects": projects,
        "elsewhere": elsewhere,
        "unchanged": review.unchanged,
    }))
}

/// A part as readers see it, in plain words.
fn part(part: &Part) -> Value {
    let lines: Vec<Value> = match &part.body {
        Body::Lines(lines) | Body::Inline(lines) => lines.iter().map(|l| json!(l.text())).collect(),
        Body::Table(table) => {
            let row = |r: &Vec<super::Phrase>| {
                json!(r.iter().map(super::Phrase::text).collect::<Vec<_>>())
            };
            table.rows.iter().map(row).collect()
        }
    };
    json!({ "part": part.key, "title": part.title, "look_first": part.alert, "lines": lines })
}

/// The same value, with nothing in it that acts on a terminal or on the reader
/// of a build log.
fn harmless(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 16);
    let (mut bytes, mut units) = ([0; 4], [0; 2]);
    let mut last = ' ';
    for c in json.chars() {
        let command = matches!(c, '#' | ':') && last == c;
        let shown = matches!(c, '\n') || visible(c.encode_utf8(&mut bytes)).len() == c.len_utf8();
        if shown && !command {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        last = c;
    }
    out
}
