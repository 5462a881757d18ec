#![doc = include_str!("ARCHITECTURE.md")]

pub mod cli;
pub mod domain;
pub mod earth;
