//! `serve` and `watch`: the site follows the files.

use crate::book::Book;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

struct Served {
    child: Child,
    port: u16,
}

impl Served {
    fn start(book: &Book) -> Self {
        let mut command = book.command("serve -q -p 0");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.split("localhost:").nth(1).and_then(|rest| rest.split('/').next());
        Self { child, port: port.unwrap_or_else(|| panic!("{line}")).parse().unwrap() }
    }

    fn get(&self, path: &str, host: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Ask until the answer holds the text.
    #[track_caller]
    fn shows(&self, path: &str, text: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        let host = format!("localhost:{}", self.port);
        loop {
            let answer = self.get(path, &host);
            if answer.contains(text) {
                return;
            }
            assert!(Instant::now() < until, "{path} does not show {text:?}:\n{answer}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Listen to what pages are told until it holds the text.
    #[track_caller]
    fn tells(&self, text: &str) {
        let host = format!("localhost:{}", self.port);
        let script = self.get("/-/reload.js?build=1", &host);
        let name = script.split("EventSource(\"").nth(1).and_then(|rest| rest.split('"').next());
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "GET {} HTTP/1.1\r\nHost: {host}\r\n\r\n", name.unwrap()).unwrap();
        let (mut heard, mut buffer) = (String::new(), [0; 4096]);
        while !heard.contains(text) {
            let n = stream.read(&mut buffer).unwrap_or_else(|e| panic!("{e}: {heard}"));
            assert!(n > 0, "{heard}");
            heard.push_str(&String::from_utf8_lossy(&buffer[..n]));
        }
    }

    fn end(mut self, signal: Signal) -> Option<i32> {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
        self.child.wait().unwrap().code()
    }
}

#[test]
fn the_served_site_follows_the_files() {
    let book = Book::new();
    let served = Served::start(&book);
    served.shows("/", "A page.");
    let book = book.file("src/index.md", "# Home\n\nAnother page.\n");
    served.shows("/", "Another page.");
    let good = book.read("book.toml");
    let book = book.file("book.toml", "[book\n");
    served.tells("book.toml:1");
    served.shows("/", "Another page.");
    let book = book.file("book.toml", good).file("src/index.md", "# Home\n\nThird page.\n");
    served.shows("/", "Third page.");
    assert!(!served.get("/", "evil.example").contains("Third page."));
    assert!(!served.get("/../book.toml", "localhost").contains("[portfolio]"));
    assert_eq!(served.end(Signal::INT), Some(130));
    assert_eq!(book.names(), ["book.toml", "src"]);
}

#[test]
fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    Book::new().run(&format!("serve -p {port}")).exits(3).says(&port.to_string()).says("--port");
}

#[test]
fn watch_builds_on_change() {
    let book = Book::new();
    let mut child = book.command("watch -q").stderr(Stdio::null()).spawn().unwrap();
    let wait = |text: &str| {
        let until = Instant::now() + Duration::from_secs(20);
        while !std::fs::read_to_string(book.at("book/index.html")).is_ok_and(|t| t.contains(text)) {
            assert!(Instant::now() < until, "{text}");
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    wait("A page.");
    std::thread::sleep(Duration::from_millis(300));
    std::fs::write(book.at("src/index.md"), "# Home\n\nAnother page.\n").unwrap();
    wait("Another page.");
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(143));
}
