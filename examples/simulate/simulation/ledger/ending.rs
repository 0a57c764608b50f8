//! What must hold of a connection when its end is told.

use super::connection::{Connection, PIECE};
use super::{Beside, Limits};
use crate::simulation::world::READ;
use luat_modem::engine::{CloseReason, Closed};

impl Connection {
    /// Every byte written is accepted, given up or unsent.
    pub(super) fn balance(&self, closed: Closed, beside: &Beside<'_, '_>) -> Result<(), String> {
        let accounted = self.accepted + self.given_up + u64::from(closed.unsent);
        if accounted != self.written {
            return Err(format!(
                "{} bytes were written, {} accepted, {} given up, {} unsent",
                self.written, self.accepted, self.given_up, closed.unsent
            ));
        }
        match beside.engine.account(self.link) {
            Some(account) if u64::from(account.sent) != self.accepted => Err(format!(
                "the account has {} bytes, the events {}",
                account.sent, self.accepted
            )),
            _ => Ok(()),
        }
    }

    /// What the module took and the engine did not see taken is one piece at the most; what is told
    /// as unacknowledged is what the last `CIPACK` leaves.
    pub(super) fn outward(
        &self,
        closed: Closed,
        beside: &Beside<'_, '_>,
        limits: Limits,
    ) -> Result<(), String> {
        if !self.trusted_out || limits.transparent {
            return Ok(());
        }
        if self.taken > self.accepted + self.given_up + limits.in_flight() {
            return Err(format!(
                "the module took {} bytes, {} are told as accepted",
                self.taken, self.accepted
            ));
        }
        let of_link = beside.line.from_module.links[usize::from(self.link.number())];
        let acknowledged = of_link.acknowledged.unwrap_or(0).min(self.accepted);
        let untouched = beside.line.harms_inward == self.harms;
        let same = self.opened == Some(of_link.opened);
        if same
            && !limits.streamed
            && of_link.acknowledged.is_some()
            && untouched
            && !self.is_datagram()
            && beside.line.unread() == 0
            && u64::from(closed.unacknowledged) != self.accepted - acknowledged
            // What ended the link stood in front of the counters.
            && u64::from(closed.unacknowledged) != self.accepted - self.acknowledged.min(self.accepted)
        {
            return Err(format!(
                "{} accepted, {acknowledged} acknowledged, and {} told as unacknowledged",
                self.accepted, closed.unacknowledged
            ));
        }
        Ok(())
    }

    /// What the module gave is delivered, still to be read or told as lost.
    pub(super) fn inward(
        &self,
        closed: Closed,
        beside: &Beside<'_, '_>,
        limits: Limits,
    ) -> Result<(), String> {
        let untouched = beside.line.harms_inward == self.harms && self.trusted_in;
        if limits.transparent || !untouched || self.is_datagram() || self.closing.is_some() {
            return Ok(());
        }
        let Some(status) = beside.engine.status(self.link) else {
            return Ok(());
        };
        let of_link = beside.line.from_module.links[usize::from(self.link.number())];
        if self.opened != Some(of_link.opened) {
            return Ok(());
        }
        let given = of_link.given;
        let known = self.delivered_bytes + status.readable as u64 + self.lost;
        // A piece that was not yet whole, and what the program has not read.
        let on_its_way = match closed.reason {
            CloseReason::Peer if !beside.lied => 0,
            // What came behind it, or behind a notice that was none, in the same breath.
            CloseReason::Peer | CloseReason::DataLost => READ as u64,
            _ => PIECE,
        } + beside.line.unread() as u64;
        let lost_before = match closed.reason {
            // The rest of what was lost may still come.
            CloseReason::DataLost => PIECE,
            _ => 0,
        };
        if known + on_its_way < given || known > given + lost_before {
            return Err(format!(
                "the module gave {given} bytes; {} were delivered, {} can be read, {} are told as lost",
                self.delivered_bytes, status.readable, self.lost
            ));
        }
        Ok(())
    }

    /// Without a fault nothing ends but by its ends, and then all has come.
    pub(super) fn cause(
        &self,
        closed: Closed,
        beside: &Beside<'_, '_>,
        limits: Limits,
    ) -> Result<(), String> {
        let left = beside.engine.status(self.link).map(|s| s.readable);
        if let (Some(all), Some(left)) = (self.source, left)
            && beside.clean
            && closed.reason == CloseReason::Peer
            && self.closing.is_none()
            && (self.delivered + left) as u64 != all
        {
            return Err(format!(
                "the far end sent {all} bytes and closed, {} came",
                self.delivered + left
            ));
        }
        let overflow = limits.may_overflow && closed.reason == CloseReason::DataLost;
        // A lossy network may take the answer to a heartbeat.
        let harmless = matches!(
            closed.reason,
            CloseReason::Peer | CloseReason::Local | CloseReason::HeartbeatUnanswered
        );
        // A client was given the number before all was read.
        let of_link = beside.line.from_module.links[usize::from(self.link.number())];
        let overtaken = closed.reason == CloseReason::DataLost
            && self.opened.is_none_or(|opened| opened < of_link.opened);
        if beside.clean && !harmless && !overflow && !overtaken {
            return Err(format!("ended without cause: {closed:?}"));
        }
        Ok(())
    }
}
