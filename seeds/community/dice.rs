//! Seeded chance: the same throws on every machine. It knows no clock and no entropy.

/// SplitMix64 (Steele, Lea, Flood 2014). Each subject has its own dice, so that a change to one leaves the others' throws alone.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from 0 to `limit` - 1; 0 when the limit is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let scaled = u128::from(self.throw()) * limit as u128;
        (scaled >> 64) as usize
    }

    /// A whole number from `from` to `to`, both included.
    pub fn whole(&mut self, from: i32, to: i32) -> i32 {
        let width = usize::try_from(to - from + 1).unwrap_or(0);
        from + self.below(width) as i32
    }

    /// A number from `from` up to `to`.
    pub fn real(&mut self, from: f64, to: f64) -> f64 {
        let unit = (self.throw() >> 11) as f64 / 9_007_199_254_740_992.0;
        from + (to - from) * unit
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent as usize
    }

    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for at in (1..things.len()).rev() {
            things.swap(at, self.below(at + 1));
        }
    }

    /// Draws so many places of the list, without putting back, each as likely as its weight says.
    pub fn draw(&mut self, weights: &[u32], count: usize) -> Vec<usize> {
        let mut left = weights.to_vec();
        let mut drawn = Vec::new();
        while drawn.len() < count {
            let total: usize = left.iter().map(|weight| *weight as usize).sum();
            if total == 0 {
                break;
            }
            let mut at = self.below(total);
            for (place, weight) in left.iter_mut().enumerate() {
                if at < *weight as usize {
                    drawn.push(place);
                    *weight = 0;
                    break;
                }
                at -= *weight as usize;
            }
        }
        drawn
    }
}
