//! `luat ws URL`: standard input and output as WebSocket messages.

pub(crate) mod args;
mod asked;
mod echo;
mod ended;
mod input;
mod shown;
mod talk;

use super::Outcome;
use super::links;
use crate::args::Common;
use crate::exit;
use crate::port::Port;
use crate::say::Say;
use crate::session::Session;
use crate::tls;
use args::Ws;
use asked::Asked;
pub(crate) use asked::Randomness;
use luat_modem::engine::{LinkId, Transport};
use luat_modem::time::Duration;

pub(crate) fn run(common: &'static Common, task: &'static Ws) -> Outcome {
    let asked = Asked::of(task)?;
    let tls = if asked.is_secure() {
        tls::Asked::trusting(task.certificates.trust())?
    } else {
        tls::Asked::default()
    };
    let profiles = tls.profiles();
    let line = Port::open(common)?;
    let mut session = Session::secured(common, line, Say::beside(common.json), profiles)?;
    let mut links = Vec::new();
    let outcome = carry(&mut session, common, task, (&asked, &tls), &mut links);
    session.leave(&links, Duration::from_secs(2));
    outcome
}

fn carry(
    session: &mut Session,
    common: &Common,
    task: &Ws,
    (asked, tls): (&Asked, &tls::Asked),
    links: &mut Vec<LinkId>,
) -> Outcome {
    session.ready(session.now() + common.timeout)?;
    tls.write_files(session)?;
    if session.port.is_rehearsal() {
        return rehearse(session, common, asked, links);
    }
    if task.echo {
        echo::run(session, common, asked, links)
    } else {
        talk::run(session, common, task, asked, links)
    }
}

/// Opens the link: nobody is there to shake hands with.
fn rehearse(
    session: &mut Session,
    common: &Common,
    asked: &Asked,
    links: &mut Vec<LinkId>,
) -> Outcome {
    let limit = session.now() + common.timeout;
    for url in asked.urls() {
        let link = links::Asked {
            transport: if url.is_secure() {
                Transport::Tls(0)
            } else {
                Transport::Tcp
            },
            host: url.host(),
            port: url.port(),
            links: Some(1),
        };
        links::open(session, link, limit, links)?;
    }
    Ok(exit::DONE)
}
