//! What letting pictures in costs, beside libvips on the same files.
//!
//! `cargo bench --bench photos -- rate 40` makes so many JPEGs of 12 megapixels and of 2, lets them in on one core, and has `vipsthumbnail`
//! (Debian: libvips-tools) make the same three sizes of the same files, if it is there.
//! `cargo bench --bench photos -- flat 10000` lets in so many of 2 megapixels on all cores, puts them on a shelf, and reports memory as it goes.
//! `cargo bench --bench photos -- uploads 10000` sends so many of 2 megapixels over HTTP to the binary, and reports the binary's memory as it goes.
//! `cargo bench --bench photos -- folder ../shared/data/photos/hostile` lets in each file of a folder: the answer, time, memory.
//! `cargo bench --bench photos -- fill FOLDER` puts pictures there until it is killed or the disk is full, and begins by verifying what is there.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench talks to who runs it and may stop")]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use image::{ImageFormat, RgbImage, imageops::FilterType};
use sanshi::media::{Shelf, admit};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let count = |default: u64| arguments.get(1).and_then(|count| count.parse().ok()).unwrap_or(default);
    let folder = || Path::new(arguments.get(1).map_or(".", String::as_str));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    match arguments.first().map(String::as_str) {
        None | Some("rate") => rate(count(10)),
        Some("flat") => runtime.block_on(flat(count(1_000))),
        Some("uploads") => uploads(count(1_000)),
        Some("folder") => each_of(folder()),
        Some("fill") => runtime.block_on(fill(folder())),
        Some(other) => println!("expected rate, flat, uploads, folder or fill; found {other}"),
    }
}

fn rate(count: u64) {
    for (name, width, height) in [("12 MP", 4000, 3000), ("2 MP", 1632, 1224)] {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<_> = (0..count).map(|number| folder.path().join(format!("{number}.jpg"))).collect();
        for (number, file) in files.iter().enumerate() {
            fs::write(file, photo(number as u64, width, height)).unwrap();
        }
        let bytes: u64 = files.iter().map(|file| fs::metadata(file).unwrap().len()).sum();
        let report = |who: &str, seconds: f64| {
            println!(
                "{name}: {who}: {:.1} photos/s, {:.1} MB/s, {:.0} ms each",
                count as f64 / seconds,
                bytes as f64 / 1e6 / seconds,
                seconds * 1e3 / count as f64
            );
        };
        println!("{name}: {count} JPEGs of {width} x {height}, {:.1} MB each", bytes as f64 / 1e6 / count as f64);
        let began = Instant::now();
        for file in &files {
            admit(&fs::read(file).unwrap()).unwrap();
        }
        report("sanshi, one core, 2560 + 1280 + 320", began.elapsed().as_secs_f64());
        println!("{name}: peak memory {} MB", peak_mb());
        let vips = |size: u64| {
            // Upright by itself; no metadata kept; as good as ours.
            let output = format!("{}/%s-{size}.jpg[Q={},strip]", folder.path().display(), if size == 2560 { 85 } else { 80 });
            Command::new("vipsthumbnail").env("VIPS_CONCURRENCY", "1").args(["--size", &format!("{size}x{size}>"), "-o", &output]).args(&files).status()
        };
        let began = Instant::now();
        if [2560, 1280, 320].into_iter().all(|size| vips(size).is_ok_and(|status| status.success())) {
            report("vipsthumbnail, one core, 2560, 1280 and 320 from the file", began.elapsed().as_secs_f64());
            let began = Instant::now();
            vips(320).unwrap();
            report("vipsthumbnail, one core, 320 alone", began.elapsed().as_secs_f64());
        } else {
            println!("vipsthumbnail is not there");
        }
    }
}

async fn flat(count: u64) {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::folder(folder.path()).unwrap();
    let photo = photo(1, 1632, 1224);
    let (next, began) = (AtomicU64::new(0), Instant::now());
    let workers = (0..std::thread::available_parallelism().unwrap().get()).map(|_| async {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            // Another tail makes another photograph.
            let bytes = [photo.as_slice(), &number.to_le_bytes()].concat();
            let picture = tokio::task::spawn_blocking(move || admit(&bytes)).await.unwrap().unwrap();
            shelf.put(&picture).await.unwrap();
            if number % (count / 10).max(1) == 0 {
                println!("{number}: {:.0} s, memory {} MB, peak {} MB", began.elapsed().as_secs_f64(), status_mb("VmRSS:"), peak_mb());
            }
        }
    });
    futures_util::future::join_all(workers).await;
    let seconds = began.elapsed().as_secs_f64();
    println!("{} photos of 2 MP on the shelf in {seconds:.0} s: {:.1} photos/s", shelf.list().await.unwrap().len(), count as f64 / seconds);
}

