//! `luat bench HOST:PORT`: several links at once under load, every byte compared.

mod report;

use super::Outcome;
use super::links::{self, Asked};
use crate::args::{Bench, Common};
use crate::exit::{self, Failure};
use crate::manner::sentence;
use crate::port::Port;
use crate::say::{Progress, Say};
use crate::session::Session;
use crate::traffic::{self, Broken, Load, Traffic};
use crate::verdict;
use luat_modem::engine::{LinkId, Transport};
use luat_modem::time::{Duration, Instant};
use report::{Report, Row};
use serde_json::json;
use std::time::SystemTime;

pub(crate) fn run(common: &'static Common, task: &'static Bench) -> Outcome {
    let (host, port) = links::address(&task.to)?;
    let line = Port::open(common)?;
    let mut session = Session::new(common, line, Say::beside(common.json))?;
    let asked = Asked {
        transport: if task.udp {
            Transport::Udp
        } else {
            Transport::Tcp
        },
        host,
        port,
        links: task.links,
    };
    let mut links = Vec::new();
    let outcome = measure(&mut session, common, task, asked, &mut links);
    session.leave(&links, Duration::from_secs(2));
    outcome
}

fn measure(
    session: &mut Session,
    common: &Common,
    task: &Bench,
    asked: Asked<'_>,
    links: &mut Vec<LinkId>,
) -> Outcome {
    let limit = session.now() + common.timeout;
    links::open_all(session, asked, limit, links)?;
    let load = load(task);
    let (count, to, Load { bytes, seed, .. }) = (links.len(), &task.to, load);
    let text = sentence(
        format_args!("{count} links to {to} are open, {bytes} bytes on each, seed {seed}"),
        format_args!("已打开到 {to} 的 {count} 路连接，每路 {bytes} 字节，种子 {seed}"),
    );
    let fields =
        json!({"to": task.to, "links": links.len(), "bytes": load.bytes, "seed": load.seed});
    session.say.say(session.now(), "connected", &text, fields);

    let of = if task.udp {
        Traffic::datagrams
    } else {
        Traffic::stream
    };
    let mut traffic: Vec<Traffic> = links.iter().map(|link| of(*link, load)).collect();
    let progress = Progress::new(session.say, load.bytes * links.len() as u64);
    let begun = traffic::carry(session, &mut traffic, load, &progress)?;
    let report = report(session, task, load, &traffic, begun);
    if common.json {
        report.print_json();
    } else {
        report.print_table();
    }
    links::close_all(session, links, Duration::from_secs(2))?;
    judge(task, load, &traffic)
}

fn load(task: &Bench) -> Load {
    let usual = Duration::from_secs(if task.udp { 5 } else { 30 });
    Load {
        bytes: task.bytes,
        echo: !task.up,
        seed: task.seed.unwrap_or_else(by_the_clock),
        wait: task.wait.unwrap_or(usual),
    }
}

/// A seed that is another one every time, and short enough to be typed.
fn by_the_clock() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(1, |since| u64::from(since.subsec_micros()))
}

fn report(
    session: &Session,
    task: &Bench,
    load: Load,
    traffic: &[Traffic],
    begun: Instant,
) -> Report {
    let row = |one: &Traffic| Row {
        link: Some(one.link.number()),
        account: session.engine.account(one.link).unwrap_or_default(),
        tally: one.tally.clone(),
        complaint: one.complaint(),
    };
    Report {
        links: traffic.iter().map(row).collect(),
        total: session.engine.total(),
        begun,
        load,
        udp: task.udp,
    }
}

/// What the figures mean for the exit code.
fn judge(task: &Bench, load: Load, traffic: &[Traffic]) -> Outcome {
    let sum = |of: fn(&Traffic) -> u64| traffic.iter().map(of).sum::<u64>();
    let no = |code, what: String, advice: String| Err(Failure::new(exit::NO, code, what, advice));
    let differences = sum(|one| one.tally.differences);
    if differences > 0 {
        return no(
            "bench.different",
            format!("bytes that came back and are not those that were sent: {differences}"),
            format!(
                "check that it is {}; then run it again with --seed {} and --transcript FILE, and see where they change",
                if load.echo {
                    "an echo server"
                } else {
                    "a server that sends nothing"
                },
                load.seed
            ),
        );
    }
    let broken = traffic.iter().find_map(|one| Some((one, one.broken?)));
    if let Some((one, broken)) = broken {
        let (code, advice) = match broken {
            Broken::Closed(reason) => verdict::ended(reason),
            Broken::Unusable(_) => ("connect.broken", "run it again with -v"),
        };
        let what = one.complaint().unwrap_or_default();
        return Err(Failure::new(exit::NETWORK, code, what, advice));
    }
    let missing = sum(|one| one.tally.missing);
    if missing > 0 {
        let what = format!(
            "bytes that did not get through: {missing}; nothing has moved for {:?}",
            load.wait
        );
        let advice = if load.echo {
            "check that the server sends back what it gets; if it does not, use --up"
        } else {
            "check that the server reads what it gets; --wait sets how long is waited"
        };
        return no("bench.missing", what, advice.into());
    }
    let strays = sum(|one| {
        let fate = one.tally.fate;
        fate.lost + fate.doubled + fate.reordered + one.tally.refused
    });
    if task.strict && strays > 0 {
        let what = format!("{strays} datagrams were lost, doubled or reordered");
        let advice = "without --strict they are only reported: UDP may do that";
        return no("bench.datagrams", what, advice.into());
    }
    Ok(exit::DONE)
}
