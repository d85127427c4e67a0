//! `replicon theory` under 1RSB: keys, exit codes, and that stdout is one JSON document.

mod support;

use serde_json::Value;
use support::{json, refused, theory};

const KEYS: &str = "p gamma temperature ansatz branch exists m q q1 q2 theta pressure free_energy energy entropy replicon \
                    replicon_inner replicon_outer stable complexity residual";

#[test]
fn a_one_rsb_point_has_every_key_of_the_design() {
    let point = json("point --p 4 --gamma 0.38 --temperature 0.1 --ansatz 1rsb --branch retrieval", 0);
    for key in KEYS.split_whitespace() {
        assert!(point.get(key).is_some(), "{key}");
    }
    assert!((point["theta"].as_f64().unwrap() - 0.40010798336653974).abs() < 1e-9);
    assert!(point["q"].is_null() && point["ansatz"] == "1rsb" && point["branch"] == "retrieval");
    assert!(point["residual"].as_f64().unwrap() < 1e-12);
    // T = 0: no θ and no pressure, but y.
    let point = json("point --p 3 --gamma 1 --temperature 0 --ansatz 1rsb", 0);
    assert_eq!(point["branch"], "glass");
    assert!(point["theta"].is_null() && point["pressure"].is_null() && point["replicon"].is_null());
    assert!((point["y"].as_f64().unwrap() - 1.383563992706).abs() < 1e-9);
    assert_eq!(point["energy"], point["free_energy"]);
    assert_eq!(point["stable"], false);
    // One step by number.
    let steps = json("point --p 3 --gamma 1 --temperature 0.3 --steps 1 --branch glass", 0);
    assert_eq!(steps["ansatz"], "1rsb");
    assert_eq!(steps["overlaps"][1], steps["q2"]);
    assert_eq!(steps["breakpoints"][0], steps["theta"]);
    // Gaussian couplings at P = 2 are the SK model.
    let sk = json("point --p 2 --gamma 1 --temperature 0 --ansatz 1rsb --couplings gaussian", 0);
    assert!((sk["energy"].as_f64().unwrap() + 0.7652594346736827).abs() < 1e-10);
    let hot = json("point --p 2 --gamma 1 --temperature 1.2 --ansatz 1rsb --couplings gaussian", 0);
    assert_eq!(hot["branch"], "paramagnet");
}

#[test]
fn where_nothing_is_broken_one_rsb_says_so_with_equal_overlaps_and_no_theta() {
    let point = json("point --p 4 --gamma 0.1 --temperature 0.3 --ansatz 1rsb --branch retrieval", 0);
    assert_eq!(point["q1"], point["q2"]);
    assert!(point["theta"].is_null() && point["complexity"].is_null());
    assert_eq!(point["stable"], true);
}

#[test]
fn what_does_not_exist_says_where_it_ends() {
    for (arguments, words) in [
        (
            "point --p 4 --gamma 0.5 --temperature 0.1 --ansatz 1rsb --branch retrieval",
            ["γ = 0.459515", "none at any"],
        ),
        (
            "point --p 3 --gamma 1 --temperature 0.7 --ansatz 1rsb --branch glass",
            ["T_d = 0.68159", "T_s = 0.65138"],
        ),
        ("point --p 2 --gamma 0.25 --temperature 2 --ansatz 1rsb --branch glass", ["1 + √α", "1.5"]),
        ("complexity --p 3 --gamma 1 --temperature 0.9 --thetas 0.5", ["T_d = 0.68159", "θ"]),
        ("line --p 2 --kind gardner --gammas 0.1", ["P = 2", "glass-onset"]),
    ] {
        let document = json(arguments, 3);
        assert_eq!(document["exists"], false, "{arguments}");
        let errors = String::from_utf8_lossy(&theory(arguments).stderr).into_owned();
        for word in words {
            assert!(errors.contains(word), "{word} in {errors}");
        }
    }
    // Under rs the way to the answer is named.
    let errors =
        String::from_utf8_lossy(&theory("point --p 4 --gamma 0.3 --temperature 0.1").stderr).into_owned();
    assert!(errors.contains("1rsb"), "{errors}");
    assert_eq!(json("point --p 4 --gamma 0.3 --temperature 0.1 --ansatz 1rsb", 0)["branch"], "retrieval");
}

