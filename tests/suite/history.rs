//! Who changed a document last, on its page and in the audit evidence.

use crate::book::Book;
use std::process::Command;

/// Run git in a book, by none but these settings, as an author on a day.
fn git(book: &Book, author: &str, day: &str, words: &[&str]) {
    let date = format!("{day}T12:00:00+02:00");
    let output = Command::new("git")
        .current_dir(book.root())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", book.root())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", author)
        .env("GIT_AUTHOR_EMAIL", "a@example.org")
        .env("GIT_COMMITTER_NAME", "Build")
        .env("GIT_COMMITTER_EMAIL", "b@example.org")
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date)
        .args(words)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(book: &Book, author: &str, day: &str, message: &str) {
    git(book, author, day, &["add", "."]);
    git(book, author, day, &["commit", "-qm", message]);
}

const CONFIG: &str = "[book]\ntitle = \"T\"\n[portfolio]\nas-of = \"2026-03-27\"\n\
                      [output.html]\ngit-repository-url = \"https://github.com/city/pmo\"\n";

const CARD: &str =
    "---\nkind: project\ntitle: CRM\ntier: 1\nphase: execution\nstate: active\n---\n# CRM\n";

const CHARTER: &str = "---\nkind: charter\nversion: \"1.0\"\nstate: approved\napprovals:\n  \
    - {role: sponsor, name: D. Okafor, decision: approved, date: 2026-02-02, of: \"1.0\"}\n\
    ---\n# Charter\n";

/// A book of a few commits: `a.md` by Ana Ruiz, then by Bo & Lind.
fn book() -> Book {
    let book = Book::new()
        .file("book.toml", CONFIG)
        .file(".gitignore", "/book/\n")
        .file("src/a.md", "# A\n\nOne.\n")
        .file("src/b.md", "# B\n\nOne.\n")
        .file("src/projects/crm/project.md", CARD);
    git(&book, "Ana Ruiz", "2026-01-10", &["init", "-q", "-b", "main"]);
    commit(&book, "Ana Ruiz", "2026-01-10", "Begin");
    let book = book.file("src/projects/crm/charter.md", CHARTER);
    commit(&book, "Ana Ruiz", "2026-02-03", "Record the approval");
    let book = book.file("src/b.md", "# B\n\nTwo.\n").file(
        "src/projects/crm/charter.md",
        CHARTER.replace("# Charter\n", "# Charter\n\nMore.\n"),
    );
    commit(&book, "Bo & Lind", "2026-03-03", "Widen <b>the</b> scope");
    book
}

fn footer(book: &Book, route: &str) -> String {
    let page = book.page(route);
    let Some((_, rest)) = page.split_once("<p class=\"footnote changed\">") else {
        return String::new();
    };
    rest.split_once("</p>").unwrap().0.to_owned()
}

#[test]
fn each_page_says_who_changed_its_document_last() {
    let book = book();
    book.run("build");
    let said = footer(&book, "a.html");
    assert!(said.starts_with("Last changed 10 Jan 2026 by Ana Ruiz in "), "{said}");
    let said = footer(&book, "b.html");
    assert!(said.starts_with("Last changed 3 Mar 2026 by Bo &amp; Lind in "), "{said}");
    assert!(said.contains("<a href=\"https://github.com/city/pmo/commit/"), "{said}");
    // The same commit and files give the same bytes.
    let before = book.page("b.html");
    book.run("build").says("nothing changed");
    assert_eq!(book.page("b.html"), before);
    // What is not committed is no one's last change.
    let book = book.file("src/b.md", "# B\n\nThree.\n").file("src/c.md", "# C\n\nNew.\n");
    book.run("build");
    assert!(footer(&book, "b.html").ends_with("; changed since, not yet committed."));
    assert_eq!(footer(&book, "c.html"), "Not yet committed.");
    // Line ends of another system are no change.
    let book = book.file("src/a.md", "# A\r\n\r\nOne.\r\n");
    book.run("build");
    assert!(footer(&book, "a.html").ends_with('.'), "{}", footer(&book, "a.html"));
    assert!(!footer(&book, "a.html").contains("since"));
}

