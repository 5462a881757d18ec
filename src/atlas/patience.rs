//! Whether an answer is still wanted.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// How long a question may go on: until whoever asked ends it; the default has no end. Clones are of one mind.
#[derive(Clone, Debug, Default)]
pub struct Patience(Option<Arc<AtomicBool>>);

impl Patience {
    /// One that can be ended.
    #[must_use]
    pub fn limited() -> Self {
        Self(Some(Arc::default()))
    }

    /// Nobody waits any longer.
    pub fn end(&self) {
        if let Some(is_over) = &self.0 {
            is_over.store(true, Ordering::Relaxed);
        }
    }

    #[inline]
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.0.as_ref().is_some_and(|is_over| is_over.load(Ordering::Relaxed))
    }
}
