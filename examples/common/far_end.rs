//! Far ends on 127.0.0.1, each in a thread that ends with the process; the functions give the port.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::thread;

/// Sends back what it gets.
pub(crate) fn echo() -> Result<u16> {
    serve(|mut client| {
        let mut buffer = [0; 1024];
        while let Ok(n @ 1..) = client.read(&mut buffer) {
            client.write_all(&buffer[..n])?;
        }
        Ok(())
    })
}

/// A WebSocket server: what says `{"action":"echo",…}` comes back as it is.
pub(crate) fn websocket() -> Result<u16> {
    serve(|client| {
        let mut socket = tungstenite::accept(client).map_err(std::io::Error::other)?;
        // Its end is an error, too.
        while let Ok(message) = socket.read() {
            let is_wanted = match message.to_text() {
                Ok(text) if message.is_text() => text.starts_with(r#"{"action":"echo","#),
                _ => message.is_binary(),
            };
            if is_wanted {
                socket.send(message).map_err(std::io::Error::other)?;
            }
        }
        Ok(())
    })
}

/// A web server with one page.
pub(crate) fn web() -> Result<u16> {
    serve(|mut client| {
        let mut length = 0;
        let mut reader = BufReader::new(client.try_clone()?);
        let mut line = String::new();
        while reader.read_line(&mut line)? > 2 {
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            line.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let body = if body.is_empty() {
            b"hello".to_vec()
        } else {
            body
        };
        write!(
            client,
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        )?;
        client.write_all(&body)
    })
}

/// As much of an MQTT 5 broker as one client with QoS 1 needs: it hears what it says.
pub(crate) fn broker() -> Result<u16> {
    serve(|mut client| {
        loop {
            let mut head = [0; 2];
            client.read_exact(&mut head)?;
            // Longer packets would have a length of more than one byte.
            let mut body = vec![0; usize::from(head[1] & 0x7f)];
            client.read_exact(&mut body)?;
            match head[0] >> 4 {
                // CONNECT: CONNACK.
                1 => client.write_all(&[0x20, 3, 0, 0, 0])?,
                // SUBSCRIBE: SUBACK with QoS 1.
                8 => client.write_all(&[0x90, 4, body[0], body[1], 0, 1])?,
                // PUBLISH with QoS 1: PUBACK, and the same with QoS 0 back, without its identifier.
                3 => {
                    let at = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
                    client.write_all(&[0x40, 2, body[at], body[at + 1]])?;
                    body.drain(at..at + 2);
                    client.write_all(&[0x30, body.len() as u8])?;
                    client.write_all(&body)?;
                }
                // PINGREQ: PINGRESP.
                12 => client.write_all(&[0xd0, 0])?,
                _ => return Ok(()),
            }
        }
    })
}

/// A CoAP server with one resource. The first datagram is lost on its way.
pub(crate) fn coap() -> Result<u16> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = socket.local_addr()?.port();
    thread::spawn(move || {
        let mut lost = false;
        let mut buffer = [0; 512];
        while let Ok((n, from)) = socket.recv_from(&mut buffer) {
            let request = &buffer[..n];
            if n < 8 || !std::mem::replace(&mut lost, true) {
                continue;
            }
            // Acknowledgement, 2.05 Content, the same message ID and token, payload.
            let head = [0x64, 0x45, request[2], request[3]];
            let answer = [&head[..], &request[4..8], b"\xff21.5 C"].concat();
            let _ = socket.send_to(&answer, from);
        }
    });
    Ok(port)
}

/// A TLS server that echoes, and the certificate of its authority in PEM. It is for `localhost`.
pub(crate) fn tls() -> std::result::Result<(u16, String), Box<dyn std::error::Error>> {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls::pki_types::PrivateKeyDer;
    use rustls::{ServerConfig, ServerConnection, StreamOwned};
    use std::sync::Arc;

    let mut authority = CertificateParams::new([])?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let own = CertificateParams::new([String::from("localhost")])?.signed_by(&key, &authority)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![own.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der())?,
        )?;
    let config = Arc::new(config);
    let port = serve(move |client| {
        let session = ServerConnection::new(Arc::clone(&config)).map_err(std::io::Error::other)?;
        let mut stream = StreamOwned::new(session, client);
        let mut buffer = [0; 1024];
        while let Ok(n @ 1..) = stream.read(&mut buffer) {
            stream.write_all(&buffer[..n])?;
        }
        Ok(())
    })?;
    Ok((port, authority.pem()))
}

/// A port that nobody has at the moment.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

fn serve(client: impl Fn(TcpStream) -> Result<()> + Send + Sync + 'static) -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // How a client ends is its own business.
            let _ = client(stream);
        }
    });
    Ok(port)
}
