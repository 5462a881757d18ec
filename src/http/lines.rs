//! JSON lines that are sent while work goes on: progress first, the result last.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use tokio::sync::mpsc;

/// Where to put lines, and the answer that sends them. Once the other side has gone nobody takes them.
pub fn lines() -> (mpsc::Sender<Bytes>, Response) {
    let (sender, receiver) = mpsc::channel(8);
    let body = Body::from_stream(Lines(receiver));
    (sender, ([(header::CONTENT_TYPE, "application/x-ndjson"), (header::CACHE_CONTROL, "no-store")], body).into_response())
}

/// One line.
pub fn line(value: &serde_json::Value) -> Bytes {
    Bytes::from(format!("{value}\n"))
}

/// Lines as a body.
struct Lines(mpsc::Receiver<Bytes>);

impl futures_util::Stream for Lines {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|line| line.map(Ok))
    }
}
