//! `sanshi import`: files in, and taking an import back.

use std::path::{Path, PathBuf};

use super::{Refused, config::SiteArguments, open, say, spinner};
use crate::{
    app::{Caller, ImportFile, ImportReport, ImportedKind, StreetsReport},
    earth::Datum,
    transfer::{Form, Mapping},
};

/// Imports a file (CSV, GeoJSON, JSON lines): good rows in, faulty ones listed, the same file again changes nothing.
#[derive(clap::Args, Debug)]
#[command(subcommand_required = true)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand, Debug)]
enum What {
    /// Houses: house_code, lon, lat, and as known address, kind, area_code, door_plate.
    Houses(FileArguments),
    /// Observations: house_code, date, kind and the policy's fields.
    Events(FileArguments),
    /// Areas with boundaries: GeoJSON with code, name, level, parent.
    Areas(FileArguments),
    /// Streets, water, green, buildings under the houses: GeoJSON with layer, class, name.
    Base(FileArguments),
    /// Who lives where: house_code, name, id_number, phone, registration, role, from, to. Needs the site's key (sanshi key make).
    Residents(FileArguments),
    /// Schools, clinics and other service points: code, name, kind (school, clinic, other), lon, lat.
    Services(FileArguments),
    /// Businesses and organisations: house_code, name, and as known kind, credit_code, staff, from, to.
    Units(FileArguments),
    /// Photos of houses: files and folders with all that is in them; a table photos.csv (file,house_code) in a folder says what they show.
    Photos(super::photos::Arguments),
    /// Streets of OpenStreetMap to plan rounds on: .osm.pbf, .osm.gz or .osm. The newest are planned on.
    Streets {
        file: PathBuf,
        #[command(flatten)]
        site: SiteArguments,
        /// Prints the report as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Takes an import back, as one.
    Undo {
        id: String,
        #[command(flatten)]
        site: SiteArguments,
    },
    /// Lists the latest imports.
    List {
        #[command(flatten)]
        site: SiteArguments,
    },
}

#[derive(clap::Args, Debug)]
struct FileArguments {
    file: PathBuf,
    #[command(flatten)]
    site: SiteArguments,
    /// The file's coordinates: wgs84 (default), cgcs2000, gcj02 or bd09.
    #[arg(long)]
    crs: Option<Datum>,
    /// A mapping file (TOML) that names the file's columns; see seeds/mappings.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// target=COLUMN pairs, comma-separated; they win over the mapping file.
    #[arg(long, value_name = "PAIRS")]
    map: Option<String>,
    /// Lists what would happen and writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

/// Larger files are split by whoever makes them.
const LARGEST: u64 = 2 << 30;

pub async fn run(arguments: Arguments) -> Result<(), Refused> {
    match arguments.what {
        What::Houses(file) => import(ImportedKind::Houses, file).await,
        What::Events(file) => import(ImportedKind::Events, file).await,
        What::Areas(file) => import(ImportedKind::Areas, file).await,
        What::Base(file) => import(ImportedKind::Base, file).await,
        What::Residents(file) => import(ImportedKind::Residents, file).await,
        What::Services(file) => import(ImportedKind::Services, file).await,
        What::Units(file) => import(ImportedKind::Units, file).await,
        What::Photos(arguments) => super::photos::run(arguments).await,
        What::Streets { file, site, json } => streets(&file, &site, json).await,
        What::Undo { id, site } => {
            let import = open(&site, None).await?.undo_import(&Caller::console(), &id).await?;
            say(format!("undone: the import {} of {} ({} new, {} changed)", import.id, import.what, import.new, import.changed))
        }
        What::List { site } => {
            for import in open(&site, None).await?.store().latest_imports(1000).await? {
                let undone = if import.undone_at_ms.is_some() { "  (undone)" } else { "" };
                say(format!(
                    "{}  {}  {}  new {}  changed {}  faulty {}{undone}",
                    import.id, import.what, import.file, import.new, import.changed, import.faulty
                ))?;
            }
            Ok(())
        }
    }
}

async fn import(what: ImportedKind, arguments: FileArguments) -> Result<(), Refused> {
    let bytes = read(&arguments.file)?;
    let from_file = arguments.mapping.as_ref().map(|path| {
        let text = std::fs::read_to_string(path).map_err(|error| Refused::new(format!("{}: {error}", path.display())))?;
        Mapping::parse_toml(&text).map_err(|bad| Refused::new(format!("{}: {bad}", path.display())))
    });
    let pairs = arguments.map.as_deref().map(|text| Mapping::parse_pairs(text).map_err(|bad| Refused::new(format!("--map: {}", bad.reason))));
    let mapping = from_file.transpose()?.unwrap_or_default().overlaid(pairs.transpose()?.unwrap_or_default());
    let name = arguments.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let app = open(&arguments.site, None).await?;
    let bar = spinner("importing");
    let file = ImportFile { form: Form::of(&name), name, bytes, mapping, datum: arguments.crs };
    let report = app.import(&Caller::console(), what, file, arguments.dry_run).await?;
    bar.finish_and_clear();
    if arguments.json {
        say(serde_json::json!(crate::http::Report::of(what, report.clone())))?;
    } else {
        tell(what, &report)?;
    }
    if report.faulty > 0 && report.new + report.changed + report.same == 0 {
        return Err(Refused::new("no row could be imported; the faults above say why"));
    }
    Ok(())
}

async fn streets(file: &Path, site: &SiteArguments, json: bool) -> Result<(), Refused> {
    let bytes = read(file)?;
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let app = open(site, None).await?;
    let bar = spinner("reading streets");
    let mut running = app.import_streets(&Caller::console(), &name, bytes)?;
    while running.progress.changed().await.is_ok() {
        let share = *running.progress.borrow_and_update();
        bar.set_message(format!("reading streets: {:.0} %", 100.0 * share));
    }
    let report = running.finish().await?;
    bar.finish_and_clear();
    if json {
        return say(serde_json::json!(report));
    }
    let StreetsReport { id, network, reading, attribution, .. } = report;
    let news = if id.is_some() { "now planned on" } else { "the same as are planned on already" };
    say(format!(
        "{} ways, {} junctions, {} edges: {:.1} km on foot, {:.1} km by bicycle, {:.1} km by car; {news}",
        reading.ways, network.junctions, network.edges, network.walk_km, network.cycle_km, network.drive_km
    ))?;
    say(format!("{} turn restrictions, {} barriers", reading.restrictions, reading.barriers))?;
    for (reason, count) in &reading.left_out {
        let reason = serde_json::to_value(reason).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        say(format!("left out: {count} {reason}"))?;
    }
    say(attribution)
}

/// A file whole, unless it is larger than is taken.
fn read(file: &Path) -> Result<Vec<u8>, Refused> {
    let shown = file.display();
    let size = std::fs::metadata(file).map_err(|error| Refused::new(format!("{shown}: {error}")))?.len();
    if size > LARGEST {
        return Err(Refused::new(format!("{shown}: expected a file of at most 2 GiB; found {size} bytes; split it")));
    }
    std::fs::read(file).map_err(|error| Refused::new(format!("{shown}: {error}")))
}

fn tell(what: ImportedKind, report: &ImportReport) -> Result<(), Refused> {
    for fault in &report.faults {
        let column = if fault.column.is_empty() { String::new() } else { format!(", {}", fault.column) };
        say(format!("row {}{column}: {}: expected {}; found \"{}\"", fault.row, crate::http::fault_code(fault.code), fault.expected, fault.found))?;
    }
    if report.unlisted > 0 {
        say(format!("… and {} more faults", report.unlisted))?;
    }
    for warning in &report.warnings {
        say(format!("row {}, {}: warning: {}: expected {}", warning.row, warning.column, crate::http::fault_code(warning.code), warning.expected))?;
    }
    let encoding = if report.encoding == "utf-8" { String::new() } else { format!(" (read as {})", report.encoding) };
    let dry = if report.dry_run { "dry run, nothing written: " } else { "" };
    let replaced = if report.replaced > 0 { format!(", {} replaced by later rows", report.replaced) } else { String::new() };
    say(format!(
        "{dry}{} {} rows{encoding}: {} new, {} changed, {} same, {} faulty{replaced}",
        report.rows,
        what.as_str(),
        report.new,
        report.changed,
        report.same,
        report.faulty
    ))?;
    if !report.unmapped.is_empty() {
        say(format!("columns not used: {}", report.unmapped.join(", ")))?;
    }
    if let Some(id) = &report.id {
        say(format!("import {id}  (take it back with: sanshi import undo {id} --data DIR)"))?;
    }
    Ok(())
}
