//! Which houses a question means, and a page of them.

use std::time::{Duration, Instant};

use super::{cql::Condition, crs::Crs, extent::Extent, visit::Visit};
use crate::{
    atlas::{Filter, HouseView, Moment, Snapshot},
    domain::{house::HouseKind, tier::Standing},
    http::{
        areas::list,
        problem::{Code, Problem},
    },
};

/// A search that takes longer is given up.
const LONGEST: Duration = Duration::from_secs(10);
/// Houses between two looks at the clock.
const STRIDE: usize = 4096;

/// Which houses are meant. All conditions hold at once.
#[derive(Debug)]
pub struct Wanted {
    extent: Extent,
    code: Option<String>,
    standings: Vec<Standing>,
    kinds: Vec<HouseKind>,
    area_code: Option<String>,
    condition: Option<Condition>,
}

/// The houses of a page, in order of code.
#[derive(Debug)]
pub struct Page<'a> {
    /// Of all pages together.
    pub matched: u64,
    pub houses: Vec<HouseView<'a>>,
    /// Whether there is another page.
    pub more: bool,
}

impl Wanted {
    /// The parameters that say which houses are meant.
    pub const PARAMETERS: [&str; 9] = ["bbox", "bbox-crs", "code", "tier", "kind", "area_code", "filter", "filter-lang", "filter-crs"];

    pub fn read(visit: &Visit) -> Result<Self, Problem> {
        let bbox_crs = Crs::read("bbox-crs", visit.parameter("bbox-crs"))?;
        let extent = visit.parameter("bbox").map_or_else(|| Ok(Extent::everywhere()), |text| Extent::read(text, bbox_crs))?;
        Ok(Self {
            extent,
            code: visit.parameter("code").map(str::to_owned),
            standings: list("tier", visit.parameter("tier"))?,
            kinds: list("kind", visit.parameter("kind"))?,
            area_code: visit.parameter("area_code").map(str::to_owned),
            condition: Condition::read(visit)?,
        })
    }

    /// Whether so few houses can be meant that looking at them takes well below a millisecond.
    pub fn is_quick(&self, snapshot: &Snapshot) -> bool {
        self.condition.is_none() && snapshot.has_few_near(self.extent.region().bounds())
    }

    /// The first houses with codes greater than `after`, and how many there are in all.
    pub fn page<'a>(&self, snapshot: &'a Snapshot, moment: Moment, after: Option<&str>, limit: usize) -> Result<Page<'a>, Problem> {
        let is_plain = self.code.is_none() && self.condition.is_none() && self.extent.is_region();
        let (matched, mut houses) = if is_plain { self.by_index(snapshot, moment, after, limit) } else { self.one_by_one(snapshot, moment, after, limit)? };
        let more = houses.len() > limit;
        houses.truncate(limit);
        Ok(Page { matched, houses, more })
    }

    fn by_index<'a>(&self, snapshot: &'a Snapshot, moment: Moment, after: Option<&str>, limit: usize) -> (u64, Vec<HouseView<'a>>) {
        let filter = Filter::new(&self.standings, &self.kinds, self.area_code.clone());
        let region = self.extent.region();
        // One more than asked for shows whether there is a next page.
        let Some(after) = after else {
            let (summary, houses) = snapshot.first_page(&region, moment, &filter, limit + 1);
            return (summary.total, houses);
        };
        let is_all = filter == Filter::default() && self.extent.is_everywhere();
        let matched = if is_all { snapshot.len() as u64 } else { snapshot.summary(&region, moment, &filter).total };
        (matched, snapshot.page(&region, moment, &filter, Some(after), limit + 1))
    }

    fn one_by_one<'a>(&self, snapshot: &'a Snapshot, moment: Moment, after: Option<&str>, limit: usize) -> Result<(u64, Vec<HouseView<'a>>), Problem> {
        let (mut matched, mut houses) = (0, Vec::new());
        let (started, mut seen, mut late) = (Instant::now(), 0_usize, false);
        let mut look = |house: HouseView<'a>| {
            seen += 1;
            late = late || seen.is_multiple_of(STRIDE) && started.elapsed() > LONGEST;
            if !late && self.means(house, moment) {
                matched += 1;
                if after.is_none_or(|after| house.code() > after) {
                    houses.push(house);
                }
            }
        };
        match (&self.code, self.condition.as_ref().and_then(Condition::region)) {
            (Some(code), _) => snapshot.house(code).into_iter().for_each(&mut look),
            (None, Some(region)) if self.extent.is_everywhere() => snapshot.each_within(region, &mut look),
            (None, _) => snapshot.each_within(&self.extent.region(), &mut look),
        }
        if late {
            return Err(Problem::new(Code::TimedOut, "add a bbox, or a simpler filter").retry_after(5));
        }
        if houses.len() > limit {
            houses.select_nth_unstable_by(limit, |a, b| a.code().cmp(b.code()));
            houses.truncate(limit + 1);
        }
        houses.sort_unstable_by(|a, b| a.code().cmp(b.code()));
        Ok((matched, houses))
    }

    fn means(&self, house: HouseView<'_>, moment: Moment) -> bool {
        (self.standings.is_empty() || self.standings.contains(&house.standing_on(moment)))
            && (self.kinds.is_empty() || self.kinds.contains(&house.kind()))
            && self.area_code.as_ref().is_none_or(|code| code == house.area_code())
            && self.extent.has(house.place())
            && self.condition.as_ref().is_none_or(|condition| condition.holds(house, moment))
    }
}

/// The token of the page that follows a house.
pub fn token_after(code: &str) -> String {
    code.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// The code in a token.
pub fn code_of(token: &str) -> Result<String, Problem> {
    let bad = || Problem::parameter("token", "the token of a `next` link", token);
    let digits = token.as_bytes();
    if !digits.len().is_multiple_of(2) || digits.is_empty() || digits.len() > 1024 {
        return Err(bad());
    }
    let byte =
        |pair: &[u8]| std::str::from_utf8(pair).ok().filter(|_| pair.iter().all(u8::is_ascii_hexdigit)).and_then(|text| u8::from_str_radix(text, 16).ok());
    let bytes: Vec<u8> = digits.chunks(2).map(byte).collect::<Option<_>>().ok_or_else(bad)?;
    String::from_utf8(bytes).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_code() {
        assert_eq!(code_of(&token_after("前桥-1")).unwrap(), "前桥-1");
        for bad in ["", "a", "zz", "+1", "ff", "前桥"] {
            assert!(code_of(bad).is_err(), "{bad}");
        }
    }
}
