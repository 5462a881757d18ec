//! `sanshi clusters`: points with a label in, clusters out. Reads, asks the room `cluster`, and puts the answer into words.

mod answer;
mod streets;
mod table;
#[cfg(test)]
mod tests;
mod words;

use std::{
    io::{Read, Write},
    path::PathBuf,
};

use clap::ValueEnum;
use jiff::civil::Date;
use serde::Serialize;

use self::{
    answer::{
        Along, Answer, BorderAnswer, CategoryAnswer, ClusterAnswer, DbscanAnswer, DensityAnswer, GistarAnswer, HdbscanAnswer, Join, JoinsAnswer, Label,
        Membership, MoranAnswer, MoranSpot, ScanAnswer, Spot,
    },
    table::Table,
    words::sentence,
};
use super::Refused;
use crate::{
    cluster::{
        self, Cluster, Course, Density, Hdbscan, HotSpot, Kernel, LocalMoran, Member, Neighbourhood, Neighbours, NothingToTest, Permutations, Places, Quadrant,
        Rates, Scan, Side, Window,
    },
    domain::words::thousands,
};

/// Looks for clusters in points: CSV on standard input, one JSON object on standard output.
///
/// Columns: id, lon and lat in WGS 84 degrees (or x and y in metres), case (1: a red house, 0: any other rated house; leave unrated ones
/// out). With --model poisson, case is a count and a column population says among how many; with --model ordinal, case is a category from
/// 0 (least) to 15. With --over-time, a column date (2024-05-31, 2024-05 or 2024) or year. Other columns are ignored.
#[derive(clap::Args, Debug)]
#[command(after_help = ANSWER)]
pub struct Arguments {
    /// One or more of scan, dbscan, hdbscan, gistar, moran, joins, density, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "scan")]
    method: Vec<Method>,
    /// scan: points that are cases or not, cases over a population, or points in ordered categories.
    #[arg(long, value_enum, default_value = "bernoulli")]
    model: Model,
    /// scan: circles, or circles and ellipses up to five times as long as wide.
    #[arg(long, value_enum, default_value = "circle")]
    window: WindowName,
    /// scan: how much long ellipses must be better than round ones.
    #[arg(long, value_enum, default_value = "medium")]
    penalty: Penalty,
    /// scan: many cases, few, or either.
    #[arg(long, value_enum, default_value = "high")]
    rates: RatesName,
    /// scan: the greatest window as a share of all points or of the population.
    #[arg(long, default_value = "0.5", value_parser = share)]
    max_share: f64,
    /// scan: the greatest radius of a window in metres, as well; of an ellipse, the longer half axis.
    #[arg(long, value_parser = positive)]
    max_radius_m: Option<f64>,
    /// scan: windows in space and time (cylinders), time in these steps; bernoulli and poisson.
    #[arg(long, value_enum)]
    over_time: Option<Step>,
    /// scan: the longest span as a share of all steps.
    #[arg(long, default_value = "0.5", value_parser = share)]
    max_span: f64,
    /// scan: an approximation for a million points: those of a grid cell so many metres wide are taken at their mean.
    #[arg(long, value_parser = positive)]
    gather_m: Option<f64>,
    /// scan, moran, joins: random data sets for the p-value.
    #[arg(long, default_value_t = 999, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    replicates: u32,
    /// scan: end when so many random data sets were at least as strong as the strongest cluster.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    stop_after: Option<u32>,
    /// scan, moran, joins: the same seed gives the same answer, byte for byte.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// dbscan: how near neighbours are, in metres.
    #[arg(long, default_value = "60", value_parser = positive)]
    eps: f64,
    /// dbscan: how many neighbours, the point included, make a point the core of a group; hdbscan: the distance that holds so many says how dense it is.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    min_points: u32,
    /// hdbscan: how many points make a group.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(2..))]
    min_cluster: u32,
    /// dbscan, hdbscan, density: of the cases, or of all points.
    #[arg(long, value_enum, default_value = "cases")]
    of: Of,
    /// gistar, moran, joins: how many nearest neighbours besides the point itself.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    k: u32,
    /// gistar, moran, joins: all neighbours within this many metres instead of the k nearest.
    #[arg(long, value_parser = positive)]
    band_m: Option<f64>,
    /// gistar, moran, joins: --k and --band-m by metres on foot along the streets of this file of OpenStreetMap (.osm.pbf, .osm.gz or .osm),
    /// from door to door. Needs lon and lat; scan, dbscan, hdbscan and density keep straight distance.
    #[arg(long, value_name = "FILE")]
    streets: Option<PathBuf>,
    /// density: how a point's weight falls with distance.
    #[arg(long, value_enum, default_value = "quartic")]
    kernel: KernelName,
    /// density: the bandwidth in metres.
    #[arg(long, default_value = "200", value_parser = positive)]
    bandwidth_m: f64,
    /// density: the width of a cell of the grid in metres.
    #[arg(long, default_value = "50", value_parser = positive)]
    cell_m: f64,
}

