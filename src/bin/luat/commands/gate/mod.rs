//! `luat forward` and `luat socks`: programs of this computer on the network of the module.
//!
//! As many are connected at once as the module has links; the others wait in line. A program that
//! reads slowly holds back its own link alone, as far as the module keeps what comes (`--receive
//! pull`).

mod client;
mod door;
mod lane;
mod socks;

use super::{Outcome, links};
use crate::args::{Common, Forward, Socks};
use crate::exit;
use crate::manner::either;
use crate::port::Port;
use crate::say::{self, Say};
use crate::session::Session;
use door::{Goal, Visitor};
use lane::{Lane, Turn};
use luat_modem::engine::{ConnectError, Transport};
use luat_modem::time::{Duration, Instant};
use serde_json::json;
use socks::Reply;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::mpsc::Receiver;

pub(crate) fn forward(common: &'static Common, task: &Forward) -> Outcome {
    let (host, port) = links::address(&task.to)?;
    run(common, task.listen, Goal::Fixed(host.into(), port))
}

pub(crate) fn socks(common: &'static Common, task: &Socks) -> Outcome {
    run(common, task.listen, Goal::Socks)
}

fn run(common: &'static Common, at: SocketAddr, goal: Goal) -> Outcome {
    let line = Port::open(common)?;
    let mut session = Session::new(common, line, Say::beside(common.json))?;
    if session.port.is_rehearsal() {
        session.ready(session.now() + common.timeout)?;
        return Ok(exit::DONE);
    }
    let (address, visitors) = door::open(at, goal)?;
    if common.json {
        say::print_object(json!({"kind": "listening", "address": address.to_string()}));
    } else {
        say::print(&address.to_string());
    }
    let mut gate = Gate {
        visitors,
        line: VecDeque::new(),
        lanes: Vec::new(),
        patience: common.timeout,
    };
    let outcome = gate.serve(&mut session, common);
    super::tcp::tell_total(&session);
    let links: Vec<_> = gate.lanes.iter().map(Lane::link).collect();
    session.leave(&links, Duration::from_secs(2));
    match outcome {
        // A server has no other end.
        Err(failure) if failure.exit == exit::INTERRUPTED => Ok(exit::DONE),
        outcome => outcome,
    }
}

struct Gate {
    visitors: Receiver<Visitor>,
    /// Those who wait for a link, and since when.
    line: VecDeque<(Instant, Visitor)>,
    lanes: Vec<Lane>,
    /// How long somebody waits for a network.
    patience: Duration,
}

impl Gate {
    fn serve(&mut self, session: &mut Session, common: &Common) -> Outcome {
        session.ready(session.now() + common.timeout)?;
        session.is_steadfast = true;
        loop {
            let mut moved = session.turn()?;
            let now = session.now();
            while let Ok(visitor) = self.visitors.try_recv() {
                self.line.push_back((now, visitor));
                moved = true;
            }
            moved |= self.admit(session);
            let wanted = !self.line.is_empty();
            let mut next = self.line.front().map(|(since, _)| *since + self.patience);
            self.lanes
                .retain_mut(|lane| match lane.turn(session, wanted) {
                    Turn::Moved => {
                        moved = true;
                        true
                    }
                    Turn::Still(limit) => {
                        next = [next, limit].into_iter().flatten().min();
                        true
                    }
                    Turn::Over => {
                        moved = true;
                        false
                    }
                });
            if !moved {
                session.rest(next);
            }
        }
    }

    /// Gives links to those who wait, as far as there are some.
    fn admit(&mut self, session: &mut Session) -> bool {
        let now = session.now();
        let mut any = false;
        while let Some((since, visitor)) = self.line.pop_front() {
            if !session.engine.is_ready() {
                if now < since + self.patience {
                    self.line.push_front((since, visitor));
                    break;
                }
                turn_away(&visitor, Reply::NetworkUnreachable);
                any = true;
                continue;
            }
            let asked = session
                .engine
                .connect(Transport::Tcp, &visitor.host, visitor.port);
            match asked {
                Ok(link) => {
                    any = true;
                    self.lanes.push(Lane::new(link, visitor, now));
                }
                Err(ConnectError::NoFreeLink(_)) => {
                    self.line.push_front((since, visitor));
                    break;
                }
                Err(error) => {
                    any = true;
                    turn_away(&visitor, Reply::Failure);
                    let text = format!(
                        "{} {}: {error}",
                        visitor.from,
                        either("is turned away", "被拒绝")
                    );
                    session.say.say(now, "turned-away", &text, json!({}));
                }
            }
        }
        any
    }
}

fn turn_away(visitor: &Visitor, reply: Reply) {
    if visitor.socks {
        socks::answer(&visitor.stream, reply, None);
    }
}
