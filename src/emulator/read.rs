//! Receiving at the host's pace: the pull mode.
//!
//! On the wire: `+CIPRXGET: 1,0` tells of data; `AT+CIPRXGET=2,0,100` →
//! `+CIPRXGET: 2,0,<read>,<left>`, the bytes, `OK`. One read gives at most one datagram; `<left>` counts
//! every byte that is still unread (vendor manual, CIPRXGET: `<rlen>`), of later datagrams too.

use super::error::Cme;
use super::line::{Command, Form};
use super::stage::Outcome;
use super::{Module, Network};
use std::format;
use std::prelude::v1::*;

/// The most one read can give, as bytes and as hexadecimal (vendor manual, CIPRXGET).
const MOST: usize = 1460;
const MOST_HEX: usize = 730;

impl<N: Network> Module<N> {
    pub(super) fn execute_read(&mut self, command: &Command) -> Outcome {
        if command.form == Form::Ask {
            return self.told(format!("+CIPRXGET: {}", self.tcp.pull));
        }
        let each_packet = self.options.profile.notice_each_packet;
        match command.number(0) {
            Some(mode @ 0..=1u8) if command.args.len() == 1 => self.choose_mode(mode),
            Some(5) if command.args.len() == 1 && each_packet => self.choose_mode(5),
            Some(mode @ 2..=4) if self.tcp.pull > 0 => self.read_link(mode, command),
            _ => Outcome::Refused(Cme::NOT_ALLOWED),
        }
    }

    fn choose_mode(&mut self, mode: u8) -> Outcome {
        self.tcp.pull = mode;
        self.links.iter_mut().for_each(|link| link.noticed = false);
        Outcome::Ok
    }

    fn read_link(&mut self, mode: u8, command: &Command) -> Outcome {
        let (number, size) = if self.tcp.multi {
            (self.link_number(command.text(1)), 2)
        } else {
            (Some(0), 1)
        };
        let most = if mode == 3 { MOST_HEX } else { MOST };
        let wanted = command
            .number_or(size, most)
            .filter(|n| (1..=most).contains(n));
        let (Some(number), Some(wanted)) = (number, wanted) else {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        };
        let link = &self.links[number];
        if !link.is_connected() && link.inbox.is_empty() {
            return Outcome::Refused(Cme::NOT_ALLOWED);
        }
        if self.options.quirks.notice_before_answer && !link.inbox.is_empty() {
            self.notice_data(number);
        }
        let of = if self.tcp.multi {
            format!("{number},")
        } else {
            String::new()
        };
        if mode == 4 {
            let left = self.links[number].inbox.len();
            return self.told(format!("+CIPRXGET: 4,{of}{left}"));
        }
        let link = &mut self.links[number];
        link.noticed = false;
        let drop_rest = self.options.quirks.datagram_rest_dropped;
        let bytes = link.inbox.take(wanted, drop_rest);
        let n = bytes.len();
        let left = link.inbox.len();
        let shown = match mode {
            3 => bytes
                .iter()
                .flat_map(|byte| format!("{byte:02X}").into_bytes())
                .collect(),
            _ => bytes,
        };
        // Without a line of its own the data follow a comma (vendor manual, CIPRXGET, example).
        let own_line = self.tcp.multi || self.options.quirks.single_read_on_own_line;
        let end = if own_line { "\r\n" } else { "," };
        self.say_raw(format!("\r\n+CIPRXGET: {mode},{of}{n},{left}{end}").as_bytes());
        self.say_raw(&shown);
        Outcome::Ok
    }

    pub(super) fn notice_data(&mut self, number: usize) {
        if self.tcp.multi {
            self.notice(&format!("+CIPRXGET: 1,{number}"));
        } else {
            self.notice("+CIPRXGET: 1");
        }
    }
}
