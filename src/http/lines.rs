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
use serde::Serialize;
use tokio::sync::mpsc;

use super::problem::Problem;
use crate::app::Running;

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

/// `{"progress": 0.4}` lines and then `{"result": …}`, or `{"problem": …}` with the body that the problem has elsewhere.
pub fn told<T: Serialize + Send + 'static>(running: Running<T>) -> Response {
    let (sender, answer) = lines();
    tokio::spawn(tell(running, sender));
    answer
}

/// When nobody listens any more the work is dropped, which ends it.
async fn tell<T: Serialize + Send + 'static>(mut running: Running<T>, lines: mpsc::Sender<Bytes>) {
    loop {
        let progress = tokio::select! {
            // Between two steps nothing is sent, and a listener who is gone is not noticed otherwise.
            () = lines.closed() => return,
            changed = running.progress.changed() => match changed {
                Ok(()) => *running.progress.borrow_and_update(),
                Err(_) => break,
            },
        };
        // A step that finds the lines full is not worth waiting for.
        if let Err(mpsc::error::TrySendError::Closed(_)) = lines.try_send(line(&serde_json::json!({ "progress": progress }))) {
            return;
        }
    }
    let last = match running.finish().await {
        Ok(result) => serde_json::json!({ "result": result }),
        Err(refusal) => serde_json::json!({ "problem": Problem::from(refusal).body() }),
    };
    let _ = lines.send(line(&last)).await;
}

/// Lines as a body.
struct Lines(mpsc::Receiver<Bytes>);

impl futures_util::Stream for Lines {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|line| line.map(Ok))
    }
}
