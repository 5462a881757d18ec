//! Every question, put to the atlas and to a plain list of houses. One long file: all properties draw from the same made-up houses and histories.

mod kept;

use std::collections::{BTreeMap, BTreeSet};

use fast_mvt::{MvtGeometry, MvtReaderRef, MvtTile, MvtValue};
use proptest::{collection::vec, option, prelude::*, sample::select};
use rstar::{AABB, RTree, primitives::GeomWithData};

use super::{pattern::tests::spells, *};
use crate::{
    domain::{
        day::Day,
        house::{HouseCode, HouseKind},
        points::Points,
        scope::Scope,
        tier::{Standing, TierSpan, span_on},
    },
    earth::{Bounds, LonLat, Region, TileId, world_x, world_y},
};

/// Houses by code: the stupid atlas.
type Model = BTreeMap<String, HouseFacts>;

fn model(houses: &[HouseFacts]) -> Model {
    houses.iter().map(|house| (house.code.as_str().to_owned(), house.clone())).collect()
}

fn standing(house: &HouseFacts, day: Day) -> Standing {
    standing_in(house, day, View::Computed)
}

fn standing_in(house: &HouseFacts, day: Day, view: View) -> Standing {
    let before = if house.kind == HouseKind::Rental { Standing::Unrated } else { Standing::None };
    let spans = if view == View::Computed { &house.spans } else { &house.published };
    span_on(spans, day).map_or(before, |span| span.standing)
}

fn facts(view: HouseView<'_>) -> HouseFacts {
    HouseFacts {
        serial: view.serial(),
        code: HouseCode::new(view.code()).unwrap(),
        place: view.place(),
        kind: view.kind(),
        address: view.address().to_owned(),
        door_plate: view.door_plate().to_owned(),
        area_code: view.area_code().to_owned(),
        spans: view.spans().collect(),
        published: view.published().collect(),
    }
}

fn codes(views: &[HouseView<'_>]) -> Vec<String> {
    views.iter().map(|view| view.code().to_owned()).collect()
}

/// A fixed stream of numbers below 1 (SplitMix64).
struct Seed(u64);

impl Seed {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() * n as f64) as usize
    }

    /// In one of forty villages.
    fn house(&mut self, number: usize) -> HouseFacts {
        let village = self.below(40) as f64;
        let lon = 120.0 + village % 8.0 * 0.02 + (self.next() + self.next() - 1.0) * 0.004;
        let lat = 31.7 + (village / 8.0).floor() * 0.02 + (self.next() + self.next() - 1.0) * 0.004;
        let kind = HouseKind::ALL[self.below(9).saturating_sub(4)];
        let mut day = -1;
        let spans = (0..self.below(4)).map(|_| {
            day += 1 + self.below(500) as i32;
            let standing = Standing::ALL[1 + self.below(5)];
            TierSpan {
                from: Day::new(2009, 1, 1).unwrap().plus_days(day),
                standing,
                score: standing.tier().map(|_| Points::from_hundredths(self.below(1500) as i32)),
            }
        });
        let spans = if kind == HouseKind::Rental { spans.collect() } else { Vec::new() };
        HouseFacts {
            serial: number as u64 + 1,
            code: HouseCode::new(&format!("QSY-{number:06}")).unwrap(),
            place: LonLat::new(lon, lat).unwrap(),
            kind,
            address: format!("正新村{village}组{number}号"),
            door_plate: format!("{}", number % 300),
            area_code: format!("3204{village:02}"),
            published: spans.iter().skip(1).map(|span| TierSpan { score: None, ..*span }).collect(),
            spans,
        }
    }
}

fn any_day() -> impl Strategy<Value = Day> {
    prop_oneof![Just(Day::FIRST), Just(Day::LAST), (0..2000i32).prop_map(|day| Day::new(2009, 1, 1).unwrap().plus_days(day))]
}

fn any_spans() -> impl Strategy<Value = Vec<TierSpan>> {
    let score = option::of(prop_oneof![-3000..3000i32, Just(i32::MAX), Just(-32_768), Just(40_000)]);
    vec((any_day(), select(Standing::ALL.to_vec()), score), 0..6).prop_map(|mut spans| {
        spans.sort_by_key(|(from, ..)| *from);
        spans.dedup_by_key(|(from, ..)| *from);
        spans.into_iter().map(|(from, standing, score)| TierSpan { from, standing, score: score.map(Points::from_hundredths) }).collect()
    })
}

/// Few different places, so that many houses share one; and the ends of the world.
fn any_place() -> impl Strategy<Value = LonLat> {
    let village = (0..6i32, 0..6i32).prop_map(|(x, y)| (120.0 + f64::from(x) / 1000.0, 31.7 + f64::from(y) / 1000.0));
    let anywhere = (-180.0..=180.0f64, -90.0..=90.0f64);
    let ends = (select(vec![-180.0, -0.0, 0.0, 180.0, 179.999_999_999]), select(vec![-90.0, -85.051_128_779_806_6, 0.0, 85.06, 90.0]));
    prop_oneof![6 => village, 1 => anywhere, 1 => ends].prop_map(|(lon, lat)| LonLat::new(lon, lat).unwrap())
}

