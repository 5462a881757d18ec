//! What a card says in one sentence: never more than was found, and nothing at all of a difference that chance explains.

use super::{
    Ask, Card, Model,
    card::{Group, Label},
};
use crate::domain::words::{Words, thousands};

/// What the p-value is of; `None` for exploration.
pub fn test(ask: &Ask, groups: &[Group]) -> Option<Words> {
    let (zh, en) = match ask {
        Ask::Area {} if groups.iter().any(|group| group.label == Label::Other) => ("费希尔精确检验，双侧", "Fisher's exact test, two-sided"),
        Ask::Area {} => ("费希尔精确检验，单侧", "Fisher's exact test, one-sided"),
        Ask::Scan { from: Some(_), .. } => (
            "时空扫描统计量（伯努利模型：各月开始的等级中的红色），蒙特卡洛检验",
            "space-time scan statistic (Bernoulli: red ones among the tiers that began in each month), Monte Carlo",
        ),
        Ask::Scan { model: Model::Bernoulli, .. } => ("扫描统计量（伯努利模型），蒙特卡洛检验", "scan statistic (Bernoulli), Monte Carlo"),
        Ask::Scan { model: Model::Ordinal, .. } => ("扫描统计量（有序模型，全部等级），蒙特卡洛检验", "scan statistic (ordinal, all tiers), Monte Carlo"),
        Ask::Scan { model: Model::Poisson, .. } => {
            ("扫描统计量（泊松模型，按居住人数），蒙特卡洛检验", "scan statistic (Poisson, over residents), Monte Carlo")
        }
        Ask::Gistar { .. } => (
            "Gi*，条件置换的精确 p 值，按错误发现率校正；全图 p 值用西姆斯法",
            "Gi*, exact p of the conditional permutation, false discovery rate; of the whole map by Simes",
        ),
        Ask::Moran { .. } => (
            "局部莫兰指数，条件置换，双侧，按错误发现率校正；全图 p 值用西姆斯法",
            "local Moran's I, conditional permutation, two-sided, false discovery rate; of the whole map by Simes",
        ),
        Ask::Joins { .. } => ("连接计数（红—红），置换检验，单侧", "join counts (red to red), permutation, one-sided"),
        Ask::Dbscan { .. } | Ask::Hdbscan { .. } | Ask::Density { .. } => return None,
    };
    Some(Words::new(zh, en))
}

/// What a reader should know besides, given how many houses have no neighbours.
pub fn note(ask: &Ask, without_neighbours: Option<u64>) -> Words {
    let (zh, en) = match ask {
        Ask::Area {} => (
            "区域若因看上去红才画出，偶然出现的机会大于此处所示；扫描已计入所有位置。",
            "If the area was drawn because it looked red, chance does this more often than said here; a scan accounts for all places.",
        ),
        Ask::Scan { from: Some(_), .. } => (
            "一户先后的等级按彼此无关计算；边界不是确切的，每户属于该处的把握另行给出。",
            "Tiers of one house after one another are taken as independent; the border is not sharp: how certainly each house belongs is given for each.",
        ),
        Ask::Scan { model: Model::Poisson, .. } => (
            "无人居住的房屋不计；边界不是确切的，每户属于该处的把握另行给出。",
            "Houses where nobody lives do not take part; the border is not sharp: how certainly each house belongs is given for each.",
        ),
        Ask::Scan { .. } => ("边界不是确切的：每户属于该处的把握另行给出。", "The border is not sharp: how certainly each house belongs is given for each."),
        Ask::Gistar { .. } | Ask::Moran { .. } => {
            ("图上所标房屋中，预计误标的比例不超过显著性水平。", "Of the houses marked, a share of at most alpha is expected to be marked wrongly.")
        }
        Ask::Joins { .. } => ("这说的是整体，不指出哪一处。", "This is about all houses at once and names no place."),
        Ask::Hdbscan { .. } => (
            "只是探索，没有检验：疏密相对于各自周围而言，任何图上都会有较密处；要知道是否出于偶然，请用扫描。",
            "Exploration without a test: dense is meant against what is around, and some places are so on any map; to know whether it is chance, ask the scan.",
        ),
        Ask::Dbscan { .. } | Ask::Density { .. } => {
            ("只是探索，没有检验：要知道是否出于偶然，请用扫描。", "Exploration without a test: to know whether it is chance, ask the scan.")
        }
    };
    let mut words = Words::new(zh, en);
    if let Some(alone) = without_neighbours.map(thousands) {
        if matches!(ask, Ask::Joins { .. }) {
            words.zh += &format!("没有邻居的房屋有 {alone} 户，不参加计数。");
            words.en += &format!(" Houses without neighbours: {alone}; they do not take part.");
        } else {
            words.zh += &format!("没有邻居的房屋有 {alone} 户：不判断它们本身，但它们计入其余房屋与之相比的全体。");
            words.en +=
                &format!(" Houses without neighbours: {alone}; nothing is said of them, but they are among all those that the others are compared with.");
        }
    }
    if ask.is_along_streets() {
        words.zh += "远近按沿路步行的路程计，从门口到门口；附近没有道路的房屋没有邻居。";
        words.en += " Distances are those on foot along the streets, from door to door; a house that no street is near has no neighbours.";
    }
    words
}

