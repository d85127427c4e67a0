//! From the arrays of `.npy` and `.npz` files to signs.

use super::idx::grey_sign;
use super::numpy::{Array, Number};
use super::{Request, SignTable, room};
use crate::error::{Error, Result};
use std::io::Cursor;

/// How the numbers of an array are to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Signs,
    Packed,
    Images,
}

type Archive<'a> = zip::ZipArchive<Cursor<&'a [u8]>>;

pub(super) fn from_npy(bytes: &[u8], request: &Request<'_>) -> Result<SignTable> {
    let asked = request.source.array.as_deref();
    if asked == Some("packed") {
        return Err(Error::bad_input(
            "array `packed` in a .npy file, which cannot hold its companion `shape`",
        )
        .remedy("save both with numpy.savez_compressed(file, packed=…, shape=…)"));
    }
    let array = Array::read(bytes)?;
    let meaning = meaning(asked.unwrap_or(""), &array);
    signs(&array, meaning, None, request)
}

pub(super) fn from_npz(bytes: &[u8], request: &Request<'_>) -> Result<SignTable> {
    let mut archive = open(bytes)?;
    let name = choose(&archive, request)?;
    let array = member(&mut archive, &name)?;
    let meaning = meaning(&name, &array);
    let shape = match meaning {
        Meaning::Packed => Some(companion_shape(&mut archive)?),
        Meaning::Signs | Meaning::Images => None,
    };
    signs(&array, meaning, shape.as_deref(), request).map_err(|e| e.at(place(&name)))
}

/// The entries of an array of one axis.
pub(super) fn one_axis(bytes: &[u8], request: &Request<'_>, most: usize) -> Result<Vec<f64>> {
    let (array, name) = if bytes.starts_with(b"PK") {
        let mut archive = open(bytes)?;
        let name = choose(&archive, request)?;
        (member(&mut archive, &name)?, name)
    } else {
        (Array::read(bytes)?, "labels".to_string())
    };
    if array.shape.len() != 1 {
        return Err(Error::bad_input(format!("it has the shape {}", array.shape_text()))
            .at(place(&name))
            .remedy("labels need one axis, (K,)"));
    }
    if array.rows() > most {
        return Err(Error::bad_input(format!("{} labels, {most} at most", array.rows())).at(place(&name)));
    }
    Ok((0..array.rows()).map(|row| array.get(row, 0)).collect())
}

fn open(bytes: &[u8]) -> Result<Archive<'_>> {
    zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| {
        Error::bad_input(format!("the archive of {} bytes is damaged or cut short: {e}", bytes.len()))
            .remedy("save it again with numpy.savez_compressed (`unzip -t` tests it)")
    })
}

fn place(name: &str) -> String {
    format!("array `{}`", name.escape_debug())
}

/// The arrays of the archive, for messages.
fn listing(archive: &Archive<'_>) -> String {
    let names: Vec<String> = archive
        .file_names()
        .filter_map(|name| name.strip_suffix(".npy"))
        .map(|name| name.chars().take(60).flat_map(char::escape_debug).collect())
        .collect();
    match names.len() {
        0 => "the archive holds no arrays".to_string(),
        n if n > 20 => format!("the archive holds {}, … ({n} arrays)", names[..20].join(", ")),
        _ => format!("the archive holds {}", names.join(", ")),
    }
}

fn has(archive: &Archive<'_>, name: &str) -> bool {
    archive.index_for_name(&format!("{name}.npy")).is_some()
}

/// The array asked for, or the only one of the known names.
fn choose(archive: &Archive<'_>, request: &Request<'_>) -> Result<String> {
    if let Some(name) = &request.source.array {
        if has(archive, name) {
            return Ok(name.clone());
        }
        return Err(Error::bad_input(format!("no {}", place(name))).remedy(listing(archive)));
    }
    let there: Vec<&str> = request.names.iter().copied().filter(|name| has(archive, name)).collect();
    match there[..] {
        // Configurations may lie beside the patterns they belong to.
        ["spins", ..] => Ok("spins".to_string()),
        [name] => Ok(name.to_string()),
        [] => {
            let wanted: Vec<String> = request.names.iter().map(|name| format!("`{name}`")).collect();
            Err(Error::bad_input(format!("no array {}", wanted.join(" or "))).remedy(format!(
                "{}: name one as `array`, or save it by the expected name",
                listing(archive)
            )))
        }
        _ => Err(Error::bad_input(format!("several arrays could be meant: {}", there.join(", ")))
            .remedy(format!("say which: array = \"{}\"", there[0]))),
    }
}

fn member(archive: &mut Archive<'_>, name: &str) -> Result<Array> {
    let file = archive.by_name(&format!("{name}.npy")).map_err(|e| {
        Error::bad_input(format!("it cannot be unpacked: {e}"))
            .at(place(name))
            .remedy("save it again with numpy.savez or numpy.savez_compressed")
    })?;
    Array::read(file).map_err(|e| e.at(place(name)))
}

