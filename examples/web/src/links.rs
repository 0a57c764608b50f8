//! The links that the person opened: TCP, UDP and WebSocket.

use crate::fill_random;
use crate::text::{hex, kept};
use crate::words::{self, both};
use luat_modem::engine::{Engine, Event, LinkId, LinkState, Shutdown, Transport};
use luat_modem::supervise::{self, Heartbeat, Payload};
use luat_modem::time::{Duration, Instant};
use luat_modem::websocket::{Change, Client, CloseCode, KeepAlive, Kind, Request, Url, Why};
use serde_json::{Value, json};

/// The most that waits for the module.
const MOST: usize = 1 << 20;

/// All of them.
#[derive(Default)]
pub(crate) struct Links {
    open: Vec<Link>,
    last: u32,
    told: Vec<Value>,
}

struct Link {
    number: u32,
    end: End,
    /// What is to be sent: datagrams and messages each by itself, a stream as it comes.
    outbox: Vec<Vec<u8>>,
    received: Vec<u8>,
    /// What was told last.
    shown: Value,
}

/// Of the browser.
type Random = fn(&mut [u8]);

enum End {
    Socket {
        link: LinkId,
        transport: Transport,
        heartbeat: Option<Heartbeat<'static>>,
    },
    WebSocket(Box<Client<'static, Random>>),
}

/// What a person wants of a link.
pub(crate) struct Wanted<'w> {
    /// `tcp`, `udp` or `ws`.
    pub(crate) kind: &'w str,
    /// Host name or address, or the whole WebSocket address.
    pub(crate) host: &'w str,
    pub(crate) port: u16,
    /// Between heartbeats, in seconds; 0 is none.
    pub(crate) beat: u32,
    /// What a heartbeat says.
    pub(crate) saying: &'w str,
}

impl Links {
    /// Asks for a link, and says its number.
    pub(crate) fn open(
        &mut self,
        now: Instant,
        engine: &mut Engine<'_>,
        wanted: &Wanted<'_>,
    ) -> Result<u32, Value> {
        let every = Duration::from_secs(wanted.beat.into());
        let end = if wanted.kind == "ws" {
            let url = Url::parse(kept(wanted.host));
            let url = url.map_err(|error| both(error.to_string(), "WebSocket 地址无效"))?;
            if url.is_secure() {
                return Err(both(
                    "wss needs certificates in the module; use ws",
                    "wss 需要模块内的证书，请用 ws",
                ));
            }
            let keep_alive = (wanted.beat > 0).then(|| KeepAlive {
                interval: every,
                ..KeepAlive::new()
            });
            let random: Random = fill_random;
            let client = Client::new("page", Request::new(url), 0, random);
            let client = client.map_err(|error| both(error.to_string(), "WebSocket 请求无效"))?;
            let mut client = client.once().with_keep_alive(keep_alive);
            client.connect(engine, now);
            End::WebSocket(Box::new(client))
        } else {
            let transport = match wanted.kind {
                "udp" => Transport::Udp,
                _ => Transport::Tcp,
            };
            let link = engine
                .connect(transport, wanted.host, wanted.port)
                .map_err(words::not_asked)?;
            let heartbeat = (wanted.beat > 0 && !wanted.saying.is_empty()).then(|| {
                let saying = kept(wanted.saying).as_bytes();
                Heartbeat::new(Payload::Bytes(saying)).every(every)
            });
            End::Socket {
                link,
                transport,
                heartbeat,
            }
        };
        self.last += 1;
        self.open.push(Link {
            number: self.last,
            end,
            outbox: Vec::new(),
            received: Vec::new(),
            shown: Value::Null,
        });
        Ok(self.last)
    }

    /// Sends `bytes` when there is room.
    pub(crate) fn send(&mut self, number: u32, bytes: &[u8]) -> Result<(), Value> {
        let link = self.open.iter_mut().find(|link| link.number == number);
        let link = link.ok_or_else(|| both("the link is closed", "链路已关闭"))?;
        let waiting: usize = link.outbox.iter().map(Vec::len).sum();
        if waiting + bytes.len() > MOST {
            return Err(both("too much is waiting to be sent", "待发数据过多"));
        }
        link.outbox.push(bytes.to_vec());
        Ok(())
    }

