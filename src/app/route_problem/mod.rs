//! A routing problem as others write it down, as JSON, and its plan: the same from the command line and over HTTP.

mod answer;
mod asked;
mod written;

pub use answer::Answer;
pub(super) use answer::LeftOutAnswer;

use crate::route::{self, Problem, Progress};
use asked::{Asked, Drawn};

/// Why a problem cannot be planned: what stands where, what was expected, what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadProblem(String);

impl BadProblem {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// A problem that makes sense. Stops drawn by lot are musts in it already.
pub struct RouteProblem {
    asked: Asked,
    drawn: Option<Drawn>,
    problem: Problem,
    seed: u64,
}

impl RouteProblem {
    /// Reads a problem; the seed is that of the draw and of the search.
    pub fn read(text: &str, seed: u64) -> Result<Self, BadProblem> {
        let mut asked = Asked::read(text)?;
        let drawn = asked.draw(seed)?;
        Ok(Self { problem: asked.problem()?, asked, drawn, seed })
    }

    /// Plans it and has the plan checked. `budget` hears how many iterations were made and says which share of what may be used is
    /// spent; at 1 the search ends.
    pub fn plan(self, mut budget: impl FnMut(u64) -> f64) -> Result<Answer, BadProblem> {
        let mut iterations = 0;
        let watched = |progress: Progress| {
            iterations = progress.iterations;
            budget(iterations)
        };
        let plan = match &self.asked.before {
            None => route::solve(&self.problem, self.seed, watched),
            Some(before) => route::replan(&self.problem, before, self.asked.change, self.seed, watched),
        };
        route::check(&self.problem, &plan).map_err(|flaws| BadProblem::new(format!("the plan did not pass the checker, please report this: {flaws:?}")))?;
        Ok(Answer::new(&self.asked, &plan, self.drawn, self.seed, iterations))
    }
}
