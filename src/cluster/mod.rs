//! Spatial statistics over plain points: the scan statistic, local statistics, and exploration without a test.
//!
//! This room knows positions, labels of 0 and 1, counts and a seed. It must never know a house, a tier, a person, a file, a clock or
//! a source of entropy: what the points stand for is the caller's business, and the same points and seed give the same answer on any
//! number of threads. Distances are metres on a sphere ([`EARTH_RADIUS_M`]) or on a plane.

mod best;
mod columns;
mod correction;
mod counts;
mod cylinders;
mod dbscan;
mod gistar;
mod hdbscan;
mod joins;
mod leaps;
mod likelihood;
mod models;
mod moran;
mod neighbours;
mod ordinal;
mod parts;
mod permutations;
mod places;
mod progress;
mod replicates;
mod report;
mod scan;
mod spanning;
mod surface;
mod windows;

pub use crate::random::Random;
pub use correction::benjamini_hochberg;
pub use counts::Category;
pub use cylinders::Course;
pub use dbscan::{Density, dbscan};
pub use gistar::{HotSpot, gistar};
pub use hdbscan::{Hdbscan, Member};
pub use joins::{JoinCounts, join_counts};
pub use likelihood::{Gumbel, Rates, Side, bernoulli_llr, poisson_llr};
pub use moran::{LocalMoran, Quadrant, local_moran};
pub use neighbours::{Neighbourhood, Neighbours};
pub use ordinal::ordinal_llr;
pub use permutations::Permutations;
pub use places::{EARTH_RADIUS_M, Places};
pub use progress::Going;
pub use report::{Chance, Cluster, Ellipse, NothingToTest, ScanReport};
pub use scan::Scan;
pub use surface::{Kernel, Surface, Undrawn, density};
pub use windows::Window;

#[cfg(test)]
mod tests;
