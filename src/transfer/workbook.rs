//! Statistics as a workbook for office programs. Every text is written as text: none can become a formula.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::domain::{
    day::Day,
    house::HouseKind,
    statistics::{Record, Statistics},
    tier::Standing,
    words::Words,
};

/// The language of a workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Zh,
    En,
}

/// Why there is no workbook.
#[derive(Debug, thiserror::Error)]
#[error("the workbook could not be written: {0}")]
pub struct NoWorkbook(#[from] XlsxError);

/// The bytes of an .xlsx file: a sheet of tiers, one of what the record says, one of residents by area.
pub fn workbook(statistics: &Statistics, language: Language) -> Result<Vec<u8>, NoWorkbook> {
    let mut book = Workbook::new();
    let said = Said(language);
    tiers(book.add_worksheet(), statistics, said)?;
    if let Some(record) = &statistics.record {
        of_record(book.add_worksheet(), record, said)?;
    }
    if let Some(day) = statistics.told_on {
        told(book.add_worksheet(), statistics, day, said)?;
    }
    Ok(book.save_to_buffer()?)
}

/// Rows put one under the other.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    head: Format,
}

enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    Nothing,
}

impl<'a> Page<'a> {
    fn new(sheet: &'a mut Worksheet, name: &str) -> Result<Self, XlsxError> {
        sheet.set_name(name)?.set_column_width(0, 34)?;
        Ok(Self { sheet, row: 0, head: Format::new().set_bold() })
    }

    fn head(&mut self, cells: &[&str]) -> Result<(), XlsxError> {
        for (column, text) in (0u16..).zip(cells) {
            self.sheet.write_string_with_format(self.row, column, *text, &self.head)?;
        }
        self.row += 1;
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                Cell::Text(text) => self.sheet.write_string(self.row, column, *text)?,
                Cell::Number(number) => self.sheet.write_number(self.row, column, *number)?,
                Cell::Nothing => continue,
            };
        }
        self.row += 1;
        Ok(())
    }
}

/// Counts are far below 2⁵³.
fn whole(count: u64) -> Cell<'static> {
    Cell::Number(count as f64)
}

fn maybe(number: Option<f64>) -> Cell<'static> {
    number.map_or(Cell::Nothing, Cell::Number)
}

#[derive(Clone, Copy)]
struct Said(Language);

impl Said {
    fn word<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        if self.0 == Language::Zh { zh } else { en }
    }

    fn of(self, words: &Words) -> &str {
        self.word(&words.zh, &words.en)
    }

    fn standing(self, standing: Standing) -> &'static str {
        match standing {
            Standing::None => self.word("不出租", "not let"),
            Standing::Unrated => self.word("未评级", "unrated"),
            Standing::Red => self.word("红色", "red"),
            Standing::Yellow => self.word("黄色", "yellow"),
            Standing::Green => self.word("绿色", "green"),
            Standing::Star => self.word("星级", "star"),
        }
    }

    fn kind(self, kind: HouseKind) -> &'static str {
        match kind {
            HouseKind::Rental => self.word("出租房屋", "rental houses"),
            HouseKind::OwnerOccupied => self.word("自住房屋", "owner-occupied houses"),
            HouseKind::Public => self.word("公共建筑", "public buildings"),
            HouseKind::Business => self.word("经营场所", "business premises"),
            HouseKind::Vacant => self.word("空置房屋", "vacant houses"),
        }
    }
}

fn tiers(sheet: &mut Worksheet, statistics: &Statistics, said: Said) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, said.word("等级", "tiers"))?;
    page.head(&[said.word("房屋", "houses")])?;
    for (kind, count) in HouseKind::ALL.into_iter().zip(statistics.houses) {
        page.row(&[Cell::Text(said.kind(kind)), whole(count)])?;
    }
    page.row(&[])?;
    let day = said.word("日期", "day");
    page.head(&std::iter::once(day).chain(Standing::ALL.map(|standing| said.standing(standing))).collect::<Vec<_>>())?;
    for (day, counts) in statistics.days.iter().chain(&statistics.months) {
        let day = day.to_string();
        page.row(&std::iter::once(Cell::Text(&day)).chain(counts.map(whole)).collect::<Vec<_>>())?;
    }
    Ok(())
}

