//! `luat demo`: ten links at once on a module in software.

mod echo;
mod traffic;

use super::Outcome;
use crate::args::Common;
use crate::exit::{self, Failure};
use crate::port::Port;
use crate::pty::Pty;
use crate::say::Say;
use crate::session::{Session, is_open};
use crate::software::Software;
use echo::Echo;
use luat_modem::at::device::QueryImei;
use luat_modem::at::sim::QueryIccid;
use luat_modem::at::socket::Transport;
use luat_modem::engine::{CloseReason, LinkId, LinkState, Shutdown};
use luat_modem::time::{Duration, Instant};
use serde_json::json;
use std::io;
use std::os::unix::net::UnixStream;
use std::thread;
use traffic::Traffic;

/// Links that are opened.
const LINKS: usize = 10;

/// Everything must be over by then.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn run(common: &'static Common) -> Outcome {
    let broken = |error: io::Error| {
        Failure::new(
            exit::PORT,
            "demo.set-up",
            error.to_string(),
            "free some ports",
        )
    };
    let echo = Echo::start().map_err(broken)?;
    let mut pty = Pty::new(Software::for_demo(), None).map_err(broken)?;
    let path = pty.path().to_owned();
    let (stop, stopped) = UnixStream::pair().map_err(broken)?;
    let module = thread::spawn(move || pty.serve_until(&stopped));
    let say = Say::result(common.json);
    let port = Port::serial(&path, common)?;
    let what = format!(
        "module in software on {}, echo server on 127.0.0.1:{}",
        port.name(),
        echo.port()
    );
    say.say(
        port.now(),
        "start",
        &what,
        json!({"port": port.name(), "echo": echo.port()}),
    );
    let mut session = Session::new(common, port, say)?;
    let mut links = Vec::new();
    let outcome = show(&mut session, &echo, &mut links);
    session.leave(&links, Duration::from_secs(2));
    drop(session);
    drop(stop);
    // Its only errors are those of a terminal that is gone.
    let _ = module.join();
    outcome
}

fn show(session: &mut Session, echo: &Echo, links: &mut Vec<LinkId>) -> Outcome {
    let limit = session.now() + PATIENCE;
    session.ready(limit)?;
    introduce(session)?;
    for _ in 0..LINKS {
        let link = session
            .engine
            .connect(Transport::Tcp, "127.0.0.1", echo.port());
        links.push(
            link.map_err(|error| Failure::new(exit::NO, "demo.connect", error.to_string(), ""))?,
        );
    }
    open(session, links, limit)?;

    let begun = session.now();
    let mut traffic: Vec<Traffic> = (0u8..)
        .zip(links.iter())
        .map(|(n, link)| Traffic::new(n, *link))
        .collect();
    exchange(session, &mut traffic, limit)?;
    let took = (session.now() - begun).as_secs_f64();
    let differences: usize = traffic.iter().map(Traffic::differences).sum();
    let bytes: usize = traffic.iter().map(Traffic::received).sum();
    for one in traffic.iter().filter(|one| one.differences() > 0) {
        session.say.say(
            session.now(),
            "difference",
            &one.complaint(),
            json!({"link": one.link().number()}),
        );
    }

    far_end_closes(session, echo, links, limit)?;
    let now = session.now();
    for link in links.iter() {
        session.engine.close(now, *link, Shutdown::Orderly);
    }
    session.until(limit, |engine| {
        links
            .iter()
            .all(|link| !is_open(engine, *link))
            .then_some(())
    })?;

    let seconds = session.now().as_millis() as f64 / 1000.0;
    let summary = format!(
        "{} links, {bytes} bytes there and back in {took:.2} s, {differences} differences, {seconds:.2} s in all",
        links.len()
    );
    session.say.say(
        session.now(),
        "summary",
        &summary,
        json!({"links": links.len(), "bytes": bytes, "differences": differences, "seconds": seconds}),
    );
    Ok(if differences == 0 {
        exit::DONE
    } else {
        exit::NO
    })
}

