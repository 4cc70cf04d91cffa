//! From a request to its answer.

use super::Shown;
use super::guard::{Guard, Refusal};
use super::table::Page;
use crate::output::encode;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::watch::Sender;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

/// What belongs to the server and not to the site.
const SCRIPT: &str = "-/reload.js";
const EVENTS: &str = "-/reload/";

const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

struct App {
    shown: Arc<Sender<Shown>>,
    guard: Guard,
    /// Route of the events.
    events: String,
    script: String,
}

/// The service that answers every request.
pub(super) fn app(shown: Arc<Sender<Shown>>, guard: Guard, token: &str) -> Router {
    let script = include_str!("reload.js").replace("TOKEN", token);
    let app = App { shown, guard, events: format!("{EVENTS}{token}"), script };
    Router::new().fallback(answer).with_state(Arc::new(app))
}

async fn answer(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let mut response = match app.reply(&request) {
        Ok(response) => response,
        Err((status, text)) => plain(status, text),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if response.status().is_client_error() {
        // Nothing more is expected from whoever sends such requests.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

impl App {
    fn reply(&self, request: &Request) -> Result<Response<Body>, Refusal> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            let mut response =
                plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD are answered");
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return Ok(response);
        }
        let uri = request.uri();
        if uri.scheme().is_some() || uri.authority().is_some() {
            return Err((StatusCode::BAD_REQUEST, "the target must be a path".to_owned()));
        }
        self.guard.check(request.headers())?;
        let path = decode(uri.path())
            .ok_or_else(|| (StatusCode::BAD_REQUEST, "the path is malformed".to_owned()))?;
        let Some(route) = path.strip_prefix('/') else {
            return Err((StatusCode::BAD_REQUEST, "the path must begin with /".to_owned()));
        };
        if route == SCRIPT {
            return Ok(bytes("text/javascript; charset=utf-8", self.script.clone()));
        }
        if route == self.events {
            return Ok(self.events());
        }
        let shown = self.shown.borrow().clone();
        Ok(page(&shown, route, request.headers()))
    }

    /// What happens to the site, for as long as the browser listens: the number
    /// of the build, or why there is none.
    fn events(&self) -> Response<Body> {
        let stream = WatchStream::new(self.shown.subscribe()).map(|shown| {
            let event = match &shown.error {
                // As JSON, since an event's data cannot hold every character.
                Some(text) => Event::default()
                    .event("failed")
                    .data(serde_json::Value::from(&**text).to_string()),
                None => Event::default().event("build").data(shown.build.to_string()),
            };
            Ok::<_, Infallible>(event)
        });
        Sse::new(stream).keep_alive(KeepAlive::default()).into_response()
    }
}

/// The page a route names, or the way to it, or that there is none.
fn page(shown: &Shown, route: &str, headers: &HeaderMap) -> Response<Body> {
    if shown.build == 0 {
        return waiting(shown);
    }
    if route.is_empty() || route.ends_with('/') {
        return match shown.table.get(&format!("{route}index.html")) {
            Some(page) => file(shown, page, headers),
            None => missing(shown),
        };
    }
    if let Some(page) = shown.table.get(route) {
        return file(shown, page, headers);
    }
    if shown.table.get(&format!("{route}/index.html")).is_some() {
        let name = route.rsplit('/').next().unwrap_or_default();
        // Relative, so that it cannot lead to another host.
        let location = format!("./{}/", ascii(&encode(name)));
        let mut response = plain(StatusCode::FOUND, "the page has moved");
        if let Ok(location) = HeaderValue::from_str(&location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        return response;
    }
    missing(shown)
}

fn file(shown: &Shown, page: &Page, headers: &HeaderMap) -> Response<Body> {
    // A page names the build it belongs to, so its tag must as well.
    let build = if page.content_type == HTML { shown.build } else { 0 };
    let tag = format!("\"{:016x}-{build:x}\"", page.hash);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let fresh = known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag));
    let mut response = if fresh {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else if page.content_type == HTML {
        bytes(HTML, with_script(&page.content(), shown.build))
    } else {
        bytes(page.content_type, page.content().into_owned())
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    if page.content_type == "image/svg+xml" {
        let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A page with the script that loads it again when the site has changed.
fn with_script(page: &[u8], build: u64) -> Vec<u8> {
    let script = format!("<script src=\"/{SCRIPT}?build={build}\" defer></script>");
    let end = page
        .windows(b"</head>".len())
        .position(|window| window.eq_ignore_ascii_case(b"</head>"))
        .unwrap_or(page.len());
    let (before, after) = page.split_at(end);
    [before, script.as_bytes(), after].concat()
}

fn missing(shown: &Shown) -> Response<Body> {
    let mut response = match shown.table.get("404.html") {
        Some(page) => bytes(HTML, with_script(&page.content(), shown.build)),
        None => note("Page not found", "There is no page at this address.", shown.build),
    };
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// Before the first site: the reason, if there is one.
fn waiting(shown: &Shown) -> Response<Body> {
    let mut response = match &shown.error {
        Some(error) => note("The site could not be built", error, 0),
        None => note("The site is being built", "This page shows it as soon as it is there.", 0),
    };
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response
}

/// A page of the server's own.
fn note(title: &str, text: &str, build: u64) -> Response<Body> {
    let text = escape(text);
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title></head>\
         <body><h1>{title}</h1><pre>{text}</pre></body></html>"
    );
    bytes(HTML, with_script(page.as_bytes(), build))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn plain(status: StatusCode, text: impl Into<String>) -> Response<Body> {
    let mut response = bytes(TEXT, text.into() + "\n");
    *response.status_mut() = status;
    response
}

fn bytes(content_type: &'static str, bytes: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(bytes.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Percent-decode a path, once; `None` if it is malformed or holds control
/// characters.
fn decode(path: &str) -> Option<String> {
    let mut out = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let mut digit = || char::from(bytes.next()?).to_digit(16);
            let value = digit()? * 16 + digit()?;
            out.push(u8::try_from(value).ok()?);
        } else {
            out.push(byte);
        }
    }
    let text = String::from_utf8(out).ok()?;
    (!text.chars().any(char::is_control)).then_some(text)
}

/// Percent-encode what is not ASCII, as a header demands.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
