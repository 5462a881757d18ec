//! `sanshi clusters`: points with a label in, clusters out. Reads, asks the room `cluster`, and puts the answer into words.

use std::io::{Read, Write};

use clap::ValueEnum;
use serde::Serialize;

use super::Refused;
use crate::{
    cluster::{self, Cluster, Density, Neighbourhood, Neighbours, NothingToTest, Places, Scan},
    earth::LonLat,
};

/// Looks for clusters in points: CSV on standard input, one JSON object on standard output.
///
/// Columns: id, lon and lat in WGS 84 degrees (or x and y in metres), case (1: a red house, 0: any other rated house; leave unrated ones
/// out). With --model poisson, case is a count and a column population says among how many. Other columns are ignored.
#[derive(clap::Args, Debug)]
#[command(after_help = ANSWER)]
pub struct Arguments {
    /// One or more of scan, dbscan, gistar, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "scan")]
    method: Vec<Method>,
    /// scan: points that are cases or not, or cases over a population.
    #[arg(long, value_enum, default_value = "bernoulli")]
    model: Model,
    /// scan: the greatest window as a share of all points or of the population.
    #[arg(long, default_value = "0.5", value_parser = share)]
    max_share: f64,
    /// scan: the greatest radius of a window in metres, as well.
    #[arg(long, value_parser = positive)]
    max_radius_m: Option<f64>,
    /// scan: random data sets for the p-value.
    #[arg(long, default_value_t = 999, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    replicates: u32,
    /// scan: the same seed gives the same answer, byte for byte.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// dbscan: how near neighbours are, in metres.
    #[arg(long, default_value = "60", value_parser = positive)]
    eps: f64,
    /// dbscan: how many neighbours, the point included, make a point the core of a group.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    min_points: u32,
    /// dbscan: groups of the cases, or of all points.
    #[arg(long, value_enum, default_value = "cases")]
    of: Of,
    /// gistar: how many nearest neighbours besides the point itself.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    k: u32,
    /// gistar: all neighbours within this many metres instead of the k nearest.
    #[arg(long, value_parser = positive)]
    band_m: Option<f64>,
}

const ANSWER: &str = "\
Answer: {\"points\", \"cases\", and one key per method}.
  scan    model, max_share, max_radius_m, replicates, seed, points_out_of_reach (at one spot larger than the greatest window);
          clusters, strongest first, none sharing a place with another: centre (id), radius_m, ids, points, population (poisson), cases,
          expected, relative_risk (rate inside over rate outside; null if no case is outside), llr, p, p_gumbel, sentence {zh, en}.
          Kulldorff's circular scan for high rates; p covers all places and sizes looked at.
  dbscan  eps_m, min_points, of, groups (how many), labels [{id, group}] with group null for noise. Exploration, not a test.
  gistar  k or band_m, points [{id, neighbours, cases, z, p, p_corrected}]: Getis-Ord Gi*, the point included; p is the exact chance of
          at least as many cases with the other labels dealt at random; p_corrected by Benjamini-Hochberg.
A method with nothing to test has only nothing_to_test {code, zh, en}; codes: no_points, too_few_points, no_cases, all_cases,
one_location, no_window, no_population. Distances between degrees are great circles of a sphere with a radius of 6371008.8 m.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Method {
    Scan,
    Dbscan,
    Gistar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Model {
    Bernoulli,
    Poisson,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    Cases,
    All,
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|share| *share > 0.0 && *share <= 1.0).ok_or_else(|| "expected a share above 0 and at most 1".to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|metres: &f64| metres.is_finite() && *metres > 0.0).ok_or_else(|| "expected metres above 0".to_owned())
}

