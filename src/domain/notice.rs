//! Notices: what an office writes to the owner of a house, and the sign on its door.
//!
//! This room knows what is said, in both languages, and in which order. It knows the house by its code and address, never an owner, a
//! tenant or any other person but the officer who signs; it knows nothing of paper, fonts or files. A notice keeps all that it says, so
//! that it can be written again years later, word for word.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{day::Day, house::HouseCode, tier::Tier, words::Words};

/// What an office says about one house on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    pub kind: NoticeKind,
    /// The office's own number of it.
    pub number: String,
    /// The office that writes: reviews are asked of it.
    pub site: Words,
    #[serde(deserialize_with = "house_code")]
    pub house_code: HouseCode,
    /// Empty when unknown.
    pub address: String,
    pub tier: Tier,
    /// What the policy calls the tier.
    pub called: Words,
    /// The day on which it was made.
    pub day: Day,
    /// The last day for what it asks for; `None` when it sets none.
    pub deadline: Option<Day>,
    /// What the tier rests on. A sign on a door never shows it.
    pub reasons: Vec<Reason>,
    /// What the owner can do. A sign on a door never shows it.
    pub steps: Vec<Words>,
    /// Who signs.
    pub officer: String,
    /// Title of the policy that counts.
    pub policy: Words,
    pub policy_version: i64,
    /// The public page of the house; empty when there is none.
    pub public_url: String,
}

/// One thing on record and the rule that counts it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// What is on record, with its day.
    pub text: Words,
    /// Which rule counts it, how much and until when.
    pub detail: Words,
}

/// What a notice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Asks.
    FriendlyReminder,
    /// Asks with a deadline.
    RectificationNotice,
    /// States that an improvement was refused, and asks again.
    FormalNotice,
    /// The sign on the door.
    Certificate,
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("expected one of friendly_reminder, rectification_notice, formal_notice, certificate; found \"{0}\"")]
pub struct UnknownNotice(pub String);

impl NoticeKind {
    pub const ALL: [Self; 4] = [Self::FriendlyReminder, Self::RectificationNotice, Self::FormalNotice, Self::Certificate];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FriendlyReminder => "friendly_reminder",
            Self::RectificationNotice => "rectification_notice",
            Self::FormalNotice => "formal_notice",
            Self::Certificate => "certificate",
        }
    }

    #[must_use]
    pub fn title(self) -> Words {
        match self {
            Self::FriendlyReminder => Words::new("友情提醒书", "Friendly reminder"),
            Self::RectificationNotice => Words::new("整改通知书", "Rectification notice"),
            Self::FormalNotice => Words::new("正式通知书", "Formal notice"),
            Self::Certificate => Words::new("出租房屋等级标识牌", "Rental house: tier certificate"),
        }
    }
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for NoticeKind {
    type Err = UnknownNotice;

    fn from_str(text: &str) -> Result<Self, UnknownNotice> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text.trim()).ok_or_else(|| UnknownNotice(text.chars().take(40).collect()))
    }
}

/// What a notice says, ready to be set in type.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Letter(Letter),
    Sign(Sign),
}

/// A letter to the owner of a house.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    pub title: Words,
    pub addressee: Words,
    pub parts: Vec<Part>,
}

/// A piece of a letter.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Text(Words),
    /// A paragraph under its own heading.
    Headed {
        heading: Words,
        text: Words,
    },
    /// Here stands the table of the notice's reasons.
    Reasons {
        heading: Words,
        text: Words,
        detail: Words,
    },
    /// Here stand the notice's steps, numbered.
    Steps {
        heading: Words,
    },
    /// To be emphasised.
    Deadline {
        label: Words,
        day: Words,
    },
}

/// A sign for the door: nothing on it that only the owner should read.
#[derive(Clone, Debug, PartialEq)]
pub struct Sign {
    pub title: Words,
    /// The tier in one word.
    pub colour: Words,
    /// One sentence for those who stand before the door.
    pub note: Words,
    /// What the tier rests on and where to see the one that holds.
    pub source: Words,
}