fn any_house() -> impl Strategy<Value = HouseFacts> {
    let code = prop_oneof!["[aAbB]{1,3}", "[正新]{1,2}", Just("red".to_owned())];
    let words = select(vec!["", "正新村1号", "正新村1组2号", "1 aB street", "aB street", "新", "ab"]);
    (code, any_place(), select(HouseKind::ALL.to_vec()), words.clone(), words, select(vec!["", "3204", "320402"]), (any_spans(), any_spans()), 1..u64::MAX)
        .prop_map(|(code, place, kind, address, plate, area, (spans, published), serial)| HouseFacts {
            serial,
            code: HouseCode::new(&code).unwrap(),
            place,
            kind,
            address: address.to_owned(),
            door_plate: plate.to_owned(),
            area_code: area.to_owned(),
            spans,
            published: published.into_iter().map(|span| TierSpan { score: None, ..span }).collect(),
        })
}

/// Standings, kinds, area and text: none of any means all.
#[derive(Clone, Debug)]
struct Wishes {
    standings: Vec<Standing>,
    kinds: Vec<HouseKind>,
    area: Option<String>,
    text: String,
}

impl Wishes {
    fn filter(&self) -> Filter {
        Filter::new(&self.standings, &self.kinds, self.area.clone()).with_text(&self.text)
    }

    fn concern(&self, house: &HouseFacts) -> bool {
        let words = [house.code.as_str(), &house.address, &house.door_plate];
        (self.kinds.is_empty() || self.kinds.contains(&house.kind))
            && self.area.as_ref().is_none_or(|area| area.strip_suffix('*').map_or(*area == house.area_code, |begin| house.area_code.starts_with(begin)))
            && words.iter().any(|words| words.to_ascii_lowercase().contains(&self.text.to_ascii_lowercase()))
    }

    fn mean(&self, house: &HouseFacts, day: Day) -> bool {
        self.concern(house) && (self.standings.is_empty() || self.standings.contains(&standing(house, day)))
    }
}

fn any_wishes() -> impl Strategy<Value = Wishes> {
    let area = option::of(select(vec!["", "3204", "99", "*", "3204*", "32040*", "99*"]).prop_map(str::to_owned));
    let text = prop_oneof![4 => Just(""), 1 => select(vec!["a", "Ab", "新", "1号", "b s", "nowhere"])].prop_map(str::to_owned);
    (vec(select(Standing::ALL.to_vec()), 0..4), vec(select(HouseKind::ALL.to_vec()), 0..4), area, text).prop_map(|(standings, kinds, area, text)| Wishes {
        standings,
        kinds,
        area,
        text,
    })
}

/// Texts to search for.
fn any_wanted() -> impl Strategy<Value = String> {
    prop_oneof![
        "[aAbB]{0,3}",
        "[正新村xzcr1 ]{1,3}",
        select(vec!["1号", "b street", "bstreet", "zheng xin", "xincun1h", "zhx", "正xcun"]).prop_map(str::to_owned)
    ]
}

fn any_region() -> impl Strategy<Value = Region> {
    let corner = || (-2..8i32, -2..8i32).prop_map(|(x, y)| [120.0 + f64::from(x) / 1000.0, 31.7 + f64::from(y) / 1000.0]);
    let triangle = (corner(), corner(), corner()).prop_map(|(a, b, c)| Region::new(vec![vec![vec![a, b, c, a]]]));
    let bounds = (any_place(), any_place()).prop_map(|(a, b)| Ok(Region::from_bounds(&Bounds::around([a, b]).unwrap())));
    let corridor = (vec(corner(), 1..4), 1.0..300.0f64).prop_map(|(line, metres)| Region::corridor(&[line], metres));
    prop_oneof![triangle, bounds, corridor].prop_filter_map("no area", Result::ok)
}

/// A change of the atlas: houses put in, codes taken out.
type Commit = (Vec<HouseFacts>, Vec<HouseCode>);

fn any_history() -> impl Strategy<Value = (Vec<HouseFacts>, Vec<Commit>)> {
    let removed = any_house().prop_map(|house| house.code);
    (vec(any_house(), 0..60), vec((vec(any_house(), 0..5), vec(removed, 0..4)), 0..12))
}

/// Packs the pile anew on the way, each time beside the next three commits.
fn play(houses: &[HouseFacts], commits: &[Commit]) -> (Snapshot, Model) {
    let mut snapshot = Snapshot::pack(houses.to_vec(), BaseMap::default(), 0);
    let mut model = model(houses);
    let mut melting: Option<(Snapshot, Snapshot)> = None;
    for (at, (changed, removed)) in (1..).zip(commits) {
        if at % 4 == 1 {
            melting = Some((snapshot.melted(), snapshot.clone()));
        }
        snapshot = snapshot.succeed(changed.clone(), removed, at);
        if at % 4 == 0
            && let Some((whole, before)) = melting.take()
        {
            snapshot = whole.overtake(&before, &snapshot).unwrap_or(snapshot);
        }
        assert_eq!(snapshot.revision(), at);
        for code in removed {
            model.remove(code.as_str());
        }
        model.extend(changed.iter().map(|house| (house.code.as_str().to_owned(), house.clone())));
    }
    (snapshot, model)
}

