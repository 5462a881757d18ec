#![doc = include_str!("ARCHITECTURE.md")]

pub mod app;
pub mod atlas;
pub mod census;
pub mod cli;
pub mod cluster;
#[path = "../seeds/community.rs"]
pub mod community;
pub mod domain;
pub mod earth;
pub mod http;
pub mod media;
pub mod pmtiles;
pub mod store;
pub mod transfer;
pub mod vault;
