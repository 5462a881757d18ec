//! All houses as they are after one commit.

use std::{
    io::{self, Read},
    ops::Range,
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    BaseMap, Changed, Detail,
    block::Block,
    changes::Changes,
    filter::{Filter, Summary},
    house::{HouseFacts, HouseView},
    kept::{Reader, Unfit, Writer},
    layer::Layer,
    ledger::{Entry, Ledger},
    melt::settle,
    moment::{Moment, View},
    nearest::nearest,
    patience::Patience,
    search::search,
    spans::DayKey,
    tile,
};
use crate::{
    domain::{day::Day, house::HouseCode, scope::Scope, tier::Standing},
    earth::{Bounds, LonLat, Region, TileId},
};

/// Houses that are few.
const FEW: usize = 8192;

/// All houses as they are after one commit. Immutable; share it behind an `Arc`.
#[derive(Clone, Default)]
pub struct Snapshot {
    /// Oldest and largest first. A house counts in one layer at most.
    layers: Vec<Layer>,
    changes: Changes,
    base: Arc<BaseMap>,
    revision: i64,
    base_revision: i64,
    /// Never over, but for the copy that answers one question.
    patience: Patience,
}

impl Snapshot {
    /// The houses of a ledger; of those with the same code the last one counts. Fastest when they are in order of code.
    #[must_use]
    pub fn of(ledger: &Ledger, base: BaseMap, revision: i64) -> Self {
        let houses: Vec<Entry<'_>> = ledger.entries().collect();
        Self::new(vec![Layer::pack(&houses)], base, revision, revision)
    }

    /// Of houses with the same code the last one counts.
    #[must_use]
    pub fn pack(houses: Vec<HouseFacts>, base: BaseMap, revision: i64) -> Self {
        Self::new(vec![Layer::pack(&houses)], base, revision, revision)
    }

    fn new(layers: Vec<Layer>, base: BaseMap, revision: i64, base_revision: i64) -> Self {
        Self { layers, changes: Changes::since(revision), base: Arc::new(base), revision, base_revision, patience: Patience::default() }
    }

    /// The successor in which these codes are removed, then these houses added, each in place of the one with its code.
    #[must_use]
    pub fn succeed(&self, changed: Vec<HouseFacts>, removed: &[HouseCode], revision: i64) -> Self {
        let mut layers = self.layers.clone();
        let gone = removed.iter().map(|code| (self.house(code.as_str()), None));
        let pairs: Vec<_> = gone.chain(changed.iter().map(|house| (self.house(house.code.as_str()), Some(house)))).collect();
        let changes = self.changes.succeed(pairs.into_iter(), revision);
        for code in removed.iter().chain(changed.iter().map(|house| &house.code)) {
            if let Some((layer, at)) = layers.iter_mut().rev().find_map(|layer| layer.find(code.as_str()).map(|at| (layer, at))) {
                layer.remove(at);
            }
        }
        layers.push(Layer::pack(&changed));
        settle(&mut layers);
        let base = Arc::clone(&self.base);
        Self { layers, changes, base, revision, base_revision: self.base_revision, patience: Patience::default() }
    }

    pub(super) fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The same houses in other layers.
    pub(super) fn with_layers(&self, layers: Vec<Layer>) -> Self {
        Self { layers, ..self.clone() }
    }

    /// The same houses over another base map.
    #[must_use]
    pub fn with_base(&self, base: BaseMap, revision: i64) -> Self {
        Self { base: Arc::new(base), revision, base_revision: revision, patience: Patience::default(), ..self.clone() }
    }

    /// The same for one question that stops where it is when the patience is over: what it says then is a part of the answer, for nobody.
    #[must_use]
    pub fn with_patience(&self, patience: Patience) -> Self {
        Self { patience, ..self.clone() }
    }

    /// The same as somebody sees it who answers for a scope: of all other houses, what the public is told on a day, today.
    #[must_use]
    pub fn seen_by(&self, scope: &Scope, today: Day) -> Self {
        Self { layers: self.layers.iter().map(|layer| layer.seen_by(scope, today)).collect(), changes: self.changes.seen_by(scope), ..self.clone() }
    }

