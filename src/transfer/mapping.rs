//! How the columns of a foreign file become ours: a small TOML file to keep and reuse, or pairs on the command line.
//!
//! ```toml
//! what = "events"             # houses | events | areas | base | residents | services | units
//! crs = "gcj02"               # houses, areas, base: wgs84 (default) | cgcs2000 | gcj02 | bd09
//! repeated = "last"           # houses: of several rows of one house_code the last one holds (default: each later one is a fault)
//! day_format = "YYYY/MM/DD*"  # events, residents, units: how days are written (default YYYY-MM-DD); M and D stand for one or two digits, * lets anything follow
//! blank = ["N/A", "-"]        # texts that mean "left out", as an empty cell always does
//!
//! [columns]                   # target = column of the file; several columns are joined with a blank
//! house_code = "RSN"
//! address = ["SITE ADDRESS", "WARDNAME"]
//!
//! [constants]                 # target = the same text in every row
//! kind = "rental"
//!
//! [fields]                    # events: observation field = column. With this table only these columns are fields, without it
//! facilities = "DOORS"        # every column that is no target is a field of its own name
//!
//! [values.kind]               # target or field: text of the file = our text; "*" stands for every other text, "" for an empty cell
//! PRIVATE = "rental"
//! "*" = "owner_occupied"
//!
//! [values.fields]             # for every field that has no table of its own
//! "N/A" = "n/a"
//! ```
//!
//! Names of columns are compared without regard to case and outer blanks. Without a mapping the targets' own names are looked for
//! (`house_code`, `lon`, …) and their Chinese ones (房屋编码, 经度, …).

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{What, day_format::DayFormat};
use crate::earth::Datum;

/// Which column gives what, and how its texts are to be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    pub(super) what: Option<What>,
    pub(super) datum: Option<Datum>,
    pub(super) repeated: Repeated,
    pub(super) day_format: DayFormat,
    pub(super) blank: Vec<String>,
    /// By target; a name that is no target is a field of events.
    pub(super) origins: BTreeMap<String, Origin>,
    /// Whether the fields of events are only those that `origins` name.
    pub(super) names_fields: bool,
    pub(super) values: BTreeMap<String, Translation>,
}

pub(super) type Translation = BTreeMap<String, String>;

/// Where the text of a target comes from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Origin {
    Columns(Vec<String>),
    Constant(String),
}

/// What several rows of one house code mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Repeated {
    /// A mistake: the first stays, each later one is a fault.
    #[default]
    Refused,
    /// A history of the house: the last row holds.
    Last,
}

/// Why a mapping cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("mapping, line {line}: {reason}")]
pub struct BadMapping {
    /// From 1.
    pub line: u64,
    pub reason: String,
}

