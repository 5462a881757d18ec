//! The command on small towns: its answers, its words, its refusals.

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

/// Every method, and whether it is a test.
const METHODS: [(&str, bool); 7] =
    [("scan", true), ("gistar", true), ("moran", true), ("joins", true), ("dbscan", false), ("hdbscan", false), ("density", false)];

#[test]
fn every_method_has_an_answer_to_what_is_no_data() {
    let strewn = |case: fn(u32) -> u32| (0..9_u32).map(|k| format!("{k},{},{},{}\n", k * 37 % 10, k * 53 % 10, case(k))).collect::<String>();
    let rows = |points: &[(u32, u32)]| points.iter().enumerate().map(|(k, (x, case))| format!("{k},{x},0,{case}\n")).collect::<String>();
    let tower: String = (0..1_000).map(|k| format!("{k},5,5,{}\n", u32::from(k % 4 == 0))).collect();
    // The input, what a test says of it, and what exploration says of it where there is something to say.
    for (input, tested, explored) in [
        (String::new(), "no_points", "no_points"),
        (rows(&[(1, 1)]), "too_few_points", ""),
        (rows(&[(1, 1), (2, 0)]), "too_few_points", ""),
        (strewn(|_| 1), "all_cases", ""),
        (strewn(|_| 0), "no_cases", "no_cases"),
        (rows(&[(5, 1), (5, 0), (5, 0)]), "one_location", ""),
        (tower.clone(), "one_location", ""),
        (format!("{tower}a,900,5,0\nb,905,6,1\n"), "", ""),
    ] {
        for (method, is_test) in METHODS {
            let answer = ask(&format!("--method {method} --replicates 99 --k 4"), &format!("id,x,y,case\n{input}")).unwrap();
            let code = answer[method]["nothing_to_test"]["code"].as_str().unwrap_or_default();
            assert_eq!(code, if is_test { tested } else { explored }, "{method} {input}");
            assert!(!answer.to_string().contains("null,\"p_gumbel\":0"), "{answer}");
        }
    }
    // A false p: without anything to tell apart there is none at all.
    let same = ask("--method scan,gistar,moran,joins", &format!("id,x,y,case\n{tower}")).unwrap();
    assert!(!same.to_string().contains("\"p\""));
}

#[test]
fn every_method_refuses_what_is_no_number_no_place_and_no_column() {
    for (method, _) in METHODS {
        let refusal = |options: &str, input: &str| ask(&format!("--method {method} {options}"), input).unwrap_err();
        for word in ["NaN", "inf", "-inf", "1e400", "", "east", "1,2"] {
            let told = refusal("", &format!("id,lon,lat,case\na,120,31,0\nb,\"{word}\",31,1\n"));
            assert_eq!(told, format!("line 3, lon: expected a number; found \"{word}\""), "{method}");
            let told = refusal("", &format!("id,x,y,case\na,1,\"{word}\",0\n"));
            assert_eq!(told, format!("line 2, y: expected a number; found \"{word}\""), "{method}");
        }
        for (lon, lat) in [("181", "31"), ("120", "91"), ("-180.5", "0"), ("31", "120")] {
            assert!(refusal("", &format!("id,lon,lat,case\na,{lon},{lat},1\n")).starts_with("line 2, lon and lat: "), "{method} {lon} {lat}");
        }
        for (columns, missing) in
            [("lon,lat,case", "id"), ("id,lat,case", "lon"), ("id,lon,case", "lat"), ("id,x,case", "y"), ("id,lon,lat", "case"), ("", "id")]
        {
            assert!(refusal("", &format!("{columns}\n")).starts_with(&format!("line 1: expected a column \"{missing}\"")), "{method} {columns}");
        }
        for case in ["", "2", "-1", "0.5", "yes", "01"] {
            assert_eq!(refusal("", &format!("id,x,y,case\na,1,1,{case}\n")), format!("line 2, case: expected 0 or 1; found \"{case}\""), "{method}");
        }
        // A line that ends too early, and one that goes on.
        assert!(refusal("", "id,x,y,case\na,1,1\n").contains("line: 2"), "{method}");
        for option in [
            "--replicates=0",
            "--replicates=-1",
            "--max-share=1.1",
            "--max-share=NaN",
            "--max-radius-m=0",
            "--min-points=0",
            "--min-cluster=1",
            "--eps=-1",
            "--eps=inf",
            "--k=0",
            "--band-m=0",
            "--bandwidth-m=0",
            "--cell-m=nan",
            "--seed=-1",
            "--seed=1.5",
        ] {
            assert!(refusal(option, "id,x,y,case\n").contains(option.split('=').next().unwrap()), "{method} {option}");
        }
    }
    assert!(ask("--method guess", "").unwrap_err().contains("hdbscan"));
}

