//! A session that a test feeds, and whose frames it takes apart.

use luat_modem::websocket::frame::{Decoder, Header, Mask, Opcode};
use luat_modem::websocket::{Incoming, Kind, ProtocolError, Session};

pub(crate) fn random() -> impl FnMut(&mut [u8]) {
    let mut next = 1_u8;
    move |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_mul(167).wrapping_add(13);
            *byte = next;
        }
    }
}

/// A frame of a server.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        n @ 0..=125 => bytes.push(n as u8),
        n @ 126..=0xFFFF => {
            bytes.push(126);
            bytes.extend_from_slice(&(n as u16).to_be_bytes());
        }
        n => {
            bytes.push(127);
            bytes.extend_from_slice(&(n as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(payload);
    bytes
}

/// What was told, owned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    Message(Kind, Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(u16, Vec<u8>),
}

/// Feeds `bytes` in pieces of those sizes, again and again.
pub(crate) fn feed(
    session: &mut Session,
    bytes: &[u8],
    sizes: &[usize],
) -> Result<Vec<Told>, ProtocolError> {
    let mut told = Vec::new();
    let mut message = Vec::new();
    let mut sizes = sizes.iter().cycle();
    let mut rest = bytes;
    while !rest.is_empty() {
        let n = rest.len().min(*sizes.next().unwrap());
        let (piece, behind) = rest.split_at(n);
        let (taken, incoming) = session.receive(piece)?;
        assert!(taken > 0);
        match incoming {
            Some(Incoming::Piece {
                kind,
                data,
                first,
                last,
            }) => {
                assert_eq!(first, message.is_empty() && (!data.is_empty() || last));
                message.extend_from_slice(data);
                if last {
                    told.push(Told::Message(kind, core::mem::take(&mut message)));
                }
            }
            Some(Incoming::Ping(data)) => told.push(Told::Ping(data.to_vec())),
            Some(Incoming::Pong(data)) => told.push(Told::Pong(data.to_vec())),
            Some(Incoming::Close(code, reason)) => told.push(Told::Close(code.0, reason.to_vec())),
            None => {}
        }
        rest = &rest[taken..];
        let _ = behind;
    }
    Ok(told)
}

/// The frame that the session wants to send, unmasked: its opcode and payload.
pub(crate) fn control(session: &mut Session) -> Option<(Opcode, Vec<u8>)> {
    let length = session.control_length();
    let bytes = session.control(&mut random())?;
    assert_eq!(length, Some(bytes.len()));
    let (header, mut payload) = unframed(&bytes);
    Mask::new(header.mask.expect("a client masks")).apply(&mut payload);
    assert!(header.fin && header.length == payload.len() as u64);
    Some((header.opcode, payload))
}

pub(crate) fn unframed(bytes: &[u8]) -> (Header, Vec<u8>) {
    let mut decoder = Decoder::new();
    for (at, byte) in bytes.iter().enumerate() {
        if let Some(header) = decoder.take(*byte).unwrap() {
            return (header, bytes[at + 1..].to_vec());
        }
    }
    panic!("no header in {bytes:?}");
}
