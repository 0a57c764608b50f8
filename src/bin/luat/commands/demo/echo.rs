//! A server that sends back whatever it gets.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// The server; its threads end with the program.
pub(super) struct Echo {
    port: u16,
    clients: Arc<Mutex<Vec<TcpStream>>>,
}

impl Echo {
    /// Listens at a free port of this machine, for this machine only.
    pub(super) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let clients = Arc::new(Mutex::new(Vec::new()));
        let known = Arc::clone(&clients);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if let (Ok(copy), Ok(mut known)) = (client.try_clone(), known.lock()) {
                    known.push(copy);
                }
                thread::spawn(move || serve(client));
            }
        });
        Ok(Self { port, clients })
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Closes the connection that came last.
    pub(super) fn close_one(&self) {
        if let Some(client) = self
            .clients
            .lock()
            .ok()
            .and_then(|mut clients| clients.pop())
        {
            // One that is closed already is closed.
            let _ = client.shutdown(Shutdown::Both);
        }
    }
}

fn serve(mut client: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(n @ 1..) = client.read(&mut buffer) {
        if client.write_all(&buffer[..n]).is_err() {
            return;
        }
    }
}