impl Mapping {
    /// Reads `house_code=RSN,lon=LONGITUDE`. A column whose name holds a comma needs a mapping file.
    pub fn parse_pairs(text: &str) -> Result<Self, BadMapping> {
        let bad = |reason: String| BadMapping { line: 1, reason };
        let mut mapping = Self::default();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (target, column) = pair.split_once('=').ok_or_else(|| bad(format!("expected target=COLUMN; found \"{pair}\"")))?;
            let (target, column) = (target.trim(), column.trim());
            if target.is_empty() || column.is_empty() {
                return Err(bad(format!("expected target=COLUMN; found \"{pair}\"")));
            }
            if mapping.origins.insert(target.to_owned(), Origin::Columns(vec![column.to_owned()])).is_some() {
                return Err(bad(format!("\"{target}\" is given twice")));
            }
        }
        Ok(mapping)
    }

    /// Reads a mapping file. Unknown keys are refused, so that a typing error is not silently without effect.
    pub fn parse_toml(text: &str) -> Result<Self, BadMapping> {
        let bad = |at: usize, reason: String| {
            let before = text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
            BadMapping { line: before as u64 + 1, reason }
        };
        let written: Written = toml::from_str(text).map_err(|error| bad(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
        let what = written.what;
        let is_events = what == What::Events;
        let misplaced = [
            (written.crs.as_ref().filter(|_| !what.has_places()).map(Spanned::span), "crs belongs to houses, areas and base"),
            (written.repeated.as_ref().filter(|_| what != What::Houses).map(Spanned::span), "repeated belongs to houses"),
            (written.day_format.as_ref().filter(|_| what.has_places()).map(Spanned::span), "day_format belongs to events, residents and units"),
            (written.fields.as_ref().filter(|_| !is_events).map(Spanned::span), "[fields] belongs to events"),
        ];
        if let Some((span, reason)) = misplaced.into_iter().find_map(|(span, reason)| span.map(|span| (span, reason))) {
            return Err(bad(span.start, reason.to_owned()));
        }
        let names_fields = written.fields.is_some();
        let columns = written.columns.into_iter().map(|(name, columns)| (name, true, Origin::Columns(columns.into_vec())));
        let constants = written.constants.into_iter().map(|(name, text)| (name, !is_events, Origin::Constant(text)));
        let fields = written.fields.map(Spanned::into_inner).unwrap_or_default().into_iter();
        let fields = fields.map(|(name, columns)| (name, false, Origin::Columns(columns.into_vec())));
        let mut origins = BTreeMap::new();
        for (name, is_target, origin) in columns.chain(constants).chain(fields) {
            let (at, name) = (name.span().start, name.into_inner());
            if is_target && !what.is_target(&name) {
                let hint = if is_events { "; observation fields belong under [fields]" } else { "" };
                return Err(bad(at, format!("expected one of {}{hint}; found \"{name}\"", what.names())));
            }
            if matches!(&origin, Origin::Columns(columns) if columns.is_empty()) {
                return Err(bad(at, format!("expected a column for \"{name}\"")));
            }
            if origins.insert(name.clone(), origin).is_some() {
                return Err(bad(at, format!("\"{name}\" is given twice")));
            }
        }
        let mut values = BTreeMap::new();
        for (name, translation) in written.values {
            let known = what.is_target(name.get_ref()) || is_events;
            if !known {
                return Err(bad(name.span().start, format!("expected values of one of {}; found \"{}\"", what.names(), name.get_ref())));
            }
            values.insert(name.into_inner(), translation);
        }
        Ok(Self {
            what: Some(what),
            datum: written.crs.map(|datum| datum.into_inner().0),
            repeated: written.repeated.map(Spanned::into_inner).unwrap_or_default(),
            day_format: written.day_format.map(|format| format.into_inner().0).unwrap_or_default(),
            blank: written.blank,
            origins,
            names_fields,
            values,
        })
    }

    /// This mapping with what the other one (the command line's pairs) says instead, where it says something.
    #[must_use]
    pub fn overlaid(mut self, pairs: Self) -> Self {
        self.origins.extend(pairs.origins);
        self
    }
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    what: What,
    crs: Option<Spanned<WrittenDatum>>,
    repeated: Option<Spanned<Repeated>>,
    day_format: Option<Spanned<WrittenDayFormat>>,
    #[serde(default)]
    blank: Vec<String>,
    #[serde(default)]
    columns: BTreeMap<Spanned<String>, OneOrMore>,
    #[serde(default)]
    constants: BTreeMap<Spanned<String>, String>,
    fields: Option<Spanned<BTreeMap<Spanned<String>, OneOrMore>>>,
    #[serde(default)]
    values: BTreeMap<Spanned<String>, Translation>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a column name or a list of column names")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(column) => vec![column],
            Self::More(columns) => columns,
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct WrittenDatum(Datum);

impl TryFrom<String> for WrittenDatum {
    type Error = crate::earth::UnknownDatum;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct WrittenDayFormat(DayFormat);

impl TryFrom<String> for WrittenDayFormat {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        DayFormat::of(&text).map(Self).ok_or_else(|| format!("expected YYYY, MM (or M) and DD (or D) once each, such as \"YYYY/MM/DD*\"; found \"{text}\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_documentation_is_read() {
        let text = "what = \"events\"\nday_format = \"YYYY/MM/DD*\"\nblank = [\"N/A\", \"-\"]\n[columns]\nhouse_code = \"RSN\"\n\
                    [constants]\nkind = \"visit\"\n[fields]\nfacilities = [\"DOORS\", \"WINDOWS\"]\n[values.fields]\n\"N/A\" = \"n/a\"\n";
        let mapping = Mapping::parse_toml(text).unwrap();
        assert_eq!(mapping.origins["kind"], Origin::Constant("visit".to_owned()));
        assert_eq!(mapping.origins["facilities"], Origin::Columns(vec!["DOORS".to_owned(), "WINDOWS".to_owned()]));
        assert_eq!(mapping.day_format.as_str(), "YYYY/MM/DD*");
        assert!(mapping.names_fields);
    }

    #[test]
    fn a_bad_mapping_names_the_line_and_the_reason() {
        for (text, line, reason) in [
            ("what = \"houses\"\ncolour = 1\n", 2, "colour"),
            ("columns = {}\n", 1, "what"),
            ("what = \"people\"\n", 1, "people"),
            ("what = \"houses\"\ncrs = \"utm\"\n", 2, "gcj02"),
            ("what = \"houses\"\n[columns]\nlon = \"X\"\nlot = \"Y\"\n", 4, "house_code"),
            ("what = \"houses\"\n[columns]\nlon = 3\n", 3, "column"),
            ("what = \"houses\"\n[columns]\nkind = \"A\"\n[constants]\nkind = \"rental\"\n", 5, "twice"),
            ("what = \"events\"\n[columns]\nfacilities = \"A\"\n", 3, "[fields]"),
            ("what = \"events\"\nday_format = \"today\"\n", 2, "YYYY"),
            ("what = \"houses\"\nday_format = \"YYYYMMDD\"\n", 2, "events"),
            ("what = \"houses\"\n[values.kinds]\nA = \"rental\"\n", 2, "kinds"),
            ("what = \"houses\"\n[columns\n", 2, ""),
        ] {
            let bad = Mapping::parse_toml(text).unwrap_err();
            assert_eq!(bad.line, line, "{text}{bad}");
            assert!(bad.reason.contains(reason), "{text}{bad}");
        }
    }

    #[test]
    fn pairs_win_over_the_file() {
        let file = Mapping::parse_toml("what = \"houses\"\n[columns]\nlon = \"X\"\n[constants]\nkind = \"rental\"\n").unwrap();
        let both = file.overlaid(Mapping::parse_pairs(" lat=Y, kind=TYPE,").unwrap());
        let column = |name: &str| Origin::Columns(vec![name.to_owned()]);
        assert_eq!(both.origins, BTreeMap::from([("kind", "TYPE"), ("lat", "Y"), ("lon", "X")].map(|(target, name)| (target.to_owned(), column(name)))));
    }

    #[test]
    fn bad_pairs_are_refused() {
        for bad in ["house_code", "=RSN", "lon=", "lon=X,lon=Y"] {
            assert!(Mapping::parse_pairs(bad).is_err(), "{bad}");
        }
        assert_eq!(Mapping::parse_pairs(""), Ok(Mapping::default()));
    }
}