#[test]
fn more_pairs_of_neighbours_than_memory_holds_are_refused() {
    let rows: String = (0..40_000).map(|k| format!("{k},{},{},{}\n", k % 200, k / 200, u32::from(k % 9 == 0))).collect();
    for options in ["--method moran --band-m 500", "--method joins --k 4000000000", "--method gistar --band-m 1e9"] {
        let refusal = ask(options, &format!("id,x,y,case\n{rows}")).unwrap_err();
        assert_eq!(refusal, "expected at most 1,000,000,000 pairs of neighbours, found 1,599,960,000: take a smaller --band-m or --k");
    }
}

#[test]
fn empty_lines_are_passed_over_and_a_house_on_two_lines_is_two() {
    let gaps = "id,x,y,case\n\na,0,0,1\n\n\na,0,0,1\nb,9,0,0\n";
    let answer = ask("--method scan --replicates 99", gaps).unwrap();
    assert_eq!((&answer["points"], &answer["cases"]), (&3.into(), &2.into()));
    assert_eq!(Table::read(gaps.as_bytes(), Model::Bernoulli, None).unwrap().repeated(), Some((1, "a")));
    assert_eq!(Table::read(town().as_bytes(), Model::Bernoulli, None).unwrap().repeated(), None);
}

#[test]
fn groups_of_any_density_are_told_with_what_they_hold_most_strongly() {
    // A village of houses 10 m apart and one of 60 m, and one house far from both.
    let houses = (0..36_u32)
        .map(|k| format!("{k},{},{},1\n", k % 6 * 10 + k % 5, k / 6 * 10))
        .chain((0..25_u32).map(|k| format!("w{k},{},{},1\n", 2_000 + k % 5 * 60 + k % 3, k / 5 * 60)));
    let rows: String = houses.chain(["far,9000,9000,1\n".to_owned(), "other,9001,9001,0\n".to_owned()]).collect();
    let answer = ask("--method hdbscan,dbscan --min-cluster 10 --eps 15", &format!("id,x,y,case\n{rows}")).unwrap();
    let (found, one_measure) = (&answer["hdbscan"], &answer["dbscan"]);
    assert_eq!((&found["groups"], &found["min_points"], &found["min_cluster"], &found["of"]), (&2.into(), &5.into(), &10.into(), &"cases".into()));
    assert_eq!(one_measure["groups"], 1, "one measure sees the dense village alone");
    let labels = found["labels"].as_array().unwrap();
    assert_eq!(labels.len(), 62);
    let of = |id: &str| labels.iter().find(|label| label["id"] == id).unwrap();
    assert_eq!((&of("14")["group"], &of("w12")["group"]), (&0.into(), &1.into()));
    assert!(of("14")["probability"].as_f64().unwrap() > 0.5);
    assert_eq!(of("far"), &serde_json::json!({ "id": "far", "group": null }));
}

#[test]
fn what_chance_explains_is_said_so() {
    let rows: String = (0..60_u32).map(|k| format!("{k},{},{},{}\n", k % 8, k / 8, u8::from(k % 5 == 0))).collect();
    let answer = ask("--replicates 99", &format!("id,x,y,case\n{rows}")).unwrap();
    let first = &answer["scan"]["clusters"][0];
    assert!(first["p"].as_f64().unwrap() > 0.05);
    assert!(first["sentence"]["en"].as_str().unwrap().ends_with("not more than chance explains"));
}

#[test]
fn categories_and_their_highest_are_told() {
    let row = |k: u32| format!("H{k},{},{},{}\n", k % 10 * 100, k / 10 * 100, if k % 10 < 3 && k / 10 < 3 { 3 } else { k % 3 });
    let answer = ask("--model ordinal", &format!("id,x,y,case\n{}", (0..100).map(row).collect::<String>())).unwrap();
    let first = &answer["scan"]["clusters"][0];
    assert_eq!((&first["points"], &first["cases"], &first["categories"][3]["points"], &first["p"]), (&9.into(), &9.into(), &9.into(), &0.001.into()));
    let words = first["sentence"]["en"].as_str().unwrap();
    assert!(words.starts_with("the 9 rated houses here lean to the higher categories: 9 in the highest, where 0.8 would be average"), "{words}");
}

