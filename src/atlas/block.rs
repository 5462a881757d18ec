//! Houses packed for reading: one array per fact, in the order of the Hilbert curve, so that neighbours lie together in memory too.

use std::{
    collections::HashMap,
    io::{self, Read},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    columns::Columns,
    house::Facts,
    kept::{Reader, Unfit, Writer, must},
    moment::{MomentKey, View},
    spans::{Span, Spans},
    texts::Texts,
    tree::{Tree, hilbert},
    wording::Wording,
};
use crate::{
    domain::{house::HouseKind, tier::Standing},
    earth::{LonLat, world_x, world_y},
};

/// From so many houses on, packing is worth waking the other cores for.
const LARGE: usize = 10_000;

/// Never changed once packed. A house is known by its position along the curve.
#[derive(Default)]
pub(super) struct Block {
    pub places: Vec<LonLat>,
    pub tree: Tree,
    /// The places on the web map, 2^32 steps east and south around the world: the tile of every zoom is in the highest bits.
    pub world: Vec<[u32; 2]>,
    pub serials: Vec<u64>,
    pub kinds: Vec<HouseKind>,
    pub spans: Spans,
    /// What is public of them.
    pub published: Spans,
    columns: Columns,
    pub codes: Texts,
    pub addresses: Texts,
    pub door_plates: Texts,
    pub wording: Wording,
    area_of: Vec<u32>,
    area_codes: Texts,
    /// Positions in order of code.
    by_code: Vec<u32>,
    /// Place of each position in that order.
    pub ranks: Vec<u32>,
}

impl Block {
    /// Of houses with the same code the last one counts.
    #[expect(clippy::cast_possible_truncation, reason = "four billion houses are beyond any site's memory")]
    pub fn pack<F: Facts>(houses: &[F]) -> Self {
        let is_large = houses.len() > LARGE;
        let by_code = |&a: &u32, &b: &u32| houses[a as usize].code().cmp(houses[b as usize].code()).then(b.cmp(&a));
        let mut unique: Vec<u32> = (0..houses.len() as u32).collect();
        if is_large {
            unique.par_sort_unstable_by(by_code)
        } else {
            unique.sort_unstable_by(by_code)
        }
        unique.dedup_by(|later, first| houses[*later as usize].code() == houses[*first as usize].code());

        let curve = |(rank, &house): (usize, &u32)| (hilbert(world(houses[house as usize].place())), rank as u32);
        let mut along: Vec<(u64, u32)> =
            if is_large { unique.par_iter().enumerate().map(curve).collect() } else { unique.iter().enumerate().map(curve).collect() };
        if is_large {
            along.par_sort_unstable()
        } else {
            along.sort_unstable()
        }
        let ranks: Vec<u32> = along.iter().map(|&(_, rank)| rank).collect();
        drop(along);
        let order: Vec<&F> = ranks.iter().map(|&rank| &houses[unique[rank as usize] as usize]).collect();
        drop(unique);
        let pack_numbers = || {
            let places: Vec<LonLat> = order.iter().map(|house| house.place()).collect();
            let kinds = order.iter().map(|house| house.kind()).collect();
            let serials = order.iter().map(|house| house.serial()).collect();
            let spans = pack_spans(&order, |house, put| house.each_span(put));
            let published = pack_spans(&order, |house, put| house.each_published(put));
            (places, kinds, serials, spans, published)
        };
        let pack_texts = || {
            let codes = Texts::collect(order.iter().map(|house| house.code()));
            let addresses = Texts::collect(order.iter().map(|house| house.address()));
            let door_plates = Texts::collect(order.iter().map(|house| house.door_plate()));
            (codes, addresses, door_plates, intern(order.iter().map(|house| house.area_code())))
        };
        let (numbers, texts) = if is_large { rayon::join(pack_numbers, pack_texts) } else { (pack_numbers(), pack_texts()) };
        let (places, kinds, serials, spans, published) = numbers;
        let (codes, addresses, door_plates, (area_of, area_codes)) = texts;
        let packed = Self { places, serials, kinds, spans, published, codes, addresses, door_plates, area_of, area_codes, ranks, ..Self::default() };
        packed.complete()
    }

    /// Adds what follows from the other columns.
    #[expect(clippy::cast_possible_truncation, reason = "four billion houses are beyond any site's memory")]
    fn complete(mut self) -> Self {
        let is_large = self.len() > LARGE;
        let place = || {
            let world =
                if is_large { self.places.par_iter().map(|&place| world(place)).collect() } else { self.places.iter().map(|&place| world(place)).collect() };
            (Tree::over(&self.places), world)
        };
        let word = || Wording::of(&self.addresses, &self.door_plates);
        let ((tree, world), wording) = if is_large { rayon::join(place, word) } else { (place(), word()) };
        (self.tree, self.world, self.wording) = (tree, world, wording);
        self.by_code = vec![0; self.len()];
        for (at, &rank) in self.ranks.iter().enumerate() {
            self.by_code[rank as usize] = at as u32;
        }
        self
    }

    pub fn write(&self, out: &mut Writer<'_>) -> io::Result<()> {
        out.column(&self.places)?;
        out.column(&self.serials)?;
        out.column(&self.kinds)?;
        out.column(&self.ranks)?;
        self.spans.write(out)?;
        self.published.write(out)?;
        self.codes.write(out)?;
        self.addresses.write(out)?;
        self.door_plates.write(out)?;
        out.column(&self.area_of)?;
        out.column(&[self.area_codes.len() as u64])?;
        self.area_codes.write(out)
    }

