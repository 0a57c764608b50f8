//! The desktop tool: standard input and output as datagrams.

use crate::cli_bench::{
    Emulator, datagram_echo, datagram_server, luat, noise, objects, run, shown, wait,
};
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

const SHORT: [&str; 2] = ["--wait", "500ms"];

fn udp(options: &[&str], to: &str, input: &[u8]) -> crate::cli_bench::Run {
    let args: Vec<&str> = ["--emulate", "udp", to]
        .iter()
        .chain(&SHORT)
        .chain(options)
        .copied()
        .collect();
    run(&args, input)
}

#[test]
fn lines_go_and_come_as_lines() {
    let far_end = datagram_server(|_, line| vec![[b"<".to_vec(), line, b">".to_vec()].concat()]);
    let back = udp(&["--line"], &far_end, b"one\n\ntwo\r\n+RECEIVE,0,3:\nlast");
    back.brought(b"<one>\n<two>\n<+RECEIVE,0,3:>\n<last>\n");
    assert!(
        back.stderr.contains("an empty line was left out"),
        "{}",
        back.stderr
    );
    assert!(
        back.stderr.contains("4 datagrams (23 bytes) written"),
        "{}",
        back.stderr
    );
}

#[test]
fn sizes_keep_their_borders() {
    let data = noise(10_300);
    let back = udp(&["--size", "1000", "--json"], &datagram_echo(), &data);
    back.done();
    let objects = objects(&back.out());
    let lengths: Vec<u64> = objects
        .iter()
        .map(|o| o["length"].as_u64().expect("a length"))
        .collect();
    assert_eq!(lengths, [&[1000; 10][..], &[300]].concat());
    let bytes: Vec<u8> = objects.iter().flat_map(shown).collect();
    assert!(bytes == data, "the bytes differ");
    assert!(objects.iter().all(|object| object["truncated"] == false));
}

#[test]
fn what_is_text_is_shown_as_text() {
    let back = udp(
        &["--line", "--json"],
        &datagram_echo(),
        "gr\u{fc}n\n\u{0}".as_bytes(),
    );
    let objects = objects(&back.out());
    assert_eq!(objects[0]["text"], "gr\u{fc}n");
    assert_eq!(objects[1]["text"], "\u{0}");
    let back = udp(&["--json"], &datagram_echo(), b"\xFF\x01");
    assert_eq!(crate::cli_bench::objects(&back.out())[0]["hex"], "ff01");
}

/// Through a pseudo terminal to another process.
#[test]
fn a_read_of_the_input_is_a_datagram() {
    let module = Emulator::start(&[]);
    let far_end = datagram_server(|number, datagram| {
        vec![format!("{number}: {}\n", datagram.len()).into_bytes()]
    });
    let mut command = luat(&["-p", &module.path, "udp", &far_end, "--wait", "10ms"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    for (number, length) in [(1, 7), (2, 1460), (3, 1)] {
        stdin.write_all(&noise(length)).expect("an open pipe");
        let mut line = String::new();
        stdout.read_line(&mut line).expect("an answer");
        assert_eq!(line, format!("{number}: {length}\n"));
    }
    drop(stdin);
    assert_eq!(wait(child).code(), Some(0));
}

#[test]
fn pushed_datagrams_keep_their_borders() {
    let data = noise(20_000);
    let back = udp(
        &["--size", "700", "--json", "--receive", "push"],
        &datagram_echo(),
        &data,
    );
    back.done();
    let objects = objects(&back.out());
    let bytes: Vec<u8> = objects.iter().flat_map(shown).collect();
    assert!(
        bytes == data,
        "{} of {} bytes, or others",
        bytes.len(),
        data.len()
    );
    assert_eq!(objects.len(), 29);
}

#[test]
fn what_is_lost_on_the_way_holds_nothing_up() {
    let far_end = datagram_server(|number, line| match number % 10 {
        0 => vec![],
        _ => vec![line],
    });
    let input: String = (1..=100).map(|n| format!("{n}\n")).collect();
    let back = udp(&["--line"], &far_end, input.as_bytes());
    let expected: String = (1..=100)
        .filter(|n| n % 10 != 0)
        .map(|n| format!("{n}\n"))
        .collect();
    back.brought(expected.as_bytes());
}

#[test]
fn nobody_at_the_far_end() {
    // Nobody says so: datagrams just do not come back.
    let back = udp(&[], &crate::cli_bench::closed_port(), b"hello");
    back.brought(b"");
}

#[test]
fn what_cannot_be_a_datagram() {
    let far_end = datagram_echo();
    let long = udp(&["--line"], &far_end, &[b'x'; 3000]);
    long.failed(2, "datagram.too-long");
    assert!(long.stderr.contains("1460"), "{}", long.stderr);
    udp(&[], "nowhere", b"").failed(2, "argument.address");
    for wrong in [
        &["--size", "0"][..],
        &["--size", "1461"],
        &["--size", "10", "--line"],
        &["--wait", "soon"],
    ] {
        assert_eq!(udp(wrong, &far_end, b"").code, Some(2), "{wrong:?}");
    }
}
