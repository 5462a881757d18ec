//! How many live where: counts for staff in their scope, and those that everybody may know.

use std::{collections::HashMap, sync::Arc};

use super::{App, Caller, Refusal, load::blocking};
use crate::{
    atlas::{Filter, HouseView, Moment, Snapshot},
    census::Census,
    domain::{
        access::Right,
        day::Day,
        hierarchy::Hierarchy,
        population::{Population, steps},
        scope::Scope,
        suppression::{is_told_of, told},
    },
    earth::{Bounds, LonLat, Region, Squares},
    store::{Portion, Reading, StoreError},
};

/// Houses counted in one go.
const PORTION: i64 = 5_000;

impl App {
    /// Counts the residents of the houses that were stamped since; at the start of all houses. `newest` is the revision of the reading.
    pub(super) async fn count_anew(&self, reading: &mut Reading, newest: i64) -> Result<(), StoreError> {
        let before = self.census.load_full();
        if before.revision() >= newest {
            return Ok(());
        }
        let mut census = Census::clone(&before);
        if before.revision() == 0 {
            let mut after = String::new();
            while let Some((portion, upto)) = reading.houses_after(&after, PORTION).await? {
                let stays = reading.stays(&portion).await?;
                census = blocking(move || census.succeed(stays.into_iter().map(|(serial, stays)| (serial, steps(stays))).collect(), newest)).await?;
                after = upto;
            }
            census = blocking(move || census.succeed(Vec::new(), newest).pack()).await?;
        } else {
            let stays = reading.stays(&Portion::Since(before.revision())).await?;
            census = census.succeed(stays.into_iter().map(|(serial, stays)| (serial, steps(stays))).collect(), newest);
        }
        self.census.store(Arc::new(census));
        Ok(())
    }

    /// How many live in each house over time. Counts of single houses: for staff, each of whom sees those of their scope alone.
    #[must_use]
    pub fn census(&self) -> Arc<Census> {
        self.census.load_full()
    }

    /// What somebody may count: the houses of their scope, all of them or those of an area of the hierarchy. An area of which nothing is in
    /// their reach is as missing as one that is not there.
    pub fn headcount(&self, caller: &Caller, area: Option<&str>) -> Result<Headcount, Refusal> {
        caller.must(Right::SeeCensus)?;
        let area = match area {
            None => None,
            Some(code) => {
                let hierarchy = self.hierarchy.load_full();
                let found = hierarchy.find(code).filter(|at| hierarchy.is_reached(*at, &caller.scope));
                let at = found.ok_or_else(|| Refusal::NotFound { what: "area", name: code.chars().take(80).collect() })?;
                Some((hierarchy, at))
            }
        };
        Ok(Headcount { census: self.census(), scope: caller.scope.clone(), area })
    }

    /// What everybody may know; `None` of a day of which nothing is told.
    #[must_use]
    pub fn public_figures(&self, day: Day) -> Option<PublicFigures> {
        if !is_told_of(day, self.today(), self.site().opening_day) {
            return None;
        }
        Some(PublicFigures { day, census: self.census(), hierarchy: self.hierarchy.load_full() })
    }
}

/// Counts the residents of houses within somebody's reach.
pub struct Headcount {
    census: Arc<Census>,
    scope: Scope,
    area: Option<(Arc<Hierarchy>, usize)>,
}

/// Residents counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub population: Population,
    /// Houses where somebody lives.
    pub houses: u64,
}

/// A cell of a grid where somebody lives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GridCell {
    pub bounds: Bounds,
    pub counted: Counted,
}

impl Counted {
    fn count(&mut self, population: Population) {
        self.population += population;
        self.houses += u64::from(population.all() > 0);
    }
}

