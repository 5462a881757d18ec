//! Spatial statistics over plain points: the scan statistic, density clusters, local statistics.
//!
//! This room knows positions, labels of 0 and 1, counts and a seed. It must never know a house, a tier, a person, a file, a clock or
//! a source of entropy: what the points stand for is the caller's business, and the same points and seed give the same answer on any
//! number of threads. Distances are metres on a sphere ([`EARTH_RADIUS_M`]) or on a plane.

mod dbscan;
mod gistar;
mod likelihood;
mod places;
mod random;
mod replicates;
mod scan;

pub use dbscan::{Density, dbscan};
pub use gistar::{HotSpot, Neighbourhood, benjamini_hochberg, gistar};
pub use likelihood::{Gumbel, bernoulli_llr, poisson_llr};
pub use places::{EARTH_RADIUS_M, Places};
pub use random::Random;
pub use scan::{Cluster, NothingToTest, Scan, ScanReport};

#[cfg(test)]
mod tests;
