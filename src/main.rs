//! Reads the command line, runs the command, tells how it ended.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match sanshi::cli::run(sanshi::cli::Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refused) => {
            eprintln!("sanshi: {refused}");
            ExitCode::from(1)
        }
    }
}