impl Headcount {
    /// The store's revision that is counted.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.census.revision()
    }

    /// Residents on the day of a moment, in the houses of the region (or in all) that are meant by the filter; `None` where none of these is
    /// within reach.
    #[must_use]
    pub fn on(&self, snapshot: &Snapshot, region: Option<&Region>, moment: Moment, filter: &Filter) -> Option<Counted> {
        let (mut counted, mut is_reached) = (Counted::default(), false);
        self.each(snapshot, region, moment, filter, |house| {
            is_reached = true;
            counted.count(self.census.on(house.serial(), moment.day));
        });
        is_reached.then_some(counted)
    }

    /// The same on each of some days, which are in order.
    #[must_use]
    pub fn over(&self, snapshot: &Snapshot, region: Option<&Region>, days: &[Day]) -> Vec<Counted> {
        // What each day has more than the one before.
        let mut more = vec![[0i64; 3]; days.len()];
        self.each(snapshot, region, Moment::published(Day::FIRST), &Filter::default(), |house| {
            let mut before = [0i64; 3];
            for step in self.census.steps(house.serial()) {
                let at = days.partition_point(|day| *day < step.from);
                let Some(more) = more.get_mut(at) else { break };
                let now = [step.registered.into(), step.temporary.into(), i64::from(Population::from(*step).all() > 0)];
                more.iter_mut().zip(now.iter().zip(before)).for_each(|(more, (now, before))| *more += now - before);
                before = now;
            }
        });
        let summed = more.iter().scan([0i64; 3], |sum, more| {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            let [registered, temporary, houses] = sum.map(i64::unsigned_abs);
            Some(Counted { population: Population { registered, temporary }, houses })
        });
        summed.collect()
    }

    /// Residents on a day by cell of a grid, of the houses in a box; cells without any are left out.
    #[must_use]
    pub fn cells(&self, snapshot: &Snapshot, within: &Bounds, squares: Squares, day: Day) -> Vec<GridCell> {
        let mut cells: HashMap<(i64, i64), Counted> = HashMap::new();
        self.each(snapshot, Some(&Region::from_bounds(within)), Moment::published(day), &Filter::default(), |house| {
            let population = self.census.on(house.serial(), day);
            if population.all() > 0 {
                cells.entry(squares.cell_of(house.place())).or_default().count(population);
            }
        });
        let mut cells: Vec<_> = cells.into_iter().collect();
        cells.sort_unstable_by_key(|(cell, _)| *cell);
        cells.into_iter().map(|(cell, counted)| GridCell { bounds: squares.bounds_of(cell), counted }).collect()
    }

    /// Where people live on a day, and how many.
    pub(super) fn homes(&self, snapshot: &Snapshot, day: Day) -> Vec<(LonLat, u64)> {
        let mut homes = Vec::new();
        self.each(snapshot, None, Moment::published(day), &Filter::default(), |house| {
            let people = self.census.on(house.serial(), day).all();
            if people > 0 {
                homes.push((house.place(), people));
            }
        });
        homes
    }

    /// Every house of the region that is meant and within reach.
    fn each<'a>(&self, snapshot: &'a Snapshot, region: Option<&Region>, moment: Moment, filter: &Filter, mut visit: impl FnMut(HouseView<'a>)) {
        let mut reached: HashMap<&'a str, bool> = HashMap::new();
        snapshot.each_meant(region, moment, filter, |house| {
            let code = house.area_code();
            if *reached.entry(code).or_insert_with(|| self.reaches(code)) {
                visit(house);
            }
        });
    }

    fn reaches(&self, area_code: &str) -> bool {
        let is_in_area = |(hierarchy, area): &(Arc<Hierarchy>, usize)| hierarchy.home_of(area_code).is_some_and(|home| hierarchy.is_within(home, *area));
        self.scope.includes(area_code) && self.area.as_ref().is_none_or(is_in_area)
    }
}

/// Residents of each area of the hierarchy, as far as everybody may know.
pub struct PublicFigures {
    pub day: Day,
    census: Arc<Census>,
    pub hierarchy: Arc<Hierarchy>,
}

impl PublicFigures {
    /// In the order of the hierarchy's areas; `None` where it is not told. Houses that belong to none of them count nowhere.
    #[must_use]
    pub fn told(&self, snapshot: &Snapshot) -> Vec<Option<Population>> {
        let mut own = vec![Population::default(); self.hierarchy.areas().len()];
        let mut homes: HashMap<&str, Option<usize>> = HashMap::new();
        snapshot.each(|house| {
            let code = house.area_code();
            if let Some(home) = *homes.entry(code).or_insert_with(|| self.hierarchy.home_of(code)) {
                own[home] += self.census.on(house.serial(), self.day);
            }
        });
        told(self.hierarchy.parents(), &own)
    }
}
