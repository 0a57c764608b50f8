//! Opening and closing links, and the settings of the CIP commands.
//!
//! On the wire: `AT+CIPSTART=0,"TCP","host",80` → `OK`, later `0, CONNECT OK`;
//! `AT+CIPCLOSE=0` → `0, CLOSE OK`; closed by the far end: `0, CLOSED`.

use super::agenda::Task;
use super::error::Cme;
use super::line::{Command, Form};
use super::links::{Link, LinkState};
use super::network::{Remote, Transport};
use super::pdp::Ip;
use super::stage::{Job, Outcome, Stage};
use super::{Module, Network};
use std::format;
use std::net::IpAddr;
use std::prelude::v1::*;

impl<N: Network> Module<N> {
    pub(super) fn execute_sockets(&mut self, command: &Command) -> Option<Outcome> {
        let outcome = match (command.name.as_str(), command.form) {
            ("+CIPSTART", Form::Set) => self.open_link(command),
            ("+CIPSTART", Form::Test) => self.told_openings(),
            ("+CIPCLOSE", Form::Run | Form::Set) => self.close_link(command),
            ("+CIPSEND", form) => self.execute_send(form, command),
            ("+CIPACK", Form::Run | Form::Set) => self.told_acknowledged(command),
            ("+CIPSTATUS", Form::Run | Form::Set) => self.told_status(command),
            ("+CIPRXGET", Form::Set | Form::Ask) => self.execute_read(command),
            ("+CDNSGIP", Form::Set) => self.resolve(command),
            ("+CDNSCFG", form) => self.name_servers(form, command),
            ("+CLPORT", form) => self.local_ports(form, command),
            ("+CIPTKA", form) => self.keep_alive(form, command),
            ("+CIPATS", form) => self.send_timer(form, command),
            ("+CIPSERVER", form) => self.execute_server(form, command),
            ("+CIPMODE", form) => self.transparent_mode(form, command),
            ("+CIPCCFG", form) => self.transparent_settings(form, command),
            ("O", Form::Run) => self.back_to_stream(),
            ("+CIPPING", form) => self.execute_ping(form, command),
            ("+TCPUSERPARAM", Form::Set) => self.resend_limits(command),
            ("*DNSTMOUT", Form::Set) => self.name_limits(command),
            _ => return self.execute_tcp_setting(command),
        };
        Some(outcome)
    }

    /// A link number of the command, if it is one.
    pub(super) fn link_number(&self, text: &str) -> Option<usize> {
        let highest = if self.tcp.multi { self.links.len() } else { 1 };
        text.parse().ok().filter(|number| *number < highest)
    }

    fn open_link(&mut self, command: &Command) -> Outcome {
        let refused = Outcome::Refused(Cme::NOT_ALLOWED);
        let (number, first) = if self.tcp.multi {
            (self.link_number(command.text(0)), 1)
        } else {
            (Some(0), 0)
        };
        let transport = match command.text(first).to_ascii_uppercase().as_str() {
            "TCP" if self.tcp.tls => Transport::Tls,
            "TCP" => Transport::Tcp,
            "UDP" => Transport::Udp,
            _ => return refused,
        };
        let host = command.text(first + 1);
        let port = command.number(first + 2).filter(|port: &u16| *port > 0);
        let (Some(number), Some(port), 1..=128) = (number, port, host.len()) else {
            return refused;
        };
        if command.args.len() != first + 3 {
            return refused;
        }
        match self.links[number].state {
            LinkState::Connected => return self.already_connected(number),
            LinkState::Connecting | LinkState::Closing => return refused,
            LinkState::Initial | LinkState::Closed => {}
        }
        let autostarted = !self.tcp.multi && self.autostart();
        if self.ip != Ip::Status && !autostarted {
            return refused;
        }
        self.connect(number, transport, host, port);
        Outcome::Ok
    }

    fn connect(&mut self, number: usize, transport: Transport, host: &str, port: u16) {
        let former = &self.links[number];
        let link = Link {
            state: LinkState::Connecting,
            transport,
            host: String::from(host),
            port,
            local: former.local,
            generation: former.generation.wrapping_add(1),
            ..Link::default()
        };
        let limit = self.after(self.options.timing.connect_limit);
        self.agenda
            .plan(limit, Task::ConnectLimit(number, link.generation));
        let tls = (transport == Transport::Tls).then(|| self.tls_of(number));
        let to = Remote {
            transport,
            host,
            port,
            local: link.local_port(),
            tls: tls.as_ref(),
            keep_alive: self.probes(),
        };
        self.network.connect(self.now, number, &to);
        self.links[number] = link;
    }

    fn already_connected(&self, number: usize) -> Outcome {
        let text = self.of_link(number, "ALREADY CONNECT");
        if self.options.quirks.already_connected_is_error {
            return Outcome::ErrorThen(text);
        }
        Outcome::OkThen(Vec::from([text]))
    }

