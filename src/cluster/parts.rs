//! Which things are joined, by number: a forest of disjoint sets. Knows nothing else.

/// Things from 0 on, each alone at first.
pub(super) struct Parts {
    above: Vec<u32>,
    size: Vec<u32>,
}

impl Parts {
    pub(super) fn new(things: usize) -> Self {
        Self { above: (0..things as u32).collect(), size: vec![1; things] }
    }

    /// The thing that stands for the part of this one.
    pub(super) fn of(&mut self, thing: usize) -> usize {
        let mut at = thing as u32;
        while self.above[at as usize] != at {
            self.above[at as usize] = self.above[self.above[at as usize] as usize];
            at = self.above[at as usize];
        }
        at as usize
    }

    /// Makes one part of two; `false` when they were one before.
    pub(super) fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.of(a), self.of(b));
        let (small, large) = if self.size[a] < self.size[b] { (a, b) } else { (b, a) };
        if a != b {
            self.above[small] = large as u32;
            self.size[large] += self.size[small];
        }
        a != b
    }
}