pub fn sentence(card: &Card) -> Words {
    let first = card.groups.first();
    if !card.is_test {
        return explored(card);
    }
    if !card.is_significant {
        return indistinct(card, first);
    }
    let chance = chance(card);
    if let Some(joins) = card.joins {
        let [found, expected] = [joins.red_red, joins.expected[0]].map(times);
        return Words {
            zh: format!("红色房屋彼此相邻 {found} 次，偶然平均为 {expected} 次；{}", chance.zh),
            en: format!("Red houses are neighbours of red ones {found} times, {expected} by chance on the average; {}", chance.en),
        };
    }
    let counts = first.and_then(|group| Some((group, group.houses?, group.red?)));
    let Some((group, houses, red)) = counts else {
        return Words {
            zh: format!("有偶然不能解释的差别；数量较小，不予显示。{}", chance.zh),
            en: format!("There is a difference that chance does not explain; the counts are small and held back. {}", capital(&chance.en)),
        };
    };
    let (shown_houses, shown_red) = (thousands(houses), thousands(red));
    if matches!(group.label, Label::Hot | Label::RedAmongRed | Label::OtherAmongRed | Label::OtherAmongOther | Label::RedAmongOther) {
        let marked: u64 = card.groups.iter().filter_map(|group| group.houses).sum();
        let marked = thousands(marked);
        return Words {
            zh: format!("{marked} 户已评级出租房与周围的关系超出偶然所能解释的。{}", chance.zh),
            en: format!("{marked} rated houses stand to those around them as chance does not explain. {}", capital(&chance.en)),
        };
    }
    if let Some(other) = card.groups.iter().find(|group| group.label == Label::Other) {
        let other = other.houses.zip(other.red).map(|(houses, red)| (thousands(houses), thousands(red)));
        let (zh, en) =
            other.map_or_else(Default::default, |(houses, red)| (format!("，另一处 {houses} 户中有 {red} 户"), format!(", {red} of {houses} there")));
        return Words {
            zh: format!("此处 {shown_houses} 户已评级出租房中有 {shown_red} 户为红色{zh}；{}", chance.zh),
            en: format!("{shown_red} of {shown_houses} rated houses here are red{en}; {}", chance.en),
        };
    }
    if matches!(card.ask, Ask::Scan { model: Model::Ordinal, .. }) {
        return Words {
            zh: format!("此处 {shown_houses} 户已评级出租房的等级与其余地方不同，其中 {shown_red} 户为红色；{}", chance.zh),
            en: format!("The tiers of {shown_houses} rated houses here differ from those elsewhere, {shown_red} are red; {}", chance.en),
        };
    }
    if let (Some(residents), Some(ratio)) = (group.residents, group.relative_risk) {
        let (residents, ratio) = (thousands(residents), times(ratio));
        return Words {
            zh: format!("此处 {shown_houses} 户已评级出租房住有 {residents} 人，其中 {shown_red} 户为红色，按人数是其余地方的 {ratio} 倍；{}", chance.zh),
            en: format!(
                "{shown_red} of {shown_houses} rated houses here, with {residents} residents, are red: per resident {ratio} times the rest; {}",
                chance.en
            ),
        };
    }
    if group.span.is_some() {
        return Words {
            zh: format!("此处此时开始的 {shown_houses} 次评级中有 {shown_red} 次为红色；{}", chance.zh),
            en: format!("{shown_red} of {shown_houses} tiers that began here then were red; {}", chance.en),
        };
    }
    let (zh, en) = match group.relative_risk {
        Some(ratio) => (format!("是其余地方的 {} 倍", times(ratio)), format!("{} times the rest", times(ratio))),
        None => ("其余地方没有".to_owned(), "none elsewhere is".to_owned()),
    };
    Words {
        zh: format!("此处 {shown_houses} 户已评级出租房中有 {shown_red} 户为红色，{zh}；{}", chance.zh),
        en: format!("{shown_red} of {shown_houses} rated houses here are red, {en}; {}", chance.en),
    }
}

