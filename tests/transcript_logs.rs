//! Reads every serial log in the folder that `LUAT_TRANSCRIPTS` names. Logs from the field are not
//! part of the repository; without the variable the test is skipped.
#![cfg(feature = "std")]

use luat_modem::transcript::foreign::{Kind, read};
use std::{env, fs, io, path::PathBuf};

#[test]
fn logs_of_other_tools_are_read() -> io::Result<()> {
    let Some(folder) = env::var_os("LUAT_TRANSCRIPTS") else {
        println!("skipped: LUAT_TRANSCRIPTS names no folder");
        return Ok(());
    };
    let mut logs: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        logs.extend(Some(entry?.path()).filter(|path| path.is_file()));
    }
    logs.sort();
    assert!(!logs.is_empty(), "the folder holds no log");

    let mut with_traffic = 0;
    for path in &logs {
        let log = fs::read(path)?;
        let (at, other): (Vec<_>, Vec<_>) = read(&log).partition(|line| line.kind == Kind::At);
        println!(
            "{}: {} lines of AT, {} others",
            path.display(),
            at.len(),
            other.len()
        );
        for line in at.iter().chain(&other) {
            println!(
                "{:4} {:?} {:?} {}",
                line.number, line.kind, line.direction, line.text
            );
        }
        with_traffic += usize::from(!at.is_empty());
    }
    assert!(
        with_traffic * 10 >= logs.len() * 9,
        "only {with_traffic} of {} logs hold AT lines",
        logs.len()
    );
    Ok(())
}
