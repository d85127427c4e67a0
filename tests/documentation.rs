//! Every page is in the book, every link leads somewhere, and every command block and scenario of the pages runs as it stands.
//!
//! Blocks ` ```sh ` are run line by line in a folder of their page's own, in which the scenarios that the page shows lie under their names
//! (`name = "mine"` as mine.toml) and texts under the name that the page says ('Save as `three.txt`'). Of blocks ` ```sh long `, which take minutes, runs
//! are begun and stopped after a second, and other commands are only looked up.
#![cfg(all(feature = "program", feature = "plots"))]

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use replicon::scenario::{CapacityScenario, Scenario};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README.md and all pages of the book.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    let mut folders = vec![root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// A fenced block: what stands behind its fence, its lines, the line of the page that it begins in, and the words before it.
struct Block {
    kind: String,
    text: String,
    line: usize,
    before: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let (mut blocks, mut open, mut before) = (Vec::new(), None::<Block>, String::new());
    for (line, words) in page.lines().enumerate() {
        match (words.strip_prefix("```"), open.take()) {
            (Some(kind), None) => {
                let before = std::mem::take(&mut before);
                open = Some(Block { kind: kind.trim().into(), text: String::new(), line: line + 1, before });
            }
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.text += words;
                block.text += "\n";
                open = Some(block);
            }
            (None, None) => {
                before += words;
                before += "\n";
            }
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    blocks
}

/// The file that a block is to be saved as.
fn file_of(block: &Block) -> Option<String> {
    if block.kind == "toml" {
        let name = block.text.lines().find_map(|line| line.strip_prefix("name = \""))?;
        return Some(format!("{}.toml", name.trim_end_matches('"')));
    }
    let said = block.before.lines().rev().find(|line| line.starts_with("Save as `"))?;
    said.strip_prefix("Save as `")?.split_once('`').map(|(name, _)| name.to_string())
}

/// The data files of the shipped scenarios, where a scenario in this folder looks for them.
fn with_data(folder: &Path) {
    let to = folder.join("data");
    std::fs::create_dir(&to).unwrap();
    for entry in std::fs::read_dir(root().join("scenarios/data")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn every_scenario_of_the_pages_is_one() {
    let mut read = 0;
    for path in pages() {
        let page = std::fs::read_to_string(&path).unwrap();
        let own = Folder::new("documentation-scenarios");
        with_data(&own.0);
        let blocks = blocks(&page);
        for block in &blocks {
            if let Some(name) = file_of(block) {
                std::fs::write(own.0.join(name), &block.text).unwrap();
            }
        }
        for block in blocks.iter().filter(|block| block.kind == "toml") {
            let place = format!("{}:{}", path.display(), block.line);
            let name = file_of(block).unwrap_or_else(|| panic!("{place}: a scenario has a name"));
            let (file, capacity) = (own.0.join(name), CapacityScenario::is_asked_by(&block.text));
            let result = match capacity {
                true => CapacityScenario::from_file(&file, &[]).map(drop),
                false => Scenario::from_file(&file, &[]).map(drop),
            };
            result.unwrap_or_else(|error| panic!("{place}: {error}"));
            read += 1;
        }
    }
    assert!(read >= 5, "{read} scenarios");
}

/// What a page may say beside `replicon`: how the program is built and tested.
const OTHERS: [&str; 5] = ["cargo install ", "cargo test", "cargo bench", "cargo doc", "export PATH"];

#[test]
fn every_command_of_the_pages_runs() {
    let program = Path::new(env!("CARGO_BIN_EXE_replicon"));
    let path = std::env::join_paths(
        std::iter::once(program.parent().unwrap().to_path_buf())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )
    .unwrap();
    let mut ran = 0;
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        let own = Folder::new("documentation");
        let shipped = own.0.join("scenarios");
        std::fs::create_dir(&shipped).unwrap();
        with_data(&own.0);
        for block in blocks(&text) {
            if let Some(name) = file_of(&block) {
                std::fs::write(own.0.join(name), &block.text).unwrap();
            }
            let long = block.kind == "sh long";
            if block.kind != "sh" && !long {
                continue;
            }
            for (offset, line) in block.text.lines().enumerate() {
                let place = format!("{}:{}: {line}", page.display(), block.line + offset + 1);
                let command = line.replacen("cargo run --release -- ", "replicon ", 1);
                if command.is_empty() || OTHERS.iter().any(|other| command.starts_with(other)) {
                    continue;
                }
                assert!(
                    command.starts_with("replicon ") || command.starts_with("seq "),
                    "{place}: neither replicon nor known"
                );
                for name in command.split_whitespace().filter_map(|word| word.strip_prefix("scenarios/")) {
                    std::fs::copy(root().join("scenarios").join(name), shipped.join(name)).unwrap();
                }
                let (command, stopped) = match long {
                    true => begun(&command)
                        .map_or_else(|| (looked_up(&command), false), |command| (command, true)),
                    false => (command, false),
                };
                let output = Command::new("bash")
                    .args(["-c", &command])
                    .env("PATH", &path)
                    .current_dir(&own.0)
                    .output()
                    .unwrap();
                let errors = String::from_utf8_lossy(&output.stderr);
                let ended = output.status.success() || stopped && output.status.code() == Some(STOPPED);
                assert!(ended, "{place}: {:?}\n{errors}", output.status);
                ran += 1;
            }
        }
    }
    assert!(ran >= 30, "{ran} commands");
}

/// The exit status of a run that was stopped.
const STOPPED: i32 = 130;

/// A run of a shipped scenario, stopped after a second.
fn begun(command: &str) -> Option<String> {
    let command = command.split('#').next()?.trim();
    let mut words = command.split_whitespace().skip(1);
    let runs = words.next()? == "run";
    let name = words.next()?.trim_start_matches("scenarios/").trim_end_matches(".toml");
    (runs && root().join("scenarios").join(format!("{name}.toml")).exists())
        .then(|| command.replacen(name, &format!("{name} --max-wall 1s"), 1))
}

/// The same command with what it works on taken away: its help, which an unknown command does not have.
fn looked_up(command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    let subcommand = if words[1] == "theory" { 3 } else { 2 };
    format!("{} --help", words[..subcommand].join(" "))
}

#[test]
fn every_page_is_in_the_book_and_every_link_leads_somewhere() {
    let summary = std::fs::read_to_string(root().join("docs/SUMMARY.md")).unwrap();
    let listed: BTreeSet<PathBuf> = links(&summary).map(|link| root().join("docs").join(link)).collect();
    for path in pages() {
        let text = std::fs::read_to_string(&path).unwrap();
        let folder = path.parent().unwrap();
        for link in links(&text).filter(|link| !link.contains("://") && !link.starts_with('#')) {
            let (file, _) = link.split_once('#').unwrap_or((link, ""));
            assert!(folder.join(file).exists(), "{}: {link} leads nowhere", path.display());
            // The book holds pages and pictures, nothing of the sources.
            let inside = folder.join(file).canonicalize().unwrap();
            let book = inside.starts_with(root().join("docs")) || inside.starts_with(root().join("plots"));
            assert!(book || folder == root(), "{}: {link} is not in the book", path.display());
        }
        let page = path.starts_with(root().join("docs")) && !path.ends_with("SUMMARY.md");
        assert!(!page || listed.contains(&path), "{} is not in docs/SUMMARY.md", path.display());
    }
}

/// Where the links of a page lead.
fn links(page: &str) -> impl Iterator<Item = &str> {
    page.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(link, _)| link))
}

/// The pages of reference are written by the program: `REPLICON_WRITE_REFERENCE=1 cargo test --test documentation` writes them anew.
#[test]
fn the_reference_is_what_the_program_says() {
    for what in ["scenario", "columns", "commands"] {
        let output = Command::new(env!("CARGO_BIN_EXE_replicon"))
            .args(["schema", what, "--markdown"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
        let path = root().join("docs/reference").join(format!("{what}.md"));
        if std::env::var_os("REPLICON_WRITE_REFERENCE").is_some() {
            std::fs::write(&path, &output.stdout).unwrap();
        }
        let written = std::fs::read(&path).unwrap_or_default();
        assert!(written == output.stdout, "{} is not what `replicon schema` says", path.display());
    }
}

#[test]
fn every_option_of_every_command_has_its_words() {
    let page = std::fs::read_to_string(root().join("docs/reference/commands.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 80, "{}", rows.len());
    for row in rows {
        let words = row.split(" | ").nth(1).unwrap_or_default().trim();
        assert!(words.starts_with(char::is_alphanumeric), "no words: {row}");
    }
}
