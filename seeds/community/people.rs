//! Who lives and works in the community, with the figures of the report. Nobody here exists: names are thrown from common surnames and
//! neutral syllables, identity numbers are valid in form with the area code 990000, which no place has, and telephone numbers begin with
//! 129, which no network has.

use std::{collections::HashSet, fmt::Write};

use super::{Register, dice::Dice, history::number, settlement::Settlement};
use crate::domain::{credit_code, day::Day, house::HouseKind, id_number};

/// The day on which the figures hold.
const TODAY: (i16, i8, i8) = (2010, 10, 31);
const REGISTERED: usize = 3237;
const TEMPORARY: usize = 4470;
/// Records in all, history included.
const RECORDS: usize = 13_109;
/// Of them such as ended: registered residents who left, tenants who moved within the community; the other ended ones are tenants who left.
const LEFT: usize = 260;
const MOVED: usize = 1_200;
/// More do not live in one house, and in one let house.
const LARGEST_HOUSEHOLD: usize = 6;
const MOST_TENANTS: usize = 38;

const SURNAMES: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐",
    "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕",
];
const SYLLABLES: [&str; 36] = [
    "安", "宁", "和", "平", "文", "明", "云", "林", "青", "春", "秋", "冬", "晨", "星", "江", "海", "山", "石", "远", "行", "新", "华", "光", "永", "长", "立",
    "思", "学", "书", "雨", "雪", "玉", "珍", "兰", "桂", "松",
];
const TRADES: [(&str, &str, i32, i32); 8] = [
    ("机械厂", "机械加工", 20, 180),
    ("五金厂", "五金制品", 8, 60),
    ("纺织厂", "纺织", 30, 220),
    ("便利店", "零售", 1, 4),
    ("餐馆", "餐饮", 2, 12),
    ("货运站", "物流", 6, 40),
    ("修理铺", "修理", 1, 5),
    ("服务部", "居民服务", 2, 10),
];

#[derive(Clone)]
struct Somebody {
    name: String,
    id_number: String,
    phone: String,
}

struct Row {
    house: usize,
    /// Of the list of persons.
    who: usize,
    registration: &'static str,
    role: &'static str,
    from: i32,
    to: Option<i32>,
}

/// `house_code,name,id_number,phone,registration,role,from,to`, in order of house and day.
pub fn residents_csv(settlement: &Settlement, register: &Register, seed: u64) -> String {
    let mut folk = Folk { dice: Dice::new(seed), persons: Vec::new(), numbers: HashSet::new() };
    let of_kind = |kind| (0..register.kinds.len()).filter(|door| register.kinds[*door] == kind).collect::<Vec<_>>();
    let (homes, let_houses) = (of_kind(HouseKind::OwnerOccupied), of_kind(HouseKind::Rental));
    let tenancy = |door: usize| settlement.doors[door].village.map_or(1, |village| settlement.villages[village].tenancy);
    let mut rows = folk.households(&homes);
    let owners: Vec<usize> = rows.iter().filter(|row| row.role == "owner").map(|row| row.who).collect();
    rows.extend(folk.landlords(&let_houses, &owners));
    let weights: Vec<usize> = let_houses.iter().map(|door| 1 + tenancy(*door) as usize).collect();
    let lodgers = folk.lodgers(&let_houses, &weights);
    rows.extend(folk.moves(&lodgers, &let_houses));
    rows.extend(lodgers);
    rows.extend(folk.left(&homes));
    let gone = RECORDS - rows.len();
    rows.extend(folk.gone(&let_houses, gone));
    rows.sort_by_key(|row| (row.house, row.from, row.who));

    let mut csv = "house_code,name,id_number,phone,registration,role,from,to\n".to_owned();
    for Row { house, who, registration, role, from, to } in rows {
        let Somebody { name, id_number, phone } = &folk.persons[who];
        let to = to.map_or_else(String::new, |to| Day::from_number(to).to_string());
        // Writing into a String cannot fail.
        let _ = writeln!(csv, "{},{name},{id_number},{phone},{registration},{role},{},{to}", register.codes[house], Day::from_number(from));
    }
    csv
}

/// `house_code,name,kind,credit_code,staff,from`: one unit at each business's door.
pub fn units_csv(register: &Register, seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let (mut csv, mut names) = ("house_code,name,kind,credit_code,staff,from\n".to_owned(), HashSet::new());
    for (door, _) in register.kinds.iter().enumerate().filter(|(_, kind)| **kind == HouseKind::Business) {
        let (suffix, kind, fewest, most) = TRADES[dice.below(TRADES.len())];
        let mut name = String::new();
        while name.is_empty() || !names.insert(name.clone()) {
            name = format!("正新{}{}{suffix}", SYLLABLES[dice.below(SYLLABLES.len())], SYLLABLES[dice.below(SYLLABLES.len())]);
        }
        let mut code = format!("91990000MA{:07}", door);
        code.push(credit_code::check_of(&code));
        let (staff, from) = (dice.whole(fewest, most), dice.whole(number(1998, 1, 5), number(2010, 6, 30)));
        let _ = writeln!(csv, "{},{name},{kind},{code},{staff},{}", register.codes[door], Day::from_number(from));
    }
    csv
}

/// The persons so far, and chance.
struct Folk {
    dice: Dice,
    persons: Vec<Somebody>,
    numbers: HashSet<String>,
}

impl Folk {
    fn today() -> i32 {
        let (year, month, day) = TODAY;
        number(year, month, day)
    }