    /// Whether the patience is over.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.patience.is_over()
    }

    /// The store's revision that this snapshot shows.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// The revision at which the base map was read.
    #[must_use]
    pub fn base_revision(&self) -> i64 {
        self.base_revision
    }

    /// The first house, in words, that is not the same in the other snapshot; `None` when both show the same.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        if self.len() != other.len() {
            return Some(format!("{} houses, not {}", self.len(), other.len()));
        }
        let mut difference = (self.base != other.base).then(|| "the base map".to_owned());
        self.each(|house| {
            if difference.is_none() && !other.house(house.code()).is_some_and(|known| house.is_like(&known)) {
                difference = Some(format!("house {}", house.code()));
            }
        });
        difference
    }

    /// The code of the first of these houses that is not the same here; `None` when all are.
    #[must_use]
    pub fn first_unlike(&self, houses: &[HouseFacts]) -> Option<String> {
        houses.iter().find(|house| !self.has(house)).map(|house| house.code.as_str().to_owned())
    }

    /// Those of the houses that are not the same here.
    #[must_use]
    pub fn unlike(&self, mut houses: Vec<HouseFacts>) -> Vec<HouseFacts> {
        houses.retain(|house| !self.has(house));
        houses
    }

    fn has(&self, house: &HouseFacts) -> bool {
        self.house(house.code.as_str()).is_some_and(|known| known.is_like(house))
    }

    pub(super) fn write(&self, out: &mut Writer<'_>) -> io::Result<()> {
        out.column(&[self.base_revision, i64::try_from(self.layers.len()).unwrap_or(i64::MAX)])?;
        self.layers.iter().try_for_each(|layer| layer.write(out))?;
        self.base.write(out)
    }

    pub(super) fn read<R: Read>(input: &mut Reader<R>, revision: i64) -> Result<Self, Unfit> {
        let [base_revision, layers] = input.column()?[..] else { return Err(Unfit::Damaged("its columns do not fit together")) };
        let layers = (0..layers).map(|_| Layer::read(input)).collect::<Result<_, _>>()?;
        Ok(Self::new(layers, BaseMap::read(input)?, revision, base_revision))
    }

    /// The revision at which what the tile shows in this view last changed, as far as that is known; never an earlier one.
    #[must_use]
    pub fn changed_in(&self, tile: TileId, view: View) -> i64 {
        self.changes.last_in(tile, view)
    }

    /// Where what this view shows changed after a revision.
    #[must_use]
    pub fn changed_since(&self, revision: i64, view: View) -> Changed {
        self.changes.after(revision, view)
    }

    /// Number of houses.
    #[must_use]
    pub fn len(&self) -> usize {
        self.layers.iter().map(Layer::len).sum()
    }

    /// Whether there is no house.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory held by the houses, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.layers.iter().map(Layer::bytes).sum()
    }

    /// The smallest box around all houses; `None` when there are none.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        let mut bounds = Bounds::EMPTY;
        for layer in &self.layers {
            bounds.join(&layer.bounds());
        }
        (!bounds.is_empty()).then_some(bounds)
    }

    /// The first day from which anything is known of any house; `None` when nothing is.
    #[must_use]
    pub fn first_day(&self) -> Option<Day> {
        let mut first: Option<DayKey> = None;
        for layer in &self.layers {
            let of_house = |at: usize| layer.block.spans.changes(at).next().map(|(from, _)| from);
            layer.all(&self.patience, &mut |run| first = run.filter_map(of_house).chain(first).min());
        }
        first.map(Day::from)
    }

    /// The house with this very code.
    #[must_use]
    pub fn house(&self, code: &str) -> Option<HouseView<'_>> {
        self.layers.iter().rev().find_map(|layer| layer.find(code).map(|at| layer.view(at)))
    }

    /// Whether so few houses are in or near the box that a question about them takes well below a millisecond.
    #[must_use]
    pub fn has_few_near(&self, bounds: &Bounds) -> bool {
        let mut left = FEW;
        self.layers.iter().all(|layer| layer.block.tree.counts_down(bounds, &mut left))
    }

    /// Every house in the region or on its border, in no particular order.
    pub fn each_within<'a>(&'a self, region: &Region, mut visit: impl FnMut(HouseView<'a>)) {
        for layer in &self.layers {
            layer.within(region, &self.patience, &mut |run| run.for_each(|at| visit(layer.view(at))));
        }
    }

    /// Every house in the box or on its border, in no particular order.
    pub fn each_in<'a>(&'a self, bounds: &Bounds, visit: impl FnMut(HouseView<'a>)) {
        self.each_within(&Region::from_bounds(bounds), visit);
    }

    /// Every house, in no particular order.
    pub fn each<'a>(&'a self, mut visit: impl FnMut(HouseView<'a>)) {
        for layer in &self.layers {
            layer.all(&self.patience, &mut |run| run.for_each(|at| visit(layer.view(at))));
        }
    }

    /// Every house of the region (or of all) that is meant by the filter at that moment, in no particular order.
    pub fn each_meant<'a>(&'a self, region: Option<&Region>, moment: impl Into<Moment>, filter: &Filter, mut visit: impl FnMut(HouseView<'a>)) {
        let moment = moment.into();
        for layer in &self.layers {
            let Some(sieve) = filter.sieve(layer, moment) else { continue };
            let mut visit = |run: Range<usize>| run.filter(|&at| sieve.pass(at).is_some()).for_each(|at| visit(layer.view(at)));
            match region {
                Some(region) => layer.within(region, &self.patience, &mut visit),
                None => layer.all(&self.patience, &mut visit),
            }
        }
    }

    /// The `n` nearest houses with their distances in metres along the ellipsoid, nearest first, exact; equal distances in order of code.
    #[must_use]
    pub fn nearest(&self, place: LonLat, n: usize) -> Vec<(HouseView<'_>, f64)> {
        self.nearest_of(place, n, Day::FIRST, &Filter::default())
    }

    /// The same of the houses that are meant by the filter at that moment.
    #[must_use]
    pub fn nearest_of(&self, place: LonLat, n: usize, moment: impl Into<Moment>, filter: &Filter) -> Vec<(HouseView<'_>, f64)> {
        nearest(&self.layers, place, n, moment.into(), filter, &self.patience)
    }

    /// Houses that answer to a text, ASCII letters alike in either case: first the one whose code it is, then those whose code begins with
    /// it, then those with it in their code, address or door plate, then those whose address or door plate it spells in pinyin, by initials
    /// or with some characters written; each in order of code. No text finds nothing; a text of more than 127 characters is looked for in
    /// codes only.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize) -> Vec<HouseView<'_>> {
        search(&self.layers, text, limit)
    }

    /// How many houses of the region are meant by the filter on that day.
    #[must_use]
    pub fn summary(&self, region: &Region, moment: impl Into<Moment>, filter: &Filter) -> Summary {
        let moment = moment.into();
        let mut summary = Summary::default();
        for layer in &self.layers {
            let Some(sieve) = filter.sieve(layer, moment) else { continue };
            layer.within(region, &self.patience, &mut |run| {
                for at in run {
                    if let Some(standing) = sieve.pass(at) {
                        summary.count(standing, layer.block.kinds[at]);
                    }
                }
            });
        }
        summary
    }

    /// The `limit` houses with the smallest codes greater than `after`, in order of code.
    #[must_use]
    pub fn page(&self, region: &Region, moment: impl Into<Moment>, filter: &Filter, after: Option<&str>, limit: usize) -> Vec<HouseView<'_>> {
        self.count_and_list(region, moment.into(), filter, after, limit).1
    }

    /// The summary and the first page at the price of one.
    #[must_use]
    pub fn first_page(&self, region: &Region, moment: impl Into<Moment>, filter: &Filter, limit: usize) -> (Summary, Vec<HouseView<'_>>) {
        self.count_and_list(region, moment.into(), filter, None, limit)
    }

    /// The codes of all houses of the region that are meant by the filter on that day, in order.
    #[must_use]
    pub fn codes(&self, region: &Region, moment: impl Into<Moment>, filter: &Filter) -> Vec<&str> {
        self.survey(region, moment, filter).1
    }

    /// The summary and the codes of the same houses, at the price of one.
    #[must_use]
    pub fn survey(&self, region: &Region, moment: impl Into<Moment>, filter: &Filter) -> (Summary, Vec<&str>) {
        let (summary, houses) = self.count_and_list(region, moment.into(), filter, None, usize::MAX);
        (summary, houses.into_iter().map(HouseView::code).collect())
    }

    /// Counts only houses with codes greater than `after`.
    fn count_and_list(&self, region: &Region, moment: Moment, filter: &Filter, after: Option<&str>, limit: usize) -> (Summary, Vec<HouseView<'_>>) {
        let mut summary = Summary::default();
        let mut houses = Vec::new();
        let mut runs = 0;
        for layer in &self.layers {
            let Some(sieve) = filter.sieve(layer, moment) else { continue };
            let first = after.map_or(0, |code| layer.block.rank_after(code));
            // Ranks of codes sort ten times faster than the codes.
            let mut ranks: Vec<u32> = Vec::new();
            layer.within(region, &self.patience, &mut |run| {
                for at in run {
                    let rank = layer.block.ranks[at];
                    if rank >= first
                        && let Some(standing) = sieve.pass(at)
                    {
                        summary.count(standing, layer.block.kinds[at]);
                        ranks.push(rank);
                    }
                }
            });
            if ranks.len() > limit {
                ranks.select_nth_unstable(limit);
                ranks.truncate(limit);
            }
            ranks.sort_unstable();
            runs += usize::from(!ranks.is_empty());
            houses.extend(ranks.into_iter().map(|rank| layer.view(layer.block.ranked(rank))));
        }
        // Runs in order, one per layer: sorting merges them.
        if runs > 1 {
            houses.sort_by(|a, b| a.code().cmp(b.code()));
        }
        houses.truncate(limit);
        (summary, houses)
    }

    /// For each layer what is gathered of the ranks of its houses that are in the region and meant. Ranks are in the order of codes.
    pub(super) fn ranks<T>(
        &self,
        region: &Region,
        moment: Moment,
        filter: &Filter,
        begin: impl Fn(&Block) -> T,
        mut gather: impl FnMut(&mut T, u32),
    ) -> Vec<T> {
        let mut of_layer = |layer: &Layer| {
            let mut gathered = begin(&layer.block);
            if let Some(sieve) = filter.sieve(layer, moment) {
                layer.within(region, &self.patience, &mut |run| {
                    run.filter(|&at| sieve.pass(at).is_some()).for_each(|at| gather(&mut gathered, layer.block.ranks[at]));
                });
            }
            gathered
        };
        self.layers.iter().map(&mut of_layer).collect()
    }

    /// The house of a layer with so many smaller codes there.
    pub(super) fn ranked(&self, layer: usize, rank: u32) -> HouseView<'_> {
        let layer = &self.layers[layer];
        layer.view(layer.block.ranked(rank))
    }

    /// For each day how many houses of the region (or of all) that are meant by the filter have each [`Standing`], in its order.
    #[must_use]
    pub fn trend(&self, region: Option<&Region>, days: &[Day], view: View, filter: &Filter) -> Vec<[u32; 6]> {
        let mut order: Vec<usize> = (0..days.len()).collect();
        order.sort_by_key(|&at| days[at]);
        let keys: Vec<DayKey> = order.iter().map(|&at| days[at].into()).collect();
        let mut steps = vec![[0i32; 6]; days.len() + 1];
        for layer in &self.layers {
            let Some(sieve) = filter.sieve(layer, Moment { day: Day::FIRST, view }) else { continue };
            let mut runs: Vec<Range<usize>> = Vec::new();
            match region {
                Some(region) => layer.within(region, &self.patience, &mut |run| runs.push(run)),
                None => layer.all(&self.patience, &mut |run| runs.push(run)),
            }
            let partial = |mut steps: Vec<[i32; 6]>, run: &Range<usize>| {
                if !self.patience.is_over() {
                    run.clone().filter(|&at| sieve.concerns(at)).for_each(|at| layer.step(at, view, &keys, &mut steps));
                }
                steps
            };
            let of_layer = runs.par_iter().with_min_len(4).fold(|| vec![[0i32; 6]; keys.len() + 1], partial).reduce(Vec::new, added);
            steps = added(steps, of_layer);
        }
        let mut trend = vec![[0u32; 6]; days.len()];
        let mut counts = [0i32; 6];
        for (&at, step) in order.iter().zip(&steps) {
            for (count, step) in counts.iter_mut().zip(step) {
                *count += step;
            }
            trend[at] = Standing::ALL.map(|standing| if filter.wants(standing) { counts[standing as usize].unsigned_abs() } else { 0 });
        }
        trend
    }

    /// A vector tile of the houses meant by the filter in just this tile: each one, some fifty bytes apiece however many there are, or counts by cell.
    /// Not compressed.
    #[must_use]
    pub fn mvt(&self, tile: TileId, moment: impl Into<Moment>, filter: &Filter, detail: Detail) -> Vec<u8> {
        match detail {
            Detail::Houses => tile::houses(&self.layers, tile, moment.into(), filter),
            Detail::Cells => tile::cells(&self.layers, tile, moment.into(), filter),
        }
    }

    /// The outer rings of the base map's buildings that come near a box, degrees east and north.
    #[must_use]
    pub fn buildings_in(&self, bounds: &Bounds) -> Vec<Vec<[f64; 2]>> {
        self.base.buildings_in(bounds)
    }

    /// A vector tile of the base map, not compressed.
    #[must_use]
    pub fn base_mvt(&self, tile: TileId) -> Vec<u8> {
        self.base.mvt(tile)
    }
}

/// The first of the layers that are to become one; the last layer is the newest.
impl Layer {
    /// Adds to each day's step what begins there and takes away what ends.
    fn step(&self, at: usize, view: View, days: &[DayKey], steps: &mut [[i32; 6]]) {
        let mut current = self.block.standing_before(at);
        steps[0][current as usize] += 1;
        let (view, until) = self.told(at, view);
        for (from, standing) in self.block.spans_in(view).changes(at).take_while(|(from, _)| until.is_none_or(|until| *from <= until)) {
            if standing != current {
                let first = days.partition_point(|day| *day < from);
                steps[first][current as usize] -= 1;
                steps[first][standing as usize] += 1;
                current = standing;
            }
        }
    }
}

fn added(mut a: Vec<[i32; 6]>, b: Vec<[i32; 6]>) -> Vec<[i32; 6]> {
    if a.is_empty() {
        return b;
    }
    for (a, b) in a.iter_mut().zip(b) {
        for (a, b) in a.iter_mut().zip(b) {
            *a += b;
        }
    }
    a
}

/// The standings of a trend are indices.
const _: () = assert!(Standing::ALL.len() == 6);
