//! What can be asked in a study, with its ranges.

use serde::{Deserialize, Serialize};

use crate::domain::day::Day;

/// A method with its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum Ask {
    /// Is a drawn area redder than the rest, or do two differ? Exact.
    Area {},
    /// Is there a window with more red houses (or worse tiers) than chance explains, anywhere?
    Scan {
        #[serde(default)]
        model: Model,
        #[serde(default)]
        window: Window,
        #[serde(default)]
        rates: Rates,
        /// The greatest window as a share of the base.
        #[serde(default = "half")]
        max_share: f64,
        #[serde(default)]
        max_radius_m: Option<f64>,
        /// From this day to the day asked about, month by month: which of the tiers that began were red? Without it, the tiers of one day.
        #[serde(default)]
        from: Option<Day>,
        #[serde(default = "usual_replicates")]
        replicates: usize,
        #[serde(default = "first")]
        seed: u64,
    },
    /// Around which houses do red ones gather? Here and in the next two, metres are straight, or walked along the streets.
    Gistar {
        #[serde(default)]
        within_m: Option<f64>,
        #[serde(default)]
        nearest: Option<usize>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        along_streets: bool,
    },
    /// Which houses are like their neighbours, which unlike?
    Moran {
        #[serde(default)]
        within_m: Option<f64>,
        #[serde(default)]
        nearest: Option<usize>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        along_streets: bool,
        #[serde(default = "usual_replicates")]
        replicates: usize,
        #[serde(default = "first")]
        seed: u64,
    },
    /// Are neighbours of red houses red more often than chance explains, over all houses at once?
    Joins {
        #[serde(default)]
        within_m: Option<f64>,
        #[serde(default)]
        nearest: Option<usize>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        along_streets: bool,
        #[serde(default = "usual_replicates")]
        replicates: usize,
        #[serde(default = "first")]
        seed: u64,
    },
    /// Where do red houses lie densely? Exploration, without a test.
    Dbscan {
        #[serde(default = "hundred")]
        eps_m: f64,
        #[serde(default = "five")]
        min_points: usize,
    },
    /// Where do red houses stand out from what is around them, however densely they lie there? Exploration, without a test.
    Hdbscan {
        #[serde(default = "five")]
        min_points: usize,
        #[serde(default = "five")]
        min_cluster: usize,
    },
    /// How many red houses are there around each spot, smoothed? Exploration, without a test.
    Density {
        #[serde(default = "bandwidth")]
        bandwidth_m: f64,
        #[serde(default = "cell")]
        cell_m: f64,
    },
}

/// What a scan counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Red or not, among rated houses.
    #[default]
    Bernoulli,
    /// All tiers, from the best to the worst.
    Ordinal,
    /// Red houses over those who live in rated houses.
    Poisson,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    #[default]
    Circle,
    /// Long ones count for less: the penalty is the medium one.
    Ellipse,
}

/// On which side a window is remarkable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rates {
    #[default]
    High,
    Low,
    Both,
}

/// Which houses count as neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Neighbours {
    Nearest(usize),
    WithinM(f64),
}

/// A parameter that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadAsk {
    pub field: &'static str,
    pub expected: &'static str,
    pub found: String,
}

fn half() -> f64 {
    0.5
}

fn usual_replicates() -> usize {
    999
}

fn first() -> u64 {
    1
}

fn hundred() -> f64 {
    100.0
}

fn five() -> usize {
    5
}

fn bandwidth() -> f64 {
    150.0
}

fn cell() -> f64 {
    50.0
}

/// Numbers that every program reads alike in JSON.
const MOST_SEED: u64 = (1 << 53) - 1;
const USUAL_NEAREST: usize = 8;