    /// Somebody new, born between two years.
    fn somebody(&mut self, earliest: i32, latest: i32) -> usize {
        let dice = &mut self.dice;
        let mut name = SURNAMES[dice.below(SURNAMES.len())].to_owned();
        for _ in 0..=usize::from(dice.chance(70)) {
            name.push_str(SYLLABLES[dice.below(SYLLABLES.len())]);
        }
        let mut id_number = String::new();
        while id_number.is_empty() || !self.numbers.insert(id_number.clone()) {
            let (year, month, day) = (dice.whole(earliest, latest), dice.whole(1, 12), dice.whole(1, 28));
            id_number = format!("990000{year:04}{month:02}{day:02}{:03}", dice.whole(1, 999));
            id_number.push(id_number::check_of(&id_number));
        }
        let phone = if latest < 1995 && dice.chance(60) { format!("129{:08}", dice.below(100_000_000)) } else { String::new() };
        self.persons.push(Somebody { name, id_number, phone });
        self.persons.len() - 1
    }

    /// Registered residents in their own houses.
    fn households(&mut self, homes: &[usize]) -> Vec<Row> {
        let mut sizes = vec![1; homes.len()];
        let mut left = REGISTERED - homes.len();
        while left > 0 {
            let home = self.dice.below(homes.len());
            if sizes[home] < LARGEST_HOUSEHOLD {
                sizes[home] += 1;
                left -= 1;
            }
        }
        let mut rows = Vec::new();
        for (house, size) in homes.iter().zip(sizes) {
            let since = self.dice.whole(number(1985, 1, 10), number(2006, 12, 20));
            for member in 0..size {
                let (role, who) = match member {
                    0 => ("owner", self.somebody(1935, 1978)),
                    1 | 2 => ("family", self.somebody(1935, 1984)),
                    _ => ("family", self.somebody(1985, 2009)),
                };
                // Nobody moves in before being born.
                let from = if role == "family" && member > 2 { number(2010, 1, 4) - self.dice.whole(0, 200) } else { since };
                rows.push(Row { house: *house, who, registration: "registered", role, from, to: None });
            }
        }
        rows
    }

    /// An owner for each let house, who lives elsewhere: every other one in a house of the community.
    fn landlords(&mut self, let_houses: &[usize], owners: &[usize]) -> Vec<Row> {
        let mut villagers = owners.to_vec();
        self.dice.shuffle(&mut villagers);
        let mut rows = Vec::new();
        for house in let_houses {
            let villager = if self.dice.chance(50) { villagers.pop() } else { None };
            let who = villager.unwrap_or_else(|| self.somebody(1940, 1980));
            let from = self.dice.whole(number(1990, 1, 10), number(2005, 12, 20));
            rows.push(Row { house: *house, who, registration: "", role: "owner", from, to: None });
        }
        rows
    }

    /// Temporary residents of the let houses.
    fn lodgers(&mut self, let_houses: &[usize], weights: &[usize]) -> Vec<Row> {
        let mut sizes = vec![2; let_houses.len()];
        let (mut left, total) = (TEMPORARY - 2 * let_houses.len(), weights.iter().sum());
        while left > 0 {
            let mut at = self.dice.below(total);
            let house = weights.iter().position(|weight| at.checked_sub(*weight).map(|rest| at = rest).is_none()).unwrap_or(0);
            if sizes[house] < MOST_TENANTS {
                sizes[house] += 1;
                left -= 1;
            }
        }
        let mut rows = Vec::new();
        for (house, size) in let_houses.iter().zip(sizes) {
            let mut from = 0;
            for member in 0..size {
                let role = if member > 0 && self.dice.chance(28) { "family" } else { "tenant" };
                if role == "tenant" {
                    from = Self::today() - self.dice.whole(3, 1300);
                }
                let who = self.somebody(1955, 1992);
                rows.push(Row { house: *house, who, registration: "temporary", role, from, to: None });
            }
        }
        rows
    }

    /// Where some of the lodgers lived before, until the day on which they moved.
    fn moves(&mut self, lodgers: &[Row], let_houses: &[usize]) -> Vec<Row> {
        let mut movers: Vec<&Row> = lodgers.iter().collect();
        self.dice.shuffle(&mut movers);
        let mut rows = Vec::new();
        for Row { house: now, who, role, from: moved, .. } in movers.into_iter().take(MOVED) {
            let mut house = *now;
            while house == *now {
                house = let_houses[self.dice.below(let_houses.len())];
            }
            rows.push(Row { house, who: *who, registration: "temporary", role, from: moved - self.dice.whole(40, 600), to: Some(*moved) });
        }
        rows
    }

    /// Registered residents who left.
    fn left(&mut self, homes: &[usize]) -> Vec<Row> {
        let mut rows = Vec::new();
        for _ in 0..LEFT {
            let (house, who) = (homes[self.dice.below(homes.len())], self.somebody(1930, 1984));
            let (from, to) = (self.dice.whole(number(1986, 1, 10), number(2002, 12, 20)), self.dice.whole(number(2004, 1, 5), Self::today()));
            rows.push(Row { house, who, registration: "registered", role: "family", from, to: Some(to) });
        }
        rows
    }

    /// Tenants who left.
    fn gone(&mut self, let_houses: &[usize], count: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        for _ in 0..count {
            let (house, who) = (let_houses[self.dice.below(let_houses.len())], self.somebody(1955, 1992));
            let to = Self::today() - self.dice.whole(0, 900);
            rows.push(Row { house, who, registration: "temporary", role: "tenant", from: to - self.dice.whole(20, 700), to: Some(to) });
        }
        rows
    }
}
