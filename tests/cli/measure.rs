//! The desktop tool: `luat bench` finds what is wrong, and only that.

use crate::cli_bench::{
    Emulator, Run, closed_port, datagram_echo, datagram_server, echo, echo_server, objects, run,
    server,
};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;

/// `bench` on a module in software, as JSON.
fn bench(profile: &str, to: &str, options: &[&str]) -> Run {
    let emulate = format!("--emulate={profile}");
    let args = [&[&emulate, "--json", "bench", to], options].concat();
    run(&args, b"")
}

/// The objects of the links, and the one of all.
#[track_caller]
fn figures(run: &Run) -> (Vec<Value>, Value) {
    let objects = objects(&run.out());
    let of = |kind: &str| {
        let of = objects.iter().filter(|object| object["kind"] == kind);
        of.cloned().collect::<Vec<_>>()
    };
    let all = of("all").pop();
    (of("link"), all.unwrap_or_else(|| panic!("{}", run.stderr)))
}

/// Ended with `code` because of `name`.
#[track_caller]
fn failed(run: &Run, code: i32, name: &str) {
    run.failed(code, name);
    let last = objects(&run.out()).pop().expect("an error");
    assert_eq!(last["error"]["code"], name);
}

#[test]
fn ten_links_have_equal_shares() {
    let done = bench("luatos", &echo_server(), &["--bytes", "96k", "--seed", "1"]);
    done.done();
    let (links, all) = figures(&done);
    assert_eq!(links.len(), 10);
    for link in &links {
        assert_eq!(
            (&link["sent"], &link["received"]),
            (&98_304.into(), &98_304.into())
        );
        assert_eq!(
            (&link["differences"], &link["missing"]),
            (&0.into(), &0.into())
        );
        assert!(
            link["account"]["billed"].as_u64() > Some(2 * 98_304),
            "{link}"
        );
        assert!(link["round_trip_ms"]["median"].as_u64() > Some(0), "{link}");
    }
    assert_eq!((&all["links"], &all["seed"]), (&10.into(), &1.into()));
    assert_eq!(all["received"], 983_040);
    assert!(all["fairness"].as_f64() >= Some(0.9), "{all}");
}

#[test]
fn six_links_in_another_process() {
    let module = Emulator::start(&["--profile", "air780e"]);
    let back = run(
        &[
            "-p",
            &module.path,
            "--json",
            "bench",
            &echo_server(),
            "--bytes",
            "96k",
        ],
        b"",
    );
    back.done();
    let (links, all) = figures(&back);
    assert_eq!(links.len(), 6, "all that it has");
    assert_eq!(
        (&all["differences"], &all["missing"]),
        (&0.into(), &0.into())
    );
    assert!(all["fairness"].as_f64() >= Some(0.9), "{all}");
}

#[test]
fn the_table_fits_into_a_terminal() {
    for (to, more) in [(echo_server(), &[][..]), (datagram_echo(), &["--udp"])] {
        let args = [
            "--emulate",
            "bench",
            &to,
            "--links",
            "2",
            "--bytes",
            "20000",
        ];
        let shown = run(&[&args, more].concat(), b"");
        shown.done();
        let out = shown.out();
        assert!(out.lines().all(|line| line.len() <= 80), "{out}");
        for text in [
            "link", "kB/s", "median", "billed", "fairness", "seed", "20000",
        ] {
            assert!(out.contains(text), "no {text} in {out}");
        }
    }
}

#[test]
fn the_seed_makes_the_data() {
    let (give, got) = channel();
    let sink = server(move |mut client| {
        let mut all = Vec::new();
        client.read_to_end(&mut all).ok();
        give.send(all).ok();
    });
    let data = |seed: &str| {
        bench(
            "air780e",
            &sink,
            &["--up", "--links", "1", "--bytes", "9999", "--seed", seed],
        )
        .done();
        got.recv().expect("a connection")
    };
    let [first, again, other] = ["5", "5", "6"].map(data);
    assert_eq!(first.len(), 9999);
    assert!(first == again && first != other);
}

/// An echo that changes the bytes from `place` on as `change` does.
fn wrong_echo(change: fn(&mut Vec<u8>)) -> String {
    server(move |mut client| {
        let mut begin = vec![0; 5000];
        client.read_exact(&mut begin).expect("some bytes");
        change(&mut begin);
        client.write_all(&begin).expect("an open stream");
        echo(client);
    })
}

const TWO: [&str; 4] = ["--links", "2", "--bytes", "30000"];

#[test]
fn a_changed_byte_is_found() {
    let far_end = wrong_echo(|bytes| bytes[4321] ^= 0x20);
    let changed = bench("air780e", &far_end, &TWO);
    failed(&changed, 1, "bench.different");
    let (links, all) = figures(&changed);
    assert_eq!(all["differences"], 2);
    for link in links {
        assert_eq!(
            (&link["differences"], &link["first_difference"]),
            (&1.into(), &4321.into())
        );
    }
}

#[test]
fn a_byte_too_few_or_too_many_is_found() {
    let fewer = wrong_echo(|bytes| bytes.truncate(4999));
    let more = wrong_echo(|bytes| bytes.insert(4999, 7));
    for (far_end, missing) in [(fewer, 2), (more, 0)] {
        let wrong = bench("air780e", &far_end, &[&TWO[..], &["--wait", "1s"]].concat());
        failed(&wrong, 1, "bench.different");
        assert_eq!(figures(&wrong).1["missing"], missing);
    }
}

