//! Join counts: how often neighbours are alike, over all points at once. Knows lists of neighbours and labels of 0 and 1.

use rayon::prelude::*;

use super::{
    gistar::varied,
    neighbours::Neighbours,
    permutations::Permutations,
    progress::{Going, Progress},
    report::NothingToTest,
};
use crate::random::Random;

/// Joins between neighbours by label (black for cases, white for others, as in the literature). Every pair counts half in each direction, so that
/// one-sided pairs (of the k nearest) count half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JoinCounts {
    /// Points that have a neighbour or are one: among them labels are dealt.
    pub points: usize,
    /// Cases among them.
    pub cases: usize,
    /// Between two cases.
    pub bb: f64,
    /// Between a case and another.
    pub bw: f64,
    /// Between two that are no cases.
    pub ww: f64,
    /// The means of the replicates: (bb, bw, ww).
    pub expected: (f64, f64, f64),
    /// The chance of at least so many.
    pub p_bb: f64,
    /// The chance of at most so many: few mixed joins are clustering, too.
    pub p_bw: f64,
    /// The chance of at least so many.
    pub p_ww: f64,
}

/// Counts of joins (Cliff & Ord, "Spatial Processes", 1981) with weights of 1 (those given are not looked at), and their p when labels are dealt
/// anew. Points that have no neighbour and are none take no part: they have no joins, and their labels would be dealt to those that have.
pub fn join_counts(neighbours: &Neighbours, cases: &[bool], permutations: Permutations, going: Going) -> Result<JoinCounts, NothingToTest> {
    let values: Vec<f64> = cases.iter().map(|&case| f64::from(u8::from(case))).collect();
    varied(neighbours, &values)?;
    let observed = count(neighbours, cases);
    let linked = neighbours.linked();
    let labels: Vec<bool> = linked.iter().map(|&point| cases[point as usize]).collect();
    let marked = labels.iter().filter(|case| **case).count();
    if marked == 0 || marked == labels.len() {
        return Err(NothingToTest::NeighboursAlike);
    }
    let progress = Progress::new(going, permutations.replicates);
    let replicate = |number: usize| {
        progress.add(1);
        if progress.stopped() {
            return None;
        }
        let mut random = Random::stream(permutations.seed, number as u64);
        let mut deck = labels.clone();
        (1..deck.len()).rev().for_each(|last| deck.swap(last, random.below(last + 1)));
        let mut dealt = vec![false; cases.len()];
        linked.iter().zip(deck).for_each(|(&point, case)| dealt[point as usize] = case);
        Some(count(neighbours, &dealt))
    };
    let replicates: Option<Vec<[u64; 3]>> = (0..permutations.replicates).into_par_iter().map(replicate).collect();
    let replicates = replicates.ok_or(NothingToTest::Stopped)?;
    let mean = |join: usize| replicates.iter().map(|counted| counted[join] as f64).sum::<f64>() / 2.0 / replicates.len().max(1) as f64;
    let share = |as_far: usize| (as_far + 1) as f64 / (replicates.len() + 1) as f64;
    let high = |join: usize| share(replicates.iter().filter(|counted| counted[join] >= observed[join]).count());
    let [bb, bw, ww] = observed.map(|joins| joins as f64 / 2.0);
    let p_bw = share(replicates.iter().filter(|counted| counted[1] <= observed[1]).count());
    let expected = (mean(0), mean(1), mean(2));
    Ok(JoinCounts { points: linked.len(), cases: marked, bb, bw, ww, expected, p_bb: high(0), p_bw, p_ww: high(2) })
}

/// Twice the joins: bb, bw, ww.
fn count(neighbours: &Neighbours, cases: &[bool]) -> [u64; 3] {
    let mut joins = [0_u64; 3];
    for (point, &case) in cases.iter().enumerate() {
        let around = neighbours.around(point);
        let marked = around.iter().filter(|&&other| cases[other as usize]).count() as u64;
        let others = around.len() as u64 - marked;
        if case {
            joins[0] += marked;
            joins[1] += others;
        } else {
            joins[1] += marked;
            joins[2] += others;
        }
    }
    joins
}
