//! Links to one address: asked for together, and waited for.

use crate::exit::Failure;
use crate::session::{Session, is_open};
use crate::text;
use crate::verdict;
use luat_modem::engine::{
    ConnectError, ConnectFailure, Engine, LinkId, LinkState, Shutdown, Transport,
};
use luat_modem::time::{Duration, Instant};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'h> {
    pub(crate) transport: Transport,
    pub(crate) host: &'h str,
    pub(crate) port: u16,
    /// How many; `None` is all that the module has.
    pub(crate) links: Option<u8>,
}

/// What became of a link that was asked for.
pub(crate) struct Opened {
    pub(crate) link: LinkId,
    pub(crate) result: Result<(), ConnectFailure>,
}

/// `HOST:PORT`, checked before anything is sent.
pub(crate) fn address(to: &str) -> Result<(&str, u16), Failure> {
    text::check("the address", to)?;
    let wrong = |what: &str| {
        let what = format!("{to}: {what}");
        Failure::usage(
            "argument.address",
            what,
            "write it like example.com:80 or 192.0.2.1:80",
        )
    };
    let (host, port) = to
        .rsplit_once(':')
        .ok_or_else(|| wrong("there is no port"))?;
    if host.contains(':') || host.starts_with('[') {
        return Err(wrong("the module has no IPv6"));
    }
    if !is_host(host) {
        return Err(wrong("that is no host"));
    }
    match port.parse() {
        Ok(port @ 1..) => Ok((host, port)),
        _ => Err(wrong("the port is a number from 1 to 65535")),
    }
}

/// Whether `host` may be a name or an address, as far as a command can carry it.
pub(crate) fn is_host(host: &str) -> bool {
    let odd = |byte: u8| byte <= b' ' || byte == b'"' || byte == 0x7F;
    !host.is_empty() && host.len() <= 128 && !host.bytes().any(odd)
}

/// Waits for the network, asks for the links and waits until each is open or has failed.
///
/// # Errors
/// The network is not there in time, or the module has not so many links. `links` gets each link that
/// was asked for, whatever comes after.
pub(crate) fn open(
    session: &mut Session,
    asked: Asked<'_>,
    limit: Instant,
    links: &mut Vec<LinkId>,
) -> Result<Vec<Opened>, Failure> {
    session.ready(limit)?;
    let offered = session.engine.link_count();
    let wanted = asked.links.unwrap_or(offered);
    if wanted > offered {
        return Err(too_many(wanted, offered));
    }
    for _ in 0..wanted {
        let link = session
            .engine
            .connect(asked.transport, asked.host, asked.port);
        links.push(link.map_err(|error| match error {
            ConnectError::NoFreeLink(offered) => too_many(wanted, offered),
            error => Failure::usage("argument.address", error.to_string(), "correct the address"),
        })?);
    }
    session.until(limit, |engine| {
        links
            .iter()
            .all(|link| result(engine, *link).is_some())
            .then_some(())
    })?;
    if session.port.is_rehearsal() {
        return Err(Failure::rehearsed());
    }
    let engine = &session.engine;
    let up = engine.is_ready();
    let opened = links.iter().map(|link| {
        // Without a result the time is up; where the network went away, that is why.
        let late = up.then_some(Err(ConnectFailure::TimedOut));
        let result = result(engine, *link).or(late)?;
        Some(Opened {
            link: *link,
            result,
        })
    });
    let opened: Option<Vec<Opened>> = opened.collect();
    opened.ok_or_else(|| session.out_of_time())
}

/// Like [`open`], where every link is needed.
pub(crate) fn open_all(
    session: &mut Session,
    asked: Asked<'_>,
    limit: Instant,
    links: &mut Vec<LinkId>,
) -> Result<(), Failure> {
    let opened = open(session, asked, limit, links)?;
    for Opened { link, result } in opened {
        result.map_err(|failure| {
            let to = format!("{}:{}", asked.host, asked.port);
            let mut failure = verdict::not_connected(&to, failure);
            failure.what = format!("{link}: {}", failure.what);
            failure
        })?;
    }
    Ok(())
}

/// Closes the links in order, within `patience`.
pub(crate) fn close_all(
    session: &mut Session,
    links: &[LinkId],
    patience: Duration,
) -> Result<(), Failure> {
    let now = session.now();
    for link in links {
        // To close one that is over would release it.
        if is_open(&session.engine, *link) {
            session.engine.close(now, *link, Shutdown::Orderly);
        }
    }
    let over = |engine: &mut Engine<'_>| {
        let open = links.iter().any(|link| is_open(engine, *link));
        (!open).then_some(())
    };
    session.until(now + patience, over).map(|_| ())
}

/// How it went, once that is known.
fn result(engine: &Engine<'_>, link: LinkId) -> Option<Result<(), ConnectFailure>> {
    match engine.status(link) {
        Some(status)
            if matches!(
                status.state,
                LinkState::Requested | LinkState::Opening | LinkState::Connecting
            ) =>
        {
            None
        }
        Some(status) => Some(status.failed.map_or(Ok(()), Err)),
        None => Some(Ok(())),
    }
}

fn too_many(wanted: u8, offered: u8) -> Failure {
    Failure::usage(
        "links.too-many",
        format!("the firmware of this module has {offered} links, {wanted} were asked for"),
        format!("use --links {offered} or fewer"),
    )
}