    pub(super) fn connected(&mut self, number: usize, address: IpAddr) {
        if self.links[number].state != LinkState::Connecting {
            return;
        }
        self.links[number].state = LinkState::Connected;
        self.links[number].address = Some(address);
        self.beat_later(number);
        if self.tcp.transparent {
            self.stream_due = true;
            return;
        }
        let text = self.of_link(number, "CONNECT OK");
        let end = if self.options.quirks.connect_without_end {
            ""
        } else {
            "\r\n"
        };
        self.notice_raw(format!("\r\n{text}{end}").as_bytes());
    }

    /// On the wire: `0, CONNECT FAIL`; single-link `STATE: TCP CLOSED` and `CONNECT FAIL`.
    pub(super) fn connect_failed(&mut self, number: usize) {
        if self.links[number].state != LinkState::Connecting {
            return;
        }
        self.network.close(self.now, number, true);
        self.links[number].state = LinkState::Closed;
        if !self.tcp.multi {
            let state = format!("STATE: {}", self.ip_text());
            self.notice(&state);
        }
        let text = self.of_link(number, "CONNECT FAIL");
        self.notice(&text);
    }

    pub(super) fn connect_limit(&mut self, number: usize, generation: u32) {
        if self.links[number].generation == generation {
            self.connect_failed(number);
        }
    }

    /// The far end has closed, or reset, the link.
    pub(super) fn remote_closed(&mut self, number: usize, reset: bool) {
        let Some(link) = self.links.get_mut(number).filter(|link| link.is_open()) else {
            return;
        };
        if link.state == LinkState::Connecting {
            return self.connect_failed(number);
        }
        let closing = link.state == LinkState::Closing;
        self.leave_stream();
        self.forget_output(number);
        self.network.close(self.now, number, true);
        let link = &mut self.links[number];
        link.state = LinkState::Closed;
        link.readable = false;
        if !self.options.quirks.unread_survives_close {
            link.inbox.clear();
        }
        if closing {
            // The host's own close answers.
            return;
        }
        let protocol = link.protocol();
        let text = if reset && self.options.quirks.reset_by_number {
            self.of_link(number, &format!("{protocol} ERROR: 14"))
        } else {
            self.of_link(number, "CLOSED")
        };
        if !self.options.quirks.close_untold {
            self.notice(&text);
        }
        let in_payload = matches!(&self.stage, Stage::Payload { send, .. } if send.is_for(number));
        if in_payload && self.options.quirks.close_ends_payload {
            self.stage = Stage::Command;
            self.release_notices();
        }
    }

    fn close_link(&mut self, command: &Command) -> Outcome {
        let (number, mode) = if self.tcp.multi {
            if command.form == Form::Run {
                return Outcome::Error;
            }
            (self.link_number(command.text(0)), 1)
        } else {
            (Some(0), 0)
        };
        let (Some(number), Some(quick @ 0..=1u8)) = (number, command.number_or(mode, 0)) else {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        };
        if !self.links[number].is_open() || self.ip != Ip::Status {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        }
        self.move_output(number);
        self.forget_output(number);
        self.network.close(self.now, number, quick == 1);
        let link = &mut self.links[number];
        link.state = LinkState::Closing;
        link.inbox.clear();
        link.readable = false;
        if quick == 1 {
            return self.close_outcome(number);
        }
        Outcome::Wait(Job::Close(number), self.after(self.options.timing.close))
    }

    pub(super) fn close_outcome(&mut self, number: usize) -> Outcome {
        if self.links[number].state == LinkState::Closing {
            self.links[number].state = LinkState::Closed;
        }
        Outcome::Own(self.of_link(number, "CLOSE OK"))
    }

    /// On the wire: `OK`, later `+CDNSGIP: 1,"name","ip"` or `+CDNSGIP: 0,<code>`.
    fn resolve(&mut self, command: &Command) -> Outcome {
        let name = command.text(0);
        if name.is_empty() || name.len() > 128 {
            return Outcome::Error;
        }
        if self.ip != Ip::Status {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        }
        self.network.resolve(self.now, name);
        Outcome::Ok
    }

    pub(super) fn resolved(&mut self, name: &str, addresses: &[IpAddr]) {
        let listed: String = addresses
            .iter()
            .take(2)
            .map(|address| format!(",\"{address}\""))
            .collect();
        self.notice(&format!("+CDNSGIP: 1,\"{name}\"{listed}"));
    }

    pub(super) fn not_resolved(&mut self) {
        let simcom = self.options.profile.family == super::Family::Sim800;
        self.notice(if simcom {
            "+CDNSGIP: 0,8"
        } else {
            "+CDNSGIP: 0,14"
        });
    }
}
