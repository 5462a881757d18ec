//! Problems (RFC 9457): the only place with status codes. Each has a stable code and a title in both languages.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    app::{Conflict, Flaw, Refusal},
    media::Rejected,
    store::StoreError,
    transfer::FaultCode,
};

/// What went wrong, for people and programs. Sent as `application/problem+json`.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    retry_after_s: Option<u32>,
    cookie: Option<HeaderValue>,
}

/// One field that does not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    pub field: String,
    /// Stable, for programs.
    pub code: String,
    pub expected: String,
    pub found: String,
}

/// The body of a problem.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// `urn:sanshi:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    title_zh: &'static str,
    status: u16,
    /// Stable, for programs.
    code: &'static str,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

macro_rules! codes {
    ($($name:ident $code:literal $status:ident $en:literal $zh:literal;)*) => {
        /// The codes of problems, each with its status and titles.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($name,)* }

        impl Code {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name,)*];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            pub fn status(self) -> StatusCode {
                if let Some(status) = self.tus_status() {
                    return status;
                }
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            pub fn titles(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($en, $zh),)* }
            }
        }
    };
}

codes! {
    NotFound "not_found" NOT_FOUND "There is no such thing here" "没有找到";
    NoSuchEndpoint "no_such_endpoint" NOT_FOUND "This address serves nothing" "没有这个地址";
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "This address does not take this method" "不支持这种请求方法";
    Unauthenticated "unauthenticated" UNAUTHORIZED "The token or the session is not in force" "令牌或登录已失效";
    SignInNeeded "sign_in_needed" UNAUTHORIZED "You have to sign in first" "需要先登录";
    BadLogin "bad_login" UNAUTHORIZED "The name or the password is wrong" "用户名或密码不正确";
    SecondFactorNeeded "second_factor_needed" UNAUTHORIZED "The code of the second factor is needed" "需要动态验证码";
    TooManyTries "too_many_tries" TOO_MANY_REQUESTS "Too many failed tries; wait before the next one" "失败次数过多,请稍候再试";
    Busy "busy" TOO_MANY_REQUESTS "Too many sign in at the same time; try again shortly" "当前登录人数过多,请稍后再试";
    CrossSite "cross_site" FORBIDDEN "This was not sent by a page of this site" "请求不是由本站页面发出";
    NoSiteKey "no_site_key" CONFLICT "The site has no key that fits, so it keeps no secrets" "本站没有可用的密钥,无法保存机密";
    Forbidden "forbidden" FORBIDDEN "Your role may not do this" "您的角色无权进行此操作";
    Invalid "invalid" UNPROCESSABLE_ENTITY "What was sent does not fit" "提交的内容不符合要求";
    BadParameter "bad_parameter" BAD_REQUEST "A parameter does not fit" "参数不符合要求";
    BadJson "bad_json" BAD_REQUEST "The body is not the JSON that was expected" "请求内容不是所要求的 JSON";
    BadArea "bad_area" UNPROCESSABLE_ENTITY "The area is not a valid polygon, circle or corridor" "区域不是有效的多边形、圆或沿线范围";
    TooLarge "too_large" PAYLOAD_TOO_LARGE "The body is larger than is taken here" "请求内容过大";
    TimedOut "timed_out" SERVICE_UNAVAILABLE "The answer took too long and was given up" "处理超时,已放弃";
    Overloaded "overloaded" SERVICE_UNAVAILABLE "Too much is asked at the same time; try again shortly" "当前请求过多,请稍后再试";
    AlreadyVoided "already_voided" CONFLICT "The observation is already voided" "该记录已经作废";
    AlreadyUndone "already_undone" CONFLICT "The import is already undone" "该导入已经撤销";
    ChangedAgain "changed_again" CONFLICT "A later import rests on this one" "后来的导入建立在此导入之上";
    HasEvents "has_events" CONFLICT "Something was recorded about these houses" "这些房屋已有记录";
    ReplacedOthers "replaced_others" CONFLICT "What this import replaced is not kept" "此导入替换的内容没有保留";
    KeyReused "key_reused" CONFLICT "The idempotency key was used for something else" "幂等键已用于其他请求";
    TierChanged "tier_changed" CONFLICT "The tier has changed; look at the house again" "等级已变化,请重新查看";
    NothingToConfirm "nothing_to_confirm" CONFLICT "There is no worse tier to confirm" "没有需要确认的等级";
    AlreadyConfirmed "already_confirmed" CONFLICT "A colleague has confirmed it already" "已有同事确认";
    NotFitting "not_fitting" CONFLICT "This document does not fit the house now" "目前不能制作这种文书";
    AlreadyServed "already_served" CONFLICT "The notice is already served" "该文书已经送达";
    AlreadyUnderReview "already_under_review" CONFLICT "A review of this is open already" "已有正在进行的复核";
    AlreadyDecided "already_decided" CONFLICT "The review is already decided" "该复核已经作出决定";
    SameOfficer "same_officer" CONFLICT "Another officer must decide this review" "须由另一名民警复核";
    NameTaken "name_taken" CONFLICT "An account or a token has this name already" "该名称已被账号或令牌使用";
    LastAdministrator "last_administrator" CONFLICT "This is the last administrator" "这是最后一名管理员";
    AlreadyActive "already_active" CONFLICT "Another policy holds from this day on" "该日已有评分标准生效";
    AlreadyEnded "already_ended" CONFLICT "The residency has ended already" "该居住登记已经结束";
    AlreadyRecorded "already_recorded" CONFLICT "The record says otherwise and is not overwritten" "与已有登记不符,登记不可覆盖";
    PeopleOff "people_off" CONFLICT "This site keeps no personal data without its key" "本站没有可用的密钥,不保存个人信息";
    QuotaReached "quota_reached" TOO_MANY_REQUESTS "You looked at as many persons within the hour as is allowed" "您一小时内查看人员的次数已达上限";
    EveningNotAllowed "evening_not_allowed" CONFLICT "The policy has no evening check for this house at that time" "评分标准不允许此时对该户进行夜间检查";
    EveningNeedsTwo "evening_needs_two" CONFLICT "An evening check takes two people" "夜间检查须两人同行";
    EveningCapReached "evening_cap_reached" CONFLICT "This house has had its evening checks of the month" "该户本月夜间检查已达上限";
    BadIdNumber "bad_id_number" UNPROCESSABLE_ENTITY "The identity number cannot be right" "公民身份号码有误";
    AlreadyPlanned "already_planned" CONFLICT "Another round calls on this house" "该房屋已列入其他路线";
    RoundChanged "round_changed" CONFLICT "The round was changed meanwhile; look at it again" "路线已被他人更改,请重新查看";
    BadPlan "bad_plan" UNPROCESSABLE_ENTITY "The round cannot be made like this" "路线无法这样安排";
    BadPolicy "bad_policy" UNPROCESSABLE_ENTITY "The policy cannot be used" "评分标准无法使用";
    NothingToTest "nothing_to_test" UNPROCESSABLE_ENTITY "There is nothing to test" "没有可检验的内容";
    RecordCorrected "record_corrected" CONFLICT "The record of that day was corrected since; ask anew" "该日的记录此后有更正,请重新提问";
    NotReproduced "not_reproduced" CONFLICT "This version of the program answers otherwise than the card" "本版程序的结果与卡片不同";
    NoStreets "no_streets" CONFLICT "No streets have been imported yet" "尚未导入道路数据";
    StreetsReplaced "streets_replaced" CONFLICT "Other streets were imported since; ask anew" "此后导入了新的道路数据,请重新提问";
    Conflicted "conflict" CONFLICT "Somebody else was first; look again" "已被他人先行更改,请刷新";
    Unavailable "unavailable" SERVICE_UNAVAILABLE "The database does not answer; try again shortly" "数据库暂时无法访问,请稍后再试";
    PhotoEmpty "photo_empty" UNPROCESSABLE_ENTITY "The file is empty" "文件是空的";
    PhotoFormat "photo_format" UNPROCESSABLE_ENTITY "This is not a picture in a format that is taken here" "不是可接收格式的照片";
    PhotoTooManyPixels "photo_too_many_pixels" UNPROCESSABLE_ENTITY "The picture has too many pixels" "照片像素过多";
    PhotoBroken "photo_broken" UNPROCESSABLE_ENTITY "The picture is damaged or not whole" "照片已损坏或不完整";
    PhotoTooLarge "photo_too_large" PAYLOAD_TOO_LARGE "The photo's file is too large" "照片文件过大";
    PhotoStorageFull "photo_storage_full" INSUFFICIENT_STORAGE "There is no room for photos" "照片存储空间已满";
    PhotoStoreSlow "photo_store_slow" SERVICE_UNAVAILABLE "The place where photos lie does not answer; try again shortly" "照片存储暂时没有响应,请稍后再试";
    PhotosOff "photos_off" CONFLICT "This site keeps no photos" "本站不保存照片";
    PhotoElsewhere "photo_elsewhere" CONFLICT "This very file is kept in another area" "该照片已保存在其他辖区";
    UnknownPhoto "unknown_photo" UNPROCESSABLE_ENTITY "A photo named is not one of this house" "所列照片不属于该房屋";
    OffsetDiffers "offset_differs" CONFLICT "The upload stands elsewhere; ask where and go on from there" "上传进度不一致,请查询后继续";
    ChecksumDiffers "checksum_differs" BAD_REQUEST "What arrived does not fit its checksum" "收到的内容与校验值不符";
    UploadBusy "upload_busy" LOCKED "This upload is being added to" "该上传正在进行";
    TusVersion "tus_version" PRECONDITION_FAILED "Uploads in parts follow tus 1.0.0" "分段上传须遵循 tus 1.0.0";
    TusContentType "tus_content_type" UNSUPPORTED_MEDIA_TYPE "A part is sent as application/offset+octet-stream" "分段须以 application/offset+octet-stream 发送";
    TooManyUploads "too_many_uploads" TOO_MANY_REQUESTS "Too many uploads are not finished" "未完成的上传过多";
    Broken "broken" INTERNAL_SERVER_ERROR "Something is wrong on our side" "服务器内部错误";
}

