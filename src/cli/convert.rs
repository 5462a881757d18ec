//! `sanshi convert`: coordinates from one system to another, CSV to CSV.

use std::io::{Read, Write};

use super::Refused;
use crate::earth::Datum;

/// Converts the columns lon,lat of a CSV on standard input; 8 decimals on standard output, other columns left out.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// wgs84, cgcs2000, gcj02 or bd09.
    #[arg(long)]
    from: Datum,
    #[arg(long)]
    to: Datum,
}

pub fn run(arguments: &Arguments, input: impl Read, mut output: impl Write) -> Result<(), Refused> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
    let headers = reader.headers().map_err(|error| Refused::new(error.to_string()))?.clone();
    let column = |name: &str| {
        let is = |header: &str| header.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name);
        headers
            .iter()
            .position(is)
            .ok_or_else(|| Refused::new(format!("expected a column \"{name}\"; found {}", headers.iter().collect::<Vec<_>>().join(", "))))
    };
    let (lon, lat) = (column("lon")?, column("lat")?);
    writeln!(output, "lon,lat")?;
    for record in reader.records() {
        let record = record.map_err(|error| Refused::new(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let number = |at: usize, name: &str| {
            let text = record.get(at).unwrap_or_default();
            text.parse::<f64>().map_err(|_| Refused::new(format!("line {line}, {name}: expected a number; found \"{text}\"")))
        };
        let place = arguments.from.to_wgs84(number(lon, "lon")?, number(lat, "lat")?).map_err(|error| Refused::new(format!("line {line}: {error}")))?;
        let (lon, lat) = arguments.to.from_wgs84(place);
        writeln!(output, "{lon:.8},{lat:.8}")?;
    }
    Ok(output.flush()?)
}
