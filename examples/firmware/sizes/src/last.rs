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
    let (lines, grown) = differences(&last, present);
    lines.iter().for_each(|line| println!("{line}"));
    if grown {
        println!("grown; if that is wanted, put the output of --json into figures.json");
        return ExitCode::FAILURE;
    }
    println!("nothing has grown");
    ExitCode::SUCCESS
}

/// A line for each difference, and whether anything grew by more than [`SLACK`].
fn differences(last: &Value, present: &Value) -> (Vec<String>, bool) {
    let (mut lines, mut grown) = (Vec::new(), false);
    for (table, keys, measures) in TABLES {
        let name = |row: &Value| {
            let names = keys.iter().filter_map(|key| row[*key].as_str());
            names.collect::<Vec<_>>().join(", ")
        };
        for row in rows(present, table) {
            let own = name(row);
            let Some(before) = rows(last, table).iter().find(|row| name(row) == own) else {
                lines.push(format!("{table}: {own}: new"));
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
                    let mark = if is_more { ", GROWN" } else { "" };
                    lines.push(format!("{table}: {own}: {measure} {then} -> {now}{mark}"));
                }
            }
        }
    }
    (lines, grown)
}

fn rows<'a>(figures: &'a Value, table: &str) -> &'a [Value] {
    figures[table].as_array().map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::differences;
    use serde_json::json;

    #[test]
    fn more_than_a_little_is_grown() {
        let with = |flash: u64| json!({"features": [{"name": "UDP", "flash": flash}]});
        for (now, lines, grown) in [
            (1000, 0, false),
            (1256, 1, false),
            (1257, 1, true),
            (900, 1, false),
        ] {
            let (told, is_grown) = differences(&with(1000), &with(now));
            assert_eq!((told.len(), is_grown), (lines, grown), "{now}: {told:?}");
        }
        let (told, grown) = differences(&json!({}), &with(1));
        assert_eq!(
            (told.as_slice(), grown),
            (&["features: UDP: new".to_owned()][..], false)
        );
    }
}
