//! All commands as a page to read, from the definitions that the command line is parsed with.

use clap::{Arg, ArgAction, Command};
use std::fmt::Write;

/// A heading for each command, its usage, and a table of what it takes.
pub fn commands_markdown(program: &Command) -> String {
    let mut page = String::from("# Commands\n");
    for command in program.get_subcommands().filter(|command| command.get_name() != "help") {
        describe(&mut page, command, "replicon", 2);
    }
    page
}

fn describe(page: &mut String, command: &Command, parents: &str, level: usize) {
    let name = format!("{parents} {}", command.get_name());
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string);
    // Writing to a String cannot fail.
    let _ = write!(page, "\n{} {name}\n\n{}\n", "#".repeat(level), escaped(&about.unwrap_or_default()));
    let subcommands: Vec<&Command> =
        command.get_subcommands().filter(|inner| inner.get_name() != "help").collect();
    if subcommands.is_empty() {
        let mut shown = command.clone().bin_name(&name);
        let usage = shown.render_usage().to_string();
        let _ = write!(page, "\n    {}\n", usage.trim_start_matches("Usage: "));
    }
    let arguments: Vec<&Arg> = command.get_arguments().filter(|argument| !argument.is_hide_set()).collect();
    if !arguments.is_empty() {
        *page += "\n| argument | what |\n|---|---|\n";
    }
    for argument in arguments {
        let value = argument.get_value_names().map(|names| names.join(" ")).unwrap_or_default();
        let spelt = match argument.get_long() {
            Some(long) if takes_value(argument) => format!("--{long} {value}"),
            Some(long) => format!("--{long}"),
            None => value,
        };
        let words = argument.get_long_help().or(argument.get_help()).map(ToString::to_string);
        let _ = write!(page, "| `{spelt}` | {}", escaped(&words.unwrap_or_default()));
        let choices: Vec<String> = argument
            .get_possible_values()
            .iter()
            .filter(|_| takes_value(argument))
            .map(|choice| format!("`{}`", choice.get_name()))
            .collect();
        if !choices.is_empty() {
            let _ = write!(page, " ({})", choices.join(", "));
        }
        let defaults: Vec<String> = argument
            .get_default_values()
            .iter()
            .filter(|_| takes_value(argument))
            .map(|value| format!("`{}`", value.to_string_lossy()))
            .collect();
        if !defaults.is_empty() {
            let _ = write!(page, "; default {}", defaults.join(" "));
        }
        *page += " |\n";
    }
    if let Some(after) = command.get_after_help() {
        let _ = write!(page, "\n{}\n", indented(&after.to_string()));
    }
    for inner in subcommands {
        describe(page, inner, &name, level + 1);
    }
}

fn takes_value(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::Set | ArgAction::Append)
}

/// One line of a table; bars and angles would be read as marks.
fn escaped(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|").replace('<', "\\<")
}

fn indented(words: &str) -> String {
    words.lines().map(|line| format!("    {line}").trim_end().to_string()).collect::<Vec<_>>().join("\n")
}
