//! Values and decisions about houses: what was observed, what follows from it. Nothing here can fail for outside reasons.
//!
//! This room knows no database, no network, no file, no clock and no randomness: days are arguments.

pub mod access;
pub mod account;
pub mod area;
pub mod credit_code;
pub mod day;
pub mod hierarchy;
pub mod house;
pub mod id_number;
pub mod inspection;
pub mod notice;
pub mod observation;
pub mod person;
pub mod photo;
pub mod points;
pub mod policy;
pub mod population;
pub mod publication;
pub mod residency;
pub mod retention;
pub mod round;
pub mod scope;
pub mod service;
pub mod simulation;
pub mod study;
pub mod suppression;
pub mod tier;
pub mod time_of_day;
pub mod unit;
pub mod words;
