//! The server over a plain socket: hostile requests, reloading, swapping.

use super::*;
use crate::output::{Route, Sink};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread::JoinHandle;

struct Running {
    port: u16,
    token: String,
    handle: TableHandle,
    cancel: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn start() -> Self {
        Self::run(Server::bind(Some("127.0.0.1"), 0, &[]).unwrap())
    }

    fn run(server: Server) -> Self {
        let (port, token, handle) = (server.port, server.token.clone(), server.table());
        let cancel = Arc::new(AtomicBool::new(false));
        let flag = cancel.clone();
        let thread = Some(std::thread::spawn(move || server.run(&flag).unwrap()));
        Self { port, token, handle, cancel, thread }
    }

    fn with_site() -> Self {
        let this = Self::start();
        this.show(&[("index.html", "<html><head><title>Home</title></head>welcome</html>")]);
        this
    }

    fn show(&self, files: &[(&str, &str)]) {
        let draft = SiteTable::next(self.handle.current());
        for (route, text) in files {
            draft.put(&Route::new(*route), None, text.as_bytes()).unwrap();
        }
        self.handle.swap(draft.finish());
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    /// Send bytes as they are; what comes back until the connection ends.
    fn raw(&self, request: &[u8]) -> String {
        let mut stream = self.connect();
        // The server may close before it has read everything.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A request with the given target and further header lines.
    fn ask(&self, method: &str, target: &str, headers: &[&str]) -> String {
        let own = format!("Host: 127.0.0.1:{}", self.port);
        let host = headers.iter().all(|h| !h.starts_with("Host:")).then_some(own);
        let lines: Vec<&str> =
            host.iter().map(String::as_str).chain(headers.iter().copied()).collect();
        let lines = lines.join("\r\n");
        self.raw(
            format!("{method} {target} HTTP/1.1\r\n{lines}\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        )
    }

    fn get(&self, target: &str) -> String {
        self.ask("GET", target, &[])
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.cancel.store(true, Ordering::Relaxed);
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(ended.is_none_or(|e| e.is_ok()) || std::thread::panicking());
    }
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0)
}

#[test]
fn hostile_requests_get_nothing_and_hurt_nobody() {
    let server = Running::with_site();
    let port = server.port;
    let events = format!("/-/reload/{}", server.token);
    let long = "a".repeat(64 * 1024);
    let big = format!("X: {}", "a".repeat(1 << 20));
    let host = |h: &str| vec![format!("Host: {h}")];
    let origin = |o: &str| vec![format!("Origin: {o}"), "Upgrade: websocket".into()];
    let none = Vec::new;
    let cases: Vec<(&str, &str, Vec<String>, &[u16])> = vec![
        ("GET", "/../../../../../../../../etc/passwd", none(), &[400, 403, 404]),
        ("GET", "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", none(), &[400, 403, 404]),
        ("GET", "/..%2f..%2f..%2f..%2fetc%2fpasswd", none(), &[400, 403, 404]),
        ("GET", "/%252e%252e%252f%252e%252e%252fetc%252fpasswd", none(), &[404]),
        ("GET", r"/..\..\..\..\etc\passwd", none(), &[400, 403, 404]),
        ("GET", "//etc/passwd", none(), &[400, 403, 404]),
        ("GET", "/index.html%00.png", none(), &[400]),
        ("GET", "/%zz%ff%fe", none(), &[400, 404]),
        ("GET", "/%", none(), &[400]),
        ("GET", "/.git/config", none(), &[404]),
        ("GET", "/book.toml", none(), &[404]),
        ("GET", "/index.html::$DATA", none(), &[404]),
        ("GET", "/", host("evil.example"), &[403, 421]),
        ("GET", "/", host(&format!("0.0.0.0:{port}")), &[403, 421]),
        ("GET", "/", host("localhost.evil.example"), &[403, 421]),
        ("GET", "/", host("[::zz"), &[400]),
        ("GET", "/", host(&format!("127.0.0.1:{port}\r\nHost: evil.example")), &[400]),
        ("GET", "http://evil.example/", none(), &[400, 421]),
        ("GET", &events, origin("http://evil.example"), &[403]),
        ("GET", &events, origin("://["), &[403]),
        ("GET", &events, origin("null"), &[403]),
        ("GET", "/-/reload/0123456789abcdef", none(), &[404]),
        ("POST", "/", vec!["Content-Length: 0".into()], &[405]),
        ("TRACE", "/", none(), &[405]),
        ("MADEUP", "/", none(), &[405]),
        ("OPTIONS", "*", none(), &[405]),
        ("GET", "/", vec!["Content-Length: 4".into(), "Transfer-Encoding: chunked".into()], &[400]),
        ("GET", &long, none(), &[400, 404, 414]),
        ("GET", "/", vec![big], &[431]),
        ("GET", "/", vec!["Range: bytes=99999999999999999999-,0-0,0-0,1-2".into()], &[416, 200]),
    ];
    for (method, target, headers, expected) in cases {
        let target = if target == long { format!("/{long}") } else { target.to_owned() };
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let answer = server.ask(method, &target, &headers);
        let shown = (
            method,
            target.get(..60).unwrap_or(&target),
            headers.first().map(|h| &h[..h.len().min(60)]),
        );
        // A connection cut in the middle of a megabyte of header is an answer.
        let cut = answer.is_empty() && headers.iter().any(|h| h.len() > 1 << 19);
        assert!(cut || expected.contains(&status(&answer)), "{shown:?}: {answer}");
        let lower = answer.to_ascii_lowercase();
        assert!(!lower.contains("access-control-allow-origin"), "{shown:?}");
        assert!(!lower.contains("root:"), "{shown:?}");
        assert_eq!(status(&server.get("/")), 200, "after {shown:?}");
    }
    assert_eq!(status(&server.raw(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")), 400);
    assert_eq!(status(&server.raw(b"GET / HTTP/1.0\r\n\r\n")), 400);
    for noise in
        [&b"\0\0\0\0\r\n\r\n"[..], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\r\n\r\n"]
    {
        let answer = status(&server.raw(noise));
        assert!(answer == 0 || answer >= 400, "{noise:?}: {answer}");
    }
    let foreign = server.ask("GET", "/", &["Host: evil.example"]);
    assert!(foreign.contains("--allow-host"));
    let read = server.ask("GET", "/", &["Origin: http://evil.example"]);
    assert!(status(&read) == 403 && !read.contains("welcome"));
    assert!(server.get("/").contains("welcome"));
}

#[test]
fn idle_connections_do_not_keep_others_waiting() {
    let server = Running::with_site();
    let idle: Vec<TcpStream> = (0..300)
        .map(|n| {
            let mut stream = server.connect();
            stream.write_all(if n % 2 == 0 { b"" } else { b"GET / HTTP/1.1\r\nHost:" }).unwrap();
            stream
        })
        .collect();
    assert_eq!(status(&server.get("/")), 200);
    drop(idle);
}

#[test]
fn connections_that_say_nothing_are_closed() {
    let mut server = Server::bind(Some("127.0.0.1"), 0, &[]).unwrap();
    server.patience = Duration::from_millis(300);
    let server = Running::run(server);
    server.show(&[("index.html", "home")]);
    let used = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", server.port);
    for start in ["", "GET / HTTP/1.1\r\nHost:", &used] {
        let mut stream = server.connect();
        stream.write_all(start.as_bytes()).unwrap();
        // Ends only when the server closes the connection.
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    }
}

#[test]
fn pages_are_found_as_on_a_static_host() {
    let server = Running::start();
    let waiting = server.get("/x");
    assert!(status(&waiting) == 503 && waiting.contains("being built"));
    server.handle.error("could not <b>read</b> `x`");
    assert!(server.get("/").contains("&lt;b&gt;read"));
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    server.show(&[
        ("index.html", "<html><HEAD></HEAD>home</html>"),
        ("projects/crm é/index.html", "crm"),
        ("a#b%20.html", "odd"),
        ("pic.svg", svg),
    ]);
    let home = server.get("/?x=/../y#z");
    assert!(home.contains("<script src=\"/-/reload.js?build=1\" defer></script></HEAD>"), "{home}");
    for header in ["x-content-type-options: nosniff", "cache-control: no-cache", "etag: "] {
        assert!(home.contains(header), "{home}");
    }
    assert!(server.get("/projects/crm%20%C3%A9/").contains("crm"));
    let moved = server.get("/projects/crm%20%C3%A9");
    assert!(moved.contains("302") && moved.contains("location: ./crm%20%C3%A9/\r"), "{moved}");
    assert!(server.get("/a%23b%2520.html").contains("odd"));
    assert!(server.get("/pic.svg").contains("default-src 'none'"));
    assert_eq!(status(&server.get("/nope.html")), 404);
    server.show(&[("index.html", "x"), ("404.html", "own page for this")]);
    assert!(server.get("/nope.html").contains("own page for this"));
    let head = server.ask("HEAD", "/", &[]);
    assert!(
        status(&head) == 200 && head.ends_with("\r\n\r\n") && head.contains("content-length: ")
    );
    let tag = head.lines().find_map(|l| l.strip_prefix("etag: ")).unwrap();
    assert_eq!(status(&server.ask("GET", "/", &[&format!("If-None-Match: {tag}")])), 304);
    server.show(&[("index.html", "x")]);
    assert_eq!(status(&server.ask("GET", "/", &[&format!("If-None-Match: {tag}")])), 200);
}

#[test]
fn browsers_are_told_of_new_sites_and_of_errors() {
    let server = Running::with_site();
    let mut stream = server.connect();
    let head = format!(
        "GET /-/reload/{} HTTP/1.1\r\nHost: localhost:{p}\r\nOrigin: http://localhost:{p}\r\n\r\n",
        server.token,
        p = server.port
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream).lines().map(|line| line.unwrap());
    let mut next = |event: &str| {
        lines.find(|line| *line == format!("event: {event}")).unwrap();
        lines.next().unwrap()
    };
    assert_eq!(next("build"), "data: 1");
    server.show(&[("index.html", "two")]);
    assert_eq!(next("build"), "data: 2");
    server.handle.error("first\r\n<img src=x>\u{1b}[31m");
    let text: String =
        serde_json::from_str(next("failed").strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(text, "first\r\n<img src=x>\u{1b}[31m");
    assert!(server.get("/").contains("two"));
    server.show(&[("index.html", "three")]);
    assert_eq!(next("build"), "data: 3");
    let script = server.get("/-/reload.js?build=3");
    assert!(script.contains(&server.token) && script.contains("text/javascript"));
    assert!(script.contains("textContent") && !script.contains("innerHTML"));
}

#[test]
fn a_swap_is_never_seen_half() {
    let server = Running::start();
    let show = |n: usize| {
        let text = format!("build {n}!");
        server.show(&[("a.html", &text), ("index.html", &text)]);
    };
    show(0);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = 0;
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) || reads < 3 {
                for target in ["/a.html", "/"] {
                    let answer = server.get(target);
                    let number = answer.split("build ").nth(1).and_then(|t| t.split('!').next());
                    let number: usize = number.unwrap().parse().unwrap();
                    assert!(number >= seen, "{number} after {seen}");
                    seen = number;
                }
                reads += 1;
            }
        });
        for n in 1..200 {
            show(n);
        }
        done.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
}

#[test]
fn a_port_in_use_is_named() {
    let first = Server::bind(Some("127.0.0.1"), 0, &[]).unwrap();
    let error = Server::bind(Some("127.0.0.1"), first.port, &[]).unwrap_err();
    assert_eq!(error.status(), 3);
    assert!(error.message.contains(&first.port.to_string()));
    assert!(error.help.unwrap().contains("--port"));
    assert_eq!(first.url(), format!("http://127.0.0.1:{}/", first.port));
    assert_eq!(first.warning(), None);
    let open = Server::bind(Some("0.0.0.0"), 0, &[]).unwrap();
    assert!(open.warning().unwrap().contains("--allow-host"));
    assert_eq!(open.url(), format!("http://localhost:{}/", open.port));
    let local = Server::bind(None, 0, &[]).unwrap();
    assert!(local.listeners.iter().all(|l| l.local_addr().unwrap().ip().is_loopback()));
}

#[test]
fn the_server_stops_at_once() {
    let server = Running::with_site();
    let stream = server.connect();
    // Returns although a connection is open.
    drop(server);
    drop(stream);
}
