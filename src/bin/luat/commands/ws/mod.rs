//! `luat ws URL`: standard input and output as WebSocket messages.

pub(crate) mod args;
mod asked;
mod echo;
mod ended;
mod input;
mod shown;
mod talk;

use super::Outcome;
use crate::args::Common;
use crate::port::Port;
use crate::say::Say;
use crate::session::Session;
use crate::tls;
use args::Ws;
use asked::Asked;
pub(crate) use asked::Randomness;
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
    links: &mut Vec<luat_modem::engine::LinkId>,
) -> Outcome {
    session.ready(session.now() + common.timeout)?;
    tls.write_files(session)?;
    if task.echo {
        echo::run(session, common, asked, links)
    } else {
        talk::run(session, common, task, asked, links)
    }
}