#[test]
fn a_project_says_who_changed_one_of_its_files_last() {
    let book = book();
    book.run("build");
    let said = footer(&book, "projects/crm/index.html");
    assert!(said.starts_with("Last changed 3 Mar 2026 by Bo &amp; Lind in "), "{said}");
    assert!(said.contains("/commit/"), "{said}");
    // The newest commit counts, not the day that its author's clock showed.
    let book = book.file("src/projects/crm/lessons.yaml", "lessons: []\n");
    git(&book, "Cy", "2026-03-20", &["add", "."]);
    git(&book, "Cy", "2026-03-20", &["commit", "-qm", "x", "--date", "2026-01-05T12:00:00"]);
    // A file of no project changes nothing.
    let book = book.file("src/b.md", "# B\n\nThree.\n");
    commit(&book, "Di", "2026-03-21", "Elsewhere");
    let before = footer(&book, "projects/crm/index.html");
    book.run("build");
    let said = footer(&book, "projects/crm/index.html");
    assert!(before != said && said.starts_with("Last changed 5 Jan 2026 by Cy in "), "{said}");
    let book = book.file("src/projects/crm/new.md", "# New\n");
    book.run("build");
    let said = footer(&book, "projects/crm/index.html");
    assert!(said.ends_with("; changed since, not yet committed."), "{said}");
    let quiet = book.file("book.toml", CONFIG.to_owned() + "history = false\n");
    quiet.run("build");
    assert_eq!(footer(&quiet, "projects/crm/index.html"), "");
}

#[test]
fn a_new_commit_rewrites_the_pages_of_its_files_alone() {
    let book = book();
    book.run("build");
    let before = book.page("a.html");
    let book = book.file("src/b.md", "# B\n\nThree.\n");
    commit(&book, "Cy", "2026-03-20", "Third");
    book.run("build");
    assert_eq!(book.page("a.html"), before);
    assert!(footer(&book, "b.html").contains("20 Mar 2026 by Cy"));
}

#[test]
fn the_audit_lists_who_changed_what_was_approved() {
    let book = book();
    book.run("build");
    let page = book.page("portfolio/audit.html");
    let (_, rest) = page.split_once("id=\"changed-after-approval\"").unwrap();
    let (table, _) = rest.split_once("</section>").unwrap();
    for part in
        ["3 Mar", "Bo &amp; Lind", "Widen &lt;b&gt;the&lt;/b&gt; scope", "2 Feb", "/commit/"]
    {
        assert!(table.contains(part), "{part} in {table}");
    }
    assert!(!table.contains("Record the approval"), "{table}");
    assert!(book.read("book/data/tables/audit/changed-after-approval.csv").contains("Bo & Lind"));
}

/// The rows of the audit page, without the words around them.
fn later(book: &Book) -> String {
    book.run("build");
    let page = book.page("portfolio/audit.html");
    let (_, rest) = page.split_once("id=\"changed-after-approval\"").unwrap();
    rest.split_once("</section>").unwrap().0.to_owned()
}

#[test]
fn an_approval_covers_the_text_of_the_commit_that_recorded_it() {
    let charter = "src/projects/crm/charter.md";
    let with = |text: &str| CHARTER.replace("# Charter\n", &format!("# Charter\n\n{text}\n"));
    let book = Book::new()
        .file("book.toml", CONFIG)
        .file(".gitignore", "/book/\n")
        .file("src/projects/crm/project.md", CARD)
        .file(charter, with("Draft.").replace("decision: approved", "decision: pending"));
    git(&book, "Ana", "2026-01-10", &["init", "-q", "-b", "main"]);
    commit(&book, "Ana", "2026-01-10", "Draft");
    // Dated 2 February, recorded the day before: the edits of these days count.
    let book = book.file(charter, with("Draft."));
    commit(&book, "Ana", "2026-02-01", "Record ahead");
    assert!(later(&book).contains("No approved document was changed"));
    let book = book.file(charter, with("Draft, but more."));
    commit(&book, "Bo", "2026-02-01", "Edit ahead of the day");
    let book = book.file(charter, with("Draft, but much more."));
    commit(&book, "Cy", "2026-02-02", "Edit on the day");
    // Another approval and a file that moved are no edits of the text.
    let more =
        "approvals:\n  - {role: manager, decision: approved, date: 2026-01-31, of: \"1.0\"}\n";
    let book = book.file(charter, with("Draft, but much more.").replace("approvals:\n", more));
    commit(&book, "Di", "2026-02-04", "Record another");
    git(&book, "Di", "2026-02-05", &["mv", charter, "src/projects/crm/the-charter.md"]);
    commit(&book, "Di", "2026-02-05", "Move");
    let told = later(&book);
    for words in ["Edit ahead of the day", "Edit on the day"] {
        assert!(told.contains(words), "{words} in {told}");
    }
    for words in ["Record ahead", "Record another", ">Move<", ">Draft<"] {
        assert!(!told.contains(words), "{words} in {told}");
    }
    // Approved anew: all of it is covered. What is not committed is told.
    let moved = "src/projects/crm/the-charter.md";
    let anew = with("Draft, but much more.").replace("2026-02-02", "2026-03-02");
    let book = book.file(moved, &anew);
    assert!(later(&book).contains("No approved document was changed"));
    commit(&book, "Ana", "2026-03-09", "Approve again");
    assert!(later(&book).contains("No approved document was changed"));
    let book = book.file(moved, anew.replace("much", "far"));
    let told = later(&book);
    assert!(told.contains("not committed") && !told.contains("Edit on the day"), "{told}");
}

