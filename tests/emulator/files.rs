//! Files in the emulated module, and the settings of TLS that name them.

use crate::bench::{Bench, named, network, online, open};
use luat_modem::emulator::Service;

fn offline(profile: &str) -> Bench {
    Bench::echo_off(named(profile), network())
}

/// The example of the vendor manual, FS.
#[test]
fn files_as_in_the_manual() {
    let mut bench = offline("air780e");
    for (command, answer) in [
        ("AT+FSMKDIR=\"/testdir\"", "OK"),
        ("AT+FSMKDIR=\"/testdir/testdir\"", "OK"),
        ("AT+FSCREATE=\"/testdir/test.txt\"", "OK"),
        (
            "AT+FSLS=\"/testdir\"",
            "testdir\\\r\n\r\ntest.txt\r\n\r\nOK",
        ),
        ("AT+FSMEM", "+FSMEM: 1304000 bytes\r\n\r\nOK"),
    ] {
        assert_eq!(bench.ask(command), format!("\r\n{answer}\r\n"), "{command}");
    }
    assert_eq!(
        bench.ask("AT+FSWRITE=\"/testdir/test.txt\",0,10,10"),
        "\r\n> "
    );
    bench.write("1234567890");
    assert_eq!(bench.listen(10), "\r\nOK\r\n");
    for (command, answer) in [
        (
            "AT+FSREAD=\"/testdir/test.txt\",0,10,10",
            "1234567890\r\n\r\nOK",
        ),
        ("AT+FSREAD=/testdir/test.txt,1,3,8", "90\r\n\r\nOK"),
        ("AT+FSREAD=\"/testdir/test.txt\",1,3,10", "ERROR"),
        (
            "AT+FSFLSIZE=\"/testdir/test.txt\"",
            "+FSFLSIZE: 10\r\n\r\nOK",
        ),
        ("AT+FSMEM", "+FSMEM: 1303990 bytes\r\n\r\nOK"),
        ("AT+FSRMDIR=\"/testdir\"", "ERROR"),
        ("AT+FSDEL=\"/testdir/test.txt\"", "OK"),
        ("AT+FSDEL=\"/testdir/test.txt\"", "ERROR"),
        ("AT+FSRMDIR=\"/testdir/testdir\"", "OK"),
        ("AT+FSRMDIR=\"/testdir\"", "OK"),
        ("AT+FSLS=\"/\"", "OK"),
    ] {
        assert_eq!(bench.ask(command), format!("\r\n{answer}\r\n"), "{command}");
    }
}

#[test]
fn files_are_written_anew_and_appended_to() {
    let mut bench = offline("air780e");
    bench.ask("AT+FSCREATE=\"f\"");
    for (mode, part, whole) in [(0, "first", "first"), (1, "+2", "first+2"), (0, "3", "3")] {
        bench.ask(&format!("AT+FSWRITE=\"f\",{mode},{},10", part.len()));
        bench.write(part);
        assert_eq!(bench.listen(10), "\r\nOK\r\n");
        assert_eq!(bench.module.file("f"), Some(whole.as_bytes()));
    }
    for refused in [
        "AT+FSCREATE=\"f\"",
        "AT+FSCREATE=\"\"",
        "AT+FSCREATE=\"no/such/folder\"",
        "AT+FSWRITE=\"none\",0,1,10",
        "AT+FSWRITE=\"f\",2,1,10",
        "AT+FSWRITE=\"f\",0,10241,10",
        "AT+FSWRITE=\"f\",0,0,10",
        "AT+FSWRITE=\"f\",0,1,0",
        "AT+FSFLSIZE=\"none\"",
        "AT+FSREAD=\"f\",0,10241,0",
    ] {
        assert_eq!(bench.ask(refused), "\r\nERROR\r\n", "{refused}");
    }
    let long = "x".repeat(65);
    assert_eq!(
        bench.ask(&format!("AT+FSCREATE=\"{long}\"")),
        "\r\nERROR\r\n"
    );
    // The prompt of a file does not depend on AT+CIPSPRT; too slow a host is told so.
    bench.ask("AT+CIPSPRT=0");
    assert_eq!(bench.ask("AT+FSWRITE=\"f\",0,5,3"), "\r\n> ");
    bench.write("1234");
    assert_eq!(bench.listen(1990), "");
    assert_eq!(bench.listen(20), "\r\nTimeOut\r\n");
    assert_eq!(bench.module.file("f"), Some(&b"3"[..]));
    // A file is there after a restart.
    bench.ask("AT+RESET");
    bench.listen(10_000);
    bench.ask("ATE0");
    assert_eq!(
        bench.ask("AT+FSFLSIZE=\"f\""),
        "\r\n+FSFLSIZE: 1\r\n\r\nOK\r\n"
    );
}