const ANSWER: &str = "\
Answer: {\"points\", \"cases\", and one key per method}.
  scan    model, window, rates, max_share, max_radius_m, over_time and max_span (if asked for), gather_m (if asked for), replicates,
          stop_after (if asked for), replicates_drawn, seed, points_out_of_reach (at one spot larger than the greatest window);
          clusters, strongest first, none sharing a place with another: centre (id), radius_m, half_length_m and angle_deg (of an ellipse:
          the longer half axis and its direction, anticlockwise from east; radius_m is the shorter), from, to and course (of a cylinder;
          course: growing, fading, lasting, over), rates (high or low), points, population (poisson), cases (ordinal: points of the highest
          category), expected, relative_risk (rate inside over rate outside; null if no case is outside), categories (ordinal: category,
          points, expected), llr, statistic (llr after the penalty, with ellipses), p, p_gumbel, sentence {zh, en}, ids, border [{id, share}].
          Kulldorff's scan statistic; p covers all places, sizes, shapes, spans and sides looked at. p is exact for the replicates drawn;
          p_gumbel is a smooth approximation. border: the share of the windows nearly as strong (within two units of log-likelihood)
          that hold the point; empty where p is above 0.05.
  dbscan  eps_m, min_points, of, groups (how many), labels [{id, group}] with group null for noise. Exploration, not a test.
  hdbscan min_points, min_cluster, of, groups (how many), labels [{id, group, probability}]: groups of any density that outlast those they fall
          apart into; group null for noise; probability: how dense against the densest of the group. All points together are no group,
          unless all but one spot fall out one by one; ties fall apart at once. Exploration, not a test.
  gistar  k or band_m, points [{id, neighbours, cases, z, p, p_corrected}]: Getis-Ord Gi*, the point included; p is the exact chance of
          at least as many cases with the other labels dealt at random; p_corrected by Benjamini-Hochberg.
  moran   k or band_m, replicates, seed, points [{id, neighbours, i, quadrant, p, p_corrected}]: Local Moran's I, weights standardised by row;
          p two-sided by conditional permutation; p_corrected by Benjamini-Hochberg; quadrant: high_high, low_high, low_low, high_low.
  joins   k or band_m, replicates, seed, points and cases (those that have a neighbour or are one), and bb, bw, ww {joins, expected, p}: joins
          between cases, between a case and another, between others; p is the chance of at least so many (bw: at most so many) with the labels
          of those points dealt at random.
  density of, kernel, bandwidth_m, cell_m, west, south, width and height of a cell (in the input's coordinates), columns, rows, per_km2 (row by
          row from the south). Not corrected at the edge of the data. Exploration, not a test.
