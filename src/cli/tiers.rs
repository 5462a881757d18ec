//! `sanshi tiers`: histories in, spans of tier and score out, one JSON object per line.

use std::{
    collections::BTreeMap,
    io::{BufRead, Write},
    path::PathBuf,
};

use serde::{Deserialize, Serialize};

use super::Refused;
use crate::app::document_hash;
use crate::domain::{
    day::Day,
    observation::{Observation, Timeline},
    policy::{Policy, Receipt},
    tier::TierSpan,
};

/// Computes the tiers of made-up or exported histories under a policy: JSON lines from standard input to standard output.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The policy file (TOML).
    #[arg(long)]
    policy: PathBuf,
    /// Adds the receipt of the last day: every point, every gate, the next change.
    #[arg(long)]
    explain: bool,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    #[serde(default = "yes")]
    rental: bool,
    events: Vec<Event>,
    until: Day,
}

#[derive(Deserialize)]
struct Event {
    /// As in the site's record; the place in the list when left out.
    id: Option<String>,
    date: Day,
    kind: String,
    #[serde(default)]
    voided: bool,
    #[serde(flatten)]
    fields: BTreeMap<String, serde_json::Value>,
}

#[derive(Serialize)]
struct Answer {
    id: String,
    spans: Vec<TierSpan>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<Receipt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyName>,
}

/// By which policy a receipt was made.
#[derive(Clone, Serialize)]
struct PolicyName {
    name: String,
    /// SHA-256 of the document: equal to the site's, it is the same policy version.
    hash: String,
}

pub fn run(arguments: &Arguments, input: impl BufRead, mut output: impl Write) -> Result<(), Refused> {
    let document = std::fs::read_to_string(&arguments.policy).map_err(|error| Refused::new(format!("{}: {error}", arguments.policy.display())))?;
    let policy = Policy::parse(&document).map_err(|fault| Refused::new(format!("{}: {fault}", arguments.policy.display())))?;
    let named = arguments.explain.then(|| PolicyName { name: policy.name.clone(), hash: document_hash(&document) });
    for (at, line) in input.lines().enumerate() {
        let line = line.map_err(|error| Refused::new(format!("line {}: {error}", at + 1)))?;
        if line.trim().is_empty() {
            continue;
        }
        let case: Case = serde_json::from_str(&line).map_err(|error| Refused::new(format!("line {}: expected a case as JSON: {error}", at + 1)))?;
        let answer = answer(&policy, case, named.clone()).map_err(|reason| Refused::new(format!("line {}: {reason}", at + 1)))?;
        serde_json::to_writer(&mut output, &answer).map_err(|error| Refused::new(error.to_string()))?;
        output.write_all(b"\n").map_err(|error| Refused::new(error.to_string()))?;
    }
    output.flush().map_err(|error| Refused::new(error.to_string()))
}

fn answer(policy: &Policy, case: Case, explained: Option<PolicyName>) -> Result<Answer, String> {
    let mut observations = Vec::new();
    for (at, event) in case.events.into_iter().enumerate() {
        let fields = event.fields.into_iter().map(|(name, value)| Ok((name, text_of(value)?))).collect::<Result<_, String>>()?;
        let fields = policy.admit(&event.kind, &fields).map_err(|misfit| format!("event {}: {misfit}", at + 1))?;
        if !event.voided {
            observations.push(Observation { id: event.id.unwrap_or_else(|| (at + 1).to_string()), day: event.date, kind: event.kind, fields });
        }
    }
    if !case.rental {
        return Ok(Answer { id: case.id, spans: Vec::new(), receipt: None, policy: explained });
    }
    let timeline = Timeline::new(observations);
    let spans = policy.spans(&timeline).into_iter().filter(|span| span.from <= case.until).collect();
    let receipt = explained.is_some().then(|| policy.assess(&timeline, case.until));
    Ok(Answer { id: case.id, spans, receipt, policy: explained })
}

fn text_of(value: serde_json::Value) -> Result<String, String> {
    match value {
        serde_json::Value::String(text) => Ok(text),
        serde_json::Value::Bool(yes) => Ok(if yes { "yes" } else { "no" }.to_owned()),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        other => Err(format!("expected a text, a number or true/false; found {other}")),
    }
}

fn yes() -> bool {
    true
}
