//! Exported files read back: NPZ by its own rules, Parquet by its own library. What NumPy and data frames make of them is in
//! `tests/python/exports.py`.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use replicon::model::pattern_file::{PatternSource, read_spins_file};
use replicon::sweep::columns::Values;
use replicon::sweep::export::{Format, Provenance, export};
use replicon::sweep::{load_run, table_of};
use std::io::{Cursor, Read};

const SCENARIO: &str = "name = \"exports\"\nseed = 3\n[model]\ninteraction_order = [2, 3]\n[grid]\nspins = 12\ngamma = 0.2\n\
    temperature = [0, 0.4]\n[dynamics]\nburn_in_sweeps = 4\nmeasure_sweeps = 16\n[disorder]\nsamples = 3\n[theory]\n";

fn finished(name: &str) -> Folder {
    let folder = Folder::with_scenario(name, SCENARIO);
    assert_eq!(folder.run("out", &["--quiet"]), 0);
    folder
}

/// Type, shape and elements of an array of an archive.
fn array(archive: &[u8], name: &str) -> Option<(String, String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut bytes = Vec::new();
    zip.by_name(&format!("{name}.npy")).ok()?.read_to_end(&mut bytes).unwrap();
    assert!(bytes.starts_with(b"\x93NUMPY\x01\x00"));
    let length = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!(length % 64, 0, "NumPy aligns the elements");
    let header = String::from_utf8(bytes[10..length].to_vec()).unwrap();
    let field = |before: &str, after: &str| {
        header.split_once(before).unwrap().1.split_once(after).unwrap().0.to_string()
    };
    Some((field("'descr': '", "'"), field("'shape': ", ", }"), bytes[length..].to_vec()))
}

#[test]
fn npz_has_each_column_as_an_array_with_nan_or_a_mask_where_there_is_nothing() {
    let folder = finished("exports-npz");
    let run = load_run(&folder.0.join("out")).unwrap();
    let table = table_of(&run, &folder.0.join("out"), "points").unwrap();
    let archive = export(&table, Format::Npz, &Provenance::of(&run.scenario)).unwrap();
    let rows = table.rows();
    for column in &table.columns {
        let (kind, shape, data) = array(&archive, column.name).unwrap();
        assert_eq!(shape, format!("({rows},)"), "{}", column.name);
        let mask = array(&archive, &format!("{}_mask", column.name)).map(|mask| mask.2);
        match &column.values {
            Values::Real(values) => {
                assert_eq!((kind.as_str(), &mask), ("<f8", &None));
                for (value, bytes) in values.iter().zip(data.chunks_exact(8)) {
                    let read = f64::from_le_bytes(bytes.try_into().unwrap());
                    assert!(*value == Some(read) || value.is_none() && read.is_nan(), "{}", column.name);
                }
            }
            Values::Whole(values) => {
                let mask = mask.unwrap();
                for ((value, bytes), missing) in values.iter().zip(data.chunks_exact(8)).zip(mask) {
                    let read = i64::from_le_bytes(bytes.try_into().unwrap());
                    assert_eq!(*value, (missing == 0).then_some(read), "{}", column.name);
                }
            }
            Values::Flag(values) => {
                let read = data.iter().zip(mask.unwrap()).map(|(x, m)| (m == 0).then_some(*x == 1));
                assert!(values.iter().copied().eq(read), "{}", column.name);
            }
            Values::Text(_) => assert!(kind.starts_with("<U") && mask.is_some(), "{}: {kind}", column.name),
            Values::Spins(_) => unreachable!("points have no spins"),
        }
    }
    let (_, shape, data) = array(&archive, "metadata").unwrap();
    assert_eq!(shape, "()");
    let letters =
        data.chunks_exact(4).filter_map(|c| char::from_u32(u32::from_le_bytes(c.try_into().unwrap())));
    let metadata: serde_json::Value = serde_json::from_str(&letters.collect::<String>()).unwrap();
    assert_eq!(metadata["seed"], 3);
    assert_eq!(metadata["identity"], run.scenario.identity().hash());
    assert_eq!(metadata["units"]["temperature"], "energy");
}

