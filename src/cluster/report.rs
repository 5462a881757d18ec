//! What a scan answers. Knows points by number, no places.

use std::ops::Range;

use super::{counts::Category, cylinders::Course, likelihood::Side};

/// Of how many data sets, the observed one among them, so many were at least as strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    pub times: usize,
    pub of: usize,
}

/// One window, stronger than every other that shares a location with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// The first point at the centre.
    pub centre: u32,
    /// To the farthest location inside; 0 for a single location. Of an ellipse, the shorter half axis.
    pub radius_m: f64,
    pub ellipse: Option<Ellipse>,
    /// Of a scan in time: the steps it spans, and how its rate moved.
    pub span: Option<(Range<u32>, Course)>,
    pub side: Side,
    /// The points inside (and in its span), by distance.
    pub points: Vec<u32>,
    /// Cases inside; of an ordinal scan, points of the highest category.
    pub cases: usize,
    /// Points inside, or their population (Poisson).
    pub base: f64,
    /// Cases inside if all places (and steps) had the same rate.
    pub expected: f64,
    /// The rate inside over the rate outside; `None` when no case lies outside.
    pub relative_risk: Option<f64>,
    /// Of an ordinal scan: every category, least first.
    pub categories: Vec<Category>,
    /// The log-likelihood ratio.
    pub llr: f64,
    /// What clusters are ranked and tested by: `llr` after the penalty of the ellipse.
    pub statistic: f64,
    /// `None` without replicates.
    pub chance: Option<Chance>,
    /// From the tail of a [`super::Gumbel`] distribution: finer than `p` where no replicate came near.
    pub p_gumbel: Option<f64>,
    /// Every point in some nearly optimal window, by number, and the share of these windows that hold it: where the border may lie. Empty where
    /// p is above 0.05: what chance explains has no border.
    pub border: Vec<(u32, f64)>,
}

impl Cluster {
    /// (1 + replicates at least as strong) / (1 + replicates) (Dwass, "Modified randomization tests", Annals of Mathematical Statistics
    /// 1957); ended early, replicates at least as strong / replicates until then.
    #[must_use]
    pub fn p(&self) -> Option<f64> {
        self.chance.map(|chance| chance.times as f64 / chance.of as f64)
    }
}

/// The form of an elliptic window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ellipse {
    /// The longer half axis.
    pub half_length_m: f64,
    /// Of the longer axis, anticlockwise from east, in degrees from 0 to below 180.
    pub angle_deg: f64,
}

/// What a scan found. No clusters: nowhere does the rate inside a window differ from that outside on the side looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanReport {
    /// Strongest first (then fewest locations, then by the first point); no two share a location. Each is the best window of its centre, as
    /// in SaTScan: a centre whose best window overlaps a stronger one gives none.
    pub clusters: Vec<Cluster>,
    /// Cases in total.
    pub cases: usize,
    /// Points, or population, in total.
    pub base: f64,
    /// Points at locations that alone are larger than the greatest window: no window holds them.
    pub out_of_reach: usize,
    /// Replicates drawn: fewer than asked for when ended early.
    pub replicates: usize,
}

/// Why there is nothing to test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NothingToTest {
    #[error("there are no points")]
    NoPoints,
    #[error("there are fewer than three points")]
    TooFewPoints,
    #[error("no point is a case")]
    NoCases,
    #[error("every point is a case")]
    AllCases,
    #[error("all points are at one location")]
    OneLocation,
    #[error("the greatest window holds no location")]
    NoWindow,
    #[error("there is no population, or there are cases where there is none")]
    NoPopulation,
    #[error("all points are in one category, or there are more than sixteen")]
    OneCategory,
    #[error("all points are of one time")]
    OneStep,
    #[error("no point has a neighbour")]
    NoNeighbours,
    #[error("of the points that have neighbours none is a case, or every one is")]
    NeighboursAlike,
    #[error("values must be numbers; without permutations they must be 0 or 1, and weights 1")]
    NoLabels,
    /// Not a fault of the points: whoever asked wanted no more.
    #[error("stopped before the end")]
    Stopped,
}
