//! The plan in words and numbers for others.

use serde::Serialize;

use super::asked::{Asked, Drawn};
use crate::route::{Impossible, LeftOut, Plan, Relax, Tour, Why, changes};

#[derive(Serialize)]
pub struct Answer {
    seed: u64,
    iterations: u64,
    estimated: Option<Estimate>,
    cost: f64,
    totals: Totals,
    teams: Vec<TeamAnswer>,
    left_out: Vec<LeftOutAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    random: Option<RandomAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<ChangesAnswer>,
}

/// How ways were made up, where they are no real ones.
#[derive(Serialize)]
struct Estimate {
    speed_kmh: f64,
    detour: f64,
    zh: String,
    en: String,
}

#[derive(Serialize)]
struct Totals {
    visited: usize,
    left_out: usize,
    teams: usize,
    travel_s: f64,
    length_m: Option<f64>,
}

#[derive(Serialize)]
struct TeamAnswer {
    id: String,
    leaves_s: f64,
    ends_s: f64,
    travel_s: f64,
    work_s: f64,
    length_m: Option<f64>,
    breaks: Vec<BreakAnswer>,
    stops: Vec<VisitAnswer>,
}

#[derive(Serialize)]
struct BreakAnswer {
    /// The stop after whose visit it is taken; `None`: at the start.
    after: Option<String>,
    begins_s: f64,
    ends_s: f64,
}

#[derive(Serialize)]
struct VisitAnswer {
    id: String,
    travel_s: f64,
    length_m: Option<f64>,
    arrives_s: f64,
    begins_s: f64,
    leaves_s: f64,
}

/// A stop that is in no round: why, and what would take it in.
#[derive(Serialize)]
pub struct LeftOutAnswer {
    id: String,
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    help: Option<Help>,
}

/// One change that takes a stop in.
#[derive(Serialize)]
struct Help {
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<f64>,
    zh: String,
    en: String,
}

#[derive(Serialize)]
struct RandomAnswer {
    share: f64,
    candidates: usize,
    probability: f64,
    drawn: Vec<String>,
    not_visited: Vec<String>,
}

#[derive(Serialize)]
struct ChangesAnswer {
    moved: Vec<String>,
    added: Vec<String>,
    dropped: Vec<String>,
}

impl Answer {
    pub fn new(asked: &Asked, plan: &Plan, drawn: Option<Drawn>, seed: u64, iterations: u64) -> Self {
        let names = |stops: &[usize]| stops.iter().map(|&stop| asked.stop_ids[stop].clone()).collect::<Vec<_>>();
        let length: u64 = plan.rounds.iter().map(|tour| tour.length_mm).sum();
        Self {
            seed,
            iterations,
            estimated: asked.straight.map(|(speed_kmh, detour)| Estimate {
                speed_kmh,
                detour,
                zh: format!("按直线距离乘以 {detour} 估算，时速 {speed_kmh} 公里，非实际道路"),
                en: format!("straight lines times {detour} at {speed_kmh} km/h, not real streets"),
            }),
            cost: plan.cost as f64 / 1000.0,
            totals: Totals {
                visited: plan.rounds.iter().map(|tour| tour.visits.len()).sum(),
                left_out: plan.left_out.len(),
                teams: plan.rounds.iter().filter(|tour| !tour.visits.is_empty()).count(),
                travel_s: plan.rounds.iter().map(|tour| tour.travel_ms).sum::<u64>() as f64 / 1000.0,
                length_m: asked.has_lengths.then_some(length as f64 / 1000.0),
            },
            teams: plan.rounds.iter().zip(&asked.team_ids).map(|(tour, id)| TeamAnswer::new(asked, id, tour)).collect(),
            left_out: plan.left_out.iter().map(|out| LeftOutAnswer::new(&asked.stop_ids[out.stop], out, &asked.team_ids)).collect(),
            random: drawn.map(|drawn| RandomAnswer {
                share: drawn.share,
                candidates: drawn.candidates,
                probability: drawn.probability,
                drawn: names(&drawn.stops),
                not_visited: names(&drawn.stops.iter().copied().filter(|&stop| plan.left_out.iter().any(|out| out.stop == stop)).collect::<Vec<_>>()),
            }),
            changes: asked.before.as_ref().map(|before| {
                let changes = changes(before, &plan.orders());
                ChangesAnswer { moved: names(&changes.moved), added: names(&changes.added), dropped: names(&changes.dropped) }
            }),
        }
    }
}

