//! What a build leaves behind: the same bytes every time, and one whole site
//! whatever happens.

use crate::book::{Book, Ran, tree};
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

fn pages(n: usize) -> Book {
    (0..n).fold(Book::new(), |book, i| {
        let text = format!("# Page {i}\n\nSee [home](../index.md).\n\n{}\n", "words ".repeat(200));
        book.file(&format!("src/p/{i:03}.md"), text)
    })
}

#[test]
fn the_same_book_gives_the_same_bytes() {
    let book = pages(20).file("src/a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    book.run("build -d one").exits(0);
    let one = book.tree("one");
    assert!(one.iter().any(|(path, _)| path.ends_with("a.png")));
    book.run("build -d two --jobs 1").exits(0);
    book.run("build -d three --jobs 2").exits(0);
    let mut odd = book.command("build -d four");
    odd.env("TZ", "Asia/Kathmandu").env("LC_ALL", "tr_TR.UTF-8").env("LANG", "C");
    Ran::of("four", odd.output().unwrap()).exits(0);
    let mut bare = book.command("build -d five");
    Ran::of("five", bare.env_clear().output().unwrap()).exits(0);
    let mut away = crate::book::milepost();
    away.current_dir("/").arg("build").arg(book.root()).arg("-d").arg(book.at("six"));
    Ran::of("six", away.output().unwrap()).exits(0);
    for other in ["two", "three", "four", "five", "six"] {
        assert!(book.tree(other) == one, "{other}");
    }
    book.run("build -d one").exits(0).says("nothing changed");
}

/// A register that grows moves its last items to a further page; a page that
/// names one, itself unchanged, leads there after the next build.
#[test]
fn mentions_follow_an_item_to_its_page() {
    let register = |ids: Vec<u32>| {
        let words = "words that are long ".repeat(8);
        let risk = |id: &u32| format!("  - id: R-{id:03}\n    title: Risk {id} of many {words}\n");
        format!("risks:\n{}", ids.iter().map(risk).collect::<String>())
    };
    let card = "---\nkind: project\nid: crm\ntitle: CRM\n---\n# CRM\n";
    let book = Book::new()
        .file("src/crm/project.md", card)
        .file("src/crm/note.md", "# Note\n\nSee R-059.\n")
        .file("src/crm/raid.yaml", register((1..60).collect()));
    book.run("build");
    assert!(book.page("crm/note.html").contains("href=\"-/raid.html#R-059\""));
    let ids = (1..59).chain(60..600).chain([59]).collect();
    let book = book.file("src/crm/raid.yaml", register(ids));
    book.run("build");
    let note = book.page("crm/note.html");
    assert!(note.contains("href=\"-/raid.risks."), "{note}");
}

/// The bar says "this page" on the portfolio alone, and "within this" below it.
#[test]
fn the_bar_tells_a_page_from_the_part_it_lies_in() {
    let card = "---\nkind: project\nid: crm\ntitle: CRM\n---\n# CRM\n";
    let book = Book::new().file("src/crm/project.md", card);
    book.run("build");
    let bar = |route: &str| {
        let page = book.page(route);
        let (_, rest) = page.split_once("<nav aria-label=\"Site\">").unwrap();
        rest.split_once("</nav>").unwrap().0.replace("../", "")
    };
    let portfolio = |current: &str| format!("<a href=\"index.html\"{current}>Portfolio</a>");
    assert!(bar("index.html").contains(&portfolio(" aria-current=\"page\"")));
    assert!(bar("crm/index.html").contains(&portfolio(" aria-current=\"true\"")));
    let risks = bar("portfolio/raid.html");
    assert!(risks.contains(&portfolio("")));
    assert!(risks.contains("raid.html\" aria-current=\"true\""), "{risks}");
}

#[test]
fn a_build_killed_at_any_moment_leaves_a_whole_site() {
    let book = pages(120);
    book.run("build").exits(0);
    let before = book.tree("book");
    let book = book.file("src/index.md", "# Home\n\nAnother page.\n");
    let start = Instant::now();
    book.run("build -d other").exits(0);
    let (after, took) = (book.tree("other"), start.elapsed());
    for n in 0..20_u32 {
        let mut child = book.command("build").stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(took * n / 20);
        child.kill().unwrap();
        child.wait().unwrap();
        let now = book.tree("book");
        assert!(now == before || now == after, "killed at {n}/20");
    }
    book.run("build").exits(0);
    assert!(book.tree("book") == after);
    let left: Vec<String> =
        book.names().into_iter().filter(|name| name.contains("milepost-")).collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn a_signal_ends_a_build_cleanly() {
    use rustix::process::{Pid, Signal, kill_process};
    let book = pages(400);
    let signals = [
        (Signal::INT, 130, "interrupted; the output is as it was"),
        (Signal::TERM, 143, "ended by SIGTERM; the output is as it was"),
        (Signal::HUP, 129, "ended by SIGHUP; the output is as it was"),
    ];
    for (signal, status, said) in signals {
        let mut ended = false;
        for tenth in 1..30 {
            let child = book.command("build").stderr(Stdio::piped()).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(tenth * 8));
            let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
            let _ = kill_process(pid, signal);
            let ran = Ran::of("build", child.wait_with_output().unwrap());
            let code = ran.status;
            let left: Vec<String> =
                book.names().into_iter().filter(|name| name.contains("milepost-")).collect();
            if code == Some(status) {
                assert_eq!(left, Vec::<String>::new());
                assert_eq!(ran.err.lines().last(), Some(said), "{}", ran.err);
                ended = true;
                break;
            }
            if book.at("book").exists() {
                fs::remove_dir_all(book.at("book")).unwrap();
            }
        }
        assert!(ended, "no build was met by {signal:?}");
    }
}

#[test]
fn a_signal_ends_a_check_with_one_line() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::os::unix::process::ExitStatusExt;
    let book = pages(1000);
    for (signal, said) in [(Signal::INT, "interrupted\n"), (Signal::TERM, "ended by SIGTERM\n")] {
        let met = (1..40).any(|tenth| {
            let mut command = book.command("check");
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            let child = command.spawn().unwrap();
            std::thread::sleep(Duration::from_millis(20 + tenth * 5));
            let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
            let _ = kill_process(pid, signal);
            let output = child.wait_with_output().unwrap();
            if output.status.signal() != Some(signal.as_raw()) {
                return false;
            }
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            // A signal may come before anybody listens.
            assert!(err.is_empty() || err == said, "{err}");
            err == said
        });
        assert!(met, "no check was met by {signal:?}");
    }
}

