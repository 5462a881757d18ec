//! Streets as a graph: read from OpenStreetMap, kept as bytes, asked for ways on foot, by bicycle and by car.
//!
//! This room knows positions, tags of OpenStreetMap and nothing else: never a house, a plan, a database, a path of a file, a clock or a
//! source of entropy. It reads from whatever is given to it and believes nothing in it. Lengths are metres along the WGS 84 ellipsoid,
//! summed over the points of a street. The same bytes and places give the same answer on any number of threads.

mod gathering;
mod kept;
mod matrix;
mod neighbours;
mod network;
mod pbf;
mod reduced;
mod rules;
mod search;
mod snap;
mod wire;
mod xml;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, io};

pub use matrix::{Matrix, Path};
pub use neighbours::{NoWalks, Reach, Walks};
pub use network::{Network, Summary};
pub use pbf::read_pbf;
pub use snap::{MOST_SNAP_M, Snap};
pub use xml::read_xml_gz;

/// How somebody goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    Walk,
    Cycle,
    Drive,
}

impl Mode {
    pub const ALL: [Self; 3] = [Self::Walk, Self::Cycle, Self::Drive];
}

/// Walking and cycling speeds, km/h: those of the profiles foot.lua and bicycle.lua of OSRM.
pub const WALK_KMH: f64 = 5.0;
pub const CYCLE_KMH: f64 = 15.0;

/// How far a reading has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Of the file as it was given, packed or not.
    pub bytes: u64,
    pub nodes: u64,
    pub ways: u64,
}

/// What a reading found, and what it left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Reading {
    pub bytes: u64,
    /// All nodes of the file.
    pub nodes: u64,
    /// Ways that became streets.
    pub ways: u64,
    /// Turns that may not be made, from restrictions at a node.
    pub restrictions: u64,
    /// Nodes that shut a street for at least one mode: bollards, locked gates.
    pub barriers: u64,
    pub left_out: BTreeMap<LeftOut, u64>,
}

/// Why something of the file is not in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// A way that is a ferry.
    Ferry,
    /// A way under construction, planned or given up.
    NotYet,
    /// A way with access only for its owner, or for nobody, in every mode.
    Private,
    /// A way tagged highway that is no street for anybody: a platform, a raceway, an elevator.
    NoStreet,
    /// A node of a street that is not in the file: the street is cut there.
    Cut,
    /// A stretch between two junctions of more than 100 km.
    TooLong,
    /// A node that is not on the Earth.
    Place,
    /// A turn restriction over a way instead of a node.
    ViaWay,
    /// A turn restriction that holds at some times, or for lorries or buses only.
    OtherTurn,
    /// A turn restriction whose ways are not in the network, or that does not say which of two streets it means.
    UnclearTurn,
}

/// Why a file or kept bytes give no network.
#[derive(Debug, thiserror::Error)]
pub enum BadStreets {
    #[error("expected {expected}; found {found}")]
    Unexpected { expected: &'static str, found: String },
    #[error("the file is damaged at byte {at}: {what}")]
    Damaged { at: u64, what: String },
    #[error("the file is cut short at byte {at}: expected {expected}; get it once more")]
    CutShort { at: u64, expected: &'static str },
    #[error("the file has more than {most} {what}: cut a smaller area out of it")]
    TooLarge { most: u64, what: &'static str },
    #[error("the file has no street: {nodes} nodes, {ways} ways; expected ways tagged highway and their nodes")]
    NoStreets { nodes: u64, ways: u64 },
    #[error("the reading was cancelled")]
    Cancelled,
    #[error("the kept streets are of version {0}; read the file of OpenStreetMap once more")]
    Version(u16),
    #[error("the kept streets are damaged: {0}; read the file of OpenStreetMap once more")]
    Kept(&'static str),
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
}

/// Reads a file of OpenStreetMap: `.osm.pbf`, `.osm.gz` or `.osm`, told by its content. `going` hears how far it is and says whether to go on.
pub fn read(bytes: &[u8], going: &mut dyn FnMut(Progress) -> bool) -> Result<(Network, Reading), BadStreets> {
    let is_text = bytes.starts_with(&[0x1f, 0x8b]) || bytes.trim_ascii_start().starts_with(b"<") || bytes.starts_with("\u{feff}".as_bytes());
    if is_text { read_xml_gz(bytes, going) } else { read_pbf(bytes, going) }
}
