//! Shows a site to whoever writes it: a server for this machine that holds the
//! pages in memory and tells the browser when they have changed.
//!
//! A request names a page of a table or nothing: no file is opened on behalf of
//! a request, so there is no path to escape from. Requests must name this server
//! as their host, so that no web site can read drafts by pointing a name of its
//! own at this machine.

mod guard;
mod reply;
mod table;
mod watch;

pub use table::{Draft, SiteTable};
pub use watch::{Watched, watch};

use crate::error::{Error, Result};
use guard::Guard;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, watch as channel};

/// The port where none is asked for.
pub const PORT: u16 = 3000;

/// Connections answered at a time; more are closed at once.
const CONNECTIONS: usize = 900;
/// How long a connection may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most bytes of a request's head.
const HEAD_BYTES: usize = 128 * 1024;

/// A server that has its port, and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listeners: Vec<TcpListener>,
    handle: TableHandle,
    guard: Guard,
    token: String,
    host: String,
    port: u16,
    patience: Duration,
}

/// Puts new sites into a running server, from any thread.
#[derive(Debug, Clone)]
pub struct TableHandle(Arc<channel::Sender<Shown>>);

/// What the server shows at the moment.
#[derive(Debug, Clone, Default)]
struct Shown {
    table: Arc<SiteTable>,
    /// Counts the sites shown; 0 before the first.
    build: u64,
    /// Why the newest site could not be made.
    error: Option<Arc<str>>,
}

impl TableHandle {
    /// Show this site from now on; browsers load their page again.
    pub fn swap(&self, table: SiteTable) {
        self.0.send_modify(|shown| {
            *shown = Shown { table: Arc::new(table), build: shown.build + 1, error: None };
        });
    }

    /// Keep showing the last good site, and say why there is no newer one.
    pub fn error(&self, text: impl Into<String>) {
        let text: Arc<str> = text.into().into();
        self.0.send_modify(|shown| shown.error = Some(text));
    }

    /// The site shown at the moment.
    #[must_use]
    pub fn current(&self) -> Arc<SiteTable> {
        self.0.borrow().table.clone()
    }
}

impl Server {
    /// Take `port` on the address `host`: this machine only, where none is
    /// given. Port 0 takes any free one. `allow_hosts` are further names under
    /// which the server may be asked, with or without a port.
    ///
    /// # Errors
    /// The host has no address (usage), or the port is not to be had (io).
    pub fn bind(host: Option<&str>, port: u16, allow_hosts: &[String]) -> Result<Self> {
        let mut listeners: Vec<TcpListener> = Vec::new();
        let mut taken = port;
        for (address, required) in addresses(host)? {
            match TcpListener::bind(SocketAddr::new(address, taken)) {
                Ok(listener) => {
                    taken = listener.local_addr().map_or(taken, |a| a.port());
                    listeners.push(listener);
                }
                Err(error) if !required && error.kind() != std::io::ErrorKind::AddrInUse => {}
                Err(error) => return Err(not_bound(host, address, taken, error)),
            }
        }
        let bound = listeners.iter().filter_map(|l| l.local_addr().ok()).map(|a| a.ip()).collect();
        Ok(Self {
            listeners,
            handle: TableHandle(Arc::new(channel::Sender::new(Shown::default()))),
            guard: Guard::new(taken, bound, allow_hosts),
            token: token(),
            host: host.unwrap_or("localhost").to_owned(),
            port: taken,
            patience: PATIENCE,
        })
    }

    /// Where sites are put in; may be cloned and kept.
    #[must_use]
    pub fn table(&self) -> TableHandle {
        self.handle.clone()
    }

    /// The address to open in a browser.
    #[must_use]
    pub fn url(&self) -> String {
        let host = match self.host.parse::<IpAddr>() {
            Ok(address) if address.is_unspecified() => "localhost".to_owned(),
            Ok(IpAddr::V6(address)) => format!("[{address}]"),
            _ => self.host.clone(),
        };
        format!("http://{host}:{}/", self.port)
    }

    /// What the user should know before going on, if the server can be reached
    /// from other machines.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        let mut addresses = self.listeners.iter().filter_map(|l| l.local_addr().ok());
        addresses.any(|a| !a.ip().is_loopback()).then(|| {
            format!(
                "`{}` can be reached from other machines; they must ask for a name given with \
                 `--allow-host`",
                crate::text::visible(&self.host)
            )
        })
    }

    /// Answer requests until `cancel` is set.
    ///
    /// # Errors
    /// The server could not be started.
    pub fn run(self, cancel: &AtomicBool) -> Result<()> {
        let failed = |error: std::io::Error| Error {
            source: Some(error.into()),
            ..Error::io("could not start the server")
        };
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let app = reply::app(self.handle.0.clone(), self.guard, &self.token);
        let room = Arc::new(Semaphore::new(CONNECTIONS));
        runtime.block_on(async {
            for listener in self.listeners {
                listener.set_nonblocking(true).map_err(failed)?;
                let listener = tokio::net::TcpListener::from_std(listener).map_err(failed)?;
                tokio::spawn(accept(listener, app.clone(), room.clone(), self.patience));
            }
            while !cancel.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(())
        })?;
        runtime.shutdown_background();
        Ok(())
    }
}

/// Answer connections for as long as the runtime lives.
async fn accept(
    listener: tokio::net::TcpListener,
    app: axum::Router,
    room: Arc<Semaphore>,
    patience: Duration,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, most likely: wait for some to come back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Ok(place) = room.clone().try_acquire_owned() else { continue };
        let service = TowerToHyperService::new(app.clone());
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(patience)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            // A client that breaks the protocol or goes away is its own affair.
            let _ = connection.await;
            drop(place);
        });
    }
}

/// The addresses of a host, each with whether it must be had.
fn addresses(host: Option<&str>) -> Result<Vec<(IpAddr, bool)>> {
    let Some(host) = host.filter(|h| *h != "localhost") else {
        return Ok(vec![(Ipv4Addr::LOCALHOST.into(), true), (Ipv6Addr::LOCALHOST.into(), false)]);
    };
    let shown = crate::text::visible(host);
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    let found = (bare, 0).to_socket_addrs().map_err(|error| Error {
        source: Some(error.into()),
        ..Error::usage(format!("the host `{shown}` has no address"))
    })?;
    let mut addresses: Vec<(IpAddr, bool)> = found.map(|a| (a.ip(), true)).collect();
    addresses.dedup();
    Ok(addresses)
}

fn not_bound(host: Option<&str>, address: IpAddr, port: u16, error: std::io::Error) -> Error {
    if error.kind() == std::io::ErrorKind::AddrInUse {
        return Error::io(format!("port {port} is in use"))
            .help("stop what uses it, or choose another with `--port`");
    }
    let name = host.map_or_else(|| address.to_string(), crate::text::visible);
    let message = format!("could not listen on `{name}`, port {port}");
    let message = Error { source: Some(error.into()), ..Error::io(message) };
    message.help("choose another address with `--hostname` or another port with `--port`")
}

/// A name that nobody can guess.
fn token() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests;
