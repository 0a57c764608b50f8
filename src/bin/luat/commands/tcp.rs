//! `luat tcp HOST:PORT`: standard input and output on connections of the module.

use super::Outcome;
use super::links::{self, Asked, Opened};
use super::pipe::{Input, Lane, Marks, Output, PIECE, Relay, Turn};
use crate::args::{Common, Tcp};
use crate::exit;
use crate::port::Port;
use crate::say::Say;
use crate::session::Session;
use crate::tls;
use crate::verdict;
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

fn carry(
    session: &mut Session,
    common: &Common,
    task: &Tcp,
    (asked, tls): (Asked<'_>, &tls::Asked),
    links: &mut Vec<LinkId>,
) -> Outcome {
    let limit = session.now() + common.timeout;
    session.ready(limit)?;
    tls.write_files(session)?;
    let opened = links::open(session, asked, limit, links)?;
    let mut lanes = Vec::new();
    let mut failed = None;
    let many = opened.len() > 1;
    for Opened { link, result } in opened {
        let mark = if many {
            format!("{link}: ")
        } else {
            String::new()
        };
        match result {
            Ok(()) => {
                let text = format!("{mark}connected to {}", task.to);
                let fields = json!({"to": task.to, "link": link.number()});
                session.say.say(session.now(), "connected", &text, fields);
                lanes.push(Lane::new(link, 0));
            }
            Err(failure) => {
                let failure = verdict::not_connected(&task.to, failure);
                if many {
                    let text = format!("{mark}{}", failure.what);
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
    while relay.live().next().is_some() {
        match relay.turn(session)? {
            Turn::Moved => {}
            Turn::Still(limit) => session.rest(limit),
            Turn::Unread => return Ok(exit::DONE),
        }
    }
    relay.output.finish(session)?;
    let bad = relay.conclude(session);
    failed.or(bad).map_or(Ok(exit::DONE), Err)
}