#[test]
fn tls_settings_are_asked_set_and_erased() {
    let mut bench = online("air780e");
    for (command, answer) in [
        (
            "AT+SSLCFG=\"seclevel\",0",
            "+SSLCFG: \"seclevel\",0,0\r\n\r\nOK",
        ),
        ("AT+SSLCFG=\"seclevel\",0,2", "OK"),
        (
            "AT+SSLCFG=\"seclevel\",0",
            "+SSLCFG: \"seclevel\",0,2\r\n\r\nOK",
        ),
        (
            "AT+SSLCFG=\"seclevel\",1",
            "+SSLCFG: \"seclevel\",1,0\r\n\r\nOK",
        ),
        ("AT+SSLCFG=\"seclevel\",0,", "OK"),
        (
            "AT+SSLCFG=\"seclevel\",0",
            "+SSLCFG: \"seclevel\",0,0\r\n\r\nOK",
        ),
        ("AT+SSLCFG=\"cacert\",88,\"ca.crt\"", "OK"),
        (
            "AT+SSLCFG=\"cacert\",88",
            "+SSLCFG: \"cacert\",88,\"ca.crt\"\r\n\r\nOK",
        ),
        ("AT+SSLCFG=\"hostname\",5,luat.example", "OK"),
        (
            "AT+SSLCFG=\"sslversion\",0,3;+SSLCFG=\"ciphersuite\",0,0x0035",
            "OK",
        ),
        (
            "AT+SSLCFG=\"ignorelocaltime\",0,1;+SSLCFG=\"verifymode\",0,1",
            "OK",
        ),
        (
            "AT+SSLCFG=\"negotiatetimeout\",0,10;+SSLCFG=\"premaster\",0,0aF1",
            "OK",
        ),
        (
            "AT+SSLCFG=\"clientcert\",0,c.crt;+SSLCFG=\"clientkey\",0,c.key",
            "OK",
        ),
        (
            "AT+SSLCFG=\"clientrandom\",0,101B12C3141516171F19202122232425262728293031323334353637",
            "OK",
        ),
        ("AT+SSLCFG=?", "OK"),
        ("AT+SSLCFG=\"seclevel\",0,3", "ERROR"),
        ("AT+SSLCFG=\"seclevel\",6,1", "ERROR"),
        ("AT+SSLCFG=\"sslversion\",0,5", "ERROR"),
        ("AT+SSLCFG=\"ciphersuite\",0,0X1301", "ERROR"),
        ("AT+SSLCFG=\"negotiatetimeout\",0,9", "ERROR"),
        ("AT+SSLCFG=\"clientrandom\",0,12", "ERROR"),
        ("AT+SSLCFG=\"nonsense\",0,1", "ERROR"),
        ("AT+SSLCFG=\"seclevel\"", "ERROR"),
    ] {
        assert_eq!(bench.ask(command), format!("\r\n{answer}\r\n"), "{command}");
    }
}

