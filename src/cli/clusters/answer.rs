//! What is answered: the keys of the JSON object.

use serde::Serialize;

use super::{
    KernelName, Model, Of, RatesName, Step, WindowName,
    words::{Reason, Sentence},
};
use crate::cluster::NothingToTest;

#[derive(Serialize)]
pub struct Answer {
    pub points: usize,
    pub cases: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan: Option<Tested<ScanAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dbscan: Option<Tested<DbscanAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hdbscan: Option<Tested<HdbscanAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gistar: Option<Tested<GistarAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moran: Option<Tested<MoranAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joins: Option<Tested<JoinsAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub density: Option<Tested<DensityAnswer>>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub enum Tested<T> {
    Found(T),
    Nothing { nothing_to_test: Reason },
}

impl<T> From<Result<T, NothingToTest>> for Tested<T> {
    fn from(found: Result<T, NothingToTest>) -> Self {
        match found {
            Ok(found) => Self::Found(found),
            Err(nothing) => Self::Nothing { nothing_to_test: Reason::of(nothing) },
        }
    }
}

#[derive(Serialize)]
pub struct ScanAnswer {
    pub model: Model,
    pub window: WindowName,
    pub rates: RatesName,
    pub max_share: f64,
    pub max_radius_m: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_time: Option<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_span: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gather_m: Option<f64>,
    pub replicates: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_after: Option<u32>,
    pub replicates_drawn: usize,
    pub seed: u64,
    pub points_out_of_reach: usize,
    pub clusters: Vec<ClusterAnswer>,
}

#[derive(Serialize)]
pub struct ClusterAnswer {
    pub centre: String,
    pub radius_m: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_length_m: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub angle_deg: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub course: Option<&'static str>,
    pub rates: &'static str,
    pub points: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<f64>,
    pub cases: usize,
    pub expected: f64,
    pub relative_risk: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<CategoryAnswer>,
    pub llr: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statistic: Option<f64>,
    pub p: Option<f64>,
    pub p_gumbel: Option<f64>,
    pub sentence: Sentence,
    pub ids: Vec<String>,
    pub border: Vec<BorderAnswer>,
}

#[derive(Serialize)]
pub struct CategoryAnswer {
    pub category: usize,
    pub points: usize,
    pub expected: f64,
}

#[derive(Serialize)]
pub struct BorderAnswer {
    pub id: String,
    pub share: f64,
}

#[derive(Serialize)]
pub struct DbscanAnswer {
    pub eps_m: f64,
    pub min_points: u32,
    pub of: Of,
    pub groups: u32,
    pub labels: Vec<Label>,
}

#[derive(Serialize)]
pub struct Label {
    pub id: String,
    pub group: Option<u32>,
}

/// Where neighbours were found along the streets.
#[derive(Clone, Copy, Serialize)]
pub struct Along {
    pub distance: &'static str,
    pub off_streets: usize,
}

#[derive(Serialize)]
pub struct HdbscanAnswer {
    pub min_points: u32,
    pub min_cluster: u32,
    pub of: Of,
    pub groups: u32,
    pub labels: Vec<Membership>,
}

#[derive(Serialize)]
pub struct Membership {
    pub id: String,
    pub group: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

#[derive(Serialize)]
pub struct GistarAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band_m: Option<f64>,
    #[serde(flatten)]
    pub along: Option<Along>,
    pub points: Vec<Spot>,
}

#[derive(Serialize)]
pub struct Spot {
    pub id: String,
    pub neighbours: usize,
    pub cases: usize,
    pub z: f64,
    pub p: f64,
    pub p_corrected: f64,
}

#[derive(Serialize)]
pub struct MoranAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band_m: Option<f64>,
    #[serde(flatten)]
    pub along: Option<Along>,
    pub replicates: u32,
    pub seed: u64,
    pub points: Vec<MoranSpot>,
}

#[derive(Serialize)]
pub struct MoranSpot {
    pub id: String,
    pub neighbours: usize,
    pub i: f64,
    pub quadrant: &'static str,
    pub p: f64,
    pub p_corrected: f64,
}

#[derive(Serialize)]
pub struct JoinsAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band_m: Option<f64>,
    #[serde(flatten)]
    pub along: Option<Along>,
    pub replicates: u32,
    pub seed: u64,
    /// Points that have a neighbour or are one, and the cases among them.
    pub points: usize,
    pub cases: usize,
    pub bb: Join,
    pub bw: Join,
    pub ww: Join,
}

#[derive(Serialize)]
pub struct Join {
    pub joins: f64,
    pub expected: f64,
    pub p: f64,
}

#[derive(Serialize)]
pub struct DensityAnswer {
    pub of: Of,
    pub kernel: KernelName,
    pub bandwidth_m: f64,
    pub cell_m: f64,
    /// The lower left corner, in the input's coordinates.
    pub west: f64,
    pub south: f64,
    /// The size of a cell, in the input's coordinates.
    pub width: f64,
    pub height: f64,
    pub columns: usize,
    pub rows: usize,
    pub per_km2: Vec<f64>,
}