    /// Closes a link; what was written is sent first.
    pub(crate) fn close(&mut self, now: Instant, engine: &mut Engine<'_>, number: u32) {
        let Some(at) = self.open.iter().position(|link| link.number == number) else {
            return;
        };
        let link = &mut self.open[at];
        match &mut link.end {
            End::Socket { link: id, .. } => {
                let state = engine.status(*id).map(|status| status.state);
                engine.close(now, *id, Shutdown::Orderly);
                if matches!(state, Some(LinkState::Open | LinkState::Draining)) {
                    return;
                }
                self.over(engine, at, "closed", both("given up", "已放弃"));
            }
            End::WebSocket(client) => {
                let was_open = client.is_open();
                let _ = client.close(engine, now, CloseCode::NORMAL, "");
                if !was_open {
                    self.over(engine, at, "closed", both("given up", "已放弃"));
                }
            }
        }
    }

    /// The driver told something.
    pub(crate) fn take(&mut self, event: &Event, engine: &mut Engine<'_>) {
        let (id, state, words) = match event {
            Event::ConnectFailed(id, failure) => (*id, "failed", words::not_connected(*failure)),
            Event::Closed(id, closed) => (*id, "closed", words::closed(*closed)),
            Event::HeartbeatSent(id) => (*id, "beat", both("heartbeat sent", "已发送心跳")),
            _ => return,
        };
        let mine = |link: &Link| matches!(link.end, End::Socket { link, .. } if link == id);
        let Some(at) = self.open.iter().position(mine) else {
            return;
        };
        if state == "beat" {
            let number = self.open[at].number;
            self.told
                .push(json!({"is": "beat", "link": number, "words": words}));
            return;
        }
        // What came before the end is read before it is told.
        self.open[at].receive(engine, &mut self.told);
        self.over(engine, at, state, words);
    }

    /// Reads, writes, and does what is due.
    pub(crate) fn advance(&mut self, now: Instant, engine: &mut Engine<'_>) {
        let mut at = 0;
        while let Some(link) = self.open.get_mut(at) {
            let ended = link.advance(now, engine, &mut self.told);
            link.show(engine, &mut self.told);
            match ended {
                Some(words) => self.over(engine, at, "closed", words),
                None => at += 1,
            }
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        let due = self.open.iter().filter_map(|link| match &link.end {
            End::Socket { heartbeat, .. } => heartbeat.as_ref()?.deadline(),
            End::WebSocket(client) => client.deadline(),
        });
        due.min()
    }

    pub(crate) fn told(&mut self) -> std::vec::Drain<'_, Value> {
        self.told.drain(..)
    }

    /// All links are gone with the port.
    pub(crate) fn lose_all(&mut self, engine: &mut Engine<'_>) {
        while !self.open.is_empty() {
            self.over(
                engine,
                0,
                "closed",
                both("the port is closed", "串口已关闭"),
            );
        }
    }

    /// The link is told to be over, and its number may be used again.
    fn over(&mut self, engine: &mut Engine<'_>, at: usize, state: &str, words: Value) {
        let mut link = self.open.remove(at);
        if let Some(id) = link.id() {
            engine.release(id);
        }
        link.tell_received(&mut self.told);
        let waiting: usize = link.outbox.iter().map(Vec::len).sum();
        self.told.push(json!({
            "is": "link", "link": link.number, "state": state, "words": words, "unsent": waiting,
        }));
    }
}

