//! Who is whose neighbour. Knows places, or lists that are given; no values.

use rayon::prelude::*;

use super::{
    places::{Near, Places},
    progress::{Going, Progress, RUN},
    report::NothingToTest,
};

/// Which points count as neighbours, each with weight 1, besides the point itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Neighbourhood {
    /// This many others; of points equally far, the earlier ones.
    Nearest(usize),
    /// All others within this many metres.
    Within(f64),
}

impl Neighbourhood {
    /// How many pairs of a point and a neighbour there are, each counted in both directions.
    #[must_use]
    pub fn pairs(self, places: &Places) -> usize {
        match self {
            Self::Nearest(k) => places.points() * k.min(places.points().saturating_sub(1)),
            Self::Within(metres) => {
                let square = places.still_equal(places.square_of(metres));
                let around = |location| places.points_at(location).len() * (places.count_within(location, square, usize::MAX) - 1);
                (0..places.locations()).into_par_iter().map(around).sum()
            }
        }
    }
}

/// The neighbours of every point, the point itself not among them. Memory: 4 bytes per pair, 12 where weights are given.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbours {
    /// Those of point `p` are `others[first[p]..first[p + 1]]`.
    first: Vec<usize>,
    others: Vec<u32>,
    /// One per pair; empty when all are 1.
    weights: Vec<f64>,
    /// Whether points are known to lie all at one location.
    together: bool,
}

impl Neighbours {
    /// By straight distance.
    #[must_use]
    pub fn of(places: &Places, neighbourhood: Neighbourhood) -> Self {
        Self::found(places, neighbourhood, &Progress::new(&|_, _| true, 0))
    }

    /// The same, as long as it is wanted; how far it is, is not said, as what is asked of the neighbours comes after it. The only error is
    /// [`NothingToTest::Stopped`].
    pub fn of_while(places: &Places, neighbourhood: Neighbourhood, going: Going) -> Result<Self, NothingToTest> {
        let still = |_, _| going(0, 1);
        let progress = Progress::new(&still, 0);
        let neighbours = Self::found(places, neighbourhood, &progress);
        if progress.stopped() { Err(NothingToTest::Stopped) } else { Ok(neighbours) }
    }

    fn found(places: &Places, neighbourhood: Neighbourhood, progress: &Progress) -> Self {
        let found: Vec<Vec<(u32, Vec<u32>)>> = (0..places.locations())
            .into_par_iter()
            .map_init(Vec::new, |near, location| {
                if location.is_multiple_of(RUN) {
                    progress.add(0);
                }
                if progress.stopped() {
                    return Vec::new();
                }
                let around = around(places, location, neighbourhood, near);
                let k = if let Neighbourhood::Nearest(k) = neighbourhood { k } else { usize::MAX };
                let of_one = |&point: &u32| (point, around.iter().copied().filter(|&other| other != point).take(k).collect());
                places.points_at(location).iter().map(of_one).collect()
            })
            .collect();
        let mut lists: Vec<&[u32]> = vec![&[]; places.points()];
        found.iter().flatten().for_each(|(point, others)| lists[*point as usize] = others);
        let mut neighbours = Self {
            first: vec![0],
            others: Vec::with_capacity(lists.iter().map(|list| list.len()).sum()),
            weights: Vec::new(),
            together: places.locations() < 2,
        };
        for list in lists {
            neighbours.others.extend_from_slice(list);
            neighbours.first.push(neighbours.others.len());
        }
        neighbours
    }

    /// Lists of (neighbour, weight), one per point, such as those within a walk along the streets; `None` when one names itself, a point that is
    /// not there, or a weight that is not a number above 0.
    #[must_use]
    pub fn given(lists: &[Vec<(u32, f64)>]) -> Option<Self> {
        let mut neighbours = Self { first: vec![0], others: Vec::new(), weights: Vec::new(), together: false };
        for (point, list) in lists.iter().enumerate() {
            for &(other, weight) in list {
                if other as usize == point || other as usize >= lists.len() || !(weight.is_finite() && weight > 0.0) {
                    return None;
                }
                neighbours.others.push(other);
                neighbours.weights.push(weight);
            }
            neighbours.first.push(neighbours.others.len());
        }
        if neighbours.weights.iter().all(|&weight| weight == 1.0) {
            neighbours.weights.clear();
        }
        Some(neighbours)
    }

    /// Lists of neighbours of the points of these places, each with weight 1, such as those near along the streets; `None` when there are more or
    /// fewer lists than points, or one names itself or a point that is not there.
    #[must_use]
    pub fn listed(places: &Places, lists: &[Vec<u32>]) -> Option<Self> {
        let is_sound = |(point, list): (usize, &Vec<u32>)| list.iter().all(|&other| other as usize != point && (other as usize) < lists.len());
        if lists.len() != places.points() || !lists.iter().enumerate().all(is_sound) {
            return None;
        }
        let ends = lists.iter().scan(0, |end, list| {
            *end += list.len();
            Some(*end)
        });
        Some(Self { first: std::iter::once(0).chain(ends).collect(), others: lists.concat(), weights: Vec::new(), together: places.locations() < 2 })
    }

    /// How many points there are.
    #[must_use]
    pub fn points(&self) -> usize {
        self.first.len() - 1
    }

