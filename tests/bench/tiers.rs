//! What tiers cost, and that one sweep equals counting from nothing on a great many histories.
//!
//! `cargo bench --bench tiers -- recompute 1000000` rates so many houses with ten observations each, as after a policy change.
//! `cargo bench --bench tiers -- replay 1000000` compares so many random histories: the spans of one sweep with the account of single
//! days (each day on which a span begins, the day before, and three days at random).

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench talks to who runs it and may stop")]

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use rayon::prelude::*;
use sanshi::domain::{
    day::Day,
    observation::{Observation, Timeline},
    policy::Policy,
    tier::{Standing, span_on},
};

const QISHUYAN: &str = include_str!("../../seeds/policies/qishuyan-2010.toml");

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let count = |default: u64| arguments.get(1).and_then(|count| count.parse().ok()).unwrap_or(default);
    let policy = Policy::parse(QISHUYAN).unwrap();
    match arguments.first().map(String::as_str) {
        None | Some("recompute") => recompute(&policy, count(100_000)),
        Some("replay") => replay(&policy, count(10_000)),
        Some(other) => println!("expected recompute or replay; found {other}"),
    }
}

fn recompute(policy: &Policy, houses: u64) {
    let timelines: Vec<Timeline> = (0..houses).into_par_iter().map(|house| timeline(policy, house, 10)).collect();
    let began = Instant::now();
    let spans: usize = timelines.par_iter().map(|timeline| black_box(policy.spans(timeline)).len()).sum();
    let took = began.elapsed();
    println!(
        "{houses} houses with 10 observations each rated in {:.2} s ({:.2} µs a house, {spans} spans)",
        took.as_secs_f64(),
        took.as_secs_f64() * 1e6 / houses as f64
    );
}

fn replay(policy: &Policy, histories: u64) {
    let began = Instant::now();
    let (days, different) = (0..histories)
        .into_par_iter()
        .map(|history| {
            let mut seed = Seed(history ^ 0x5eed);
            let timeline = timeline(policy, history, seed.below(13));
            let spans = policy.spans(&timeline);
            let starts = spans.iter().flat_map(|span| [span.from, span.from.plus_days(-1)]);
            let others: Vec<Day> = (0..3).map(|_| first().plus_days(seed.below(1800) as i32)).collect();
            let mut counts = (0u64, 0u64);
            for day in starts.chain(others) {
                let receipt = policy.assess(&timeline, day);
                let swept = span_on(&spans, day).map_or((Standing::Unrated, None), |span| (span.standing, span.score));
                counts = (counts.0 + 1, counts.1 + u64::from(swept != (receipt.standing, receipt.score)));
            }
            counts
        })
        .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    println!("{histories} random histories, {days} days compared, {different} differ, in {:.0} s", began.elapsed().as_secs_f64());
    assert_eq!(different, 0);
}

fn first() -> Day {
    Day::new(2009, 1, 1).unwrap()
}

/// A random history that the policy admits.
fn timeline(policy: &Policy, number: u64, observations: u64) -> Timeline {
    let mut seed = Seed(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let kinds: Vec<_> = policy.kinds().collect();
    Timeline::new((0..observations).map(|id| {
        // Half of them assessments, as in life.
        let (kind, fields) = if seed.below(2) == 0 {
            kinds.iter().find(|(kind, _)| kind.name == "assessment").unwrap()
        } else {
            &kinds[seed.below(kinds.len() as u64) as usize]
        };
        let fields: BTreeMap<String, String> = fields
            .iter()
            .filter_map(|field| {
                let value = match &field.values {
                    sanshi::domain::policy::FieldValues::OneOf(words) => words[seed.below(words.len() as u64) as usize].0.clone(),
                    sanshi::domain::policy::FieldValues::Count { .. } => seed.below(3).to_string(),
                };
                (seed.below(3) > 0).then(|| (field.name.clone(), value))
            })
            .collect();
        Observation { id: id.to_string(), day: first().plus_days(seed.below(1000) as i32), kind: kind.name.clone(), fields }
    }))
}

struct Seed(u64);

impl Seed {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ z >> 31) % n.max(1)
    }
}
