//! The index of the search in a built site: there, whole, and the same however
//! it was built.

use crate::book::Book;

fn book() -> Book {
    (0..30).fold(Book::new(), |book, n| {
        book.file(&format!("src/p{n}/page.md"), format!("# Page {n}\n\nWord{n} and more.\n"))
    })
}

fn index(book: &Book, out: &str) -> Vec<(String, String)> {
    let files = book.tree(&format!("{out}/search"));
    files
        .into_iter()
        .map(|(path, bytes)| (path.display().to_string(), String::from_utf8(bytes).unwrap()))
        .collect()
}

#[test]
fn the_index_is_there_and_leads_nowhere_else() {
    let book = book();
    book.run("build").exits(0);
    let files = index(&book, "book");
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["index.js", "n0.js", "b0.js", "r0.js"] {
        assert!(names.contains(&name), "{names:?}");
    }
    for (name, text) in &files {
        assert!(text.starts_with(&format!("milepostSearch(\"{}\",", name.trim_end_matches(".js"))));
        assert!(!text.contains("..") && !text.contains("//") && !text.contains("src/"), "{name}");
    }
    let page = book.page("search.html");
    assert!(page.contains("name=\"q\"") && page.contains("<noscript>"));
    assert!(book.page("p3/page.html").contains("href=\"../search.html\""));
}

#[test]
fn what_is_carried_over_is_still_found() {
    let book = book();
    book.run("build -d one --jobs 1").exits(0);
    book.run("build -d two --jobs 2").exits(0);
    assert_eq!(index(&book, "one"), index(&book, "two"));
    let book = book.file("src/p3/page.md", "# Page 3\n\nQuokka.\n");
    book.run("build -d one").exits(0);
    book.run("build -d three").exits(0);
    assert_eq!(index(&book, "one"), index(&book, "three"));
    assert!(index(&book, "one").iter().any(|(_, text)| text.contains("quokka")));
}

#[test]
fn without_search_nothing_speaks_of_it() {
    let book = book();
    let toml = format!("{}\n[output.html.search]\nenable = false\n", book.read("book.toml"));
    let book = book.file("book.toml", toml).file("src/search.md", "# How we search\n");
    book.run("build").exits(0);
    assert!(!book.at("book/search").exists());
    assert!(!book.page("p3/page.html").contains("search-open"));
    assert!(book.page("search.html").contains("How we search"));
    let book = book.file("book.toml", "[output.html.search]\nenabled = true\n");
    book.run("build").exits(2).says("enable");
}

#[test]
fn a_page_of_that_name_is_a_collision() {
    let book = book().file("src/search.md", "# How we search\n");
    book.run("build").says("route-collision");
    assert!(book.page("search.html").contains("name=\"q\""));
}