#[test]
fn few_cases_are_a_cluster_where_they_are_looked_for() {
    let row = |k: u32| format!("H{k},{},{},{}\n", k % 10 * 100, k / 10 * 100, u8::from(k % 10 >= 4 || k / 10 >= 4));
    let town = format!("id,x,y,case\n{}", (0..100).map(row).collect::<String>());
    for rates in ["low", "both"] {
        let answer = ask(&format!("--rates {rates}"), &town).unwrap();
        let first = &answer["scan"]["clusters"][0];
        assert_eq!((&first["rates"], &first["cases"], &first["p"]), (&"low".into(), &0.into(), &0.001.into()));
        assert!(first["sentence"]["en"].as_str().unwrap().starts_with("only 0 of "));
    }
}

#[test]
fn a_cluster_in_time_has_its_years() {
    let rows: String = (0..600_u32)
        .map(|k| {
            let (house, year) = (k % 100, 2019 + k / 100);
            let (x, y) = (house % 10, house / 10);
            format!("H{house},{},{},{},{year}\n", x * 100, y * 100, u8::from((x < 3 && y < 3 && year >= 2023) || k % 19 == 0))
        })
        .collect();
    let answer = ask("--over-time year --replicates 99", &format!("id,x,y,case,year\n{rows}")).unwrap();
    let first = &answer["scan"]["clusters"][0];
    assert_eq!((&first["from"], &first["to"], &first["course"], &first["p"]), (&"2023".into(), &"2024".into(), &"lasting".into(), &0.01.into()));
    assert!(first["sentence"]["zh"].as_str().unwrap().contains("在 2023 至 2024 的"));
    let refusal = ask("--over-time month", &format!("id,x,y,case,year\n{rows}")).unwrap_err();
    assert_eq!(refusal, "line 2, year: expected a month (2024-05) or day (2024-05-31); found \"2019\"");
    let far = "id,x,y,case,date\na,0,0,1,2000-01-01\nb,1,0,0,2024-01-01\nc,2,0,0,2024-01-02\n";
    assert!(ask("--over-time day", far).unwrap_err().contains("at most 366 steps"));
    assert!(ask("--over-time day --model ordinal", far).unwrap_err().contains("--over-time"));
}

#[test]
fn an_early_end_is_told() {
    let rows: String = (0..60_u32).map(|k| format!("{k},{},{},{}\n", k % 8, k / 8, u8::from(k % 5 == 0))).collect();
    let answer = ask("--stop-after 10", &format!("id,x,y,case\n{rows}")).unwrap();
    let scan = &answer["scan"];
    assert!(scan["replicates_drawn"].as_u64().unwrap() < 999 && scan["replicates"] == 999);
    assert!(scan["clusters"][0]["sentence"]["en"].as_str().unwrap().contains("chance alone does this in 10 of "));
}

#[test]
fn the_local_statistics_and_the_surface_are_told() {
    let answer = ask("--method moran,joins,density --k 8 --bandwidth-m 150 --cell-m 50", &town()).unwrap();
    let corner = &answer["moran"]["points"][11];
    assert!(corner["i"].as_f64().unwrap() > 5.0 && corner["quadrant"] == "high_high" && corner["p_corrected"].as_f64().unwrap() < 0.05);
    assert!(
        answer["joins"]["bb"]["p"].as_f64().unwrap() == 0.001
            && answer["joins"]["bw"]["joins"].as_f64().unwrap() < answer["joins"]["bw"]["expected"].as_f64().unwrap()
    );
    // One house more that has no neighbour is none of those whose labels are dealt.
    let alone = ask("--method joins --band-m 150", &format!("{}H-far,x,90000,0,0\n", town())).unwrap();
    assert_eq!((&alone["points"], &alone["joins"]["points"], &alone["joins"]["cases"]), (&101.into(), &100.into(), &9.into()));
    let density = &answer["density"];
    assert_eq!(density["per_km2"].as_array().unwrap().len() as u64, density["columns"].as_u64().unwrap() * density["rows"].as_u64().unwrap());
    assert_eq!(ask("--method moran,density", "id,x,y,case\n").unwrap()["density"]["nothing_to_test"]["code"], "no_points");
    assert!(ask("--method density --cell-m 0.001", &town()).unwrap_err().contains("take wider cells"));
}

