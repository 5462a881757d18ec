//! Alive, ready, and figures for Prometheus.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::{
    Extension,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    answer::{DESK, RECORD_DESK, STUDY_DESK},
    download::PLACES,
    problem::{Code, Problem},
};
use crate::app::App;

/// Upper bounds of the histogram of answering times, in microseconds.
const BUCKETS_US: [u64; 8] = [100, 500, 1_000, 5_000, 10_000, 50_000, 250_000, 1_000_000];

/// What was answered since the start.
#[derive(Debug, Default)]
pub struct Counters {
    by_class: [AtomicU64; 5],
    buckets: [AtomicU64; BUCKETS_US.len()],
    count: AtomicU64,
    sum_us: AtomicU64,
}

/// Counts every answer with its status class and time.
pub async fn count(State(counters): State<Arc<Counters>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let response = next.run(request).await;
    let took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    let class = usize::from(response.status().as_u16() / 100).clamp(1, 5) - 1;
    counters.by_class[class].fetch_add(1, Ordering::Relaxed);
    counters.count.fetch_add(1, Ordering::Relaxed);
    counters.sum_us.fetch_add(took_us, Ordering::Relaxed);
    for (bound, bucket) in BUCKETS_US.iter().zip(&counters.buckets) {
        if took_us <= *bound {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
    }
    response
}

/// Alive.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = String)))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: what is in memory equals what is in the database.
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, body = String), (status = 503)))]
pub async fn readyz(State(app): State<Arc<App>>) -> Response {
    let here = app.snapshot().revision();
    match app.store().revision().await {
        Ok(there) if there == here => (StatusCode::OK, format!("ready at revision {here}\n")).into_response(),
        Ok(there) => Problem::new(Code::Unavailable, format!("in memory: revision {here}; in the database: {there}")).retry_after(1).into_response(),
        Err(_) => Problem::new(Code::Unavailable, "the database does not answer").retry_after(2).into_response(),
    }
}

/// Figures in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", tag = "health", responses((status = 200, body = String)))]
pub async fn metrics(State(app): State<Arc<App>>, Extension(counters): Extension<Arc<Counters>>) -> Response {
    let snapshot = app.snapshot();
    let mut text = String::new();
    let _ = writeln!(text, "# TYPE sanshi_http_responses_total counter");
    for (class, count) in counters.by_class.iter().enumerate() {
        let _ = writeln!(text, "sanshi_http_responses_total{{class=\"{}xx\"}} {}", class + 1, count.load(Ordering::Relaxed));
    }
    let _ = writeln!(text, "# TYPE sanshi_http_response_seconds histogram");
    for (bound, bucket) in BUCKETS_US.iter().zip(&counters.buckets) {
        let _ =
            writeln!(text, "sanshi_http_response_seconds_bucket{{le=\"{}.{:06}\"}} {}", bound / 1_000_000, bound % 1_000_000, bucket.load(Ordering::Relaxed));
    }
    let (count, sum_us) = (counters.count.load(Ordering::Relaxed), counters.sum_us.load(Ordering::Relaxed));
    let _ = writeln!(text, "sanshi_http_response_seconds_bucket{{le=\"+Inf\"}} {count}");
    let _ = writeln!(text, "sanshi_http_response_seconds_sum {}.{:06}", sum_us / 1_000_000, sum_us % 1_000_000);
    let _ = writeln!(text, "sanshi_http_response_seconds_count {count}");
    tell_desks(&mut text);
    let _ = writeln!(text, "# TYPE sanshi_downloads gauge\nsanshi_downloads {}", PLACES.taken());
    let _ = writeln!(text, "# TYPE sanshi_houses gauge\nsanshi_houses {}", snapshot.len());
    let _ = writeln!(text, "# TYPE sanshi_revision gauge\nsanshi_revision {}", snapshot.revision());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

/// How busy each desk is. A question that reads the record holds a place at that desk beside its own one: the desks are not to be added up.
fn tell_desks(text: &mut String) {
    for (name, desk) in [("questions", &DESK), ("record_questions", &RECORD_DESK), ("study_questions", &STUDY_DESK)] {
        let _ = writeln!(text, "# TYPE sanshi_{name} gauge");
        let _ = writeln!(text, "sanshi_{name}{{state=\"running\"}} {}\nsanshi_{name}{{state=\"waiting\"}} {}", desk.running(), desk.waiting());
        let _ = writeln!(text, "# TYPE sanshi_{name}_refused_total counter\nsanshi_{name}_refused_total {}", desk.refused());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_desk_tells_how_busy_it_is() {
        let told = || {
            let mut text = String::new();
            tell_desks(&mut text);
            text
        };
        for (name, desk) in [("record_questions", &RECORD_DESK), ("study_questions", &STUDY_DESK)] {
            let running = |many: usize| told().contains(&format!("sanshi_{name}{{state=\"running\"}} {many}\n"));
            assert!(running(0), "{}", told());
            let place = desk.place().await.unwrap();
            assert!(running(1), "{}", told());
            drop(place);
            assert!(running(0), "{}", told());
            assert!(told().contains(&format!("sanshi_{name}_refused_total 0\n")), "{}", told());
        }
    }
}
