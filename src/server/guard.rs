//! Who may ask: the rules on a request's `Host`, `Origin` and target.

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use std::net::IpAddr;

/// The names under which this server may be asked.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    port: u16,
    bound: Vec<IpAddr>,
    allowed: Vec<Authority>,
}

/// A host and a port, as a `Host` header has them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Authority {
    host: Host,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    Name(String),
    Address(IpAddr),
}

/// Why a request is refused.
pub(super) type Refusal = (StatusCode, String);

impl Guard {
    pub(super) fn new(port: u16, bound: Vec<IpAddr>, allow: &[String]) -> Self {
        let allowed = allow.iter().filter_map(|name| Authority::parse(name)).collect();
        Self { port, bound, allowed }
    }

    /// Refuse what does not come from a page of this server or from the user.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let bad = |text: &str| (StatusCode::BAD_REQUEST, text.to_owned());
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(bad("the request must have one Host header"));
        };
        let text = host.to_str().map_err(|_| bad("the Host header is malformed"))?;
        let host = Authority::parse(text).ok_or_else(|| bad("the Host header is malformed"))?;
        if !self.knows(&host) {
            let text = crate::text::visible(text);
            return Err((
                StatusCode::FORBIDDEN,
                format!(
                    "This server does not answer to the host {text}. If it should, start it with \
                     --allow-host {text}"
                ),
            ));
        }
        let foreign =
            || (StatusCode::FORBIDDEN, "requests from other sites are refused".to_owned());
        for origin in headers.get_all(header::ORIGIN) {
            let own = origin.to_str().ok().and_then(|origin| {
                origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))
            });
            if own.and_then(Authority::parse).as_ref() != Some(&host) {
                return Err(foreign());
            }
        }
        // Sent by browsers: following a link is fine, taking a page apart is not.
        let says = |name: &'static str| {
            headers.get(HeaderName::from_static(name)).and_then(|v| v.to_str().ok())
        };
        let elsewhere = matches!(says("sec-fetch-site"), Some("cross-site" | "same-site"));
        let followed = says("sec-fetch-mode") == Some("navigate")
            && says("sec-fetch-dest").is_none_or(|dest| dest == "document");
        if elsewhere && !followed {
            return Err(foreign());
        }
        if headers.contains_key(header::TRANSFER_ENCODING)
            || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0")
        {
            return Err(bad("the request must not have a body"));
        }
        Ok(())
    }

    fn knows(&self, asked: &Authority) -> bool {
        let ours = match &asked.host {
            Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Address(address) => {
                address.is_loopback() || (!address.is_unspecified() && self.bound.contains(address))
            }
        };
        let allowed = self.allowed.iter().any(|allowed| {
            allowed.host == asked.host && (allowed.port.is_none() || allowed.port == asked.port)
        });
        (ours && asked.port.unwrap_or(80) == self.port) || allowed
    }
}

impl Authority {
    fn parse(text: &str) -> Option<Self> {
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (address, rest) = rest.split_once(']')?;
            let port = if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) };
            (Host::Address(IpAddr::V6(address.parse().ok()?)), port)
        } else {
            let (name, port) =
                text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)));
            let host = match name.parse() {
                Ok(address) => Host::Address(IpAddr::V4(address)),
                Err(_) => Host::Name(host_name(name)?),
            };
            (host, port)
        };
        let port = match port {
            None => None,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Some(digits.parse().ok()?)
            }
            Some(_) => return None,
        };
        Some(Self { host, port })
    }
}

fn host_name(name: &str) -> Option<String> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let good = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    (name.len() <= 253 && name.split('.').all(good)).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(guard: &Guard, headers: &[(&'static str, &str)]) -> u16 {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        guard.check(&map).map_or_else(|(status, _)| status.as_u16(), |()| 200)
    }

    #[test]
    fn hosts_are_told_apart() {
        let bound = vec!["127.0.0.1".parse().unwrap(), "192.0.2.7".parse().unwrap()];
        let allow = ["docs.example".to_owned(), "box:8080".to_owned()];
        let guard = Guard::new(3000, bound, &allow);
        let host = |value: &str| status(&guard, &[("host", value)]);
        for good in [
            "127.0.0.1:3000",
            "localhost:3000",
            "LOCALHOST.:3000",
            "book.localhost:3000",
            "[::1]:3000",
            "127.8.9.1:3000",
            "192.0.2.7:3000",
            "docs.example",
            "docs.example:443",
            "box:8080",
        ] {
            assert_eq!(host(good), 200, "{good}");
        }
        for foreign in [
            "evil.example",
            "evil.example:3000",
            "0.0.0.0:3000",
            "localhost.evil.example:3000",
            "evil-localhost:3000",
            "localhost",
            "localhost:80",
            "127.0.0.1",
            "[::]:3000",
            "192.0.2.8:3000",
            "box",
            "box:3000",
            "2130706433:3000",
        ] {
            assert_eq!(host(foreign), 403, "{foreign}");
        }
        for bad in [
            "[::zz",
            "",
            ":3000",
            "a b",
            "localhost:",
            "localhost:+3000",
            "localhost:99999",
            "localhost:3000:1",
            "user@localhost:3000",
            "[::1]3000",
            "a..b",
            "[127.0.0.1]:3000",
        ] {
            assert!(matches!(host(bad), 400), "{bad}: {}", host(bad));
        }
        assert_eq!(status(&guard, &[]), 400);
        let two = [("host", "localhost:3000"), ("host", "evil.example")];
        assert_eq!(status(&guard, &two), 400);
    }

    #[test]
    fn other_sites_are_refused() {
        let guard = Guard::new(3000, Vec::new(), &[]);
        let with = |more: &[(&'static str, &str)]| {
            let mut headers = vec![("host", "localhost:3000")];
            headers.extend_from_slice(more);
            status(&guard, &headers)
        };
        assert_eq!(with(&[("origin", "http://localhost:3000")]), 200);
        for origin in [
            "http://evil.example",
            "null",
            "://[",
            "http://localhost",
            "http://127.0.0.1:3000",
            "http://localhost:3001",
            "http://localhost:3000/",
            "file://localhost:3000",
        ] {
            assert_eq!(with(&[("origin", origin)]), 403, "{origin}");
        }
        let fetch = |site: &str, mode: &str, dest: &str| {
            with(&[("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)])
        };
        assert_eq!(fetch("none", "navigate", "document"), 200);
        assert_eq!(fetch("same-origin", "no-cors", "script"), 200);
        assert_eq!(fetch("cross-site", "navigate", "document"), 200);
        assert_eq!(fetch("cross-site", "navigate", "iframe"), 403);
        assert_eq!(fetch("cross-site", "no-cors", "script"), 403);
        assert_eq!(fetch("same-site", "cors", "empty"), 403);
        assert_eq!(with(&[("content-length", "3")]), 400);
        assert_eq!(with(&[("transfer-encoding", "chunked")]), 400);
    }
}
