//! Why a verb was refused, by what the caller can do about it.

use crate::{
    domain::{
        access::{Right, Role},
        study::NothingToTest,
    },
    media::Rejected,
    store::StoreError,
    transfer::FaultCode,
};

/// A refusal: nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("no {what} {name}")]
    NotFound { what: &'static str, name: String },
    #[error("{role} may not do this")]
    Forbidden { right: Right, role: Role },
    /// What was sent does not fit; each flaw says where.
    #[error("{}", .0.first().map_or_else(String::new, |flaw| format!("{}: expected {}; found {}", flaw.field, flaw.expected, flaw.found)))]
    Invalid(Vec<Flaw>),
    #[error("{detail}")]
    Conflict { conflict: Conflict, detail: String },
    /// A house, by its code, on which a round may not call.
    #[error("house {house}: {why}")]
    NotToCall { house: String, conflict: Conflict, why: String },
    /// A wrong name, a wrong password or a wrong code of the first start: which of them is not told.
    #[error("the name or the password is wrong")]
    BadSignIn,
    #[error("{detail}")]
    SecondFactorNeeded { detail: &'static str },
    #[error("too many failed tries; wait {wait_s} seconds")]
    TooManyTries { wait_s: u32 },
    /// Too many passwords are being compared at once.
    #[error("too many sign in at the same time; try again shortly")]
    Busy,
    /// Too much is planned at once.
    #[error("too many rounds are planned at the same time; try again shortly")]
    Overloaded,
    /// Something had to be sealed and the site has no key.
    #[error("{detail}")]
    NoSiteKey { detail: String },
    /// Somebody looked at as many persons within the hour as the site allows.
    #[error("you looked at {quota} persons within the hour, as many as this site allows")]
    QuotaReached { quota: i64, retry_after_s: u32 },
    /// A file that is not let in as a picture.
    #[error(transparent)]
    Photo(#[from] Rejected),
    #[error("there is no room for photos; nothing of this one is kept: make room, then send it again")]
    PhotoStorageFull,
    /// The place where photos lie does not answer, and nobody may wait for it.
    #[error("the photo store takes too long; nothing of this one is on record: send it again shortly")]
    PhotoStoreSlow,
    /// Too many pictures wait to be looked through.
    #[error("too many photos come in at once; send this one again shortly")]
    PhotosBusy,
    #[error("expected at most {most} unfinished uploads; found as many: finish or end one")]
    TooManyUploads { most: usize },
    /// What arrived is not what was sent; it is forgotten.
    #[error("expected bytes that fit their checksum; found others: send them again")]
    ChecksumDiffers,
    /// A drawn area that is none.
    #[error("{}: expected {}; found {}", .0.field, .0.expected, .0.found)]
    BadArea(Flaw),
    /// A question without an answer: no p-value would mean anything.
    #[error("nothing to test: {0}")]
    NothingToTest(#[from] NothingToTest),
    /// Whoever asked waits no longer.
    #[error("the question was given up")]
    GivenUp,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One thing that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    pub field: String,
    pub code: FaultCode,
    pub expected: String,
    pub found: String,
}

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    AlreadyVoided,
    AlreadyUndone,
    ChangedAgain,
    HasEvents,
    ReplacedOthers,
    KeyReused,
    TierChanged,
    NothingToConfirm,
    AlreadyConfirmed,
    NotFitting,
    AlreadyServed,
    AlreadyUnderReview,
    AlreadyDecided,
    SameOfficer,
    AlreadyActive,
    NameTaken,
    LastAdministrator,
    AlreadyEnded,
    AlreadyRecorded,
    /// Another round calls on the house.
    AlreadyPlanned,
    /// Somebody else changed the round.
    RoundChanged,
    /// The site has no key, or not its own: it keeps no personal data.
    PeopleOff,
    /// The site keeps no photos.
    PhotosOff,
    /// The file is a photo of an area that is out of reach.
    PhotoElsewhere,
    /// An upload goes on where it ended.
    OffsetDiffers,
    /// Somebody adds to this upload right now.
    UploadBusy,
    EveningNotAllowed,
    EveningNeedsTwo,
    EveningCapReached,
    /// What a card rests on was corrected since.
    RecordCorrected,
    /// This program answers otherwise than the one that made the card.
    NotReproduced,
    /// No file of streets was imported yet.
    NoStreets,
    /// What a card rests on are streets that others have taken the place of.
    StreetsReplaced,
}

impl Refusal {
    pub(super) fn one(field: &str, code: FaultCode, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Invalid(vec![Flaw::new(field, code, expected, found)])
    }

    pub(super) fn bad_area(field: &str, code: FaultCode, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::BadArea(Flaw::new(field, code, expected, found))
    }
}

impl Flaw {
    fn new(field: &str, code: FaultCode, expected: impl Into<String>, found: impl Into<String>) -> Self {
        let found: String = found.into();
        Self { field: field.to_owned(), code, expected: expected.into(), found: found.chars().take(80).collect() }
    }
}
