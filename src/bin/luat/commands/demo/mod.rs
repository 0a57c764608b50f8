//! `luat demo`: ten links at once on a module in software.

mod echo;

use super::Outcome;
use super::links::{self, Asked};
use crate::args::Common;
use crate::exit::{self, Failure};
use crate::manner::{either, named, sentence};
use crate::port::Port;
use crate::say::{Progress, Say};
use crate::session::Session;
use crate::software::Software;
use crate::traffic::{self, Load, Traffic};
use crate::verdict;
use echo::Echo;
use luat_modem::at::device::QueryImei;
use luat_modem::at::sim::QueryIccid;
use luat_modem::engine::{CloseReason, LinkId, Transport};
use luat_modem::time::Duration;
use serde_json::json;
use std::io;
#[cfg(unix)]
use {
    crate::pty::Pty,
    std::os::unix::net::UnixStream,
    std::path::PathBuf,
    std::thread::{self, JoinHandle},
};

/// Links that are opened.
const LINKS: u8 = 10;

/// Bytes on each link.
const BYTES: u64 = 64 * 1024;

/// How long each part may take.
const PATIENCE: Duration = Duration::from_secs(30);

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
    let stage = Stage::set(common).map_err(broken)?;
    let say = Say::result(common.json);
    let port = stage.port(common)?;
    let what = sentence(
        format_args!(
            "module in software on {}, echo server on 127.0.0.1:{}",
            port.name(),
            echo.port()
        ),
        format_args!(
            "软件模拟的模块在 {}，回显服务器在 127.0.0.1:{}",
            port.name(),
            echo.port()
        ),
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
    stage.strike();
    outcome
}

/// The module in software, on a pseudo terminal where there are any: bytes pass the kernel, as they do
/// with a module.
#[cfg(unix)]
struct Stage {
    path: PathBuf,
    stop: UnixStream,
    module: JoinHandle<io::Result<()>>,
}

#[cfg(unix)]
impl Stage {
    fn set(_: &Common) -> io::Result<Self> {
        let mut pty = Pty::new(Software::for_demo(), None)?;
        let path = pty.path().to_owned();
        let (stop, stopped) = UnixStream::pair()?;
        let module = thread::spawn(move || pty.serve_until(&stopped));
        Ok(Self { path, stop, module })
    }

    fn port(&self, common: &Common) -> Result<Port, Failure> {
        Port::serial(&self.path, common)
    }

    fn strike(self) {
        drop(self.stop);
        // Its only errors are those of a terminal that is gone.
        let _ = self.module.join();
    }
}

#[cfg(not(unix))]
struct Stage;

#[cfg(not(unix))]
impl Stage {
    fn set(_: &Common) -> io::Result<Self> {
        Ok(Self)
    }

    fn port(&self, common: &Common) -> Result<Port, Failure> {
        Port::of_software(Software::for_demo(), "luatos", common)
    }

    fn strike(self) {}
}

fn show(session: &mut Session, echo: &Echo, links: &mut Vec<LinkId>) -> Outcome {
    let limit = session.now() + PATIENCE;
    session.ready(limit)?;
    introduce(session)?;
    let asked = Asked {
        transport: Transport::Tcp,
        host: "127.0.0.1",
        port: echo.port(),
        links: Some(LINKS),
    };
    links::open_all(session, asked, limit, links)?;
    let open = links.len();
    let text = sentence(
        format_args!("{open} links are open"),
        format_args!("{open} 路连接已打开"),
    );
    let fields = json!({"links": links.len()});
    session.say.say(session.now(), "connected", &text, fields);

    let load = Load {
        bytes: BYTES,
        echo: true,
        seed: 1,
        wait: PATIENCE,
    };
    let mut traffic: Vec<Traffic> = links
        .iter()
        .map(|link| Traffic::stream(*link, load))
        .collect();
    let begun = traffic::carry(session, &mut traffic, load, &Progress::none())?;
    let took = (session.now() - begun).as_secs_f64();
    let differences: u64 = traffic.iter().map(|one| one.tally.differences).sum();
    let bytes: u64 = traffic.iter().map(|one| one.tally.received).sum();
    for one in &traffic {
        if let Some(complaint) = one.complaint() {
            let fields = json!({"link": one.link.number()});
            session
                .say
                .say(session.now(), "difference", &complaint, fields);
        }
    }

    far_end_closes(session, echo, links)?;
    links::close_all(session, links, PATIENCE)?;

    let seconds = session.now().as_millis() as f64 / 1000.0;
    let summary = sentence(
        format_args!(
            "{open} links, {bytes} bytes there and back in {took:.2} s, {differences} differences, {seconds:.2} s in all"
        ),
        format_args!(
            "{open} 路连接，{bytes} 字节往返用时 {took:.2} s，{differences} 处不同，共 {seconds:.2} s"
        ),
    );
    session.say.say(
        session.now(),
        "summary",
        &summary,
        json!({"links": links.len(), "bytes": bytes, "differences": differences, "seconds": seconds}),
    );
    Ok(if traffic.iter().all(Traffic::is_right) {
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
    let text = sentence(
        format_args!(
            "{model}, firmware {firmware}, IMEI {imei}, ICCID {iccid}, up to {links} links"
        ),
        format_args!("{model}，固件 {firmware}，IMEI {imei}，ICCID {iccid}，最多 {links} 路连接"),
    );
    let fields =
        json!({"model": model, "firmware": firmware, "imei": imei, "iccid": iccid, "links": links});
    session.say.say(session.now(), "identity", &text, fields);
    let text = dbm.map_or_else(
        || either("signal unknown", "信号未知").to_owned(),
        |dbm| format!("{} {dbm} dBm", either("signal", "信号")),
    );
    session
        .say
        .say(session.now(), "signal", &text, json!({"dbm": dbm}));
    Ok(())
}

/// The far end closes one link, and the module says so.
fn far_end_closes(session: &mut Session, echo: &Echo, links: &[LinkId]) -> Result<(), Failure> {
    let limit = session.now() + PATIENCE;
    echo.close_one();
    let closed = session.until(limit, |engine| {
        let mut ends = links
            .iter()
            .filter_map(|link| Some((*link, engine.status(*link)?.closed?)));
        ends.next()
    })?;
    match closed {
        Some((link, closed)) => {
            let text = format!("{}: {}", named(link), verdict::reason(closed.reason));
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
