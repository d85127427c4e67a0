//! Long runs: memory does not grow with time, stores stay small, sums keep their digits.
#![cfg(feature = "program")]

#[path = "support/folder.rs"]
mod folder;

use folder::{Folder, peak_memory};
use replicon::estimators::sum;
use replicon::scenario::Scenario;

fn scenario(samples: usize, sweeps: usize) -> Scenario {
    let text = format!(
        "name = \"long\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 12\ngamma = 0.5\ntemperature = [0.3, 0.6]\n[dynamics]\nburn_in_sweeps = 5\nmeasure_sweeps = {sweeps}\n[disorder]\nsamples = {samples}\n"
    );
    Scenario::from_text(&text, "long.toml", &replicon::scenario::Files::Shipped, &[]).unwrap()
}

/// Bytes of the store of a finished run.
fn store_bytes(folder: &Folder) -> f64 {
    let files = std::fs::read_dir(folder.0.join("store")).unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len() as f64).sum()
}

/// What a run holds of a finished task are its averages: some kilobytes, in memory and on disk, however long its chains were.
#[test]
fn a_task_leaves_kilobytes_in_memory_and_in_the_store_however_long_it_ran() {
    let bytes = |name: &str, samples: usize, sweeps: usize| {
        let folder = Folder::new(name);
        folder.run_scenario(&scenario(samples, sweeps), 2);
        (store_bytes(&folder), peak_memory())
    };
    let (few, start) = bytes("long-few", 100, 20);
    let (many, end) = bytes("long-many", 1500, 20);
    let per_task = (many - few) / 1400.0;
    assert!(per_task < 8e3, "{per_task} bytes of store a task");
    if let (Some(start), Some(end)) = (start, end) {
        let growth = (end - start) as f64 / 1400.0;
        assert!(growth < 16e3, "{growth} bytes of memory a task");
    }
    // A hundred times the sweeps: the same store, but for counts with more digits.
    let (short, _) = bytes("long-short", 40, 20);
    let (long, _) = bytes("long-long", 40, 2000);
    assert!(long < 1.3 * short, "{long} against {short}");
}

#[test]
fn a_long_sum_keeps_the_digits_that_plain_addition_loses() {
    // 10⁷ terms of 0.1 on top of 10⁹: exact to the last bits, where plain addition is off by 1e-4 of the sum of the small ones.
    let terms = std::iter::once(1e9).chain(std::iter::repeat_n(0.1, 10_000_000));
    let found = sum(terms.clone()) - 1e9;
    let plain = terms.sum::<f64>() - 1e9;
    assert!((found - 1e6).abs() < 2e-7, "{found}");
    assert!((plain - 1e6).abs() > 1e-2, "the terms do not show the difference: {plain}");
}