With --streets, gistar, moran and joins have distance (\"streets\") and off_streets, the points that no street is near (500 m): they have
no neighbours. Metres are straight from the door to the nearest street, along the streets, and straight to the other door; points at
one spot are at distance 0. One-way streets count only where they are one-way on foot: there only one of two may be the other's neighbour.
A method with nothing to test has only nothing_to_test {code, zh, en}; codes: no_points, too_few_points, no_cases, all_cases,
one_location, no_window, no_population, one_category, one_step, no_neighbours, neighbours_alike. Distances between degrees are
great circles of a sphere with a radius of 6371008.8 m.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Method {
    Scan,
    Dbscan,
    Hdbscan,
    Gistar,
    Moran,
    Joins,
    Density,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Model {
    Bernoulli,
    Poisson,
    Ordinal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum WindowName {
    Circle,
    Ellipse,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Penalty {
    None,
    Medium,
    Strong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum RatesName {
    High,
    Low,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    Year,
    Month,
    Day,
}

impl Step {
    /// What a date must be, so that its step is known.
    fn expected(self) -> &'static str {
        match self {
            Self::Year => "a year (2024), month (2024-05) or day (2024-05-31)",
            Self::Month => "a month (2024-05) or day (2024-05-31)",
            Self::Day => "a day (2024-05-31)",
        }
    }

    fn name(self, first_day: Date) -> String {
        match self {
            Self::Year => format!("{:04}", first_day.year()),
            Self::Month => format!("{:04}-{:02}", first_day.year(), first_day.month()),
            Self::Day => first_day.to_string(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Of {
    Cases,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum KernelName {
    Quartic,
    Gaussian,
}

fn share(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|share| *share > 0.0 && *share <= 1.0).ok_or_else(|| "expected a share above 0 and at most 1".to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|metres: &f64| metres.is_finite() && *metres > 0.0).ok_or_else(|| "expected metres above 0".to_owned())
}

pub fn run(arguments: &Arguments, input: impl Read, mut output: impl Write) -> Result<(), Refused> {
    if arguments.model != Model::Bernoulli && arguments.method != [Method::Scan] {
        return Err(Refused::new("--model poisson and ordinal are for --method scan alone: the other methods need a case column of 0 and 1"));
    }
    if arguments.model == Model::Ordinal && arguments.over_time.is_some() {
        return Err(Refused::new("--over-time is for --model bernoulli and poisson"));
    }
    if arguments.streets.is_some() && !arguments.method.iter().any(|method| matches!(method, Method::Gistar | Method::Moran | Method::Joins)) {
        return Err(Refused::new("--streets is for --method gistar, moran and joins: the other methods go by straight distance"));
    }
    let table = Table::read(input, arguments.model, arguments.over_time)?;
    if arguments.over_time.is_none()
        && let Some((lines, id)) = table.repeated()
    {
        eprintln!("lines with the id of an earlier one: {lines}, the first with \"{id}\"; each line counts as a point of its own");
    }
    let question = Question { arguments, places: table.places(|_| true)?, table };
    let answer = question.answer()?;
    serde_json::to_writer(&mut output, &answer).map_err(|error| Refused::new(error.to_string()))?;
    output.write_all(b"\n")?;
    Ok(output.flush()?)
}

/// The points and what is asked of them.
struct Question<'a> {
    arguments: &'a Arguments,
    table: Table,
    places: Places,
}

impl Question<'_> {
    fn answer(&self) -> Result<Answer, Refused> {
        let asked = |method| self.arguments.method.contains(&method);
        let local = asked(Method::Gistar) || asked(Method::Moran) || asked(Method::Joins);
        let neighbours = if local { Some(self.neighbours()?) } else { None };
        let near = |method| neighbours.as_ref().filter(|_| asked(method));
        Ok(Answer {
            points: self.table.ids.len(),
            cases: match self.arguments.model {
                Model::Ordinal => self.table.marks().iter().filter(|mark| **mark).count() as u64,
                Model::Bernoulli | Model::Poisson => self.table.cases.iter().map(|&count| u64::from(count)).sum(),
            },
            scan: asked(Method::Scan).then(|| self.scan().into()),
            dbscan: if asked(Method::Dbscan) { Some(self.dbscan()?.into()) } else { None },
            hdbscan: if asked(Method::Hdbscan) { Some(self.hdbscan()?.into()) } else { None },
            gistar: near(Method::Gistar).map(|(near, along)| self.gistar(near, *along).into()),
            moran: near(Method::Moran).map(|(near, along)| self.moran(near, *along).into()),
            joins: near(Method::Joins).map(|(near, along)| self.joins(near, *along).into()),
            density: if asked(Method::Density) { Some(self.density()?.into()) } else { None },
        })
    }

    fn scan(&self) -> Result<ScanAnswer, NothingToTest> {
        let arguments = self.arguments;
        let scan = Scan {
            window: match (arguments.window, arguments.penalty) {
                (WindowName::Circle, _) => Window::Circle,
                (WindowName::Ellipse, Penalty::None) => Window::Ellipse { penalty: 0.0 },
                (WindowName::Ellipse, Penalty::Medium) => Window::Ellipse { penalty: 0.5 },
                (WindowName::Ellipse, Penalty::Strong) => Window::Ellipse { penalty: 1.0 },
            },
            rates: match arguments.rates {
                RatesName::High => Rates::High,
                RatesName::Low => Rates::Low,
                RatesName::Both => Rates::Both,
            },
            max_share: arguments.max_share,
            max_radius_m: arguments.max_radius_m,
            max_span: arguments.max_span,
            replicates: arguments.replicates as usize,
            stop_after: arguments.stop_after.map(|enough| enough as usize),
            seed: arguments.seed,
            ..Scan::default()
        };
        let gathered = arguments.gather_m.map(|cell_m| self.places.gathered(cell_m));
        let (table, places) = (&self.table, gathered.as_ref().unwrap_or(&self.places));
        let report = match (arguments.model, arguments.over_time) {
            (Model::Bernoulli, None) => scan.bernoulli(places, &table.marks(), TO_THE_END)?,
            (Model::Bernoulli, Some(_)) => scan.bernoulli_in_time(places, &table.marks(), &table.steps, TO_THE_END)?,
            (Model::Poisson, None) => scan.poisson(places, &table.cases, &table.population, TO_THE_END)?,
            (Model::Poisson, Some(_)) => scan.poisson_in_time(places, &table.cases, &table.population, &table.steps, TO_THE_END)?,
            (Model::Ordinal, _) => {
                let categories: Vec<u8> = table.cases.iter().map(|&category| category as u8).collect();
                scan.ordinal(places, &categories, TO_THE_END)?
            }
        };
        Ok(ScanAnswer {
            model: arguments.model,
            window: arguments.window,
            rates: arguments.rates,
            max_share: arguments.max_share,
            max_radius_m: arguments.max_radius_m,
            over_time: arguments.over_time,
            max_span: arguments.over_time.map(|_| arguments.max_span),
            gather_m: arguments.gather_m,
            replicates: arguments.replicates,
            stop_after: arguments.stop_after,
            replicates_drawn: report.replicates,
            seed: arguments.seed,
            points_out_of_reach: report.out_of_reach,
            clusters: report.clusters.iter().map(|cluster| self.cluster(cluster)).collect(),
        })
    }

    fn cluster(&self, cluster: &Cluster) -> ClusterAnswer {
        let id = |point: u32| self.table.ids[point as usize].clone();
        let step = |step: u32| self.table.step_names[step as usize].as_str();
        let span = cluster.span.as_ref().map(|(span, _)| (step(span.start), step(span.end - 1)));
        ClusterAnswer {
            centre: id(cluster.centre),
            radius_m: cluster.radius_m,
            half_length_m: cluster.ellipse.map(|ellipse| ellipse.half_length_m),
            angle_deg: cluster.ellipse.map(|ellipse| ellipse.angle_deg),
            from: span.map(|(from, _)| from.to_owned()),
            to: span.map(|(_, to)| to.to_owned()),
            course: cluster.span.as_ref().map(|(_, course)| match course {
                Course::Growing => "growing",
                Course::Fading => "fading",
                Course::Lasting => "lasting",
                Course::Over => "over",
            }),
            rates: if cluster.side == Side::High { "high" } else { "low" },
            points: cluster.points.len(),
            population: (self.arguments.model == Model::Poisson).then_some(cluster.base),
            cases: cluster.cases,
            expected: cluster.expected,
            relative_risk: cluster.relative_risk,
            categories: cluster
                .categories
                .iter()
                .enumerate()
                .map(|(category, held)| CategoryAnswer { category, points: held.points, expected: held.expected })
                .collect(),
            llr: cluster.llr,
            statistic: (self.arguments.window == WindowName::Ellipse).then_some(cluster.statistic),
            p: cluster.p(),
            p_gumbel: cluster.p_gumbel,
            sentence: sentence(cluster, span, self.arguments),
            ids: cluster.points.iter().map(|&point| id(point)).collect(),
            border: cluster.border.iter().map(|&(point, share)| BorderAnswer { id: id(point), share }).collect(),
        }
    }

    /// Which points a method without a test looks at.
    fn meant(&self) -> impl Fn(usize) -> bool {
        let (of, marks) = (self.arguments.of, self.table.marks());
        move |point| of == Of::All || marks[point]
    }

    fn dbscan(&self) -> Result<Result<DbscanAnswer, NothingToTest>, Refused> {
        let arguments = self.arguments;
        let ids = self.meant_ids();
        if ids.is_empty() {
            return Ok(Err(self.nothing()));
        }
        let density = Density { eps_m: arguments.eps, min_points: arguments.min_points as usize };
        let groups = match cluster::dbscan(&self.table.places(self.meant())?, density, TO_THE_END) {
            Ok(groups) => groups,
            Err(nothing) => return Ok(Err(nothing)),
        };
        Ok(Ok(DbscanAnswer {
            eps_m: arguments.eps,
            min_points: arguments.min_points,
            of: arguments.of,
            groups: groups.iter().flatten().max().map_or(0, |last| last + 1),
            labels: ids.into_iter().zip(groups).map(|(id, group)| Label { id, group }).collect(),
        }))
    }

    fn hdbscan(&self) -> Result<Result<HdbscanAnswer, NothingToTest>, Refused> {
        let arguments = self.arguments;
        let ids = self.meant_ids();
        if ids.is_empty() {
            return Ok(Err(self.nothing()));
        }
        let hdbscan = Hdbscan { min_points: arguments.min_points as usize, min_cluster: arguments.min_cluster as usize };
        let members = match hdbscan.members(&self.table.places(self.meant())?, TO_THE_END) {
            Ok(members) => members,
            Err(nothing) => return Ok(Err(nothing)),
        };
        let group = |member: &Option<Member>| member.map(|member| member.group);
        Ok(Ok(HdbscanAnswer {
            min_points: arguments.min_points,
            min_cluster: arguments.min_cluster,
            of: arguments.of,
            groups: members.iter().filter_map(group).max().map_or(0, |last| last + 1),
            labels: ids
                .into_iter()
                .zip(&members)
                .map(|(id, member)| Membership { id, group: group(member), probability: member.map(|member| member.probability) })
                .collect(),
        }))
    }

    fn meant_ids(&self) -> Vec<String> {
        let meant = self.meant();
        (0..self.table.ids.len()).filter(|&point| meant(point)).map(|point| self.table.ids[point].clone()).collect()
    }

    fn nothing(&self) -> NothingToTest {
        if self.table.ids.is_empty() { NothingToTest::NoPoints } else { NothingToTest::NoCases }
    }

    /// By straight distance, or along the streets that are given.
    fn neighbours(&self) -> Result<(Neighbours, Option<Along>), Refused> {
        let Some(path) = &self.arguments.streets else {
            let pairs = self.neighbourhood().pairs(&self.places);
            if pairs > MOST_PAIRS {
                let (most, found) = (thousands(MOST_PAIRS as u64), thousands(pairs as u64));
                return Err(Refused::new(format!("expected at most {most} pairs of neighbours, found {found}: take a smaller --band-m or --k")));
            }
            return Ok((Neighbours::of(&self.places, self.neighbourhood()), None));
        };
        let (neighbours, off_streets) = streets::neighbours(path, &self.table, &self.places, self.neighbourhood())?;
        Ok((neighbours, Some(Along { distance: "streets", off_streets })))
    }

    fn neighbourhood(&self) -> Neighbourhood {
        self.arguments.band_m.map_or(Neighbourhood::Nearest(self.arguments.k as usize), Neighbourhood::Within)
    }

    fn k(&self) -> Option<u32> {
        self.arguments.band_m.is_none().then_some(self.arguments.k)
    }

    fn permutations(&self) -> Permutations {
        Permutations { replicates: self.arguments.replicates as usize, seed: self.arguments.seed }
    }

    fn labels(&self) -> Vec<f64> {
        self.table.cases.iter().map(|&case| f64::from(case)).collect()
    }

    fn gistar(&self, neighbours: &Neighbours, along: Option<Along>) -> Result<GistarAnswer, NothingToTest> {
        let spots = cluster::gistar(neighbours, &self.labels(), None, TO_THE_END)?;
        let spot = |(id, spot): (&String, HotSpot)| Spot {
            id: id.clone(),
            neighbours: spot.neighbours,
            cases: spot.sum as usize,
            z: spot.z,
            p: spot.p,
            p_corrected: spot.p_corrected,
        };
        Ok(GistarAnswer { k: self.k(), band_m: self.arguments.band_m, along, points: self.table.ids.iter().zip(spots).map(spot).collect() })
    }

    fn moran(&self, neighbours: &Neighbours, along: Option<Along>) -> Result<MoranAnswer, NothingToTest> {
        let spots = cluster::local_moran(neighbours, &self.labels(), self.permutations(), TO_THE_END)?;
        let spot = |(id, spot): (&String, LocalMoran)| MoranSpot {
            id: id.clone(),
            neighbours: spot.neighbours,
            i: spot.i,
            quadrant: match spot.quadrant {
                Quadrant::HighHigh => "high_high",
                Quadrant::LowHigh => "low_high",
                Quadrant::LowLow => "low_low",
                Quadrant::HighLow => "high_low",
            },
            p: spot.p,
            p_corrected: spot.p_corrected,
        };
        Ok(MoranAnswer {
            k: self.k(),
            band_m: self.arguments.band_m,
            along,
            replicates: self.arguments.replicates,
            seed: self.arguments.seed,
            points: self.table.ids.iter().zip(spots).map(spot).collect(),
        })
    }

    fn joins(&self, neighbours: &Neighbours, along: Option<Along>) -> Result<JoinsAnswer, NothingToTest> {
        let counts = cluster::join_counts(neighbours, &self.table.marks(), self.permutations(), TO_THE_END)?;
        let (bb, bw, ww) = counts.expected;
        Ok(JoinsAnswer {
            k: self.k(),
            band_m: self.arguments.band_m,
            along,
            replicates: self.arguments.replicates,
            seed: self.arguments.seed,
            points: counts.points,
            cases: counts.cases,
            bb: Join { joins: counts.bb, expected: bb, p: counts.p_bb },
            bw: Join { joins: counts.bw, expected: bw, p: counts.p_bw },
            ww: Join { joins: counts.ww, expected: ww, p: counts.p_ww },
        })
    }

    fn density(&self) -> Result<Result<DensityAnswer, NothingToTest>, Refused> {
        let arguments = self.arguments;
        let (points, (across_m, up_m)) = self.table.plan(self.meant());
        if points.is_empty() {
            return Ok(Err(self.nothing()));
        }
        let kernel = match arguments.kernel {
            KernelName::Quartic => Kernel::Quartic,
            KernelName::Gaussian => Kernel::Gaussian,
        };
        let surface = cluster::density(&points, kernel, arguments.bandwidth_m, arguments.cell_m, TO_THE_END)
            .map_err(|error| Refused::new(format!("--cell-m {}: {error}; take wider cells", arguments.cell_m)))?;
        Ok(Ok(DensityAnswer {
            of: arguments.of,
            kernel: arguments.kernel,
            bandwidth_m: arguments.bandwidth_m,
            cell_m: arguments.cell_m,
            west: surface.left / across_m,
            south: surface.bottom / up_m,
            width: arguments.cell_m / across_m,
            height: arguments.cell_m / up_m,
            columns: surface.columns,
            rows: surface.rows,
            per_km2: surface.values,
        }))
    }
}

/// Pairs of neighbours, of 4 bytes each and as many more while they are looked for.
const MOST_PAIRS: usize = 1_000_000_000;

/// Whoever waits at a terminal stops a command with the keyboard.
const TO_THE_END: cluster::Going = &|_, _| true;
