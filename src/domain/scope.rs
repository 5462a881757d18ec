//! Which houses somebody answers for.

/// The areas that somebody answers for: everything, or what lies in some areas. Whatever reads or writes personal data takes one, so it
/// cannot be forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope(Option<Vec<String>>);

impl Scope {
    #[must_use]
    pub fn everywhere() -> Self {
        Self(None)
    }

    /// The areas with these codes and all within them; without any code, nothing.
    #[must_use]
    pub fn of(codes: impl IntoIterator<Item = String>) -> Self {
        Self(Some(codes.into_iter().collect()))
    }

    /// Whether a house recorded under an area belongs to it. A house without an area belongs to the whole site only.
    #[must_use]
    pub fn includes(&self, area_code: &str) -> bool {
        match &self.0 {
            None => true,
            Some(codes) => codes.iter().any(|code| !stem(code).is_empty() && stem(area_code).starts_with(stem(code))),
        }
    }

    /// The codes of the areas; `None` when it is everything.
    #[must_use]
    pub fn codes(&self) -> Option<&[String]> {
        self.0.as_deref()
    }
}

/// The part of an area's code with which the codes of all areas within it begin. Official codes (GB/T 2260, GB/T 10114) have two digits
/// each for province, city and district and three each for street and community; a higher level fills the rest with zeros. Other codes
/// are taken as they are.
fn stem(code: &str) -> &str {
    let mut stem = code;
    if code.bytes().all(|byte| byte.is_ascii_digit()) {
        for (length, filling) in [(12, "000"), (9, "000"), (6, "00"), (4, "00")] {
            if stem.len() == length {
                stem = stem.strip_suffix(filling).unwrap_or(stem);
            }
        }
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::Scope;

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
    fn other_codes_are_taken_as_they_are() {
        assert!(of("V1").includes("V12"));
        assert!(!of("V1").includes("V2"));
        assert!(of("V100").includes("V1001"));
        assert!(!of("V100").includes("V1"));
    }
}
