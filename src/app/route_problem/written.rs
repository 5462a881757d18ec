//! The problem as it is written down: the JSON that `sanshi help route` describes.

use serde::Deserialize;

use super::BadProblem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    pub travel: WrittenTravel,
    pub teams: Vec<WrittenTeam>,
    pub stops: Vec<WrittenStop>,
    #[serde(default)]
    pub runs: Vec<Vec<String>>,
    #[serde(default)]
    pub goal: WrittenGoal,
    pub random: Option<WrittenRandom>,
    pub previous: Option<WrittenPlan>,
    pub change_s: Option<f64>,
}

impl Written {
    /// A fault names the path of the field, what was expected and what was found.
    pub fn read(text: &str) -> Result<Self, BadProblem> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let written = serde_path_to_error::deserialize(&mut reader).map_err(|error| match error.path().iter().next() {
            Some(_) => format!("{}: {}", error.path(), error.inner()),
            None => error.inner().to_string(),
        });
        let whole = written.and_then(|written| reader.end().map(|()| written).map_err(|error| error.to_string()));
        whole.map_err(|why| BadProblem::new(format!("{why}; the format is described by sanshi route --help")))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenTravel {
    pub speed_kmh: Option<f64>,
    pub detour: Option<f64>,
    pub times_s: Option<Vec<Vec<Option<f64>>>>,
    pub lengths_m: Option<Vec<Vec<Option<f64>>>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenPlace {
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub x: Option<f64>,
    pub y: Option<f64>,
    pub at: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenTeam {
    pub id: String,
    pub start: WrittenPlace,
    pub end: Option<WrittenPlace>,
    #[serde(default)]
    pub open_end: bool,
    pub shift: (f64, f64),
    #[serde(default)]
    pub breaks: Vec<WrittenBreak>,
    #[serde(default)]
    pub skills: Vec<String>,
    pub capacity: Option<u32>,
    pub max_length_m: Option<f64>,
    #[serde(default)]
    pub fixed_cost: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenBreak {
    pub window: (f64, f64),
    pub duration_s: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenStop {
    pub id: String,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub x: Option<f64>,
    pub y: Option<f64>,
    pub at: Option<usize>,
    #[serde(default)]
    pub service_s: f64,
    pub window: Option<(f64, f64)>,
    #[serde(default)]
    pub load: u32,
    #[serde(default)]
    pub skills: Vec<String>,
    #[serde(default)]
    pub importance: Importance,
    pub value: Option<f64>,
    pub team: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Importance {
    #[default]
    Must,
    Should,
    May,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WrittenGoal {
    pub measure: WrittenMeasure,
    pub fewest_teams: bool,
    pub balance: f64,
    pub near_equal: f64,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WrittenMeasure {
    #[default]
    Time,
    Length,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenRandom {
    pub share: f64,
}

/// What matters of an answer of ours.
#[derive(Deserialize)]
pub struct WrittenPlan {
    pub teams: Vec<WrittenTour>,
}

#[derive(Deserialize)]
pub struct WrittenTour {
    pub id: String,
    pub stops: Vec<WrittenVisit>,
}

#[derive(Deserialize)]
pub struct WrittenVisit {
    pub id: String,
}
