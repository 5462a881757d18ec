//! Two groups of houses compared, exactly: which of them has more red ones than chance deals out?

/// Rated houses and the red ones among them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub houses: u64,
    pub red: u64,
}

/// Counts houses by whether each is red.
impl FromIterator<bool> for Count {
    fn from_iter<T: IntoIterator<Item = bool>>(houses: T) -> Self {
        let mut count = Self::default();
        houses.into_iter().for_each(|is_red| count.add(is_red));
        count
    }
}

impl Count {
    /// Counts one house more.
    pub fn add(&mut self, is_red: bool) {
        self.houses += 1;
        self.red += u64::from(is_red);
    }

    /// Those that are not in another count, which is a part of this one.
    #[must_use]
    pub fn without(self, part: Self) -> Self {
        Self { houses: self.houses - part.houses, red: self.red - part.red }
    }

    /// The share of red ones; `None` without houses.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.houses > 0).then(|| self.red as f64 / self.houses as f64)
    }
}

/// Houses in two groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    pub inside: Count,
    pub outside: Count,
}

impl Split {
    /// The chance of at least so many red houses inside if the red ones were dealt at random, their number kept: Fisher's exact test,
    /// one-sided (R. A. Fisher, "The logic of inductive inference", Journal of the Royal Statistical Society 98:39-82, 1935). Above 0.
    #[must_use]
    pub fn p_greater(&self) -> f64 {
        self.chance_of(|red, _, _| red >= self.inside.red)
    }

    /// The chance of a split no likelier than this one, in either direction: Fisher's exact test, two-sided. Above 0.
    #[must_use]
    pub fn p_different(&self) -> f64 {
        // Chances that differ by rounding alone are the same, as in R's fisher.test.
        self.chance_of(|_, weight, own| weight <= own * (1.0 + 1e-7))
    }

    /// The share of the hypergeometric distribution on counts that are wanted, by the count, its weight and the weight of what was found.
    fn chance_of(&self, wanted: impl Fn(u64, f64, f64) -> bool) -> f64 {
        let (size, red, all) = (self.inside.houses, self.inside.red + self.outside.red, self.inside.houses + self.outside.houses);
        let (least, most) = ((size + red).saturating_sub(all), size.min(red));
        let mode = ((size + 1) as f64 * (red + 1) as f64 / (all + 2) as f64).floor();
        let mode = (mode as u64).clamp(least, most);
        // The ratio of the chances of k + 1 and k: no factorials, so no rounding but of products.
        let ratio = |k: u64| ((red - k) as f64 * (size - k) as f64) / ((k + 1) as f64 * (all + k + 1 - red - size) as f64);
        let mut weights = vec![1.0; (most - least + 1) as usize];
        for k in mode..most {
            weights[(k + 1 - least) as usize] = weights[(k - least) as usize] * ratio(k);
        }
        for k in (least..mode).rev() {
            weights[(k - least) as usize] = weights[(k + 1 - least) as usize] / ratio(k);
        }
        let own = weights[(self.inside.red.clamp(least, most) - least) as usize];
        let chosen: f64 = (least..).zip(&weights).filter(|(k, weight)| wanted(*k, **weight, own)).map(|(_, weight)| weight).sum();
        (chosen / weights.iter().sum::<f64>()).clamp(f64::MIN_POSITIVE, 1.0)
    }

    /// How many times the share of red houses outside the share inside is; `None` where none is red outside, or a side has no house.
    #[must_use]
    pub fn relative_risk(&self) -> Option<f64> {
        let (inside, outside) = (self.inside.share()?, self.outside.share()?);
        (outside > 0.0).then(|| inside / outside)
    }

    /// Where the ratio lies with 95 % confidence, by the logarithm of the ratio (Katz, Baptista, Azen & Pike, "Obtaining confidence
    /// intervals for the risk ratio in cohort studies", Biometrics 34:469-474, 1978); `None` where a side has no red house.
    #[must_use]
    pub fn interval(&self) -> Option<[f64; 2]> {
        let ratio = self.relative_risk().filter(|ratio| *ratio > 0.0)?;
        let part = |count: Count| 1.0 / count.red as f64 - 1.0 / count.houses as f64;
        let spread = 1.959_963_984_540_054 * (part(self.inside) + part(self.outside)).sqrt();
        Some([ratio * (-spread).exp(), ratio * spread.exp()])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(red: u64, houses: u64, other_red: u64, others: u64) -> Split {
        Split { inside: Count { houses, red }, outside: Count { houses: others, red: other_red } }
    }

    fn choose(n: u64, k: u64) -> u128 {
        (0..k).fold(1u128, |product, at| product * u128::from(n - at) / u128::from(at + 1))
    }

    /// Counts every way of dealing the red ones.
    fn ways(of: &Split, wanted: impl Fn(u64, u128, u128) -> bool) -> f64 {
        let red = of.inside.red + of.outside.red;
        let weight =
            |k: u64| if k <= of.inside.houses && red - k <= of.outside.houses { choose(of.inside.houses, k) * choose(of.outside.houses, red - k) } else { 0 };
        let own = weight(of.inside.red);
        let chosen: u128 = (0..=red).filter(|k| wanted(*k, weight(*k), own)).map(weight).sum();
        chosen as f64 / choose(of.inside.houses + of.outside.houses, red) as f64
    }

    proptest! {
        #[test]
        fn the_chances_are_those_of_counting_every_way((houses, others) in (1u64..18, 1u64..18), red in any::<prop::sample::Index>(), other in any::<prop::sample::Index>()) {
            let of = split(red.index(houses as usize + 1) as u64, houses, other.index(others as usize + 1) as u64, others);
            prop_assert!((of.p_greater() - ways(&of, |k, _, _| k >= of.inside.red)).abs() < 1e-12);
            prop_assert!((of.p_different() - ways(&of, |_, weight, own| weight <= own)).abs() < 1e-12);
        }
    }

    #[test]
    fn the_tea_was_tasted() {
        // Fisher's lady: four of four, p = 1/70; three of four, 17/70.
        assert!((split(4, 4, 0, 4).p_greater() - 1.0 / 70.0).abs() < 1e-15);
        assert!((split(3, 4, 1, 4).p_greater() - 17.0 / 70.0).abs() < 1e-15);
        assert!((split(3, 4, 1, 4).p_different() - 34.0 / 70.0).abs() < 1e-15);
    }

    #[test]
    fn large_counts_give_a_chance_above_nothing() {
        let p = split(20_000, 50_000, 100, 50_000).p_greater();
        assert!(p > 0.0 && p < 1e-300);
    }

    #[test]
    fn the_ratio_is_told_where_there_is_one() {
        let of = split(22, 58, 31, 237);
        assert!((of.relative_risk().unwrap() - 22.0 / 58.0 / (31.0 / 237.0)).abs() < 1e-12);
        let [low, high] = of.interval().unwrap();
        assert!(low > 1.8 && low < 1.9 && high > 4.5 && high < 4.7, "{low} {high}");
        assert_eq!((split(3, 9, 0, 9).relative_risk(), split(0, 9, 3, 9).interval()), (None, None));
        assert_eq!(split(0, 9, 3, 9).relative_risk(), Some(0.0));
    }
}
