//! How far long work is, and how it is stopped. Knows nothing of the work.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

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

    /// What is found of every number below a bound, in order, as so much more is done; `None` when stopped.
    pub(super) fn of_each<T: Send>(&self, bound: usize, of_one: impl Fn(usize) -> T + Sync) -> Option<Vec<T>> {
        let of_one = |number: usize| {
            if number.is_multiple_of(RUN) {
                self.add(RUN.min(bound - number));
            }
            (!self.stopped()).then(|| of_one(number))
        };
        (0..bound).into_par_iter().map(of_one).collect()
    }
}
