//! Where programs of this computer come in.

use super::socks;
use crate::exit::Failure;
use crate::interrupt;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// Somebody who wants to be connected.
pub(super) struct Visitor {
    pub(super) stream: TcpStream,
    pub(super) from: SocketAddr,
    pub(super) host: String,
    pub(super) port: u16,
    /// It waits for an answer in SOCKS before it goes on.
    pub(super) socks: bool,
    _place: Place,
}

/// Programs that are let in, at most; further ones wait in the queue of the operating system.
const MOST: usize = 256;

/// Where everybody goes.
#[derive(Clone)]
pub(super) enum Goal {
    Fixed(String, u16),
    /// Where each one says.
    Socks,
}

/// A place in the house; given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Opens the door at `at`.
pub(super) fn open(at: SocketAddr, goal: Goal) -> Result<(SocketAddr, Receiver<Visitor>), Failure> {
    let opened = TcpListener::bind(at).and_then(|listener| Ok((listener.local_addr()?, listener)));
    let (address, listener) = opened.map_err(|error| {
        let what = format!("{at} cannot be listened to: {error}");
        Failure::usage(
            "listen.refused",
            what,
            "use another port; 0 takes one that is free",
        )
    })?;
    let (give, visitors) = channel();
    thread::spawn(move || let_in(&listener, &goal, &give));
    Ok((address, visitors))
}

fn let_in(listener: &TcpListener, goal: &Goal, give: &Sender<Visitor>) {
    let inside = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok((stream, from)) = stream.and_then(|stream| {
            let from = stream.peer_addr()?;
            Ok((stream, from))
        }) else {
            // It was gone before it was in; or there are no descriptors left for a while.
            thread::sleep(std::time::Duration::from_millis(10));
            continue;
        };
        while inside.load(Ordering::SeqCst) >= MOST {
            thread::sleep(std::time::Duration::from_millis(10));
        }
        inside.fetch_add(1, Ordering::SeqCst);
        let place = Place(Arc::clone(&inside));
        let (goal, give) = (goal.clone(), give.clone());
        let visit = move || {
            let (host, port, socks) = match goal {
                Goal::Fixed(host, port) => (host, port, false),
                Goal::Socks => match socks::ask(&stream) {
                    Some((host, port)) => (host, port, true),
                    None => return,
                },
            };
            let visitor = Visitor {
                stream,
                from,
                host,
                port,
                socks,
                _place: place,
            };
            if give.send(visitor).is_ok() {
                interrupt::ring();
            }
        };
        // Who is slow to say where to holds up nobody else.
        thread::spawn(visit);
    }
}