#[test]
fn a_far_end_that_closes_early() {
    let far_end = server(|mut client| {
        let mut some = [0; 10_000];
        client.read_exact(&mut some).expect("some bytes");
        client.write_all(&some).expect("an open stream");
    });
    let early = bench("air780e", &far_end, &TWO);
    failed(&early, 5, "far.closed-early");
    let (links, _) = figures(&early);
    for link in links {
        assert_eq!(link["differences"], 0, "what came was right: {link}");
        assert!(link["missing"].as_u64() >= Some(20_000), "{link}");
    }
}

fn sink(mut client: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(1..) = client.read(&mut buffer) {}
}

#[test]
fn a_far_end_that_sends_nothing() {
    let far_end = server(sink);
    let nothing = bench("air780e", &far_end, &[&TWO[..], &["--wait", "1s"]].concat());
    failed(&nothing, 1, "bench.missing");
    assert!(nothing.stderr.contains("--up"), "{}", nothing.stderr);

    let up = bench("air780e", &far_end, &[&TWO[..], &["--up"]].concat());
    up.done();
    let (links, all) = figures(&up);
    assert_eq!((&all["sent"], &all["missing"]), (&60_000.into(), &0.into()));
    assert!(links.iter().all(|link| link.get("round_trip_ms").is_none()));

    let talks = bench("air780e", &echo_server(), &[&TWO[..], &["--up"]].concat());
    failed(&talks, 1, "bench.different");
}

#[test]
fn a_far_end_that_is_not_there() {
    failed(&bench("air780e", &closed_port(), &TWO), 5, "connect.failed");
    let wrong = bench("air780e", "nowhere", &TWO);
    failed(&wrong, 2, "argument.address");
    for wrong in [
        &["--bytes", "0"][..],
        &["--bytes", "many"],
        &["--links", "0"],
        &["--echo", "--up"],
        &["--strict"],
        &["--seed", "-1"],
    ] {
        assert_eq!(
            bench("air780e", "127.0.0.1:9", wrong).code,
            Some(2),
            "{wrong:?}"
        );
    }
}

const DATAGRAMS: [&str; 7] = ["--udp", "--links", "3", "--bytes", "30000", "--seed", "2"];

#[test]
fn datagrams_that_come_back() {
    let back = bench(
        "air780e",
        &datagram_echo(),
        &[&DATAGRAMS[..], &["--strict"]].concat(),
    );
    back.done();
    let (_, all) = figures(&back);
    assert_eq!(
        (&all["received"], &all["differences"]),
        (&90_000.into(), &0.into())
    );
    assert_eq!(all["datagrams"]["lost"], 0);

    let up = bench(
        "air780e",
        &datagram_echo(),
        &[&DATAGRAMS[..], &["--up"]].concat(),
    );
    failed(&up, 1, "bench.different");
}

#[test]
fn lost_datagrams_are_no_differences() {
    let dropped = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&dropped);
    let far_end = datagram_server(move |number, datagram| {
        if number % 10 == 0 {
            count.fetch_add(1, Ordering::SeqCst);
            return vec![];
        }
        vec![datagram]
    });
    let options = [&DATAGRAMS[..], &["--wait", "1s"]].concat();
    let lossy = bench("air780e", &far_end, &options);
    lossy.done();
    let (_, all) = figures(&lossy);
    let lost = dropped.swap(0, Ordering::SeqCst);
    assert!(lost > 5);
    assert_eq!(
        (&all["datagrams"]["lost"], &all["differences"]),
        (&lost.into(), &0.into())
    );
    assert_eq!(all["missing"], 0, "everything was sent");

    let strict = bench("air780e", &far_end, &[&options[..], &["--strict"]].concat());
    failed(&strict, 1, "bench.datagrams");
}

#[test]
fn doubled_and_reordered_datagrams_are_counted_apart() {
    let mut kept = None;
    let far_end = datagram_server(move |number, datagram| match number {
        7 => vec![datagram.clone(), datagram],
        14 => {
            kept = Some(datagram);
            vec![]
        }
        15 => [Some(datagram), kept.take()]
            .into_iter()
            .flatten()
            .collect(),
        _ => vec![datagram],
    });
    let one = ["--udp", "--links", "1", "--bytes", "30000"];
    let odd = bench("air780e", &far_end, &one);
    odd.done();
    let datagrams = figures(&odd).1["datagrams"].clone();
    assert_eq!(
        (&datagrams["doubled"], &datagrams["reordered"]),
        (&1.into(), &1.into())
    );
    assert_eq!(datagrams["lost"], 0);
}

#[test]
fn a_changed_datagram_is_found() {
    let far_end = datagram_server(|number, mut datagram| {
        if number == 9 {
            let last = datagram.last_mut().expect("a byte");
            *last ^= 1;
        }
        vec![datagram]
    });
    let changed = bench("air780e", &far_end, &DATAGRAMS);
    failed(&changed, 1, "bench.different");
    let (_, all) = figures(&changed);
    assert_eq!(
        (&all["differences"], &all["datagrams"]["lost"]),
        (&1.into(), &0.into())
    );
}
