//! Trying an edited policy on the site's whole history before it is activated.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use rayon::prelude::*;
use tokio::sync::watch;

use super::{
    App, Caller, Refusal,
    load::{of_house, timeline},
    policies::parse,
};
use crate::{
    domain::{
        access::Right,
        day::Day,
        house::HouseKind,
        policy::{Policy, Rulebook},
        simulation::{Simulation, TemporaryShare},
        tier::TierSpan,
    },
    store::{RecordedEvent, StoreError},
};

/// Houses replayed between two looks at whether anybody still wants to know.
const CHUNK: usize = 2_000;

/// A replay under way. Dropped, its work ends at the next look.
#[derive(Debug)]
pub struct Replay {
    /// From 0 to 1.
    pub progress: watch::Receiver<f64>,
    pub outcome: tokio::task::JoinHandle<Result<Simulation, StoreError>>,
    wanted: Arc<AtomicBool>,
}

impl Drop for Replay {
    fn drop(&mut self) {
        self.wanted.store(false, Ordering::Relaxed);
    }
}

impl App {
    /// Replays every recorded observation under an edited policy and compares with the one in force on a day.
    pub async fn simulate(&self, caller: &Caller, document: &str, day: Day) -> Result<Replay, Refusal> {
        caller.must(Right::ManagePolicies)?;
        let edited = parse(document)?;
        let events = self.store.events().await?;
        let (rulebook, snapshot, census) = (self.rulebook(), self.snapshot(), self.census.load_full());
        let (tell, progress) = watch::channel(0.0);
        let wanted = Arc::new(AtomicBool::new(true));
        let still_wanted = Arc::clone(&wanted);
        let outcome = tokio::task::spawn_blocking(move || {
            let mut houses: Vec<(String, String, TemporaryShare)> = Vec::new();
            snapshot.each(|house| {
                if house.kind() == HouseKind::Rental {
                    let share = TemporaryShare::of(census.on(house.serial(), day));
                    houses.push((house.code().to_owned(), house.area_code().to_owned(), share));
                }
            });
            houses.sort_by(|a, b| a.0.cmp(&b.0));
            let mut simulation = Simulation::new(day);
            for (at, chunk) in houses.chunks(CHUNK).enumerate() {
                if !still_wanted.load(Ordering::Relaxed) {
                    return Err(StoreError::Unavailable("nobody waits for the simulation any more".to_owned()));
                }
                let spans: Vec<_> = chunk.par_iter().map(|(code, ..)| both(&rulebook, &edited, &events, code)).collect();
                for ((code, area, share), (before, after)) in chunk.iter().zip(&spans) {
                    simulation.add(code, area, *share, before, after);
                }
                let done = (at + 1) * CHUNK;
                #[expect(clippy::cast_precision_loss, reason = "a share shown to people")]
                let _ = tell.send((done as f64 / houses.len().max(1) as f64).min(1.0));
            }
            Ok(simulation.finish(&rulebook.on(day).policy, &edited))
        });
        Ok(Replay { progress, outcome, wanted })
    }
}

fn both(rulebook: &Rulebook, edited: &Policy, events: &[RecordedEvent], code: &str) -> (Vec<TierSpan>, Vec<TierSpan>) {
    let timeline = timeline(of_house(events, code, |event| &event.house_code));
    (rulebook.spans(&timeline), edited.spans(&timeline))
}
