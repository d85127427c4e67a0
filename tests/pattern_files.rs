//! Every form of pattern file NumPy and the image sets come in, and every way to be refused.
//! `tests/data/patterns/make.py` wrote the files.

use proptest::prelude::*;
use replicon::model::Patterns;
use replicon::model::pattern_file::{self, PatternSource, Zeros};
use std::io::Write;
use std::path::Path;

const SIGNS: [&str; 5] = ["+--++-+---++", "--+-+++-+--+", "+++--+-+-+--", "-+-++---++-+", "++-+-+++---+"];

fn expected() -> Patterns {
    Patterns::from_fn(12, 5, |mu, i| SIGNS[mu].as_bytes()[i] == b'+').unwrap()
}

fn source(name: &str) -> PatternSource {
    PatternSource::new(Path::new("tests/data/patterns").join(name))
}

fn with(name: &str, array: &str) -> PatternSource {
    PatternSource { array: Some(array.to_string()), ..source(name) }
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(source(name).file).unwrap()
}

/// The message of a refusal, which must be bad input, name the file and offer a remedy.
#[track_caller]
fn refusal(content: &[u8], source: &PatternSource) -> String {
    let error = pattern_file::read(content, source).expect_err("this must be refused");
    let message = error.to_string();
    assert_eq!(error.exit_code(), 2, "{message}");
    assert!(message.starts_with(&source.file.display().to_string()), "no file in: {message}");
    assert!(message.contains("\n  "), "no remedy in: {message}");
    message
}

#[track_caller]
fn refused(name: &str, content: &[u8], parts: &[&str]) {
    let message = refusal(content, &PatternSource::new(name));
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// A .npy file with any header text.
fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut out = b"\x93NUMPY\x01\x00".to_vec();
    out.extend((header.len() as u16).to_le_bytes());
    out.extend(header.as_bytes());
    out.extend(data);
    out
}

