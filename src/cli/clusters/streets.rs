//! Neighbours along the streets: reads a file of OpenStreetMap and asks who is near whom on foot.

use std::path::Path;

use super::table::Table;
use crate::{
    cli::{Refused, spinner},
    cluster::{Neighbourhood, Neighbours, Places},
    streets::{self, Reach, Walks},
};

/// Pairs of neighbours, 4 bytes each and for a moment twice: 800 MB.
const MOST_PAIRS: usize = 100_000_000;

/// The neighbours of all points, and how many points no street is near.
pub fn neighbours(path: &Path, table: &Table, places: &Places, neighbourhood: Neighbourhood) -> Result<(Neighbours, usize), Refused> {
    let refused = |why: String| Refused::new(format!("--streets {}: {why}", path.display()));
    let Some(points) = table.degrees() else {
        return Err(Refused::new("--streets: expected the columns lon and lat; found x and y, which are nowhere on the streets"));
    };
    let bar = spinner("reading the streets");
    let bytes = std::fs::read(path).map_err(|error| refused(error.to_string()))?;
    let (network, _) = streets::read(&bytes, &mut |_| true).map_err(|bad| refused(bad.to_string()))?;
    drop(bytes);
    bar.set_message("walking the streets");
    let reach = match neighbourhood {
        Neighbourhood::Nearest(count) => Reach::Nearest(count),
        Neighbourhood::Within(metres) => Reach::Within(metres),
    };
    let walks = network.neighbours(points, reach, MOST_PAIRS, &|_, _| true);
    let Walks { neighbours, off_streets } = walks.map_err(|none| refused(format!("{none}; take a smaller --band-m or --k")))?;
    let neighbours = Neighbours::listed(places, &neighbours).ok_or_else(|| refused("it names a point that is not there".to_owned()))?;
    bar.finish_and_clear();
    Ok((neighbours, off_streets))
}
