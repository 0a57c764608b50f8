//! The user, as far as the transcript shows what the user did.

use super::Stream;
use super::error::ReplayError;
use super::run::Run;
use super::script::{Order, Said, Spot, is_plain};
use super::state::Held;
use crate::at::socket::MAX_CHUNK;
use crate::engine::{LinkState, Shutdown, Transport};
use crate::time::Duration;
use crate::transcript::EntryKind;
use std::{format, string::String, vec::Vec};

impl Run<'_, '_> {
    /// Does what the next line wants before the driver chooses what to send, if that line comes
    /// next and at once: what was ordered earlier waits in the driver's queue by then.
    pub(super) fn act_ahead(&mut self) -> Result<(), ReplayError> {
        let Some((index, next)) = self.entries_ahead().next() else {
            return Ok(());
        };
        let soon = |at| at <= self.now + SOON && self.engine.deadline().is_none_or(|d| d > at);
        if matches!(next.kind, EntryKind::ToModule(_)) && next.at.is_none_or(soon) {
            let spot = Spot {
                entry: index,
                offset: 0,
            };
            self.act(spot, false)?;
        }
        Ok(())
    }

    /// Does what the line at `spot` wants of the user, once; whether that was anything. `last` says
    /// that the driver has had its time to send the line by itself.
    pub(super) fn act(&mut self, spot: Spot, last: bool) -> Result<bool, ReplayError> {
        if self.user.acted == Some(spot) {
            return Ok(false);
        }
        let Some(index) = self.script.iter().position(|said| said.start == spot) else {
            return Ok(false);
        };
        let Some(Said { order, line, .. }) = self.script.get(index).cloned() else {
            return Ok(false);
        };
        let acts = match order {
            Order::Connect { link, .. } => self.connect_to(link, index)?,
            Order::Send {
                link,
                length,
                payload,
            } => self.send(link, length, &payload, index)?,
            Order::Close { link, quick } => self.close(link, quick),
            Order::Acknowledged(link) => self.ask_acknowledged(link, index),
            // There was no room for it until the user had read.
            Order::Read(_) if self.late && self.engine.outgoing(self.now).is_empty() => self.read(),
            Order::Read(_) => false,
            // The driver sends it because data waits.
            Order::Prompting(on) if self.engine.switches_prompts() => self.send_next(on, index)?,
            Order::Other if self.is_own(&line) => false,
            Order::Prompting(_) | Order::Other => self.command(&line)?,
        };
        // Whatever it is, no one else is left who could send it.
        let acts = acts || last && is_plain(&line) && self.command(&line)?;
        if acts {
            self.user.acted = Some(spot);
        }
        Ok(acts)
    }

    fn connect_to(&mut self, link: u8, index: usize) -> Result<bool, ReplayError> {
        if self
            .state(link)
            .is_some_and(|state| !matches!(state, LinkState::Closed | LinkState::Free))
        {
            return Ok(false);
        }
        if let Some(held) = self.held(link) {
            self.engine.release(held.id);
        }
        // Lower numbers are given first. Their turn on the line may come later.
        for lower in 0..link {
            if self.state(lower).is_none()
                && let Some((transport, host, port)) = self.connects_later(lower, index)
            {
                self.connect(lower, transport, &host, port)?;
            }
        }
        match self.script.get(index).map(|said| said.order.clone()) {
            Some(Order::Connect {
                transport,
                host,
                port,
                ..
            }) => self.connect(link, transport, &host, port).map(|()| true),
            _ => Ok(false),
        }
    }

    fn connect(
        &mut self,
        link: u8,
        transport: Transport,
        host: &str,
        port: u16,
    ) -> Result<(), ReplayError> {
        let id = match self.engine.connect(transport, host, port) {
            Ok(id) => id,
            Err(error) => return Err(self.cannot(format!("link {link} cannot be opened: {error}"))),
        };
        if id.number() != link {
            let got = id.number();
            return Err(self.cannot(format!("the driver opens link {got}, not link {link}")));
        }
        let held = Held {
            id,
            stream: self.report.streams.len(),
            closing: false,
            asking: false,
        };
        self.report.streams.push(Stream {
            link,
            id,
            received: Vec::new(),
        });
        if let Some(place) = self.user.links.get_mut(usize::from(link)) {
            *place = Some(held);
        }
        Ok(())
    }

    fn connects_later(&self, link: u8, index: usize) -> Option<(Transport, String, u16)> {
        self.script
            .iter()
            .skip(index)
            .find_map(|said| match &said.order {
                Order::Connect {
                    link: l,
                    transport,
                    host,
                    port,
                } if *l == link => Some((*transport, host.clone(), *port)),
                _ => None,
            })
    }