fn shaped(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    npy(&format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n"), data)
}

fn npz(arrays: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in arrays {
        archive.start_file(format!("{name}.npy"), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn idx(magic: u32, axes: [u32; 3], pixels: &[u8]) -> Vec<u8> {
    let mut out = magic.to_be_bytes().to_vec();
    axes.iter().for_each(|axis| out.extend(axis.to_be_bytes()));
    out.extend(pixels);
    out
}

#[test]
fn every_form_gives_the_same_patterns() {
    let flat =
        ["signs.csv", "signs-float.txt", "signs.csv.gz", "signs-i1.npy", "signs-i1.npy.gz", "signs-i8.npy"];
    let typed = ["signs-be-i2.npy", "signs-f2.npy", "signs-f4.npy", "signs-be-f8.npy", "signs-fortran.npy"];
    for name in flat.iter().chain(&typed).chain(&["patterns.npz"]) {
        let file = pattern_file::read_file(&source(name)).unwrap();
        assert_eq!((file.patterns, file.image_shape), (expected(), None), "{name}");
    }
    let images = ["images.npz", "images-fortran.npz", "images-idx3-ubyte", "images-idx3-ubyte.gz"];
    for name in images.iter().chain(&["packed.npz", "packed.npz.gz"]) {
        let file = pattern_file::read_file(&source(name)).unwrap();
        assert_eq!((file.patterns, file.image_shape), (expected(), Some((3, 4))), "{name}");
    }
}

#[test]
fn the_content_tells_the_form_where_the_name_does_not() {
    for name in ["signs.csv", "signs-i1.npy", "packed.npz", "images-idx3-ubyte", "signs.csv.gz"] {
        let read = pattern_file::read(&bytes(name), &PatternSource::new("patterns.dat")).unwrap();
        assert_eq!(read.patterns, expected(), "{name}");
    }
    refused("a.npz", &bytes("signs-i1.npy"), &["a.npz", "name says .npz", "content is .npy", "93 4e 55 4d"]);
    refused("a.csv", &bytes("packed.npz"), &["name says text", "content is .npz"]);
    refused("a.npy", &bytes("signs.csv"), &["name says .npy", "content is text"]);
    refused("train-idx3-ubyte", &bytes("signs.csv"), &["name says IDX"]);
    refused("a.csv.gz", &bytes("signs.csv"), &["named .gz", "not 1f 8b"]);
}

#[test]
fn the_hash_is_that_of_the_file_on_disk() {
    // By sha256sum.
    let file = pattern_file::read(b"1 -1\n", &PatternSource::new("a.txt")).unwrap();
    assert_eq!(file.sha256, "784cfeeb6a02dfb6168c519cf732c3e0d9a23e1581433593de0a6b04f57e557c");
    let (plain, packed) = (source("signs.csv"), source("signs.csv.gz"));
    let hash = |s: &PatternSource| pattern_file::read_file(s).unwrap().sha256;
    assert_ne!(hash(&plain), hash(&packed));
}

#[test]
fn an_index_takes_half_open_rows_of_every_form() {
    for name in ["signs.csv", "signs-fortran.npy", "packed.npz", "images-fortran.npz", "images-idx3-ubyte"] {
        let some = PatternSource { index: Some((1, 4)), ..source(name) };
        let read = pattern_file::read_file(&some).unwrap().patterns;
        assert_eq!(read.count(), 3);
        assert!((0..3).all(|mu| read.row(mu) == expected().row(mu + 1)), "{name}");
        for index in [(2, 2), (3, 2), (0, 6), (5, 6)] {
            let message = refusal(&bytes(name), &PatternSource { index: Some(index), ..source(name) });
            assert!(message.contains("of 5 rows"), "{message}");
        }
    }
}

#[test]
fn a_pixel_is_up_from_the_threshold_on() {
    let grey = idx(0x803, [1, 1, 4], &[50, 51, 52, 255]);
    let up = |threshold: f64| -> Vec<i8> {
        let source = PatternSource { threshold, ..PatternSource::new("a.idx") };
        pattern_file::read(&grey, &source).unwrap().patterns.row(0).as_slice().to_vec()
    };
    assert_eq!(up(51.0 / 255.0), [-1, 1, 1, 1]);
    assert_eq!(up(0.2001), [-1, -1, 1, 1]);
    assert_eq!(up(1.0), [-1, -1, -1, 1]);
    for threshold in [0.0, -1.0, 1.01, f64::NAN, 128.0] {
        let message = refusal(&grey, &PatternSource { threshold, ..PatternSource::new("a.idx") });
        assert!(message.contains("threshold"), "{message}");
    }
}

#[test]
fn an_archive_with_several_pattern_arrays_asks_which() {
    let message = refusal(&bytes("several.npz"), &source("several.npz"));
    assert!(message.contains("patterns, images") && message.contains("array = "), "{message}");
    let read = |array: &str| pattern_file::read_file(&with("several.npz", array)).unwrap();
    assert_eq!(read("patterns").patterns, expected());
    assert_eq!(read("images").image_shape, Some((3, 4)));
    for array in ["images", "other"] {
        let negative = read(array).patterns;
        assert!((0..5).all(|mu| negative.row(mu).dot(&expected().row(mu)) == -12), "{array}");
    }
    let message = refusal(&bytes("several.npz"), &with("several.npz", "pattern"));
    assert!(message.contains("`pattern`") && message.contains("labels, index, threshold"), "{message}");
    // The companions are no candidates, and asked for by name they are no patterns.
    refusal(&bytes("images.npz"), &with("images.npz", "labels"));
    refusal(&bytes("signs.csv"), &with("signs.csv", "patterns"));
    refused("a.npz", &npz(&[("x", shaped("|i1", "(1, 2)", &[1, 1]))]), &["the archive holds x"]);
    refused("a.npz", &npz(&[]), &["no arrays"]);
}

#[test]
fn spins_are_read_from_text_and_arrays() {
    let read = pattern_file::read_spins_file(&source("patterns.npz")).unwrap();
    assert_eq!(read.len(), 2);
    assert!((0..2).all(|a| read[a].dot(&expected().row(a)) == -12), "the array `spins` goes first");
    for name in ["signs.csv", "signs-i8.npy", "packed.npz"] {
        let read = pattern_file::read_spins_file(&source(name)).unwrap();
        assert!((0..5).all(|a| read[a] == expected().row(a)), "{name}");
    }
    assert!(pattern_file::read_spins(b"1 0 1", &source("a.txt")).is_err());
}

#[test]
fn text_allows_comments_blank_lines_and_any_spelling_of_one() {
    let text = b"\xef\xbb\xbf# two patterns\r\n\r\n 1, -1,+1 # first\r\n\t1.0\t-1e0 -1.000\n\n";
    let read = pattern_file::read(text, &PatternSource::new("a.txt")).unwrap().patterns;
    assert_eq!(read, Patterns::from_rows(&[[1, -1, 1], [1, -1, -1]]).unwrap());
}

#[test]
fn text_that_is_no_pattern_is_refused_by_line_and_column() {
    refused("a.csv", b"1,-1\n1,0\n", &["line 2, column 3 (entry 2)", "is 0", "multitasking"]);
    refused("a.csv", b"1,-1\n\n1,-1,1\n", &["line 3", "3 entries", "line 1 has 2"]);
    refused("a.csv", b"1,-1\n 1, up\n", &["line 2, column 5 (entry 2)", "`up`"]);
    refused("a.csv", b"1,2", &["line 1, column 3", "is 2"]);
    refused("a.csv", b"1 NaN", &["is NaN"]);
    refused("a.csv", b"1,,1", &["line 1, column 3", "nothing between"]);
    refused("a.csv", b"1,-1,\n", &["line 1, column 6", "nothing"]);
    refused("a.csv", b"", &["empty"]);
    refused("a.csv", b"# nothing\n\n", &["no rows"]);
    refused("a.csv", b"1 \xff", &["byte 2"]);
    let zero = pattern_file::read_signs(b"1,0,-1", &PatternSource::new("a.csv"), Zeros::Allowed).unwrap();
    assert_eq!((zero.values, zero.columns), (vec![1, 0, -1], 3));
    assert!(pattern_file::read_signs(b"1,2,-1", &PatternSource::new("a.csv"), Zeros::Allowed).is_err());
}

#[test]
fn arrays_that_lie_about_themselves_are_refused_without_being_allocated() {
    let full = bytes("signs-i8.npy");
    refused("a.npy", &full[..full.len() - 1], &["(5, 12)", "480 bytes, 479 are there"]);
    refused("a.npy", &[&full[..], b"x"].concat(), &["480 bytes, more"]);
    for cut in [7, 9, 50] {
        refused("a.npy", &full[..cut], &["ends within"]);
    }
    refused("a.npy", &shaped("<f8", "(4000000000, 4000000000)", &[0; 9]), &["(4000000000, 4000000000)"]);
    refused("a.npy", &shaped("|i1", "(1000000000, 1)", &[1; 9]), &["1000000000 bytes, 9 are there"]);
    refused("a.npy", &shaped("|i1", "(0, 9223372036854775807, 9)", &[]), &["(0, 9223372036854775807, 9)"]);
    refused("a.npy", &shaped("|i1", "(2, 0)", &[]), &["(2, 0)"]);
    refused("a.npy", &shaped("|i1", "(-2, 3)", &[1; 6]), &["`-2`"]);
    refused("a.npy", &shaped("|i1", "(2,)", &[1, 1]), &["(2)", "(1, N)"]);
    refused("a.npy", &shaped("|i1", "()", &[1]), &["()"]);
    refused("a.npy", &shaped("|O", "(1, 1)", &[1; 8]), &["`|O`"]);
    refused("a.npy", &shaped("<c16", "(1, 1)", &[1; 16]), &["`<c16`"]);
    refused("a.npy", &shaped("<i3", "(1, 1)", &[1; 3]), &["`<i3`"]);
    refused(
        "a.npy",
        &npy("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,)}", &[]),
        &["header"],
    );
    refused("a.npy", &npy("{'descr': '|i1', 'shape': (1, 1)}", &[1]), &["header"]);
    refused("a.npy", &npy("", &[]), &["header"]);
    refused("a.npy", b"\x93NUMPY\x09\x00\x00\x00", &["version 9.0"]);
    refused("a.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff", &["header of 4294967295 bytes"]);
    refused("a.npy", &shaped("|i1", "(1, 3)", &[1, 0, 1]), &["row 0, entry 1", "is 0", "multitasking"]);
    refused("a.npy", &shaped("|u1", "(2, 1)", &[1, 255]), &["row 1, entry 0", "is 255"]);
}

#[test]
fn packed_bits_and_images_that_do_not_fit_are_refused() {
    let shape = |n: u8| shaped("|u1", "(1,)", &[n]);
    let packed =
        |data: [u8; 2], n: u8| npz(&[("packed", shaped("|u1", "(1, 2)", &data)), ("shape", shape(n))]);
    let read = pattern_file::read(&packed([0xa5, 0x40], 10), &PatternSource::new("a.npz")).unwrap();
    assert_eq!(read.patterns.row(0).as_slice(), [1, -1, 1, -1, -1, 1, -1, 1, -1, 1]);
    refused("a.npz", &packed([0xa5, 0x20], 10), &["array `packed`", "row 0", "bit 10"]);
    refused("a.npz", &packed([0, 0], 17), &["2 bytes a row", "(17)"]);
    refused("a.npz", &packed([0, 0], 8), &["2 bytes a row", "(8)"]);
    refused("a.npz", &packed([0, 0], 0), &["array `shape`", "is 0"]);
    refused("a.npz", &npz(&[("packed", shaped("|u1", "(1, 1)", &[1]))]), &["without its companion `shape`"]);
    let wide = shaped("<u8", "(3,)", &[&4_000_000_000u64.to_le_bytes()[..]; 3].concat());
    refused("a.npz", &npz(&[("packed", shaped("|u1", "(1, 1)", &[1])), ("shape", wide)]), &["4000000000"]);
    refused(
        "a.npz",
        &npz(&[("packed", shaped("<u2", "(1, 1)", &[1, 1])), ("shape", shape(8))]),
        &["unsigned bytes"],
    );
    refused("a.npz", &npz(&[("images", shaped("<i2", "(1, 1, 1)", &[1, 1]))]), &["array `images`", "wider"]);
    let dark = shaped("<f4", "(1, 1, 2)", &[0.5f32.to_le_bytes(), 1.5f32.to_le_bytes()].concat());
    refused("a.npz", &npz(&[("images", dark)]), &["array `images`: row 0, entry 1", "1.5", "0…1"]);
    let none = shaped("<f4", "(1, 1, 1)", &f32::NAN.to_le_bytes());
    refused("a.npz", &npz(&[("images", none)]), &["NaN"]);
    let message = refusal(&bytes("signs-i1.npy"), &with("signs-i1.npy", "packed"));
    assert!(message.contains("shape"), "{message}");
}

#[test]
fn idx_files_that_are_no_images_are_refused() {
    refused("a.idx", &idx(0x801, [1, 1, 1], &[1]), &["0x00000801", "labels"]);
    refused("a.idx", &idx(0xd03, [1, 1, 1], &[1]), &["0x00000d03"]);
    refused("a.idx", &idx(0x803, [2, 1, 3], &[1; 5]), &["2 images of 1 × 3 need 6 bytes", "5 are there"]);
    refused("a.idx", &idx(0x803, [u32::MAX; 3], &[1; 5]), &["more than 2^64", "5 are there"]);
    refused("a.idx", &idx(0x803, [0, 2, 2], &[]), &["no rows"]);
    refused("a.idx", &idx(0x803, [2, 0, 2], &[]), &["0 × 2"]);
    refused("a.idx", &[0, 0, 8, 3, 0, 0], &["6 bytes", "header"]);
}

#[test]
fn damaged_archives_are_refused() {
    let whole = bytes("packed.npz");
    for cut in [4, whole.len() / 2, whole.len() - 1] {
        refused("a.npz", &whole[..cut], &["damaged or cut short"]);
    }
    let compressed = bytes("signs.csv.gz");
    for cut in [3, compressed.len() / 2, compressed.len() - 1] {
        refused("a.csv.gz", &compressed[..cut], &["gzip", "damaged or cut short"]);
    }
    refused("a.csv.gz", &gzip(b""), &["empty"]);
    refused("a.csv.gz", &gzip(b"1,2"), &["line 1"]);
    // A byte of stored data changed: the checksum of the archive says so.
    let mut stored = bytes("patterns.npz");
    let at = stored.windows(6).position(|w| w == b"\x93NUMPY").unwrap() + 128;
    stored[at] = stored[at].wrapping_neg();
    refused("a.npz", &stored, &["array `patterns`", "checksum"]);
}

#[test]
fn a_small_archive_of_a_huge_array_is_not_unpacked() {
    let header = shaped("|i1", "(100000, 100000)", &[]);
    refused(
        "bomb.npz",
        &npz(&[("patterns", [header, vec![0; 1 << 22]].concat())]),
        &["more than 1073741824 bytes"],
    );
    // More elements than the header says are not read either.
    let header = shaped("|i1", "(1, 1)", &[1]);
    refused(
        "bomb.npz",
        &npz(&[("patterns", [header, vec![0; 1 << 22]].concat())]),
        &["1 bytes, more are there"],
    );
}

#[test]
fn a_file_that_is_not_there_is_bad_input() {
    let error = pattern_file::read_file(&source("absent.npz")).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert!(error.to_string().contains("absent.npz"));
}

/// Reads as every form; a panic is the failure looked for.
fn never_panics(content: &[u8]) {
    for name in ["a", "a.csv", "a.npy", "a.npz", "a.idx", "a.gz"] {
        for array in [None, Some("packed".to_string()), Some("other".to_string())] {
            let source = PatternSource { array, index: Some((0, 2)), ..PatternSource::new(name) };
            let _ = pattern_file::read(content, &source);
            let _ = pattern_file::read_spins(content, &source);
        }
    }
}

const FIXTURES: [&str; 8] = [
    "signs.csv",
    "signs-i8.npy",
    "signs-fortran.npy",
    "packed.npz",
    "patterns.npz",
    "images-fortran.npz",
    "images-idx3-ubyte",
    "packed.npz.gz",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes_never_panic(start in 0usize..6, tail in proptest::collection::vec(any::<u8>(), 0..200)) {
        let starts: [&[u8]; 6] = [b"", b"\x93NUMPY\x01\x00", b"PK\x03\x04", b"\x00\x00\x08\x03", b"\x1f\x8b\x08", b"1,"];
        never_panics(&[starts[start], &tail].concat());
    }

    #[test]
    fn damaged_files_never_panic(
        which in 0..FIXTURES.len(),
        cut in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        truncate: bool,
    ) {
        let mut content = bytes(FIXTURES[which]);
        for (at, value) in changes {
            let at = at.index(content.len());
            content[at] = value;
        }
        if truncate {
            content.truncate(cut.index(content.len()));
        }
        never_panics(&content);
    }

    #[test]
    fn random_headers_never_panic(
        descr in "[<>|=][iufcbO][0-9]{1,2}", axes in proptest::collection::vec(any::<u64>().prop_map(|a| a >> (a % 64)), 0..5),
        fortran: bool, data in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let order = if fortran { "True" } else { "False" };
        let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {}, }}", format!("{axes:?}").replace('[', "(").replace(']', ")"));
        let array = npy(&header, &data);
        never_panics(&array);
        never_panics(&npz(&[("packed", array.clone()), ("shape", array.clone())]));
        never_panics(&npz(&[("images", array.clone()), ("other", array)]));
    }
}