impl Ask {
    /// The word of the method.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::Area {} => "area",
            Self::Scan { .. } => "scan",
            Self::Gistar { .. } => "gistar",
            Self::Moran { .. } => "moran",
            Self::Joins { .. } => "joins",
            Self::Dbscan { .. } => "dbscan",
            Self::Hdbscan { .. } => "hdbscan",
            Self::Density { .. } => "density",
        }
    }

    /// Whether it gives a p-value; the others are exploration.
    #[must_use]
    pub fn is_test(&self) -> bool {
        !matches!(self, Self::Dbscan { .. } | Self::Hdbscan { .. } | Self::Density { .. })
    }

    /// Whether it counts those who live in the houses.
    #[must_use]
    pub fn needs_residents(&self) -> bool {
        matches!(self, Self::Scan { model: Model::Poisson, .. })
    }

    /// Whether neighbours are those near on foot along the streets; otherwise in a straight line.
    #[must_use]
    pub fn is_along_streets(&self) -> bool {
        matches!(self, Self::Gistar { along_streets: true, .. } | Self::Moran { along_streets: true, .. } | Self::Joins { along_streets: true, .. })
    }

    /// Whether chance is drawn many times or neighbours are looked for, which takes seconds to minutes on all cores.
    #[must_use]
    pub fn is_long(&self) -> bool {
        matches!(self, Self::Scan { .. } | Self::Hdbscan { .. }) || self.neighbours().is_some()
    }

    /// Who is a neighbour, where the method asks for it.
    #[must_use]
    pub fn neighbours(&self) -> Option<Neighbours> {
        match self {
            Self::Gistar { within_m, nearest, .. } | Self::Moran { within_m, nearest, .. } | Self::Joins { within_m, nearest, .. } => {
                Some(within_m.map_or(Neighbours::Nearest(nearest.unwrap_or(USUAL_NEAREST)), Neighbours::WithinM))
            }
            _ => None,
        }
    }

    /// The same, what is usual written out, when every parameter is within its range.
    pub fn checked(mut self) -> Result<Self, BadAsk> {
        if let Self::Gistar { within_m: None, nearest, .. } | Self::Moran { within_m: None, nearest, .. } | Self::Joins { within_m: None, nearest, .. } =
            &mut self
        {
            nearest.get_or_insert(USUAL_NEAREST);
        }
        match &self {
            Self::Area {} => {}
            Self::Scan { model, max_share, max_radius_m, from, replicates, seed, .. } => {
                within("ask.max_share", *max_share, 0.01..=0.5, "0.01 to 0.5")?;
                max_radius_m.map_or(Ok(()), |metres| within("ask.max_radius_m", metres, 1.0..=100_000.0, "1 to 100,000 metres"))?;
                if let Some(from) = from.filter(|_| *model != Model::Bernoulli) {
                    return Err(BadAsk { field: "ask.from", expected: "a scan over time only with the model bernoulli", found: from.to_string() });
                }
                drawn(*replicates, *seed)?;
            }
            Self::Gistar { .. } => {}
            Self::Moran { replicates, seed, .. } | Self::Joins { replicates, seed, .. } => drawn(*replicates, *seed)?,
            Self::Dbscan { eps_m, min_points } => {
                within("ask.eps_m", *eps_m, 1.0..=5_000.0, "1 to 5,000 metres")?;
                within("ask.min_points", *min_points, 2..=1_000, "2 to 1,000")?;
            }
            Self::Hdbscan { min_points, min_cluster } => {
                within("ask.min_points", *min_points, 2..=1_000, "2 to 1,000")?;
                within("ask.min_cluster", *min_cluster, 2..=10_000, "2 to 10,000")?;
            }
            Self::Density { bandwidth_m, cell_m } => {
                within("ask.bandwidth_m", *bandwidth_m, 10.0..=5_000.0, "10 to 5,000 metres")?;
                within("ask.cell_m", *cell_m, 5.0..=5_000.0, "5 to 5,000 metres")?;
            }
        }
        if let Self::Gistar { within_m, nearest, .. } | Self::Moran { within_m, nearest, .. } | Self::Joins { within_m, nearest, .. } = &self {
            if let (Some(metres), Some(_)) = (within_m, nearest) {
                return Err(BadAsk { field: "ask.within_m", expected: "within_m or nearest, not both", found: metres.to_string() });
            }
            within_m.map_or(Ok(()), |metres| within("ask.within_m", metres, 1.0..=5_000.0, "1 to 5,000 metres"))?;
            nearest.map_or(Ok(()), |count| within("ask.nearest", count, 1..=200, "1 to 200"))?;
        }
        Ok(self)
    }
}