#[test]
fn capacities_and_lines_name_their_competitor() {
    let close =
        |value: &Value, want: f64| assert!((value.as_f64().unwrap() - want).abs() < 1e-9, "{value} {want}");
    let rs = json("capacity --p 4 --temperature 0", 0);
    close(&rs["gamma_spinodal"], 0.395720238390763);
    close(&rs["gamma_thermodynamic"], 0.3805731327507268);
    assert_eq!(rs["competitor"], "glass (1rsb)");
    let broken = json("capacity --p 4 --temperature 0 --ansatz 1rsb", 0);
    close(&broken["gamma_spinodal"], 0.45834346680007826);
    close(&broken["gamma_thermodynamic"], 0.3797873392347842);
    assert_eq!(json("capacity --p 4 --temperature 0.6 --ansatz 1rsb", 0)["competitor"], "paramagnet");
    let line = json("line --p 3 --kind static --gammas 1,4", 0);
    assert_eq!((&line["line"], &line["ansatz"]), (&Value::from("static"), &Value::from("1rsb")));
    close(&line["points"][0]["temperature"], 0.6513852269359215);
    close(&line["points"][1]["temperature"], 2.0 * 0.6513852269359215);
    let line = json("line --p 4 --kind dynamic --temperatures 0.6784110548524523", 0);
    close(&line["points"][0]["gamma"], 1.0);
    let line = json("line --p 4 --kind gardner --gammas 1", 0);
    close(&line["points"][0]["temperature"], 0.12784111696014158);
    let line = json("line --p 4 --kind retrieval-thermodynamic --ansatz 1rsb --gammas 0.3,0.39", 0);
    assert_eq!(line["points"][0]["competitor"], "paramagnet");
    assert!(line["points"][1]["temperature"].is_null());
    let line = json("line --p 3 --kind retrieval-spinodal --ansatz 1rsb --temperatures 0", 0);
    close(&line["points"][0]["gamma"], 0.461211786993741);
    let curve = json("complexity --p 3 --gamma 1 --temperature 0.6 --thetas 0.1,0.8,0.95", 0);
    let physical: Vec<_> = (0..3).map(|k| curve["points"][k]["physical"].clone()).collect();
    assert_eq!(physical, [Value::Null, Value::Bool(true), Value::Bool(false)]);
}

#[test]
fn points_where_lines_meet_say_which() {
    let found = json("line --p 4 --kind triple-points", 0);
    let point = |k: usize| &found["points"][k];
    assert_eq!((&found["line"], &found["ansatz"]), (&Value::from("triple-points"), &Value::from("1rsb")));
    let meet = point(3);
    assert_eq!(meet["gamma"], meet["temperature"]);
    assert!((meet["gamma"].as_f64().unwrap() - 0.6168832895_f64.powi(2)).abs() < 1e-9);
    assert_eq!(meet["meets"], serde_json::json!(["retrieval-thermodynamic", "static"]));
    assert_eq!(json("line --p 2 --kind triple-points", 0)["points"][0]["temperature"], 1.0);
    refused("line --p 4 --kind triple-points --gammas 0.1", &["leave --gammas"]);
    refused("line --p 4 --kind static", &["--gammas", "--temperatures"]);
}

#[test]
fn wrong_questions_are_refused_with_what_is_accepted() {
    for (arguments, flag) in [
        ("point --p 1 --gamma 0.3 --temperature 0.1", "--p: "),
        ("point --p 3 --gamma -0.3 --temperature 0.1", "--gamma: "),
        ("point --p 3 --gamma 0.3 --temperature nan", "--temperature: "),
        ("point --p 3 --gamma 0.3 --temperature 0.1 --cue -1", "--cue: "),
        ("point --p 3 --gamma 0.3 --temperature 0.1 --ansatz 1rsb --branch glass --theta 0", "--theta: "),
        ("capacity --p 65 --temperature 0", "--p: "),
        ("capacity --p 3 --temperature -1", "--temperature: "),
        ("line --p 3 --kind static --gammas 1,0", "--gammas: "),
        ("line --p 3 --kind static --temperatures inf", "--temperatures: "),
        ("complexity --p 3 --gamma 0 --temperature 0.1 --thetas 0.5", "--gamma: "),
        ("complexity --p 3 --gamma 1 --temperature 0.1 --thetas 0.5,2", "--thetas: "),
        ("recall --p 4 --n 3", "--n: "),
    ] {
        refused(arguments, &[flag]);
    }
    refused(
        "point --p 3 --gamma 0.3 --temperature 0.01 --ansatz 1rsb --theta 2 --branch glass",
        &["0 < θ ≤ 1"],
    );
    refused(
        "point --p 3 --gamma 0.3 --temperature 0 --ansatz 1rsb --theta 0.5 --branch glass",
        &["T = 0", "y"],
    );
    refused("point --p 3 --gamma 0.3 --temperature 0.1 --theta 0.5", &["1rsb"]);
    refused("point --p 3 --gamma 0.3 --temperature 0.1 --ansatz 1rsb --theta 0.5", &["--branch"]);
    refused("point --p 3 --gamma 0.3 --temperature 0.1 --steps 2", &["--branch"]);
    refused("point --p 2 --gamma 0.1 --temperature 0.1 --steps 2 --branch glass", &["--steps", "P ≥ 3"]);
    let cold = [
        "--temperature: T = 0 with 2 steps",
        "T ≥ 0.0022 here",
        "extrapolation",
        "--steps 0 and 1 accept every T ≥ 0",
    ];
    refused("point --p 3 --gamma 0.3 --temperature 0 --steps 2 --branch glass", &cold);
    refused(
        "point --p 2 --gamma 1e-4 --temperature 0 --steps 2 --branch glass --couplings gaussian",
        &["T ≥ 4e-5"],
    );
    refused("capacity --p 3 --temperature 0 --steps 2", &["--temperature: ", "T ≥ 0.004"]);
    for command in
        ["capacity --p 3 --temperature 0.1", "point --p 3 --gamma 0.3 --temperature 0.1 --branch glass"]
    {
        for wrong in ["-1", "13"] {
            refused(&format!("{command} --steps {wrong}"), &["--steps", "0..=12"]);
        }
        for (ansatz, wrong) in [("rs", "1"), ("rs", "3"), ("1rsb", "0"), ("1rsb", "2")] {
            let said = [
                format!("--steps: {wrong} steps with --ansatz {ansatz}"),
                "rs is 0 steps and 1rsb is 1".into(),
            ];
            let said: Vec<&str> = said.iter().map(String::as_str).collect();
            refused(&format!("{command} --steps {wrong} --ansatz {ansatz}"), &said);
        }
    }
    // What `capacity` does not have is not advised.
    let output = theory("capacity --p 2 --temperature 0.1 --steps 2");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        errors.contains("--steps: ") && errors.contains("0 and 1") && !errors.contains("--couplings"),
        "{errors}"
    );
    refused("line --p 3 --kind at-retrieval --ansatz 1rsb --gammas 0.3", &["--ansatz rs"]);
    refused("complexity --p 2 --gamma 0.3 --temperature 0.1 --thetas 0.5", &["P ≥ 3"]);
    refused("complexity --p 3 --gamma 0.3 --temperature 0.1 --thetas nan", &["θ"]);
}

