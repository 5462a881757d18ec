//! The suite: what is promised over HTTP, by the store on both engines, by the command line, and by the shape of the sources.

mod api;
mod cli;
mod rooms;
mod seeds;
mod store;
mod world;
