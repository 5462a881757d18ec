//! The look of a result card: what was found, in figures, and all that is needed to find it again.

use super::flow::{Align, Flow};
use crate::domain::{
    study::{Card, Group, GroupNow, Label},
    words::Words,
};

/// How a card stands when it is printed.
#[derive(Clone, Debug, Default)]
pub struct CardToday {
    /// Tests in the study by now.
    pub tests: usize,
    /// Over all of them; `None` for exploration.
    pub p_corrected: Option<f64>,
    /// Whether it is still a finding.
    pub is_significant: bool,
    /// Those of its groups that still hold; `None` for exploration.
    pub groups: Option<Vec<GroupNow>>,
    /// Tests that those who ask in the study asked in others within the reach of whoever prints.
    pub elsewhere: u64,
}

impl CardToday {
    /// Whether a group, by its number, still holds.
    #[must_use]
    pub fn holds(&self, group: u64) -> bool {
        self.groups.iter().flatten().any(|one| u64::from(one.number) == group)
    }
}

/// Puts a card on the sheet.
pub fn card(flow: &mut Flow, card: &Card, site: &Words, study: &str, today: &CardToday) {
    let (strong, small, column) = (flow.body().bold(), flow.small(), [flow.sheet.margin, flow.width()]);
    flow.paragraph(&site.zh, strong, column, Align::Left);
    flow.paragraph(&site.en, small, column, Align::Left);
    flow.gap(0.6);
    flow.paragraph(&format!("研究结果卡  {study}  第 {} 问", card.number), strong, column, Align::Left);
    flow.paragraph(&format!("Result card · question {}", card.number), small, column, Align::Left);
    flow.gap(0.8);
    flow.words(&card.sentence);
    if let Some(since) = card.since(today.tests, today.is_significant) {
        flow.words(&since);
    }
    flow.words(&card.note);
    let lines = flow.sheet.body * 6.0;
    flow.heading(&Words::new("数字", "Figures"), lines);
    let rows = figures(card, today);
    let rows: Vec<[&Words; 2]> = rows.iter().map(|(name, value)| [name, value]).collect();
    flow.table([&Words::new("项目", "what"), &Words::new("数值", "value")], &rows);
}

fn figures(card: &Card, today: &CardToday) -> Vec<(Words, Words)> {
    let mut rows = Vec::new();
    let mut row = |zh: &str, en: &str, value: String| rows.push((Words::new(zh, en), Words { zh: value, en: String::new() }));
    let count = |count: Option<u64>| count.map_or_else(|| "—".to_owned(), |count| count.to_string());
    row("日期与口径", "day and view", format!("{} {}", card.date, card.view));
    row("评分标准", "policy", format!("{} {}", card.policy.name, card.policy.version));
    row("已评级出租房 / 其中红色", "rated houses / red", format!("{} / {}", count(card.houses), count(card.red)));
    for group in &card.groups {
        let (zh, en) = label(group.label);
        row(&format!("{zh} {}：房屋 / 红色", group.number), &format!("{en} {}: houses / red", group.number), figures_of(group, today));
    }
    if let Some(test) = &card.test {
        row("检验", "test", format!("{} {}", test.zh, test.en));
    }
    if let (Some(p), Some(corrected)) = (card.p, card.p_corrected) {
        row("p 值", "p", short(p));
        row(
            &format!("校正后 p 值（霍尔姆法，至今 {} 问）", card.questions_so_far),
            &format!("corrected p (Holm, {} questions so far)", card.questions_so_far),
            short(corrected),
        );
        if let Some(now) = today.p_corrected.filter(|_| today.tests > card.questions_so_far) {
            row(&format!("打印时校正后 p 值（共 {} 问）", today.tests), &format!("corrected p when printed ({} questions)", today.tests), short(now));
        }
        row("显著性水平", "alpha", card.alpha.to_string());
        if today.elsewhere > 0 {
            row(
                "同一提问人在其他研究中的检验（限可见范围，未计入校正）",
                "tests by the same askers in other studies within your reach (not corrected for)",
                today.elsewhere.to_string(),
            );
        }
    }
    row("参数", "parameters", serde_json::to_string(&card.ask).unwrap_or_default());
    if let Some(streets) = &card.streets {
        row("道路数据", "streets", streets.attribution.clone());
        row("附近没有道路的房屋", "houses that no street is near", count(streets.off_streets));
    }
    row("提问人", "asked by", card.by.clone());
    row("数据散列", "data hash", card.data_hash.clone());
    row("问题散列", "question hash", card.question_hash.clone());
    rows
}

/// A group's counts, and how much is left of it: its p-value as corrected when printed.
fn figures_of(group: &Group, today: &CardToday) -> String {
    let no_longer = if today.groups.is_some() && !today.holds(group.number.into()) { "；已不再成立 no longer a finding" } else { "" };

    if group.held_back {
        return format!("—（数量较小，不予显示 small counts held back）{no_longer}");
    }
    let count = |count: Option<u64>| count.map_or_else(|| "—".to_owned(), |count| count.to_string());
    let mut text = format!("{} / {}", count(group.houses), count(group.red));
    if let Some(ratio) = group.relative_risk {
        text += &format!("；× {ratio:.2}");
    }
    if let Some([low, high]) = group.interval {
        text += &format!(" ({low:.2}–{high:.2})");
    }
    if let Some(p) = group.p {
        text += &format!("；p {}", short(p));
    }
    let now = today.groups.iter().flatten().find(|one| one.number == group.number);
    if let Some(p) = now.and_then(|now| now.p_corrected).filter(|p| Some(*p) != group.p) {
        text += &format!("；校正后 corrected p {}", short(p));
    }
    text + no_longer
}

fn label(label: Label) -> (&'static str, &'static str) {
    match label {
        Label::Inside => ("区域内", "inside"),
        Label::Other => ("另一区域", "other area"),
        Label::Rest => ("其余", "rest"),
        Label::Cluster => ("聚集处", "cluster"),
        Label::Hot => ("热点", "hot spots"),
        Label::RedAmongRed => ("红邻红", "red among red"),
        Label::OtherAmongRed => ("非红邻红", "other among red"),
        Label::OtherAmongOther => ("非红邻非红", "other among other"),
        Label::RedAmongOther => ("红邻非红", "red among other"),
        Label::Dense => ("密集处", "dense place"),
    }
}

/// Three digits that count.
fn short(p: f64) -> String {
    if p < 1e-4 { format!("{p:.2e}") } else { format!("{p:.4}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::study::Count;

    #[test]
    fn a_group_that_no_longer_holds_is_printed_as_such() {
        let group = |number| Group { p: Some(0.001), ..Group::of(number, Label::Cluster, Count { houses: 30, red: 20 }) };
        let today = CardToday { groups: Some(vec![GroupNow { number: 1, p_corrected: Some(0.003) }]), ..CardToday::default() };
        assert_eq!(figures_of(&group(1), &today), "30 / 20；p 0.0010；校正后 corrected p 0.0030");
        assert_eq!(figures_of(&group(2), &today), "30 / 20；p 0.0010；已不再成立 no longer a finding");
        let exploration = Group { p: None, ..group(2) };
        assert_eq!(figures_of(&exploration, &CardToday::default()), "30 / 20");
    }
}