#[test]
fn without_a_repository_or_wish_nothing_is_said() {
    let book = book();
    let quiet = CONFIG.to_owned() + "history = false\n";
    let book = book.file("book.toml", quiet);
    book.run("build");
    assert_eq!(footer(&book, "a.html"), "");
    assert!(!book.page("portfolio/audit.html").contains("changed-after-approval"));
    let book = book.file("book.toml", CONFIG).without(".git").without("book");
    let ran = book.run("build");
    assert!(!ran.err.contains("history"), "{}", ran.err);
    assert_eq!(footer(&book, "a.html"), "");
    // A repository that cannot be read is told, and the site is built.
    let book = book.file(".git", "gitdir: /nowhere/else\n");
    book.run("build").says("pages say nothing of history");
    assert_eq!(footer(&book, "a.html"), "");
    git(&book.without(".git"), "A", "2026-01-01", &["init", "-q"]);
}

#[test]
fn a_shallow_clone_makes_nobody_the_author_of_everything() {
    let book = book();
    let clone = Book::empty();
    let from = format!("file://{}", book.root().display());
    git(&clone, "A", "2026-03-27", &["clone", "-q", "--depth", "1", &from, "."]);
    clone.run("build");
    // What the last commit changed may be older: nobody can tell here.
    assert!(!footer(&clone, "a.html").contains("Bo"), "{}", footer(&clone, "a.html"));
}

#[test]
fn what_a_site_keeps_of_history_changes_nothing_but_the_time_it_takes() {
    let book = book();
    book.run("build");
    let kept = book.read("book/.milepost-history.json");
    assert!(kept.contains("projects/crm/charter.md"), "{kept}");
    let book = book.file("src/b.md", "# B\n\nThree.\n").file("src/x.txt", "Unpublished.\n");
    git(&book, "Cy", "2026-03-20", &["mv", "src/a.md", "src/moved.md"]);
    commit(&book, "Cy", "2026-03-20", "Third");
    book.run("build");
    book.run("build -d fresh");
    for route in ["b.html", "moved.html", "projects/crm/charter.html", ".milepost-history.json"] {
        assert_eq!(book.page(route), book.read(&format!("fresh/{route}")), "{route}");
    }
    assert!(footer(&book, "moved.html").contains("10 Jan 2026 by Ana Ruiz"));
    assert!(!book.read("book/.milepost-history.json").contains("x.txt"));
    // What somebody else wrote there is not believed.
    let kept = book.read("book/.milepost-history.json");
    let id = |path: &str| {
        let (_, rest) = kept.split_once(&format!("\"{path}\":")).unwrap();
        rest.split('"').find(|part| part.len() == 40).unwrap().to_owned()
    };
    let forged = kept.replace(&id("b.md"), &id("moved.md"));
    let book = book.file("book/.milepost-history.json", forged);
    book.run("build");
    assert_eq!(book.page("b.html"), book.read("fresh/b.html"));
    assert_eq!(book.read("book/.milepost-history.json"), kept);
}
