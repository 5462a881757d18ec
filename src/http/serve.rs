//! The accept loop. `axum::serve` sets no header timeout, so a client that says nothing would be kept for ever.

use std::{
    collections::HashMap,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    http::{HeaderMap, Request},
};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore, time::sleep};
use tower::ServiceExt;

use super::{asking::Peer, impatient::Impatient};

/// What one machine takes at a time.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub connections: usize,
    pub connections_per_address: usize,
    /// From the first byte (or the end of the last answer) to the end of the headers.
    pub header_timeout: Duration,
    /// How long a client may take no byte of its answer.
    pub write_timeout: Duration,
    /// How long open requests may go on after the signal to stop.
    pub grace: Duration,
    /// The proxy before this server: who asks through it is whom its `X-Forwarded-For` names last, and its connections are counted together
    /// with all others only.
    pub trusted_proxy: Option<IpAddr>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2_000,
            connections_per_address: 500,
            header_timeout: Duration::from_secs(15),
            write_timeout: Duration::from_secs(30),
            grace: Duration::from_secs(20),
            trusted_proxy: None,
        }
    }
}

/// Serves until `stop` resolves, then lets open requests finish.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(limits.connections));
    let guests = Guests::default();
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            listener.accept().await.map(|(stream, peer)| (place, stream, peer))
        };
        let (place, stream, peer) = tokio::select! {
            // Who waits for a signal must have been asked once before the first connection is taken, or the signal ends the process.
            biased;
            () = &mut stop => break,
            accepted = next => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, say: wait instead of spinning.
                    tracing::warn!(%error, "accept failed");
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let address = peer.ip().to_canonical();
        let is_proxy = limits.trusted_proxy.is_some_and(|proxy| proxy.to_canonical() == address);
        let Some(guest) = guests.admit(address, if is_proxy { limits.connections } else { limits.connections_per_address }) else {
            continue;
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone().map_request(move |mut request: Request<Incoming>| {
            let asker = if is_proxy { forwarded_for(request.headers()) } else { None };
            request.extensions_mut().insert(Peer(asker.unwrap_or(address)));
            request
        }));
        let mut http = hyper::server::conn::http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(limits.header_timeout).max_buf_size(64 * 1024);
        let connection = graceful.watch(http.serve_connection(TokioIo::new(Impatient::new(stream, limits.write_timeout)), service));
        tokio::spawn(async move {
            let _held = (place, guest);
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended early");
            }
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => Ok(()),
        () = sleep(limits.grace) => {
            tracing::warn!("open requests were cut off after the time of grace");
            Ok(())
        }
    }
}

/// Whom the proxy nearest to this server took the request from. What stands before its word in the header anybody may have written.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim();
    let address = last.parse().or_else(|_| last.parse().map(|place: SocketAddr| place.ip()));
    address.ok().map(|address| address.to_canonical())
}

/// Counts connections by address.
#[derive(Clone, Default)]
struct Guests(Arc<Mutex<HashMap<IpAddr, usize>>>);

struct Guest {
    address: IpAddr,
    guests: Guests,
}

impl Guests {
    fn admit(&self, address: IpAddr, most: usize) -> Option<Guest> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Guest { address, guests: self.clone() })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut counts = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxy_says_last_who_asks_and_what_stands_before_is_hearsay() {
        let of = |values: &[&'static str]| {
            let headers: HeaderMap = values.iter().map(|value| ("x-forwarded-for".parse().unwrap(), value.parse().unwrap())).collect();
            forwarded_for(&headers).map(|address| address.to_string())
        };
        let is = |address: &str| Some(address.to_owned());
        assert_eq!(of(&["10.1.2.3"]), is("10.1.2.3"));
        assert_eq!(of(&["127.0.0.1, 10.1.2.3"]), is("10.1.2.3"));
        assert_eq!(of(&["127.0.0.1", "10.1.2.3:4711"]), is("10.1.2.3"));
        assert_eq!(of(&["::ffff:10.1.2.3"]), is("10.1.2.3"));
        assert_eq!(of(&["[2001:db8::1]:80"]), is("2001:db8::1"));
        assert_eq!((of(&[]), of(&["unknown"]), of(&["10.1.2.3, "])), (None, None, None));
    }
}
