//! A mapping laid onto the header of a file: which column of this very file gives what.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    FaultCode, Mapping, What,
    fault::{Faults, cut},
    mapping::{Origin, Translation},
    sheet::Record,
    target::Target,
};

/// Longer texts are no address, name or value but a mistake, such as a whole document in a cell.
const LONGEST_VALUE: usize = 1_000;

/// Columns found for every target, and for the fields of events.
pub(super) struct Binding<'m> {
    targets: Vec<Bound<'m>>,
    fields: Vec<Bound<'m>>,
    blank: &'m [String],
    /// Columns that nothing uses.
    pub unmapped: Vec<String>,
}

struct Bound<'m> {
    name: Cow<'m, str>,
    origin: BoundOrigin<'m>,
    values: Option<&'m Translation>,
}

enum BoundOrigin<'m> {
    Columns { columns: Vec<usize>, written: String },
    Constant(&'m str),
    Absent,
}

impl<'m> Binding<'m> {
    /// `None`, with a fault for each, when needed columns are missing or names do not fit. Where features carry the place, `lon` and
    /// `lat` are looked for in no column.
    pub fn lay(mapping: &'m Mapping, what: What, header: &[String], row: u64, has_geometry: bool, faults: &mut Faults) -> Option<Self> {
        if let Some(other) = mapping.what.filter(|other| *other != what) {
            faults.add(row, "", FaultCode::WrongMapping, format!("a mapping for {}", what.as_str()), &format!("a mapping for {}", other.as_str()));
            return None;
        }
        let mut search =
            Search { header, normal: header.iter().map(|name| normal(name)).collect(), used: vec![false; header.len()], row, faults, is_sound: true };
        let mut targets = Vec::new();
        for target in what.targets() {
            let is_place = has_geometry && matches!(target.name, "lon" | "lat");
            let origin = if is_place { BoundOrigin::Absent } else { search.target(target, mapping.origins.get(target.name)) };
            targets.push(Bound { name: Cow::Borrowed(target.name), origin, values: mapping.values.get(target.name) });
        }
        let values_of = |name: &str| mapping.values.get(name).or_else(|| mapping.values.get("fields"));
        let mut fields = Vec::new();
        for (name, origin) in mapping.origins.iter().filter(|(name, _)| !what.is_target(name)) {
            if what == What::Events {
                fields.push(Bound { name: Cow::Borrowed(name), origin: search.origin(name, origin), values: values_of(name) });
            } else {
                search.fault(name, FaultCode::UnknownColumn, format!("one of {}", what.names()), name);
            }
        }
        if what == What::Events && !mapping.names_fields {
            for (column, name) in header.iter().enumerate() {
                if !search.used[column] && !name.is_empty() {
                    let origin = BoundOrigin::Columns { columns: search.unique(name).into_iter().collect(), written: name.clone() };
                    fields.push(Bound { name: Cow::Owned(name.clone()), origin, values: values_of(name) });
                }
            }
        }
        let unmapped = header.iter().zip(&search.used).filter(|(name, used)| !**used && !name.is_empty()).map(|(name, _)| name.clone()).collect();
        search.is_sound.then_some(Self { targets, fields, blank: &mapping.blank, unmapped })
    }

    /// Checks the row's text as a whole; `false`, with a fault, when it cannot be trusted.
    pub fn accepts(&self, row: u64, record: Record, header: &[String], faults: &mut Faults) -> bool {
        if let Some((column, text)) = record.broken() {
            faults.add(row, &header[column], FaultCode::BrokenText, "text in UTF-8, UTF-16 or GB 18030", text);
            return false;
        }
        for bound in self.targets.iter().chain(&self.fields) {
            let BoundOrigin::Columns { columns, .. } = &bound.origin else { continue };
            for column in columns {
                if record.is_nested(*column) {
                    faults.add(row, &header[*column], FaultCode::BadFieldValue, "a text, a number, true or false", "a list or object");
                    return false;
                }
                // Bytes are at least as many as characters: only the rare long text is counted.
                if let Some(text) = record.cell(*column).filter(|text| text.len() > LONGEST_VALUE && text.chars().count() > LONGEST_VALUE) {
                    faults.add(row, &header[*column], FaultCode::TooLarge, "at most 1,000 characters", text);
                    return false;
                }
            }
        }
        true
    }

    /// What the row gives for a target; `None` when it is left out.
    pub fn value<'r>(&'r self, record: Record<'r>, target: &str) -> Option<Cow<'r, str>> {
        self.find(target).and_then(|bound| self.text(bound, record))
    }

    /// What the file calls a target.
    pub fn column(&self, target: &str) -> &str {
        match self.find(target).map(|bound| &bound.origin) {
            Some(BoundOrigin::Columns { written, .. }) => written,
            _ => "",
        }
    }

