//! A broker, and a second client of it, which sees what the firmware publishes and can end it.
//!
//! The client speaks as much of MQTT 3.1.1 as that takes, and is no relation of the firmware's.

use crate::server::Server;
use crate::{Context, Result};
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What the firmware publishes on.
const RECORDS: &str = "luat/records";

/// What it listens to.
const COMMANDS: &str = "luat/commands";

/// A broker of its own on 127.0.0.1, ended when dropped.
#[derive(Debug)]
pub struct Broker {
    child: Child,
    settings: PathBuf,
    /// Where it is.
    pub port: u16,
    client: TcpStream,
}

impl Broker {
    /// Starts mosquitto; all that is published is told to `server`.
    ///
    /// # Errors
    /// What the system or the broker says.
    pub fn start(server: Server) -> Result<Self> {
        let mut last = String::new();
        // A port can be taken between the look for it and the broker's start.
        for _ in 0..5 {
            match Self::attempt(server.clone()) {
                Ok(broker) => return Ok(broker),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn attempt(server: Server) -> Result<Self> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .during("a free port")?
            .port();
        let settings =
            std::env::temp_dir().join(format!("luat-{}-{port}.conf", std::process::id()));
        let text = format!(
            "listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type none\n"
        );
        fs::write(&settings, text).during("the broker's settings")?;
        let mut child = Command::new("mosquitto")
            .arg("-c")
            .arg(&settings)
            .env(
                "PATH",
                format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default()),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .during("mosquitto")?;
        match subscribed(port, server) {
            Ok(client) => Ok(Self {
                child,
                settings,
                port,
                client,
            }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                let _ = fs::remove_file(settings);
                Err(error)
            }
        }
    }

    /// Publishes the command to stop.
    ///
    /// # Errors
    /// What the system says.
    pub fn stop(&mut self) -> Result<()> {
        let packet = packet(0x30, &[string(COMMANDS), b"stop".to_vec()].concat());
        self.client.write_all(&packet).during("publishing")
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.settings);
    }
}

/// A client that has subscribed to the records, and a thread that hears them.
fn subscribed(port: u16, server: Server) -> Result<TcpStream> {
    let patience = Instant::now() + Duration::from_secs(10);
    let mut stream = loop {
        match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
            Ok(stream) => break stream,
            Err(error) if Instant::now() > patience => return Err(error).during("the broker"),
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    };
    let protocol = [string("MQTT"), vec![4, 2, 0, 0], string("luat-check")].concat();
    stream
        .write_all(&packet(0x10, &protocol))
        .during("connecting")?;
    let (kind, answer) = read(&mut stream)?;
    if kind != 0x20 || answer.get(1) != Some(&0) {
        return Err(format!("the broker answered {kind:#x} {answer:?}"));
    }
    let topics = [vec![0, 1], string(RECORDS), vec![0]].concat();
    stream
        .write_all(&packet(0x82, &topics))
        .during("subscribing")?;
    let mut hearing = stream.try_clone().during("the broker")?;
    thread::spawn(move || {
        // Until the broker ends.
        while let Ok((kind, body)) = read(&mut hearing) {
            if kind & 0xf0 == 0x30 {
                let topic = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
                let payload = String::from_utf8_lossy(&body[topic..]).into_owned();
                server.with(|seen| seen.record(payload.trim_end()));
            }
        }
    });
    Ok(stream)
}

fn string(text: &str) -> Vec<u8> {
    [&(text.len() as u16).to_be_bytes()[..], text.as_bytes()].concat()
}

/// A packet shorter than 128 bytes.
fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, body.len() as u8][..], body].concat()
}

fn read(stream: &mut TcpStream) -> Result<(u8, Vec<u8>)> {
    let mut byte = [0];
    let mut next = |stream: &mut TcpStream| stream.read_exact(&mut byte).map(|()| byte[0]);
    let kind = next(stream).during("the broker")?;
    let (mut length, mut shift) = (0, 0);
    loop {
        let byte = next(stream).during("the broker")?;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 21 {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).during("the broker")?;
    Ok((kind, body))
}
