//! Groups of points of any density, without a test. Knows places only.
//!
//! Ours, as neither crate that was measured can be stopped: petal-clustering 0.14 (as many groups of 100,000 points, as quickly, but 22 s for
//! 20,000 at one spot, and no group) and hdbscan 0.12 (looks at all pairs).

use super::{
    parts::Parts,
    places::Places,
    progress::{Going, Progress},
    report::NothingToTest,
    spanning::{Edge, cores, spanning_tree},
};

/// Distances below a millimetre count as one: no position is known better, and points at one spot are not infinitely dense.
const LEAST_M: f64 = 0.001;

/// What makes a group: its density, against what is around it, and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hdbscan {
    /// The distance that holds so many points, the point itself included, says how densely points lie around it.
    pub min_points: usize,
    /// Fewer points than this are no group, but fall out of one. At least 2.
    pub min_cluster: usize,
}

impl Default for Hdbscan {
    fn default() -> Self {
        Self { min_points: 5, min_cluster: 5 }
    }
}

/// A point's place in a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Member {
    pub group: u32,
    /// How densely it lies against the densest of its group, above 0 to 1: a strength, not the probability of anything.
    pub probability: f64,
}

impl Hdbscan {
    /// HDBSCAN (Campello, Moulavi & Sander, "Density-based clustering based on hierarchical density estimates", PAKDD 2013; groups by excess of
    /// mass): the group of every point, or `None` for noise. Groups are numbered from 0 by their first point. The only error is [`NothingToTest::Stopped`].
    ///
    /// As the density rises (the inverse of distance in metres), points fall out of groups, or a group falls apart into several of at least
    /// `min_cluster` points. A group is told where its own points, summed over the densities that they stay for, outweigh those of
    /// the groups that come of it. All points together are no group (as in scikit-learn), unless all but the points of one spot fall out one by one: then that spot is.
    ///
    /// What falls apart at one distance (but for rounding) does so at once, as in the paper, so the answer does not depend on the order of the points.
    /// Implementations that part such ties two by two (scikit-learn, `hdbscan`) give a point between two groups to one of them by chance; here it is noise.
    ///
    /// This is exploration: it says where points lie densely, never whether that is more than chance. Memory: some 250 bytes a location.
    pub fn members(self, places: &Places, going: Going) -> Result<Vec<Option<Member>>, NothingToTest> {
        if places.points() < self.min_points.max(self.min_cluster).max(2) {
            return Ok(vec![None; places.points()]);
        }
        let progress = Progress::new(going, 2 * places.locations());
        let cores = cores(places, self.min_points, &progress);
        let edges = if progress.stopped() { None } else { spanning_tree(places, &cores, &progress) };
        let hierarchy = Hierarchy::of(places, &cores, edges.ok_or(NothingToTest::Stopped)?);
        Ok(Condensed::of(&hierarchy, self.min_cluster.max(2)).members(places))
    }
}

/// What belongs together below each distance. The locations come first, the last node is all of them.
struct Hierarchy {
    nodes: Vec<Node>,
    locations: usize,
}

struct Node {
    /// Below this distance it falls apart: a location into its points, another node into `parts`.
    from_m: f64,
    points: usize,
    /// The first location in it.
    first: u32,
    parts: Vec<Part>,
}

#[derive(Clone, Copy)]
struct Part {
    node: u32,
    /// A location whose points lie so far from others that they are single points at this distance.
    single: bool,
}

impl Hierarchy {
    fn of(places: &Places, cores: &[f64], mut edges: Vec<Edge>) -> Self {
        let locations = places.locations();
        let of_location = |(location, &square): (usize, &f64)| {
            let from_m = places.metres_of(square);
            Node { from_m, points: places.points_at(location).len(), first: location as u32, parts: Vec::new() }
        };
        let mut nodes: Vec<Node> = cores.iter().enumerate().map(of_location).collect();
        let mut parts = Parts::new(locations);
        // The node of every part, by the location that stands for it.
        let mut top: Vec<u32> = (0..locations as u32).collect();
        edges.sort_unstable_by(|a, b| a.square.total_cmp(&b.square));
        let mut rest = edges.as_slice();
        while let Some(shortest) = rest.first() {
            let same = places.still_equal(shortest.square);
            let (tied, longer) = rest.split_at(rest.partition_point(|edge| edge.square <= same));
            rest = longer;
            let mut joined: Vec<usize> = tied.iter().flat_map(|edge| edge.ends).map(|end| parts.of(end as usize)).collect();
            joined.sort_unstable();
            joined.dedup();
            tied.iter().for_each(|edge| _ = parts.join(edge.ends[0] as usize, edge.ends[1] as usize));
            // The first location in each says what comes first, not the tree, of which there may be several.
            let mut joined: Vec<(usize, u32, u32)> = joined.iter().map(|&part| (parts.of(part), nodes[top[part] as usize].first, top[part])).collect();
            joined.sort_unstable();
            let mut made: Vec<(u32, usize, Vec<Part>)> = Vec::new();
            for together in joined.chunk_by(|a, b| a.0 == b.0) {
                let single = |node: u32| (node as usize) < locations && places.still_equal(cores[node as usize]) >= shortest.square;
                made.push((together[0].1, together[0].0, together.iter().map(|&(_, _, node)| Part { node, single: single(node) }).collect()));
            }
            made.sort_unstable_by_key(|(first, ..)| *first);
            for (first, part, children) in made {
                top[part] = nodes.len() as u32;
                let points = children.iter().map(|child| nodes[child.node as usize].points).sum();
                nodes.push(Node { from_m: places.metres_of(shortest.square), points, first, parts: children });
            }
        }
        Self { nodes, locations }
    }

