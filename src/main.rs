use clap::Parser;
#[derive(Parser)]
struct A { #[command(subcommand)] c: C }
#[derive(clap::Subcommand)]
enum C { Tiers(sanshi::cli::tiers::Arguments) }
fn main() {
    let A{c: C::Tiers(a)} = A::parse();
    if let Err(e) = sanshi::cli::tiers::run(&a, std::io::stdin().lock(), std::io::stdout().lock()) { eprintln!("{e}"); std::process::exit(1); }
}
