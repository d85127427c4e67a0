//! Rows of ±1 as text.

use super::{Request, SignTable, room};
use crate::error::{Error, Result};

/// Numbers separated by commas, semicolons or blanks; `#` to the end of the line is a comment.
pub(super) fn parse(bytes: &[u8], request: &Request<'_>) -> Result<SignTable> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        Error::bad_input(format!("neither text nor an array: byte {} is no UTF-8", e.valid_up_to()))
            .remedy(super::FORMS)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut values = Vec::new();
    let mut first: Option<(usize, usize)> = None;
    let mut rows = 0;
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        if line.trim().is_empty() {
            continue;
        }
        let before = values.len();
        entries(line, number + 1, request, &mut values)?;
        let length = values.len() - before;
        match first {
            None => first = Some((length, number + 1)),
            Some((columns, of)) if columns != length => {
                return Err(Error::bad_input(format!("{length} entries, line {of} has {columns}"))
                    .at(format!("line {}", number + 1))
                    .remedy("all rows have the same number of entries"));
            }
            Some(_) => {}
        }
        rows += 1;
    }
    let Some((columns, _)) = first else {
        return Err(Error::bad_input("no rows: only comments and blank lines").remedy(super::FORMS));
    };
    let selected = request.selected(rows)?;
    room(rows, columns)?;
    values.truncate(selected.end * columns);
    values.drain(..selected.start * columns);
    Ok(SignTable { columns, values, image_shape: None })
}

fn entries(line: &str, number: usize, request: &Request<'_>, values: &mut Vec<i8>) -> Result<()> {
    let mut entry = 0;
    let mut start = 0;
    // A field ends at a comma or semicolon; blanks separate entries within a field and pad it.
    for field in line.split([',', ';']) {
        let mut words = 0;
        for word in field.split_whitespace() {
            entry += 1;
            words += 1;
            let sign = match word {
                "1" | "+1" => Ok(1),
                "-1" => Ok(-1),
                _ => match word.parse::<f64>() {
                    Ok(value) => request.sign(value),
                    Err(_) => {
                        let shown: String = word.chars().take(20).flat_map(char::escape_debug).collect();
                        Err(Error::bad_input(format!("`{shown}` is not a number")).remedy(
                            "an entry is 1 or -1; entries are separated by commas or blanks, # starts a comment",
                        ))
                    }
                },
            };
            let column = word.as_ptr() as usize - line.as_ptr() as usize + 1;
            values.push(sign.map_err(|e| e.at(format!("line {number}, column {column} (entry {entry})")))?);
        }
        if words == 0 {
            return Err(Error::bad_input("nothing between two separators, or after the last one")
                .at(format!("line {number}, column {} (entry {})", start + 1, entry + 1))
                .remedy("an entry is 1 or -1"));
        }
        start += field.len() + 1;
    }
    Ok(())
}
