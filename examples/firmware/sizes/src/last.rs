//! The figures of the last look, and whether the present ones are worse.

use serde_json::Value;
use std::process::ExitCode;

/// As `--json` gave them; the lists of functions are of no matter here.
const LAST: &str = include_str!("../figures.json");

/// A figure may grow by so much, in bytes or hundredths, whichever is more: compilers differ a little.
const SLACK: (u64, u64) = (256, 1);

/// The tables that are compared: what tells their rows apart, and what is measured.
const TABLES: [(&str, &[&str], &[&str]); 5] = [
    ("driver", &["target", "opt_level"], &["flash"]),
    (
        "programs",
        &["name", "target", "opt_level"],
        &["flash", "ram"],
    ),
    ("features", &["name"], &["flash"]),
    ("parts", &["name"], &["ram"]),
    ("stacks", &["name"], &["stack"]),
];

/// Says what differs; a failure if anything grew by more than [`SLACK`].
pub(crate) fn compare(present: &Value) -> ExitCode {
    let last: Value = match serde_json::from_str(LAST) {
        Ok(last) => last,
        Err(error) => {
            eprintln!("figures.json: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut grown = false;
    for (table, keys, measures) in TABLES {
        for row in rows(present, table) {
            let name = |row: &Value| {
                keys.iter()
                    .map(|key| row[*key].to_string())
                    .collect::<Vec<_>>()
            };
            let own = name(row);
            let Some(before) = rows(&last, table).iter().find(|row| name(row) == own) else {
                println!("{table} {}: new", own.join(" "));
                continue;
            };
            for measure in measures {
                let (Some(then), Some(now)) = (before[*measure].as_u64(), row[*measure].as_u64())
                else {
                    continue;
                };
                let (bytes, hundredths) = SLACK;
                let is_more = now > then + bytes.max(then * hundredths / 100);
                grown |= is_more;
                if now != then {
                    let mark = if is_more { "  GROWN" } else { "" };
                    println!("{table} {}: {measure} {then} -> {now}{mark}", own.join(" "));
                }
            }
        }
    }
    if grown {
        println!("grown; if that is wanted, put the output of --json into figures.json");
        return ExitCode::FAILURE;
    }
    println!("nothing has grown");
    ExitCode::SUCCESS
}

fn rows<'a>(figures: &'a Value, table: &str) -> &'a [Value] {
    figures[table].as_array().map_or(&[], Vec::as_slice)
}
