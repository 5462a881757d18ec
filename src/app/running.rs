//! Work that takes longer than a request should wait: it tells how far it has come, and ends soon after nobody wants it any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{sync::watch, task::JoinHandle};

use super::Refusal;
use crate::store::StoreError;

/// Work under way. Dropped, it ends at its next look and nothing of it is kept.
#[derive(Debug)]
pub struct Running<T> {
    /// From 0 to 1.
    pub progress: watch::Receiver<f64>,
    pub outcome: JoinHandle<Result<T, Refusal>>,
    wanted: Arc<AtomicBool>,
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        self.wanted.store(false, Ordering::Relaxed);
    }
}

impl<T: Send + 'static> Running<T> {
    pub(super) fn begin<F: Future<Output = Result<T, Refusal>> + Send + 'static>(work: impl FnOnce(Teller) -> F) -> Self {
        let (tell, progress) = watch::channel(0.0);
        let wanted = Arc::new(AtomicBool::new(true));
        let outcome = tokio::spawn(work(Teller { tell: Arc::new(tell), wanted: Arc::clone(&wanted) }));
        Self { progress, outcome, wanted }
    }
}

impl<T> Running<T> {
    /// Waits for what comes of it.
    pub async fn finish(mut self) -> Result<T, Refusal> {
        (&mut self.outcome).await.map_err(|error| StoreError::Unavailable(format!("a background task ended early: {error}")))?
    }
}

/// By which work tells how far it is and hears whether to go on.
#[derive(Clone, Debug)]
pub(super) struct Teller {
    tell: Arc<watch::Sender<f64>>,
    wanted: Arc<AtomicBool>,
}

impl Teller {
    /// Says how far the work has come, from 0 to 1; whether it is still wanted.
    pub fn goes_on(&self, share: f64) -> bool {
        self.tell.send_replace(share.clamp(0.0, 1.0));
        self.is_wanted()
    }

    pub fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    /// Refuses to go on with what nobody wants any more.
    pub fn must_go_on(&self) -> Result<(), Refusal> {
        if self.is_wanted() { Ok(()) } else { Err(StoreError::Unavailable("nobody waits for it any more".to_owned()).into()) }
    }
}