impl Code {
    /// The protocol tus has a status of its own for checksums, which is not registered.
    fn tus_status(self) -> Option<StatusCode> {
        if self == Self::ChecksumDiffers { StatusCode::from_u16(460).ok() } else { None }
    }
}

impl Problem {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after_s: None, cookie: None }
    }

    pub fn with(mut self, field: &str, code: &str, expected: impl Into<String>, found: impl Into<String>) -> Self {
        let found: String = found.into();
        self.errors.push(FieldError { field: field.to_owned(), code: code.to_owned(), expected: expected.into(), found: found.chars().take(80).collect() });
        self
    }

    pub fn parameter(field: &str, expected: impl Into<String>, found: &str) -> Self {
        let expected = expected.into();
        Self::new(Code::BadParameter, format!("{field}: expected {expected}")).with(field, "bad_parameter", expected, found)
    }

    /// Sets a cookie along: one that is not in force is taken back.
    #[must_use]
    pub fn with_cookie(mut self, cookie: HeaderValue) -> Self {
        self.cookie = Some(cookie);
        self
    }

    pub fn is(&self, code: Code) -> bool {
        self.code == code
    }

    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::NotFound { .. } => Self::new(Code::NotFound, detail),
            Refusal::Forbidden { role: crate::domain::access::Role::Public, .. } => {
                Self::new(Code::SignInNeeded, "sign in, or send a token as Authorization: Bearer TOKEN")
            }
            Refusal::Forbidden { .. } => Self::new(Code::Forbidden, detail),
            Refusal::Invalid(flaws) if flaws.iter().any(|flaw| flaw.code == FaultCode::BadPolicy) => {
                Self { errors: flaws.into_iter().map(FieldError::from).collect(), ..Self::new(Code::BadPolicy, detail) }
            }
            Refusal::Invalid(flaws) if flaws.iter().any(|flaw| flaw.code == FaultCode::BadPlan) => {
                Self { errors: flaws.into_iter().map(FieldError::from).collect(), ..Self::new(Code::BadPlan, detail) }
            }
            Refusal::Invalid(flaws) if flaws.iter().any(|flaw| flaw.code == FaultCode::BadIdNumber) => {
                Self { errors: flaws.into_iter().map(FieldError::from).collect(), ..Self::new(Code::BadIdNumber, detail) }
            }
            Refusal::Invalid(flaws) if flaws.iter().any(|flaw| flaw.code == FaultCode::UnknownPhoto) => {
                Self { errors: flaws.into_iter().map(FieldError::from).collect(), ..Self::new(Code::UnknownPhoto, detail) }
            }
            Refusal::Invalid(flaws) => Self { errors: flaws.into_iter().map(FieldError::from).collect(), ..Self::new(Code::Invalid, detail) },
            Refusal::Conflict { conflict, .. } => Self::new(conflict.into(), detail),
            Refusal::NotToCall { house, conflict, why } => {
                let code = Code::from(conflict);
                Self::new(code, detail).with("house", code.as_str(), why, house)
            }
            Refusal::BadSignIn => Self::new(Code::BadLogin, detail),
            Refusal::SecondFactorNeeded { .. } => Self::new(Code::SecondFactorNeeded, detail),
            Refusal::TooManyTries { wait_s } => Self::new(Code::TooManyTries, detail).retry_after(wait_s),
            Refusal::Busy => Self::new(Code::Busy, detail).retry_after(2),
            Refusal::Overloaded => Self::new(Code::Overloaded, detail).retry_after(5),
            Refusal::NoSiteKey { .. } => Self::new(Code::NoSiteKey, detail),
            Refusal::QuotaReached { retry_after_s, .. } => Self::new(Code::QuotaReached, detail).retry_after(retry_after_s),
            Refusal::Photo(rejected) => Self::new(
                match rejected {
                    Rejected::Empty => Code::PhotoEmpty,
                    Rejected::TooLarge { .. } => Code::PhotoTooLarge,
                    Rejected::TooManyPixels { .. } => Code::PhotoTooManyPixels,
                    Rejected::Format { .. } => Code::PhotoFormat,
                    Rejected::Broken { .. } => Code::PhotoBroken,
                },
                detail,
            ),
            Refusal::PhotoStorageFull => Self::new(Code::PhotoStorageFull, detail),
            Refusal::PhotoStoreSlow => Self::new(Code::PhotoStoreSlow, detail).retry_after(10),
            Refusal::PhotosBusy => Self::new(Code::Overloaded, detail).retry_after(2),
            Refusal::TooManyUploads { .. } => Self::new(Code::TooManyUploads, detail).retry_after(60),
            Refusal::ChecksumDiffers => Self::new(Code::ChecksumDiffers, detail),
            Refusal::BadArea(flaw) => Self { errors: vec![flaw.into()], ..Self::new(Code::BadArea, detail) },
            Refusal::NothingToTest(nothing) => Self::new(Code::NothingToTest, detail).with(
                "houses",
                nothing.as_str(),
                "rated houses of which some are red and some are not",
                nothing.to_string(),
            ),
            Refusal::GivenUp => Self::new(Code::TimedOut, detail).retry_after(5),
            Refusal::Store(error) => {
                tracing::error!(%error, "the store failed");
                match error {
                    StoreError::Conflict(_) => Self::new(Code::Conflicted, "the same thing was written at the same time"),
                    StoreError::Unavailable(_) => Self::new(Code::Unavailable, "nothing was changed").retry_after(2),
                    StoreError::Incompatible(_) | StoreError::Damaged(_) => Self::new(Code::Broken, "see the server's log"),
                }
            }
        }
    }
}