#[derive(Serialize)]
struct Answer {
    points: usize,
    cases: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    scan: Option<Tested<ScanAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dbscan: Option<Tested<DbscanAnswer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gistar: Option<Tested<GistarAnswer>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Tested<T> {
    Found(T),
    Nothing { nothing_to_test: Reason },
}

#[derive(Serialize)]
struct Reason {
    code: &'static str,
    zh: &'static str,
    en: String,
}

#[derive(Serialize)]
struct Sentence {
    zh: String,
    en: String,
}

#[derive(Serialize)]
struct ScanAnswer {
    model: Model,
    max_share: f64,
    max_radius_m: Option<f64>,
    replicates: u32,
    seed: u64,
    points_out_of_reach: usize,
    clusters: Vec<ClusterAnswer>,
}

#[derive(Serialize)]
struct ClusterAnswer {
    centre: String,
    radius_m: f64,
    points: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    population: Option<f64>,
    cases: usize,
    expected: f64,
    relative_risk: Option<f64>,
    llr: f64,
    p: Option<f64>,
    p_gumbel: Option<f64>,
    sentence: Sentence,
    ids: Vec<String>,
}

#[derive(Serialize)]
struct DbscanAnswer {
    eps_m: f64,
    min_points: u32,
    of: Of,
    groups: u32,
    labels: Vec<Label>,
}

#[derive(Serialize)]
struct Label {
    id: String,
    group: Option<u32>,
}

#[derive(Serialize)]
struct GistarAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    k: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    band_m: Option<f64>,
    points: Vec<Spot>,
}

#[derive(Serialize)]
struct Spot {
    id: String,
    neighbours: usize,
    cases: usize,
    z: f64,
    p: f64,
    p_corrected: f64,
}

pub fn run(arguments: &Arguments, input: impl Read, mut output: impl Write) -> Result<(), Refused> {
    if arguments.model == Model::Poisson && arguments.method != [Method::Scan] {
        return Err(Refused::new("--model poisson is for --method scan alone: the other methods need a case column of 0 and 1"));
    }
    let table = Table::read(input, arguments.model)?;
    let asked = |method| arguments.method.contains(&method);
    let answer = Answer {
        points: table.ids.len(),
        cases: table.cases.iter().map(|&count| u64::from(count)).sum(),
        scan: asked(Method::Scan).then(|| tested(table.scan(arguments))),
        dbscan: asked(Method::Dbscan).then(|| tested(table.dbscan(arguments))),
        gistar: asked(Method::Gistar).then(|| tested(table.gistar(arguments))),
    };
    serde_json::to_writer(&mut output, &answer).map_err(|error| Refused::new(error.to_string()))?;
    output.write_all(b"\n")?;
    Ok(output.flush()?)
}

fn tested<T>(found: Result<T, NothingToTest>) -> Tested<T> {
    let nothing = match found {
        Ok(found) => return Tested::Found(found),
        Err(nothing) => nothing,
    };
    let (code, zh) = match nothing {
        NothingToTest::NoPoints => ("no_points", "没有可检验的内容：没有点"),
        NothingToTest::TooFewPoints => ("too_few_points", "没有可检验的内容：少于三个点"),
        NothingToTest::NoCases => ("no_cases", "没有可检验的内容：没有一个点的 case 为 1"),
        NothingToTest::AllCases => ("all_cases", "没有可检验的内容：所有点的 case 都为 1"),
        NothingToTest::OneLocation => ("one_location", "没有可检验的内容：所有点都在同一位置"),
        NothingToTest::NoWindow => ("no_window", "没有可检验的内容：最大窗口容不下任何一个位置"),
        NothingToTest::NoPopulation => ("no_population", "没有可检验的内容：没有人口，或在没有人口处有计数"),
        _ => ("nothing_to_test", "没有可检验的内容"),
    };
    Tested::Nothing { nothing_to_test: Reason { code, zh, en: format!("nothing to test: {nothing}") } }
}

/// The points as read.
struct Table {
    ids: Vec<String>,
    places: Places,
    cases: Vec<u32>,
    population: Vec<f64>,
    /// The coordinates again, for methods that look at some of the points only.
    coordinates: Coordinates,
}

enum Coordinates {
    Degrees(Vec<LonLat>),
    Metres(Vec<(f64, f64)>),
}