/// Who the module is, and what it hears.
fn introduce(session: &mut Session) -> Result<(), Failure> {
    let imei = session
        .ask(&QueryImei)?
        .map_or_else(String::new, |imei| imei.to_string());
    let iccid = session
        .ask(&QueryIccid)?
        .map_or_else(String::new, |iccid| iccid.to_string());
    let facts = session.engine.facts();
    let (model, firmware) = (facts.model.to_string(), facts.firmware.to_string());
    let dbm = facts.signal.and_then(|signal| signal.dbm());
    let links = session.engine.link_count();
    let text =
        format!("{model}, firmware {firmware}, IMEI {imei}, ICCID {iccid}, up to {links} links");
    let fields =
        json!({"model": model, "firmware": firmware, "imei": imei, "iccid": iccid, "links": links});
    session.say.say(session.now(), "identity", &text, fields);
    let text = dbm.map_or_else(
        || String::from("signal unknown"),
        |dbm| format!("signal {dbm} dBm"),
    );
    session
        .say
        .say(session.now(), "signal", &text, json!({"dbm": dbm}));
    Ok(())
}

fn open(session: &mut Session, links: &[LinkId], limit: Instant) -> Result<(), Failure> {
    let all = session.until(limit, |engine| {
        let states = links.iter().map(|link| engine.status(*link));
        let mut open = 0;
        for status in states {
            match status {
                Some(status) if status.state == LinkState::Open => open += 1,
                Some(status) if status.failed.is_none() && status.closed.is_none() => {}
                _ => return Some(Err(())),
            }
        }
        (open == links.len()).then_some(Ok(()))
    })?;
    match all {
        Some(Ok(())) => {
            let text = format!("{} links are open", links.len());
            session.say.say(
                session.now(),
                "connected",
                &text,
                json!({"links": links.len()}),
            );
            Ok(())
        }
        _ => Err(Failure::new(
            exit::NO,
            "demo.connect",
            "not every link was opened",
            "run it again with -v",
        )),
    }
}

/// Sends and receives on all links in turns.
fn exchange(session: &mut Session, traffic: &mut [Traffic], limit: Instant) -> Result<(), Failure> {
    let done = session.until(limit, |engine| {
        for one in traffic.iter_mut() {
            if let Err(error) = one.turn(engine) {
                return Some(Err(format!("{}: {error}", one.link())));
            }
        }
        traffic.iter().all(Traffic::is_done).then_some(Ok(()))
    })?;
    match done {
        Some(Ok(())) => Ok(()),
        Some(Err(what)) => Err(Failure::new(
            exit::NO,
            "demo.broken",
            what,
            "run it again with -v",
        )),
        None => {
            let missing: Vec<String> = traffic
                .iter()
                .filter(|t| !t.is_done())
                .map(Traffic::complaint)
                .collect();
            Err(Failure::new(
                exit::NO,
                "demo.too-slow",
                missing.join("; "),
                "run it again with -v",
            ))
        }
    }
}

/// The far end closes one link, and the module says so.
fn far_end_closes(
    session: &mut Session,
    echo: &Echo,
    links: &[LinkId],
    limit: Instant,
) -> Result<(), Failure> {
    echo.close_one();
    let closed = session.until(limit, |engine| {
        let mut ends = links
            .iter()
            .filter_map(|link| Some((*link, engine.status(*link)?.closed?)));
        ends.next()
    })?;
    match closed {
        Some((link, closed)) => {
            let text = format!("{link}: {}", closed.reason);
            let fields = json!({"link": link.number(), "reason": closed.reason.to_string()});
            session.say.say(session.now(), "closed", &text, fields);
            if closed.reason == CloseReason::Peer {
                return Ok(());
            }
            Err(Failure::new(
                exit::NO,
                "demo.reason",
                text,
                "the reason should have been the far end",
            ))
        }
        None => Err(Failure::new(
            exit::NO,
            "demo.no-close",
            "the close was not told",
            "run it again with -v",
        )),
    }
}
