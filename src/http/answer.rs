//! Work over many houses, beside the requests and not in their way: so much at once, so much waiting, and none for an asker who has gone.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicU64, Ordering},
};

use axum::response::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::{Code, Problem};
use crate::atlas::{Patience, Snapshot};

/// Questions that wait for a core. More would wait longer than anybody does; they are told to come again.
const WAITING: usize = 64;
/// Tiles that wait: an open map asks for some twenty at a time.
const TILES_WAITING: usize = 512;
const STUDIES_WAITING: usize = 8;
/// Questions whose record is read at once: one about a street need not wait for one about the whole site, and the store has others to serve.
const RECORDS: usize = 2;
const RECORDS_WAITING: usize = 16;

/// Where this process answers. More at once than it has cores would only take turns on them.
pub static DESK: LazyLock<Desk> = LazyLock::new(|| Desk::new(cores(), WAITING));

/// Where it makes tiles, so that no question is in their way.
pub static TILE_DESK: LazyLock<Desk> = LazyLock::new(|| Desk::new(cores(), TILES_WAITING));

/// Where it draws chance for studies, which takes all cores for seconds to minutes: one question at a time.
pub static STUDY_DESK: LazyLock<Desk> = LazyLock::new(|| Desk::new(1, STUDIES_WAITING));

/// Where the record of many houses is read, portion by portion.
pub static RECORD_DESK: LazyLock<Desk> = LazyLock::new(|| Desk::new(RECORDS, RECORDS_WAITING));

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// Answers a question over many houses at the desk. `work` sees the snapshot; where it looks at many houses it stops by itself once the
/// asker has gone or the deadline of the request is over.
pub async fn answer(snapshot: Arc<Snapshot>, work: impl FnOnce(Arc<Snapshot>) -> Result<Response, Problem> + Send + 'static) -> Result<Response, Problem> {
    DESK.answer(snapshot, work).await
}

/// Too much is asked at the same time.
pub fn overloaded() -> Problem {
    Problem::new(Code::Overloaded, "try again in a moment").retry_after(1)
}

pub struct Desk {
    /// One for each question that is worked on.
    places: Arc<Semaphore>,
    /// One for each question that is worked on or waits.
    tickets: Arc<Semaphore>,
    most_at_once: usize,
    most_in_all: usize,
    refused: AtomicU64,
}

impl Desk {
    fn new(at_once: usize, waiting: usize) -> Self {
        let in_all = at_once + waiting;
        Self {
            places: Arc::new(Semaphore::new(at_once)),
            tickets: Arc::new(Semaphore::new(in_all)),
            most_at_once: at_once,
            most_in_all: in_all,
            refused: AtomicU64::new(0),
        }
    }

    pub async fn answer<T: Send + 'static>(
        &self,
        snapshot: Arc<Snapshot>,
        work: impl FnOnce(Arc<Snapshot>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let place = self.place().await?;
        let asker = Asker(Patience::limited());
        let snapshot = Arc::new(snapshot.with_patience(asker.0.clone()));
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work has stopped, which is soon after the asker has gone.
            let _held = place;
            work(snapshot)
        });
        done.await.map_err(|_| broken())?
    }

    /// Waits for a place, for work that waits itself.
    pub async fn place(&self) -> Result<Place, Problem> {
        let Ok(ticket) = Arc::clone(&self.tickets).try_acquire_owned() else {
            self.refused.fetch_add(1, Ordering::Relaxed);
            return Err(overloaded());
        };
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| broken())?;
        Ok(Place { _place: place, _ticket: ticket })
    }

    /// Questions that are worked on.
    pub fn running(&self) -> usize {
        self.most_at_once - self.places.available_permits()
    }

    /// Questions that wait.
    pub fn waiting(&self) -> usize {
        (self.most_in_all - self.tickets.available_permits()).saturating_sub(self.running())
    }

    /// Questions that were turned away since the start.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// A place at a desk, until it is dropped.
pub struct Place {
    _place: OwnedSemaphorePermit,
    _ticket: OwnedSemaphorePermit,
}

fn broken() -> Problem {
    Problem::new(Code::Broken, "see the server's log")
}

/// Waits for the answer. A request that is cut, or over its deadline, is dropped with everything in it.
struct Asker(Patience);

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.end();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use axum::{http::StatusCode, response::IntoResponse};

    use super::*;

    /// A question that takes until its asker has gone.
    fn endless(snapshot: Arc<Snapshot>) -> Result<Response, Problem> {
        while !snapshot.is_given_up() {
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok("nobody reads this".into_response())
    }

    async fn until(is_so: impl Fn() -> bool) {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn an_abandoned_question_frees_its_place() {
        let desk = Arc::new(Desk::new(1, 1));
        let ask = || {
            let desk = Arc::clone(&desk);
            tokio::spawn(async move { desk.answer(Arc::default(), endless).await })
        };
        let working = ask();
        until(|| desk.running() == 1).await;
        let waiting = ask();
        until(|| desk.waiting() == 1).await;
        waiting.abort();
        until(|| desk.waiting() == 0).await;
        assert_eq!(desk.running(), 1);
        working.abort();
        until(|| desk.running() == 0).await;
        assert!(desk.answer(Arc::default(), |_| Ok("free".into_response())).await.is_ok());
    }

    #[tokio::test]
    async fn a_deadline_stops_the_work() {
        let desk = Desk::new(1, 0);
        assert!(tokio::time::timeout(Duration::from_millis(20), desk.answer(Arc::default(), endless)).await.is_err());
        until(|| desk.running() == 0).await;
    }

    #[tokio::test]
    async fn more_than_may_wait_are_told_to_come_again() {
        let desk = Arc::new(Desk::new(1, 2));
        let mut releases = Vec::new();
        let mut asked = Vec::new();
        for _ in 0..3 {
            let (release, held) = mpsc::channel::<()>();
            releases.push(release);
            let desk = Arc::clone(&desk);
            asked.push(tokio::spawn(async move {
                desk.answer(Arc::default(), move |_| {
                    let _ = held.recv();
                    Ok("done".into_response())
                })
                .await
            }));
        }
        until(|| desk.running() == 1 && desk.waiting() == 2).await;
        let refused = desk.answer(Arc::default(), |_| Ok("never".into_response())).await.err().map(IntoResponse::into_response).unwrap();
        assert_eq!((refused.status(), &refused.headers()["retry-after"]), (StatusCode::SERVICE_UNAVAILABLE, &"1".parse().unwrap()));
        assert_eq!(desk.refused(), 1);
        drop(releases);
        for one in asked {
            assert!(one.await.unwrap().is_ok());
        }
        assert_eq!((desk.running(), desk.waiting()), (0, 0));
    }
}
