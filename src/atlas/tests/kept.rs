//! What is kept of an atlas is the atlas, or nothing.

use super::*;

fn origin() -> Origin {
    Origin { history: "1 0 1 import".into(), policies: "0001-01-01 ab".into(), build: "0.1.0".into() }
}

fn keep(snapshot: &Snapshot) -> Vec<u8> {
    let mut bytes = Vec::new();
    snapshot.keep(&origin(), &mut bytes).unwrap();
    bytes
}

fn read(bytes: &[u8]) -> Result<Snapshot, Unfit> {
    KeptAtlas::open(bytes, bytes.len() as u64)?.read()
}

fn base() -> BaseMap {
    let ring = vec![[120.0, 31.7], [120.01, 31.7], [120.01, 31.71], [120.0, 31.7]];
    let feature = |layer, class: &str, name: &str, shape| BaseFeature { layer, class: class.into(), name: name.into(), shape };
    BaseMap::new(vec![
        feature(BaseLayer::Water, "canal", "运河", Shape::Polygon(vec![ring.clone(), ring.clone()])),
        feature(BaseLayer::Streets, "lane", "", Shape::Line(ring.clone())),
        feature(BaseLayer::Areas, "village", "前桥村", Shape::Polygon(vec![ring])),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_kept_atlas_answers_as_the_one_that_was_kept(
        (houses, commits) in any_history(), region in any_region(), wishes in any_wishes(), day in any_day(), place in any_place(),
    ) {
        let (made, _) = play(&houses, &commits);
        let made = made.with_base(base(), 77);
        let bytes = keep(&made);
        let kept = read(&bytes).unwrap();
        prop_assert_eq!((made.difference(&kept), kept.difference(&made)), (None, None));
        prop_assert_eq!((kept.revision(), kept.base_revision(), kept.len(), kept.bytes()), (77, 77, made.len(), made.bytes()));
        prop_assert_eq!((kept.bounds(), kept.first_day()), (made.bounds(), made.first_day()));
        let filter = wishes.filter();
        for moment in [Moment::from(day), Moment::published(day)] {
            prop_assert_eq!(kept.survey(&region, moment, &filter), made.survey(&region, moment, &filter));
            for z in [0, 9, 16] {
                let tile = tile_of(place, z);
                prop_assert_eq!(kept.mvt(tile, moment, &filter, Detail::Houses), made.mvt(tile, moment, &filter, Detail::Houses));
                prop_assert_eq!(kept.mvt(tile, moment, &filter, Detail::Cells), made.mvt(tile, moment, &filter, Detail::Cells));
                prop_assert_eq!(kept.base_mvt(tile), made.base_mvt(tile));
            }
        }
        let distances = |snapshot: &Snapshot| snapshot.nearest(place, 5).into_iter().map(|(view, metres)| (facts(view), metres)).collect::<Vec<_>>();
        prop_assert_eq!(distances(&kept), distances(&made));
        for text in ["a", "新", "1号", "xin", "zhx1"] {
            prop_assert_eq!(codes(&kept.search(text, 9)), codes(&made.search(text, 9)));
        }
        prop_assert_eq!(keep(&kept), bytes);
    }

    #[test]
    fn the_houses_of_a_ledger_are_those_that_were_added((houses, _) in any_history(), at in 0..40usize) {
        let (first, second) = houses.split_at(at.min(houses.len()));
        let mut ledger = Ledger::default();
        ledger.add(first);
        ledger.add(second);
        prop_assert_eq!(Snapshot::of(&ledger, BaseMap::default(), 1).difference(&Snapshot::pack(houses, BaseMap::default(), 1)), None);
    }
}

/// Several layers, with houses gone from the lowest.
fn long_kept() -> Vec<u8> {
    let mut seed = Seed(9);
    let houses: Vec<HouseFacts> = (0..120).map(|number| seed.house(number)).collect();
    let snapshot = Snapshot::pack(houses, base(), 3).succeed(vec![seed.house(7), seed.house(500)], &[HouseCode::new("QSY-000003").unwrap()], 4);
    keep(&snapshot)
}

#[test]
fn whatever_byte_is_damaged_the_whole_is_refused() {
    let mut bytes = long_kept();
    assert!(read(&bytes).is_ok());
    for at in 0..bytes.len() {
        let bit = 1 << (at % 8);
        bytes[at] ^= bit;
        assert!(read(&bytes).is_err(), "byte {at}");
        bytes[at] ^= bit;
    }
}

#[test]
fn what_is_cut_off_or_goes_on_is_refused() {
    let mut bytes = long_kept();
    for length in (0..bytes.len()).step_by(3) {
        assert!(read(&bytes[..length]).is_err(), "{length} bytes");
        let claimed = bytes.len() as u64;
        assert!(KeptAtlas::open(&bytes[..length], claimed).and_then(KeptAtlas::read).is_err(), "{length} bytes of {claimed}");
    }
    bytes.push(0);
    assert!(read(&bytes).is_err());
}

#[test]
fn a_length_that_the_file_has_no_room_for_is_refused_at_once() {
    let mut bytes = long_kept();
    // The length of the first text, after magic, form and revision.
    bytes[20..28].copy_from_slice(&(u64::MAX / 2).to_le_bytes());
    assert!(matches!(read(&bytes), Err(Unfit::Damaged("it ends too early"))));
}