/// "chance alone does this in 1 of 1,000", and what is left of it after all questions.
fn chance(card: &Card) -> Words {
    let (p, corrected) = (card.p.unwrap_or(1.0), card.p_corrected.unwrap_or(1.0));
    // Whoever sees where red houses stand can draw around any five of them.
    let (zh, en) = if card.ask == (Ask::Area {}) { ("若区域是看图之前定下的，", "for an area fixed before looking, ") } else { ("", "") };
    let mut words = Words { zh: format!("{zh}单凭偶然，{}", one_in(p).zh), en: format!("{en}chance alone does this in {}", one_in(p).en) };
    if card.questions_so_far > 1 {
        let questions = card.questions_so_far;
        words.zh += &format!("；计入本研究至今的 {questions} 个问题，{}", one_in(corrected).zh);
        words.en += &format!("; corrected over {questions} questions so far, in {}", one_in(corrected).en);
    }
    words.zh += "。";
    words.en += ".";
    words
}

/// What is left of a card after more questions.
pub fn since(card: &Card, tests: usize, is_significant: bool) -> Words {
    let (zh, en) = match (card.is_significant, is_significant) {
        (_, true) => ("偶然仍不能解释。", "chance still does not explain it."),
        (true, false) => ("偶然已可解释：这一结果不再成立。", "chance explains it: this is no longer a finding."),
        (false, false) => ("偶然即可解释。", "chance explains it."),
    };
    let more = tests - card.questions_so_far;
    let were_asked = if more == 1 { "question was asked" } else { "questions were asked" };
    Words {
        zh: format!("此后本研究又问了 {more} 个问题；计入全部 {tests} 个问题，{zh}"),
        en: format!("{more} more {were_asked} in this study since; over all {tests} of them {en}"),
    }
}

/// The counts, and that they say nothing: no ratio, no "nearly".
fn indistinct(card: &Card, first: Option<&Group>) -> Words {
    let over = if card.questions_so_far > 1 {
        Words { zh: format!("（计入至今的 {} 个问题）", card.questions_so_far), en: format!(" (over {} questions so far)", card.questions_so_far) }
    } else {
        Words::default()
    };
    if card.ask != (Ask::Area {}) {
        return Words {
            zh: format!("没有发现偶然不能解释的情况{}。", over.zh), en: format!("Nothing was found that chance does not explain{}.", over.en)
        };
    }
    let (zh, en) = first.and_then(|group| Some((thousands(group.red?), thousands(group.houses?)))).map_or_else(Default::default, |(red, houses)| {
        (format!("此处 {houses} 户已评级出租房中有 {red} 户为红色，"), format!("{red} of {houses} rated houses here are red; "))
    });
    Words {
        zh: format!("{zh}与偶然无法区分{}：不能说明此处与别处不同。", over.zh),
        en: capital(&format!("{en}this cannot be told from chance{}: it does not show that this area differs.", over.en)),
    }
}

fn explored(card: &Card) -> Words {
    let groups = card.groups.len();
    match card.ask {
        Ask::Dbscan { .. } => Words {
            zh: format!("红色房屋较密的地方有 {groups} 处；这是探索，没有检验，不能说明多于偶然。"),
            en: format!("Places where red houses lie densely: {groups}. This is exploration without a test and does not say that it is more than chance."),
        },
        Ask::Hdbscan { .. } => Words {
            zh: format!("红色房屋比周围更密的地方有 {groups} 处；这是探索，没有检验，不能说明多于偶然。"),
            en: format!(
                "Places where red houses lie more densely than around: {groups}. This is exploration without a test and does not say that it is more than chance."
            ),
        },
        _ => Words::new(
            "红色房屋的疏密；这是探索，没有检验，不能说明多于偶然。",
            "How densely red houses lie. This is exploration without a test and does not say that it is more than chance.",
        ),
    }
}

/// "1 of 1,000", never rarer than it is.
fn one_in(p: f64) -> Words {
    const RAREST: f64 = 1e-6;
    if p < RAREST {
        return Words::new("100 万次中不到 1 次会出现这种情况", "fewer than 1 of 1,000,000");
    }
    // One over 0.001 is 1,000, whatever its last binary digit says.
    let many = (1.0 / p * (1.0 + 1e-9)).floor().max(1.0);
    let digits = 10f64.powi((many.log10().floor() as i32 - 1).max(0));
    let many = thousands((many / digits).floor() as u64 * digits as u64);
    Words { zh: format!("{many} 次中约有 1 次会出现这种情况"), en: format!("1 of {many}") }
}

/// With one digit after the point, from 10 on without.
fn times(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1}") } else { format!("{ratio:.0}") }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
