//! Files out: notices on paper, as PDF.
//!
//! This room knows paper: measures, the font, where lines and pages break, how a letter and a sign on a door look. What they say is
//! the domain's ([`crate::domain::notice`]). It must never know the database, the network, a clock or chance: the same notice gives the same
//! bytes on every machine, so that a printed one can be proved by its hash.
//!
//! The way of a notice: content (domain) → lines → marks on pages → PDF/A. A character that the font lacks is printed as 〓 and reported.

mod card;
mod face;
mod flow;
mod letter;
mod lines;
mod page;
mod print;
mod round;
mod shape;
mod sign;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, str::FromStr};

use serde::{Deserialize, Serialize};

pub use card::CardToday;

use crate::domain::{
    notice::{Content, Notice},
    round as round_sheet,
    study::Card,
    words::Words,
};
use face::Face;
use flow::Flow;
use page::{MM, Sheet};
use print::Bundle;

/// A size of paper, upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Paper {
    #[default]
    A4,
    A5,
}

/// The bytes of a PDF and what it could not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub bytes: Vec<u8>,
    pub pages: usize,
    /// Characters that the font lacks, in order; each stands as 〓 on the paper.
    pub missing: Vec<char>,
}

/// Why there is no PDF.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperFault {
    #[error("expected at least one notice to print; found none")]
    Nothing,
    #[error("expected a web address that fits into a QR code, at most 2,331 bytes; found {0} bytes: shorten it")]
    LongUrl(usize),
    #[error("the font inside the program is broken: build it again")]
    Font,
    #[error("no PDF could be written: {0}")]
    Pdf(String),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of a4, a5; found \"{0}\"")]
pub struct UnknownPaper(pub String);

impl Paper {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::A5 => "a5",
        }
    }
}

impl FromStr for Paper {
    type Err = UnknownPaper;

    fn from_str(text: &str) -> Result<Self, UnknownPaper> {
        match text.trim() {
            "a4" => Ok(Self::A4),
            "a5" => Ok(Self::A5),
            other => Err(UnknownPaper(other.chars().take(40).collect())),
        }
    }
}

/// One notice as a PDF of its own.
pub fn pdf(notice: &Notice, paper: Paper) -> Result<Printed, PaperFault> {
    pdf_of_many(std::slice::from_ref(notice), paper)
}

/// Many notices in one PDF, each beginning on a page of its own, with a list of contents. Memory grows with their number: ask for
/// hundreds at a time, not for a city.
pub fn pdf_of_many(notices: &[Notice], paper: Paper) -> Result<Printed, PaperFault> {
    let Some(last_day) = notices.iter().map(|notice| notice.day).max() else { return Err(PaperFault::Nothing) };
    let face = Face::load().ok_or(PaperFault::Font)?;
    let sheet = paper.sheet();
    let mut missing = BTreeSet::new();
    let mut bundles = Vec::with_capacity(notices.len());
    for notice in notices {
        let title = notice.kind.title().zh;
        let mut flow = Flow::new(&face, &mut missing, sheet, format!("{title}  {}  {}", notice.number, notice.house_code));
        match notice.content() {
            Content::Letter(content) => letter::letter(&mut flow, notice, &content)?,
            Content::Sign(content) => sign::sign(&mut flow, notice, &content)?,
        }
        // The title stands in XML too, which knows no control characters.
        let title = format!("{title} {} {}", notice.number, notice.house_code)
            .replace(|character: char| character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}'), " ");
        bundles.push(Bundle { title, pages: flow.pages });
    }
    let title = match &bundles[..] {
        [one] => one.title.clone(),
        many => format!("{} 等 {} 份", many.first().map_or("", |first| &first.title), many.len()),
    };
    let bytes = print::print(&face, sheet, &bundles, &title, last_day)?;
    let pages = bundles.iter().map(|bundle| bundle.pages.len()).sum();
    Ok(Printed { bytes, pages, missing: missing.into_iter().collect() })
}

/// The sheets of a round, each team's beginning on a page of its own.
pub fn round_pdf(sheet: &round_sheet::Sheet, paper: Paper) -> Result<Printed, PaperFault> {
    let face = Face::load().ok_or(PaperFault::Font)?;
    let mut missing = BTreeSet::new();
    let mut bundles = Vec::new();
    for team in &sheet.teams {
        let title = format!("{} {}", sheet.title, team.name);
        let mut flow = Flow::new(&face, &mut missing, paper.sheet(), title.clone());
        round::team(&mut flow, sheet, team)?;
        bundles.push(Bundle { title: title.replace(char::is_control, " "), pages: flow.pages });
    }
    if bundles.is_empty() {
        return Err(PaperFault::Nothing);
    }
    let title = sheet.title.replace(char::is_control, " ");
    let bytes = print::print(&face, paper.sheet(), &bundles, &title, sheet.day)?;
    let pages = bundles.iter().map(|bundle| bundle.pages.len()).sum();
    Ok(Printed { bytes, pages, missing: missing.into_iter().collect() })
}

/// The card of a study's question on one or more pages, with what became of it until today.
pub fn card_pdf(card: &Card, site: &Words, study: &str, today: &CardToday, paper: Paper) -> Result<Printed, PaperFault> {
    let face = Face::load().ok_or(PaperFault::Font)?;
    let (sheet, mut missing) = (paper.sheet(), BTreeSet::new());
    let title = format!("研究结果卡 {} · {}", card.study, card.number);
    let mut flow = Flow::new(&face, &mut missing, sheet, title.clone());
    card::card(&mut flow, card, site, study, today);
    let pages = flow.pages.len();
    let bundles = [Bundle { title: title.clone(), pages: flow.pages }];
    let bytes = print::print(&face, sheet, &bundles, &title, card.date)?;
    Ok(Printed { bytes, pages, missing: missing.into_iter().collect() })
}

impl Paper {
    fn sheet(self) -> Sheet {
        let [width, height, margin, body, small] = match self {
            Self::A4 => [210.0, 297.0, 22.0, 10.8, 8.2],
            Self::A5 => [148.0, 210.0, 14.0, 8.6, 6.6],
        };
        let (width, height, margin) = (width * MM, height * MM, margin * MM);
        Sheet { width, height, margin, top: margin * 0.9, bottom: height - margin, body, small }
    }
}
