//! Studies: questions about where red houses stand, the ledger of them, and their cards.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};
use utoipa::{IntoParams, ToSchema};

use super::{
    STUDY_DEADLINE,
    answer::{DESK, STUDY_DESK, answer},
    asking::{Ask as Parameters, Asker, At, Body, moment_of},
    download::cell,
    lines::{line, lines},
    people::NOT_KEPT,
    problem::{Code, Problem, ProblemBody},
};
use crate::{
    app::{Answered, App, AskedBefore, Caller, Drawn, Found, Inquiry, Ledger, Question, Study},
    domain::{
        access::Right,
        day::Day,
        study::{Ask, Card, Count, GroupNow},
        words::Words,
    },
    transfer::{CardToday, Paper, card_pdf},
};

/// A study.
#[derive(Serialize, ToSchema)]
pub struct StudyAnswer {
    id: String,
    name: String,
    author: String,
    /// Codes of its areas; null for the whole site.
    areas: Option<Vec<String>>,
    /// The level of significance of all its questions together.
    alpha: f64,
    /// Milliseconds since 1970, UTC.
    at_ms: i64,
}

impl From<Study> for StudyAnswer {
    fn from(study: Study) -> Self {
        let Study { id, name, author, areas, alpha, at_ms } = study;
        Self { id, name, author, areas, alpha, at_ms }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Studies {
    studies: Vec<StudyAnswer>,
}

/// Studies all of whose areas are in the asker's reach, the newest first.
#[utoipa::path(get, path = "/api/studies", tag = "studies", responses((status = 200, body = Studies)))]
pub async fn list(State(app): State<Arc<App>>, Asker(caller): Asker) -> Result<Response, Problem> {
    let studies = app.studies(&caller).await?.into_iter().map(StudyAnswer::from).collect();
    Ok((NOT_KEPT, Json(Studies { studies })).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyDraft {
    name: String,
    /// The code of an area in the asker's reach; all of it when left out.
    area: Option<String>,
    /// 0.001 to 0.2; 0.05 when left out.
    alpha: Option<f64>,
}

/// Opens a study.
#[utoipa::path(post, path = "/api/studies", tag = "studies", request_body = StudyDraft,
    responses((status = 201, body = StudyAnswer), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn open(State(app): State<Arc<App>>, Asker(caller): Asker, body: Body) -> Result<Response, Problem> {
    caller.must(Right::Analyse)?;
    let StudyDraft { name, area, alpha } = body.json()?;
    let study = app.open_study(&caller, &name, area.as_deref(), alpha).await?;
    Ok((StatusCode::CREATED, NOT_KEPT, Json(StudyAnswer::from(study))).into_response())
}

/// A study with its ledger.
#[derive(Serialize, ToSchema)]
pub struct StudyWithLedger {
    #[serde(flatten)]
    study: StudyAnswer,
    /// Tests until now: the correction covers them all.
    questions_so_far: usize,
    /// Tests that those who asked here asked in other studies within the asker's reach: no correction covers them.
    questions_elsewhere: u64,
    questions: Vec<LedgerRow>,
}

/// A question that was asked.
#[derive(Serialize, ToSchema)]
pub struct LedgerRow {
    number: u32,
    method: &'static str,
    is_test: bool,
    /// The method with its parameters.
    #[schema(value_type = Object)]
    ask: Ask,
    date: Day,
    r#as: &'static str,
    #[schema(value_type = Option<Object>)]
    area: Option<Drawn>,
    #[schema(value_type = Option<Object>)]
    other: Option<Drawn>,
    /// Null for exploration without a test.
    p: Option<f64>,
    /// Over all questions of the study until now: it grows as more is asked.
    p_corrected: Option<f64>,
    is_significant: bool,
    /// Numbers of those groups of its card that still hold, with their p-values corrected over all questions until now; null for exploration.
    #[schema(value_type = Option<Vec<Object>>)]
    groups_now: Option<Vec<GroupNow>>,
    by: String,
    at_ms: i64,
    data_hash: String,
    question_hash: String,
}

impl LedgerRow {
    fn of(asked: AskedBefore) -> Self {
        let view = asked.question.view();
        let AskedBefore { number, question, p, p_corrected, is_significant, groups_now, data_hash, question_hash, by, at_ms } = asked;
        let Question { moment, area, other, ask } = question;
        let (method, is_test) = (ask.method(), ask.is_test());
        let date = moment.day;
        Self { number, method, is_test, ask, date, r#as: view, area, other, p, p_corrected, is_significant, groups_now, by, at_ms, data_hash, question_hash }
    }
}

/// A study and everything that was asked in it.
#[utoipa::path(get, path = "/api/studies/{id}", params(("id" = String, Path)), tag = "studies",
    responses((status = 200, body = StudyWithLedger), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn study(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>) -> Result<Response, Problem> {
    let ledger = app.study(&caller, &id).await?;
    let questions_so_far = ledger.tests();
    let Ledger { study, asked, elsewhere: questions_elsewhere } = ledger;
    let questions = asked.into_iter().map(LedgerRow::of).collect();
    Ok((NOT_KEPT, Json(StudyWithLedger { study: study.into(), questions_so_far, questions_elsewhere, questions })).into_response())
}

/// A question. `area` and `other` are GeoJSON Features of polygons, or `{geometry, distance_m}` with a point or a line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionDraft {
    /// Today when left out.
    #[schema(value_type = Option<String>, format = Date)]
    date: Option<Day>,
    /// `computed` (the usual) or `published`.
    r#as: Option<String>,
    /// What is asked about; for other methods than `area`, only the houses in it take part.
    #[schema(value_type = Option<Object>)]
    area: Option<Drawn>,
    /// With the method `area`: what it is compared with, instead of with the rest.
    #[schema(value_type = Option<Object>)]
    other: Option<Drawn>,
    /// `{"method": area | scan | gistar | moran | joins | dbscan | hdbscan | density, …}` with the parameters of the method. With `along_streets` true, gistar,
    /// moran and joins take `within_m` and `nearest` by metres on foot along the imported streets.
    #[schema(value_type = Object)]
    ask: Ask,
}

impl QuestionDraft {
    fn question(self, app: &App, caller: &Caller) -> Result<Question, Problem> {
        let Self { date, r#as, area, other, ask } = self;
        Ok(Question { moment: moment_of(app, caller, date, r#as.as_deref())?, area, other, ask })
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewDraft {
    /// Today when left out.
    #[schema(value_type = Option<String>, format = Date)]
    date: Option<Day>,
    /// `computed` (the usual) or `published`.
    r#as: Option<String>,
    #[schema(value_type = Object)]
    area: Drawn,
    #[schema(value_type = Option<Object>)]
    other: Option<Drawn>,
}

/// Rated houses.
#[derive(Serialize, ToSchema)]
pub struct Counted {
    houses: u64,
    red: u64,
    /// Null without houses.
    share: Option<f64>,
}

impl From<Count> for Counted {
    fn from(count: Count) -> Self {
        Self { houses: count.houses, red: count.red, share: count.share() }
    }
}

/// Counts inside and outside of a drawn area, while it is drawn: no test, no p-value, and no question of the study.
#[utoipa::path(post, path = "/api/studies/{id}/preview", params(("id" = String, Path)), tag = "studies", request_body = PreviewDraft,
    responses((status = 200, body = Object), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn preview(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<Response, Problem> {
    caller.must(Right::Analyse)?;
    let PreviewDraft { date, r#as, area, other } = body.json()?;
    let is_compared = other.is_some();
    let question = QuestionDraft { date, r#as, area: Some(area), other, ask: Ask::Area {} }.question(&app, &caller)?;
    let (moment, view) = (question.moment, question.view());
    let inquiry = app.inquire(&caller, &id, question).await?;
    answer(app.snapshot(), move |snapshot| {
        let preview = inquiry.preview(&snapshot)?;
        let mut body = json!({ "is_test": false, "date": moment.day, "as": view, "inside": Counted::from(preview.inside), "note": {
            "zh": "只是计数，没有检验，不记入研究：因为看上去红才画出的区域，总显得比实际更红。",
            "en": "Counts without a test, not a question of the study: an area that was drawn because it looks red looks redder than it is.",
        } });
        body[if is_compared { "other" } else { "rest" }] = json!(Counted::from(preview.outside));
        Ok((NOT_KEPT, Json(body)).into_response())
    })
    .await
}

/// Asks a question. The answer is its card; with `Accept: application/x-ndjson` lines of progress, the last one the card or the problem.
/// Closing the connection cancels: what was not told is not in the ledger.
#[utoipa::path(post, path = "/api/studies/{id}/questions", params(("id" = String, Path)), tag = "studies", request_body = QuestionDraft,
    responses((status = 201, body = Object, description = "the card"), (status = 200, body = Object, description = "the card: it was asked before"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn ask(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    caller.must(Right::Analyse)?;
    let question = body.json::<QuestionDraft>()?.question(&app, &caller)?;
    let inquiry = app.inquire(&caller, &id, question).await?;
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepted.contains("application/x-ndjson") {
        let (told, answer) = lines();
        tokio::spawn(tell(app, caller, inquiry, told));
        return Ok(answer);
    }
    let answered = answered(&app, &caller, inquiry, |_| {}).await?;
    let status = if answered.is_known { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, NOT_KEPT, [(header::CONTENT_TYPE, "application/json")], answered.card).into_response())
}

async fn found(app: &App, inquiry: Inquiry, tell: impl Fn(f64) + Send + Sync + 'static) -> Result<Found, Problem> {
    let desk = if inquiry.is_long() { &STUDY_DESK } else { &DESK };
    desk.answer(app.snapshot(), move |snapshot| inquiry.work(&snapshot, &tell).map_err(Problem::from)).await
}

async fn answered(app: &App, caller: &Caller, inquiry: Inquiry, tell: impl Fn(f64) + Send + Sync + 'static) -> Result<Answered, Problem> {
    let found = found(app, inquiry.clone(), tell).await?;
    Ok(app.record_answer(caller, &inquiry, found).await?)
}

/// Tells progress and card; when nobody listens any more the work is dropped, which ends it.
async fn tell(app: Arc<App>, caller: Caller, inquiry: Inquiry, lines: mpsc::Sender<Bytes>) {
    let (sender, mut progress) = watch::channel(0.0);
    let hear = move |share: f64| {
        sender.send_if_modified(|told| {
            let percent = (share * 100.0).floor() / 100.0;
            let is_news = percent > *told;
            *told = told.max(percent);
            is_news
        });
    };
    let mut work = std::pin::pin!(timeout(STUDY_DEADLINE, answered(&app, &caller, inquiry, hear)));
    let last = loop {
        tokio::select! {
            () = lines.closed() => return,
            answered = &mut work => break answered,
            Ok(()) = progress.changed() => {
                let share = *progress.borrow_and_update();
                if lines.send(line(&json!({ "progress": share }))).await.is_err() {
                    return;
                }
            }
        }
    };
    let late = || Err(Problem::new(Code::TimedOut, format!("the limit is {} seconds", STUDY_DEADLINE.as_secs())));
    let last = match last.unwrap_or_else(|_| late()) {
        // The very bytes of the card.
        Ok(answered) => Bytes::from(format!("{{\"card\":{}}}\n", answered.card)),
        Err(problem) => line(&json!({ "problem": problem.body() })),
    };
    let _ = lines.send(last).await;
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CardForm {
    /// json (the usual) or pdf; geojson or csv: the houses that the card names.
    f: Option<String>,
}

/// A card as it was made, or what it names.
#[utoipa::path(get, path = "/api/studies/{id}/questions/{number}", params(("id" = String, Path), ("number" = u32, Path), CardForm), tag = "studies",
    responses((status = 200, body = Object, description = "the card"), (status = 200, content((String = "application/geo+json"), (String = "text/csv"), (String = "application/pdf")), description = "with f"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn card(
    State(app): State<Arc<App>>,
    Asker(caller): Asker,
    At((id, number)): At<(String, u32)>,
    Parameters(form): Parameters<CardForm>,
) -> Result<Response, Problem> {
    let form = form.f.unwrap_or_else(|| "json".to_owned());
    let answered = app.card(&caller, &id, number).await?;
    if form == "json" {
        return Ok((NOT_KEPT, [(header::CONTENT_TYPE, "application/json")], answered.card).into_response());
    }
    let broken = |_| Problem::new(Code::Broken, "see the server's log");
    let card: Card = serde_json::from_str(&answered.card).map_err(broken)?;
    // It goes out of the house by itself: what became of it since goes with it.
    let ledger = app.study(&caller, &id).await?;
    let tests = ledger.tests();
    let row = ledger.asked.into_iter().find(|row| row.number == number);
    let (p_corrected, is_significant, groups) = row.map(|row| (row.p_corrected, row.is_significant, row.groups_now)).unwrap_or_default();
    let today = CardToday { tests, p_corrected, is_significant, groups, elsewhere: ledger.elsewhere };
    let (kind, bytes) = match form.as_str() {
        "pdf" => ("application/pdf", pdf(card, app.site().name.clone(), ledger.study.name, today).await?),
        "geojson" | "csv" => {
            caller.must(Right::Analyse)?;
            let places: Value = serde_json::from_str(&answered.places).map_err(broken)?;
            if form == "csv" { ("text/csv; charset=utf-8", csv(&card, &places, &today)) } else { ("application/geo+json", geojson(&card, &places, &today)) }
        }
        other => return Err(Problem::parameter("f", "json, geojson, csv or pdf", other)),
    };
    Ok((NOT_KEPT, [(header::CONTENT_TYPE, kind)], bytes).into_response())
}

async fn pdf(card: Card, site: Words, study: String, today: CardToday) -> Result<Vec<u8>, Problem> {
    let printed = tokio::task::spawn_blocking(move || card_pdf(&card, &site, &study, &today, Paper::A4)).await;
    let printed = printed.map_err(|_| Problem::new(Code::Broken, "see the server's log"))?;
    printed.map(|printed| printed.bytes).map_err(|fault| Problem::new(Code::Broken, fault.to_string()))
}

/// The houses that a card names, each with whether what it belongs to is still a finding.
fn houses<'a>(places: &'a Value, today: &'a CardToday) -> impl Iterator<Item = Value> + 'a {
    places["houses"].as_array().into_iter().flatten().map(|house| {
        let mut house = house.clone();
        let is_significant = today.is_significant && house["group"].as_u64().is_some_and(|group| today.holds(group));
        if let Some(object) = house.as_object_mut() {
            object.insert("is_significant".to_owned(), json!(is_significant));
            // Within one map of many houses it is the false discovery rate: not what is corrected over the questions of the study.
            if let Some(p) = object.remove("p_corrected") {
                object.insert("p_fdr".to_owned(), p);
            }
        }
        house
    })
}

/// Points of the houses and polygons of the cells that a card names, with how much it says.
fn geojson(card: &Card, places: &Value, today: &CardToday) -> Vec<u8> {
    let list = |name: &str| places[name].as_array().cloned().unwrap_or_default();
    let houses = houses(places, today).map(|mut house| {
        let coordinates = json!([house["lon"], house["lat"]]);
        if let Some(object) = house.as_object_mut() {
            object.retain(|name, _| name != "lon" && name != "lat");
        }
        json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": coordinates }, "properties": house })
    });
    let cells = list("cells").into_iter().map(|cell| {
        let [w, s, e, n] = [0, 1, 2, 3].map(|at| cell[at].clone());
        json!({ "type": "Feature", "properties": { "value": cell[4] },
            "geometry": { "type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]] } })
    });
    let features: Vec<Value> = houses.chain(cells).collect();
    let CardToday { tests, p_corrected, is_significant, groups, elsewhere } = today;
    json!({ "type": "FeatureCollection", "study": card.study, "number": card.number, "is_test": card.is_test, "sentence": card.sentence, "note": card.note,
        "questions_so_far": tests, "questions_elsewhere": elsewhere, "p_corrected": p_corrected, "is_significant": is_significant, "groups_now": groups,
        "features": features })
    .to_string()
    .into_bytes()
}

/// The houses that a card names, one a row, with how much it says: a row may be read by itself. The mark at the beginning is what makes office
/// programs read UTF-8.
fn csv(card: &Card, places: &Value, today: &CardToday) -> Vec<u8> {
    const COLUMNS: [&str; 13] =
        ["code", "lon", "lat", "tier", "group", "certainty", "z", "p", "p_fdr", "question", "is_test", "is_significant", "questions_so_far"];
    let mut text = format!("\u{feff}house_{}\r\n", COLUMNS.join(","));
    for mut house in houses(places, today) {
        house["question"] = json!(card.number);
        house["is_test"] = json!(card.is_test);
        house["questions_so_far"] = json!(today.tests);
        let cells = COLUMNS.map(|column| match &house[column] {
            Value::Null => String::new(),
            Value::String(words) => cell(words).into_owned(),
            number => number.to_string(),
        });
        text += &cells.join(",");
        text += "\r\n";
    }
    text.into_bytes()
}

/// Asks the same once more and gives the same bytes, or says why it cannot.
#[utoipa::path(post, path = "/api/studies/{id}/questions/{number}/again", params(("id" = String, Path), ("number" = u32, Path)), tag = "studies",
    responses((status = 200, body = Object, description = "the card"), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn again(State(app): State<Arc<App>>, Asker(caller): Asker, At((id, number)): At<(String, u32)>) -> Result<Response, Problem> {
    let inquiry = app.inquire_again(&caller, &id, number).await?;
    // Where the houses are no longer such that there is anything to test, the record was corrected.
    let found = match found(&app, inquiry.clone(), |_| {}).await {
        Err(problem) if problem.is(Code::NothingToTest) => {
            return Err(Problem::new(Code::RecordCorrected, "the record of that day was corrected since: now there is nothing to test"));
        }
        found => found?,
    };
    let answered = app.compare_again(&caller, &inquiry, number, found).await?;
    Ok((NOT_KEPT, [(header::CONTENT_TYPE, "application/json")], answered.card).into_response())
}
