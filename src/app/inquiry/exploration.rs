//! Where red houses lie densely, without a test.

use std::f64::consts::PI;

use serde_json::{Value, json};

use super::{
    base::{Base, Rated, places},
    places_of, refused,
};
use crate::{
    app::Refusal,
    cluster::{self, Density, EARTH_RADIUS_M, Going, Hdbscan, Kernel, Undrawn},
    domain::study::{Finding, Group, Label, NothingToTest},
    earth::LonLat,
    transfer::FaultCode,
};

/// Cells of a surface: more say nothing on a screen.
const MOST_CELLS: usize = 40_000;

/// Groups of red houses of at least one density.
pub(super) fn dense(base: &Base<'_>, density: Density, going: Going<'_>) -> Result<(Finding, Value), Refusal> {
    let red = red(base)?;
    let labels = cluster::dbscan(&places(red.iter().copied()), density, going).map_err(refused)?;
    Ok(grouped(base, &red, labels))
}

/// Groups of red houses of any density that stand out from what is around them. How strongly each house belongs is not told: beside a test it
/// would look like a chance.
pub(super) fn standing_out(base: &Base<'_>, hdbscan: Hdbscan, going: Going<'_>) -> Result<(Finding, Value), Refusal> {
    let red = red(base)?;
    let members = hdbscan.members(&places(red.iter().copied()), going).map_err(refused)?;
    Ok(grouped(base, &red, members.into_iter().map(|member| member.map(|member| member.group))))
}

fn red<'b, 'a>(base: &'b Base<'a>) -> Result<Vec<&'b Rated<'a>>, NothingToTest> {
    let red: Vec<&Rated<'_>> = base.houses.iter().filter(|rated| rated.is_red()).collect();
    match red.is_empty() {
        true if base.houses.is_empty() => Err(NothingToTest::NoHouses),
        true => Err(NothingToTest::NoRed),
        false => Ok(red),
    }
}

/// The largest group first.
fn grouped(base: &Base<'_>, red: &[&Rated<'_>], labels: impl IntoIterator<Item = Option<u32>>) -> (Finding, Value) {
    let mut members: Vec<Vec<&Rated<'_>>> = Vec::new();
    for (&rated, label) in red.iter().zip(labels) {
        let Some(label) = label else { continue };
        members.resize(members.len().max(label as usize + 1), Vec::new());
        members[label as usize].push(rated);
    }
    members.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let (mut groups, mut placed) = (Vec::new(), Vec::new());
    for (number, group) in (1..).zip(&members) {
        placed.extend(group.iter().map(|rated| rated.placed(number)));
        let mean = |of: fn(LonLat) -> f64| group.iter().map(|rated| of(rated.house.place())).sum::<f64>() / group.len() as f64;
        groups.push(Group { red: Some(group.len() as u64), centre: Some([mean(LonLat::lon), mean(LonLat::lat)]), ..Group::bare(number, Label::Dense) });
    }
    (Finding { base: base.count(), groups, ..Finding::default() }, places_of(&placed))
}

/// Red houses per square kilometre over cells, on the plane that touches the sphere at the middle of the houses: for a town.
pub(super) fn smooth(base: &Base<'_>, bandwidth_m: f64, cell_m: f64, going: Going<'_>) -> Result<(Finding, Value), Refusal> {
    let red: Vec<LonLat> = red(base)?.into_iter().map(|rated| rated.house.place()).collect();
    let Some(first) = red.first() else { return Err(NothingToTest::NoRed.into()) };
    let (lat_m, lon_m) = (EARTH_RADIUS_M.to_radians(), EARTH_RADIUS_M.to_radians() * first.lat().to_radians().cos());
    let points: Vec<(f64, f64)> = red.iter().map(|place| ((place.lon() - first.lon()) * lon_m, (place.lat() - first.lat()) * lat_m)).collect();
    let too_fine = || Refusal::one("ask.cell_m", FaultCode::TooLarge, format!("larger cells: at most {MOST_CELLS} of them"), cell_m.to_string());
    // Around one house alone there are so many cells, but for the rounding at the edge.
    if PI * (bandwidth_m / cell_m - 1.0).max(0.0).powi(2) > MOST_CELLS as f64 {
        return Err(too_fine());
    }
    let surface = cluster::density(&points, Kernel::Quartic, bandwidth_m, cell_m, going).map_err(|undrawn| match undrawn {
        Undrawn::TooFine => too_fine(),
        Undrawn::Stopped => Refusal::GivenUp,
    })?;
    if surface.values.iter().filter(|value| **value > 0.0).count() > MOST_CELLS {
        return Err(too_fine());
    }
    let degrees = |x: f64, y: f64| [first.lon() + x / lon_m, first.lat() + y / lat_m];
    let cells = (0..).zip(&surface.values).filter(|(_, value)| **value > 0.0).map(|(at, value)| {
        let (column, row) = ((at % surface.columns) as f64, (at / surface.columns) as f64);
        let [west, south] = degrees(surface.left + column * cell_m, surface.bottom + row * cell_m);
        let [east, north] = degrees(surface.left + (column + 1.0) * cell_m, surface.bottom + (row + 1.0) * cell_m);
        json!([west, south, east, north, value])
    });
    let cells: Vec<Value> = cells.collect();
    Ok((Finding { base: base.count(), ..Finding::default() }, json!({ "houses": [], "cells": cells })))
}