    /// The observation fields of a row, those left out not among them.
    pub fn fields(&self, record: Record) -> BTreeMap<String, String> {
        let given = self.fields.iter().filter_map(|bound| Some((bound.name.clone().into_owned(), self.text(bound, record)?.into_owned())));
        given.collect()
    }

    fn find(&self, target: &str) -> Option<&Bound<'m>> {
        self.targets.iter().find(|bound| bound.name == target)
    }

    fn text<'r>(&'r self, bound: &'r Bound, record: Record<'r>) -> Option<Cow<'r, str>> {
        let given =
            |column: &usize| record.cell(*column).map(str::trim).filter(|text| !text.is_empty() && !self.blank.iter().any(|blank| blank.trim() == *text));
        let text = match &bound.origin {
            BoundOrigin::Absent => None,
            BoundOrigin::Constant(text) => Some(Cow::Borrowed(*text)),
            BoundOrigin::Columns { columns, .. } => match columns.as_slice() {
                [column] => given(column).map(Cow::Borrowed),
                columns => {
                    let parts: Vec<_> = columns.iter().filter_map(given).collect();
                    (!parts.is_empty()).then(|| Cow::Owned(parts.join(" ")))
                }
            },
        };
        let Some(values) = bound.values else { return text };
        match &text {
            None => values.get(""),
            Some(text) => values.get(text.as_ref()).or_else(|| values.get("*")),
        }
        .map_or(text, |translated| Some(Cow::Borrowed(translated.as_str())))
    }
}

/// The search for columns by their names.
struct Search<'a> {
    header: &'a [String],
    normal: Vec<String>,
    used: Vec<bool>,
    row: u64,
    faults: &'a mut Faults,
    is_sound: bool,
}

impl Search<'_> {
    fn fault(&mut self, column: &str, code: FaultCode, expected: String, found: &str) {
        self.is_sound = false;
        self.faults.add(self.row, column, code, expected, found);
    }

    /// The mapped origin, or else the first of the target's own names that the file has.
    fn target<'m>(&mut self, target: &Target, mapped: Option<&'m Origin>) -> BoundOrigin<'m> {
        if let Some(origin) = mapped {
            return self.origin(target.name, origin);
        }
        let known = [target.name].into_iter().chain(target.also.iter().copied()).find(|name| self.normal.iter().any(|column| column == name));
        match known {
            Some(name) => BoundOrigin::Columns { columns: self.unique(name).into_iter().collect(), written: self.written(name) },
            None if target.needed => {
                self.missing(target.name, target.name);
                BoundOrigin::Absent
            }
            None => BoundOrigin::Absent,
        }
    }

    fn origin<'m>(&mut self, target: &str, origin: &'m Origin) -> BoundOrigin<'m> {
        match origin {
            Origin::Constant(text) => BoundOrigin::Constant(text),
            Origin::Columns(names) => {
                let mut columns = Vec::new();
                for name in names {
                    if self.normal.contains(&normal(name)) {
                        columns.extend(self.unique(name));
                    } else {
                        self.missing(target, name);
                    }
                }
                BoundOrigin::Columns { columns, written: names.join(" + ") }
            }
        }
    }

    /// The one column of this name; two of one name are a fault, for nobody knows which is meant.
    fn unique(&mut self, name: &str) -> Option<usize> {
        let wanted = normal(name);
        let mut found = (0..self.normal.len()).filter(|column| self.normal[*column] == wanted);
        let (first, second) = (found.next(), found.next());
        if let (Some(first), Some(second)) = (first, second) {
            (self.used[first], self.used[second]) = (true, true);
            self.fault(name, FaultCode::DuplicateColumn, format!("one column \"{}\"", cut(name)), "several");
            return None;
        }
        first.inspect(|column| self.used[*column] = true)
    }

    fn written(&self, name: &str) -> String {
        self.normal.iter().position(|column| column == name).map_or_else(|| name.to_owned(), |column| self.header[column].clone())
    }

    fn missing(&mut self, target: &str, column: &str) {
        // Without a header the first row is taken for one: then the names of columns are those of people.
        let nearest = self.nearest(column).filter(|_| !self.faults.is_masked()).map_or_else(String::new, |name| format!("; nearest is \"{}\"", cut(name)));
        let given = if target == column { String::new() } else { format!(" for {target}") };
        let found = self.header.join(", ");
        self.fault(column, FaultCode::MissingColumn, format!("a column \"{column}\"{given}{nearest}"), &found);
    }

    /// The name of the file that is most like the wanted one, if any is.
    fn nearest(&self, wanted: &str) -> Option<&String> {
        let wanted = normal(wanted);
        let likeness = |name: &String| {
            let holds = name.len() > 2 && wanted.len() > 2 && (wanted.contains(name.as_str()) || name.contains(&wanted));
            if holds { 1 } else { distance(name, &wanted) }
        };
        let most = wanted.chars().count() / 2;
        let near = self.normal.iter().zip(self.header).filter(|(name, _)| !name.is_empty() && name.len() <= 80).map(|(name, header)| (likeness(name), header));
        near.filter(|(distance, _)| *distance <= most).min_by_key(|(distance, _)| *distance).map(|(_, header)| header)
    }
}

