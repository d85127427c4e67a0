//! Multitasking scenarios: diluted patterns in a scenario file, simulated, and beside their theory.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use replicon::rng::{StreamKey, uniform};
use replicon::scenario::{Files, Kind, OwnKeys, Scenario, Task};
use std::path::PathBuf;

const DILUTED: &str = r#"name = "diluted"
seed = 3
[model]
kind = "multitasking"
interaction_order = [2, 3]
[grid]
spins = [24, 12]
patterns = [3, 2]
dilution = [0.5, 0.25]
temperature = [0.2]
[disorder]
samples = 2
[theory]
"#;

fn read(text: &str) -> replicon::Result<Scenario> {
    Scenario::from_text(text, "my.toml", &Files::Directory(PathBuf::from(".")), &[])
}

#[test]
fn a_diluted_scenario_reads_back_as_itself_and_spans_its_dilutions() {
    let scenario = read(DILUTED).unwrap();
    assert_eq!(scenario.kind, Kind::Multitasking);
    let resolved = scenario.to_toml();
    let again = read(&resolved).unwrap();
    assert_eq!((again.to_toml(), again.identity()), (resolved, scenario.identity()));
    let columns = scenario.columns().unwrap().0;
    assert_eq!(columns.len(), 2 * 2 * 2 * 2);
    for column in &columns {
        assert_eq!(column.kind(), Kind::Multitasking);
        let label = column.own().label();
        assert_eq!(OwnKeys::parse(&label), Some(column.own()), "{label}");
    }
    let dilutions: Vec<f64> = columns[..4].iter().map(|c| c.dilution.unwrap().get()).collect();
    assert_eq!(dilutions, [0.25, 0.25, 0.5, 0.5]);
    assert_eq!(OwnKeys::parse(" colour=1"), None);
    assert_eq!(OwnKeys::parse(" learning=by-heart dilution=0.5"), None);
    assert_eq!(OwnKeys::parse(" dilution=1.5"), None);
}

/// The keys of a task's streams, written out: those of older kinds must never change.
#[test]
fn streams_are_keyed_by_the_own_keys_of_the_kind_alone() {
    let plain = "name = \"x\"\n[model]\ninteraction_order = 3\n[grid]\nspins = 20\npatterns = 7\ntemperature = 0.5\n[dynamics]\n";
    let learnt = plain
        .replace("[model]", "[model]\nkind = \"supervised\"")
        .replace("[grid]", "[grid]\nquality = 0.4\nexamples = 5");
    let gaussian =
        plain.replace("patterns = 7", "gamma = 0.3").replace("[model]", "[model]\ncouplings = \"gaussian\"");
    let key = |kind: &str, couplings: &str, (p, n, k): (u64, u64, u64)| {
        StreamKey::new(9, "patterns")
            .text("kind", kind)
            .text("couplings", couplings)
            .integer("p", p)
            .integer("n", n)
            .integer("k", k)
            .integer("sample", 1)
    };
    let (hebbian, sizes) = ("hebbian", (3, 20, 7));
    for (text, key) in [
        (plain, key("dense-hebbian", hebbian, sizes)),
        (&learnt, key("supervised", hebbian, sizes).real("quality", 0.4).integer("examples", 5)),
        (&gaussian, key("dense-hebbian", "gaussian", (3, 20, 0)).real("gamma", 0.3)),
        (DILUTED, key("multitasking", hebbian, (2, 12, 2)).real("dilution", 0.25)),
    ] {
        let column = read(text).unwrap().columns().unwrap().0[0].clone();
        let mut stream = Task { column, sample: 1 }.pattern_stream(9);
        assert_eq!(uniform(&mut stream), uniform(&mut key.stream()), "{text}");
    }
}