/// The keys of a document, in order.
fn keys(document: &Value) -> Vec<&str> {
    document.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn keys_do_not_depend_on_what_is_found() {
    // The same as a number of steps adds the staircase.
    let points = [
        ("point --p 3 --gamma 0.3 --temperature 0.45", 0),
        ("point --p 3 --gamma 0.3 --temperature 0.1", 3),
        ("point --p 3 --gamma 0.45 --temperature 0.1 --ansatz 1rsb --branch retrieval", 0),
        ("point --p 3 --gamma 0.5 --temperature 0.1 --ansatz 1rsb --branch retrieval", 3),
    ];
    let first = json(points[0].0, 0);
    for (arguments, code) in points {
        assert_eq!(keys(&json(arguments, code)), keys(&first), "{arguments}");
    }
    let counted = [
        ("point --p 3 --gamma 0.3 --temperature 0.45 --steps 0", 0, Some(0)),
        ("point --p 3 --gamma 0.3 --temperature 0.1 --steps 0", 3, None),
        ("point --p 3 --gamma 0.45 --temperature 0.1 --steps 1 --branch retrieval", 0, Some(1)),
        ("point --p 3 --gamma 0.3 --temperature 0.45 --steps 1 --branch retrieval", 0, Some(0)),
        ("point --p 3 --gamma 0.5 --temperature 0.1 --steps 1 --branch retrieval", 3, None),
        ("point --p 3 --gamma 0.45 --temperature 0.1 --steps 3 --branch retrieval", 0, Some(3)),
        ("point --p 3 --gamma 0.5 --temperature 0.1 --steps 3 --branch retrieval", 3, None),
    ];
    let with_staircase = json(counted[0].0, 0);
    assert_eq!(keys(&with_staircase)[..keys(&first).len()], keys(&first));
    for (arguments, code, steps) in counted {
        let document = json(arguments, code);
        assert_eq!(keys(&document), keys(&with_staircase), "{arguments}");
        assert_eq!(document["steps"].as_u64(), steps, "{arguments}");
        let count = |key: &str| document[key].as_array().map(|list| list.len() as u64);
        assert_eq!((count("overlaps"), count("breakpoints")), (steps.map(|k| k + 1), steps), "{arguments}");
        assert_eq!(
            document["quadrature_error"].is_number(),
            steps.is_some() && !arguments.contains("steps 0")
        );
    }
    let capacities = [
        ("capacity --p 4 --temperature 0.1", 0, Some(0), "glass (1rsb)"),
        ("capacity --p 3 --temperature 0.1 --ansatz 1rsb", 0, Some(1), "glass (1rsb)"),
        ("capacity --p 3 --temperature 0.2 --steps 2", 0, Some(2), "glass (2rsb)"),
        ("capacity --p 3 --temperature 0.6 --steps 2", 0, Some(0), "paramagnet"),
        ("capacity --p 2 --temperature 0.01 --steps 0", 0, Some(0), "glass"),
        ("capacity --p 3 --temperature 2", 3, None, ""),
        ("capacity --p 3 --temperature 2 --steps 1", 3, None, ""),
        ("capacity --p 3 --temperature 2 --steps 3", 3, None, ""),
    ];
    let first = json(capacities[0].0, 0);
    for (arguments, code, steps, competitor) in capacities {
        let document = json(arguments, code);
        assert_eq!(keys(&document), keys(&first), "{arguments}");
        assert_eq!(document["steps"].as_u64(), steps, "{arguments}");
        assert_eq!(document["competitor"].as_str().unwrap_or(""), competitor, "{arguments}");
        assert!(document["reason_thermodynamic"].is_null());
    }
    assert_eq!(json("capacity --p 3 --temperature 0.2 --steps 2", 0)["ansatz"], "2rsb");
}
