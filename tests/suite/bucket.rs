//! A stand-in for S3 in this process, which answers as it is told: at once, late, or never.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::Response,
};
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    sync::{Barrier, Notify},
};

use sanshi::media::{S3, Shelf};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    AtOnce,
    /// Requests of this method are never answered.
    Never(&'static str),
    /// Requests of this method are carried out once something was read after they came.
    Late(&'static str),
    /// Requests of this method are answered four at a time: each waits for three others.
    InFours(&'static str),
}

#[derive(Debug)]
pub struct Bucket {
    manner: Mutex<Manner>,
    objects: Mutex<BTreeMap<String, Bytes>>,
    four: Barrier,
    late: Notify,
    read: Notify,
    /// Of objects, answered or not.
    reads: AtomicUsize,
    url: String,
    /// When all objects came, for a list.
    since: &'static str,
}

impl Bucket {
    /// Serves a bucket whose objects all came at a moment, on a free port.
    pub fn start(runtime: &Runtime, since: &'static str) -> Arc<Self> {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (manner, objects) = (Mutex::new(Manner::AtOnce), Mutex::default());
        let bucket =
            Arc::new(Self { manner, objects, four: Barrier::new(4), late: Notify::new(), read: Notify::new(), reads: AtomicUsize::new(0), url, since });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&bucket));
        runtime.spawn(async move { axum::serve(listener, router).await.unwrap() });
        bucket
    }

    /// A shelf of its own, as each process has.
    pub fn shelf(&self) -> Shelf {
        let [bucket, region, access_key, secret_key] = ["photos", "us-east-1", "access", "secret"].map(str::to_owned);
        Shelf::s3(&S3 { url: self.url.clone(), bucket, region, access_key, secret_key }).unwrap()
    }

    /// Waits until something came that is answered late or never.
    pub async fn something_is_late(&self) {
        self.late.notified().await;
    }

    pub fn answers(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub fn objects(&self) -> usize {
        self.objects.lock().unwrap().len()
    }

    /// How often somebody asked for an object.
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }

    fn list(&self) -> String {
        let objects = self.objects.lock().unwrap();
        let content = |(key, bytes): (&String, &Bytes)| {
            format!("<Contents><Key>{key}</Key><LastModified>{}</LastModified><ETag>\"1\"</ETag><Size>{}</Size></Contents>", self.since, bytes.len())
        };
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{}</ListBucketResult>", objects.iter().map(content).collect::<String>())
    }
}

async fn answer(State(bucket): State<Arc<Bucket>>, request: Request) -> Response {
    let manner = *bucket.manner.lock().unwrap();
    let method = request.method().clone();
    let key = request.uri().path().trim_start_matches("/photos").trim_start_matches('/').to_owned();
    if method == Method::GET && !key.is_empty() {
        bucket.reads.fetch_add(1, Ordering::Relaxed);
    }
    match manner {
        Manner::Never(which) if which == method => {
            bucket.late.notify_one();
            std::future::pending().await
        }
        Manner::Late(which) if which == method => {
            bucket.late.notify_one();
            bucket.read.notified().await;
        }
        Manner::InFours(which) if which == method => {
            bucket.four.wait().await;
        }
        _ => {}
    }
    let plain = |status: StatusCode| Response::builder().status(status).header(header::ETAG, "\"1\"");
    let range = request.headers().get(header::RANGE).and_then(|range| range.to_str().ok()?.strip_prefix("bytes=").map(str::to_owned));
    if method == Method::PUT {
        let bytes = axum::body::to_bytes(request.into_body(), 64 << 20).await.unwrap();
        bucket.objects.lock().unwrap().insert(key, bytes);
        return plain(StatusCode::OK).body(Body::empty()).unwrap();
    }
    if method == Method::DELETE {
        bucket.objects.lock().unwrap().remove(&key);
        return plain(StatusCode::NO_CONTENT).body(Body::empty()).unwrap();
    }
    if key.is_empty() {
        return plain(StatusCode::OK).body(bucket.list().into()).unwrap();
    }
    let Some(bytes) = bucket.objects.lock().unwrap().get(&key).cloned() else { return plain(StatusCode::NOT_FOUND).body(Body::empty()).unwrap() };
    if method == Method::GET && matches!(manner, Manner::Late(_)) {
        bucket.read.notify_one();
    }
    let found = |status| plain(status).header(header::LAST_MODIFIED, "Fri, 01 Jan 2010 00:00:00 GMT");
    let Some(range) = range else { return found(StatusCode::OK).header(header::CONTENT_LENGTH, bytes.len()).body(bytes.into()).unwrap() };
    let (from, to) = range.split_once('-').unwrap();
    let (from, to) = if from.is_empty() {
        (bytes.len().saturating_sub(to.parse().unwrap()), bytes.len())
    } else {
        (from.parse().unwrap(), to.parse::<usize>().unwrap() + 1)
    };
    let said = format!("bytes {from}-{}/{}", to - 1, bytes.len());
    found(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, said).body(bytes.slice(from..to).into()).unwrap()
}