impl Table {
    fn read(input: impl Read, model: Model) -> Result<Self, Refused> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(input);
        let headers = reader.headers().map_err(|error| Refused::new(error.to_string()))?.clone();
        let find = |name: &str| headers.iter().position(|header| header.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name));
        let column = |name: &str| {
            let found = headers.iter().collect::<Vec<_>>().join(", ");
            find(name).ok_or_else(|| Refused::new(format!("line 1: expected a column \"{name}\"; found {found}")))
        };
        let planar = find("lon").is_none() && find("x").is_some();
        let (across, up) = if planar { ("x", "y") } else { ("lon", "lat") };
        let (id, first, second, case) = (column("id")?, column(across)?, column(up)?, column("case")?);
        let people = if model == Model::Poisson { Some(column("population")?) } else { None };
        let (mut ids, mut cases, mut population) = (Vec::new(), Vec::new(), Vec::new());
        let (mut degrees, mut metres) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = record.map_err(|error| Refused::new(error.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let text = |at: usize| record.get(at).unwrap_or_default();
            let fault = |name: &str, expected: &str, at: usize| Refused::new(format!("line {line}, {name}: expected {expected}; found \"{}\"", text(at)));
            let number = |at: usize, name: &str| text(at).parse::<f64>().ok().filter(|value| value.abs() < 1e15).ok_or_else(|| fault(name, "a number", at));
            let (x, y) = (number(first, across)?, number(second, up)?);
            if planar {
                metres.push((x, y));
            } else {
                degrees.push(
                    LonLat::new(x, y).map_err(|error| {
                        Refused::new(format!("line {line}, {across} and {up}: {error}; found \"{}\" and \"{}\"", text(first), text(second)))
                    })?,
                );
            }
            let count: u32 = match (model, text(case)) {
                (Model::Bernoulli, "0") => 0,
                (Model::Bernoulli, "1") => 1,
                (Model::Bernoulli, _) => return Err(fault("case", "0 or 1", case)),
                (Model::Poisson, count) => {
                    count.parse().ok().filter(|count| *count <= 1_000_000).ok_or_else(|| fault("case", "a whole number up to 1,000,000", case))?
                }
            };
            if let Some(people) = people {
                let here = number(people, "population").ok().filter(|here| *here >= 0.0).ok_or_else(|| fault("population", "a number not below 0", people))?;
                if here == 0.0 && count > 0 {
                    return Err(fault("population", "a number above 0 where there are cases", people));
                }
                population.push(here);
            }
            cases.push(count);
            ids.push(text(id).to_owned());
        }
        let coordinates = if planar { Coordinates::Metres(metres) } else { Coordinates::Degrees(degrees) };
        let places = coordinates.places(|_| true)?;
        Ok(Self { ids, places, cases, population, coordinates })
    }

    fn marks(&self) -> Vec<bool> {
        self.cases.iter().map(|&count| count > 0).collect()
    }

    fn scan(&self, arguments: &Arguments) -> Result<ScanAnswer, NothingToTest> {
        let scan = Scan {
            max_share: arguments.max_share,
            max_radius_m: arguments.max_radius_m,
            replicates: arguments.replicates as usize,
            seed: arguments.seed,
            ..Scan::default()
        };
        let report = match arguments.model {
            Model::Bernoulli => scan.bernoulli(&self.places, &self.marks(), &|_, _| true)?,
            Model::Poisson => scan.poisson(&self.places, &self.cases, &self.population, &|_, _| true)?,
        };
        Ok(ScanAnswer {
            model: arguments.model,
            max_share: arguments.max_share,
            max_radius_m: arguments.max_radius_m,
            replicates: arguments.replicates,
            seed: arguments.seed,
            points_out_of_reach: report.out_of_reach,
            clusters: report.clusters.iter().map(|cluster| self.cluster(cluster, arguments)).collect(),
        })
    }

    fn cluster(&self, cluster: &Cluster, arguments: &Arguments) -> ClusterAnswer {
        let id = |point: u32| self.ids[point as usize].clone();
        ClusterAnswer {
            centre: id(cluster.centre),
            radius_m: cluster.radius_m,
            points: cluster.points.len(),
            population: (arguments.model == Model::Poisson).then_some(cluster.base),
            cases: cluster.cases,
            expected: cluster.expected,
            relative_risk: cluster.relative_risk,
            llr: cluster.llr,
            p: cluster.p(),
            p_gumbel: cluster.p_gumbel,
            sentence: sentence(cluster, arguments),
            ids: cluster.points.iter().map(|&point| id(point)).collect(),
        }
    }

    fn dbscan(&self, arguments: &Arguments) -> Result<DbscanAnswer, NothingToTest> {
        let marks = self.marks();
        let meant = |point: usize| arguments.of == Of::All || marks[point];
        let ids: Vec<String> = (0..self.ids.len()).filter(|&point| meant(point)).map(|point| self.ids[point].clone()).collect();
        if ids.is_empty() {
            return Err(if self.ids.is_empty() { NothingToTest::NoPoints } else { NothingToTest::NoCases });
        }
        let places = self.coordinates.places(meant).map_err(|_| NothingToTest::NoPoints)?;
        let groups = cluster::dbscan(&places, Density { eps_m: arguments.eps, min_points: arguments.min_points as usize });
        Ok(DbscanAnswer {
            eps_m: arguments.eps,
            min_points: arguments.min_points,
            of: arguments.of,
            groups: groups.iter().flatten().max().map_or(0, |last| last + 1),
            labels: ids.into_iter().zip(groups).map(|(id, group)| Label { id, group }).collect(),
        })
    }

    fn gistar(&self, arguments: &Arguments) -> Result<GistarAnswer, NothingToTest> {
        let neighbourhood = arguments.band_m.map_or(Neighbourhood::Nearest(arguments.k as usize), Neighbourhood::Within);
        let marks: Vec<f64> = self.marks().into_iter().map(|case| f64::from(u8::from(case))).collect();
        let spots = cluster::gistar(&Neighbours::of(&self.places, neighbourhood), &marks, None)?;
        let spot = |(id, spot): (&String, cluster::HotSpot)| Spot {
            id: id.clone(),
            neighbours: spot.neighbours,
            cases: spot.sum as usize,
            z: spot.z,
            p: spot.p,
            p_corrected: spot.p_corrected,
        };
        Ok(GistarAnswer {
            k: arguments.band_m.is_none().then_some(arguments.k),
            band_m: arguments.band_m,
            points: self.ids.iter().zip(spots).map(spot).collect(),
        })
    }
}

