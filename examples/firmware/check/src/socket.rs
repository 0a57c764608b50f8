//! The server of the records by WebSocket.

use crate::Result;
use crate::server::{Server, serve};
use std::net::TcpStream;
use tungstenite::{Error, Message, accept};

impl Server {
    /// Listens for WebSocket clients, each record a message; the port.
    ///
    /// # Errors
    /// What the system says.
    pub fn listen_to_sockets(&self) -> Result<u16> {
        let own = self.clone();
        serve(move |client| {
            let own = own.clone();
            // The end of a connection is the firmware's business, however it came.
            let _ = own.talk_by_socket(client);
        })
    }

    fn talk_by_socket(&self, client: TcpStream) -> std::result::Result<(), Error> {
        let Ok(mut socket) = accept(client) else {
            self.with(|seen| seen.wrong.push("no handshake".into()));
            return Ok(());
        };
        self.with(|seen| seen.connections += 1);
        let mut last = None;
        loop {
            let Message::Text(line) = socket.read()? else {
                continue;
            };
            let Some(number) = self.with(|seen| seen.record_after(&mut last, &line)) else {
                continue;
            };
            socket.send(Message::text(format!("ok {number}")))?;
            if self.is_stopping() {
                socket.send(Message::text("stop"))?;
            }
        }
    }
}
