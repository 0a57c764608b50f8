//! The figures for Prometheus, in its text format, at `/metrics`.

use super::look::Look;
use crate::exit::Failure;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What is served.
#[derive(Clone, Default)]
pub(super) struct Page(Arc<Mutex<String>>);

impl Page {
    /// Serves it at `at`; says where that is.
    pub(super) fn serve(&self, at: SocketAddr) -> Result<SocketAddr, Failure> {
        let opened = TcpListener::bind(at).and_then(|one| Ok((one.local_addr()?, one)));
        let (address, listener) = opened.map_err(|error| {
            let what = format!("{at} cannot be listened to: {error}");
            Failure::usage(
                "listen.refused",
                what,
                "use another port; 0 takes a free one",
            )
        })?;
        let page = self.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Who asks and goes is no concern; one at a time is enough.
                let _ = page.answer(stream);
            }
        });
        Ok(address)
    }

    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.set_write_timeout(Some(Duration::from_secs(2)))?;
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") && request.len() < 8192 {
            let n = stream.read(&mut buffer)?;
            if n == 0 {
                break;
            }
            request.extend_from_slice(buffer.get(..n).unwrap_or_default());
        }
        let text = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let found = request.starts_with(b"GET /metrics ") || request.starts_with(b"GET / ");
        let (status, body) = match found {
            true => ("200 OK", &*text),
            false => ("404 Not Found", "the figures are at /metrics\n"),
        };
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    /// The figures of this look.
    pub(super) fn update(&self, look: &Look, looks: u64, events: u64) {
        let mut text = String::new();
        let mut gauge = |name: &str, help: &str, value: Option<f64>| {
            if let Some(value) = value {
                // Memory takes every byte.
                let _ = writeln!(
                    text,
                    "# HELP luat_{name} {help}\n# TYPE luat_{name} gauge\nluat_{name} {value}"
                );
            }
        };
        gauge(
            "up",
            "Whether the module answers.",
            Some(f64::from(u8::from(look.answers))),
        );
        gauge("rssi_dbm", "Signal strength.", look.rssi.map(f64::from));
        gauge(
            "rsrp_dbm",
            "LTE reference signal power.",
            look.rsrp.map(f64::from),
        );
        let rsrq = look.rsrq.map(|tenths| f64::from(tenths) / 10.0);
        gauge("rsrq_db", "LTE reference signal quality.", rsrq);
        let registered = look
            .registration
            .map(|status| f64::from(u8::from(status.is_registered())));
        gauge("registered", "Whether a network has taken it.", registered);
        gauge("links", "Links in use.", Some(look.links.len() as f64));
        gauge(
            "received_bytes_per_second",
            "On the serial line.",
            Some(look.rate),
        );
        for (name, help, value) in [
            ("looks_total", "How often the module was asked.", looks),
            ("events_total", "What it said unasked.", events),
        ] {
            let _ = writeln!(
                text,
                "# HELP luat_{name} {help}\n# TYPE luat_{name} counter\nluat_{name} {value}"
            );
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = text;
    }
}
