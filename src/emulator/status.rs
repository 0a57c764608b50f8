//! Questions about links: state, acknowledgement, how many there are.
//!
//! On the wire: `AT+CIPSTATUS` → `OK`, then `STATE: IP PROCESSING`, then a `C:` line for each link;
//! with a server an `S:` line before them (application note of SIM7000, TCPIP).

use super::error::Cme;
use super::line::{Command, Form};
use super::links::{Link, LinkState};
use super::profile::Family;
use super::stage::Outcome;
use super::{Module, Network};
use std::format;
use std::prelude::v1::*;

impl<N: Network> Module<N> {
    pub(super) fn told_status(&mut self, command: &Command) -> Outcome {
        if command.form == Form::Set {
            return self.told_link_status(command);
        }
        let mut lines = Vec::from([format!("STATE: {}", self.ip_text())]);
        if let Some(port) = self.server.filter(|_| self.tcp.multi) {
            lines.push(format!("S: 0,0,\"{port}\",\"LISTENING\""));
        }
        if self.tcp.multi {
            let links = self.links.iter().enumerate();
            lines.extend(links.map(|(number, link)| format!("C: {}", status_text(number, link))));
        }
        Outcome::OkThen(lines)
    }

    /// One link: prefixed on SIM800 (seen in a log), bare in the vendor manual.
    fn told_link_status(&mut self, command: &Command) -> Outcome {
        let Some(number) = self.link_number(command.text(0)).filter(|_| self.tcp.multi) else {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        };
        let text = status_text(number, &self.links[number]);
        match self.options.profile.family {
            Family::Sim800 => self.told(format!("+CIPSTATUS: {text}")),
            _ => self.told(text),
        }
    }

    /// On the wire: `+CIPACK: <accepted>,<acknowledged>,<not acknowledged>`.
    pub(super) fn told_acknowledged(&mut self, command: &Command) -> Outcome {
        let number = match (self.tcp.multi, command.form) {
            (true, Form::Set) => self.link_number(command.text(0)),
            (false, Form::Run) => Some(0),
            _ => None,
        };
        let Some(number) = number.filter(|&number| self.links[number].state != LinkState::Initial)
        else {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        };
        let open = self.unacknowledged(number) as u64 + self.links[number].lost;
        let sent = self.links[number].sent;
        self.told(format!(
            "+CIPACK: {sent},{},{open}",
            sent.saturating_sub(open)
        ))
    }

    /// The number of links is asked by this form. The texts are those of SIM800's manual; the
    /// vendor manual leaves them open. Unverified.
    pub(super) fn told_openings(&mut self) -> Outcome {
        let links = if self.tcp.multi {
            format!("(0-{}),", self.links.len() - 1)
        } else {
            String::new()
        };
        let kinds = "(\"TCP\",\"UDP\")";
        let lines = [
            format!("+CIPSTART: {links}{kinds},(\"(0-255).(0-255).(0-255).(0-255)\"),(1-65535)"),
            format!("+CIPSTART: {links}{kinds},(\"DOMAIN NAME\"),(1-65535)"),
        ];
        self.say_all(&lines);
        Outcome::Ok
    }

    /// Bytes accepted from the host that the far end has not acknowledged.
    pub(super) fn unacknowledged(&self, number: usize) -> usize {
        let link = &self.links[number];
        let inside = if link.is_open() {
            self.network.unacknowledged(number)
        } else {
            0
        };
        link.outbox.len() + inside
    }
}

fn status_text(number: usize, link: &Link) -> String {
    if link.state == LinkState::Initial {
        return format!("{number},,\"\",\"\",\"\",\"INITIAL\"");
    }
    let protocol = link.protocol();
    let address = link
        .address
        .map_or_else(|| link.host.clone(), |address| format!("{address}"));
    format!(
        "{number},0,\"{protocol}\",\"{address}\",\"{}\",\"{}\"",
        link.port,
        link.state_text()
    )
}
