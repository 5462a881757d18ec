//! Names of units, and the houses they are at: what a search for a business reads. It is for staff, and never kept in a file.

use rayon::prelude::*;

use super::{
    pattern::{Pattern, START},
    texts::Texts,
};

/// So many names are read by one core in one go.
const PORTION: usize = 8_192;

/// Names in the order in which they were given.
#[derive(Default)]
pub struct Directory {
    names: Texts,
    house_codes: Texts,
}

impl Directory {
    /// Of pairs of a name and the code of a house.
    #[must_use]
    pub fn of<'a>(units: impl ExactSizeIterator<Item = (&'a str, &'a str)> + Clone) -> Self {
        Self { names: Texts::collect(units.clone().map(|(name, _)| name)), house_codes: Texts::collect(units.map(|(_, code)| code)) }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first names that hold a text, then those that it spells in pinyin, by initials or in part, each with the code of its house; only
    /// those at houses that `is_meant` says.
    #[must_use]
    pub fn search(&self, text: &str, limit: usize, is_meant: impl Fn(&str) -> bool + Sync) -> Vec<(&str, &str)> {
        let written = self.matches(|| Pattern::written(text), &is_meant);
        let mut found: Vec<usize> = written.into_iter().take(limit).collect();
        if found.len() < limit {
            let spelled = self.matches(|| Pattern::spelled(text), &is_meant);
            let more: Vec<usize> = spelled.into_iter().filter(|at| !found.contains(at)).take(limit - found.len()).collect();
            found.extend(more);
        }
        found.into_iter().map(|at| (self.names.get(at), self.house_codes.get(at))).collect()
    }

    fn matches(&self, pattern: impl Fn() -> Option<Pattern> + Sync, is_meant: &(impl Fn(&str) -> bool + Sync)) -> Vec<usize> {
        let portions: Vec<usize> = (0..self.len()).step_by(PORTION).collect();
        let in_portion = |&from: &usize| {
            let Some(mut pattern) = pattern() else { return Vec::new() };
            let found = pattern.found();
            (from..(from + PORTION).min(self.len()))
                .filter(|&at| pattern.read(START, self.names.get(at)) == found && is_meant(self.house_codes.get(at)))
                .collect()
        };
        portions.par_iter().map(in_portion).collect::<Vec<Vec<usize>>>().concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: [(&str, &str); 5] = [("前桥五金厂", "A-1"), ("Lucheng Bakery", "A-2"), ("潞城超市", "A-3"), ("前桥小吃店", "A-4"), ("桥前书屋", "A-5")];

    fn found(text: &str, limit: usize) -> Vec<&'static str> {
        let directory = Directory::of(UNITS.iter().copied());
        let names: Vec<String> = directory.search(text, limit, |_| true).into_iter().map(|(name, _)| name.to_owned()).collect();
        UNITS.iter().map(|(name, _)| *name).filter(|name| names.iter().any(|found| found == name)).collect()
    }

    #[test]
    fn a_name_is_found_by_any_part_of_it_by_pinyin_and_by_initials() {
        assert_eq!(found("桥", 10), ["前桥五金厂", "前桥小吃店", "桥前书屋"]);
        assert_eq!(found("lucheng", 10), ["Lucheng Bakery", "潞城超市"]);
        assert_eq!(found("qqwjc", 10), ["前桥五金厂"]);
        assert_eq!(found("qianqiaoxiaoch", 10), ["前桥小吃店"]);
        assert!(found("", 10).is_empty() && found("zzz", 10).is_empty());
    }

    #[test]
    fn what_is_written_so_comes_before_what_is_spelled_so_and_only_so_many_come() {
        let directory = Directory::of(UNITS.iter().copied());
        assert_eq!(directory.search("lucheng", 1, |_| true), [("Lucheng Bakery", "A-2")]);
        assert_eq!(directory.search("桥", 2, |_| true).len(), 2);
    }

    #[test]
    fn units_at_houses_that_are_not_meant_are_not_found() {
        let directory = Directory::of(UNITS.iter().copied());
        assert_eq!(directory.search("前桥", 10, |code| code == "A-4"), [("前桥小吃店", "A-4")]);
    }

    #[test]
    fn however_many_there_are_each_is_found() {
        let names: Vec<(String, String)> = (0..20_000).map(|number| (format!("商店{number}号"), format!("H-{number}"))).collect();
        let directory = Directory::of(names.iter().map(|(name, code)| (name.as_str(), code.as_str())));
        for number in [0, 8_191, 8_192, 19_999] {
            assert_eq!(directory.search(&format!("商店{number}号"), 10, |_| true), [(format!("商店{number}号").as_str(), format!("H-{number}").as_str())]);
        }
    }
}