/// Names are the same whatever their case and the blanks around them.
fn normal(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Levenshtein's: how many letters to put in, take out or change.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, c) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, d) in b.iter().enumerate() {
            let changed = corner + usize::from(c != *d);
            corner = row[j + 1];
            row[j + 1] = changed.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use csv::StringRecord;

    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn faults_of(mapping: &Mapping, what: What, names: &[&str]) -> Vec<(String, FaultCode, String)> {
        let mut faults = Faults::default();
        assert!(Binding::lay(mapping, what, &header(names), 1, false, &mut faults).is_none());
        faults.into_sorted().into_iter().map(|fault| (fault.column, fault.code, fault.expected)).collect()
    }

    #[test]
    fn chinese_names_and_any_case_are_found() {
        let names = header(&["房屋编码", "LON", " 纬度 ", "备注"]);
        let mapping = Mapping::default();
        let binding = Binding::lay(&mapping, What::Houses, &names, 1, false, &mut Faults::default()).unwrap();
        let record = StringRecord::from(vec!["A1", "120", "31.7", "x"]);
        assert_eq!(binding.value(Record::Line(&record), "lat").as_deref(), Some("31.7"));
        assert_eq!(binding.column("house_code"), "房屋编码");
        assert_eq!(binding.unmapped, ["备注"]);
    }

    #[test]
    fn each_missing_column_is_one_fault_with_the_nearest_name() {
        let faults = faults_of(&Mapping::default(), What::Houses, &["house_code", "LONGITUDEX", "latt"]);
        assert_eq!(faults.len(), 2);
        assert_eq!((faults[1].0.as_str(), faults[1].1), ("lat", FaultCode::MissingColumn));
        assert!(faults[1].2.contains("nearest is \"latt\""), "{}", faults[1].2);
        let mapping = Mapping::parse_pairs("house_code=RSM").unwrap();
        let faults = faults_of(&mapping, What::Houses, &["RSN", "lon", "lat"]);
        assert_eq!(faults[0].2, "a column \"RSM\" for house_code; nearest is \"RSN\"");
    }

    #[test]
    fn a_name_that_is_no_target_and_a_doubled_column_are_faults() {
        let mapping = Mapping::parse_pairs("colour=lon").unwrap();
        assert_eq!(faults_of(&mapping, What::Houses, &["house_code", "lon", "lat"])[0].1, FaultCode::UnknownColumn);
        assert_eq!(faults_of(&Mapping::default(), What::Houses, &["house_code", "lon", "lat", "LON"])[0].1, FaultCode::DuplicateColumn);
        assert_eq!(faults_of(&Mapping::default(), What::Events, &["house_code", "date", "kind", "x", "X"])[0].1, FaultCode::DuplicateColumn);
        let houses = Mapping::parse_toml("what = \"houses\"\n").unwrap();
        assert_eq!(faults_of(&houses, What::Events, &["house_code", "date", "kind"])[0].1, FaultCode::WrongMapping);
    }

    #[test]
    fn values_are_joined_left_out_and_translated() {
        let mapping = Mapping::parse_toml(
            "what = \"events\"\nblank = [\"-\"]\n[columns]\nhouse_code = \"id\"\ndate = \"day\"\n[constants]\nkind = \"visit\"\nby = \"city\"\n\
             [fields]\nplace = [\"a\", \"b\"]\nlock = \"c\"\nlamp = \"d\"\n[values.lock]\nyes = \"fitted\"\n\"*\" = \"missing\"\n\"\" = \"unknown\"\n[values.fields]\nyes = \"on\"\n",
        )
        .unwrap();
        let names = header(&["id", "day", "a", "b", "c", "d", "e"]);
        let binding = Binding::lay(&mapping, What::Events, &names, 1, false, &mut Faults::default()).unwrap();
        let fields = |cells: &[&str]| {
            let record = StringRecord::from(cells.to_vec());
            binding.fields(Record::Line(&record)).into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(fields(&["1", "", "x", "y", "yes", "yes", "z"]), "by=city lamp=on lock=fitted place=x y");
        assert_eq!(fields(&["1", "", "-", " y ", "perhaps", "off", ""]), "by=city lamp=off lock=missing place=y");
        assert_eq!(fields(&["1", "", "", "-", "-", "", ""]), "by=city lock=unknown");
        assert_eq!(binding.unmapped, ["e"]);
    }
}
