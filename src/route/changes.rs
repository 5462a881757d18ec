//! What differs between two plans, and the plan before as something that a new one keeps to.

/// Who visited what in which order before, and what a change costs.
#[derive(Clone, Debug)]
pub(super) struct Before {
    pub orders: Vec<Vec<usize>>,
    seats: Vec<Option<(usize, usize)>>,
    /// In the goal's measure, thousandths.
    pub price: i64,
}

impl Before {
    pub fn new(stops: usize, orders: &[Vec<usize>], price: i64) -> Self {
        let mut seats = vec![None; stops];
        for (team, order) in orders.iter().enumerate() {
            order.iter().enumerate().filter(|(_, stop)| **stop < stops).for_each(|(rank, &stop)| seats[stop] = Some((team, rank)));
        }
        Self { orders: orders.to_vec(), seats, price }
    }

    /// Team and rank of a stop.
    pub fn seat(&self, stop: usize) -> Option<(usize, usize)> {
        self.seats[stop]
    }
}

/// Stops by what happened to them, each list in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Visited before and after, by another team or in another order: as few as explain the difference.
    pub moved: Vec<usize>,
    pub added: Vec<usize>,
    pub dropped: Vec<usize>,
}

/// Compares the stops of each team before and after. Within a team, those outside the longest common order count as moved.
#[must_use]
pub fn changes(before: &[Vec<usize>], after: &[Vec<usize>]) -> Changes {
    let all = |orders: &[Vec<usize>]| orders.iter().flatten().copied().collect::<Vec<_>>();
    let (all_before, all_after) = (all(before), all(after));
    let mut changes = Changes {
        moved: Vec::new(),
        added: all_after.iter().filter(|stop| !all_before.contains(stop)).copied().collect(),
        dropped: all_before.iter().filter(|stop| !all_after.contains(stop)).copied().collect(),
    };
    for (team, order) in after.iter().enumerate() {
        let same = before.get(team).map_or(&[][..], Vec::as_slice);
        let stayed: Vec<(usize, usize)> = order.iter().filter_map(|&stop| Some((same.iter().position(|&old| old == stop)?, stop))).collect();
        let kept = longest_rising(&stayed);
        changes.moved.extend(order.iter().filter(|stop| all_before.contains(stop) && !kept.contains(stop)));
    }
    changes.moved.sort_unstable();
    changes.added.sort_unstable();
    changes.dropped.sort_unstable();
    changes
}

/// The stops of a longest subsequence with rising ranks.
fn longest_rising(ranked: &[(usize, usize)]) -> Vec<usize> {
    // best[i]: length of the longest that ends at i, and the one before it.
    let mut best: Vec<(usize, Option<usize>)> = Vec::with_capacity(ranked.len());
    for (at, &(rank, _)) in ranked.iter().enumerate() {
        let before = (0..at).filter(|&other| ranked[other].0 < rank).max_by_key(|&other| best[other].0);
        best.push((before.map_or(1, |other| best[other].0 + 1), before));
    }
    let mut at = (0..ranked.len()).max_by_key(|&at| best[at].0);
    let mut kept = Vec::new();
    while let Some(last) = at {
        kept.push(ranked[last].1);
        at = best[last].1;
    }
    kept
}
