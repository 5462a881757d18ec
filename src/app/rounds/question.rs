//! What the planner is asked, whole: with the same streets, the same plan comes out again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    app::{Refusal, streets::Streets},
    domain::round::{Importance, Worth},
    earth::LonLat,
    route::{self, Break, Fault, Goal, Plan, Problem, Stop, Team, Travel},
    store::StoreError,
    streets::{CYCLE_KMH, Matrix, Mode, WALK_KMH},
    transfer::FaultCode,
};

/// How the ways were found. Said on every plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Ways {
    Streets {
        id: String,
        name: String,
        attribution: String,
    },
    /// Straight lines times a factor, an estimate.
    StraightLines {
        factor: f64,
    },
}

/// Ways in towns are about so much longer than straight lines.
pub(super) const DETOUR: f64 = 1.3;
/// By car in a town, stops and turns included, where there are no streets to know better.
const DRIVE_KMH: f64 = 25.0;

/// What a changed stop must save when a round is planned again, in milliseconds of travel.
const CHANGE_MS: u32 = 300_000;
/// Plans that cost at most so much more than the best one are as good: one of them is drawn, so that the order cannot be foretold.
const NEAR_EQUAL: f64 = 0.02;
/// A search ends then with what it has, however many iterations were asked for.
const LONGEST_MS: i64 = 60_000;
/// What leaving out a must costs where no team can go there at all: a day of travel.
const A_DAY_MS: u32 = 86_400_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Question {
    pub mode: Mode,
    pub ways: Ways,
    pub stops: Vec<AskedStop>,
    pub teams: Vec<AskedTeam>,
    /// Stops that keep their order, one right after the other.
    pub runs: Vec<Vec<usize>>,
    pub balance: f64,
    /// The stops of each team before: the new plan keeps to them, or is they where an order was made by hand (with no iterations).
    pub before: Option<Vec<Vec<usize>>>,
    pub seed: u64,
    /// Asked for, and made: fewer where the time was over.
    pub iterations: u64,
    pub made: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct AskedStop {
    pub place: [f64; 2],
    pub service_ms: u32,
    /// When the visit may begin; milliseconds since midnight.
    pub window_ms: (u32, u32),
    /// Only officers may make it.
    pub officer: bool,
    pub worth: Worth,
    /// The team that it is locked to.
    pub team: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct AskedTeam {
    pub start: [f64; 2],
    pub end: Option<[f64; 2]>,
    pub shift_ms: (u32, u32),
    /// Earliest and latest beginning, and how long.
    pub breaks: Vec<(u32, u32, u32)>,
    pub officer: bool,
    pub longest_mm: Option<u32>,
}

const OFFICER: u64 = 1;
const ASSISTANT: u64 = 2;

impl Question {
    /// Before anything was asked.
    pub fn nothing(mode: Mode, ways: Ways) -> Self {
        Self { mode, ways, stops: Vec::new(), teams: Vec::new(), runs: Vec::new(), balance: 0.0, before: None, seed: 0, iterations: 0, made: 0 }
    }

    /// The ways between all starts, ends and stops, in this order. `going` is asked again and again whether somebody still waits for them.
    pub fn travel(&self, streets: Option<&Streets>, going: impl Fn() -> bool + Sync) -> Result<Travel, Refusal> {
        let places = self.places()?;
        let travel = match (&self.ways, streets) {
            (Ways::Streets { .. }, Some(streets)) => {
                let matrix = streets.network.matrix(self.mode, &places, going).ok_or(Refusal::GivenUp)?;
                let rows = |all: &[u32]| -> Vec<Vec<Option<f64>>> {
                    let entry = |number: &u32| (*number != Matrix::UNREACHABLE).then(|| f64::from(*number));
                    all.chunks(places.len().max(1)).map(|row| row.iter().map(entry).collect()).collect()
                };
                Travel::matrices(&rows(&matrix.seconds), &rows(&matrix.metres))
            }
            (Ways::StraightLines { factor }, _) => {
                Travel::straight(places.len(), |from, to| places[from].metres_to(places[to]), speed_kmh(self.mode) / 3.6, *factor)
            }
            (Ways::Streets { id, .. }, None) => return Err(StoreError::Damaged(format!("the streets {id} were not read")).into()),
        };
        travel.map_err(|bad| Refusal::one("teams", FaultCode::OutOfRange, "places within some hundred kilometres of one another", bad.to_string()))
    }

    fn places(&self) -> Result<Vec<LonLat>, Refusal> {
        let teams = self.teams.iter().flat_map(|team| [Some(team.start), team.end]).flatten();
        let all = teams.chain(self.stops.iter().map(|stop| stop.place));
        let place =
            |[lon, lat]: [f64; 2]| LonLat::new(lon, lat).map_err(|bad| Refusal::one("teams", FaultCode::OutOfRange, "a place on the Earth", bad.to_string()));
        all.map(place).collect()
    }

    /// The same as the room `route` takes it. A must that no team can reach is not one: it is left out with its reason instead of standing in
    /// the way of all others.
    pub fn problem(&self, travel: Travel) -> Result<Problem, Vec<Fault>> {
        let mut next = 0;
        let mut place = || {
            next += 1;
            next - 1
        };
        let teams: Vec<Team> = self
            .teams
            .iter()
            .map(|team| Team {
                start: place(),
                end: team.end.map(|_| place()),
                shift_ms: team.shift_ms,
                breaks: team.breaks.iter().map(|&(from_ms, until_ms, duration_ms)| Break { from_ms, until_ms, duration_ms }).collect(),
                skills: if team.officer { OFFICER | ASSISTANT } else { ASSISTANT },
                capacity: u32::MAX,
                longest_mm: team.longest_mm,
                fixed: 0,
            })
            .collect();
        let mut stops: Vec<Stop> = self
            .stops
            .iter()
            .map(|stop| Stop {
                place: place(),
                service_ms: stop.service_ms,
                window_ms: stop.window_ms,
                load: 0,
                skills: if stop.officer { OFFICER } else { ASSISTANT },
                worth: route::Worth::Value(A_DAY_MS),
                team: stop.team,
            })
            .collect();
        let goal = Goal { balance: self.balance, near_equal: NEAR_EQUAL, ..Goal::default() };
        let probe = Problem::new(stops.clone(), teams.clone(), travel.clone(), self.runs.clone(), goal)?;
        for (at, (stop, asked)) in stops.iter_mut().zip(&self.stops).enumerate() {
            match asked.worth.importance {
                Importance::Must if probe.impossible(at).is_some() => {}
                Importance::Must => stop.worth = route::Worth::Must,
                Importance::Should | Importance::May => stop.worth = route::Worth::Value(asked.worth.minutes.saturating_mul(60_000)),
            }
        }
        Problem::new(stops, teams, travel, self.runs.clone(), goal)
    }

    /// Searches and has the plan checked by the judge that trusts nobody. `goes_on` hears the share done and says whether to go on.
    pub fn solve(&mut self, problem: &Problem, mut goes_on: impl FnMut(f64) -> bool) -> Result<Plan, Refusal> {
        let (began, wanted, most) = (Timestamp::now(), self.made, self.iterations.max(1));
        let mut made = 0;
        #[expect(clippy::cast_precision_loss, reason = "a share of a million at most")]
        let budget = |progress: route::Progress| {
            made = progress.iterations;
            let share = made as f64 / most as f64;
            let late = Timestamp::now().as_millisecond() - began.as_millisecond() > LONGEST_MS;
            if made >= wanted || late || !goes_on(share) { 1.0 } else { share }
        };
        let plan = match &self.before {
            None => route::solve(problem, self.seed, budget),
            Some(by_hand) if self.iterations == 0 => route::timetable(problem, by_hand),
            Some(before) => route::replan(problem, before, CHANGE_MS, self.seed, budget),
        };
        self.made = made;
        route::check(problem, &plan).map_err(|flaws| {
            tracing::error!(?flaws, "a plan did not pass the checker");
            StoreError::Damaged("the planner made a plan that does not hold; nothing was stored, please report it".to_owned())
        })?;
        Ok(plan)
    }
}

/// Speeds as the streets have them.
pub(super) fn speed_kmh(mode: Mode) -> f64 {
    match mode {
        Mode::Walk => WALK_KMH,
        Mode::Cycle => CYCLE_KMH,
        Mode::Drive => DRIVE_KMH,
    }
}
