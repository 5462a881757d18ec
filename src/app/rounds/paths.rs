//! A round on the map, on paper and in files.

use super::{
    held::Held,
    question::{Ways, speed_kmh},
};
use crate::{
    app::{App, Caller, Refusal, Site, load::blocking, streets::Streets},
    domain::{
        access::Right,
        round::{Clock, Sheet, SheetStop, SheetTeam},
        words::Words,
    },
    earth::LonLat,
    store::StoreError,
    transfer::{self, FaultCode, Paper},
};

/// In what form a round is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundFile {
    Geojson,
    Gpx,
    Kml,
    Pdf(Paper),
}

impl App {
    /// A round with its real ways, of all teams or of one.
    pub async fn round_file(&self, caller: &Caller, id: &str, team: Option<usize>, file: RoundFile) -> Result<Vec<u8>, Refusal> {
        caller.must(Right::SeeRounds)?;
        let held = self.held(caller, id).await?;
        if team.is_some_and(|team| team >= held.teams.len()) {
            let expected = format!("a team from 0 to {}", held.teams.len().saturating_sub(1));
            return Err(Refusal::one("team", FaultCode::OutOfRange, expected, team.unwrap_or_default().to_string()));
        }
        let streets = self.streets_for(&held.terms.ways).await?;
        let (snapshot, site, day) = (self.snapshot(), self.site(), held.day.min(self.today()));
        let made = blocking(move || {
            let address = |code: &str| snapshot.house(code).map_or_else(String::new, |house| house.address().to_owned());
            let standing = |code: &str| snapshot.house(code).map_or(crate::domain::tier::Standing::None, |house| house.standing_on(day));
            let teams = (0..held.teams.len()).filter(|at| team.is_none_or(|team| team == *at)).map(|at| {
                let (draft, trip) = &held.teams[at];
                let order = held.order(at);
                let stops = order.iter().zip(1..).map(|(&stop, number)| {
                    let stop = &held.stops[stop];
                    Ok(SheetStop {
                        number,
                        code: stop.code.clone(),
                        address: address(&stop.code),
                        place: place(stop.call.place)?,
                        standing: standing(&stop.code),
                        arrives: Clock::of_ms(stop.timing().arrives_ms),
                        state: stop.state,
                        url: web_address(&site, &stop.code),
                    })
                });
                Ok(SheetTeam {
                    name: draft.name.clone(),
                    members: draft.members.clone(),
                    leaves: Clock::of_ms(trip.leaves_ms),
                    ends: Clock::of_ms(trip.ends_ms),
                    #[expect(clippy::cast_precision_loss, reason = "metres of an evening")]
                    length_m: trip.length_mm as f64 / 1000.0,
                    path: way(&held, streets.as_deref(), at, &order)?,
                    stops: stops.collect::<Result<_, StoreError>>()?,
                })
            });
            let title = if held.name.is_empty() { held.day.to_string() } else { format!("{} {}", held.name, held.day) };
            let teams = teams.collect::<Result<_, StoreError>>()?;
            let sheet = Sheet { title, site: site.name.clone(), day: held.day, evening: held.evening, ways: said(&held), teams };
            match file {
                RoundFile::Geojson => Ok(transfer::round_geojson(&sheet).to_string().into_bytes()),
                RoundFile::Gpx => Ok(transfer::gpx(&sheet).into_bytes()),
                RoundFile::Kml => Ok(transfer::kml(&sheet).into_bytes()),
                RoundFile::Pdf(paper) => {
                    transfer::round_pdf(&sheet, paper).map(|printed| printed.bytes).map_err(|fault| StoreError::Unavailable(fault.to_string()))
                }
            }
        });
        Ok(made.await??)
    }
}

/// The way of a team from its start over its stops to its end; nothing for one that stays at home.
fn way(held: &Held, streets: Option<&Streets>, at: usize, order: &[usize]) -> Result<Vec<LonLat>, StoreError> {
    let draft = &held.teams[at].0;
    if order.is_empty() {
        return Ok(Vec::new());
    }
    let end = if draft.open_end { None } else { Some(draft.end.unwrap_or(draft.start)) };
    let places = std::iter::once(draft.start).chain(order.iter().map(|&stop| held.stops[stop].call.place)).chain(end);
    let places = places.map(place).collect::<Result<Vec<_>, _>>()?;
    let mut way = vec![places[0]];
    for leg in places.windows(2) {
        let found = streets.and_then(|streets| streets.network.path(held.terms.mode, leg[0], leg[1]));
        way.extend(found.map_or_else(|| vec![leg[1]], |path| path.points));
    }
    way.dedup();
    Ok(way)
}

fn place([lon, lat]: [f64; 2]) -> Result<LonLat, StoreError> {
    LonLat::new(lon, lat).map_err(|bad| StoreError::Damaged(format!("a place of a round: {bad}")))
}

fn web_address(site: &Site, code: &str) -> String {
    match site.public_url.trim_end_matches('/') {
        "" => String::new(),
        address => format!("{address}/#sel={code}"),
    }
}

/// On what the ways rest, for whoever reads them.
fn said(held: &Held) -> Words {
    match &held.terms.ways {
        Ways::Streets { attribution, .. } => Words { zh: format!("道路数据：{attribution}"), en: format!("streets: {attribution}") },
        Ways::StraightLines { factor } => {
            let kmh = speed_kmh(held.terms.mode);
            Words {
                zh: format!("无道路数据：按直线距离 × {factor}、{kmh} km/h 估算"),
                en: format!("no streets: estimated as straight lines × {factor} at {kmh} km/h"),
            }
        }
    }
}
