//! Who lives in a house. Lists are masked; a person is seen one at a time, for a purpose. Identity numbers come in bodies, never in
//! addresses, and no error repeats what was sent.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    asking::{Ask, Asker, At, Body, day_or_today, house_code},
    problem::{Problem, ProblemBody},
};
use crate::{
    app::{App, Flaw, Looking, MaskedResident, PersonCorrection, Refusal},
    domain::{
        access::Right,
        day::Day,
        id_number::{BadIdNumber, IdNumber},
        person::{Person, PersonName, Phone, Purpose},
        residency::{BadResidency, Registration, Residency, ResidencyRole},
    },
    store::HouseCensus,
    transfer::FaultCode,
};

/// No cache keeps anything about persons.
pub const NOT_KEPT: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

const NAME_EXPECTED: &str = "a name of 1 to 100 visible characters";
const PHONE_EXPECTED: &str = "a telephone number of 5 to 20 digits";

pub type NotKept<T> = ([(HeaderName, &'static str); 1], Json<T>);

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OnDate {
    /// Today when left out.
    #[param(value_type = Option<String>, format = Date)]
    pub date: Option<Day>,
}

/// A resident, masked: nothing of name, telephone or identity number.
#[derive(Serialize, ToSchema)]
pub struct ResidentAnswer {
    /// The residency's id, by which it is ended.
    id: String,
    /// The person's id, by which one person is revealed.
    person: String,
    house_code: String,
    /// Tells the residents of one house apart: `#7F3A`.
    tag: String,
    #[schema(value_type = String)]
    role: ResidencyRole,
    /// registered or temporary; null for an owner who lives elsewhere.
    #[schema(value_type = Option<String>)]
    registration: Option<Registration>,
    #[schema(value_type = String, format = Date)]
    from: Day,
    /// The day of moving out; null while it lasts.
    #[schema(value_type = Option<String>, format = Date)]
    to: Option<Day>,
}

impl From<MaskedResident> for ResidentAnswer {
    fn from(resident: MaskedResident) -> Self {
        let Residency { role, registration, from, to } = resident.residency;
        let tag = format!("#{}", resident.tag);
        Self { id: resident.id, person: resident.person_id, house_code: resident.house_code, tag, role, registration, from, to }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Residents {
    #[schema(value_type = String, format = Date)]
    day: Day,
    residents: Vec<ResidentAnswer>,
}

/// How many live in a house, for staff who may see it.
#[derive(Serialize, ToSchema)]
pub struct CensusAnswer {
    registered: i64,
    temporary: i64,
}

impl From<HouseCensus> for CensusAnswer {
    fn from(census: HouseCensus) -> Self {
        Self { registered: census.registered, temporary: census.temporary }
    }
}

/// Who lives in a house on a day, masked; at most 1,000.
#[utoipa::path(get, path = "/api/houses/{code}/residents", params(("code" = String, Path), OnDate), tag = "people",
    responses((status = 200, body = Residents), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn residents(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>, Ask(on): Ask<OnDate>) -> Result<NotKept<Residents>, Problem> {
    caller.must(Right::SeePersons)?;
    let (code, day) = (house_code(&code)?, day_or_today(&app, on.date));
    let residents = app.residents(&caller, &code, day).await?.into_iter().map(ResidentAnswer::from).collect();
    Ok((NOT_KEPT, Json(Residents { day, residents })))
}

#[derive(Deserialize, ToSchema)]
pub struct JoinDraft {
    name: String,
    /// 18 digits (the last may be X), or an old one of 15.
    id_number: Option<String>,
    phone: Option<String>,
    /// registered or temporary; left out for an owner who lives elsewhere.
    registration: Option<String>,
    /// owner, tenant or family.
    role: String,
    /// The day of moving in.
    from: String,
    /// The day of moving out.
    to: Option<String>,
}

impl JoinDraft {
    /// All that does not fit is named, nothing is repeated.
    fn read(&self) -> Result<(Person, Residency), Refusal> {
        let mut flaws = Vec::new();
        let mut flaw = |field: &str, code: FaultCode, expected: &str, found: String| {
            flaws.push(Flaw { field: field.to_owned(), code, expected: expected.to_owned(), found });
        };
        let length = |text: &str| format!("{} characters", text.chars().count());
        let given = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let name = PersonName::new(&self.name).map_err(|_| flaw("name", FaultCode::BadName, NAME_EXPECTED, length(&self.name)));
        let id_number = given(&self.id_number)
            .map(|text| IdNumber::parse(&text).map_err(|bad| flaw("id_number", FaultCode::BadIdNumber, BadIdNumber::EXPECTED, bad.to_string())));
        let phone = given(&self.phone).map(|text| Phone::new(&text).map_err(|_| flaw("phone", FaultCode::BadPhone, PHONE_EXPECTED, length(&text))));
        let registration = given(&self.registration)
            .map(|text| text.parse::<Registration>().map_err(|_| flaw("registration", FaultCode::UnknownValue, Registration::EXPECTED, length(&text))));
        let role = self.role.parse::<ResidencyRole>().map_err(|_| flaw("role", FaultCode::UnknownValue, ResidencyRole::EXPECTED, length(&self.role)));
        let from = self.from.parse::<Day>().map_err(|_| flaw("from", FaultCode::BadDay, "a day as YYYY-MM-DD", length(&self.from)));
        let to = given(&self.to).map(|text| text.parse::<Day>().map_err(|_| flaw("to", FaultCode::BadDay, "a day as YYYY-MM-DD", length(&text))));
        let read = (name, id_number.transpose(), phone.transpose(), registration.transpose(), role, from, to.transpose());
        let (Ok(name), Ok(id_number), Ok(phone), Ok(registration), Ok(role), Ok(from), Ok(to)) = read else { return Err(Refusal::Invalid(flaws)) };
        let residency = Residency::new(role, registration, from, to).map_err(|bad| {
            let field = if bad == BadResidency::EndsBefore { "to" } else { "registration" };
            Refusal::Invalid(vec![Flaw { field: field.to_owned(), code: FaultCode::UnknownValue, expected: bad.to_string(), found: String::new() }])
        })?;
        Ok((Person { name, id_number, phone }, residency))
    }
}

/// A residency as it was recorded.
#[derive(Serialize, ToSchema)]
pub struct JoinedAnswer {
    #[serde(flatten)]
    resident: ResidentAnswer,
    /// The person has another residency in that time: look whether it should have ended.
    overlaps: bool,
}

/// Records that somebody lives in a house, or owns it. The same again is the same.
#[utoipa::path(post, path = "/api/houses/{code}/residents", params(("code" = String, Path)), tag = "people", request_body = JoinDraft,
    responses((status = 201, body = JoinedAnswer), (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn join(State(app): State<Arc<App>>, Asker(caller): Asker, At(code): At<String>, body: Body) -> Result<(StatusCode, NotKept<JoinedAnswer>), Problem> {
    caller.must(Right::RecordResidency)?;
    let code = house_code(&code)?;
    let (person, residency) = body.unechoed_json::<JoinDraft>()?.read()?;
    let (resident, overlaps) = app.join(&caller, &code, person, residency).await?;
    Ok((StatusCode::CREATED, (NOT_KEPT, Json(JoinedAnswer { resident: resident.into(), overlaps }))))
}

#[derive(Deserialize, ToSchema)]
pub struct LeaveDraft {
    /// The day of moving out, the first that no longer counts.
    #[schema(value_type = String, format = Date)]
    to: Day,
}

/// Ends a residency. It is not overwritten and ends once; one that ends on its first day was recorded by mistake.
#[utoipa::path(post, path = "/api/residencies/{id}/end", params(("id" = String, Path)), tag = "people", request_body = LeaveDraft,
    responses((status = 200, body = ResidentAnswer), (status = 409, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn leave(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<NotKept<ResidentAnswer>, Problem> {
    caller.must(Right::RecordResidency)?;
    let draft: LeaveDraft = body.unechoed_json()?;
    Ok((NOT_KEPT, Json(app.leave(&caller, &id, draft.to).await?.into())))
}

/// Why somebody looks at a person. It stands in the audit.
#[derive(Deserialize, ToSchema)]
pub struct LookDraft {
    /// registration, visit, case, emergency or person_asked.
    purpose: String,
    /// More on it, at most 200 characters; no personal data.
    #[serde(default)]
    text: String,
    /// At most 60 characters; needed for the purpose `case`.
    #[serde(default)]
    case_number: String,
}

impl LookDraft {
    pub fn read(self) -> Result<Looking, Problem> {
        let expected = Purpose::ALL.map(Purpose::as_str).join(", ");
        let unknown = || Refusal::Invalid(vec![Flaw { field: "purpose".to_owned(), code: FaultCode::UnknownValue, expected, found: String::new() }]);
        Ok(Looking { purpose: Purpose::of(&self.purpose).ok_or_else(unknown)?, text: self.text, case_number: self.case_number })
    }
}

/// One person. Shown, not kept.
#[derive(Serialize, ToSchema)]
pub struct PersonAnswer {
    name: String,
    id_number: Option<String>,
    phone: Option<String>,
}

impl From<Person> for PersonAnswer {
    fn from(person: Person) -> Self {
        Self {
            name: person.name.expose().to_owned(),
            id_number: person.id_number.map(|number| number.expose().to_owned()),
            phone: person.phone.map(|phone| phone.expose().to_owned()),
        }
    }
}

/// One person's name and numbers, for a stated purpose. The look stands in the audit before it is answered, and only so many are
/// answered within an hour.
#[utoipa::path(post, path = "/api/persons/{id}/reveal", params(("id" = String, Path)), tag = "people", request_body = LookDraft,
    responses((status = 200, body = PersonAnswer), (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn reveal(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<NotKept<PersonAnswer>, Problem> {
    caller.must(Right::RevealPerson)?;
    let looking = body.unechoed_json::<LookDraft>()?.read()?;
    Ok((NOT_KEPT, Json(app.reveal(&caller, &id, &looking).await?.into())))
}

#[derive(Deserialize, ToSchema)]
pub struct CorrectionDraft {
    /// As it is right; left out, it stays.
    name: Option<String>,
    /// As it is right; left out, it stays.
    phone: Option<String>,
    /// Why, in at most 200 characters; no personal data. It stands in the audit.
    reason: String,
}

/// Corrects the name or the telephone number of a person. Entering a person anew never changes them. It answers nothing of what was there.
#[utoipa::path(post, path = "/api/persons/{id}/correct", params(("id" = String, Path)), tag = "people", request_body = CorrectionDraft,
    responses((status = 204), (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn correct(State(app): State<Arc<App>>, Asker(caller): Asker, At(id): At<String>, body: Body) -> Result<StatusCode, Problem> {
    caller.must(Right::RevealPerson)?;
    let draft: CorrectionDraft = body.unechoed_json()?;
    let mut flaws = Vec::new();
    let mut flaw = |field: &str, code, expected: &str, text: &str| {
        let found = format!("{} characters", text.chars().count());
        flaws.push(Flaw { field: field.to_owned(), code, expected: expected.to_owned(), found });
    };
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let name = given(draft.name).map(|text| PersonName::new(&text).map_err(|_| flaw("name", FaultCode::BadName, NAME_EXPECTED, &text)));
    let phone = given(draft.phone).map(|text| Phone::new(&text).map_err(|_| flaw("phone", FaultCode::BadPhone, PHONE_EXPECTED, &text)));
    let (Ok(name), Ok(phone)) = (name.transpose(), phone.transpose()) else { return Err(Refusal::Invalid(flaws).into()) };
    app.correct_person(&caller, &id, PersonCorrection { name, phone }, &draft.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
pub struct FindDraft {
    /// The whole number: there is no search by a part of it.
    id_number: String,
    #[serde(flatten)]
    look: LookDraft,
}

#[derive(Serialize, ToSchema)]
pub struct FoundResidencies {
    /// Those within your area, the earliest first.
    residencies: Vec<ResidentAnswer>,
}

/// The person with an identity number, masked, with the residencies within your area. Each search stands in the audit and counts as a look.
#[utoipa::path(post, path = "/api/persons/find", tag = "people", request_body = FindDraft,
    responses((status = 200, body = FoundResidencies), (status = 404, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn find(State(app): State<Arc<App>>, Asker(caller): Asker, body: Body) -> Result<NotKept<FoundResidencies>, Problem> {
    caller.must(Right::RevealPerson)?;
    let draft: FindDraft = body.unechoed_json()?;
    let looking = draft.look.read()?;
    let residencies = app.find_person(&caller, &draft.id_number, &looking).await?.into_iter().map(ResidentAnswer::from).collect();
    Ok((NOT_KEPT, Json(FoundResidencies { residencies })))
}