impl Notice {
    /// What it says, and in which order.
    #[must_use]
    pub fn content(&self) -> Content {
        let mut parts = match self.kind {
            NoticeKind::FriendlyReminder => self.reminder(),
            NoticeKind::RectificationNotice => self.rectification(),
            NoticeKind::FormalNotice => self.formal(),
            NoticeKind::Certificate => return Content::Sign(self.sign()),
        };
        parts.push(self.healing());
        parts.push(self.review());
        Content::Letter(Letter { title: self.kind.title(), addressee: self.addressee(), parts })
    }

    fn addressee(&self) -> Words {
        let (code, address) = (&self.house_code, self.address.trim());
        if address.is_empty() {
            return Words { zh: format!("房屋编码{code}的业主："), en: format!("To the owner of house {code}") };
        }
        Words { zh: format!("{address}（房屋编码{code}）的业主："), en: format!("To the owner of house {code}, {address}") }
    }

    fn reminder(&self) -> Vec<Part> {
        let mut parts = vec![
            Part::Text(Words::new(
                "感谢您为承租人提供住处。现将您出租房屋的记录情况告知如下，供您改善时参考。",
                "Thank you for giving tenants a home. This is where the record of your rental house stands and what would improve it.",
            )),
            Part::Text(self.standing()),
        ];
        parts.extend(self.reasons());
        parts.extend(self.steps(Words::new("可以采取的改善措施", "What you can do")));
        parts.extend(self.until(Words::new("建议完成日期", "Suggested by")));
        parts.push(Part::Text(Words::new(
            "本提醒书不是处罚，也不改变房屋的等级。完成后请告知本处，我们将上门查看并记录。",
            "This reminder is no penalty and changes no tier. Tell us when the work is done: we will come, look and record it.",
        )));
        parts
    }

    fn rectification(&self) -> Vec<Part> {
        let mut parts = vec![Part::Text(self.standing())];
        parts.extend(self.reasons());
        parts.extend(self.steps(Words::new("请您完成的整改", "Please make these improvements")));
        parts.extend(self.until(Words::new("整改期限", "Deadline")));
        parts.push(Part::Text(match &self.deadline {
            Some(_) => Words::new(
                "请在上述期限届满前（含当日）完成整改并告知本处，我们将上门验收并予以记录。期限届满之前，公开的等级不会因本通知书而降低。需要延期的，请在期限内说明理由。",
                "Please complete them by the end of that day and tell us: we will inspect and record them. Until then the public tier does not become worse because of this notice. If you need more time, tell us why before the deadline.",
            ),
            None => Words::new("请尽快完成整改并告知本处，我们将上门验收并予以记录。", "Please complete them soon and tell us: we will inspect and record them."),
        }));
        parts
    }

    fn formal(&self) -> Vec<Part> {
        let mut parts = vec![
            Part::Text(Words::new(
                "本处此前已就该房屋提出整改要求。据记录，整改要求未被接受，现正式通知如下。",
                "This office has asked for improvements of this house before. According to our record they were refused; we therefore give formal notice.",
            )),
            Part::Text(self.standing()),
        ];
        parts.extend(self.reasons());
        parts.extend(self.steps(Words::new("仍需完成的整改", "Improvements still asked for")));
        parts.extend(self.until(Words::new("整改期限", "Deadline")));
        parts.push(Part::Text(Words::new(
            "您仍可随时完成整改并告知本处；整改经验收合格后即予记录，并按同一标准计入。如有困难，欢迎与本处联系，共同商定办法。",
            "You can still make the improvements at any time. Once inspected and accepted they are recorded and counted under the same standard. If something stands in the way, talk to us: we will look for a way together.",
        )));
        parts
    }

    /// What was recorded, under which rules, and that it is about the house.
    fn standing(&self) -> Words {
        let (day, policy, colour) = (spoken(self.day), &self.policy, colour(self.tier));
        Words {
            zh: format!(
                "依据《{}》第{}版，截至{}，该房屋按经核实的事件记录评定为“{}”（{}）。等级只依据与房屋有关的记录，不涉及对任何人的评价。",
                policy.zh, self.policy_version, day.zh, self.called.zh, colour.zh
            ),
            en: format!(
                "Under \"{}\", version {}, the record of confirmed events places this house in the tier \"{}\" ({}) as of {}. The tier rests only on records about the house; it says nothing about any person.",
                policy.en, self.policy_version, self.called.en, colour.en, day.en
            ),
        }
    }