/// The houses of a tile, by code: their features as they must be.
fn tile_of(place: LonLat, z: u8) -> TileId {
    let tiles = 1u64 << z;
    let along = |share: f64| (((share * 4_294_967_296.0).min(4_294_967_295.0) as u64 * tiles) >> 32) as u32;
    TileId::new(z, along(world_x(place.lon())), along(world_y(place.lat()))).unwrap()
}

fn decode(bytes: &[u8]) -> MvtTile {
    let reader = MvtReaderRef::new(bytes).unwrap();
    assert!(reader.layers().all(|layer| (layer.version(), layer.extent()) == (2, 4096)));
    reader.to_tile().unwrap()
}

fn uint(properties: &[(String, MvtValue)], name: &str) -> u64 {
    match properties.iter().find(|(key, _)| key == name) {
        Some((_, MvtValue::UInt(number))) => *number,
        other => panic!("{name}: {other:?}"),
    }
}

fn text(properties: &[(String, MvtValue)], name: &str) -> String {
    match properties.iter().find(|(key, _)| key == name) {
        Some((_, MvtValue::String(text))) => text.clone(),
        other => panic!("{name}: {other:?}"),
    }
}

fn point(geometry: &MvtGeometry) -> (i32, i32) {
    match geometry {
        MvtGeometry::Point(point) if (0..4096).contains(&point.x()) && (0..4096).contains(&point.y()) => point.x_y(),
        other => panic!("{other:?}"),
    }
}

