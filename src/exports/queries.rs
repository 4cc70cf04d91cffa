//! Answers to the queries of pages as data: the same rows as on the page.

use super::{Export, File, Input, Published, hand_on, tables};
use crate::document::Document;
use crate::rollups::query::answer;

pub(super) static EXPORT: Export = Export {
    name: "queries",
    about: "the answer to every query in a page as CSV and JSON",
    published: Published::Always,
    write: |input, take| {
        let asking = input.p().documents.iter().enumerate();
        let mut files = asking.flat_map(|(i, document)| files(input, i, document));
        files.try_for_each(|file| hand_on(take, &file))
    },
};

fn files(input: &Input<'_>, index: usize, document: &Document) -> Vec<File> {
    let queries = document.queries.iter().enumerate();
    let context = input.context();
    queries
        .flat_map(|(at, query)| {
            let table = answer(&context, index, at, query);
            tables::files(input, &page(&document.path), &table)
        })
        .collect()
}

/// The name under which the answers of a page are found, for [`tables::places`].
#[must_use]
pub fn page(path: &str) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    format!("queries/{stem}")
}

#[cfg(test)]
mod tests {
    use crate::exports::{Input, find};
    use crate::rollups::testing::{FILES, check};

    #[test]
    fn answers_are_data_too() {
        let page = "=== projects/crm/asks.md\n# Asks\n\n```query\nfrom: milestones\n```\n\n\
            ```query\nfrom: milestones\nshow: count\n```\n\n\
            ```query\nfrom: milestones\ngroup: project\nshow: chart\n```\n";
        let checked = check(&format!("{FILES}{page}"));
        let input = Input::new(&checked, &|_| None);
        let files = find("queries").unwrap().files(&input).unwrap();
        let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names.len(), 6, "{names:?}");
        assert_eq!(names[0], "queries/projects/crm/asks/query-1.csv");
        let text = |i: usize| String::from_utf8(files[i].bytes.clone()).unwrap();
        let rows = text(0).lines().count() - 1;
        assert!(rows > 0);
        assert!(text(2).starts_with("count"), "{}", text(2));
        assert!(text(2).contains(&rows.to_string()), "{}", text(2));
        assert!(text(5).contains("\"count\""), "{}", text(5));
    }
}
