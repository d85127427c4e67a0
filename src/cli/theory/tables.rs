//! Answers that are tables, as text.

use super::quantities;
use serde_json::Value;

/// The overlap with what is stored is n in the equations; in words n is the number of spins.
pub fn learn(document: &Value) -> String {
    let mut document = document.clone();
    if let Some(map) = document.as_object_mut()
        && let Some(n) = map.remove("n")
    {
        map.insert("stored_overlap".into(), n);
    }
    quantities(&document)
}

pub fn line(document: &Value) -> String {
    let points = rows(document, "points");
    let mut text =
        format!("{}, P = {}, {}\n", word(document, "line"), document["p"], word(document, "ansatz"));
    let broken = points.iter().any(|x| x.get("q1").is_some());
    let overlaps: &[(&str, &str)] =
        if broken { &[("q1", "q1"), ("q2", "q2"), ("theta", "θ")] } else { &[("q", "q")] };
    let columns: Vec<(&str, &str)> =
        [("gamma", "γ"), ("temperature", "T"), ("ln_temperature", "ln T"), ("m", "m")]
            .into_iter()
            .chain(overlaps.iter().copied())
            .collect();
    let joined = |cells: Vec<String>| cells.join(" ");
    let head = columns.iter().map(|(_, letter)| format!("{letter:>20}")).collect();
    text += &format!("{} {:>10}\n", joined(head), "residual");
    let cell = |x: Option<f64>| match x {
        None => "-".to_owned(),
        Some(x) if x != 0.0 && !(1e-3..1e7).contains(&x.abs()) => format!("{x:.12e}"),
        Some(x) => format!("{x:.12}"),
    };
    for point in points {
        text +=
            &joined(columns.iter().map(|(key, _)| format!("{:>20}", cell(point[*key].as_f64()))).collect());
        text += &format!(" {:>10}", small(&point["residual"]));
        if let Some(competitor) = point["competitor"].as_str() {
            text += &format!("  {competitor}");
        }
        let meets: Vec<&str> = rows(point, "meets").iter().filter_map(Value::as_str).collect();
        if !meets.is_empty() {
            text += &format!("  {}", meets.join(", "));
        }
        text += "\n";
    }
    text
}

pub fn complexity(document: &Value) -> String {
    let mut text = format!(
        "complexity, P = {}, γ = {}, T = {}\n{:>14} {:>20} {:>20} {:>10}\n",
        document["p"],
        plain(&document["gamma"]),
        plain(&document["temperature"]),
        "θ",
        "f",
        "Σ",
        "residual"
    );
    for x in rows(document, "points") {
        let cell = |v: &Value| v.as_f64().map_or("-".to_owned(), |v| format!("{v:.12}"));
        let mark = if x["physical"] == true { "physical" } else { "" };
        let (f, sigma) = (cell(&x["free_energy"]), cell(&x["complexity"]));
        let (theta, residual) = (number(&x["theta"]), small(&x["residual"]));
        text += format!("{theta:>14.9} {f:>20} {sigma:>20} {residual:>10} {mark}").trim_end();
        text += "\n";
    }
    text
}

pub fn multitask(document: &Value) -> String {
    if document.get("boundaries").is_some() {
        return boundaries(document);
    }
    let critical =
        document["critical_temperature"].as_f64().map_or_else(String::new, |t| format!("T_c = {t:.6}, "));
    let mut text = format!(
        "P = {}, K = {}, d = {}, T = {}; {critical}hierarchy at T = 0 up to d = {:.6}\n{:<13} {:>17} {:>13} {:>13} {:>9}  m\n",
        document["p"],
        document["patterns"],
        plain(&document["dilution"]),
        plain(&document["temperature"]),
        number(&document["hierarchy_end"]),
        "branch",
        "free energy f",
        "energy u",
        "curvature",
        "residual"
    );
    for x in rows(document, "branches") {
        let curvature = x["curvature"].as_f64().map_or("-∞".to_owned(), |v| format!("{v:.6}"));
        let m: Vec<String> = rows(x, "archetypes").iter().map(|m| format!("{:.6}", number(m))).collect();
        let mark = if x["stable"] == true { "  stable" } else { "" };
        text += &format!(
            "{:<13} {:>17.12} {:>13.9} {curvature:>13} {:>9}  {}{mark}\n",
            word(x, "branch"),
            number(&x["free_energy"]),
            number(&x["energy"]),
            small(&x["residual"]),
            m.join(" ")
        );
    }
    text
}

fn boundaries(document: &Value) -> String {
    let mut text = format!("{:>12}  {:<12} {:<13} {}\n", "temperature", "change", "below", "above");
    for b in rows(document, "boundaries") {
        let [below, above] = ["below", "above"].map(|side| b[side].as_str().unwrap_or("-"));
        let (t, change) = (number(&b["temperature"]), word(b, "change"));
        text += &format!("{t:>12.6}  {change:<12} {below:<13} {above}\n");
    }
    text
}

fn rows<'d>(document: &'d Value, key: &str) -> &'d [Value] {
    document.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn word<'d>(document: &'d Value, key: &str) -> &'d str {
    document.get(key).and_then(Value::as_str).unwrap_or("-")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// As in a message.
fn plain(value: &Value) -> String {
    crate::params::Readable(number(value)).to_string()
}

fn small(value: &Value) -> String {
    value.as_f64().map_or("-".to_owned(), |x| format!("{x:.1e}"))
}
