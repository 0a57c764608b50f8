//! A server made by others behind the simulated network.

use crate::supervise_bench::Bench;
use crate::websocket_bench::Server;
use std::io::{Read, Write};
use tungstenite::Message;

/// The server of the present connection, and what those before it received.
pub(crate) struct Behind {
    pub(crate) server: Server,
    pub(crate) past: Vec<Vec<Message>>,
    /// The server does nothing by itself.
    pub(crate) deaf: bool,
    /// The far end of the present connection in the simulated network.
    peer: Option<usize>,
    /// Bytes that the present connection brought to the server.
    brought: usize,
}

impl Behind {
    pub(crate) fn new(server: Server) -> Self {
        Self {
            server,
            past: Vec::new(),
            deaf: false,
            peer: None,
            brought: 0,
        }
    }

    /// Carries bytes between the server and the far end of that link.
    pub(crate) fn turn(&mut self, bench: &mut Bench<'_>, link: Option<u8>) {
        let network = bench.module.network();
        let Some(number) = link.and_then(|link| network.peer_number(link.into())) else {
            return;
        };
        let Some(peer) = network.peer_at(number).filter(|_| !self.deaf) else {
            return;
        };
        if self.peer.replace(number).is_some_and(|old| old != number) {
            let next = match self.server.is_echo {
                true => Server::echo(),
                false => Server::new(),
            };
            let last = core::mem::replace(&mut self.server, next);
            self.past.push(last.received);
            self.brought = 0;
        }
        let pipe = self.server.pipe.clone();
        let fresh = peer.received().get(self.brought..).unwrap_or(&[]);
        if !fresh.is_empty() {
            self.brought += fresh.len();
            pipe.0.borrow_mut().to_server.write_all(fresh).unwrap();
            self.server.step();
            self.server.step();
        }
        let mut back = Vec::new();
        let to_client = &mut pipe.0.borrow_mut().to_client;
        to_client.read_to_end(&mut back).unwrap();
        if !back.is_empty() {
            peer.push(&back);
        }
        if matches!(self.server.end, Some(tungstenite::Error::ConnectionClosed)) {
            self.server.end = None;
            peer.close();
        }
    }
}