#[test]
fn keys_of_another_kind_and_impossible_dilutions_are_refused_by_name() {
    for (from, to, words) in [
        ("dilution = [0.5, 0.25]", "dilution = 1.0", &["my.toml:9", "grid.dilution = 1.0", "0 ≤ d < 1"][..]),
        ("dilution = [0.5, 0.25]", "dilution = -0.1", &["my.toml:9", "0 ≤ d < 1"]),
        ("dilution = [0.5, 0.25]", "dilution = \"half\"", &["my.toml:9", "a finite number"]),
        ("dilution = [0.5, 0.25]\n", "", &["grid.dilution", "multitasking"]),
        ("patterns = [3, 2]", "gamma = 0.1", &["my.toml:8", "grid.gamma", "grid.patterns = [K, …]"]),
        (
            "kind = \"multitasking\"",
            "kind = \"dense-hebbian\"",
            &["my.toml:9", "grid.dilution", "not diluted"],
        ),
        ("[grid]", "[grid]\nquality = 0.5", &["grid.quality", "multitasking", "learns from no examples"]),
        (
            "interaction_order = [2, 3]",
            "interaction_order = [2, 3]\ncouplings = \"gaussian\"",
            &["model.couplings", "\"hebbian\""],
        ),
    ] {
        assert!(DILUTED.contains(from), "{from}");
        let error = read(&DILUTED.replace(from, to)).unwrap_err().to_string();
        for word in words {
            assert!(error.contains(word), "{to}: {error}");
        }
    }
}

/// points.csv holds every m beside the state of theory; what theory does not know is empty with a reason.
#[test]
fn a_run_measures_every_overlap_beside_its_theory() {
    let text = DILUTED
        .replace("interaction_order = [2, 3]", "interaction_order = 2")
        .replace("spins = [24, 12]", "spins = 2000")
        .replace("patterns = [3, 2]", "patterns = [3, 13]")
        .replace("dilution = [0.5, 0.25]", "dilution = 0.4")
        .replace("temperature = [0.2]", "temperature = [0]")
        .replace("[disorder]", "[dynamics]\nreplicas = 1\nburn_in_sweeps = 10\nmeasure_sweeps = 10\nstarts = [\"planted\", { corrupted = 0.1 }]\n[disorder]")
        .replace("samples = 2", "samples = 4");
    let folder = Folder::new("diluted");
    let scenario = read(&text).unwrap();
    folder.run_scenario(&scenario, 1);
    let table = std::fs::read_to_string(folder.0.join("points.csv")).unwrap();
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    assert_eq!(rows.len(), 4);
    let get = |row: &[&str], name: &str| row[header.iter().position(|h| *h == name).unwrap()].to_string();
    for row in &rows {
        assert_eq!(get(row, "dilution"), "0.4");
        let few = get(row, "k") == "3";
        for (mu, want) in [(1, 0.6), (2, 0.24), (3, 0.096)] {
            let m: f64 = get(row, &format!("mattis_{mu}")).parse().unwrap();
            if few {
                // Four samples of 2000 spins: 0.01 is a standard error, and six of them make no false alarm.
                assert!((m - want).abs() < 0.06, "m_{mu} = {m}");
                let theory: f64 = get(row, &format!("multitask_m_{mu}")).parse().unwrap();
                assert!((theory - want).abs() < 1e-12);
                assert!(!get(row, &format!("multitask_z_{mu}")).is_empty());
            } else {
                assert_eq!(get(row, &format!("multitask_m_{mu}")), "");
            }
        }
        assert_eq!(get(row, "multitask_branch"), if few { "hierarchical" } else { "" });
        assert_eq!(get(row, "rs_m"), "");
        assert_eq!(get(row, "mattis_12").is_empty(), few);
    }
    let manifest = std::fs::read_to_string(folder.0.join("manifest.json")).unwrap();
    assert!(manifest.contains("the exact average goes to K = 12 patterns"), "{manifest}");
}

