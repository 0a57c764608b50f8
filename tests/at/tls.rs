//! TLS and files in the language: the bytes of every command, and the answers of the manual.

use crate::bench::{agrees, answers, text, writes};
use luat_modem::at::file::{self, Position};
use luat_modem::at::tls::{
    Anchor, CipherSuite, EraseTls, QuerySecure, QueryTls, Secure, Secured, SetTls, TlsName,
    TlsOption, TlsVersion, Verification,
};
use luat_modem::at::{Command, Number, OutOfRange};
use luat_modem::time::Duration;
use luat_modem::wire::{End, Expect, Failure, Text, Verdict};

/// Every setting with its text on the wire.
fn settings() -> Vec<(TlsOption<'static>, &'static str)> {
    vec![
        (TlsOption::Version(TlsVersion::Ssl3), "\"sslversion\",1,0"),
        (TlsOption::Version(TlsVersion::Tls10), "\"sslversion\",1,1"),
        (TlsOption::Version(TlsVersion::Tls11), "\"sslversion\",1,2"),
        (TlsOption::Version(TlsVersion::Tls12), "\"sslversion\",1,3"),
        (TlsOption::Version(TlsVersion::Any), "\"sslversion\",1,4"),
        (
            TlsOption::CipherSuite(CipherSuite::RsaAes256CbcSha),
            "\"ciphersuite\",1,0X0035",
        ),
        (
            TlsOption::CipherSuite(CipherSuite::RsaAes128CbcSha),
            "\"ciphersuite\",1,0X002F",
        ),
        (
            TlsOption::CipherSuite(CipherSuite::RsaRc4Sha),
            "\"ciphersuite\",1,0X0005",
        ),
        (
            TlsOption::CipherSuite(CipherSuite::RsaRc4Md5),
            "\"ciphersuite\",1,0X0004",
        ),
        (
            TlsOption::CipherSuite(CipherSuite::Rsa3DesCbcSha),
            "\"ciphersuite\",1,0X000A",
        ),
        (
            TlsOption::CipherSuite(CipherSuite::RsaAes256CbcSha256),
            "\"ciphersuite\",1,0X003D",
        ),
        (
            TlsOption::CipherSuite(CipherSuite::Any),
            "\"ciphersuite\",1,0XFFFF",
        ),
        (
            TlsOption::Authority(text("server1.crt")),
            "\"cacert\",1,\"server1.crt\"",
        ),
        (
            TlsOption::Certificate(text("client.crt")),
            "\"clientcert\",1,\"client.crt\"",
        ),
        (
            TlsOption::Key(text("client.key")),
            "\"clientkey\",1,\"client.key\"",
        ),
        (
            TlsOption::Verification(Verification::None),
            "\"seclevel\",1,0",
        ),
        (
            TlsOption::Verification(Verification::Server),
            "\"seclevel\",1,1",
        ),
        (
            TlsOption::Verification(Verification::Mutual),
            "\"seclevel\",1,2",
        ),
        (
            TlsOption::HostName(text("example.com")),
            "\"hostname\",1,\"example.com\"",
        ),
        (TlsOption::IgnoreClock(false), "\"ignorelocaltime\",1,0"),
        (TlsOption::IgnoreClock(true), "\"ignorelocaltime\",1,1"),
        (
            TlsOption::NegotiationTimeout(Number::clamped(0)),
            "\"negotiatetimeout\",1,10",
        ),
        (
            TlsOption::NegotiationTimeout(Number::clamped(999)),
            "\"negotiatetimeout\",1,300",
        ),
        (TlsOption::Anchor(Anchor::Root), "\"verifymode\",1,0"),
        (TlsOption::Anchor(Anchor::Other), "\"verifymode\",1,1"),
    ]
}

#[test]
fn the_switch() {
    writes(Secure { on: true }, "AT+CIPSSL=1\r\n");
    writes(Secure { on: false }, "AT+CIPSSL=0\r\n");
    writes(QuerySecure, "AT+CIPSSL?\r\n");
    assert_eq!(answers(&QuerySecure, b"+CIPSSL: 1"), Some(Secured(true)));
    assert_eq!(answers(&QuerySecure, b"+CIPSSL:0 "), Some(Secured(false)));
    for broken in [&b"+CIPSSL: (0-1)"[..], b"+CIPSSL:", b"+CIPSSL: 2", b""] {
        assert_eq!(answers(&QuerySecure, broken), None);
    }
}

