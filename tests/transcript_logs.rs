//! Reads every serial log in the folder that `LUAT_TRANSCRIPTS` names. Logs from the field are not
//! part of the repository; without the variable the tests are skipped.
#![cfg(feature = "std")]

use luat_modem::at::recognise::{Recognised, recognise};
use luat_modem::engine::{Config, Engine, Memory};
use luat_modem::time::{Duration, Instant};
use luat_modem::transcript::Transcript;
use luat_modem::transcript::foreign::{Direction, Kind, Line, read};
use luat_modem::transcript::replay::{Cuts, replay};
use std::{env, fs, io, path::PathBuf};

fn logs() -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let Some(folder) = env::var_os("LUAT_TRANSCRIPTS") else {
        println!("skipped: LUAT_TRANSCRIPTS names no folder");
        return Ok(Vec::new());
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        paths.extend(Some(entry?.path()).filter(|path| path.is_file()));
    }
    paths.sort();
    assert!(!paths.is_empty(), "the folder holds no log");
    paths
        .into_iter()
        .map(|path| fs::read(&path).map(|log| (path, log)))
        .collect()
}

#[test]
fn logs_of_other_tools_are_read() -> io::Result<()> {
    let logs = logs()?;
    let mut with_traffic = 0;
    for (path, log) in &logs {
        let (at, other): (Vec<_>, Vec<_>) = read(log).partition(|line| line.kind == Kind::At);
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

/// What a person would know at a glance.
const PLAIN: &[&str] = &[
    "AT",
    "OK",
    "ERROR",
    "+CM",
    "RDY",
    "SHUT OK",
    "SEND ",
    "CONNECT",
    "CLOSE",
    "DATA ACCEPT",
    "ALREADY",
    "NORMAL POWER",
    "STATE:",
    "C: ",
    "+C",
    "^MODE",
    "^SYS",
    "*CGEV",
    "+RECEIVE",
    "+E_UTRAN",
    "+PDP",
    "+NITZ",
];

#[test]
fn lines_of_logs_are_recognised() -> io::Result<()> {
    let (mut all, mut unknown) = (0, Vec::new());
    for (path, log) in &logs()? {
        for line in read(log).filter(|line| line.kind == Kind::At) {
            all += 1;
            if recognise(line.text.as_bytes()).is_none() {
                let name = path.file_name().unwrap_or_default().display();
                println!("{name}:{}: {}", line.number, line.text);
                unknown.push(line.text.into_owned());
            }
        }
    }
    println!("{} of {all} lines are not recognised", unknown.len());
    for line in &unknown {
        let text = line
            .split_once(", ")
            .map_or(line.as_str(), |(_, text)| text);
        let is_plain = |plain: &&str| line.starts_with(*plain) || text.starts_with(*plain);
        assert!(!PLAIN.iter().any(is_plain), "not recognised: {line}");
    }
    assert!(unknown.len() * 10 <= all, "more than a tenth");
    Ok(())
}

/// Whether the module said this line, as far as the log tells.
fn is_heard(line: &Line<'_>) -> bool {
    let is_command = matches!(
        recognise(line.text.as_bytes()),
        Some(Recognised::Command(_))
    );
    line.kind == Kind::At
        && match line.direction {
            Direction::ToModule => false,
            Direction::FromModule => true,
            Direction::Unknown => !is_command,
        }
}

/// What the driver makes of `lines` once it has seen `before`, when it gets `piece` bytes at a time.
fn hears(before: Option<&Transcript>, lines: &[String], piece: usize) -> Vec<String> {
    let mut memory = Box::new(Memory::<10, 4096, 4096>::new());
    let mut engine = Engine::new(&mut memory, Config::new());
    let mut now = Instant::ZERO;
    if let Some(transcript) = before {
        now = replay(transcript, &mut engine, Cuts::Whole).unwrap().end;
        assert!(engine.is_ready());
    }
    let mut told = Vec::new();
    for line in lines {
        now = now + Duration::from_millis(30);
        engine.advance(now);
        for bytes in format!("\r\n{line}\r\n").as_bytes().chunks(piece) {
            assert_eq!(engine.receive(now, bytes), bytes.len());
        }
        let n = engine.outgoing(now).len();
        engine.sent(now, n);
        told.extend(core::iter::from_fn(|| engine.event()).map(|event| event.to_string()));
    }
    told
}

#[test]
fn no_log_upsets_the_driver() -> io::Result<()> {
    let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/profile-luatos.luat");
    let up = Transcript::parse(&fs::read_to_string(fixture)?).unwrap();
    for (path, log) in &logs()? {
        let heard = read(log).filter(is_heard);
        let lines: Vec<_> = heard.map(|line| line.text.into_owned()).collect();
        for before in [None, Some(&up)] {
            let whole = hears(before, &lines, usize::MAX);
            assert_eq!(whole, hears(before, &lines, 1), "{}", path.display());
            assert_eq!(whole, hears(before, &lines, 7), "{}", path.display());
            println!("{}: {whole:?}", path.display());
        }
    }
    Ok(())
}