#[test]
fn the_border_of_a_corner_is_certain_inside_and_fades_outside() {
    let answer = ask("", &town()).unwrap();
    let border = answer["scan"]["clusters"][0]["border"].as_array().unwrap();
    let share = |id: &str| border.iter().find(|held| held["id"] == id).map_or(0.0, |held| held["share"].as_f64().unwrap());
    assert!(share("H0") > 0.99 && share("H11") > 0.99 && share("H55") == 0.0, "{border:?}");
}

#[test]
fn along_the_streets_neighbours_are_never_nearer_than_in_a_straight_line() {
    // Over Monaco and the sea beside it.
    let row = |k: u32| format!("H{k},{},{},{}\n", 7.41 + f64::from(k % 12) * 0.002, 43.725 + f64::from(k / 12) * 0.0025, u8::from(k.is_multiple_of(5)));
    let town = format!("id,lon,lat,case\n{}", (0..120).map(row).collect::<String>());
    let streets = concat!("--streets ", env!("CARGO_MANIFEST_DIR"), "/tests/data/monaco.osm.gz");
    let straight = ask("--method gistar --band-m 400", &town).unwrap();
    let walked = ask(&format!("--method gistar,joins --band-m 400 {streets}"), &town).unwrap();
    assert_eq!(
        (&walked["gistar"]["distance"], &walked["joins"]["distance"], &straight["gistar"]["distance"]),
        (&"streets".into(), &"streets".into(), &serde_json::Value::Null)
    );
    let neighbours = |answer: &serde_json::Value| -> Vec<u64> {
        answer["gistar"]["points"].as_array().unwrap().iter().map(|point| point["neighbours"].as_u64().unwrap()).collect()
    };
    let (near, on_foot) = (neighbours(&straight), neighbours(&walked));
    assert!(
        on_foot.iter().zip(&near).all(|(on_foot, near)| on_foot <= near)
            && on_foot.iter().sum::<u64>() * 2 < near.iter().sum::<u64>()
            && on_foot.iter().any(|count| *count > 3)
    );
    let off = walked["gistar"]["off_streets"].as_u64().unwrap();
    assert!(off > 10 && on_foot.iter().filter(|count| **count == 1).count() as u64 >= off, "the sea has no streets");
    let nearest = ask(&format!("--method gistar,moran --k 4 --replicates 99 {streets}"), &town).unwrap();
    assert_eq!(neighbours(&nearest).iter().filter(|count| **count == 5).count() as u64, 120 - off);
    assert_eq!(nearest, ask(&format!("--method gistar,moran --k 4 --replicates 99 {streets}"), &town).unwrap());
}

#[test]
fn the_help_says_of_each_method_whether_it_goes_along_the_streets() {
    let line = <Line as clap::CommandFactory>::command();
    let said = line.get_arguments().find(|one| one.get_id() == "streets").unwrap().get_help().unwrap().to_string();
    for method in Method::value_variants() {
        let method = method.to_possible_value().unwrap();
        assert!(said.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == method.get_name()), "{}: {said}", method.get_name());
    }
    assert!(ANSWER.lines().any(|line| line.starts_with("With --streets, gistar, moran and joins")), "it belongs to no single method");
}

#[test]
fn streets_that_cannot_be_walked_are_refused_with_the_reason() {
    let refusal = |options: &str, input: &str| ask(options, input).unwrap_err();
    let monaco = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/monaco.osm.gz");
    assert!(refusal(&format!("--method joins --streets {monaco}"), &town()).contains("expected the columns lon and lat; found x and y"));
    assert!(refusal(&format!("--streets {monaco}"), &town()).contains("--method gistar, moran and joins"));
    let degrees = "id,lon,lat,case\na,7.42,43.73,1\nb,7.43,43.74,0\nc,7.41,43.73,0\n";
    assert!(refusal("--method joins --streets /nowhere.osm", degrees).contains("/nowhere.osm: "));
    assert!(refusal(concat!("--method joins --streets ", env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), degrees).contains("expected"));
    let together = "id,lon,lat,case\na,7.42,43.73,1\nb,7.42,43.73,0\nc,7.42,43.73,0\n";
    assert_eq!(ask(&format!("--method joins --streets {monaco}"), together).unwrap()["joins"]["nothing_to_test"]["code"], "one_location");
}
