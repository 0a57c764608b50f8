//! A server made by others (`tungstenite`), in memory.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::rc::Rc;
use tungstenite::handshake::MidHandshake;
use tungstenite::handshake::server::{NoCallback, ServerHandshake};
use tungstenite::{HandshakeError, Message, WebSocket};

/// What is on its way between client and server.
#[derive(Clone, Default)]
pub(crate) struct Pipe(pub(crate) Rc<RefCell<Ways>>);

#[derive(Default)]
pub(crate) struct Ways {
    pub(crate) to_server: VecDeque<u8>,
    pub(crate) to_client: VecDeque<u8>,
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        match self.0.borrow_mut().to_server.read(buffer)? {
            0 => Err(Error::from(ErrorKind::WouldBlock)),
            n => Ok(n),
        }
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.borrow_mut().to_client.write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

enum Stage {
    Fresh,
    Handshake(MidHandshake<ServerHandshake<Pipe, NoCallback>>),
    Open(WebSocket<Pipe>),
    Gone,
}

/// A server that keeps what it receives, and sends it back if it is an echo.
pub(crate) struct Server {
    pub(crate) pipe: Pipe,
    stage: Stage,
    pub(crate) is_echo: bool,
    pub(crate) received: Vec<Message>,
    /// What ended the connection, as the server saw it.
    pub(crate) end: Option<tungstenite::Error>,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self {
            pipe: Pipe::default(),
            stage: Stage::Fresh,
            is_echo: false,
            received: Vec::new(),
            end: None,
        }
    }

    pub(crate) fn echo() -> Self {
        Self {
            is_echo: true,
            ..Self::new()
        }
    }

    /// One that says only what a test puts into the pipe.
    pub(crate) fn silent() -> Self {
        Self {
            stage: Stage::Gone,
            ..Self::new()
        }
    }

    /// The open connection.
    pub(crate) fn open(&mut self) -> &mut WebSocket<Pipe> {
        match &mut self.stage {
            Stage::Open(socket) => socket,
            _ => panic!("not open: {:?}", self.end),
        }
    }

    /// Does what it can with what came.
    pub(crate) fn step(&mut self) {
        let handshake = match core::mem::replace(&mut self.stage, Stage::Gone) {
            Stage::Fresh => tungstenite::accept(self.pipe.clone()),
            Stage::Handshake(handshake) => handshake.handshake(),
            stage => {
                self.stage = stage;
                return self.converse();
            }
        };
        self.stage = match handshake {
            Ok(socket) => Stage::Open(socket),
            Err(HandshakeError::Interrupted(handshake)) => Stage::Handshake(handshake),
            Err(HandshakeError::Failure(error)) => panic!("{error}"),
        };
    }

    fn converse(&mut self) {
        let Stage::Open(socket) = &mut self.stage else {
            return;
        };
        loop {
            match socket.read() {
                Ok(message) => {
                    if self.is_echo && (message.is_text() || message.is_binary()) {
                        socket.send(message.clone()).unwrap();
                    }
                    self.received.push(message);
                }
                Err(tungstenite::Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                    let _ = socket.flush();
                    return;
                }
                Err(error) => {
                    let _ = socket.flush();
                    self.end.get_or_insert(error);
                    return;
                }
            }
        }
    }
}

/// Numbers that are the same each time.
pub(crate) fn random() -> impl FnMut(&mut [u8]) {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    move |bytes: &mut [u8]| {
        for byte in bytes {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *byte = (state >> 32) as u8;
        }
    }
}
