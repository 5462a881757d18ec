//! Random numbers from a seed, the same on every machine. Knows no clock and no entropy.

/// xoshiro256++ (Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 2021), seeded by splitmix64.
#[derive(Clone, Debug)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// The stream with this number under this seed: replicates can be drawn in any order, on any thread.
    #[must_use]
    pub fn stream(seed: u64, number: u64) -> Self {
        let mut at = seed;
        let mut mixed = splitmix64(&mut at) ^ number.wrapping_mul(0xd134_2543_de82_ef95);
        Self { state: std::array::from_fn(|_| splitmix64(&mut mixed)) }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let s = &mut self.state;
        let answer = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        answer
    }

    /// A whole number below `bound`, all equally likely (Lemire, "Fast random integer generation in an interval", ACM TOMACS 2019);
    /// 0 when the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        let mut wide = u128::from(self.bits()) * u128::from(bound);
        if (wide as u64) < bound {
            let rejected = bound.wrapping_neg() % bound;
            while (wide as u64) < rejected {
                wide = u128::from(self.bits()) * u128::from(bound);
            }
        }
        (wide >> 64) as usize
    }

    /// A number in [0, 1) with 53 random bits.
    pub fn fraction(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// splitmix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
fn splitmix64(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix64_gives_its_published_numbers() {
        let mut state = 1_234_567;
        assert_eq!([splitmix64(&mut state), splitmix64(&mut state)], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn every_number_below_a_bound_is_equally_likely() {
        let mut random = Random::stream(1, 2);
        let mut seen = [0_u32; 10];
        (0..100_000).for_each(|_| seen[random.below(10)] += 1);
        assert!(seen.iter().all(|count| (9_600..10_400).contains(count)), "{seen:?}");
    }

    #[test]
    fn streams_differ_and_repeat() {
        assert_eq!(Random::stream(7, 3).bits(), Random::stream(7, 3).bits());
        assert_ne!(Random::stream(7, 3).bits(), Random::stream(7, 4).bits());
        assert_ne!(Random::stream(7, 3).bits(), Random::stream(8, 3).bits());
    }
}
