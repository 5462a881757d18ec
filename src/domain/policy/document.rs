//! The policy document (TOML) and its loader, which refuses with line and reason.

use std::{collections::BTreeMap, ops::Range};

use serde::Deserialize;
use toml::Spanned;

use super::{Condition, Consequence, Criterion, Field, FieldValues, Gate, Kind, Policy, RatedFrom, Rule, Score, Window};
use crate::domain::{inspection::VisitRules, points::Points, tier::Tier, time_of_day::TimeOfDay, words::Words};

/// What is wrong with a policy document, and on which line.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("policy, line {line}: {reason}")]
pub struct PolicyFault {
    pub line: usize,
    pub reason: String,
}

/// Beginnings of words that no kind, field or criterion may be about: sanshi rates houses by what landlords do ...
const FORBIDDEN_WORDS: [&str; 12] =
    ["origin", "ethnic", "nationality", "race", "racial", "religio", "faith", "hukou", "birthplace", "health", "disab", "illness"];
/// ... and never counts calls for help.
const FORBIDDEN_PHRASES: [&str; 8] = ["registered_home", "call_for_help", "help_call", "emergency_call", "victim", "户籍", "民族", "宗教"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    name: Spanned<String>,
    title: Words,
    #[serde(default)]
    source: String,
    rated_from: Spanned<RatedFromDocument>,
    kinds: BTreeMap<Spanned<String>, KindDocument>,
    #[serde(default)]
    fields: BTreeMap<Spanned<String>, FieldDocument>,
    score: Option<ScoreDocument>,
    #[serde(default)]
    conduct: Vec<Spanned<GateDocument>>,
    #[serde(default)]
    tiers: BTreeMap<Tier, Consequence>,
    #[serde(default = "two_weeks")]
    review_days: u16,
    inspections: Option<Spanned<InspectionsDocument>>,
}

