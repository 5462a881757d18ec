//! Where houses changed, commit by commit: tells which tiles a commit made stale.

use std::sync::Arc;

use super::{
    house::{HouseFacts, HouseView},
    moment::View,
};
use crate::{domain::scope::Scope, earth::TileId};

/// Marks kept. Past them the older half is forgotten, and every tile counts as changed since then.
const MOST: usize = 2048;
/// The finest tiles that are named.
const FINEST: u8 = 16;

/// Where houses changed since a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Perhaps everywhere.
    Everywhere,
    /// Only in these tiles of zoom 16, sorted, each once; in their parents too.
    Tiles(Vec<TileId>),
}

/// The last changes, oldest first.
#[derive(Clone, Default)]
pub(super) struct Changes {
    marks: Arc<Vec<Mark>>,
    /// What changed up to here is not known by place.
    floor: i64,
    /// Beyond it only what the public sees is told; `None`: everything is.
    scope: Option<Scope>,
}

#[derive(Clone)]
struct Mark {
    revision: i64,
    /// On the web map, as in a block.
    world: [u32; 2],
    /// The public sees the difference.
    is_public: bool,
    /// The area that it is recorded under.
    area: Arc<str>,
}

impl Changes {
    /// Everything changed at this revision, nothing since.
    pub fn since(floor: i64) -> Self {
        Self { marks: Arc::default(), floor, scope: None }
    }

    /// The same in the eyes of somebody who answers for a scope.
    pub fn seen_by(&self, scope: &Scope) -> Self {
        Self { scope: Some(scope.clone()), ..self.clone() }
    }

    /// The successor after one commit, given each changed house as it was and as it is.
    pub fn succeed<'a>(&self, changed: impl ExactSizeIterator<Item = (Option<HouseView<'a>>, Option<&'a HouseFacts>)>, revision: i64) -> Self {
        if changed.len() > MOST / 4 {
            return Self::since(revision);
        }
        let mut marks = Vec::clone(&self.marks);
        for (before, after) in changed {
            let [was, is] = [before.map(HouseView::world), after.map(|house| super::block::world(house.place))];
            let is_public = is_told_apart(before, after);
            let both = was.filter(|was| is != Some(*was)).into_iter().chain(is);
            // One that changes its area changes in the eyes of the public.
            let area: Arc<str> = after.map(|house| &*house.area_code).or(before.map(|house| house.area_code())).unwrap_or_default().into();
            marks.extend(both.map(|world| Mark { revision, world, is_public, area: Arc::clone(&area) }));
        }
        let mut floor = self.floor;
        if marks.len() > MOST {
            let forgotten = marks.len() - MOST / 2;
            floor = marks[forgotten - 1].revision;
            marks.drain(..forgotten);
        }
        Self { marks: Arc::new(marks), floor, scope: self.scope.clone() }
    }

    /// The revision of the last change that the tile shows in this view.
    pub fn last_in(&self, tile: TileId, view: View) -> i64 {
        let shift = u32::BITS - u32::from(tile.z());
        let is_here = |mark: &&Mark| on(mark.world, shift) == [tile.x(), tile.y()] && self.shows(mark, view);
        self.marks.iter().rev().find(is_here).map_or(self.floor, |mark| mark.revision)
    }

    pub fn after(&self, revision: i64, view: View) -> Changed {
        if revision < self.floor {
            return Changed::Everywhere;
        }
        let later = self.marks.iter().rev().take_while(|mark| mark.revision > revision).filter(|mark| self.shows(mark, view));
        let mut places: Vec<[u32; 2]> = later.map(|mark| on(mark.world, u32::BITS - u32::from(FINEST))).collect();
        places.sort_unstable();
        places.dedup();
        Changed::Tiles(places.into_iter().filter_map(|[x, y]| TileId::new(FINEST, x, y)).collect())
    }

    fn shows(&self, mark: &Mark, view: View) -> bool {
        mark.is_public || view == View::Computed && self.scope.as_ref().is_none_or(|scope| scope.includes(&mark.area))
    }
}

/// The tile that holds a place: its highest bits.
fn on(world: [u32; 2], shift: u32) -> [u32; 2] {
    world.map(|way| way.checked_shr(shift).unwrap_or(0))
}

/// Whether the public can tell what was from what is.
fn is_told_apart(before: Option<HouseView<'_>>, after: Option<&HouseFacts>) -> bool {
    !before.zip(after).is_some_and(|(before, after)| before.is_told_like(after))
}