    fn reasons(&self) -> Option<Part> {
        (!self.reasons.is_empty()).then(|| Part::Reasons {
            heading: Words::new("记录事项及计入规则", "What is on record, and the rule that counts it"),
            text: Words::new("记录事项", "On record"),
            detail: Words::new("计入规则", "Rule"),
        })
    }

    fn steps(&self, heading: Words) -> Option<Part> {
        (!self.steps.is_empty()).then_some(Part::Steps { heading })
    }

    fn until(&self, label: Words) -> Option<Part> {
        self.deadline.map(|day| Part::Deadline { label, day: spoken(day) })
    }

    fn healing(&self) -> Part {
        Part::Headed {
            heading: Words::new("等级会自行恢复", "The tier heals by itself"),
            text: Words::new(
                "每起事件只在标准规定的期限内计入，期满即不再计入；房屋状况改善并经验收后，按新的状况计入。",
                "An event counts only for the time that the standard sets and then no longer; once an improvement is accepted, the house counts as improved.",
            ),
        }
    }

    fn review(&self) -> Part {
        Part::Headed {
            heading: Words::new("申请复核", "How to ask for a review"),
            text: Words {
                zh: format!(
                    "如认为记录有误或对等级有异议，可以书面或当面向{}申请复核，并请注明本通知书编号。复核由未作出原决定的另一名工作人员办理；理由成立的，撤销有关记录并重新计算等级。申请复核不会使等级降低。",
                    self.site.zh
                ),
                en: format!(
                    "If you think a record is wrong or disagree with the tier, ask {} for a review, in writing or in person, and give the number of this notice. An officer who did not make the decision reviews it; if you are right, the record is withdrawn and the tier counted anew. Asking for a review never makes the tier worse.",
                    self.site.en
                ),
            },
        }
    }

    fn sign(&self) -> Sign {
        let note = match self.tier {
            Tier::Red => Words::new(
                "提示：本房屋有亟待改善的事项。承租前请扫码查看公开记录。",
                "Please note: important improvements are outstanding. Scan the code for the public record before you rent.",
            ),
            Tier::Yellow => Words::new(
                "本房屋有待改善的事项。承租前请扫码查看公开记录。",
                "Some improvements are outstanding. Scan the code for the public record before you rent.",
            ),
            Tier::Green => Words::new("本房屋记录良好，推荐承租。", "The record of this house is good: recommended to tenants."),
            Tier::Star => Words::new("本房屋为示范出租房屋，优先推荐承租。", "An exemplary rental house: recommended first to tenants."),
        };
        let source = Words {
            zh: format!("等级依据《{}》第{}版和经核实的事件记录评定，会随记录变化；以扫码所示的现行等级为准。", self.policy.zh, self.policy_version),
            en: format!(
                "Rated under \"{}\", version {}, from the record of confirmed events. Tiers change with the record: the one shown by the code holds.",
                self.policy.en, self.policy_version
            ),
        };
        Sign { title: self.kind.title(), colour: colour(self.tier), note, source }
    }
}

/// The tier in one word.
fn colour(tier: Tier) -> Words {
    match tier {
        Tier::Red => Words::new("红色", "red"),
        Tier::Yellow => Words::new("黄色", "yellow"),
        Tier::Green => Words::new("绿色", "green"),
        Tier::Star => Words::new("星级", "star"),
    }
}

/// A day as a letter says it: 2010年3月5日, 5 March 2010.
#[must_use]
pub fn spoken(day: Day) -> Words {
    const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let text = day.to_string();
    let mut numbers = text.split('-').map(|part| part.parse::<usize>().unwrap_or(1));
    let (year, month, day) = (numbers.next().unwrap_or(1), numbers.next().unwrap_or(1), numbers.next().unwrap_or(1));
    let name = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default();
    Words { zh: format!("{year}年{month}月{day}日"), en: format!("{day} {name} {year}") }
}