#[test]
fn patterns_with_zeros_from_a_file_are_simulated_enumerated_and_have_an_energy() {
    let folder = Folder::new("zeros");
    std::fs::write(folder.0.join("zeros.csv"), "1,0,-1,1,0,1\n0,1,1,-1,-1,0\n").unwrap();
    std::fs::write(folder.0.join("spins.csv"), "1,1,-1,1,1,1\n").unwrap();
    let answer = |arguments: &[&str]| -> serde_json::Value {
        let output = folder.replicon(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    // M = 4 of 4 entries, M = −2 of 4: e_2 = (16 − 4)/2 + (4 − 4)/2, H = −e_2/N.
    let files = ["--patterns", "zeros.csv", "--kind", "multitasking", "--p", "2", "--json"];
    let energy = answer(&[&["energy", "--spins", "spins.csv"], &files[..]].concat());
    assert_eq!(energy["energies"][0].as_f64().unwrap(), -1.0);
    let exact = answer(&[&["exact", "--temperature", "0.5"], &files[..]].concat());
    assert_eq!(exact["dilution"].as_f64().unwrap(), 1.0 / 3.0);
    let text = DILUTED
        .replace("interaction_order = [2, 3]", "interaction_order = 2\npatterns = { file = \"zeros.csv\" }")
        .replace("spins = [24, 12]\n", "")
        .replace("patterns = [3, 2]\n", "")
        .replace("dilution = [0.5, 0.25]\n", "")
        .replace("temperature = [0.2]", "temperature = [0.5]")
        .replace("[disorder]", "[dynamics]\nburn_in_sweeps = 10\nmeasure_sweeps = 10\n[disorder]");
    std::fs::write(folder.0.join("scenario.toml"), &text).unwrap();
    let tables = answer(&["exact", "scenario.toml", "--json"]);
    assert_eq!(tables[0]["points"], exact["points"]);
    assert_eq!(folder.run("out", &[]), 0);
    assert!(folder.points("out").contains("mattis_2"));
    // The resolved scenario is read again, and zeros are refused with another kind.
    assert_eq!(folder.run("out", &[]), 0);
    let refused = folder.replicon(&["plan", "scenario.toml", "--set", "model.kind=dense-hebbian"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the entry is 0"));
    std::fs::write(folder.0.join("scenario.toml"), text.replace("[grid]", "[grid]\ndilution = 0.5")).unwrap();
    let refused = folder.replicon(&["plan", "scenario.toml"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the dilution is that of the file"));
}

const LEARNT: &str = r#"name = "learnt"
seed = 5
[model]
kind = "multitasking"
interaction_order = 2
learning = ["supervised", "unsupervised"]
[grid]
spins = [2000, 4000]
patterns = 2
dilution = 0.1
quality = 0.4
examples = [1, 3, 5, 7, 9, 13]
temperature = 0
[dynamics]
starts = ["planted"]
replicas = 1
burn_in_sweeps = 15
measure_sweeps = 5
[disorder]
samples = 10
[theory]
compare = ["rs"]
[[figures]]
kind = "multitasking"
quantity = "thresholds"
[[figures]]
kind = "multitasking"
quantity = "examples"
"#;

#[test]
fn a_learning_multitasking_scenario_reads_back_as_itself_with_a_task_for_each_way_of_learning() {
    let scenario = read(LEARNT).unwrap();
    let resolved = scenario.to_toml();
    let again = read(&resolved).unwrap();
    assert_eq!((again.to_toml(), again.identity()), (resolved, scenario.identity()));
    let columns = scenario.columns().unwrap().0;
    assert_eq!(columns.len(), 2 * 6 * 2);
    let mut labels: Vec<String> = columns
        .iter()
        .map(|column| {
            assert_eq!(column.kind(), Kind::Multitasking);
            let own = column.own();
            let parsed = OwnKeys::parse(&own.label_beside_examples()).unwrap();
            assert_eq!(OwnKeys { lesson: own.lesson, ..parsed }, own);
            format!("{} {}", column.spins, own.label())
        })
        .collect();
    labels.sort();
    labels.dedup();
    assert_eq!(labels.len(), columns.len());
}

/// At T = 0 supervised and unsupervised learning need the same number of examples, in theory and, within 4 joint errors (false alarms
/// 6e-5 each, fixed seed), in simulation; half as many are more than that away.
#[test]
fn supervised_and_unsupervised_multitasking_take_the_same_number_of_examples() {
    let folder = Folder::new("learnt");
    std::fs::write(folder.0.join("scenario.toml"), LEARNT).unwrap();
    assert_eq!(folder.run("out", &[]), 0);
    let drawn = std::fs::read_to_string(folder.0.join("out/figures/multitasking-thresholds.csv")).unwrap();
    // (name, 1/N, M_c, its error) of points; one line of theory for both.
    let fields =
        |line: &str| -> Vec<String> { line.replace("\", \"", "").split(',').map(String::from).collect() };
    let rows: Vec<Vec<String>> = drawn.lines().map(fields).collect();
    let theory: Vec<&Vec<String>> = rows.iter().filter(|row| row[0] == "line").collect();
    assert_eq!(theory.len(), 4, "{drawn}");
    for archetype in ["archetype 1", "archetype 2"] {
        for n in [2000.0, 4000.0] {
            let [told, untold] =
                ["\"archetype N, supervised\"", "\"archetype N, unsupervised\""].map(|name| {
                    let name = name.replace("archetype N", archetype);
                    let line = drawn
                        .lines()
                        .filter(|line| line.contains(&name))
                        .map(|line| {
                            line.replace(&name, "name").split(',').map(String::from).collect::<Vec<_>>()
                        })
                        .find(|row| {
                            row.iter().any(|x| x.parse::<f64>().is_ok_and(|x| (x * n - 1.0).abs() < 1e-12))
                        })
                        .unwrap_or_else(|| panic!("{name} at N = {n} in {drawn}"));
                    // kind, name, piece, x, x_err, y, y_err
                    let number = |place: usize| line[place].parse::<f64>().unwrap();
                    (number(5), number(6))
                });
            let error = told.1.hypot(untold.1);
            assert!((told.0 - untold.0).abs() < 4.0 * error, "{archetype}, N = {n}: {told:?} {untold:?}");
            // The second archetype is weak, and its number too uncertain for this.
            let told_apart = 0.5 * told.0 > 4.0 * error;
            assert!(told_apart || archetype == "archetype 2", "{archetype}, N = {n}: {told:?} ± {error}");
        }
    }
    // points.csv tells what was learnt beside the theory of archetypes; run again, it reads its store.
    let table = folder.points("out");
    let header: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let at = |name: &str| header.iter().position(|h| *h == name).unwrap();
    let number = |row: &str, name: &str| row.split(',').nth(at(name)).unwrap().parse::<f64>().ok();
    assert_eq!(table.lines().count(), 1 + 2 * 6 * 2);
    for row in table.lines().skip(1) {
        let (m, theory) = (number(row, "mattis_1").unwrap(), number(row, "multitask_m_1").unwrap());
        assert!((m - theory).abs() < 0.1, "{row}");
        assert_eq!((number(row, "quality"), number(row, "dilution")), (Some(0.4), Some(0.1)));
    }
    assert_eq!(folder.run("out", &[]), 0);
    assert_eq!(folder.points("out"), table);
}

#[test]
fn learning_is_refused_where_nothing_is_learnt_or_no_theory_is_about_it() {
    for (from, to, words) in [
        ("\"multitasking\"\ninter", "\"dense-hebbian\"\ninter", &["model.learning", "multitasking"][..]),
        ("learning = [\"supervised\", \"unsupervised\"]\n", "", &["grid.quality", "without model.learning"]),
        ("[\"supervised\", \"unsupervised\"]", "[]", &["model.learning"]),
        (
            "[\"supervised\", \"unsupervised\"]",
            "[\"supervised\", \"supervised\"]",
            &["model.learning", "once"],
        ),
        ("[\"supervised\", \"unsupervised\"]", "\"by-heart\"", &["model.learning", "supervised"]),
        ("[\"supervised\", \"unsupervised\"]", "3", &["model.learning"]),
        ("interaction_order = 2", "interaction_order = [2, 3]", &["model.learning", "P = 2"]),
        ("quality = 0.4\n", "", &["grid.quality", "0 < r ≤ 1", "model.learning"]),
        ("quality = 0.4", "quality = 0", &["grid.quality", "0 < r ≤ 1"]),
        ("examples = [1, 3, 5, 7, 9, 13]", "examples = [0, 3]", &["grid.examples", "at least 1"]),
        ("examples = [1, 3, 5, 7, 9, 13]", "examples = 40000", &["grid.examples", "32767"]),
        ("compare = [\"rs\"]", "compare = [\"rs\", \"1rsb\"]", &["theory.compare", "is exact"]),
        ("quantity = \"thresholds\"", "quantity = \"amplitudes\"", &["figures", "thresholds"]),
        (
            "kind = \"multitasking\"\nquantity = \"thresholds\"",
            "kind = \"energy-curve\"",
            &["figures", "learning"],
        ),
    ] {
        assert!(LEARNT.contains(from), "{from}");
        let error = read(&LEARNT.replace(from, to)).expect_err(to).to_string();
        for word in words {
            assert!(error.contains(word), "{to}: {error}");
        }
    }
    let stored = LEARNT.replace("learning = [\"supervised\", \"unsupervised\"]\n", "");
    let stored = stored.replace("quality = 0.4\nexamples = [1, 3, 5, 7, 9, 13]\n", "");
    assert!(read(&stored).expect_err("figure").to_string().contains("model.learning"));
}