/// `AT+CIPSSL` counts when a link is opened; the files a level needs must be there.
#[test]
fn tls_is_per_link_and_checks_its_files() {
    let mut network = network();
    network.serve("strict", 443, Service::echo().demanding_certificate());
    let mut bench = Bench::online(named("air780e"), network);
    let connect = |bench: &mut Bench, link: usize, host: &str, port: u16| {
        let answer = bench.ask(&format!("AT+CIPSTART={link},\"TCP\",\"{host}\",{port}"));
        let ok = format!("\r\nOK\r\n\r\n{link}, CONNECT OK\r\n");
        let fail = format!("\r\nOK\r\n\r\n{link}, CONNECT FAIL\r\n");
        assert!(answer == ok || answer == fail, "{answer}");
        answer == ok
    };
    open(&mut bench, 0, "TCP", 9);
    assert_eq!(
        bench.ask("AT+CIPSSL=1;+CIPSSL?"),
        "\r\n+CIPSSL: 1\r\n\r\nOK\r\n"
    );
    assert!(connect(&mut bench, 1, "echo", 7), "level 0 wants nothing");
    bench.ask("AT+SSLCFG=\"seclevel\",2,1;+SSLCFG=\"cacert\",2,\"ca.crt\"");
    assert!(!connect(&mut bench, 2, "echo", 7), "no such file");
    bench.module.store_file("ca.crt", b"some certificate");
    assert!(connect(&mut bench, 2, "echo", 7));
    assert!(
        !connect(&mut bench, 3, "strict", 443),
        "it wants a certificate"
    );
    bench.ask("AT+SSLCFG=\"seclevel\",3,2;+SSLCFG=\"cacert\",3,\"ca.crt\"");
    bench.ask("AT+SSLCFG=\"clientcert\",3,\"c.crt\";+SSLCFG=\"clientkey\",3,\"c.key\"");
    bench.module.store_file("c.crt", b"own certificate");
    assert!(!connect(&mut bench, 3, "strict", 443), "no key");
    bench.module.store_file("c.key", b"own key");
    assert!(connect(&mut bench, 3, "strict", 443));
    // Datagrams are never inside TLS.
    assert!(
        bench
            .ask("AT+CIPSTART=5,\"UDP\",\"echo\",7")
            .contains("5, CONNECT OK")
    );
    let status = bench.ask("AT+CIPSTATUS");
    assert_eq!(status.matches("\"TCP\"").count(), 4, "{status}");
}

#[test]
fn no_tls_where_the_firmware_has_none() {
    for profile in ["air202", "air780el"] {
        let mut bench = offline(profile);
        bench.ask("AT+CMEE=1");
        for command in [
            "AT+CIPSSL=1",
            "AT+SSLCFG=\"seclevel\",0",
            "AT+FSCREATE=\"f\"",
        ] {
            assert_eq!(
                bench.ask(command),
                "\r\n+CME ERROR: 58\r\n",
                "{profile} {command}"
            );
        }
    }
    let mut bench = offline("sim800");
    assert_eq!(bench.ask("AT+CIPSSL=1"), "\r\nOK\r\n");
    assert_eq!(bench.ask("AT+SSLCFG=\"seclevel\",0"), "\r\nERROR\r\n");
}

#[test]
fn creating_a_file_twice_is_a_matter_of_firmware() {
    let tolerant = named("air780e").with_quirks(|quirks| quirks.file_exists_is_error = false);
    let mut bench = Bench::echo_off(tolerant, network());
    bench.module.store_file("f", b"content");
    assert_eq!(bench.ask("AT+FSCREATE=\"f\""), "\r\nOK\r\n");
    assert_eq!(bench.module.file("/f"), Some(&b"content"[..]));
    let mut bench = offline("air724ug");
    bench.module.store_file("f", b"");
    assert_eq!(
        bench.ask("AT+FSWRITE=\"f\",0,1,10"),
        "\r\n>",
        "no space there"
    );
    assert!(
        !format!("{:?}", bench.module).contains("99, 111, 110"),
        "contents stay inside"
    );
}
