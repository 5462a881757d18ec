//! The areas as a tree: which one a house belongs to, and which lie within which.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    area::AreaLevel,
    scope::{Scope, holds},
};

/// An area without its boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaName {
    pub code: String,
    pub name: String,
    pub level: AreaLevel,
    /// Code of the area that it is part of; empty at the top.
    pub parent: String,
}

/// All areas of a site, in order of code.
#[derive(Clone, Debug, Default)]
pub struct Hierarchy {
    areas: Vec<AreaName>,
    parents: Vec<Option<usize>>,
    by_code: HashMap<String, usize>,
    /// By code of a parent, which need not be there itself: the codes of its parts.
    parts: BTreeMap<String, Vec<String>>,
}

impl Hierarchy {
    /// An area whose parent is not there is at the top; so is the first of those that would be parts of one another.
    #[must_use]
    pub fn new(mut areas: Vec<AreaName>) -> Self {
        areas.sort_by(|a, b| a.code.cmp(&b.code));
        let by_code: HashMap<String, usize> = areas.iter().enumerate().map(|(at, area)| (area.code.clone(), at)).collect();
        let mut parents: Vec<Option<usize>> = areas.iter().map(|area| by_code.get(&area.parent).copied()).collect();
        for at in 0..parents.len() {
            // Fewer steps than there are areas lead to the top; as many go round and round.
            if std::iter::successors(parents[at], |above| parents[*above]).take(parents.len()).count() == parents.len() {
                parents[at] = None;
            }
        }
        let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for area in areas.iter().filter(|area| !area.parent.is_empty()) {
            parts.entry(area.parent.clone()).or_default().push(area.code.clone());
        }
        Self { areas, parents, by_code, parts }
    }

    /// The codes of whatever is a part of these areas, or of an area within them by its official code, or of a part of one.
    #[must_use]
    pub fn below(&self, codes: &[String]) -> Vec<String> {
        let mut open: Vec<&String> = self.parts.keys().filter(|parent| codes.iter().any(|code| holds(code, parent))).collect();
        let (mut seen, mut below): (BTreeSet<&String>, Vec<String>) = (codes.iter().collect(), Vec::new());
        while let Some(parent) = open.pop() {
            for part in self.parts.get(parent).into_iter().flatten().filter(|part| seen.insert(part)) {
                below.push(part.clone());
                open.push(part);
            }
        }
        below.sort_unstable();
        below
    }

    #[must_use]
    pub fn areas(&self) -> &[AreaName] {
        &self.areas
    }

    /// For each area the one that it is part of. Nothing is part of itself, however many steps away.
    #[must_use]
    pub fn parents(&self) -> &[Option<usize>] {
        &self.parents
    }

    /// The area with this very code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    /// The smallest area that a house recorded under a code belongs to: the one with that code, otherwise by the official codes.
    #[must_use]
    pub fn home_of(&self, area_code: &str) -> Option<usize> {
        self.find(area_code).or_else(|| {
            let holds = |at: &usize| Scope::of([self.areas[*at].code.clone()]).includes(area_code);
            let size = |at: &usize| self.areas[*at].code.trim_end_matches('0').len();
            (0..self.areas.len()).filter(holds).max_by_key(size)
        })
    }

    /// Whether an area is another one or lies within it.
    #[must_use]
    pub fn is_within(&self, at: usize, area: usize) -> bool {
        std::iter::successors(Some(at), |at| self.parents[*at]).any(|above| above == area)
    }

    /// Whether something of an area belongs to a scope.
    #[must_use]
    pub fn is_reached(&self, area: usize, scope: &Scope) -> bool {
        (0..self.areas.len()).any(|at| scope.includes(&self.areas[at].code) && (self.is_within(at, area) || self.is_within(area, at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hierarchy(areas: &[(&str, &str)]) -> Hierarchy {
        let area =
            |(code, parent): &(&str, &str)| AreaName { code: (*code).to_owned(), name: String::new(), level: AreaLevel::Village, parent: (*parent).to_owned() };
        Hierarchy::new(areas.iter().map(area).collect())
    }

    #[test]
    fn a_house_belongs_to_the_smallest_area_that_holds_it() {
        let areas = hierarchy(&[("320405", ""), ("320405002201", "320405"), ("V9", "320405")]);
        let home = |code: &str| areas.home_of(code).map(|at| areas.areas()[at].code.as_str());
        assert_eq!(home("320405002201"), Some("320405002201"));
        assert_eq!(home("320405002202"), Some("320405"));
        assert_eq!((home("V9"), home("V8"), home("")), (Some("V9"), None, None));
        let [top, village] = ["320405", "V9"].map(|code| areas.find(code).unwrap());
        assert!(areas.is_within(village, top) && !areas.is_within(top, village));
    }

    #[test]
    fn areas_that_are_parts_of_one_another_still_make_a_tree() {
        for areas in [&[("A", "B"), ("B", "A"), ("C", "A"), ("D", "D")][..], &[("A", "B"), ("B", "C"), ("C", "B"), ("D", "A")]] {
            let areas = hierarchy(areas);
            for at in 0..areas.areas().len() {
                assert!(std::iter::successors(Some(at), |at| areas.parents()[*at]).take(9).count() < 9, "{areas:?}");
            }
        }
    }

    #[test]
    fn an_area_is_reached_by_who_answers_for_it_for_a_part_of_it_or_for_more() {
        let areas = hierarchy(&[("320405", ""), ("320405001000", "320405"), ("320405002000", "320405")]);
        let reached = |scope: &str| (0..3).filter(|at| areas.is_reached(*at, &Scope::of([scope.to_owned()]))).collect::<Vec<_>>();
        assert_eq!(reached("320405001000"), [0, 1]);
        assert_eq!(reached("320405"), [0, 1, 2]);
        assert_eq!(reached("320406"), [0usize; 0]);
    }
}
