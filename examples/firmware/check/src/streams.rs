//! The server of the streams: it looks at every byte and sends it back.

use crate::Result;
use crate::server::{Server, serve};
use std::io::{Read, Write};
use std::net::TcpStream;

/// Byte `at` of stream `number`, as the firmware has it.
fn byte(number: u8, at: u32) -> u8 {
    let [low, high, ..] = at.to_le_bytes();
    let own = if at == 0 {
        number
    } else {
        number.wrapping_mul(31)
    };
    low.wrapping_add(high.wrapping_mul(7)).wrapping_add(own)
}

impl Server {
    /// Listens; the port.
    ///
    /// # Errors
    /// What the system says.
    pub fn listen_to_streams(&self) -> Result<u16> {
        let own = self.clone();
        serve(move |client| {
            own.with(|seen| seen.connections += 1);
            // The end of a connection is the firmware's business, however it came.
            let _ = own.reflect(client);
        })
    }

    fn reflect(&self, mut client: TcpStream) -> std::io::Result<()> {
        let mut buffer = [0; 2048];
        let (mut number, mut at) = (None, 0);
        loop {
            let n = client.read(&mut buffer)?;
            if n == 0 {
                return Ok(());
            }
            let number = *number.get_or_insert(buffer[0]);
            let is_right = |(got, at): (&u8, u32)| *got == byte(number, at);
            if !buffer[..n].iter().zip(at..).all(is_right) {
                let text = format!("stream {number} behind {at}");
                self.with(|seen| seen.wrong.push(text));
            }
            at += n as u32;
            self.with(|seen| seen.streamed += n);
            client.write_all(&buffer[..n])?;
        }
    }
}
