//! `sanshi route`: a problem in, a plan out. What it reads and prints is the same over HTTP.

use std::{
    io::{Read, Write},
    time::Instant,
};

use super::{Refused, spinner};
use crate::app::RouteProblem;

/// Plans rounds: a problem as JSON on standard input, the plan as JSON on standard output.
///
/// Several teams with start, end, shift, breaks and skills; stops with windows, service times and importance. The same problem, seed and
/// --iterations give the same plan, byte for byte. Every plan has passed a checker of its own before it is printed.
#[derive(clap::Args, Debug)]
#[command(after_help = FORMAT)]
pub struct Arguments {
    /// Plan for so many seconds: 2, or with --iterations at most an hour.
    #[arg(long, value_parser = seconds)]
    seconds: Option<f64>,
    /// Plan for so many iterations: repeatable on every machine, as long as the seconds suffice.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    iterations: Option<u64>,
    /// Of the search and of the draw. For plans that nobody can foretell, a fresh one each time, told to nobody before.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

const MOST_BYTES: u64 = 256 << 20;

const FORMAT: &str = r#"Times are seconds since an origin of yours (midnight, say), lengths metres; decimals are welcome, to a thousandth.

Problem:
  {"travel": {"speed_kmh": 4.5, "detour": 1.3},
   "teams": [{"id": "A", "start": {"lon": 120.05, "lat": 31.7}, "shift": [64800, 75600], "skills": ["officer"]}],
   "stops": [{"id": "H1", "lon": 120.06, "lat": 31.71, "service_s": 600, "window": [66600, 70200], "skills": ["officer"]},
             {"id": "H2", "lon": 120.04, "lat": 31.70, "service_s": 600, "importance": "may", "value": 900}]}
  travel   speed_kmh and detour (straight lines times a factor, 1.3 if left out), or times_s and, if at hand, lengths_m: matrices with
           row = from, column = to, null where there is no way
  place    lon and lat in WGS 84 degrees, or x and y in metres, or at: a row of the matrices, from 0
  stops    id, place; service_s (0), window [earliest, latest] beginning of the visit (any time), load (0), skills (none),
           importance: must (others give way to it), should or may; value: what leaving it out costs in seconds of travel, or metres with
           "measure": "length" (should 3600, may 600); team: locked to it, and so a must
  teams    id, shift [from, to]; start (a place), end (a place; the start if left out) or open_end true (ends at its last stop); skills,
           breaks [{window [earliest, latest] beginning, duration_s}] taken at a stop after its visit, owed if still out after the latest,
           capacity (any load), max_length_m, fixed_cost of going out
  runs     [[id, id, ...]]: locked order, visited one right after the other by one team
  goal     measure: time or length; fewest_teams true: first of all; balance 0 to 10: adds balance x work^2 / shift per team;
           near_equal 0 to 0.2: one of the plans at most so much (share of the travel) above the best is drawn
  random   {share}: draws so many stops, as a share of those that fit, from all that can be visited, each as likely; they are musts
  previous a plan as printed before, change_s: what a change against it must save (300): few changes, named in the answer

Answer: {seed, iterations, estimated {speed_kmh, detour, zh, en} or null, cost, totals, teams, left_out, random, changes}
  teams    id, leaves_s, ends_s, travel_s, work_s, length_m (null without lengths), breaks [{after, begins_s, ends_s}],
           stops [{id, travel_s, length_m, arrives_s, begins_s, leaves_s}] in order
  left_out id, code, zh, en, and help: the smallest change of one bound that would take it in, with the other rounds as they are.
           Codes: detour, hours, capacity, length; skills, unreachable, window, capacity_alone, length_alone: not even on a round of its own
  estimated  ways are straight lines times the detour factor, not streets
  random   candidates, probability of each of them to be drawn (its inverse weighs a drawn stop in an estimate), drawn (ids), not_visited
           (drawn, but musts do not all fit)
  changes  moved, added, dropped (ids) against previous
At most 2,000 stops and 500 teams."#;

fn seconds(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|seconds| *seconds > 0.0 && *seconds <= 86_400.0).ok_or_else(|| "expected seconds above 0, at most a day".to_owned())
}

pub fn run(arguments: &Arguments, input: impl Read, mut output: impl Write) -> Result<(), Refused> {
    let mut text = String::new();
    input.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(Refused::new("the problem is larger than 256 MiB; 2,500 places with times and lengths to a second and a metre fit"));
    }
    let problem = RouteProblem::read(&text, arguments.seed).map_err(|bad| Refused::new(bad.to_string()))?;
    let bar = spinner("planning");
    let (began, most) = (Instant::now(), arguments.iterations);
    let seconds = arguments.seconds.unwrap_or(if most.is_some() { 3600.0 } else { 2.0 });
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let budget = |made: u64| {
        if made.is_multiple_of(1024) {
            bar.set_message(format!("planning: {made} iterations"));
        }
        let (time, work) = (began.elapsed().as_secs_f64() / seconds, most.map(|most| made as f64 / most as f64));
        // The share steers the search, so that time counts beside iterations only when it is up.
        work.filter(|_| time < 1.0).unwrap_or(time)
    };
    let answer = problem.plan(budget).map_err(|bad| Refused::new(bad.to_string()))?;
    bar.finish_and_clear();
    serde_json::to_writer(&mut output, &answer).map_err(|error| Refused::new(error.to_string()))?;
    output.write_all(b"\n")?;
    Ok(output.flush()?)
}

#[cfg(test)]
mod tests;
