//! Corrections for having asked more than once.

/// Corrects the p-values of a study for their number (Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
/// Journal of Statistics 6:65-70, 1979): calling everything up to alpha a finding, the chance of even one false finding among all
/// questions is at most alpha, however the questions hang together.
///
/// Each card of a study is read, shown and acted upon by itself, so each must hold by itself: that is the family-wise error. (Within one
/// map of many houses the share of false ones is what counts; there it is the false discovery rate.)
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut by_p: Vec<usize> = (0..p.len()).collect();
    by_p.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut corrected = vec![1.0; p.len()];
    let mut greatest: f64 = 0.0;
    for (rank, &at) in by_p.iter().enumerate() {
        greatest = greatest.max(p[at] * (p.len() - rank) as f64).min(1.0);
        corrected[at] = greatest;
    }
    corrected
}

/// One p-value for a map of many: is anything there at all? (Simes, "An improved Bonferroni procedure for multiple tests of significance",
/// Biometrika 73:751-754, 1986): the least of n p(i) / i over the p-values in order, which is the least one corrected by the false
/// discovery rate. `None` for no p-values.
#[must_use]
pub fn simes(p: &[f64]) -> Option<f64> {
    let mut sorted = p.to_vec();
    sorted.sort_by(f64::total_cmp);
    let count = sorted.len() as f64;
    let combined = sorted.iter().enumerate().map(|(at, p)| p * count / (at + 1) as f64);
    combined.min_by(f64::total_cmp).map(|least| least.min(1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As the paper says it: question by question, from the least p-value on, until one is too great.
    fn rejected(p: &[f64], alpha: f64) -> Vec<bool> {
        let mut left: Vec<usize> = (0..p.len()).collect();
        let mut rejected = vec![false; p.len()];
        while let Some(&least) = left.iter().min_by(|&&a, &&b| p[a].total_cmp(&p[b])) {
            if p[least] * left.len() as f64 > alpha {
                break;
            }
            rejected[least] = true;
            left.retain(|&at| at != least);
        }
        rejected
    }

    proptest! {
        #[test]
        fn a_corrected_p_up_to_alpha_is_what_the_stepwise_procedure_rejects(p in prop::collection::vec((1u32..2000).prop_map(|k| f64::from(k) / 2000.0), 0..12), alpha in 0.001f64..0.3) {
            let by_correction: Vec<bool> = holm(&p).into_iter().map(|p| p <= alpha).collect();
            prop_assert_eq!(by_correction, rejected(&p, alpha));
        }

        #[test]
        fn asking_more_never_makes_an_earlier_finding_stronger(p in prop::collection::vec(0.0001f64..1.0, 1..12), more in 0.0001f64..1.0) {
            let before = holm(&p);
            let mut all = p.clone();
            all.push(more);
            let after = holm(&all);
            for ((raw, before), after) in p.iter().zip(before).zip(after) {
                prop_assert!(*raw <= before && before <= after && after <= 1.0);
            }
        }

        #[test]
        fn the_p_of_a_map_is_no_less_than_its_least_and_no_more_than_bonferroni_s(p in prop::collection::vec(0.0001f64..1.0, 1..40)) {
            let least = p.iter().copied().fold(1.0, f64::min);
            let map = simes(&p).unwrap();
            prop_assert!(map >= least && map <= (least * p.len() as f64).min(1.0) + 1e-15);
        }
    }

    #[test]
    fn the_correction_is_that_of_the_paper() {
        let corrected = holm(&[0.01, 0.04, 0.03, 0.005]);
        assert!(corrected.iter().zip([0.03, 0.06, 0.06, 0.02]).all(|(a, b)| (a - b).abs() < 1e-12), "{corrected:?}");
        assert_eq!((holm(&[]), simes(&[]), simes(&[0.2, 0.02])), (Vec::new(), None, Some(0.04)));
    }
}
