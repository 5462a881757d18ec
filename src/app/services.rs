//! Service points: bringing them in, and how many each must serve.

use std::{collections::HashMap, sync::Arc};

use super::{
    App, Headcount, Refusal,
    import::{ImportReport, ImportedKind, Job},
    new_id,
};
use crate::{
    atlas::Snapshot,
    domain::{
        day::Day,
        service::{Served, ServiceKind, ServicePoint, served},
    },
    earth::{Datum, LonLat},
    store::Touched,
    transfer::Parsed,
};

impl App {
    pub(super) async fn import_services(&self, job: &Job<'_>, parsed: Parsed<ServicePoint>) -> Result<ImportReport, Refusal> {
        let (mut report, rows) = job.begin_report(parsed);
        let mut write = self.store.begin(Self::now_ms()).await?;
        let before: HashMap<String, ServicePoint> = write.services().await?.into_iter().map(|point| (point.code.clone(), point)).collect();
        let mut put = Vec::new();
        for (_, point) in rows {
            put.extend(report.news(before.get(&point.code), point));
        }
        if put.is_empty() || job.dry_run {
            return Ok(report);
        }
        let id = new_id();
        job.note(&mut write, &id, ImportedKind::Services, &report, Datum::Wgs84).await?;
        write.put_services(&put, &id).await?;
        job.commit(write, &id, report, ImportedKind::Services, Touched::Houses).await
    }

    /// All service points, of one kind or of each, in order of code.
    pub async fn services(&self, kind: Option<ServiceKind>) -> Result<Vec<ServicePoint>, Refusal> {
        let mut points = self.store.services().await?;
        points.retain(|point| kind.is_none_or(|kind| point.kind == kind));
        Ok(points)
    }
}

impl Headcount {
    /// Whom each point serves on a day, of those within reach: points of one kind are compared with one another.
    #[must_use]
    pub fn served(&self, snapshot: &Arc<Snapshot>, points: Vec<ServicePoint>, day: Day) -> Vec<(ServicePoint, Served)> {
        let homes = self.homes(snapshot, day);
        let mut of_points = Vec::with_capacity(points.len());
        for kind in ServiceKind::ALL {
            let of_kind: Vec<ServicePoint> = points.iter().filter(|point| point.kind == kind).cloned().collect();
            let places: Vec<LonLat> = of_kind.iter().map(|point| point.place).collect();
            of_points.extend(of_kind.into_iter().zip(served(&places, &homes)));
        }
        of_points
    }
}