impl Link {
    /// Why it is over, if a WebSocket is.
    fn advance(
        &mut self,
        now: Instant,
        engine: &mut Engine<'_>,
        told: &mut Vec<Value>,
    ) -> Option<Value> {
        self.receive(engine, told);
        let mut ended = None;
        match &mut self.end {
            End::Socket {
                link, heartbeat, ..
            } => {
                let is_open = engine
                    .status(*link)
                    .is_some_and(|status| status.state == LinkState::Open);
                if let Some(heartbeat) = heartbeat.as_mut().filter(|_| is_open) {
                    heartbeat.advance(engine, now, *link);
                }
            }
            End::WebSocket(client) => {
                while let Some(change) = client.advance(engine, now) {
                    match change {
                        Change::Received => {
                            let mut buffer = [0; 1024];
                            while let Some(piece) = client.recv(engine, &mut buffer) {
                                let data = buffer.get(..piece.length).unwrap_or(&[]);
                                self.received.extend(data);
                                if piece.last {
                                    let data = std::mem::take(&mut self.received);
                                    told.push(received(self.number, &data));
                                }
                            }
                        }
                        Change::Pong => {
                            let words = both("ping answered", "心跳已应答");
                            told.push(json!({"is": "beat", "link": self.number, "words": words}));
                        }
                        Change::Disconnected(code, why) => ended = Some(because(code, why)),
                        Change::Link(supervise::Change::Failed(failure)) => {
                            ended = Some(words::not_connected(failure));
                        }
                        Change::Link(supervise::Change::Lost(Some(closed))) => {
                            ended = Some(words::closed(closed));
                        }
                        Change::Link(supervise::Change::Refused(error)) => {
                            ended = Some(words::not_asked(error));
                        }
                        _ => {}
                    }
                }
            }
        }
        self.send(engine);
        self.tell_received(told);
        ended
    }

    /// Reads what a socket has; a datagram is told by itself.
    fn receive(&mut self, engine: &mut Engine<'_>, told: &mut Vec<Value>) {
        let End::Socket {
            link, transport, ..
        } = &self.end
        else {
            return;
        };
        let mut buffer = [0; 2048];
        while let Ok(n) = engine.recv(*link, &mut buffer) {
            let data = buffer.get(..n).unwrap_or(&[]);
            match transport {
                _ if n == 0 => return,
                Transport::Udp => told.push(received(self.number, data)),
                Transport::Tcp | Transport::Tls(_) => self.received.extend(data),
            }
        }
    }

    fn send(&mut self, engine: &mut Engine<'_>) {
        while let Some(first) = self.outbox.first_mut() {
            let taken = match &mut self.end {
                End::Socket { link, .. } => engine.send(*link, first).unwrap_or(0),
                End::WebSocket(client) => {
                    let kind = match std::str::from_utf8(first) {
                        Ok(_) => Kind::Text,
                        Err(_) => Kind::Binary,
                    };
                    match client.send(engine, kind, first) {
                        Ok(()) => first.len(),
                        Err(_) => return,
                    }
                }
            };
            if taken == 0 {
                return;
            }
            first.drain(..taken);
            if first.is_empty() {
                self.outbox.remove(0);
            }
        }
    }

    /// Tells how it stands, if that has changed.
    fn show(&mut self, engine: &mut Engine<'_>, told: &mut Vec<Value>) {
        let id = self.id();
        let status = id.and_then(|id| engine.status(id));
        let is_open = match &self.end {
            End::Socket { .. } => status.is_some_and(|status| status.state == LinkState::Open),
            End::WebSocket(client) => client.is_open(),
        };
        let waiting: usize = self.outbox.iter().map(Vec::len).sum();
        let shown = json!({
            "is": "link", "link": self.number, "state": if is_open { "open" } else { "opening" },
            "slot": id.map(LinkId::number),
            "sent": status.map_or(0, |status| status.accepted),
            "waiting": waiting + status.map_or(0, |status| status.unsent),
        });
        if shown != self.shown {
            self.shown = shown.clone();
            told.push(shown);
        }
    }

    fn id(&self) -> Option<LinkId> {
        match &self.end {
            End::Socket { link, .. } => Some(*link),
            End::WebSocket(client) => client.link(),
        }
    }

    fn tell_received(&mut self, told: &mut Vec<Value>) {
        if matches!(self.end, End::Socket { .. }) && !self.received.is_empty() {
            let data = std::mem::take(&mut self.received);
            told.push(received(self.number, &data));
        }
    }
}

fn received(number: u32, data: &[u8]) -> Value {
    json!({"is": "received", "link": number, "hex": hex(data)})
}

fn because(code: CloseCode, why: Why) -> Value {
    let chinese = match why {
        Why::Handshake(_) => "服务器不同意升级为 WebSocket",
        Why::Remote => "对端关闭",
        Why::Local => "本端关闭",
        Why::Protocol(_) => "对端违反协议",
        Why::Overdue(_) => "对端超时未响应",
        Why::Lost(_) => "连接中断，没有关闭帧",
    };
    both(
        format!("{why} ({})", code.0),
        format!("{chinese}（{}）", code.0),
    )
}