#[test]
fn equal_tables_are_equal_bytes_and_configurations_are_spin_files_again() {
    let folder = finished("exports-spins");
    let export = |out: &str| {
        let made = folder.replicon(&["export", "out", "--table", "configurations", "--out", out]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        std::fs::read(folder.0.join(out)).unwrap()
    };
    assert_eq!(export("a.npz"), export("b.npz"));
    let run = load_run(&folder.0.join("out")).unwrap();
    let table = table_of(&run, &folder.0.join("out"), "configurations").unwrap();
    let Some(Values::Spins(spins)) = table.column("spins").map(|c| &c.values) else { panic!("no spins") };
    let source = PatternSource { array: Some("spins".into()), ..PatternSource::new(folder.0.join("a.npz")) };
    let read = read_spins_file(&source).unwrap();
    assert_eq!(read.iter().map(|s| s.as_slice().to_vec()).collect::<Vec<_>>(), *spins);
}

#[test]
fn the_format_is_what_the_file_name_ends_with_and_others_are_refused() {
    let folder = finished("exports-names");
    let refused = |arguments: &[&str], words: &str| {
        let output = folder.replicon(arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(words), "{arguments:?}: {text}");
    };
    refused(&["export", "out", "--out", "table.xlsx"], "csv, parquet, npz");
    refused(&["export", "out", "--format", "hdf5"], "csv, parquet, npz");
    refused(&["export", "out", "--table", "point"], "did you mean points?");
    if cfg!(not(feature = "parquet")) {
        refused(&["export", "out", "--format", "parquet"], "--features parquet");
    }
    refused(&["export", "out", "--no-metadata", "--out", "table.npz"], "--format csv");
}

#[test]
fn csv_says_before_its_header_what_it_is_of_and_without_that_is_points_csv() {
    let folder = finished("exports-csv");
    let written = folder.replicon(&["export", "out", "--out", "table.csv"]);
    assert!(written.status.success() && written.stdout.is_empty());
    let text = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    let (written, points) = (text("table.csv"), text("out/points.csv"));
    let (comments, table): (Vec<&str>, Vec<&str>) = written.lines().partition(|line| line.starts_with('#'));
    assert_eq!(table, points.lines().collect::<Vec<_>>());
    assert!(written.ends_with(&points), "the lines of metadata come first");
    let run = load_run(&folder.0.join("out")).unwrap();
    let identity = format!("# identity: {}", run.scenario.identity().hash());
    for line in ["# name: exports", "# table: points", "# seed: 3", &identity] {
        assert!(comments.contains(&line), "{line} not in {comments:?}");
    }
    for column in table[0].split(',') {
        let about = |line: &&&str| line.starts_with(&format!("# column {column}")) && line.contains(": ");
        assert!(comments.iter().any(|line| about(&line)), "{column} has no unit");
    }
    assert!(comments.iter().any(|line| line.starts_with("# column temperature [energy]: ")));
    // In whatever case, as the ends of file names.
    for format in ["csv", "CSV"] {
        let bare = folder.replicon(&["export", "out", "--no-metadata", "--format", format]);
        assert_eq!(String::from_utf8(bare.stdout).unwrap(), points);
    }
}

/// What stands at a path is written into where it is no file, and followed where it is a link.
#[cfg(unix)]
#[test]
fn an_export_goes_through_links_and_into_pipes_and_devices() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let folder = finished("exports-places");
    let there = |name: &str| folder.0.join(name);
    let export = |out: &str| {
        let made = folder.replicon(&["export", "out", "--no-metadata", "--format", "csv", "--out", out]);
        assert!(made.status.success(), "{out}: {}", String::from_utf8_lossy(&made.stderr));
    };
    let points = std::fs::read(there("out/points.csv")).unwrap();

    std::fs::write(there("behind.csv"), "old").unwrap();
    symlink("behind.csv", there("link.csv")).unwrap();
    export("link.csv");
    assert_eq!(std::fs::read(there("behind.csv")).unwrap(), points);
    assert!(std::fs::symlink_metadata(there("link.csv")).unwrap().is_symlink(), "the link is still one");

    export("/dev/null");
    assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());

    assert!(std::process::Command::new("mkfifo").arg(there("pipe")).status().unwrap().success());
    let pipe = there("pipe");
    let reader = std::thread::spawn(move || std::fs::read(pipe).unwrap());
    export("pipe");
    assert_eq!(reader.join().unwrap(), points);
    assert!(std::fs::metadata(there("pipe")).unwrap().file_type().is_fifo(), "the pipe is still one");
}