/// The features of a tile in order of id.
fn contents(bytes: &[u8]) -> Vec<String> {
    let mut features: Vec<String> = decode(bytes)
        .layers
        .iter()
        .flat_map(|layer| &layer.features)
        .map(|feature| format!("{:?} {:?} {:?}", feature.id, feature.properties, feature.geometry))
        .collect();
    features.sort();
    features
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_holds_what_was_put_in_last((houses, commits) in any_history()) {
        let (snapshot, model) = play(&houses, &commits);
        prop_assert_eq!((snapshot.len(), snapshot.is_empty()), (model.len(), model.is_empty()));
        prop_assert_eq!(snapshot.bounds(), Bounds::around(model.values().map(|house| house.place)));
        let mut all = Vec::new();
        snapshot.each(|view| all.push(facts(view)));
        all.sort_by(|a, b| a.code.cmp(&b.code));
        prop_assert_eq!(all, model.values().cloned().collect::<Vec<_>>());
        let gone = commits.iter().flat_map(|(_, removed)| removed).map(HouseCode::as_str);
        for code in model.keys().map(String::as_str).chain(gone).chain(["", "zz"]) {
            prop_assert_eq!(snapshot.house(code).map(facts), model.get(code).cloned());
        }
    }

    #[test]
    fn a_house_stands_on_each_day_as_its_spans_say(house in any_house(), day in any_day()) {
        let snapshot = Snapshot::pack(vec![house.clone()], BaseMap::default(), 7);
        let view = snapshot.house(house.code.as_str()).unwrap();
        prop_assert_eq!(view.standing_on(day), standing(&house, day));
        prop_assert_eq!(view.score_on(day), span_on(&house.spans, day).and_then(|span| span.score));
    }

    #[test]
    fn a_region_s_houses_are_counted_listed_and_paged((houses, commits) in any_history(), region in any_region(), day in any_day(), wishes in any_wishes(), after in option::of("[aAbBr]{0,2}"), limit in 0..8usize) {
        let (snapshot, model) = play(&houses, &commits);
        let inside: Vec<&HouseFacts> = model.values().filter(|house| region.contains(house.place.lon(), house.place.lat())).collect();
        let mut seen = BTreeSet::new();
        snapshot.each_within(&region, |view| assert!(seen.insert(view.code().to_owned()), "met twice"));
        prop_assert_eq!(seen, inside.iter().map(|house| house.code.as_str().to_owned()).collect::<BTreeSet<_>>());

        let meant: Vec<&HouseFacts> = inside.into_iter().filter(|house| wishes.mean(house, day)).collect();
        let filter = wishes.filter();
        let summary = snapshot.summary(&region, day, &filter);
        let count = |is: &dyn Fn(&HouseFacts) -> bool| meant.iter().filter(|house| is(house)).count() as u64;
        prop_assert_eq!(summary.total, meant.len() as u64);
        prop_assert_eq!(summary.by_standing, Standing::ALL.map(|wanted| count(&|house| standing(house, day) == wanted)));
        prop_assert_eq!(summary.by_kind, HouseKind::ALL.map(|kind| count(&|house| house.kind == kind)));

        prop_assert_eq!(snapshot.survey(&region, day, &filter), (summary, snapshot.codes(&region, day, &filter)));
        prop_assert_eq!(snapshot.codes(&region, day, &filter), meant.iter().map(|house| house.code.as_str()).collect::<Vec<_>>());
        let page = snapshot.page(&region, day, &filter, after.as_deref(), limit);
        let expected = meant.iter().map(|house| house.code.as_str()).filter(|code| after.as_deref().is_none_or(|after| *code > after)).take(limit);
        prop_assert_eq!(page.into_iter().map(HouseView::code).collect::<Vec<_>>(), expected.collect::<Vec<_>>());

        let mut roll = Roll::of(Arc::new(snapshot), &region, day, &filter);
        for house in meant {
            prop_assert_eq!(roll.next().map(facts), Some(house.clone()));
        }
        prop_assert!(roll.next().is_none() && roll.next().is_none());
    }

    #[test]
    fn a_box_gives_its_houses_border_included((houses, commits) in any_history(), a in any_place(), b in any_place()) {
        let (snapshot, model) = play(&houses, &commits);
        let bounds = Bounds::around([a, b]).unwrap();
        let tree = RTree::bulk_load(model.values().map(|house| GeomWithData::new([house.place.lon(), house.place.lat()], house.code.as_str())).collect());
        let mut found = Vec::new();
        snapshot.each_in(&bounds, |view| found.push(view.code()));
        found.sort_unstable();
        let mut expected: Vec<&str> = tree.locate_in_envelope(AABB::from_corners([bounds.west, bounds.south], [bounds.east, bounds.north])).map(|house| house.data).collect();
        expected.sort_unstable();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn the_nearest_are_in_the_order_of_the_ellipsoid((houses, commits) in any_history(), place in any_place(), n in 0..12usize, wishes in any_wishes(), day in any_day()) {
        let (snapshot, model) = play(&houses, &commits);
        let mut expected: Vec<(f64, &str)> = model.values().map(|house| (place.metres_to(house.place), house.code.as_str())).collect();
        expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        expected.truncate(n);
        let found: Vec<(f64, &str)> = snapshot.nearest(place, n).into_iter().map(|(view, metres)| (metres, view.code())).collect();
        prop_assert_eq!(found, expected);

        let mut expected: Vec<(f64, &str)> =
            model.values().filter(|house| wishes.mean(house, day)).map(|house| (place.metres_to(house.place), house.code.as_str())).collect();
        expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        expected.truncate(n);
        let found: Vec<(f64, &str)> = snapshot.nearest_of(place, n, day, &wishes.filter()).into_iter().map(|(view, metres)| (metres, view.code())).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_search_finds_what_has_the_text_and_then_what_it_spells((houses, commits) in any_history(), wanted in any_wanted(), limit in 0..10usize) {
        let (snapshot, model) = play(&houses, &commits);
        let low = wanted.to_ascii_lowercase();
        let class = |house: &HouseFacts| {
            let code = house.code.as_str().to_ascii_lowercase();
            let has = |text: &str| text.to_ascii_lowercase().contains(&low);
            let words = [&*house.address, &*house.door_plate];
            match () {
                () if code == low => Some(0),
                () if code.starts_with(&low) => Some(1),
                () if has(&code) || words.into_iter().any(has) => Some(2),
                () => words.into_iter().any(|text| spells(text, &wanted)).then_some(3),
            }
        };
        let mut expected: Vec<(i32, &str)> = model.values().filter_map(|house| Some((class(house)?, house.code.as_str()))).collect();
        expected.sort_unstable();
        expected.truncate(if wanted.is_empty() { 0 } else { limit });
        prop_assert_eq!(codes(&snapshot.search(&wanted, limit)), expected.iter().map(|(_, code)| (*code).to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn a_trend_counts_each_day_by_itself((houses, commits) in any_history(), region in option::of(any_region()), days in vec(any_day(), 0..6), view in select(vec![View::Computed, View::Published]), wishes in any_wishes()) {
        let (snapshot, model) = play(&houses, &commits);
        let inside = model.values().filter(|house| region.as_ref().is_none_or(|region| region.contains(house.place.lon(), house.place.lat())) && wishes.concern(house));
        let mut expected = vec![[0u32; 6]; days.len()];
        for house in inside {
            for (counts, &day) in expected.iter_mut().zip(&days) {
                let standing = standing_in(house, day, view);
                counts[standing as usize] += u32::from(wishes.standings.is_empty() || wishes.standings.contains(&standing));
            }
        }
        prop_assert_eq!(snapshot.trend(region.as_ref(), &days, view, &wishes.filter()), expected);
    }

    #[test]
    fn beyond_a_scope_everything_is_as_the_public_is_told_today((houses, commits) in any_history(), scope in vec(select(vec!["3204", "320402"]), 0..2), today in any_day(), days in vec(any_day(), 1..5), region in any_region(), wishes in any_wishes(), z in 10..=17u8, place in any_place()) {
        let (snapshot, model) = play(&houses, &commits);
        let scope = Scope::of(scope.into_iter().map(str::to_owned));
        // The stupid way: an atlas that knows no more of foreign houses.
        let told = model.into_values().map(|house| match scope.includes(&house.area_code) {
            true => house,
            false => {
                let public: Vec<TierSpan> = house.published.iter().copied().filter(|span| span.from <= today).collect();
                HouseFacts { spans: public.clone(), published: public, ..house }
            }
        });
        let (seen, expected) = (snapshot.seen_by(&scope, today), Snapshot::pack(told.collect(), BaseMap::default(), 0));
        let filter = wishes.filter();
        let rows = |houses: Vec<HouseView<'_>>, moment: Moment| houses.iter().map(|house| (house.code().to_owned(), house.rated_on(moment), house.standing_on(moment))).collect::<Vec<_>>();
        for moment in days.iter().flat_map(|&day| [Moment::from(day), Moment::published(day)]) {
            prop_assert_eq!(seen.summary(&region, moment, &filter), expected.summary(&region, moment, &filter));
            prop_assert_eq!(rows(seen.page(&region, moment, &filter, None, 100), moment), rows(expected.page(&region, moment, &filter, None, 100), moment));
            let nearest = |snapshot: &Snapshot| snapshot.nearest_of(place, 5, moment, &filter).iter().map(|(_, metres)| metres.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(nearest(&seen), nearest(&expected));
            for detail in [Detail::Houses, Detail::Cells] {
                let tile = |snapshot: &Snapshot| contents(&snapshot.mvt(tile_of(place, z), moment, &filter, detail));
                prop_assert_eq!(tile(&seen), tile(&expected));
            }
            prop_assert_eq!(seen.trend(Some(&region), &days, moment.view, &filter), expected.trend(Some(&region), &days, moment.view, &filter));
        }
    }

    #[test]
    fn each_house_that_is_meant_is_in_just_one_tile_of_a_zoom((houses, commits) in any_history(), z in 0..=22u8, day in any_day(), wishes in any_wishes()) {
        let (snapshot, mut model) = play(&houses, &commits);
        let filter = wishes.filter();
        model.retain(|_, house| wishes.mean(house, day));
        let mut tiles: BTreeMap<(u32, u32), Vec<&HouseFacts>> = BTreeMap::new();
        for house in model.values() {
            let tile = tile_of(house.place, z);
            tiles.entry((tile.x(), tile.y())).or_default().push(house);
        }
        // The neighbours too, which have none of these houses.
        for (x, y) in tiles.keys().flat_map(|&(x, y)| (x.saturating_sub(1)..=x + 1).flat_map(move |x| (y.saturating_sub(1)..=y + 1).map(move |y| (x, y)))).collect::<BTreeSet<_>>() {
            let Some(tile) = TileId::new(z, x, y) else { continue };
            let expected = tiles.get(&(x, y)).cloned().unwrap_or_default();
            let decoded = decode(&snapshot.mvt(tile, day, &filter, Detail::Houses));
            prop_assert_eq!(decoded.layers.len(), usize::from(!expected.is_empty()));
            let mut found = BTreeMap::new();
            for feature in decoded.layers.iter().flat_map(|layer| &layer.features) {
                let words = (text(&feature.properties, "tier"), text(&feature.properties, "kind"));
                let id = uint(&feature.properties, "id");
                let pending = feature.properties.contains(&("pending".to_owned(), MvtValue::Bool(true)));
                prop_assert_eq!((feature.id, feature.properties.len()), (Some(id), 4 + usize::from(pending)));
                let code = text(&feature.properties, "code");
                prop_assert!(found.insert(code, (id, words.0, words.1, pending, point(&feature.geometry))).is_none(), "twice in a tile");
            }
            prop_assert_eq!(found.len(), expected.len());
            for house in &expected {
                let (id, tier, kind, pending, (px, py)) = &found[house.code.as_str()];
                let computed = standing(house, day);
                prop_assert_eq!(*pending, computed.tier().is_some() && computed != standing_in(house, day, View::Published));
                prop_assert_eq!((*id, tier.as_str(), kind.as_str()), (house.serial, standing(house, day).as_str(), house.kind.as_str()));
                let (fx, fy) = tile.fraction(house.place.lon(), house.place.lat());
                // The world grid's own step, which is up to 4 units at the deepest zooms.
                let step = 1.0 + (f64::from(z) + 12.0 - 32.0).exp2();
                prop_assert!((fx.min(0.999_999_9) * 4096.0 - f64::from(*px)).abs() <= step && (fy.min(0.999_999_9) * 4096.0 - f64::from(*py)).abs() <= step);
            }

            let mut counts = [0u64; 7];
            let decoded = decode(&snapshot.mvt(tile, day, &filter, Detail::Cells));
            let mut cells = BTreeSet::new();
            for feature in decoded.layers.iter().flat_map(|layer| &layer.features) {
                let (px, py) = point(&feature.geometry);
                prop_assert!(cells.insert((px / 512, py / 512)), "one point a cell");
                prop_assert_eq!(feature.properties.len(), 7);
                let of_cell = ["none", "unrated", "red", "yellow", "green", "star", "total"].map(|name| uint(&feature.properties, name));
                prop_assert!(of_cell[6] > 0 && of_cell[6] == of_cell[..6].iter().sum::<u64>());
                counts.iter_mut().zip(of_cell).for_each(|(sum, count)| *sum += count);
            }
            for (count, wanted) in counts.iter().zip(Standing::ALL) {
                prop_assert_eq!(*count, expected.iter().filter(|house| standing(house, day) == wanted).count() as u64);
            }
            let occupied: BTreeSet<(i32, i32)> = found.values().map(|(.., (px, py))| (px / 512, py / 512)).collect();
            prop_assert_eq!(cells, occupied);
        }
    }

    #[test]
    fn a_commit_makes_stale_just_the_tiles_that_show_it((houses, commits) in any_history(), z in 0..=22u8, day in any_day(), view in select(vec![View::Computed, View::Published])) {
        let moment = Moment { day, view };
        let all: Vec<&HouseFacts> = houses.iter().chain(commits.iter().flat_map(|(changed, _)| changed)).collect();
        let tiles: BTreeSet<(u32, u32)> = all.iter().map(|house| tile_of(house.place, z)).map(|tile| (tile.x(), tile.y())).collect();
        let tiles: Vec<TileId> = tiles.into_iter().filter_map(|(x, y)| TileId::new(z, x, y)).collect();
        let mut snapshot = Snapshot::pack(houses.clone(), BaseMap::default(), 0);
        for (at, (changed, removed)) in (1..).zip(&commits) {
            let next = snapshot.succeed(changed.clone(), removed, at);
            let touched: Vec<TileId> = removed.iter().chain(changed.iter().map(|house| &house.code))
                .flat_map(|code| [snapshot.house(code.as_str()), next.house(code.as_str())])
                .flatten()
                .map(|house| house.place())
                .chain(changed.iter().map(|house| house.place))
                .map(|place| tile_of(place, z))
                .collect();
            let Changed::Tiles(named) = next.changed_since(snapshot.revision(), view) else { panic!("few enough") };
            for &tile in &tiles {
                let [before, after] = [&snapshot, &next].map(|snapshot| contents(&snapshot.mvt(tile, moment, &Filter::default(), Detail::Houses)));
                let is_stale = next.changed_in(tile, view) > snapshot.changed_in(tile, view);
                let is_named = z > 16 || named.iter().any(|one| (one.x() >> (16 - z), one.y() >> (16 - z)) == (tile.x(), tile.y()));
                if before != after {
                    prop_assert!(is_stale && is_named, "what changed is fetched again");
                }
                if !touched.contains(&tile) {
                    prop_assert!(!is_stale, "what was not touched is not");
                }
                prop_assert!(!is_stale || is_named);
            }
            snapshot = next;
        }
    }
}

/// Enough houses for several levels of boxes, and enough commits to melt every layer, the first one too.
#[test]
fn a_long_history_of_thousands_of_houses_stays_true() {
    let mut seed = Seed(11);
    let first: Vec<HouseFacts> = (0..6000).map(|number| seed.house(number)).collect();
    let mut model = model(&first);
    let mut snapshot = Snapshot::pack(first, BaseMap::default(), 0);
    let day = Day::new(2010, 10, 1).unwrap();
    for commit in 1..=60 {
        let changed: Vec<HouseFacts> = (0..seed.below(120))
            .map(|_| {
                let number = seed.below(7000);
                seed.house(number)
            })
            .collect();
        let removed: Vec<HouseCode> = (0..seed.below(30)).filter_map(|_| model.values().nth(seed.below(model.len())).map(|house| house.code.clone())).collect();
        snapshot = snapshot.succeed(changed.clone(), &removed, commit);
        removed.iter().for_each(|code| drop(model.remove(code.as_str())));
        model.extend(changed.into_iter().map(|house| (house.code.as_str().to_owned(), house)));

        assert_eq!(snapshot.len(), model.len());
        assert_eq!(snapshot.bounds(), Bounds::around(model.values().map(|house| house.place)));
        let place = LonLat::new(120.0 + seed.next() * 0.15, 31.7 + seed.next() * 0.1).unwrap();
        let region = Region::circle(place, 1500.0).unwrap();
        let inside: Vec<&HouseFacts> = model.values().filter(|house| region.contains(house.place.lon(), house.place.lat())).collect();
        assert_eq!(snapshot.codes(&region, day, &Filter::default()), inside.iter().map(|house| house.code.as_str()).collect::<Vec<_>>());
        let red = Filter::new(&[Standing::Red], &[], None);
        assert_eq!(snapshot.summary(&region, day, &red).total, inside.iter().filter(|house| standing(house, day) == Standing::Red).count() as u64);
        let mut expected: Vec<(f64, &str)> = model.values().map(|house| (place.metres_to(house.place), house.code.as_str())).collect();
        expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        let nearest: Vec<(f64, &str)> = snapshot.nearest(place, 10).into_iter().map(|(view, metres)| (metres, view.code())).collect();
        assert_eq!(nearest, expected[..10]);
        assert_eq!(facts(snapshot.house(expected[0].1).unwrap()), model[expected[0].1]);
    }
    let mut trend = [0u32; 6];
    model.values().for_each(|house| trend[standing(house, day) as usize] += 1);
    assert_eq!(snapshot.trend(None, &[day, day], View::Computed, &Filter::default()), [trend, trend]);
}

#[test]
fn the_nearest_agree_with_an_r_tree_near_and_far() {
    let mut seed = Seed(5);
    let houses: Vec<HouseFacts> = (0..20_000).map(|number| seed.house(number)).collect();
    let snapshot = Snapshot::pack(houses.clone(), BaseMap::default(), 0);
    // In space, where the straight way orders as the ellipsoid does but for near ties.
    let in_space = |place: LonLat| {
        let (sin, cos) = place.lat().to_radians().sin_cos();
        let (turn_sin, turn_cos) = place.lon().to_radians().sin_cos();
        let normal = 6_378_137.0 / (1.0 - 0.006_694_379_990_141_316 * sin * sin).sqrt();
        [normal * cos * turn_cos, normal * cos * turn_sin, normal * (1.0 - 0.006_694_379_990_141_316) * sin]
    };
    let tree = RTree::bulk_load(houses.iter().enumerate().map(|(at, house)| GeomWithData::new(in_space(house.place), at)).collect());
    let near = (0..200).map(|_| LonLat::new(120.0 + seed.next() * 0.2, 31.7 + seed.next() * 0.15).unwrap()).collect::<Vec<_>>();
    let far = [(0.0, 0.0), (-60.0, -31.7), (120.0, 32.6), (121.0, -90.0), (116.4, 39.9), (-179.9, 60.0)].map(|(lon, lat)| LonLat::new(lon, lat).unwrap());
    for place in near.into_iter().chain(far) {
        let mut expected: Vec<(f64, &str)> = tree
            .nearest_neighbor_iter(in_space(place))
            .take(400)
            .map(|point| (place.metres_to(houses[point.data].place), houses[point.data].code.as_str()))
            .collect();
        expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
        expected.truncate(10);
        let found: Vec<(f64, &str)> = snapshot.nearest(place, 10).into_iter().map(|(view, metres)| (metres, view.code())).collect();
        assert_eq!(found.len(), 10);
        // Far away the straight way may order otherwise: there the atlas must be no worse.
        for (found, expected) in found.iter().zip(&expected) {
            assert!(found.0 < expected.0 || found == expected, "{place:?}: {found:?} {expected:?}");
        }
    }
}

#[test]
fn nothing_and_one_and_all_in_one_place() {
    let day = Day::new(2010, 10, 1).unwrap();
    let everywhere = Region::from_bounds(&Bounds { west: -180.0, south: -90.0, east: 180.0, north: 90.0 });
    let tile = TileId::new(0, 0, 0).unwrap();
    let place = LonLat::new(120.0, 31.7).unwrap();
    for count in [0, 1, 500] {
        let mut seed = Seed(3);
        let houses: Vec<HouseFacts> = (0..count).map(|number| HouseFacts { place, ..seed.house(number) }).collect();
        let snapshot = Snapshot::default().succeed(houses, &[], 1);
        assert_eq!((snapshot.len(), snapshot.nearest(place, 1000).len()), (count, count));
        assert_eq!(snapshot.summary(&everywhere, day, &Filter::default()).total, count as u64);
        assert_eq!(snapshot.mvt(tile, day, &Filter::default(), Detail::Houses).is_empty(), count == 0);
        let cells = decode(&snapshot.mvt(tile, day, &Filter::default(), Detail::Cells));
        assert_eq!(cells.layers.iter().map(|layer| layer.features.len()).sum::<usize>(), count.min(1));
        let emptied = snapshot.succeed(
            Vec::new(),
            &snapshot.codes(&everywhere, day, &Filter::default()).into_iter().map(|code| HouseCode::new(code).unwrap()).collect::<Vec<_>>(),
            2,
        );
        assert!(emptied.is_empty() && emptied.bounds().is_none() && emptied.nearest(place, 3).is_empty());
        assert_eq!(snapshot.len(), count, "a snapshot never changes");
    }
}

#[test]
fn a_code_that_is_removed_and_put_in_at_once_is_there() {
    let mut seed = Seed(1);
    let house = seed.house(1);
    let snapshot = Snapshot::pack(vec![house.clone(), seed.house(2)], BaseMap::default(), 1);
    let again = snapshot.succeed(vec![seed.house(1), HouseFacts { address: "last".into(), ..house.clone() }], std::slice::from_ref(&house.code), 2);
    assert_eq!((again.len(), again.house(house.code.as_str()).unwrap().address()), (2, "last"));
}

#[test]
fn readers_keep_the_snapshot_they_hold() {
    let atlas = Atlas::new();
    let before = atlas.now();
    atlas.swap(before.succeed(vec![Seed(1).house(1)], &[], 9));
    assert_eq!((before.len(), before.revision(), atlas.now().len(), atlas.now().revision()), (0, 0, 1, 9));
}

#[test]
fn after_thousands_of_changes_the_oldest_are_forgotten_and_every_tile_counts_as_changed_then() {
    let mut seed = Seed(3);
    let mut snapshot = Snapshot::pack((0..100).map(|number| seed.house(number)).collect(), BaseMap::default(), 1);
    let far = TileId::new(16, 0, 0).unwrap();
    assert_eq!(snapshot.changed_in(far, View::Computed), 1);
    assert_eq!(snapshot.changed_since(0, View::Computed), Changed::Everywhere);
    for revision in 2..3000 {
        snapshot = snapshot.succeed(vec![seed.house(seed.0 as usize % 100)], &[], revision);
        assert!(matches!(snapshot.changed_since(revision - 1, View::Computed), Changed::Tiles(tiles) if (1..=2).contains(&tiles.len())));
    }
    assert!(snapshot.changed_in(far, View::Computed) > 1);
    assert_eq!(snapshot.changed_since(1, View::Computed), Changed::Everywhere);
    let whole = snapshot.succeed((0..2000).map(|number| seed.house(number)).collect(), &[], 5000);
    assert_eq!((whole.changed_in(far, View::Published), whole.changed_since(4999, View::Published)), (5000, Changed::Everywhere));
}

#[test]
fn a_large_pile_is_packed_anew_while_commits_go_on() {
    let mut seed = Seed(11);
    let houses: Vec<HouseFacts> = (0..20_000).map(|number| seed.house(number)).collect();
    let mut now = Snapshot::pack(houses, BaseMap::default(), 0);
    let mut revision = 0;
    let mut commit = |now: &Snapshot, numbers: std::ops::Range<usize>, removed: &[HouseCode]| {
        revision += 1;
        now.succeed(numbers.map(|number| seed.house(number)).collect(), removed, revision)
    };
    assert!(!now.is_ripe());
    for from in (0..1100).step_by(10) {
        now = commit(&now, from..from + 10, &[]);
    }
    let before = now.clone();
    assert!(before.is_ripe(), "a commit must not pack so many houses");
    let whole = before.melted();
    let removed: Vec<HouseCode> = [5, 1_050, 7_000].map(|number| Seed(1).house(number).code).to_vec();
    now = commit(&now, 500..600, &removed);
    now = commit(&now, 20_000..20_010, &[]);
    let after = whole.overtake(&before, &now).unwrap();
    assert_eq!(after.difference(&now), None);
    assert_eq!((after.len(), after.revision()), (20_000 - 3 + 10, now.revision()));
    assert!(!after.is_ripe());
    // What was read anew meanwhile is not overtaken by what was before.
    let anew = Snapshot::pack(vec![Seed(2).house(1)], BaseMap::default(), 500);
    assert!(whole.overtake(&before, &anew).is_none());
}

#[test]
fn the_public_hears_nothing_of_what_is_not_public() {
    let mut seed = Seed(5);
    let house = HouseFacts { published: Vec::new(), spans: Vec::new(), ..seed.house(1) };
    let snapshot = Snapshot::pack(vec![house.clone()], BaseMap::default(), 1);
    let span = TierSpan { from: Day::new(2010, 1, 1).unwrap(), standing: Standing::Red, score: None };
    let rated = snapshot.succeed(vec![HouseFacts { spans: vec![span], ..house.clone() }], &[], 2);
    assert_eq!(rated.changed_since(1, View::Published), Changed::Tiles(Vec::new()));
    assert_eq!(rated.changed_since(1, View::Computed), Changed::Tiles(vec![tile_of(house.place, 16)]));
    let confirmed = rated.succeed(vec![HouseFacts { spans: vec![span], published: vec![span], ..house.clone() }], &[], 3);
    assert_eq!(confirmed.changed_since(1, View::Published), Changed::Tiles(vec![tile_of(house.place, 16)]));
}

#[test]
fn a_question_stops_soon_after_its_patience_is_over() {
    let mut seed = Seed(7);
    let houses: Vec<HouseFacts> = (0..20_000).map(|number| seed.house(number)).collect();
    let snapshot = Snapshot::pack(houses, BaseMap::default(), 0);
    let everywhere = Region::from_bounds(&snapshot.bounds().unwrap());
    let mut all = 0;
    snapshot.each_within(&everywhere, |_| all += 1);
    assert_eq!(all, 20_000);

    let patience = Patience::limited();
    let asked = snapshot.with_patience(patience.clone());
    assert_eq!(asked.summary(&everywhere, Day::FIRST, &Filter::default()).total, 20_000);
    let mut seen = 0;
    asked.each(|_| {
        seen += 1;
        patience.end();
    });
    assert!((1..=5_000).contains(&seen), "{seen}");
    assert_eq!(asked.summary(&everywhere, Day::FIRST, &Filter::default()).total, 0);
    assert!(asked.is_given_up() && !snapshot.is_given_up());
    // What comes after it is whole again.
    assert_eq!(asked.succeed(Vec::new(), &[], 1).summary(&everywhere, Day::FIRST, &Filter::default()).total, 20_000);
}