    /// The neighbours of a point.
    #[must_use]
    pub fn around(&self, point: usize) -> &[u32] {
        &self.others[self.first[point]..self.first[point + 1]]
    }

    /// The points that have a neighbour or are one, in order. The others are alone.
    #[must_use]
    pub fn linked(&self) -> Vec<u32> {
        let mut linked: Vec<bool> = self.first.windows(2).map(|ends| ends[0] < ends[1]).collect();
        self.others.iter().for_each(|&other| linked[other as usize] = true);
        (0..).zip(linked).filter(|(_, linked)| *linked).map(|(point, _)| point).collect()
    }

    /// Whether points are known to lie all at one location: then nobody is nearer than anybody.
    pub(super) fn together(&self) -> bool {
        self.together
    }

    /// Whether all weights are 1.
    pub(super) fn plain(&self) -> bool {
        self.weights.is_empty()
    }

    /// The weight of each neighbour of a point, in the same order.
    pub(super) fn weights(&self, point: usize) -> impl Iterator<Item = f64> {
        (self.first[point]..self.first[point + 1]).map(|pair| self.weights.get(pair).copied().unwrap_or(1.0))
    }

    /// The weighted sum of the neighbours' values.
    pub(super) fn sum(&self, point: usize, values: &[f64]) -> f64 {
        self.around(point).iter().zip(self.weights(point)).map(|(&other, weight)| values[other as usize] * weight).sum()
    }
}

/// Points around a location by distance, then number, its own among them: all in the band, or at least one more than the nearest asked for.
fn around(places: &Places, location: usize, neighbourhood: Neighbourhood, near: &mut Vec<Near>) -> Vec<u32> {
    match neighbourhood {
        Neighbourhood::Within(metres) => places.within(location, places.still_equal(places.square_of(metres)), near),
        Neighbourhood::Nearest(k) => {
            let wanted = k.saturating_add(1).min(places.points());
            places.within(location, places.square_holding(location, wanted), near);
        }
    }
    let mut points: Vec<(u64, u32)> =
        near.iter().flat_map(|&(square, other)| places.points_at(other as usize).iter().map(move |&point| (square.to_bits(), point))).collect();
    points.sort_unstable();
    points.into_iter().map(|(_, point)| point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_are_the_nearest_and_the_earlier_of_equals() {
        let places = Places::on_plane(&[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (5.0, 0.0), (5.0, 0.0)]).unwrap();
        let nearest = Neighbours::of(&places, Neighbourhood::Nearest(1));
        assert_eq!((0..5).map(|point| nearest.around(point)[0]).collect::<Vec<_>>(), [1, 0, 0, 4, 3]);
        let within = Neighbours::of(&places, Neighbourhood::Within(1.0));
        assert_eq!((within.around(0), within.around(3)), ([1, 2].as_slice(), [4].as_slice()));
        for neighbourhood in
            [Neighbourhood::Within(0.5), Neighbourhood::Within(1.0), Neighbourhood::Within(9.0), Neighbourhood::Nearest(2), Neighbourhood::Nearest(9)]
        {
            let neighbours = Neighbours::of(&places, neighbourhood);
            assert_eq!(neighbourhood.pairs(&places), (0..5).map(|point| neighbours.around(point).len()).sum::<usize>());
        }
    }

    #[test]
    fn one_misplaced_point_does_not_make_the_search_for_the_nearest_look_farther() {
        // A town of 400 points 100 m apart, and one point 1,600 km away.
        let mut points: Vec<(f64, f64)> = (0..400_u32).map(|k| (f64::from(k % 20) * 100.0, f64::from(k / 20) * 100.0)).collect();
        points.push((1.6e6, 0.0));
        let places = Places::on_plane(&points).unwrap();
        let mut near = Vec::new();
        for location in 0..places.locations() {
            let found = around(&places, location, Neighbourhood::Nearest(8), &mut near);
            // The point itself and eight others, and some as far as the last of them.
            assert!(found.len() >= 9 && near.len() <= 13, "{} at {location}", near.len());
        }
    }

    #[test]
    fn listed_neighbours_are_those_found_and_must_be_there() {
        let places = Places::on_plane(&[(0.0, 0.0), (1.0, 0.0), (9.0, 0.0)]).unwrap();
        let listed = |lists: &[&[u32]]| Neighbours::listed(&places, &lists.iter().map(|list| list.to_vec()).collect::<Vec<_>>());
        assert_eq!(listed(&[&[1], &[0], &[]]), Some(Neighbours::of(&places, Neighbourhood::Within(2.0))));
        for bad in [&[&[0][..], &[], &[]][..], &[&[3], &[], &[]], &[&[], &[]]] {
            assert_eq!(listed(bad), None);
        }
    }

    #[test]
    fn given_lists_must_name_others_that_are_there() {
        assert!(Neighbours::given(&[vec![(1, 1.0)], vec![(0, 1.0)]]).unwrap().plain());
        assert!(Neighbours::given(&[vec![(0, 1.0)], vec![]]).is_none());
        assert!(Neighbours::given(&[vec![(2, 1.0)], vec![]]).is_none());
        assert!(Neighbours::given(&[vec![(1, f64::NAN)], vec![]]).is_none());
    }
}