fn two_weeks() -> u16 {
    14
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum RatedFromDocument {
    Kind { kind: String },
    Field { field: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindDocument {
    title: Words,
    #[serde(default)]
    landlord_can: bool,
    #[serde(default)]
    fields: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldDocument {
    title: Words,
    values: Option<Vec<ValueDocument>>,
    count: Option<CountDocument>,
    #[serde(default)]
    staff_only: bool,
    can_become: Option<Spanned<String>>,
    #[serde(default)]
    set_by: BTreeMap<Spanned<String>, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueDocument {
    is: String,
    zh: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountDocument {
    max: i32,
    #[serde(default)]
    may_not_apply: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScoreDocument {
    criteria: Vec<Spanned<CriterionDocument>>,
    bands: Vec<Spanned<BandDocument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BandDocument {
    tier: Tier,
    below: Option<Points>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CriterionDocument {
    id: String,
    title: Words,
    always: Option<Points>,
    field: Option<String>,
    points: Option<BTreeMap<String, Points>>,
    kind: Option<String>,
    months: Option<u16>,
    each: Option<Points>,
    once: Option<Points>,
    share: Option<ShareDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareDocument {
    whole: u16,
    item_max: u16,
    #[serde(default)]
    decimals: u8,
    weights: BTreeMap<String, u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GateDocument {
    tier: Tier,
    title: Words,
    #[serde(default)]
    all: Vec<ConditionDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionDocument {
    title: Words,
    field: Option<String>,
    is: Option<Vec<String>>,
    is_not: Option<Vec<String>>,
    kind: Option<String>,
    months: Option<u16>,
    at_least: Option<u32>,
    at_most: Option<u32>,
    since: Option<String>,
    without: Option<String>,
    any: Option<Vec<ConditionDocument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InspectionsDocument {
    evening_checks_per_month: Option<u32>,
    evening_from: Option<TimeOfDay>,
    evening_until: Option<TimeOfDay>,
    rest_days: Option<u16>,
}

pub(super) fn read(text: &str) -> Result<Policy, PolicyFault> {
    let line_of = |at: usize| text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
    let document: Document =
        toml::from_str(text).map_err(|error| PolicyFault { line: error.span().map_or(1, |span| line_of(span.start)), reason: error.message().to_owned() })?;
    Reader { kinds: Vec::new(), fields: Vec::new() }.policy(document).map_err(|(span, reason)| PolicyFault { line: line_of(span.start), reason })
}

type Refusal = (Range<usize>, String);

/// Names of kinds and fields become indices once, here.
struct Reader {
    kinds: Vec<Kind>,
    fields: Vec<Field>,
}

impl Reader {
    fn policy(mut self, document: Document) -> Result<Policy, Refusal> {
        let name = document.name.get_ref();
        let plain = !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !plain {
            return Err((document.name.span(), format!("expected a name of lower-case letters, digits and hyphens; found \"{name}\"")));
        }
        self.read_fields(&document)?;
        self.read_kinds(&document)?;
        self.link_setters(&document)?;
        let span = document.rated_from.span();
        let rated_from = match document.rated_from.get_ref() {
            RatedFromDocument::Kind { kind } => RatedFrom::Kind(self.kind(kind, &span)?),
            RatedFromDocument::Field { field } => RatedFrom::Field(self.field(field, &span)?),
        };
        let score = document.score.as_ref().map(|score| self.score(score, &document.name.span())).transpose()?;
        let gates = document.conduct.iter().map(|gate| self.gate(gate)).collect::<Result<Vec<_>, _>>()?;
        if score.is_none() && gates.is_empty() {
            return Err((document.name.span(), "expected a score, conduct gates, or both; found neither".to_owned()));
        }
        if let Some((last, gate)) = document.conduct.last().zip(gates.last())
            && !gate.conditions.is_empty()
        {
            return Err((last.span(), "the last gate must hold always (no conditions), else a house could be left without a tier".to_owned()));
        }
        if let Some((at, _)) = gates.iter().enumerate().rev().skip(1).find(|(_, gate)| gate.conditions.is_empty()) {
            return Err((document.conduct[at].span(), "only the last gate may be without conditions: those after it could never hold".to_owned()));
        }
        for tier in Tier::ALL {
            if !document.tiers.contains_key(&tier) {
                return Err((document.name.span(), format!("expected [tiers.{tier}] with what follows from it; found none")));
            }
        }
        Ok(Policy {
            name: document.name.into_inner(),
            title: document.title,
            source: document.source,
            kinds: self.kinds,
            fields: self.fields,
            rated_from,
            score,
            gates,
            consequences: document.tiers,
            review_days: document.review_days,
            visits: document.inspections.as_ref().map_or_else(|| Ok(VisitRules::default()), visit_rules)?,
        })
    }

    fn read_fields(&mut self, document: &Document) -> Result<(), Refusal> {
        for (name, field) in &document.fields {
            decent(name.get_ref(), &name.span())?;
            let values = match (&field.values, &field.count) {
                (Some(values), None) if !values.is_empty() => FieldValues::OneOf(values.iter().map(|v| (v.is.clone(), Words::new(&v.zh, &v.en))).collect()),
                (None, Some(count)) if (1..=1_000_000).contains(&count.max) => FieldValues::Count { max: count.max, may_not_apply: count.may_not_apply },
                _ => return Err((name.span(), format!("{}: expected either values or a count with a max from 1 to 1000000", name.get_ref()))),
            };
            let can_become = match &field.can_become {
                None => None,
                Some(word) => {
                    Some(values.read(word.get_ref()).ok_or_else(|| (word.span(), format!("expected {}; found \"{}\"", values.expected(), word.get_ref())))?)
                }
            };
            self.fields.push(Field {
                name: name.get_ref().clone(),
                title: field.title.clone(),
                values,
                staff_only: field.staff_only,
                can_become,
                set_by: Vec::new(),
            });
        }
        Ok(())
    }

    fn read_kinds(&mut self, document: &Document) -> Result<(), Refusal> {
        for (name, kind) in &document.kinds {
            decent(name.get_ref(), &name.span())?;
            let fields = kind.fields.iter().map(|field| self.field(field.get_ref(), &field.span())).collect::<Result<_, _>>()?;
            self.kinds.push(Kind { name: name.get_ref().clone(), title: kind.title.clone(), landlord_can: kind.landlord_can, fields });
        }
        Ok(())
    }

    fn link_setters(&mut self, document: &Document) -> Result<(), Refusal> {
        for (name, field) in &document.fields {
            let at = self.field(name.get_ref(), &name.span())?;
            for (kind, value) in &field.set_by {
                let by = self.kind(kind.get_ref(), &kind.span())?;
                let value = self.value(at, value, &kind.span())?;
                self.fields[at].set_by.push((by, value));
            }
        }
        Ok(())
    }

    fn score(&self, document: &ScoreDocument, at: &Range<usize>) -> Result<Score, Refusal> {
        let mut criteria: Vec<Criterion> = Vec::new();
        for spanned in &document.criteria {
            let (span, criterion) = (spanned.span(), spanned.get_ref());
            decent(&criterion.id, &span)?;
            if criteria.iter().any(|known| known.id == criterion.id) {
                return Err((span, format!("the criterion \"{}\" stands twice", criterion.id)));
            }
            let rule = self.rule(criterion, &span)?;
            let staff_only = match &rule {
                Rule::State { field, .. } | Rule::PerCount { field, .. } => self.fields[*field].staff_only,
                _ => false,
            };
            criteria.push(Criterion { id: criterion.id.clone(), title: criterion.title.clone(), staff_only, rule });
        }
        let mut bands: Vec<(Tier, Option<Points>)> = Vec::new();
        for spanned in &document.bands {
            let band = spanned.get_ref();
            if let Some((tier, below)) = bands.last() {
                if below.is_none() || band.below.is_some_and(|this| Some(this) <= *below) {
                    return Err((spanned.span(), "thresholds overlap: each band must end above the one before it".to_owned()));
                }
                if band.tier <= *tier {
                    return Err((spanned.span(), format!("bands go from the worst tier to the best; {} follows {tier}", band.tier)));
                }
            }
            bands.push((band.tier, band.below));
        }
        match bands.last() {
            Some((_, None)) => Ok(Score { criteria, bands }),
            Some(_) => Err((document.bands.last().map_or_else(|| at.clone(), Spanned::span), "the last band must have no upper limit".to_owned())),
            None => Err((at.clone(), "expected at least one band of the score".to_owned())),
        }
    }

    fn rule(&self, document: &CriterionDocument, span: &Range<usize>) -> Result<Rule, Refusal> {
        let one_of = "expected one of: always; field + points; field + each; kind + months + each; kind + months + once; share";
        let refuse = || (span.clone(), format!("criterion \"{}\": {one_of}", document.id));
        let window = |kind: &str, months: u16| Ok(Window { kind: self.kind(kind, span)?, months: whole_months(months, span)? });
        let CriterionDocument { always, field, points, kind, months, each, once, share, .. } = document;
        match (always, field, points, kind, months, each, once, share) {
            (Some(points), None, None, None, None, None, None, None) => Ok(Rule::Always(*points)),
            (None, Some(field), Some(points), None, None, None, None, None) => {
                let field = self.field(field, span)?;
                let FieldValues::OneOf(words) = &self.fields[field].values else { return Err(refuse()) };
                for word in points.keys() {
                    self.value(field, word, span)?;
                }
                Ok(Rule::State { field, points: words.iter().map(|(word, _)| points.get(word).copied().unwrap_or_default()).collect() })
            }
            (None, Some(field), None, None, None, Some(each), None, None) => {
                let field = self.field(field, span)?;
                if !matches!(self.fields[field].values, FieldValues::Count { may_not_apply: false, .. }) {
                    return Err(refuse());
                }
                Ok(Rule::PerCount { field, each: *each })
            }
            (None, None, None, Some(kind), Some(months), Some(each), None, None) => Ok(Rule::Each { window: window(kind, *months)?, points: *each }),
            (None, None, None, Some(kind), Some(months), None, Some(once), None) => Ok(Rule::Once { window: window(kind, *months)?, points: *once }),
            (None, None, None, None, None, None, None, Some(share)) => self.share(share, span),
            _ => Err(refuse()),
        }
    }

    fn share(&self, document: &ShareDocument, span: &Range<usize>) -> Result<Rule, Refusal> {
        if document.decimals > 2 || document.item_max == 0 || document.weights.is_empty() || document.weights.values().any(|weight| *weight == 0) {
            return Err((span.clone(), "a share needs weights above 0, an item_max above 0 and 0 to 2 decimals".to_owned()));
        }
        let mut items = Vec::new();
        for (name, weight) in &document.weights {
            let field = self.field(name, span)?;
            if !matches!(&self.fields[field].values, FieldValues::Count { max, .. } if *max == i32::from(document.item_max)) {
                return Err((span.clone(), format!("{name}: an item of a share needs a count with max = {}", document.item_max)));
            }
            items.push((field, i32::from(*weight)));
        }
        Ok(Rule::Share {
            whole: i32::from(document.whole),
            item_max: i32::from(document.item_max),
            unit_hundredths: [100, 10, 1][usize::from(document.decimals)],
            items,
        })
    }

    fn gate(&self, spanned: &Spanned<GateDocument>) -> Result<Gate, Refusal> {
        let gate = spanned.get_ref();
        let conditions = gate.all.iter().map(|condition| self.condition(condition, &spanned.span())).collect::<Result<_, _>>()?;
        Ok(Gate { tier: gate.tier, title: gate.title.clone(), conditions })
    }

    fn condition(&self, document: &ConditionDocument, span: &Range<usize>) -> Result<Condition, Refusal> {
        let title = document.title.clone();
        let values = |field: usize, words: &[String]| words.iter().map(|word| self.value(field, word, span)).collect::<Result<Vec<_>, _>>();
        let ConditionDocument { field, is, is_not, kind, months, at_least, at_most, since, without, any, .. } = document;
        match (field, is, is_not, kind, months, since, without, any) {
            (Some(field), Some(is), None, None, None, None, None, None) => {
                let field = self.field(field, span)?;
                Ok(Condition::Is { field, values: values(field, is)?, title })
            }
            (Some(field), None, Some(is_not), None, None, None, None, None) => {
                let field = self.field(field, span)?;
                Ok(Condition::IsNot { field, values: values(field, is_not)?, title })
            }
            (None, None, None, Some(kind), Some(months), None, None, None) if at_least.is_some() || at_most.is_some() => Ok(Condition::Count {
                window: Window { kind: self.kind(kind, span)?, months: whole_months(*months, span)? },
                at_least: at_least.unwrap_or(0),
                at_most: at_most.unwrap_or(u32::MAX),
                title,
            }),
            (None, None, None, None, Some(months), Some(since), Some(without), None) => {
                Ok(Condition::Quiet { since: self.kind(since, span)?, months: whole_months(*months, span)?, without: self.kind(without, span)?, title })
            }
            (None, None, None, None, None, None, None, Some(any)) if !any.is_empty() => {
                Ok(Condition::Any { conditions: any.iter().map(|condition| self.condition(condition, span)).collect::<Result<_, _>>()?, title })
            }
            _ => Err((
                span.clone(),
                "a condition is one of: field + is; field + is_not; kind + months + at_least/at_most; since + months + without; any".to_owned(),
            )),
        }
    }

    fn kind(&self, name: &str, span: &Range<usize>) -> Result<usize, Refusal> {
        let known = || self.kinds.iter().map(|kind| kind.name.as_str()).collect::<Vec<_>>().join(", ");
        self.kinds.iter().position(|kind| kind.name == name).ok_or_else(|| (span.clone(), format!("unknown kind \"{name}\"; expected one of {}", known())))
    }

    fn field(&self, name: &str, span: &Range<usize>) -> Result<usize, Refusal> {
        let known = || self.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
        self.fields.iter().position(|field| field.name == name).ok_or_else(|| (span.clone(), format!("unknown field \"{name}\"; expected one of {}", known())))
    }

    fn value(&self, field: usize, word: &str, span: &Range<usize>) -> Result<i32, Refusal> {
        let field = &self.fields[field];
        field.values.read(word).ok_or_else(|| (span.clone(), format!("{}: expected {}; found \"{word}\"", field.name, field.values.expected())))
    }
}

/// What a document leaves out is as everywhere.
fn visit_rules(spanned: &Spanned<InspectionsDocument>) -> Result<VisitRules, Refusal> {
    let (document, usual) = (spanned.get_ref(), VisitRules::default());
    let rules = VisitRules {
        evening_checks_per_month: document.evening_checks_per_month.unwrap_or(usual.evening_checks_per_month),
        evening_from: document.evening_from.unwrap_or(usual.evening_from),
        evening_until: document.evening_until.unwrap_or(usual.evening_until),
        rest_days: document.rest_days.unwrap_or(usual.rest_days),
    };
    let refuse = |reason: String| Err((spanned.span(), reason));
    if rules.evening_checks_per_month > 31 {
        return refuse(format!("evening_checks_per_month: expected 0 to 31; found {}", rules.evening_checks_per_month));
    }
    if rules.evening_from >= rules.evening_until {
        return refuse(format!("evening_until: expected a time after evening_from, {}; found {}", rules.evening_from, rules.evening_until));
    }
    if rules.rest_days > 60 {
        return refuse(format!("rest_days: expected 0 to 60 days; found {}", rules.rest_days));
    }
    Ok(rules)
}

fn whole_months(months: u16, span: &Range<usize>) -> Result<u16, Refusal> {
    if (1..=1200).contains(&months) { Ok(months) } else { Err((span.clone(), format!("expected 1 to 1200 months; found {months}"))) }
}

/// Refuses names about what people are and not about what landlords do.
fn decent(name: &str, span: &Range<usize>) -> Result<(), Refusal> {
    let lower = name.to_lowercase();
    let forbidden = FORBIDDEN_WORDS
        .into_iter()
        .find(|word| lower.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word)))
        .or_else(|| FORBIDDEN_PHRASES.into_iter().find(|phrase| lower.contains(phrase)));
    match forbidden {
        Some(word) => Err((span.clone(), format!("\"{name}\": a policy may not count anything about \"{word}\"; it rates houses by what landlords do"))),
        None => Ok(()),
    }
}