    /// The inverse of a distance.
    fn density(&self, node: u32) -> f64 {
        1.0 / self.nodes[node as usize].from_m.max(LEAST_M)
    }
}

/// The hierarchy without what is smaller than a group.
struct Condensed {
    /// Those that a group falls apart into come after it.
    groups: Vec<Group>,
    /// Of every location: the group that it fell out of, and at which density.
    fell: Vec<(u32, f64)>,
}

struct Group {
    whole: Option<u32>,
    born: f64,
    /// The density at which the last of it falls apart.
    ended: f64,
    /// The sum over its points of the densities that they stay for.
    mass: f64,
    /// The location that is left of it alone in the end.
    spot: Option<u32>,
}

impl Condensed {
    fn of(hierarchy: &Hierarchy, min_cluster: usize) -> Self {
        let mut condensed =
            Self { groups: vec![Group { whole: None, born: 0.0, ended: 0.0, mass: 0.0, spot: None }], fell: vec![(0, 0.0); hierarchy.locations] };
        let mut open = vec![(0_u32, hierarchy.nodes.len() as u32 - 1)];
        while let Some((number, node)) = open.pop() {
            let density = hierarchy.density(node);
            let held = &hierarchy.nodes[node as usize];
            let points = |part: &Part| hierarchy.nodes[part.node as usize].points;
            let (large, small): (Vec<Part>, Vec<Part>) = held.parts.iter().partition(|part| !part.single && points(part) >= min_cluster);
            // One large part: the group lives on.
            let left = if let [one] = large.as_slice() { points(one) } else { 0 };
            let group = &mut condensed.groups[number as usize];
            (group.ended, group.mass) = (density, group.mass + (density - group.born) * (held.points - left) as f64);
            if (node as usize) < hierarchy.locations {
                group.spot = Some(node);
                condensed.fell[node as usize] = (number, density);
            }
            condensed.fall(hierarchy, small, (number, density));
            match large.as_slice() {
                [one] => open.push((number, one.node)),
                several => {
                    for part in several {
                        open.push((condensed.groups.len() as u32, part.node));
                        condensed.groups.push(Group { whole: Some(number), born: density, ended: density, mass: 0.0, spot: None });
                    }
                }
            }
        }
        condensed
    }

    fn fall(&mut self, hierarchy: &Hierarchy, parts: Vec<Part>, out_of: (u32, f64)) {
        let mut open: Vec<u32> = parts.into_iter().map(|part| part.node).collect();
        while let Some(node) = open.pop() {
            if (node as usize) < hierarchy.locations {
                self.fell[node as usize] = out_of;
            }
            open.extend(hierarchy.nodes[node as usize].parts.iter().map(|part| part.node));
        }
    }

    /// Which groups are told: the heavier of each and those that come of it.
    fn told(&self) -> Vec<bool> {
        let mut told = vec![false; self.groups.len()];
        let mut below = vec![0.0; self.groups.len()];
        for (number, group) in self.groups.iter().enumerate().rev() {
            let Some(whole) = group.whole else {
                told[number] = group.spot.is_some() && group.ended >= 1.0 / LEAST_M;
                continue;
            };
            // Sums that differ by rounding alone are equal, and the larger group is told.
            told[number] = group.mass >= below[number] * (1.0 - 1e-9);
            below[whole as usize] += if told[number] { group.mass } else { below[number] };
        }
        told
    }

    fn members(&self, places: &Places) -> Vec<Option<Member>> {
        let told = self.told();
        // Of every group, the outermost one told that holds it.
        let mut of: Vec<Option<usize>> = Vec::with_capacity(told.len());
        for (number, group) in self.groups.iter().enumerate() {
            let outer = group.whole.and_then(|whole| of[whole as usize]);
            of.push(outer.or(told[number].then_some(number)));
        }
        let mut members: Vec<Option<(usize, f64)>> = vec![None; places.points()];
        for (location, &(fell_of, density)) in self.fell.iter().enumerate() {
            let Some(number) = of[fell_of as usize] else { continue };
            let group = &self.groups[number];
            if group.whole.is_some() || group.spot == Some(location as u32) {
                places.points_at(location).iter().for_each(|&point| members[point as usize] = Some((number, (density / group.ended).min(1.0))));
            }
        }
        let (mut numbers, mut next) = (vec![None; told.len()], 0);
        let mut numbered = |(group, probability): (usize, f64)| {
            let group = *numbers[group].get_or_insert_with(|| {
                next += 1;
                next - 1
            });
            Member { group, probability }
        };
        members.into_iter().map(|member| member.map(&mut numbered)).collect()
    }
}