fn meaning(name: &str, array: &Array) -> Meaning {
    match name {
        "patterns" | "spins" => Meaning::Signs,
        "packed" => Meaning::Packed,
        "images" => Meaning::Images,
        _ if array.shape.len() == 3 => Meaning::Images,
        _ => Meaning::Signs,
    }
}

/// The axes of an image, whose product is N.
fn companion_shape(archive: &mut Archive<'_>) -> Result<Vec<usize>> {
    let remedy = "`packed` needs a companion `shape`, the height and width of an image (or N alone), as one axis of whole numbers";
    if !has(archive, "shape") {
        return Err(Error::bad_input("array `packed` without its companion `shape`")
            .remedy(format!("{remedy}; {}", listing(archive))));
    }
    let array = member(archive, "shape")?;
    if array.shape.len() != 1 || !(1..=3).contains(&array.shape[0]) {
        return Err(Error::bad_input(format!("it has the shape {}", array.shape_text()))
            .at(place("shape"))
            .remedy(remedy));
    }
    (0..array.rows())
        .map(|i| {
            let axis = array.get(i, 0);
            if axis >= 1.0 && axis <= f64::from(u32::MAX) && axis.fract() == 0.0 {
                Ok(axis as usize)
            } else {
                Err(Error::bad_input(format!("entry {i} is {axis}")).at(place("shape")).remedy(remedy))
            }
        })
        .collect()
}

fn signs(
    array: &Array,
    meaning: Meaning,
    shape: Option<&[usize]>,
    request: &Request<'_>,
) -> Result<SignTable> {
    let axes = array.shape.len();
    let (fits, wanted) = match meaning {
        Meaning::Signs => (axes == 2, "±1 needs the shape (K, N); one configuration is (1, N)"),
        Meaning::Packed => (axes == 2, "packed bits need the shape (K, ⌈N/8⌉)"),
        Meaning::Images => (axes == 2 || axes == 3, "images need the shape (K, height, width) or (K, N)"),
    };
    if !fits || array.shape.contains(&0) {
        return Err(Error::bad_input(format!("it has the shape {}", array.shape_text())).remedy(wanted));
    }
    let selected = request.selected(array.rows())?;
    let columns = match shape {
        None => array.columns(),
        Some(axes) => packed_spins(array, axes)?,
    };
    let threshold = request.source.threshold;
    let bytes = array.is_bytes();
    if meaning == Meaning::Images && !bytes && array.number != Number::Float {
        return Err(Error::bad_input("images of integers wider than a byte")
            .remedy("grey levels are unsigned bytes (0…255) or floating numbers (0…1)"));
    }
    let sign = |row: usize, column: usize| -> Result<i8> {
        match meaning {
            Meaning::Signs => request.sign(array.get(row, column)),
            Meaning::Packed => Ok(if bit(array, row, column) { 1 } else { -1 }),
            Meaning::Images if bytes => Ok(grey_sign(array.get(row, column) as u8, threshold)),
            Meaning::Images => match array.get(row, column) {
                value if (0.0..=1.0).contains(&value) => Ok(if value >= threshold { 1 } else { -1 }),
                value => Err(Error::bad_input(format!("the grey level is {value}"))
                    .remedy("floating images lie in 0…1; divide by 255, or store unsigned bytes")),
            },
        }
    };
    let mut values = room(selected.len(), columns)?;
    for row in selected {
        for column in 0..columns {
            values.push(sign(row, column).map_err(|e| e.at(format!("row {row}, entry {column}")))?);
        }
        if meaning == Meaning::Packed
            && let Some(extra) = (columns..8 * array.columns()).find(|&i| bit(array, row, i))
        {
            return Err(Error::bad_input(format!(
                "bit {extra} is set, beyond the {columns} spins of `shape`"
            ))
            .at(format!("row {row}"))
            .remedy("the bits that fill up the last byte are 0, as numpy.packbits writes them"));
        }
    }
    let image_shape = match (shape, &array.shape[..]) {
        (Some(&[height, width]), _) | (None, &[_, height, width]) => Some((height, width)),
        _ => None,
    };
    Ok(SignTable { columns, values, image_shape })
}

/// Bit i of a row, most significant first.
fn bit(array: &Array, row: usize, i: usize) -> bool {
    array.get(row, i / 8) as u8 >> (7 - i % 8) & 1 == 1
}

/// N of packed bits, checked against the bytes of a row.
fn packed_spins(array: &Array, axes: &[usize]) -> Result<usize> {
    if !array.is_bytes() {
        return Err(Error::bad_input("packed bits of another type than unsigned bytes")
            .remedy("numpy.packbits(bits, axis=1) gives u1"));
    }
    let spins = axes.iter().try_fold(1usize, |n, &axis| n.checked_mul(axis));
    match spins {
        Some(n) if n.div_ceil(8) == array.columns() => Ok(n),
        _ => {
            let axes: Vec<String> = axes.iter().map(usize::to_string).collect();
            Err(Error::bad_input(format!(
                "{} bytes a row for the shape ({}) in `shape`",
                array.columns(),
                axes.join(", ")
            ))
            .remedy("N, the product of `shape`, needs ⌈N/8⌉ bytes a row"))
        }
    }
}
