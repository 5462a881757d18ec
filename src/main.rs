//! Reads the command line, runs the command, tells how it ended.

use std::process::ExitCode;

use clap::Parser;

/// Gives memory back that only the start needed, and takes half the time of glibc's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match sanshi::cli::run(sanshi::cli::Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refused) => {
            eprintln!("sanshi: {refused}");
            ExitCode::from(1)
        }
    }
}