fn house_code<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<HouseCode, D::Error> {
    let text = String::deserialize(deserializer)?;
    HouseCode::new(&text).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(kind: NoticeKind) -> Notice {
        Notice {
            kind,
            number: "2010-0007".into(),
            site: Words::new("正信社区服务站", "Zhengxin community office"),
            house_code: HouseCode::new("ZX-0001").unwrap(),
            address: "潞城街道1号".into(),
            tier: Tier::Yellow,
            called: Words::new("关注户", "attention"),
            day: "2010-03-05".parse().unwrap(),
            deadline: Some("2010-04-04".parse().unwrap()),
            reasons: vec![Reason { text: Words::new("缺少防盗门", "no security door"), detail: Words::new("扣3分", "-3 points") }],
            steps: vec![Words::new("安装防盗门", "fit a security door")],
            officer: "王警官".into(),
            policy: Words::new("分级标准", "House rating"),
            policy_version: 2,
            public_url: "https://example.org/h/ZX-0001".into(),
        }
    }

    fn said(notice: &Notice) -> Vec<Words> {
        match notice.content() {
            Content::Sign(sign) => vec![sign.title, sign.colour, sign.note, sign.source],
            Content::Letter(letter) => {
                let parts = letter.parts.into_iter().flat_map(|part| match part {
                    Part::Text(text) => vec![text],
                    Part::Headed { heading, text } => vec![heading, text],
                    Part::Reasons { heading, text, detail } => vec![heading, text, detail],
                    Part::Steps { heading } => vec![heading],
                    Part::Deadline { label, day } => vec![label, day],
                });
                [letter.title, letter.addressee].into_iter().chain(parts).collect()
            }
        }
    }

    #[test]
    fn every_kind_is_said_in_both_languages_and_speaks_of_records_never_of_risk() {
        for kind in NoticeKind::ALL {
            for tier in Tier::ALL {
                let said = said(&Notice { tier, ..notice(kind) });
                assert!(said.iter().all(|words| !words.zh.is_empty() && !words.en.is_empty()), "{kind}");
                let all: String = said.iter().map(|words| format!("{} {}\n", words.zh, words.en.to_lowercase())).collect();
                assert!(all.contains("经核实的事件记录") && all.contains("record of confirmed events"), "{kind}: {all}");
                for never in ["risk", "风险", "danger", "危险", "suspect", "嫌疑"] {
                    assert!(!all.contains(never), "{kind}: {never}");
                }
            }
        }
    }

    #[test]
    fn a_letter_says_to_whom_until_when_and_how_to_contest_it() {
        for kind in [NoticeKind::FriendlyReminder, NoticeKind::RectificationNotice, NoticeKind::FormalNotice] {
            let all: String = said(&notice(kind)).iter().map(|words| format!("{} {}\n", words.zh, words.en)).collect();
            for part in ["ZX-0001", "潞城街道1号", "《分级标准》第2版", "2010年4月4日", "4 April 2010", "正信社区服务站申请复核", "heals by itself"]
            {
                assert!(all.contains(part), "{kind}: {part}");
            }
        }
    }

    #[test]
    fn a_sign_shows_neither_reasons_nor_steps() {
        let all: String = said(&notice(NoticeKind::Certificate)).iter().map(|words| format!("{} {}\n", words.zh, words.en)).collect();
        assert!(!all.contains("防盗门") && !all.contains("security door"));
    }

    #[test]
    fn what_is_not_there_is_not_announced() {
        let bare = Notice { deadline: None, reasons: Vec::new(), steps: Vec::new(), address: " ".into(), ..notice(NoticeKind::RectificationNotice) };
        let Content::Letter(letter) = bare.content() else { panic!("a letter") };
        assert!(letter.parts.iter().all(|part| matches!(part, Part::Text(_) | Part::Headed { .. })));
        assert_eq!(letter.addressee.zh, "房屋编码ZX-0001的业主：");
    }

    #[test]
    fn a_notice_kept_as_json_comes_back_the_same_and_a_bad_house_code_does_not() {
        for kind in NoticeKind::ALL {
            let json = serde_json::to_string(&notice(kind)).unwrap();
            assert_eq!(serde_json::from_str::<Notice>(&json).unwrap(), notice(kind));
            assert!(serde_json::from_str::<Notice>(&json.replace("\"ZX-0001\"", "\"ZX 0001\"")).is_err());
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
