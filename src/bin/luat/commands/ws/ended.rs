//! How a connection ended, in words, and what that means for whoever used it.

use super::asked::Chat;
use crate::exit::{self, Failure};
use crate::manner::{either, sentence};
use crate::verdict;
use luat_modem::engine::{CloseReason, Closed};
use luat_modem::websocket::{CloseCode, HandshakeError, Why};
use serde_json::{Value, json};

/// How a connection ended.
pub(super) struct Ended {
    pub(super) code: CloseCode,
    pub(super) why: Why,
    reason: String,
    /// Messages that were written and are not known to have arrived.
    unconfirmed: u16,
}

impl Ended {
    pub(super) fn of(client: &Chat, code: CloseCode, why: Why) -> Self {
        Self {
            code,
            why,
            reason: client.reason().to_owned(),
            unconfirmed: client.unconfirmed(),
        }
    }

    /// In words.
    pub(super) fn text(&self) -> String {
        let code = named(self.code);
        let mut text = match self.why {
            Why::Remote => sentence(
                format_args!("the server closed with {code}"),
                format_args!("服务器关闭，代码 {code}"),
            ),
            Why::Local => sentence(
                format_args!("closed with {code}"),
                format_args!("本端关闭，代码 {code}"),
            ),
            Why::Protocol(error) => sentence(
                format_args!("the server broke the protocol ({error}); it was told {code}"),
                format_args!("服务器违反协议（{error}），已告知代码 {code}"),
            ),
            Why::Lost(Some(closed)) => lost(closed),
            why => why.to_string(),
        };
        if !self.reason.is_empty() {
            text += &format!(": {:?}", self.reason);
        }
        if self.unconfirmed > 0 {
            let what = either(
                "; messages that may not have arrived",
                "；可能没有到达的消息",
            );
            text += &format!("{what}: {}", self.unconfirmed);
        }
        text
    }

    /// For programs.
    pub(super) fn fields(&self) -> Value {
        let mut fields = json!({
            "code": self.code.0, "reason": self.reason, "why": self.why.to_string(),
            "unconfirmed": self.unconfirmed,
        });
        if let Why::Lost(Some(closed)) = self.why {
            fields["unsent"] = closed.unsent.into();
            fields["unacknowledged"] = closed.unacknowledged.into();
        }
        fields
    }

    /// Whether both ends agreed that it is over, and nothing went wrong.
    pub(super) const fn is_orderly(&self) -> bool {
        let agreed = matches!(self.why, Why::Remote | Why::Local);
        agreed
            && matches!(
                self.code,
                CloseCode::NORMAL | CloseCode::GOING_AWAY | CloseCode::NO_STATUS
            )
    }

    /// Why nothing was exchanged at all.
    pub(super) fn refused(&self, to: &str) -> Option<Failure> {
        let Why::Handshake(error) = self.why else {
            return None;
        };
        let advice = match error {
            HandshakeError::Status(401 | 403) => "say who you are, with -H 'Authorization: …'",
            HandshakeError::Status(301 | 302 | 307 | 308) => {
                "the server is elsewhere; look there, for example with curl -I"
            }
            HandshakeError::Status(_) => "check the path of the address",
            HandshakeError::Subprotocol => "give the one that the server has, with --subprotocol",
            HandshakeError::TimedOut | HandshakeError::Ended => {
                "check the port, and whether it wants ws or wss"
            }
            _ => "check whether it is a WebSocket server",
        };
        let what = format!("no connection to {to}: {error}");
        Some(Failure::new(exit::NETWORK, "ws.handshake", what, advice))
    }

    /// Why it is not as it should be.
    pub(super) fn failure(&self) -> Failure {
        let (code, advice) = match self.why {
            Why::Lost(Some(closed)) => verdict::ended(closed.reason),
            Why::Protocol(_) => ("ws.protocol", "the server is at fault; look there"),
            Why::Overdue(_) => verdict::ended(CloseReason::HeartbeatUnanswered),
            Why::Remote => (
                "ws.closed",
                "the code says why; look in the log of the server",
            ),
            _ => ("connect.broken", "send it again"),
        };
        Failure::new(exit::NETWORK, code, self.text(), advice)
    }
}

fn lost(closed: Closed) -> String {
    let reason = verdict::reason(closed.reason);
    let (unsent, open) = (closed.unsent, closed.unacknowledged);
    sentence(
        format_args!(
            "{reason}, without a close frame: {unsent} bytes were not sent, {open} were sent and not known to be acknowledged"
        ),
        format_args!(
            "{reason}，没有关闭帧：{unsent} 字节没有发出，{open} 字节已发出但未知是否确认"
        ),
    )
}

/// The code, and what it stands for.
fn named(code: CloseCode) -> String {
    match code {
        CloseCode::NO_STATUS => either("no code", "无").to_owned(),
        code => code.to_string(),
    }
}
