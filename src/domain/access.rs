//! Who may do what.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What somebody is at the site. Who has not signed in is `Public`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Public,
    Assistant,
    Officer,
    Analyst,
    Planner,
    Auditor,
    Administrator,
}

/// A thing that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See points that the policy shows to staff only, and who recorded an observation.
    SeeStaffLines,
    RecordEvent,
    /// Say that an observation was a mistake.
    VoidEvent,
    Import,
    SeeImports,
    /// See tiers as computed before they are public, and the work that waits.
    SeeWork,
    /// Confirm that a worse tier is right.
    ConfirmTier,
    MakeNotice,
    /// Put an owner's request for a review on record.
    AskReview,
    DecideReview,
    /// Simulate and activate policies.
    ManagePolicies,
    ManageTokens,
    /// See who did what.
    SeeAudit,
    /// Who has an account, in which role and for which areas.
    ManageAccounts,
    /// See who lives in a house, masked, and its units.
    SeePersons,
    /// See one person's name and numbers, for a stated purpose.
    RevealPerson,
    /// Record that somebody moved in or out, and units.
    RecordResidency,
    /// See how many live in a house.
    SeeCensus,
    /// Plan rounds of visits, and plan them again.
    PlanRounds,
    /// See rounds, their paths and sheets.
    SeeRounds,
    /// Erase a person, unseen, and what is past its period.
    ErasePersons,
    /// See pictures of houses.
    SeePhotos,
    /// Bring pictures in and say which house they show.
    TakePhoto,
    /// Delete a picture for good.
    DeletePhoto,
    /// See visits and which are due.
    SeeInspections,
    RecordVisit,
    /// Ask in studies whether red houses stand where they do by chance, and see which houses are meant.
    Analyse,
}

impl Right {
    /// Whether it reaches beyond any area: only who answers for the whole site has it.
    #[must_use]
    pub fn is_site_wide(self) -> bool {
        matches!(self, Self::Import | Self::SeeImports | Self::ManagePolicies | Self::ManageTokens | Self::ManageAccounts | Self::SeeAudit | Self::ErasePersons)
    }
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected one of assistant, officer, analyst, planner, auditor, administrator; found \"{0}\"")]
pub struct UnknownRole(pub String);

impl Role {
    pub const ALL: [Self; 7] = [Self::Public, Self::Assistant, Self::Officer, Self::Analyst, Self::Planner, Self::Auditor, Self::Administrator];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Assistant => "assistant",
            Self::Officer => "officer",
            Self::Analyst => "analyst",
            Self::Planner => "planner",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// The one table of rights.
    #[must_use]
    pub fn rights(self) -> &'static [Right] {
        use Right::{
            Analyse, AskReview, ConfirmTier, DecideReview, DeletePhoto, ErasePersons, Import, MakeNotice, ManageAccounts, ManagePolicies, ManageTokens,
            PlanRounds, RecordEvent, RecordResidency, RecordVisit, RevealPerson, SeeAudit, SeeCensus, SeeImports, SeeInspections, SeePersons, SeePhotos,
            SeeRounds, SeeStaffLines, SeeWork, TakePhoto, VoidEvent,
        };
        match self {
            Self::Public => &[],
            Self::Assistant => &[
                SeeStaffLines,
                SeeWork,
                RecordEvent,
                MakeNotice,
                AskReview,
                SeePersons,
                RecordResidency,
                SeeCensus,
                SeePhotos,
                TakePhoto,
                SeeInspections,
                RecordVisit,
                SeeRounds,
            ],
            Self::Officer => &[
                SeeStaffLines,
                SeeWork,
                RecordEvent,
                VoidEvent,
                ConfirmTier,
                MakeNotice,
                AskReview,
                DecideReview,
                SeePersons,
                RevealPerson,
                RecordResidency,
                SeeCensus,
                SeePhotos,
                TakePhoto,
                DeletePhoto,
                SeeInspections,
                RecordVisit,
                PlanRounds,
                SeeRounds,
                Analyse,
            ],
            Self::Analyst => &[SeeStaffLines, SeeWork, SeeCensus, Analyse],
            // A planner goes to the houses of a cluster.
            Self::Planner => &[SeeStaffLines, SeeWork, SeeCensus, SeeInspections, PlanRounds, SeeRounds, Analyse],
            Self::Auditor => &[SeeStaffLines, SeeWork, SeeImports, SeeAudit, SeeCensus, SeeInspections],
            Self::Administrator => &[
                SeeStaffLines,
                SeeWork,
                RecordEvent,
                VoidEvent,
                Import,
                SeeImports,
                ConfirmTier,
                MakeNotice,
                AskReview,
                DecideReview,
                ManagePolicies,
                ManageTokens,
                ManageAccounts,
                // Manages accounts and keys, and sees no persons: whom to erase comes as a bare id from an officer.
                ErasePersons,
                SeeCensus,
                SeeInspections,
            ],
        }
    }

    #[must_use]
    pub fn may(self, right: Right) -> bool {
        self.rights().contains(&right)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    /// Every role but the public, which needs no token.
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().skip(1).find(|role| role.as_str() == text.trim()).ok_or_else(|| UnknownRole(text.chars().take(40).collect()))
    }
}