impl TeamAnswer {
    fn new(asked: &Asked, id: &str, tour: &Tour) -> Self {
        let seconds = |ms: u32| f64::from(ms) / 1000.0;
        let metres = |mm: f64| asked.has_lengths.then_some(mm / 1000.0);
        let name = |stop: usize| asked.stop_ids[stop].clone();
        let visit = |visit: &crate::route::Visit| VisitAnswer {
            id: name(visit.stop),
            travel_s: seconds(visit.travel_ms),
            length_m: metres(visit.length_mm.into()),
            arrives_s: seconds(visit.arrives_ms),
            begins_s: seconds(visit.begins_ms),
            leaves_s: seconds(visit.leaves_ms),
        };
        let pause = |taken: &crate::route::Taken| BreakAnswer {
            after: taken.after.checked_sub(1).and_then(|at| tour.visits.get(at)).map(|visit| name(visit.stop)),
            begins_s: seconds(taken.begins_ms),
            ends_s: seconds(taken.ends_ms),
        };
        Self {
            id: id.to_owned(),
            leaves_s: seconds(tour.leaves_ms),
            ends_s: seconds(tour.ends_ms),
            travel_s: tour.travel_ms as f64 / 1000.0,
            work_s: tour.work_ms() as f64 / 1000.0,
            length_m: metres(tour.length_mm as f64),
            breaks: tour.breaks.iter().map(pause).collect(),
            stops: tour.visits.iter().map(visit).collect(),
        }
    }
}

impl LeftOutAnswer {
    pub fn new(id: &str, out: &LeftOut, teams: &[String]) -> Self {
        let (code, zh, en) = match out.why {
            Why::Detour => ("detour", "绕路的代价超过其价值", "the detour costs more than it is worth"),
            Why::Hours => ("hours", "各组的时间与已排各站的时间窗容不下", "the teams' hours, and the windows of what they visit, leave no room"),
            Why::Capacity => ("capacity", "有时间的组已装满", "the teams that have time are full"),
            Why::Length => ("length", "路线会超过允许的长度", "the round would get longer than it may be"),
            Why::Impossible(Impossible::Skills) => ("skills", "没有可去的组具备所需技能", "no team that may go has the skills"),
            Why::Impossible(Impossible::Unreachable) => ("unreachable", "没有路可到达并返回", "no way leads there and back"),
            Why::Impossible(Impossible::Capacity) => ("capacity_alone", "其载量超过任何可去的组", "its load is above the capacity of each team that could go"),
            Why::Impossible(Impossible::Length) => ("length_alone", "仅往返就超过允许的长度", "the way there and back alone is longer than a round may be"),
            Why::Impossible(Impossible::Window) => {
                ("window", "没有组能在时间窗内到达并在下班前返回", "no team can be there within its window and back when the shift ends")
            }
        };
        Self { id: id.to_owned(), code, zh, en, help: out.relax.map(|relax| Help::new(teams, relax)) }
    }
}

impl Help {
    fn new(teams: &[String], relax: Relax) -> Self {
        let name = |team: usize| teams.get(team).cloned().unwrap_or_default();
        let seconds = |ms: u32| f64::from(ms) / 1000.0;
        let minutes = |ms: u32| ms.div_ceil(60_000);
        let (code, team, by, zh, en) = match relax {
            Relax::LaterEnd { team, by_ms } => {
                let (id, m) = (name(team), minutes(by_ms));
                ("later_end", Some(team), Some(seconds(by_ms)), format!("{id} 组晚下班 {m} 分钟"), format!("team {id} ends {m} min later"))
            }
            Relax::EarlierOpening { team, by_ms } => {
                let (id, m) = (name(team), minutes(by_ms));
                (
                    "earlier_opening",
                    Some(team),
                    Some(seconds(by_ms)),
                    format!("时间窗提前 {m} 分钟（由 {id} 组前往）"),
                    format!("its window opens {m} min earlier (team {id} goes)"),
                )
            }
            Relax::LaterClosing { team, by_ms } => {
                let (id, m) = (name(team), minutes(by_ms));
                (
                    "later_closing",
                    Some(team),
                    Some(seconds(by_ms)),
                    format!("时间窗延后 {m} 分钟（由 {id} 组前往）"),
                    format!("its window closes {m} min later (team {id} goes)"),
                )
            }
            Relax::Capacity { team, by } => {
                let id = name(team);
                ("capacity", Some(team), Some(by.into()), format!("{id} 组载量增加 {by}"), format!("team {id} carries {by} more"))
            }
            Relax::Length { team, by_mm } => {
                let (id, m) = (name(team), by_mm.div_ceil(1000));
                ("length", Some(team), Some(seconds(by_mm)), format!("{id} 组路线放宽 {m} 米"), format!("the round of team {id} may be {m} m longer"))
            }
            Relax::Worth { at_least } => {
                let value = at_least.div_ceil(1000);
                ("value", None, Some(seconds(at_least)), format!("价值至少为 {value}，或设为必去"), format!("a value of at least {value}, or make it a must"))
            }
            Relax::Skills { team, .. } => {
                let id = name(team);
                ("skills", Some(team), None, format!("由 {id} 组补上所缺技能"), format!("team {id} gets the skills that it lacks"))
            }
            Relax::AnotherTeam { like } => {
                let id = name(like);
                ("another_team", Some(like), None, format!("再派一个与 {id} 相同的组"), format!("one more team like {id}"))
            }
        };
        Self { code, team: team.map(name), by, zh, en }
    }
}