#[test]
fn settings_as_written_are_read_back() {
    for (option, parameters) in settings() {
        let set = SetTls { link: 1, option };
        writes(set, &format!("AT+SSLCFG={parameters}\r\n"));
        let name = option.name();
        let query = QueryTls { link: 1, name };
        writes(query, &format!("AT+SSLCFG=\"{}\",1\r\n", name.as_str()));
        writes(
            EraseTls { link: 1, name },
            &format!("AT+SSLCFG=\"{}\",1,\r\n", name.as_str()),
        );
        for space in ["", " "] {
            let line = format!("+SSLCFG:{space}{parameters}");
            assert_eq!(SetTls::parse(line.as_bytes()), Some(set), "{line}");
            let answer = answers(&query, line.as_bytes()).unwrap();
            assert_eq!(answer.setting(), Some(set));
            assert_eq!(query.expect().judge(line.as_bytes(), false), Verdict::Info);
        }
    }
}

#[test]
fn oddities_of_the_manual() {
    // Only the second quote stands in the manual's answer.
    let suite = SetTls::parse(b"+SSLCFG: ciphersuite\",0,0x0035").unwrap();
    assert_eq!(
        suite.option,
        TlsOption::CipherSuite(CipherSuite::RsaAes256CbcSha)
    );
    let file = SetTls::parse(b"+SSLCFG:\"cacert\",88,ca.crt").unwrap();
    assert_eq!(
        (file.link, file.option),
        (88, TlsOption::Authority(text("ca.crt")))
    );
    let unset = SetTls::parse(b"+SSLCFG: \"hostname\",0,\"\"").unwrap();
    assert_eq!(unset.option, TlsOption::HostName(text("")));
    let unset = SetTls::parse(b"+SSLCFG: \"hostname\",0,").unwrap();
    assert_eq!(unset.option, TlsOption::HostName(text("")));
}

#[test]
fn broken_settings_are_none() {
    for broken in [
        &b"+SSLCFG:"[..],
        b"+SSLCFG: \"seclevel\"",
        b"+SSLCFG: \"seclevel\",0",
        b"+SSLCFG: \"seclevel\",0,3",
        b"+SSLCFG: \"seclevel\",256,1",
        b"+SSLCFG: \"sslversion\",0,5",
        b"+SSLCFG: \"ciphersuite\",0,0X0036",
        b"+SSLCFG: \"negotiatetimeout\",0,9",
        b"+SSLCFG: \"negotiatetimeout\",0,301",
        b"+SSLCFG: \"ignorelocaltime\",0,2",
        b"+SSLCFG: \"cacert\",0,\"\xFF\"",
        b"+SSLCFG: \"premaster\",0,00",
        b"+SSLCF: \"seclevel\",0,1",
    ] {
        assert_eq!(SetTls::parse(broken), None, "{}", broken.escape_ascii());
        let query = QueryTls {
            link: 0,
            name: TlsName::Verification,
        };
        assert_eq!(answers(&query, broken), None);
    }
    let long = format!("+SSLCFG: \"cacert\",0,\"{}\"", "c".repeat(65));
    assert_eq!(SetTls::parse(long.as_bytes()), None);
}

#[test]
fn the_longest_setting_is_kept() {
    let host = "h".repeat(128);
    let set = SetTls {
        link: 255,
        option: TlsOption::HostName(text(&host)),
    };
    writes(set, &format!("AT+SSLCFG=\"hostname\",255,\"{host}\"\r\n"));
    let query = QueryTls {
        link: 255,
        name: TlsName::HostName,
    };
    let line = format!("+SSLCFG: \"hostname\",255,\"{host}\"");
    let answer = answers(&query, line.as_bytes()).unwrap();
    assert_eq!(answer.setting(), Some(set));
}

#[test]
fn what_is_out_of_range_cannot_be_said() {
    let range = OutOfRange { min: 10, max: 300 };
    for bad in [0, 9, 301, u32::MAX] {
        assert_eq!(Number::<10, 300>::new(bad), Err(range));
    }
    for good in [10, 300] {
        assert_eq!(Number::<10, 300>::new(good).map(Number::value), Ok(good));
    }
    assert_eq!(range.to_string(), "a number must lie between 10 and 300");
    assert!(Number::<1, { file::MAX_LENGTH }>::new(10_241).is_err());
    assert!(Text::<64>::new(&"n".repeat(65)).is_err());
}

