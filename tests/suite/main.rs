//! The suite: what is promised over HTTP, by the store on both engines, by the command line, and by the shape of the sources.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

mod api;
mod audit;
mod bucket;
mod cli;
mod kept;
mod ogc;
mod rooms;
mod seeds;
mod store;
mod world;
