//! `luat term`: lines from a pipe, and a person at a terminal.
#![cfg(target_os = "linux")]

use crate::cli_bench::terminal::Terminal;
use crate::cli_bench::{Emulator, objects, run, scratch, signal};
use std::fs;

#[test]
fn lines_of_a_pipe_wait_for_each_answer() {
    let done = run(
        &["--emulate", "--lang", "en", "term"],
        b"AT\nAT+CSQ\n:decode off\nAT+CIFSR\nAT+CPIN=\"4711\"\n",
    );
    done.done();
    let expected = "\
> AT                            ask whether the module is there
< OK                            done
> AT+CSQ                        query the signal
< +CSQ: 22,0                    signal -69 dBm (22 of 31), good
< OK                            done
> AT+CIFSR
< +CME ERROR: 3
> AT+CPIN=\"****\"
";
    assert!(done.out().starts_with(expected), "{}", done.out());
    assert!(!done.out().contains("4711"));
    assert!(done.out().lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn objects_for_programs() {
    let done = run(
        &["--emulate", "--json", "--lang", "zh", "term"],
        b"AT+CSQ\n",
    );
    done.done();
    let lines = objects(&done.out());
    let of = |way: &str| lines.iter().filter(|line| line["way"] == way).count();
    assert_eq!((of("to"), of("from")), (1, 2));
    assert_eq!(lines[1]["line"], "+CSQ: 22,0");
    assert!(
        lines[1]["meaning"]
            .as_str()
            .is_some_and(|text| text.contains("信号"))
    );
    assert!(lines.iter().all(|line| line["v"] == 1));
}

#[test]
fn bytes_in_hexadecimal() {
    let done = run(
        &["--emulate", "--lang", "en", "term", "--view", "hex"],
        b"AT\n",
    );
    done.done();
    assert!(done.out().contains("0d 0a 4f 4b 0d 0a"), "{}", done.out());
    assert!(done.out().contains("..OK.."), "{}", done.out());
}

#[test]
fn a_file_goes_behind_a_prompt() {
    let file = scratch("sent.txt");
    fs::write(&file, b"hello").expect("a file");
    let script = format!(
        "AT+FSCREATE=\"a.txt\"\nAT+FSWRITE=\"a.txt\",0,5,10\n:send {}\nAT+FSREAD=\"a.txt\",0,5,0\n",
        file.display()
    );
    let done = run(&["--emulate", "--lang", "en", "term"], script.as_bytes());
    done.done();
    let out = done.out();
    let behind = out.split_once("5 bytes of").expect("it is sent").1;
    assert!(behind.contains("< OK"), "{out}");
    assert!(behind.contains("hello"), "{out}");
    assert!(!out.contains("ERROR"), "{out}");
}

#[test]
fn a_person_at_a_terminal() {
    let module = Emulator::start(&[]);
    let history = scratch("history");
    let history = history.to_str().expect("a name");
    let args = ["-p", &module.path, "--lang", "en", "term"];
    let mut term = Terminal::start(&args, &[("LUAT_HISTORY", history)]);
    term.shows(":help explains");
    term.types("AT+CSQ\r");
    term.shows("signal -69 dBm");
    // The hint behind what is typed, and completion.
    term.types("AT+CIICRM");
    term.types("\t");
    term.shows("AT+CIICRMODE");
    term.types("\x15");
    // The history.
    term.types("\x1b[A\r");
    term.types("AT+CPIN=\"4711\"\r");
    term.types(":view hex\r");
    term.types("AT+CGMM\r");
    term.shows("2b 43 47 4d 4d");
    term.types("\x04");
    let left = term.end();
    assert_eq!(left.code, Some(0), "{}", left.text);
    assert_eq!(
        left.text.matches("signal -69 dBm").count(),
        2,
        "{}",
        left.text
    );
    let kept = fs::read_to_string(history).expect("a history");
    assert!(kept.contains("AT+CSQ"), "{kept}");
    assert!(!kept.contains("4711"), "{kept}");
}

#[test]
fn a_module_that_is_killed_leaves_the_terminal_whole() {
    let module = Emulator::start(&[]);
    let mut term = Terminal::start(&["-p", &module.path, "--lang", "en", "term"], &[]);
    term.shows(":help explains");
    term.types("AT+CS");
    signal(module.id(), "KILL");
    let left = term.end();
    assert_eq!(left.code, Some(3), "{}", left.text);
    assert!(left.text.contains("error[port.gone]"), "{}", left.text);
}

#[test]
fn a_person_who_is_killed_leaves_the_terminal_whole() {
    let mut term = Terminal::start(&["--emulate", "--lang", "en", "term"], &[]);
    term.shows(":help explains");
    signal(term.id(), "TERM");
    assert_eq!(term.end().code, Some(130));
}