fn of_record(sheet: &mut Worksheet, Record { figures, due }: &Record, said: Said) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, said.word("记录", "record"))?;
    let (period, before) = (figures.period, figures.year_before);
    let (now, then) = (format!("{}–{}", period.from, period.to), format!("{}–{}", before.from, before.to));
    page.head(&[said.word("登记", "registered"), &period.to.to_string()])?;
    let counts = [
        (said.word("有门牌的房屋", "houses with a door plate"), Some(figures.plates)),
        (said.word("实有单位", "units"), figures.units),
        (said.word("人员登记(含历史)", "entries of residents, history included"), figures.residencies),
        (said.word("照片", "photos"), Some(figures.photos)),
        (said.word("待定房屋的照片", "photos whose house is not known yet"), Some(figures.photos_waiting)),
        (said.word("应巡查", "visits due"), due.map(|(due, _)| due)),
        (said.word("其中逾期", "of these overdue"), due.map(|(_, overdue)| overdue)),
    ];
    for (name, count) in counts {
        if let Some(count) = count {
            page.row(&[Cell::Text(name), whole(count)])?;
        }
    }
    page.row(&[])?;
    let recent = said.word("近期", "recently");
    page.head(&[
        said.word("覆盖", "coverage"),
        said.word("评估过", "assessed"),
        recent,
        said.word("有照片", "with photo"),
        recent,
        said.word("户籍人口", "registered residents"),
        said.word("暂住人口", "temporary residents"),
    ])?;
    for on in figures.coverage {
        let day = on.day.to_string();
        let people = |count: Option<u64>| count.map_or(Cell::Nothing, whole);
        page.row(&[
            Cell::Text(&day),
            whole(on.assessed),
            whole(on.assessed_recently),
            whole(on.photographed),
            whole(on.photographed_recently),
            people(on.population.map(|p| p.registered)),
            people(on.population.map(|p| p.temporary)),
        ])?;
    }
    page.row(&[])?;
    page.head(&[
        said.word("发生", "what happened"),
        &now,
        said.word("其中出租房屋", "in rental houses"),
        said.word("占比 %", "share %"),
        said.word("涉及出租房屋(户)", "rental houses concerned"),
        &then,
        said.word("其中出租房屋", "in rental houses"),
        said.word("出租房屋同比 %", "change in rental houses %"),
    ])?;
    for happened in &figures.happened {
        page.row(&[
            Cell::Text(said.of(&happened.title)),
            whole(happened.now.all),
            whole(happened.now.in_rental),
            maybe(happened.rental_percent),
            whole(happened.now.rental_houses),
            whole(happened.year_before.all),
            whole(happened.year_before.in_rental),
            maybe(happened.rental_change_percent),
        ])?;
    }
    page.row(&[])?;
    page.head(&[said.word("改善的出租房屋", "rental houses improved"), &now, &then])?;
    for improved in &figures.improved {
        page.row(&[Cell::Text(said.of(&improved.title)), whole(improved.now), whole(improved.year_before)])?;
    }
    let Some([visits, earlier]) = figures.visits else { return Ok(()) };
    page.row(&[])?;
    page.head(&[said.word("巡查", "visits"), &now, &then])?;
    for (name, count, earlier) in [
        (said.word("完成", "done"), visits.done, earlier.done),
        (said.word("无人在家", "nobody at home"), visits.nobody_home, earlier.nobody_home),
        (said.word("拒绝入内", "entry refused"), visits.refused, earlier.refused),
    ] {
        page.row(&[Cell::Text(name), whole(count), whole(earlier)])?;
    }
    Ok(())
}

fn told(sheet: &mut Worksheet, statistics: &Statistics, day: Day, said: Said) -> Result<(), XlsxError> {
    let mut page = Page::new(sheet, said.word("人口", "residents"))?;
    page.head(&[
        said.word("辖区", "area"),
        said.word("代码", "code"),
        said.word("户籍人口", "registered"),
        said.word("暂住人口", "temporary"),
        &day.to_string(),
    ])?;
    for area in &statistics.told {
        let held_back = Cell::Text(said.word("不公布", "held back"));
        let (registered, temporary) = area.population.map_or((held_back, Cell::Nothing), |told| (whole(told.registered), whole(told.temporary)));
        page.row(&[Cell::Text(&area.name), Cell::Text(&area.code), registered, temporary])?;
    }
    Ok(())
}