impl Coordinates {
    fn places(&self, meant: impl Fn(usize) -> bool) -> Result<Places, Refused> {
        match self {
            Self::Degrees(points) => Ok(Places::on_sphere(&kept(points, meant))),
            Self::Metres(points) => Places::on_plane(&kept(points, meant)).ok_or_else(|| Refused::new("x and y: expected finite numbers")),
        }
    }
}

fn kept<T: Copy>(points: &[T], meant: impl Fn(usize) -> bool) -> Vec<T> {
    points.iter().enumerate().filter(|(at, _)| meant(*at)).map(|(_, point)| *point).collect()
}

/// What a cluster says, in words that claim no more than the test does.
fn sentence(cluster: &Cluster, arguments: &Arguments) -> Sentence {
    let cases = cluster.cases;
    let (mut zh, mut en) = match arguments.model {
        Model::Bernoulli => {
            let (points, are) = (cluster.points.len(), if cases == 1 { "is" } else { "are" });
            (
                format!("这里 {} 户已评级房屋中有 {} 户为红色", thousands(points), thousands(cases)),
                format!("{} of {} rated houses here {are} red", thousands(cases), thousands(points)),
            )
        }
        Model::Poisson => {
            let (noun, were) = if cases == 1 { ("case", "was") } else { ("cases", "were") };
            (
                format!("这里有 {} 例，按平均应有 {:.1} 例", thousands(cases), cluster.expected),
                format!("{} {noun} {were} counted here where {:.1} would be average", thousands(cases), cluster.expected),
            )
        }
    };
    match cluster.relative_risk {
        Some(times) => {
            zh += &format!("，是其余地方的 {times:.1} 倍");
            en += &format!(", {times:.1} times the rest");
        }
        None => {
            zh += "，其余地方没有";
            en += ", and none elsewhere";
        }
    }
    if let Some(p) = cluster.p() {
        let all = arguments.replicates as usize + 1;
        let often = (p * all as f64).round() as usize;
        zh += &format!("；仅凭偶然，{} 次中就有 {} 次如此", thousands(all), thousands(often));
        en += &format!("; chance alone does this in {} of {}", thousands(often), thousands(all));
        if p > 0.05 {
            zh += "，不能说明超出偶然";
            en += ", so this is not more than chance explains";
        }
    }
    Sentence { zh, en }
}

