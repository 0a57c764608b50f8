//! Listening for clients.
//!
//! On the wire: `AT+CIPSERVER=1,8888` → `OK`, `SERVER OK`; a client came: `0, REMOTE IP: 10.76.40.73`;
//! `AT+CIPSERVER=0` → `OK`, `SERVER CLOSE` (application note of SIM7000, TCPIP; the vendor manual of the
//! EC chips has no server).

use super::error::Cme;
use super::line::{Command, Form};
use super::links::{Link, LinkState};
use super::pdp::Ip;
use super::stage::Outcome;
use super::{Module, Network};
use std::format;
use std::net::IpAddr;
use std::prelude::v1::*;

impl<N: Network> Module<N> {
    pub(super) fn execute_server(&mut self, form: Form, command: &Command) -> Outcome {
        match (form, command.number(0), command.number(1)) {
            (Form::Ask, ..) => match self.server {
                Some(port) => self.told(format!("+CIPSERVER: 1,{port}")),
                None => self.told("+CIPSERVER: 0"),
            },
            (Form::Test, ..) => self.told("+CIPSERVER: (0-CLOSE SERVER,1-OPEN SERVER),(1-65535)"),
            (Form::Run, ..) => Outcome::Error,
            (Form::Set, Some(1u8), Some(port @ 1..=u16::MAX)) => self.start_server(port),
            (Form::Set, Some(0), None) if self.server.is_some() => {
                self.stop_server();
                Outcome::OkThen(Vec::from([String::from("SERVER CLOSE")]))
            }
            (Form::Set, ..) => Outcome::Refused(Cme::NOT_ALLOWED),
        }
    }

    fn start_server(&mut self, port: u16) -> Outcome {
        let free = self.tcp.multi || !self.links[0].is_open();
        let usable = self.ip == Ip::Status && free && !self.tcp.transparent;
        if self.server.is_some() || !usable || !self.network.listen(self.now, port) {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        }
        self.server = Some(port);
        Outcome::OkThen(Vec::from([String::from("SERVER OK")]))
    }

    /// Connections that clients made before stay.
    pub(super) fn stop_server(&mut self) {
        if self.server.take().is_some() {
            self.network.unlisten(self.now);
        }
    }

    /// A client gets the lowest link that is free, or is turned away in silence.
    pub(super) fn client_arrived(&mut self, visitor: usize, address: IpAddr, port: u16) {
        let links = if self.tcp.multi { self.links.len() } else { 1 };
        let number = (0..links).find(|&number| !self.links[number].is_open());
        let number = number.filter(|_| self.server.is_some());
        self.network.admit(self.now, visitor, number);
        let Some(number) = number else {
            return;
        };
        let former = &self.links[number];
        self.links[number] = Link {
            state: LinkState::Connected,
            host: format!("{address}"),
            address: Some(address),
            port,
            local: former.local,
            generation: former.generation.wrapping_add(1),
            ..Link::default()
        };
        let text = self.of_link(number, &format!("REMOTE IP: {address}"));
        self.notice(&text);
        self.beat_later(number);
    }
}
