//! `luat tcp --tls`: the module's TLS, with the certificates of this computer.

use crate::cli_bench::{run, scratch};
use crate::tls_bench::{authority, own, serve};
use std::fs;
use std::path::Path;

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

#[test]
fn certificates_go_into_the_module_and_back_comes_what_was_sent() {
    let authority = authority();
    let port = serve(&own(&authority, "localhost", 2099), None);
    let (ca, other) = (scratch("ca.pem"), scratch("other.pem"));
    fs::write(&ca, authority.pem()).unwrap();
    fs::write(&other, crate::tls_bench::authority().pem()).unwrap();
    let to = format!("localhost:{port}");

    let right = run(
        &["--emulate", "tcp", &to, "--tls", "--ca", text(&ca)],
        b"hello, bye",
    );
    right.done();
    assert_eq!(right.stdout, b"hello, bye");

    let wrong = run(
        &["--emulate", "tcp", &to, "--tls", "--ca", text(&other)],
        b"hello, bye",
    );
    assert_eq!(
        (wrong.code, &wrong.stdout[..]),
        (Some(5), &b""[..]),
        "{}",
        wrong.stderr
    );

    let blind = run(
        &["--emulate", "tcp", &to, "--tls", "--insecure"],
        b"hello, bye",
    );
    blind.done();
    assert_eq!(blind.stdout, b"hello, bye");
}

#[test]
fn servers_may_want_a_certificate() {
    let authority = authority();
    let port = serve(&own(&authority, "localhost", 2099), Some(&authority));
    let mine = own(&authority, "module", 2099);
    let (ca, cert, key) = (scratch("mca.pem"), scratch("mine.pem"), scratch("mine.key"));
    fs::write(&ca, authority.pem()).unwrap();
    fs::write(&cert, &mine.pem).unwrap();
    fs::write(&key, mine.key.serialize_pem()).unwrap();
    let to = format!("localhost:{port}");
    let files = [
        "--ca",
        text(&ca),
        "--cert",
        text(&cert),
        "--key",
        text(&key),
    ];
    let mut args = vec!["--emulate", "tcp", &to, "--tls"];
    args.extend(files);
    let shown = run(&args, b"hello, bye");
    shown.done();
    assert_eq!(shown.stdout, b"hello, bye");
}

#[test]
fn what_cannot_be_is_said_before_anything_is_sent() {
    let none = run(&["--emulate", "tcp", "localhost:1", "--tls"], b"");
    assert_eq!(none.code, Some(2));
    assert!(none.stderr.contains("--insecure"), "{}", none.stderr);
    let der = scratch("der.crt");
    fs::write(&der, [0x30, 0x82]).unwrap();
    let shown = run(
        &[
            "--emulate",
            "tcp",
            "localhost:1",
            "--tls",
            "--ca",
            text(&der),
        ],
        b"",
    );
    assert_eq!(shown.code, Some(2));
    assert!(shown.stderr.contains("file.format"), "{}", shown.stderr);
    // Firmware without TLS.
    let ca = scratch("lacks.pem");
    fs::write(&ca, authority().pem()).unwrap();
    let args = [
        "--emulate=air780el",
        "tcp",
        "localhost:1",
        "--tls",
        "--ca",
        text(&ca),
    ];
    let lacks = run(&args, b"");
    assert_eq!(lacks.code, Some(1), "{}", lacks.stderr);
    assert!(lacks.stderr.contains("module.file"), "{}", lacks.stderr);
}