fn uploads(count: u64) {
    let folder = tempfile::tempdir().unwrap();
    let sanshi = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sanshi"));
        command.args(arguments).arg("--data").arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    };
    let said = sanshi(&["token", "add", "--role", "officer"]).output().unwrap().stdout;
    let token = String::from_utf8(said).unwrap().lines().find(|line| line.starts_with("sanshi_")).unwrap().to_owned();
    let mut server = sanshi(&["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = format!("{}/api/photos", line.split_whitespace().last().unwrap().trim_end_matches('/'));
    let status = format!("/proc/{}/status", server.id());
    let memory = || format!("memory {} MB, peak {} MB", row_mb(&status, "VmRSS:"), row_mb(&status, "VmHWM:"));
    println!("before: {}", memory());
    let photo = photo(1, 1632, 1224);
    let (next, began) = (AtomicU64::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..2 * std::thread::available_parallelism().unwrap().get() {
            scope.spawn(|| {
                let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    // Another tail makes another photograph.
                    let file = [photo.as_slice(), &number.to_le_bytes()].concat();
                    let answer = agent.post(&url).header("authorization", format!("Bearer {token}")).send(&file[..]).unwrap();
                    assert_eq!(answer.status(), 201);
                    if number % (count / 10).max(1) == 0 {
                        println!("{number}: {:.0} s, {}", began.elapsed().as_secs_f64(), memory());
                    }
                }
            });
        }
    });
    let seconds = began.elapsed().as_secs_f64();
    println!("{count} photos of 2 MP, {:.1} MB each, in {seconds:.0} s: {:.1} photos/s, {}", photo.len() as f64 / 1e6, count as f64 / seconds, memory());
    std::thread::sleep(Duration::from_secs(10));
    println!("10 s later: {}", memory());
    server.kill().unwrap();
    server.wait().unwrap();
}

fn each_of(folder: &Path) {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).filter(|file| file.is_file()).collect();
    files.sort();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        // The peak begins anew (proc(5), clear_refs).
        let _ = fs::write("/proc/self/clear_refs", "5");
        let began = Instant::now();
        let answer = admit(&bytes);
        let took = began.elapsed().as_secs_f64() * 1e3;
        let answer = answer.map_or_else(
            |rejected| format!("{}: {rejected}", rejected.code()),
            |picture| format!("{} x {}, {:?}", picture.width, picture.height, picture.notes),
        );
        println!("{:36} {took:7.1} ms {:4} MB  {answer}", file.file_name().unwrap().display(), peak_mb());
    }
}

async fn fill(folder: &Path) {
    let shelf = Shelf::folder(folder).unwrap();
    let (mut whole, mut bad) = (0, 0);
    for photo in shelf.list().await.unwrap() {
        if shelf.verified(&photo.hash).await.unwrap() { whole += 1 } else { bad += 1 }
    }
    println!("{whole} whole, {bad} not");
    let photo = photo(1, 640, 480);
    for number in whole.. {
        let picture = admit(&[photo.as_slice(), &(number as u64).to_le_bytes()].concat()).unwrap();
        if let Err(error) = shelf.put(&picture).await {
            println!("photo {number}: {error} (its own: {:?})", shelf.read(&picture.hash, sanshi::media::Size::Full).await.map(|bytes| bytes.is_some()));
            break;
        }
    }
}

/// A made-up photograph: soft shapes with grain, as large as a phone would write it.
fn photo(seed: u64, width: u32, height: u32) -> Vec<u8> {
    let mut state = seed;
    let mut random = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (z ^ (z >> 27)) as u8
    };
    let shapes = RgbImage::from_fn(width / 50, height / 50, |_, _| image::Rgb([random(), random(), random()]));
    let mut large = image::imageops::resize(&shapes, width, height, FilterType::CatmullRom);
    AsMut::<[u8]>::as_mut(&mut *large).iter_mut().for_each(|colour| *colour = colour.saturating_add(random() % 12));
    let mut bytes = std::io::Cursor::new(Vec::new());
    large.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

fn peak_mb() -> u64 {
    status_mb("VmHWM:")
}

fn status_mb(row: &str) -> u64 {
    row_mb("/proc/self/status", row)
}

/// A row of a process's status (proc(5)).
fn row_mb(status: &str, row: &str) -> u64 {
    let status = fs::read_to_string(status).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(row)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0) / 1024
}
