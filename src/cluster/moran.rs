//! Local Moran's I: is a point like its neighbours, more than chance makes it? Knows lists of neighbours and values.

use super::{
    correction::benjamini_hochberg,
    gistar::varied,
    neighbours::Neighbours,
    permutations::{Compared, Permutations, compared},
    progress::Going,
    report::NothingToTest,
};

/// Where a point and the mean of its neighbours stand against the mean of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quadrant {
    /// A high value among high ones.
    HighHigh,
    /// A low value among high ones.
    LowHigh,
    /// A low value among low ones.
    LowLow,
    /// A high value among low ones.
    HighLow,
}

/// The local statistic of one point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalMoran {
    pub neighbours: usize,
    /// Above 0 where the point is like its neighbours, below where it is unlike; 0 without neighbours.
    pub i: f64,
    pub quadrant: Quadrant,
    /// The chance of a statistic at least as far on its side of the replicates, times two: either side would have been remarked. (PySAL's `p_sim` is
    /// one-sided and, for labels, does not count ties below.)
    pub p: f64,
    /// `p` corrected for having looked at every point ([`benjamini_hochberg`]).
    pub p_corrected: f64,
}

/// Local Moran's I (Anselin, "Local indicators of spatial association", Geographical Analysis 27:93-115, 1995) with weights standardised by row
/// and scaled as in PySAL: (n - 1) z_i Σ_j w_ij z_j / Σ z², z the deviations from the mean; p by conditional permutation.
pub fn local_moran(neighbours: &Neighbours, values: &[f64], permutations: Permutations, going: Going) -> Result<Vec<LocalMoran>, NothingToTest> {
    varied(neighbours, values)?;
    let all = values.len() as f64;
    let mean = values.iter().sum::<f64>() / all;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let replicates = permutations.replicates;
    let of_one = |(point, compared): (usize, Compared)| {
        let weight: f64 = neighbours.weights(point).sum();
        let own = values[point] - mean;
        let lag = if weight > 0.0 { neighbours.sum(point, values) / weight - mean } else { 0.0 };
        let quadrant = match (own > 0.0, lag > 0.0) {
            (true, true) => Quadrant::HighHigh,
            (false, true) => Quadrant::LowHigh,
            (false, false) => Quadrant::LowLow,
            (true, false) => Quadrant::HighLow,
        };
        // The statistic rises or falls with the sum over the neighbours: one tail of it is one of theirs.
        let tail = compared.as_high.min(compared.as_low) + 1;
        let p = if own == 0.0 { 1.0 } else { (2.0 * tail as f64 / (replicates + 1) as f64).min(1.0) };
        // + 0.0 makes one zero of the two.
        LocalMoran { neighbours: neighbours.around(point).len(), i: (all - 1.0) * own * lag / squares + 0.0, quadrant, p, p_corrected: p }
    };
    let mut spots: Vec<LocalMoran> = compared(neighbours, values, permutations, going)?.into_iter().enumerate().map(of_one).collect();
    let corrected = benjamini_hochberg(&spots.iter().map(|spot| spot.p).collect::<Vec<_>>());
    spots.iter_mut().zip(corrected).for_each(|(spot, p)| spot.p_corrected = p);
    Ok(spots)
}