    /// Writes what the queue of the driver lacks for a piece of `length` bytes.
    fn send(
        &mut self,
        link: u8,
        length: usize,
        payload: &[u8],
        index: usize,
    ) -> Result<bool, ReplayError> {
        let Some(held) = self.held(link) else {
            return Err(self.cannot(format!(
                "data is sent on link {link}, which was never opened"
            )));
        };
        let queued = self
            .engine
            .status(held.id)
            .map_or(0, |status| status.unsent);
        if queued >= length {
            return Ok(false);
        }
        let mut bytes = payload.to_vec();
        if bytes.is_empty() {
            // No prompt came: the same bytes come again with the next piece.
            bytes = self.sends_later(link, index);
        }
        bytes.resize(length, 0);
        let mut rest = bytes.get(queued..).unwrap_or_default();
        while !rest.is_empty() {
            match self.engine.send(held.id, rest) {
                Ok(n) => rest = rest.get(n..).unwrap_or_default(),
                Err(nb::Error::WouldBlock) => {
                    return Err(self.cannot(format!(
                        "link {link} has no room for {length} bytes to send (at most {MAX_CHUNK})"
                    )));
                }
                Err(nb::Error::Other(error)) => {
                    return Err(self.cannot(format!("nothing can be sent on link {link}: {error}")));
                }
            }
        }
        Ok(true)
    }

    /// Writes the next piece that goes out, on whatever link. One for which prompts are switched `on` holds a
    /// command, also where nothing is known of it.
    fn send_next(&mut self, on: bool, index: usize) -> Result<bool, ReplayError> {
        let mut behind = self.script.iter().enumerate().skip(index);
        let next = behind.find_map(|(index, said)| match said.order {
            Order::Send { link, length, .. } => Some((link, length, index)),
            _ => None,
        });
        let Some((link, length, index)) = next else {
            return Ok(false);
        };
        let mut payload = self.sends_later(link, index);
        if payload.is_empty() && on {
            payload = b"AT".repeat(length);
            payload.truncate(length);
        }
        self.send(link, length, &payload, index)
    }

    fn sends_later(&self, link: u8, index: usize) -> Vec<u8> {
        for said in self.script.iter().skip(index) {
            match &said.order {
                Order::Connect { link: l, .. } if *l == link => break,
                Order::Send {
                    link: l, payload, ..
                } if *l == link && !payload.is_empty() => return payload.clone(),
                _ => {}
            }
        }
        Vec::new()
    }

    /// A link that is over is closed by the driver alone.
    fn close(&mut self, link: u8, quick: bool) -> bool {
        let Some(held) = self.held(link).filter(|held| !held.closing) else {
            return false;
        };
        let state = self.state(link);
        if !matches!(
            state,
            Some(LinkState::Open | LinkState::Opening | LinkState::Connecting)
        ) {
            return false;
        }
        if quick {
            self.queue_unsent_of(link);
        }
        let how = if quick {
            Shutdown::Abort
        } else {
            Shutdown::Orderly
        };
        self.engine.close(self.now, held.id, how);
        self.note(link, |held| held.closing = true);
        true
    }

    /// The driver asks by itself while the result of a send is in doubt.
    fn ask_acknowledged(&mut self, link: u8, index: usize) -> bool {
        let Some(held) = self.held(link).filter(|held| !held.closing) else {
            return false;
        };
        let status = self.engine.status(held.id);
        if status.is_none_or(|s| s.state != LinkState::Open || s.unsent > 0) {
            return false;
        }
        let next = self.script.get(index.saturating_add(1));
        if next.is_some_and(|said| said.order == Order::Close { link, quick: false }) {
            return self.close(link, false);
        }
        if held.asking {
            return false;
        }
        self.engine.ask_acknowledged(held.id);
        self.note(link, |held| held.asking = true);
        true
    }

    fn held(&self, link: u8) -> Option<Held> {
        self.user.links.get(usize::from(link)).copied().flatten()
    }

    fn note(&mut self, link: u8, change: impl FnOnce(&mut Held)) {
        if let Some(Some(held)) = self.user.links.get_mut(usize::from(link)) {
            change(held);
        }
    }

    fn state(&self, link: u8) -> Option<LinkState> {
        let held = self.held(link)?;
        self.engine.status(held.id).map(|status| status.state)
    }

    pub(super) fn cannot(&self, what: String) -> ReplayError {
        ReplayError::User {
            place: self.place(),
            what,
        }
    }
}

/// How soon a line follows what the driver heard, when the driver had it ready.
const SOON: Duration = Duration::from_millis(20);