/// Rows of a kind with keys of its own can be told apart in the tables beside points.csv; those of others have the columns they had.
#[test]
fn tables_beside_points_have_the_keys_of_their_kind_at_the_end() {
    let folder = finished("exports-keys");
    let header = |run: &str, table: &str| -> Vec<String> {
        let made = folder.replicon(&["export", run, "--no-metadata", "--table", table]);
        let text = String::from_utf8(made.stdout).unwrap();
        text.lines().next().unwrap_or_default().split(',').map(String::from).collect()
    };
    let plain = header("out", "configurations");
    assert_eq!(plain, ["p", "n", "k", "gamma", "temperature", "start", "sample", "spins"]);
    let both = "name = \"both\"\n[model]\nkind = \"multitasking\"\nlearning = [\"supervised\", \"unsupervised\"]\ninteraction_order = 2\n[grid]\n\
        spins = 24\npatterns = 2\ndilution = [0.2, 0.4]\nquality = 0.5\nexamples = [3, 5]\ntemperature = 0.2\n[dynamics]\nburn_in_sweeps = 4\n\
        measure_sweeps = 16\nkeep = [\"series\", \"joint\"]\n[disorder]\nsamples = 1\n";
    std::fs::write(folder.0.join("both.toml"), both).unwrap();
    let ran = folder.replicon(&["run", "both.toml", "--out", "both", "--quiet"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for table in ["series", "joint", "configurations", "overlap-samples", "overlap-distribution"] {
        let header = header("both", table);
        assert_eq!(header[header.len() - 4..], ["learning", "quality", "examples", "dilution"], "{table}");
        let run = load_run(&folder.0.join("both")).unwrap();
        let found = table_of(&run, &folder.0.join("both"), table).unwrap();
        let keys = ["learning", "examples", "dilution", "start"].map(|name| found.column(name).unwrap());
        let places: std::collections::BTreeSet<Vec<String>> =
            (0..found.rows()).map(|row| keys.iter().map(|column| column.text(row)).collect()).collect();
        assert_eq!(places.len() % 8, 0, "two ways, two dilutions, two M in {table}: {places:?}");
    }
    let points = header("both", "points");
    assert_eq!(points.last().map(String::as_str), Some("learning"), "rows of points say which way too");
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_each_column_with_its_type_nulls_and_metadata() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let folder = finished("exports-parquet");
    let run = load_run(&folder.0.join("out")).unwrap();
    for name in ["points", "configurations"] {
        let table = table_of(&run, &folder.0.join("out"), name).unwrap();
        let bytes = export(&table, Format::Parquet, &Provenance::of(&run.scenario)).unwrap();
        let path = folder.0.join(name).with_extension("parquet");
        std::fs::write(&path, bytes).unwrap();
        let file = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        let metadata = file.metadata().file_metadata().key_value_metadata().unwrap().clone();
        let stored =
            |key: &str| metadata.iter().find(|kv| kv.key == key).and_then(|kv| kv.value.clone()).unwrap();
        assert_eq!(stored("identity"), run.scenario.identity().hash());
        assert!(stored("units").contains("\"temperature\":\"energy\""));
        for (row, record) in file.get_row_iter(None).unwrap().enumerate() {
            for ((name, field), column) in record.unwrap().get_column_iter().zip(&table.columns) {
                assert_eq!(name, column.name);
                let text = column.text(row);
                let same = match (field, &column.values) {
                    (Field::Null, _) => text.is_empty(),
                    (Field::Double(x), Values::Real(values)) => values[row] == Some(*x),
                    (Field::Long(x), Values::Whole(values)) => values[row] == Some(*x),
                    (Field::Bool(x), Values::Flag(values)) => values[row] == Some(*x),
                    (Field::Str(x), Values::Text(_) | Values::Spins(_)) => *x == text,
                    _ => false,
                };
                assert!(same, "{name} row {row}: {field:?} for {text}");
            }
        }
    }
}