    pub fn read<R: Read>(input: &mut Reader<R>) -> Result<Self, Unfit> {
        let misfit = || Unfit::Damaged("its columns do not fit together");
        let places: Vec<LonLat> = input.column()?;
        let houses = u32::try_from(places.len()).map_err(|_| misfit())?;
        let (serials, kinds, ranks): (Vec<u64>, Vec<HouseKind>, Vec<u32>) = (input.column()?, input.column()?, input.column()?);
        let mut seen = vec![false; places.len()];
        let each_once = ranks.iter().all(|&rank| seen.get_mut(rank as usize).is_some_and(|seen| !std::mem::replace(seen, true)));
        must([serials.len(), kinds.len(), ranks.len()] == [houses as usize; 3] && each_once, "its columns do not fit together")?;
        let (spans, published) = (Spans::read(input, places.len())?, Spans::read(input, places.len())?);
        let mut texts = || Texts::read(input, places.len());
        let (codes, addresses, door_plates) = (texts()?, texts()?, texts()?);
        let area_of: Vec<u32> = input.column()?;
        let [areas] = input.column::<u64>()?[..] else { return Err(misfit()) };
        let area_codes = Texts::read(input, usize::try_from(areas).map_err(|_| misfit())?)?;
        must(area_of.len() == places.len() && area_of.iter().all(|&area| u64::from(area) < areas), "its columns do not fit together")?;
        let kept = Self { places, serials, kinds, spans, published, codes, addresses, door_plates, area_of, area_codes, ranks, ..Self::default() };
        Ok(kept.complete())
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn find(&self, code: &str) -> Option<usize> {
        let at = self.by_code.binary_search_by(|&at| self.codes.get(at as usize).cmp(code)).ok()?;
        Some(self.by_code[at] as usize)
    }

    /// How many codes here are not greater.
    pub fn rank_after(&self, code: &str) -> u32 {
        u32::try_from(self.by_code.partition_point(|&at| self.codes.get(at as usize) <= code)).unwrap_or(u32::MAX)
    }

    /// The position of the house with so many smaller codes.
    pub fn ranked(&self, rank: u32) -> usize {
        self.by_code[rank as usize] as usize
    }

    pub fn area_code(&self, at: usize) -> &str {
        self.area_codes.get(self.area_of[at] as usize)
    }

    /// The different area codes; a house has the number of one.
    pub fn area_codes(&self) -> impl Iterator<Item = &str> {
        (0..self.area_codes.len()).map(|at| self.area_codes.get(at))
    }

    pub fn area_number_of(&self, at: usize) -> u32 {
        self.area_of[at]
    }

    #[inline]
    pub fn standing_on(&self, at: usize, moment: MomentKey) -> Standing {
        self.spans_in(moment.view).standing_on(at, moment.day, self.standing_before(at))
    }

    /// The standings of all houses at a moment, for questions about many of them.
    pub fn standings(&self, moment: MomentKey) -> Arc<[Standing]> {
        self.columns.at(moment, || {
            let standing = |at| self.standing_on(at, moment);
            if self.len() > LARGE { (0..self.len()).into_par_iter().map(standing).collect() } else { (0..self.len()).map(standing).collect() }
        })
    }

    pub fn spans_in(&self, view: View) -> &Spans {
        match view {
            View::Computed => &self.spans,
            View::Published => &self.published,
        }
    }

    /// Its standing before the first span.
    pub fn standing_before(&self, at: usize) -> Standing {
        if self.kinds[at] == HouseKind::Rental { Standing::Unrated } else { Standing::None }
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        let fixed = size_of::<LonLat>() + size_of::<[u32; 2]>() + size_of::<u64>() + size_of::<HouseKind>() + 3 * size_of::<u32>();
        let texts = self.codes.bytes() + self.addresses.bytes() + self.door_plates.bytes() + self.wording.bytes() + self.area_codes.bytes();
        fixed * self.len() + self.tree.bytes() + self.spans.bytes() + self.published.bytes() + self.columns.bytes() + texts
    }
}

/// A place on the web map, in 2^32 steps from 180° W and from the north edge. Beyond the map's edges it is clamped.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast clamps, as it should")]
pub(super) fn world(place: LonLat) -> [u32; 2] {
    [world_x(place.lon()), world_y(place.lat())].map(|share| (share * 4_294_967_296.0) as u32)
}

fn pack_spans<F: Facts>(houses: &[&F], each: impl Fn(&F, &mut dyn FnMut(Span))) -> Spans {
    let mut spans = Spans::default();
    for house in houses {
        each(house, &mut |span| spans.push(span));
        spans.end_house();
    }
    spans.shrink();
    spans
}

/// The number of each text in the list of different ones.
fn intern<'a>(texts: impl Iterator<Item = &'a str>) -> (Vec<u32>, Texts) {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut different: Vec<&str> = Vec::new();
    let of = texts
        .map(|text| {
            *numbers.entry(text).or_insert_with(|| {
                different.push(text);
                u32::try_from(different.len() - 1).unwrap_or(u32::MAX)
            })
        })
        .collect();
    (of, Texts::collect(different.into_iter()))
}
