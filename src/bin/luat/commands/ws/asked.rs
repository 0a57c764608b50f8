//! What is asked of the servers, checked before anything is opened.

use super::args::Ws;
use crate::exit::Failure;
use luat_modem::supervise::Policy;
use luat_modem::time::Duration;
use luat_modem::websocket::{Client, KeepAlive, Random, Request, RequestError, Url};
use rustls::crypto::SecureRandom;

/// What is asked of the servers.
pub(super) struct Asked {
    requests: Vec<Request<'static>>,
    keep_alive: Option<KeepAlive>,
    reconnect: Option<Duration>,
    randomness: Randomness,
}

/// A client of one server.
pub(super) type Chat = Client<'static, Randomness>;

impl Asked {
    pub(super) fn of(task: &'static Ws) -> Result<Self, Failure> {
        if task.urls.len() > 1 && !task.echo {
            return Err(Failure::usage(
                "argument.url",
                "there are several addresses",
                "give one, or --echo, which takes one after another",
            ));
        }
        // The driver borrows them for as long as it lives.
        let headers: Result<Vec<_>, _> = task.headers.iter().map(|text| header(text)).collect();
        let headers: &'static [(&str, &str)] = headers?.leak();
        let names: Vec<&'static str> = task.subprotocol.iter().map(String::as_str).collect();
        let subprotocols: &'static [&str] = names.leak();
        let request = |text: &'static String| {
            let url = Url::parse(text).map_err(|error| {
                let what = format!("{text}: {error}");
                Failure::usage("argument.url", what, "write it like wss://example.com/chat")
            })?;
            let request = Request::new(url)
                .with_headers(headers)
                .with_subprotocols(subprotocols);
            request.check().map_err(refused)?;
            Ok(request)
        };
        let requests: Result<Vec<_>, Failure> = task.urls.iter().map(request).collect();
        Ok(Self {
            requests: requests?,
            keep_alive: (!task.ping.is_zero()).then(|| KeepAlive {
                interval: task.ping,
                ..KeepAlive::new()
            }),
            reconnect: task.reconnect,
            randomness: Randomness::of_system(),
        })
    }

    /// Whether TLS is needed.
    pub(super) fn is_secure(&self) -> bool {
        self.requests
            .iter()
            .any(|request| request.url().is_secure())
    }

    /// The addresses.
    pub(super) fn urls(&self) -> impl Iterator<Item = Url<'static>> {
        self.requests.iter().map(Request::url)
    }

    /// A client for each address, one after another.
    pub(super) fn clients(&self) -> impl Iterator<Item = Result<Chat, Failure>> {
        self.requests.iter().map(|request| self.client(request))
    }

    fn client(&self, request: &Request<'static>) -> Result<Chat, Failure> {
        let client = Client::new("luat ws", *request, 0, self.randomness);
        let client = client.map_err(refused)?.with_keep_alive(self.keep_alive);
        Ok(match self.reconnect {
            None => client.once(),
            // Whoever watches decides whether the module is to be restarted.
            Some(pause) => client.with_policy(patient(pause)),
        })
    }
}

/// Tries again and again, without a remedy.
fn patient(pause: Duration) -> Policy<'static> {
    let mut policy = Policy::new().with_ladder(&[]);
    policy.pause = pause;
    policy.round_pause = pause;
    policy.rest = Some(pause);
    policy
}

/// `Name: value`
fn header(text: &str) -> Result<(&str, &str), Failure> {
    let (name, value) = text.split_once(':').ok_or_else(|| {
        let what = format!("{text}: that is no header");
        Failure::usage("argument.header", what, "write it like 'Name: value'")
    })?;
    Ok((name, value.trim_matches([' ', '\t'])))
}

fn refused(error: RequestError) -> Failure {
    let (code, advice) = match error {
        RequestError::Subprotocol => ("argument.subprotocol", "give each name once"),
        _ => ("argument.header", "correct it, or leave it out"),
    };
    Failure::usage(code, error.to_string(), advice)
}

/// The randomness of the operating system.
#[derive(Clone, Copy)]
pub(crate) struct Randomness(&'static dyn SecureRandom);

impl Randomness {
    pub(crate) fn of_system() -> Self {
        Self(rustls::crypto::ring::default_provider().secure_random)
    }
}

impl Random for Randomness {
    fn fill(&mut self, bytes: &mut [u8]) {
        // A mask that can be foreseen is worse than none: nothing is sent with it.
        self.0.fill(bytes).expect("random bytes");
    }
}
