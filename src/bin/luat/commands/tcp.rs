//! `luat tcp HOST:PORT`: standard input and output on connections of the module.

use super::Outcome;
use super::links::{self, Asked, Opened};
use super::pipe::{Input, Keeper, Lane, Marks, Output, PIECE, Relay, Turn};
use crate::args::{Common, Tcp};
use crate::exit::{self, Failure};
use crate::manner::{either, manner, named};
use crate::port::Port;
use crate::say::Say;
use crate::session::Session;
use crate::tls;
use crate::verdict;
use luat_modem::diagnosis::Language;
use luat_modem::engine::{LinkId, Transport};
use luat_modem::time::Duration;
use serde_json::json;

pub(crate) fn run(common: &'static Common, task: &'static Tcp) -> Outcome {
    let (host, port) = links::address(&task.to)?;
    let tls = tls::Asked::of(task)?;
    let profiles = tls.profiles();
    let line = Port::open(common)?;
    let mut session = Session::secured(common, line, Say::beside(common.json), profiles)?;
    let asked = Asked {
        transport: if task.tls {
            Transport::Tls(0)
        } else {
            Transport::Tcp
        },
        host,
        port,
        links: Some(task.links),
    };
    let mut links = Vec::new();
    let outcome = carry(&mut session, common, task, (asked, &tls), &mut links);
    session.leave(&links, Duration::from_secs(2));
    outcome
}

/// What it comes to on the bill.
pub(super) fn tell_total(session: &Session) {
    let total = session.engine.total();
    let fields = json!({
        "sent": total.sent, "received": total.received, "connections": total.connections,
        "heartbeats": total.heartbeats, "billed": total.billed(),
    });
    let text = match manner().language() {
        Language::English => format!(
            "sent {} bytes, received {} bytes, {} connection{}, about {} bytes on the bill",
            total.sent,
            total.received,
            total.connections,
            if total.connections == 1 { "" } else { "s" },
            total.billed()
        ),
        Language::Chinese => format!(
            "发送 {} 字节，接收 {} 字节，连接 {} 次，计费约 {} 字节",
            total.sent,
            total.received,
            total.connections,
            total.billed()
        ),
    };
    session.say.say(session.now(), "total", &text, fields);
}

/// Carries until every link is over; false if nobody reads stdout any more.
fn run_to_end(relay: &mut Relay, session: &mut Session) -> Result<bool, Failure> {
    while relay.live().next().is_some() {
        match relay.turn(session)? {
            Turn::Moved => {}
            Turn::Still(limit) => session.rest(limit),
            Turn::Unread => return Ok(false),
        }
    }
    Ok(true)
}

fn carry(
    session: &mut Session,
    common: &Common,
    task: &'static Tcp,
    (asked, tls): (Asked<'static>, &tls::Asked),
    links: &mut Vec<LinkId>,
) -> Outcome {
    let limit = session.now() + common.timeout;
    session.ready(limit)?;
    tls.write_files(session)?;
    let mut lanes = Vec::new();
    let mut failed = None;
    let many = task.links > 1;
    let opened = if task.upkeep.reconnect && !session.port.is_rehearsal() {
        session.is_steadfast = true;
        for _ in 0..task.links {
            let upkeep = &task.upkeep;
            let mut keeper = Keeper::connecting(asked.transport, asked.host, asked.port, upkeep);
            let link = keeper.begin(session)?;
            lanes.push(Lane::new(link, 0).kept(Some(keeper)));
        }
        Vec::new()
    } else {
        links::open(session, asked, limit, links)?
    };
    for Opened { link, result } in opened {
        let mark = if many {
            format!("{}: ", named(link))
        } else {
            String::new()
        };
        match result {
            Ok(()) => {
                let what = either("connected to", "已连上");
                let text = format!("{mark}{what} {}", task.to);
                let fields = json!({"to": task.to, "link": link.number()});
                session.say.say(session.now(), "connected", &text, fields);
                let keeper = Keeper::beating(task.upkeep.heartbeat.as_ref());
                lanes.push(Lane::new(link, 0).kept(keeper));
            }
            Err(failure) => {
                let failure = verdict::not_connected(&task.to, failure);
                if many {
                    let text = format!("{mark}{}", failure.said());
                    let fields =
                        json!({"to": task.to, "link": link.number(), "code": failure.code});
                    session
                        .say
                        .say(session.now(), "connect-failed", &text, fields);
                }
                failed = failed.or(Some(failure));
            }
        }
    }
    if let (true, Some(failure)) = (lanes.is_empty(), &failed) {
        return Err(failure.clone());
    }
    let mut relay = Relay {
        lanes,
        marks: match (many, common.json) {
            (false, _) => Marks::None,
            (true, false) => Marks::Lines,
            (true, true) => Marks::Json,
        },
        wait: task.wait,
        input: Input::start(PIECE),
        output: Output::start(),
        heard: session.now(),
    };
    let ended = run_to_end(&mut relay, session);
    links.clear();
    links.extend(relay.lanes.iter().map(Lane::link));
    if !ended? {
        return Ok(exit::DONE);
    }
    relay.output.finish(session)?;
    let bad = relay.conclude(session);
    tell_total(session);
    failed.or(bad).map_or(Ok(exit::DONE), Err)
}
