//! `luat listen PORT`: standard input and output on connections that come to the module.

use super::Outcome;
use super::pipe::{Input, Keeper, Lane, Marks, Output, PIECE, Relay, Turn};
use crate::args::{Common, Listen};
use crate::exit::{self, Failure};
use crate::manner::{either, named, sentence};
use crate::port::Port;
use crate::say::Say;
use crate::session::Session;
use luat_modem::engine::{LinkId, ListenError};
use luat_modem::time::{Duration, Instant};
use serde_json::json;

/// The end of the input does not end the links of a server.
const FOR_EVER: Duration = Duration::from_secs(31_536_000);

pub(crate) fn run(common: &'static Common, task: &'static Listen) -> Outcome {
    let line = Port::open(common)?;
    let mut session = Session::new(common, line, Say::beside(common.json))?;
    let mut links = Vec::new();
    let outcome = match serve(&mut session, common, task, &mut links) {
        // A server has no other end.
        Err(failure) if failure.exit == exit::INTERRUPTED && !task.once => Ok(exit::DONE),
        outcome => outcome,
    };
    super::tcp::tell_total(&session);
    session.engine.unlisten();
    session.leave(&links, Duration::from_secs(2));
    outcome
}

fn serve(
    session: &mut Session,
    common: &Common,
    task: &'static Listen,
    links: &mut Vec<LinkId>,
) -> Outcome {
    let limit = session.now() + common.timeout;
    session.ready(limit)?;
    listen(session, task.local_port, limit)?;
    let mut relay = Relay {
        lanes: Vec::new(),
        marks: match (task.once, common.json) {
            (true, _) => Marks::None,
            (false, false) => Marks::Lines,
            (false, true) => Marks::Json,
        },
        wait: if task.once { task.wait } else { FOR_EVER },
        input: Input::start(PIECE),
        output: Output::start(),
        heard: session.now(),
    };
    loop {
        match relay.turn(session)? {
            Turn::Moved => {}
            Turn::Still(limit) => session.rest(limit),
            Turn::Unread => return Ok(exit::DONE),
        }
        let served = !relay.lanes.is_empty();
        if task.once && served && relay.live().next().is_none() {
            break;
        }
        if !task.once {
            // Who came may be gone: that ends one link, not the server.
            links.retain(|link| !relay.dismiss(session, *link));
        }
        if !(task.once && served)
            && let Some((link, from)) = session.engine.accept()
        {
            let what = either("has connected", "已连入");
            let text = format!("{}: {from} {what}", named(link));
            let fields = json!({"link": link.number(), "from": from.to_string()});
            session.say.say(session.now(), "accepted", &text, fields);
            links.push(link);
            let lane = Lane::new(link, relay.input.total());
            relay
                .lanes
                .push(lane.kept(Keeper::beating(task.heartbeat.as_ref())));
            relay.heard = session.now();
            if task.once {
                session.engine.unlisten();
            }
        }
    }
    relay.output.finish(session)?;
    relay.conclude(session).map_or(Ok(exit::DONE), Err)
}

fn listen(session: &mut Session, port: u16, limit: Instant) -> Result<(), Failure> {
    let asked = session.engine.listen(port);
    asked.map_err(|error| refused(port, error))?;
    let known = session.until(limit, |engine| match engine.listening() {
        Err(nb::Error::WouldBlock) => None,
        Ok(_) => Some(Ok(())),
        Err(nb::Error::Other(error)) => Some(Err(error)),
    })?;
    match known {
        Some(Ok(())) if session.port.is_rehearsal() => return Err(Failure::rehearsed()),
        Some(Ok(())) => {}
        Some(Err(error)) => return Err(refused(port, error)),
        None if session.engine.is_ready() => return Err(refused(port, ListenError::NoAnswer)),
        None => return Err(session.out_of_time()),
    }
    let address = session.engine.facts().address;
    let own = address.map_or_else(
        || either("the module", "模块").to_owned(),
        |address| address.to_string(),
    );
    let text = sentence(
        format_args!("{own} listens to port {port}"),
        format_args!("{own} 正在监听端口 {port}"),
    );
    let fields = json!({"port": port, "address": address.map(|address| address.to_string())});
    session.say.say(session.now(), "listening", &text, fields);
    Ok(())
}

fn refused(port: u16, error: ListenError) -> Failure {
    let what = format!("port {port}: {error}");
    match error {
        ListenError::NotSupported => Failure::new(
            exit::NO,
            "server.not-supported",
            what,
            "let the module connect to a server of yours: luat tcp HOST:PORT",
        ),
        ListenError::NoAnswer => Failure::new(
            exit::MODULE,
            "module.silent",
            what,
            "check that the module is still supplied, then try again",
        ),
        ListenError::Busy(_) | ListenError::BadPort | ListenError::Refused => {
            Failure::usage("argument.port", what, "use another port")
        }
    }
}