impl From<Conflict> for Code {
    fn from(conflict: Conflict) -> Self {
        match conflict {
            Conflict::AlreadyVoided => Self::AlreadyVoided,
            Conflict::AlreadyUndone => Self::AlreadyUndone,
            Conflict::ChangedAgain => Self::ChangedAgain,
            Conflict::HasEvents => Self::HasEvents,
            Conflict::ReplacedOthers => Self::ReplacedOthers,
            Conflict::KeyReused => Self::KeyReused,
            Conflict::TierChanged => Self::TierChanged,
            Conflict::NothingToConfirm => Self::NothingToConfirm,
            Conflict::AlreadyConfirmed => Self::AlreadyConfirmed,
            Conflict::NotFitting => Self::NotFitting,
            Conflict::AlreadyServed => Self::AlreadyServed,
            Conflict::AlreadyUnderReview => Self::AlreadyUnderReview,
            Conflict::AlreadyDecided => Self::AlreadyDecided,
            Conflict::SameOfficer => Self::SameOfficer,
            Conflict::AlreadyActive => Self::AlreadyActive,
            Conflict::NameTaken => Self::NameTaken,
            Conflict::LastAdministrator => Self::LastAdministrator,
            Conflict::AlreadyEnded => Self::AlreadyEnded,
            Conflict::AlreadyRecorded => Self::AlreadyRecorded,
            Conflict::AlreadyPlanned => Self::AlreadyPlanned,
            Conflict::RoundChanged => Self::RoundChanged,
            Conflict::PeopleOff => Self::PeopleOff,
            Conflict::PhotosOff => Self::PhotosOff,
            Conflict::PhotoElsewhere => Self::PhotoElsewhere,
            Conflict::OffsetDiffers => Self::OffsetDiffers,
            Conflict::UploadBusy => Self::UploadBusy,
            Conflict::EveningNotAllowed => Self::EveningNotAllowed,
            Conflict::EveningNeedsTwo => Self::EveningNeedsTwo,
            Conflict::EveningCapReached => Self::EveningCapReached,
            Conflict::RecordCorrected => Self::RecordCorrected,
            Conflict::NotReproduced => Self::NotReproduced,
            Conflict::NoStreets => Self::NoStreets,
            Conflict::StreetsReplaced => Self::StreetsReplaced,
        }
    }
}

impl From<Flaw> for FieldError {
    fn from(flaw: Flaw) -> Self {
        Self { field: flaw.field, code: fault_code(flaw.code), expected: flaw.expected, found: flaw.found }
    }
}

/// A fault's code as programs see it: its name in snake case.
pub fn fault_code(code: FaultCode) -> String {
    serde_json::to_value(code).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Problem {
    /// What is sent of it.
    pub fn body(&self) -> ProblemBody {
        let (en, zh) = self.code.titles();
        ProblemBody {
            kind: format!("urn:sanshi:problem:{}", self.code.as_str()),
            title: en,
            title_zh: zh,
            status: self.code.status().as_u16(),
            code: self.code.as_str(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, body) = (self.code.status(), self.body());
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(cookie) = self.cookie {
            headers.insert(header::SET_COOKIE, cookie);
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_its_own_and_has_both_titles() {
        let mut seen = std::collections::BTreeSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{} stands twice", code.as_str());
            let (en, zh) = code.titles();
            assert!(!en.is_empty() && !zh.is_ascii(), "{}", code.as_str());
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
    }
}
