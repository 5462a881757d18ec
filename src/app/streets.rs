//! Streets: read from a file of OpenStreetMap once, kept in the store, and held in memory by whoever plans on them.

use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    App, Caller, Flaw, Refusal,
    load::blocking,
    new_id,
    running::{Running, Teller},
};
use crate::{
    domain::access::Right,
    store::{StoreError, StreetsRecord, Touched},
    streets::{self, BadStreets, Network, Reading, Summary},
    transfer::FaultCode,
    vault::hex,
};

/// Whom streets from OpenStreetMap must be credited to (openstreetmap.org/copyright).
const CREDIT: &str = "© OpenStreetMap contributors (ODbL)";

/// A network in memory, and where it is from.
pub struct Streets {
    pub record: StreetsRecord,
    pub network: Network,
}

/// What came of reading a file of streets.
#[derive(Clone, Debug, Serialize)]
pub struct StreetsReport {
    /// By which it is known; `None` when this very file is what is planned on already.
    pub id: Option<String>,
    pub file: String,
    pub attribution: String,
    /// How much street there is.
    #[serde(flatten)]
    pub network: Summary,
    /// What was read, and what was left out by reason.
    pub reading: Reading,
}

impl App {
    /// Reads a file of OpenStreetMap (`.osm.pbf`, `.osm.gz` or `.osm`, told by its content) and plans on its streets from then on. The same
    /// file again changes nothing; a file at fault changes nothing either.
    pub fn import_streets(self: &Arc<Self>, caller: &Caller, name: &str, bytes: Vec<u8>) -> Result<Running<StreetsReport>, Refusal> {
        caller.must(Right::Import)?;
        let (app, caller, name) = (Arc::clone(self), caller.clone(), name.to_owned());
        Ok(Running::begin(move |teller| async move {
            let _alone = app.importing.lock().await;
            app.read_streets(&caller, name, bytes, teller).await
        }))
    }

    async fn read_streets(&self, caller: &Caller, name: String, bytes: Vec<u8>, teller: Teller) -> Result<StreetsReport, Refusal> {
        let file_hash = hex(&Sha256::digest(&bytes));
        if let Some(newest) = self.newest_streets().await?.filter(|streets| streets.record.file_hash == file_hash) {
            let reading = serde_json::from_str(&newest.record.reading).unwrap_or_default();
            return Ok(report(None, &newest.record, &newest.network, reading));
        }
        let telling = teller.clone();
        let (network, reading, kept) = blocking(move || {
            let (network, reading) = read(&bytes, &telling)?;
            let kept = network.to_bytes();
            Ok::<_, BadStreets>((network, reading, kept))
        })
        .await?
        .map_err(refused)?;
        teller.must_go_on()?;
        let mut write = self.store.begin(Self::now_ms()).await?;
        let record = StreetsRecord {
            id: new_id(),
            name,
            file_hash,
            pieces: 0,
            hash: hex(&Sha256::digest(&kept)),
            attribution: CREDIT.to_owned(),
            reading: serde_json::to_string(&reading).map_err(|error| StoreError::Damaged(error.to_string()))?,
            by: caller.name.clone(),
            at_ms: write.at_ms(),
        };
        write.put_streets(&record, &kept).await?;
        let detail = serde_json::json!({ "file": record.name, "file_hash": record.file_hash, "ways": reading.ways, "bytes": kept.len() });
        teller.must_go_on()?;
        write.commit(caller.audit("import_streets", &record.id, detail), Touched::Houses).await?;
        self.catch_up().await?;
        let report = report(Some(record.id.clone()), &record, &network, reading);
        self.streets.store(Some(Arc::new(Streets { record, network })));
        Ok(report)
    }

    /// The streets that plans are made on, read from the store when they are asked for first or have been replaced, by this process or
    /// another one; `None` before the first import.
    pub async fn newest_streets(&self) -> Result<Option<Arc<Streets>>, Refusal> {
        let Some(record) = self.store.newest_streets().await? else { return Ok(None) };
        let held = || self.streets.load_full().filter(|held| held.record.id == record.id);
        if let Some(held) = held() {
            return Ok(Some(held));
        }
        // One reads; those who come meanwhile find it done.
        let _alone = self.reading_streets.lock().await;
        if let Some(held) = held() {
            return Ok(Some(held));
        }
        let streets = Arc::new(self.load_streets(record).await?);
        self.streets.store(Some(Arc::clone(&streets)));
        Ok(Some(streets))
    }

    /// The streets that a round was planned on, which may have been replaced since.
    pub(super) async fn streets_of(&self, id: &str) -> Result<Arc<Streets>, Refusal> {
        if let Some(held) = self.streets.load_full().filter(|held| held.record.id == id) {
            return Ok(held);
        }
        let record = self.store.streets(id).await?.ok_or_else(|| StoreError::Damaged(format!("the streets {id} are gone and a round names them")))?;
        Ok(Arc::new(self.load_streets(record).await?))
    }

    async fn load_streets(&self, record: StreetsRecord) -> Result<Streets, Refusal> {
        let bytes = self.store.street_bytes(&record).await?;
        let network = blocking(move || Network::from_bytes(&bytes)).await?;
        let network = network.map_err(|bad| StoreError::Damaged(format!("streets {}: {bad}", record.id)))?;
        Ok(Streets { record, network })
    }

    /// What is planned on now, for those who may see what was imported.
    pub async fn streets_report(&self, caller: &Caller) -> Result<Option<StreetsReport>, Refusal> {
        caller.must(Right::SeeImports)?;
        let newest = self.newest_streets().await?;
        Ok(newest.map(|streets| {
            let reading = serde_json::from_str(&streets.record.reading).unwrap_or_default();
            report(Some(streets.record.id.clone()), &streets.record, &streets.network, reading)
        }))
    }
}

fn read(bytes: &[u8], teller: &Teller) -> Result<(Network, Reading), BadStreets> {
    #[expect(clippy::cast_precision_loss, reason = "a share shown to people")]
    let mut going = |progress: streets::Progress| teller.goes_on(progress.bytes as f64 / bytes.len().max(1) as f64);
    streets::read(bytes, &mut going)
}

fn report(id: Option<String>, record: &StreetsRecord, network: &Network, reading: Reading) -> StreetsReport {
    StreetsReport { id, file: record.name.clone(), attribution: record.attribution.clone(), network: network.summary(), reading }
}

fn refused(bad: BadStreets) -> Refusal {
    let code = match &bad {
        BadStreets::Cancelled => return StoreError::Unavailable("the reading was cancelled".to_owned()).into(),
        BadStreets::Unexpected { .. } => FaultCode::UnknownForm,
        BadStreets::TooLarge { .. } => FaultCode::TooLarge,
        BadStreets::NoStreets { .. } => FaultCode::EmptyFile,
        _ => FaultCode::BrokenText,
    };
    let expected = "a file of OpenStreetMap (.osm.pbf, .osm.gz or .osm), whole and with streets".to_owned();
    Refusal::Invalid(vec![Flaw { field: "file".to_owned(), code, expected, found: bad.to_string().chars().take(300).collect() }])
}