#[test]
fn builds_at_once_leave_one_whole_site() {
    let book = pages(60);
    let children: Vec<_> =
        (0..4).map(|_| book.command("build").stderr(Stdio::piped()).spawn().unwrap()).collect();
    let ran: Vec<Ran> =
        children.into_iter().map(|c| Ran::of("build", c.wait_with_output().unwrap())).collect();
    assert!(ran.iter().any(|ran| ran.status == Some(0)));
    for ran in ran.iter().filter(|ran| ran.status != Some(0)) {
        ran.exits(3).says("another build is running");
    }
    book.run("build -d other").exits(0);
    assert!(book.tree("book") == book.tree("other"));
}

#[test]
fn folders_that_are_not_ours_are_never_emptied() {
    let book = Book::new().file("book/thesis.doc", "precious");
    book.run("build").exits(2).says("not created by Milepost").says("thesis.doc");
    book.run("clean").exits(2);
    assert_eq!(book.read("book/thesis.doc"), "precious");
    for out in [".", "..", "src", "src/x", "/", "book.toml"] {
        let before = tree(book.root());
        let ran = book.run(&format!("build -d {out}"));
        assert_eq!(ran.status, Some(2), "{out}: {}", ran.all());
        assert!(tree(book.root()) == before, "{out}");
    }
    let book = Book::new();
    book.run("build").exits(0);
    book.run("clean").exits(0).says("removed");
    assert!(!book.at("book").exists());
    book.run("clean").exits(0).says("nothing to remove");
}

#[test]
fn a_disk_that_is_full_costs_nothing() {
    let book = pages(30);
    book.run("build").exits(0);
    let before = book.tree("book");
    let book = book.file("src/big.md", format!("# Big\n\n{}\n", "words ".repeat(20_000)));
    let mut shell = std::process::Command::new("sh");
    shell.current_dir(book.root()).args(["-c", "ulimit -f 64; exec \"$0\" build"]);
    shell.arg(env!("CARGO_BIN_EXE_milepost"));
    Ran::of("build", shell.output().unwrap()).exits(3).says("book/");
    assert!(book.tree("book") == before);
    let full = Book::new();
    full.run("build").exits(0);
}

#[test]
fn findings_are_talk_and_the_address_a_result() {
    let book = Book::new().file("src/a.md", "# A\n\nSee [b](b.md).\n");
    let ran = book.run("build --open");
    ran.exits(1);
    assert!(
        ran.out.starts_with("file:///") && ran.out.ends_with("book/index.html\n"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("broken-link") && ran.err.contains("built "), "{}", ran.err);
    assert!(book.page("a.html").contains("See"));
    assert_eq!(book.run("build -q -A broken-link").exits(0).all().matches("built").count(), 0);
}

#[test]
fn pages_lead_to_the_repository_and_to_where_their_source_is_changed() {
    let config = "[book]\nsrc = \"./pages/\"\n[output.html]\n\
                  git-repository-url = \"https://git.example/pmo?a=1&b=2\"\n\
                  edit-url-template = \"https://git.example/pmo/edit/main/{path}\"\n";
    let book = Book::empty()
        .file("book.toml", config)
        .file("pages/index.md", "# Home\n\nA page.\n")
        .file("pages/how to/a #1.md", "# A\n\nA page.\n");
    book.run("build").exits(0);
    let page = book.page("how to/a #1.html");
    assert!(page.contains("href=\"https://git.example/pmo?a=1&amp;b=2\""), "{page}");
    let edit = "<a href=\"https://git.example/pmo/edit/main/pages/how%20to/a%20%231.md\">Edit this page</a>";
    assert!(page.contains(edit), "{page}");
    assert!(book.page("index.html").contains("/edit/main/pages/index.md\""));
    let bad = config.replace("https://git.example/pmo?", "javascript:alert(1)?");
    let book = book.file("book.toml", bad);
    book.run("build").exits(2).says("book.toml:4:").says("`git-repository-url` must begin with");
}