fn drawn(replicates: usize, seed: u64) -> Result<(), BadAsk> {
    within("ask.replicates", replicates, 99..=9_999, "99 to 9,999")?;
    within("ask.seed", seed, 0..=MOST_SEED, "a whole number below 2^53")
}

fn within<T: PartialOrd + ToString>(field: &'static str, value: T, range: std::ops::RangeInclusive<T>, expected: &'static str) -> Result<(), BadAsk> {
    if range.contains(&value) { Ok(()) } else { Err(BadAsk { field, expected, found: value.to_string() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_usual_and_what_is_unknown_is_refused() {
        let ask = |text: &str| serde_json::from_str::<Ask>(text);
        let usual = r#"{"method":"scan","model":"bernoulli","window":"circle","rates":"high","max_share":0.5,"replicates":999,"seed":1}"#;
        assert_eq!(ask(r#"{"method":"scan"}"#).unwrap(), ask(usual).unwrap());
        assert_eq!(ask(r#"{"method":"gistar"}"#).unwrap().neighbours(), Some(Neighbours::Nearest(8)));
        for bad in [r#"{"method":"scan","p":1}"#, r#"{"method":"guess"}"#, r#"{"method":"area","seed":1}"#, r#"{"method":"scan","seed":-1}"#, "{}"] {
            assert!(ask(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn whoever_looks_for_neighbours_takes_long() {
        let is_long = |text: &str| serde_json::from_str::<Ask>(text).unwrap().is_long();
        for method in ["gistar", "moran", "joins"] {
            assert!(is_long(&format!(r#"{{"method":"{method}"}}"#)) && is_long(&format!(r#"{{"method":"{method}","along_streets":true}}"#)), "{method}");
        }
        assert!(is_long(r#"{"method":"scan"}"#) && is_long(r#"{"method":"hdbscan"}"#) && !is_long(r#"{"method":"area"}"#));
    }

    #[test]
    fn straight_distance_is_not_written_so_that_earlier_questions_keep_their_text() {
        let again = |text: &str| serde_json::to_string(&serde_json::from_str::<Ask>(text).unwrap().checked().unwrap()).unwrap();
        let straight = r#"{"method":"gistar","within_m":null,"nearest":8}"#;
        assert_eq!(again(straight), straight);
        assert_eq!(again(r#"{"method":"gistar","along_streets":false}"#), straight);
        let walked = r#"{"method":"gistar","within_m":200.0,"nearest":null,"along_streets":true}"#;
        assert_eq!(again(walked), walked);
        assert!(serde_json::from_str::<Ask>(r#"{"method":"dbscan","along_streets":true}"#).is_err());
    }

    #[test]
    fn every_parameter_has_its_range() {
        for (text, field) in [
            (r#"{"method":"scan","max_share":0.6}"#, "ask.max_share"),
            (r#"{"method":"scan","max_radius_m":0}"#, "ask.max_radius_m"),
            (r#"{"method":"scan","replicates":10000}"#, "ask.replicates"),
            (r#"{"method":"scan","seed":9007199254740992}"#, "ask.seed"),
            (r#"{"method":"scan","model":"ordinal","from":"2009-01-01"}"#, "ask.from"),
            (r#"{"method":"gistar","within_m":10,"nearest":3}"#, "ask.within_m"),
            (r#"{"method":"moran","replicates":98}"#, "ask.replicates"),
            (r#"{"method":"joins","within_m":0.5}"#, "ask.within_m"),
            (r#"{"method":"density","cell_m":1}"#, "ask.cell_m"),
            (r#"{"method":"gistar","nearest":0}"#, "ask.nearest"),
            (r#"{"method":"dbscan","eps_m":0.5}"#, "ask.eps_m"),
            (r#"{"method":"dbscan","min_points":1}"#, "ask.min_points"),
            (r#"{"method":"hdbscan","min_points":1001}"#, "ask.min_points"),
            (r#"{"method":"hdbscan","min_cluster":1}"#, "ask.min_cluster"),
        ] {
            let ask: Ask = serde_json::from_str(text).unwrap();
            assert_eq!(ask.checked().unwrap_err().field, field);
        }
    }
}