fn write(patience_s: u32) -> file::Write<'static> {
    file::Write {
        name: text("ca.crt"),
        position: Position::Start,
        length: Number::new(2080).unwrap(),
        patience_s: Number::new(patience_s).unwrap(),
    }
}

#[test]
fn files() {
    let name = text("/testdir/test.txt");
    writes(
        file::Create { name },
        "AT+FSCREATE=\"/testdir/test.txt\"\r\n",
    );
    writes(file::Delete { name }, "AT+FSDEL=\"/testdir/test.txt\"\r\n");
    writes(write(15), "AT+FSWRITE=\"ca.crt\",0,2080,15\r\n");
    let append = file::Write {
        position: Position::End,
        ..write(15)
    };
    writes(append, "AT+FSWRITE=\"ca.crt\",1,2080,15\r\n");
    let read = |from| file::Read {
        name,
        from,
        length: Number::new(10).unwrap(),
    };
    writes(read(0), "AT+FSREAD=\"/testdir/test.txt\",0,10,0\r\n");
    writes(read(4), "AT+FSREAD=\"/testdir/test.txt\",1,10,4\r\n");
    writes(
        file::QuerySize { name },
        "AT+FSFLSIZE=\"/testdir/test.txt\"\r\n",
    );
    writes(file::QueryFree, "AT+FSMEM\r\n");
    writes(file::List { path: text("/") }, "AT+FSLS=\"/\"\r\n");
    let expect = write(15).expect();
    assert_eq!(expect.end, End::PromptThenOk);
    assert_eq!(expect.judge(b"OK", false), Verdict::Done);
    let failed = Verdict::Failed(Failure::Error);
    assert_eq!(expect.judge(b"TimeOut", false), failed);
    assert_eq!(expect.judge(b"ERROR", false), failed);
    assert_eq!(expect.judge(b"0, SEND OK", false), Verdict::Other);
    assert_eq!(read(0).expect(), Expect::ANY);
}

/// The module may wait longer for the bytes than commands usually take.
#[test]
fn the_patience_of_a_write_covers_the_module_s() {
    assert_eq!(write(15).patience(), Duration::from_secs(60));
    assert_eq!(write(600).patience(), Duration::from_secs(600));
}

#[test]
fn answers_about_files() {
    let size = file::QuerySize { name: text("a") };
    assert_eq!(answers(&size, b"+FSFLSIZE: 10 "), Some(file::Size(10)));
    assert_eq!(answers(&size, b"+FSFLSIZE:0"), Some(file::Size(0)));
    assert_eq!(answers(&size, b"+FSFLSIZE: -1"), None);
    assert_eq!(answers(&size, b"10"), None);
    let free = |answer: &[u8]| answers(&file::QueryFree, answer).map(|free| free.0);
    assert_eq!(free(b"+FSMEM: 1304000 bytes "), Some(1_304_000));
    assert_eq!(free(b"+FSMEM:1304000"), Some(1_304_000));
    assert_eq!(free(b"+FSMEM: bytes"), None);
    assert_eq!(free(b"+FSMEM: 99999999999 bytes"), None);
    let entries: Vec<_> = file::entries(b"testdir\\test.txt\r\ntestdir\\\r\n\xFF\r\n")
        .map(|entry| (entry.path, entry.is_directory))
        .collect();
    assert_eq!(entries, [("testdir\\test.txt", false), ("testdir", true)]);
    assert_eq!(file::entries(b"").count(), 0);
}

#[test]
fn the_table_agrees_with_the_types() {
    agrees(Secure { on: true });
    agrees(QuerySecure);
    for (option, _) in settings() {
        let (link, name) = (0, option.name());
        agrees(SetTls { link, option });
        agrees(EraseTls { link, name });
        agrees(QueryTls { link, name });
    }
    let name = text("a");
    agrees(file::Create { name });
    agrees(file::Delete { name });
    agrees(write(15));
    agrees(file::QuerySize { name });
    agrees(file::QueryFree);
    agrees(file::List { path: name });
    agrees(file::Read {
        name,
        from: 0,
        length: Number::clamped(1),
    });
}