/// A number with a comma after every three digits.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn ask(options: &str, input: &str) -> Result<serde_json::Value, String> {
        let line = Line::try_parse_from(std::iter::once("clusters").chain(options.split_whitespace())).map_err(|error| error.to_string())?;
        let mut output = Vec::new();
        run(&line.arguments, input.as_bytes(), &mut output).map_err(|refused| refused.to_string())?;
        Ok(serde_json::from_slice(&output).unwrap())
    }

    /// A hundred houses 100 m apart, nine red ones in a corner.
    fn town() -> String {
        let row = |k: u32| format!("H{k},x,{},{},{}\n", k % 10 * 100, k / 10 * 100, u8::from(k % 10 < 3 && k / 10 < 3));
        format!("id,colour,x,y,case\n{}", (0..100).map(row).collect::<String>())
    }

    #[test]
    fn a_red_corner_is_told_in_two_languages() {
        let answer = ask("--method scan,dbscan,gistar --eps 100 --min-points 3 --k 8", &town()).unwrap();
        let first = &answer["scan"]["clusters"][0];
        assert_eq!((&first["cases"], &first["points"], &first["p"], &first["centre"]), (&9.into(), &9.into(), &0.001.into(), &"H0".into()));
        assert_eq!(first["sentence"]["en"], "9 of 9 rated houses here are red, and none elsewhere; chance alone does this in 1 of 1,000");
        assert_eq!(first["sentence"]["zh"], "这里 9 户已评级房屋中有 9 户为红色，其余地方没有；仅凭偶然，1,000 次中就有 1 次如此");
        assert_eq!((answer["dbscan"]["groups"].as_u64(), answer["dbscan"]["labels"].as_array().unwrap().len()), (Some(1), 9));
        assert!(answer["gistar"]["points"][11]["z"].as_f64().unwrap() > 8.0);
        assert!(answer["gistar"]["points"][11]["p_corrected"].as_f64().unwrap() < 0.001);
    }

    #[test]
    fn nothing_to_test_is_an_answer_with_a_code() {
        let code = |input: &str| ask("--method scan", input).unwrap()["scan"]["nothing_to_test"]["code"].as_str().unwrap().to_owned();
        assert_eq!(code("id,lon,lat,case\n"), "no_points");
        assert_eq!(code("id,lon,lat,case\na,120,31,1\nb,120,32,0\n"), "too_few_points");
        assert_eq!(code("id,lon,lat,case\na,120,31,1\nb,120,31,0\nc,120,31,0\n"), "one_location");
        assert_eq!(code("id,lon,lat,case\na,120,31,1\nb,121,31,1\nc,120,31,1\n"), "all_cases");
        assert_eq!(code("id,lon,lat,case\na,120,31,0\nb,121,31,0\nc,120,31,0\n"), "no_cases");
    }

    #[test]
    fn a_fault_is_named_by_line_and_column() {
        let refusal = |options: &str, input: &str| ask(options, input).unwrap_err();
        assert_eq!(refusal("", "id,lon,lat\n"), "line 1: expected a column \"case\"; found id, lon, lat");
        assert_eq!(refusal("", "id,lon,lat,case\na,120,31,0\nb,NaN,31,1\n"), "line 3, lon: expected a number; found \"NaN\"");
        assert_eq!(refusal("", "id,lon,lat,case\na,120,31,2\n"), "line 2, case: expected 0 or 1; found \"2\"");
        assert!(refusal("", "id,lon,lat,case\na,31,120,1\n").contains("swapped"));
        assert!(refusal("--model poisson", "id,x,y,case,population\na,1,1,1,0\n").starts_with("line 2, population"));
        assert!(refusal("--max-share 0", "").contains("share") && refusal("--eps NaN", "").contains("metres"));
    }

    #[test]
    fn what_chance_explains_is_said_so() {
        let rows: String = (0..60_u32).map(|k| format!("{k},{},{},{}\n", k % 8, k / 8, u8::from(k % 5 == 0))).collect();
        let answer = ask("--replicates 99", &format!("id,x,y,case\n{rows}")).unwrap();
        let first = &answer["scan"]["clusters"][0];
        assert!(first["p"].as_f64().unwrap() > 0.05);
        assert!(first["sentence"]["en"].as_str().unwrap().ends_with("not more than chance explains"));
    }
}
