//! How far long work is, and how it is stopped. Knows nothing of the work.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How much is done, of how much; `false` stops the work. Called from all threads.
pub type Going<'a> = &'a (dyn Fn(usize, usize) -> bool + Sync);

/// Things that are looked at before somebody asks whether the work is still wanted.
pub(super) const RUN: usize = 256;

/// How far the work is, and whether whoever asked still wants it.
pub(super) struct Progress<'a> {
    going: Going<'a>,
    done: AtomicUsize,
    of: usize,
    stopped: AtomicBool,
}

impl<'a> Progress<'a> {
    pub(super) fn new(going: Going<'a>, of: usize) -> Self {
        Self { going, done: AtomicUsize::new(0), of, stopped: AtomicBool::new(false) }
    }

    pub(super) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// So much more is done.
    pub(super) fn add(&self, done: usize) {
        let done = self.done.fetch_add(done, Ordering::Relaxed) + done;
        if !(self.going)(done.min(self.of), self.of) {
            self.stopped.store(true, Ordering::Relaxed);
        }
    }
}
