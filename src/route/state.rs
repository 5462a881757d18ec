//! All rounds under construction and the nodes that are in none of them; one step can be undone.

use super::{instance::Instance, round::Round};

/// The round of a node that is in none.
pub(super) const NOWHERE: usize = usize::MAX;

/// A plan as sequences of nodes, by team.
pub(super) type Sequences = Vec<Vec<u32>>;

#[derive(Debug)]
pub(super) struct State {
    pub rounds: Vec<Round>,
    /// The rounds before the step.
    kept: Vec<Round>,
    touched: Vec<usize>,
    pub home: Vec<usize>,
    pub absent: Vec<u32>,
    kept_absent: Vec<u32>,
    /// Teams that are not sent out.
    pub closed: Vec<bool>,
}

impl State {
    /// Nobody goes anywhere.
    pub fn new(instance: &Instance) -> Self {
        let rounds = || (0..instance.crews.len()).map(|team| Round::new(instance, team)).collect();
        let absent: Vec<u32> = (0..instance.nodes.len() as u32).collect();
        Self {
            rounds: rounds(),
            kept: rounds(),
            touched: Vec::new(),
            home: vec![NOWHERE; instance.nodes.len()],
            kept_absent: absent.clone(),
            absent,
            closed: vec![false; instance.crews.len()],
        }
    }

    /// What the rounds cost and what the optional nodes cost that are left out.
    pub fn cost(&self, instance: &Instance) -> i64 {
        let rounds: i64 = self.rounds.iter().map(|round| round.cost(instance)).sum();
        rounds + self.absent.iter().map(|&node| instance.nodes[node as usize].value).sum::<i64>()
    }

    /// What the cost has changed by since the step began.
    pub fn change(&self, instance: &Instance) -> i64 {
        let values = |absent: &[u32]| absent.iter().map(|&node| instance.nodes[node as usize].value).sum::<i64>();
        let rounds: i64 = self.touched.iter().map(|&team| self.rounds[team].cost(instance) - self.kept[team].cost(instance)).sum();
        rounds + values(&self.absent) - values(&self.kept_absent)
    }

    pub fn insert(&mut self, instance: &Instance, node: usize, team: usize, position: usize) {
        self.touch(team);
        self.rounds[team].insert(instance, node, position);
        self.home[node] = team;
    }

    /// Takes out a stretch of a round; where the rest no longer holds, all of it. The nodes are added to the absent ones.
    pub fn remove(&mut self, instance: &Instance, team: usize, from: usize, to: usize) {
        self.touch(team);
        let round = &mut self.rounds[team];
        let first_out = self.absent.len();
        self.absent.extend_from_slice(&round.nodes[from..to]);
        round.remove(instance, from, to);
        if !round.holds(instance) {
            self.absent.extend_from_slice(round.visits());
            round.remove(instance, 1, round.nodes.len() - 1);
        }
        self.absent[first_out..].iter().for_each(|&node| self.home[node as usize] = NOWHERE);
    }

    fn touch(&mut self, team: usize) {
        if !self.touched.contains(&team) {
            self.touched.push(team);
        }
    }

    /// The step stands.
    pub fn keep(&mut self) {
        for team in self.touched.drain(..) {
            self.kept[team].copy_from(&self.rounds[team]);
        }
        self.kept_absent.clone_from(&self.absent);
    }

    /// The step never was.
    pub fn undo(&mut self) {
        self.absent.clone_from(&self.kept_absent);
        self.absent.iter().for_each(|&node| self.home[node as usize] = NOWHERE);
        for team in self.touched.drain(..) {
            self.rounds[team].copy_from(&self.kept[team]);
            self.rounds[team].visits().iter().for_each(|&node| self.home[node as usize] = team);
        }
    }

    pub fn kept_absent(&self) -> &[u32] {
        &self.kept_absent
    }

    pub fn used(&self) -> usize {
        self.rounds.iter().filter(|round| !round.is_empty()).count()
    }

    pub fn sequences(&self) -> Sequences {
        self.rounds.iter().map(|round| round.visits().to_vec()).collect()
    }

    /// Starts again from these sequences; what does not fit any longer is left out.
    pub fn restore(&mut self, instance: &Instance, sequences: &Sequences) {
        let closed = std::mem::take(&mut self.closed);
        *self = Self::new(instance);
        self.closed = closed;
        for (team, sequence) in sequences.iter().enumerate() {
            let fits = |visits: &[u32]| visits.iter().all(|&node| instance.allows(team, node as usize)) && Round::of(instance, team, visits).holds(instance);
            let mut visits = sequence.clone();
            if !fits(&visits) {
                visits.clear();
                for &node in sequence {
                    visits.push(node);
                    if !fits(&visits) {
                        visits.pop();
                    }
                }
            }
            self.touch(team);
            self.rounds[team] = Round::of(instance, team, &visits);
            visits.iter().for_each(|&node| self.home[node as usize] = team);
        }
        self.absent.retain(|&node| self.home[node as usize] == NOWHERE);
        self.keep();
    }
}
