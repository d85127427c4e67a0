//! `replicon validate`: every claim holds, is made by the document that it names, and falls to its own planted defect.
#![cfg(feature = "program")]

use replicon::validate::{Finding, Group, Law, Row, Size, Verdict, claims, limit};
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

#[test]
fn every_claim_falls_to_its_own_planted_defect() {
    let all = claims();
    let limit = limit(all.iter().filter(|claim| claim.statistical).count());
    let mut survived = Vec::new();
    for claim in &all {
        let begin = Instant::now();
        let finding = claim.measure(Size::Quick, Some(claim.defect));
        let row = Row::new(claim, &finding, limit, begin.elapsed().as_secs_f64());
        println!("{:>7.3} s  z = {:>10.3?}  {} [{}]", row.seconds, row.z, row.claim, row.defect);
        if let Finding::Measured { law, .. } = &finding {
            assert_eq!(matches!(law, Law::Chance(_)), claim.statistical, "{}", claim.claim);
        }
        // Without vector units there are no two kernels to exchange.
        let untold = row.verdict == Verdict::CannotTell && claim.group == Group::Throughput;
        if row.verdict != Verdict::Fails && !untold {
            survived.push(format!(
                "{} [{}]: {}, z = {:?}, {}",
                row.claim,
                row.defect,
                row.verdict.name(),
                row.z,
                row.detail
            ));
        }
    }
    assert!(survived.is_empty(), "defects that nobody noticed:\n{}", survived.join("\n"));
}

#[test]
fn a_quick_run_holds_in_every_claim_and_writes_one_document() {
    let output = Command::new(env!("CARGO_BIN_EXE_replicon"))
        .args(["validate", "--quick", "--json"])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = document["claims"].as_array().unwrap();
    let failed: Vec<&Value> = rows.iter().filter(|row| row["verdict"] == "fails").collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!((output.status.code(), &document["passed"]), (Some(0), &Value::from(true)), "{errors}");
    assert_eq!(document["quick"], true);
    assert_eq!(document["version"], env!("CARGO_PKG_VERSION"));
    let count = |key: &str| document[key].as_u64().unwrap();
    assert_eq!(count("holds") + count("fails") + count("cannot_tell"), rows.len() as u64);
    assert_eq!(rows.len(), claims().len());
    for row in rows {
        for key in ["claim", "source", "expected", "got", "error", "z", "verdict", "seconds"] {
            assert!(row.get(key).is_some(), "{key} of {row}");
        }
        // Only a machine, never the physics, is a reason not to tell.
        assert!(row["verdict"] == "holds" || row["group"] == "throughput", "{row}");
    }
    // Progress went to standard error, a line for each.
    assert_eq!(errors.lines().filter(|line| line.contains(" of ")).count(), rows.len(), "{errors}");
}

#[test]
fn every_claim_is_in_the_document_that_it_names_and_in_the_report() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let report = std::fs::read_to_string(root.join("docs/validation.md")).unwrap();
    let mut names = HashSet::new();
    let mut groups = HashSet::new();
    for claim in claims() {
        let text = std::fs::read_to_string(root.join(claim.source.file)).unwrap();
        assert!(
            text.contains(claim.source.words),
            "{} does not say: {}",
            claim.source.file,
            claim.source.words
        );
        assert!(!claim.source.words.is_empty());
        assert!(report.contains(&claim.claim), "docs/validation.md does not have: {}", claim.claim);
        assert!(names.insert(claim.claim.clone()), "twice: {}", claim.claim);
        groups.insert(claim.group);
    }
    assert_eq!(groups.len(), 8);
    assert!(groups.contains(&Group::Throughput));
}
