//! What the statistics say, in words that claim no more than they do, in Chinese and English.

use serde::Serialize;

use super::{Arguments, Model};
use crate::{
    cluster::{Cluster, Course, NothingToTest, Side},
    domain::words::thousands,
};

#[derive(Serialize)]
pub struct Sentence {
    zh: String,
    en: String,
}

#[derive(Serialize)]
pub struct Reason {
    code: &'static str,
    zh: &'static str,
    en: String,
}

impl Reason {
    pub fn of(nothing: NothingToTest) -> Self {
        let (code, zh) = match nothing {
            NothingToTest::NoPoints => ("no_points", "没有可检验的内容：没有点"),
            NothingToTest::TooFewPoints => ("too_few_points", "没有可检验的内容：少于三个点"),
            NothingToTest::NoCases => ("no_cases", "没有可检验的内容：没有一个点的 case 为 1"),
            NothingToTest::AllCases => ("all_cases", "没有可检验的内容：所有点的 case 都为 1"),
            NothingToTest::OneLocation => ("one_location", "没有可检验的内容：所有点都在同一位置"),
            NothingToTest::NoWindow => ("no_window", "没有可检验的内容：最大窗口容不下任何一个位置"),
            NothingToTest::NoPopulation => ("no_population", "没有可检验的内容：没有人口，或在没有人口处有计数"),
            NothingToTest::OneCategory => ("one_category", "没有可检验的内容：所有点都属同一等级，或等级多于十六个"),
            NothingToTest::OneStep => ("one_step", "没有可检验的内容：所有点都在同一时段"),
            NothingToTest::NoNeighbours => ("no_neighbours", "没有可检验的内容：没有一个点有邻点"),
            NothingToTest::NeighboursAlike => ("neighbours_alike", "没有可检验的内容：有邻点的点中没有一个或全部 case 为 1"),
            NothingToTest::NoLabels => ("no_labels", "没有可检验的内容：case 须为 0 或 1"),
            NothingToTest::Stopped => ("stopped", "未算完即停止"),
        };
        Self { code, zh, en: if nothing == NothingToTest::Stopped { nothing.to_string() } else { format!("nothing to test: {nothing}") } }
    }
}

/// What a cluster says; `span` names the first and the last step of a scan in time.
pub fn sentence(cluster: &Cluster, span: Option<(&str, &str)>, arguments: &Arguments) -> Sentence {
    let (mut zh, mut en) = counts(cluster, span, arguments);
    match cluster.relative_risk {
        Some(_) if cluster.cases == 0 || arguments.model == Model::Ordinal => {}
        Some(times) => {
            zh += &format!("，是其余{}的 {times:.1} 倍", if span.is_some() { "时段与地方" } else { "地方" });
            en += &format!(", {times:.1} times the rest");
        }
        None => {
            zh += "，其余地方没有";
            en += ", and none elsewhere";
        }
    }
    match cluster.span.as_ref().map(|span| span.1) {
        Some(Course::Growing) => {
            zh += "，后一半时间比前一半更高";
            en += ", and the rate rose within that time";
        }
        Some(Course::Fading) => {
            zh += "，后一半时间比前一半更低";
            en += ", and the rate fell within that time";
        }
        Some(Course::Over) => {
            zh += "，此后不再如此";
            en += ", and no longer so afterwards";
        }
        Some(Course::Lasting) | None => {}
    }
    if let Some(chance) = cluster.chance {
        let (times, of) = (thousands(chance.times as u64), thousands(chance.of as u64));
        zh += &format!("；仅凭偶然，{of} 次中就有 {times} 次如此");
        en += &format!("; chance alone does this in {times} of {of}");
        if chance.times * 20 > chance.of {
            zh += "，不能说明超出偶然";
            en += ", so this is not more than chance explains";
        }
    }
    Sentence { zh, en }
}

/// How many cases there are among how many.
fn counts(cluster: &Cluster, span: Option<(&str, &str)>, arguments: &Arguments) -> (String, String) {
    let (cases, points) = (cluster.cases as u64, cluster.points.len() as u64);
    let (when_zh, when_en) = match span {
        Some((from, to)) if from == to => (format!("在 {from} "), format!(" in {from}")),
        Some((from, to)) => (format!("在 {from} 至 {to} "), format!(" from {from} to {to}")),
        None => (String::new(), String::new()),
    };
    let (only_zh, only_en) = if cluster.side == Side::Low { ("只", "only ") } else { ("", "") };
    match arguments.model {
        Model::Bernoulli if span.is_some() => (
            format!("这里{when_zh}的 {} 次评级中{only_zh}有 {} 次为红色", thousands(points), thousands(cases)),
            format!("{only_en}{} of {} ratings here{when_en} {} red", thousands(cases), thousands(points), if cases == 1 { "is" } else { "are" }),
        ),
        Model::Bernoulli => (
            format!("这里 {} 户已评级房屋中{only_zh}有 {} 户为红色", thousands(points), thousands(cases)),
            format!("{only_en}{} of {} rated houses here {} red", thousands(cases), thousands(points), if cases == 1 { "is" } else { "are" }),
        ),
        Model::Poisson => {
            let (noun, were) = if cases == 1 { ("case", "was") } else { ("cases", "were") };
            (
                format!("这里{when_zh}{only_zh}有 {} 例，按平均应有 {:.1} 例", thousands(cases), cluster.expected),
                format!("{only_en}{} {noun} {were} counted here{when_en} where {:.1} would be average", thousands(cases), cluster.expected),
            )
        }
        Model::Ordinal => {
            let (lean_zh, lean_en) = if cluster.side == Side::High { ("高", "higher") } else { ("低", "lower") };
            (
                format!(
                    "这里 {} 户已评级房屋偏向较{lean_zh}的等级：最高等级 {} 户，按平均应有 {:.1} 户",
                    thousands(points),
                    thousands(cases),
                    cluster.expected
                ),
                format!(
                    "the {} rated houses here lean to the {lean_en} categories: {} in the highest, where {:.1} would be average",
                    thousands(points),
                    thousands(cases),
                    cluster.expected
                ),
            )
        }
    }
}
