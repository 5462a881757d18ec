//! Keeping the pile low: which layers a commit packs into one, and how the whole pile is packed anew beside the commits that go on.

use std::sync::Arc;

use super::{layer::Layer, patience::Patience, snapshot::Snapshot};

/// A block is melted into the one below when it reaches this share of it.
const SHARE: usize = 4;
/// The whole pile is to be packed anew once the changed part passes this many houses and this share of all.
const CHANGED: usize = 1024;
const CHANGED_SHARE: usize = 50;
/// So many houses are packed within a commit, in some milliseconds; more of them beside the commits.
const SMALL: usize = 16_384;

impl Snapshot {
    /// Whether the whole pile is to be packed anew, by [`Snapshot::melted`].
    #[must_use]
    pub fn is_ripe(&self) -> bool {
        is_ripe(self.layers())
    }

    /// The same houses in one layer. Takes about a second for a million.
    #[must_use]
    pub fn melted(&self) -> Self {
        self.with_layers(vec![packed(self.layers())])
    }

    /// Takes the place of `now`, which came by commits from what this one was `before` it was melted. `None` when everything was read anew
    /// meanwhile.
    #[must_use]
    pub fn overtake(&self, before: &Self, now: &Self) -> Option<Self> {
        let (base, mut whole) = (before.layers().first()?, self.layers().first()?.clone());
        if !now.layers().iter().any(|layer| Arc::ptr_eq(&layer.block, &base.block)) {
            return None;
        }
        for layer in before.layers() {
            let later = now.layers().iter().find(|later| Arc::ptr_eq(&later.block, &layer.block));
            layer.all(&Patience::default(), &mut |run| {
                for at in run.filter(|&at| !later.is_some_and(|later| later.has(at))) {
                    if let Some(at) = whole.find(layer.view(at).code()) {
                        whole.remove(at);
                    }
                }
            });
        }
        let came: Vec<&Layer> = now.layers().iter().filter(|layer| !before.layers().iter().any(|known| Arc::ptr_eq(&known.block, &layer.block))).collect();
        let mut layers = vec![whole, packed(came)];
        layers.retain(|layer| layer.len() > 0);
        Some(now.with_layers(layers))
    }
}

/// Melts the newest layers of a pile as far as a commit should.
pub(super) fn settle(layers: &mut Vec<Layer>) {
    let melted = layers.split_off(first_to_melt(layers));
    match &melted[..] {
        [single] => layers.push(single.clone()),
        several => layers.push(packed(several)),
    }
    layers.retain(|layer| layer.len() > 0);
}

fn packed<'a>(layers: impl IntoIterator<Item = &'a Layer>) -> Layer {
    let mut houses = Vec::new();
    for layer in layers {
        layer.all(&Patience::default(), &mut |run| houses.extend(run.map(|at| layer.view(at))));
    }
    Layer::pack(&houses)
}

fn is_ripe(layers: &[Layer]) -> bool {
    let Some((base, rest)) = layers.split_first() else { return false };
    let added: usize = rest.iter().map(Layer::len).sum();
    let lost = base.block.len() - base.len();
    added.max(lost) > CHANGED.max(base.block.len() / CHANGED_SHARE)
}

fn first_to_melt(layers: &[Layer]) -> usize {
    let all: usize = layers.iter().map(|layer| layer.block.len()).sum();
    if all <= SMALL && is_ripe(layers) {
        return 0;
    }
    let Some(mut first) = layers.len().checked_sub(1) else { return 0 };
    let mut houses = layers[first].len();
    while first > 1 && layers[first - 1].len() < SHARE * houses {
        first -= 1;
        houses += layers[first].len();
    }
    first
}
