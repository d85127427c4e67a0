//! Speed of one twin of the kernels, which the program chooses by itself: for the table of `benches/README.md`.
//!
//! `twin NAME P N GAMMA T` prints spin updates per second, acceptance and the fraction of the limit; NAME is portable, avx2, …

use replicon::cli::bench::measure;
use replicon::dynamics::{AnyDynamics, Order, Update};
use replicon::error::{Error, Result};
use replicon::kernel::{FieldTables, Twin};
use replicon::model::DenseHebbian;
use replicon::params::{InteractionOrder, Load, Temperature};

fn run(arguments: &[String]) -> Result<()> {
    let usage = || Error::bad_input("arguments").remedy("twin NAME P N GAMMA T");
    let [name, p, n, gamma, t] = arguments else { return Err(usage()) };
    let twins = Twin::all();
    let Some(&twin) = twins.iter().find(|twin| twin.name() == name) else { return Err(usage()) };
    let number = |text: &String| text.parse::<f64>().map_err(|_| usage());
    let order = InteractionOrder::new(number(p)? as u32)?;
    let (n, temperature) = (number(n)? as usize, Temperature::new(number(t)?)?);
    let k = Load::new(number(gamma)?)?.pattern_count(order, n)?;
    let tables = FieldTables::with_twin(DenseHebbian::new(order, n, k)?, twin);
    let dynamics =
        AnyDynamics::new(Update::Glauber, Order::Random, tables.hamiltonian().scale(), temperature)?;
    let speed = measure(&tables, k, &dynamics, 0)?;
    println!("{} {} {}", speed.updates_per_s, speed.acceptance, speed.fraction_of_limit);
    Ok(())
}

fn main() {
    if let Err(error) = run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        eprintln!("{error}");
        std::process::exit(2);
    }
}
