//! Which houses somebody answers for.

use super::hierarchy::Hierarchy;

/// The areas that somebody answers for: everything, or what lies in some areas. Whatever reads or writes personal data takes one, so it
/// cannot be forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope(Option<Areas>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Areas {
    codes: Vec<String>,
    /// Areas known to be parts of these or of parts of these.
    parts: Vec<String>,
}

impl Scope {
    #[must_use]
    pub fn everywhere() -> Self {
        Self(None)
    }

    /// The areas with these codes and all that their official codes say lie within them; without any code, nothing.
    #[must_use]
    pub fn of(codes: impl IntoIterator<Item = String>) -> Self {
        Self::of_areas(codes, &Hierarchy::default())
    }

    /// The same with the parts that a hierarchy knows of.
    #[must_use]
    pub fn of_areas(codes: impl IntoIterator<Item = String>, hierarchy: &Hierarchy) -> Self {
        let codes: Vec<String> = codes.into_iter().collect();
        let parts = hierarchy.below(&codes);
        Self(Some(Areas { codes, parts }))
    }

    /// Whether a house recorded under an area belongs to it. A house without an area belongs to the whole site only.
    #[must_use]
    pub fn includes(&self, area_code: &str) -> bool {
        match &self.0 {
            None => true,
            Some(areas) => areas.codes.iter().chain(&areas.parts).any(|code| holds(code, area_code)),
        }
    }

    /// The codes of the areas; `None` when it is everything.
    #[must_use]
    pub fn codes(&self) -> Option<&[String]> {
        self.0.as_ref().map(|areas| areas.codes.as_slice())
    }
}

/// Whether one code says that its area lies in another's or is the same. Only official codes say more than that two are the same.
pub(super) fn holds(code: &str, within: &str) -> bool {
    let is_long = |code: &str| code.len() > COMMUNITY && code.bytes().all(|byte| byte.is_ascii_digit());
    !code.is_empty() && code == within || is_official(code) && (is_official(within) || is_long(within)) && stem(within).starts_with(stem(code))
}

/// Digits of the code of a community. Villages and estates within it add some.
const COMMUNITY: usize = 12;

/// Whether it is a code of GB/T 2260 (six digits: two each for province, city and district) or GB/T 10114 (three more each for street and
/// community).
fn is_official(code: &str) -> bool {
    matches!(code.len(), 6 | 9 | COMMUNITY) && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// The part of an official code with which the codes of all areas within it begin: a higher level fills the rest with zeros.
fn stem(code: &str) -> &str {
    let mut stem = code;
    for (length, filling) in [(COMMUNITY, "000"), (9, "000"), (6, "00"), (4, "00")] {
        if stem.len() == length {
            stem = stem.strip_suffix(filling).unwrap_or(stem);
        }
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::{Hierarchy, Scope};
    use crate::domain::{area::AreaLevel, hierarchy::AreaName};

    fn of(code: &str) -> Scope {
        Scope::of([code.to_owned()])
    }

    #[test]
    fn a_city_holds_its_districts_streets_and_communities_by_their_official_codes() {
        for within in ["320400", "320402", "320402008", "320402008000", "320402008001"] {
            assert!(of("320400").includes(within), "{within}");
        }
        assert!(of("320402008000").includes("320402008001"));
        assert!(of("320402008000").includes("320402008"));
        assert!(of("320000").includes("320402008001"));
        assert!(of("320402008001").includes("32040200800101"), "a village of the community");
    }

    #[test]
    fn neighbours_and_the_levels_above_are_foreign() {
        for foreign in ["320401008001", "320402", "320400", "", "320402009001"] {
            assert!(!of("320402008").includes(foreign), "{foreign}");
        }
    }

    #[test]
    fn no_area_is_nothing_and_an_empty_code_is_no_area() {
        assert!(!Scope::of([]).includes("320402"));
        assert!(!of("").includes("320402"));
        assert!(!of("000000").includes("320402"));
        assert!(Scope::everywhere().includes(""));
    }

    #[test]
    fn a_code_of_the_sites_own_is_that_area_alone() {
        assert!(of("V1").includes("V1"));
        for (code, foreign) in [("V1", "V12"), ("V1", "V1-2"), ("V1", "v1"), ("V100", "V1"), ("1", "12"), ("12", "1234"), ("32", "320402")] {
            assert!(!of(code).includes(foreign), "{code} {foreign}");
        }
    }

    #[test]
    fn the_parts_of_an_area_belong_to_it_whatever_their_codes() {
        let pairs = [("E1", "V1"), ("E2", "V1"), ("B7", "E2"), ("V12", "T1"), ("V1", "320402008001"), ("V1", "B7")];
        let area = |(code, parent): (&str, &str)| AreaName { code: code.to_owned(), name: String::new(), level: AreaLevel::Village, parent: parent.to_owned() };
        let hierarchy = Hierarchy::new(pairs.map(area).to_vec());
        let of = |code: &str| Scope::of_areas([code.to_owned()], &hierarchy);
        for within in ["V1", "E1", "E2", "B7"] {
            assert!(of("V1").includes(within) && of("320402").includes(within), "{within}");
        }
        assert!(!of("V1").includes("V12") && !of("V1").includes("320402008001"));
        assert!(of("E2").includes("E1"), "a circle ends, and all of it is one another's part");
        assert_eq!(of("V1").codes(), Some(["V1".to_owned()].as_slice()));
    }
}
