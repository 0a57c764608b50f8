//! A decoder of frames that has all bytes at hand, by the text of RFC 6455 alone.

/// What came.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    /// Text or not, and the whole message.
    Message(bool, Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
    Close(u16, Vec<u8>),
    /// The connection fails; nothing follows.
    Failed(String),
}

/// What a client makes of `bytes`, the last frame perhaps cut off.
pub(crate) fn told(bytes: &[u8], longest: u64, texts: bool) -> Vec<Told> {
    let mut out = Vec::new();
    if let Err(why) = decode(bytes, longest, texts, &mut out) {
        out.push(Told::Failed(why.into()));
    }
    out
}

fn decode(
    mut bytes: &[u8],
    longest: u64,
    texts: bool,
    out: &mut Vec<Told>,
) -> Result<(), &'static str> {
    let mut message: Option<(bool, Vec<u8>)> = None;
    let mut announced: u64 = 0;
    while let Some(&first) = bytes.first() {
        let (fin, opcode) = (first & 0x80 != 0, first & 0x0F);
        if first & 0x70 != 0 {
            return Err("reserved bits");
        }
        if !matches!(opcode, 0 | 1 | 2 | 8 | 9 | 10) {
            return Err("opcode");
        }
        let control = opcode >= 8;
        if control && !fin {
            return Err("a control frame in fragments");
        }
        let Some(&second) = bytes.get(1) else {
            return Ok(());
        };
        if control && second & 0x7F > 125 {
            return Err("a long control frame");
        }
        // Its mask belongs to the header, so it is there before anything is said about it.
        let mask = if second & 0x80 != 0 { 4 } else { 0 };
        let (length, header) = match second & 0x7F {
            126 => match bytes.get(2..4 + mask) {
                Some(b) => (u64::from(b[0]) << 8 | u64::from(b[1]), 4),
                None => return Ok(()),
            },
            127 => match bytes.get(2..10 + mask) {
                Some(b) => (b[..8].iter().fold(0, |n, b| n << 8 | u64::from(*b)), 10),
                None => return Ok(()),
            },
            short if bytes.len() >= 2 + mask => (u64::from(short), 2),
            _ => return Ok(()),
        };
        let least = match header {
            4 => 126,
            10 => 65536,
            _ => 0,
        };
        if length < least || length >> 63 != 0 {
            return Err("length");
        }
        if mask > 0 {
            return Err("masked");
        }
        match (opcode, &message) {
            (0, None) => return Err("nothing to continue"),
            (1 | 2, Some(_)) => return Err("unfinished"),
            (1, None) if !texts => return Err("unsupported"),
            (1 | 2, None) => {
                message = Some((opcode == 1, Vec::new()));
                announced = 0;
            }
            _ => {}
        }
        if !control {
            announced = announced.saturating_add(length);
            if announced > longest {
                return Err("too long");
            }
        }
        let body = &bytes[header..];
        let there = body
            .len()
            .min(usize::try_from(length).unwrap_or(usize::MAX));
        let whole = there as u64 == length;
        let payload = &body[..there];
        bytes = &body[there..];
        if control {
            if !whole {
                return Ok(());
            }
            match opcode {
                9 => out.push(Told::Ping(payload.to_vec())),
                10 => out.push(Told::Pong(payload.to_vec())),
                _ => {
                    out.push(close(payload)?);
                    return Ok(());
                }
            }
            continue;
        }
        let Some((text, data)) = &mut message else {
            continue;
        };
        data.extend_from_slice(payload);
        if *text && let Err(error) = core::str::from_utf8(data) {
            let may_go_on = error.error_len().is_none() && !(whole && fin);
            if !may_go_on {
                return Err("not UTF-8");
            }
        }
        if whole
            && fin
            && let Some((text, data)) = message.take()
        {
            out.push(Told::Message(text, data));
        }
    }
    Ok(())
}

fn close(payload: &[u8]) -> Result<Told, &'static str> {
    match payload {
        [] => Ok(Told::Close(1005, Vec::new())),
        [_] => Err("a close frame of one byte"),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            let allowed = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
            if !allowed || core::str::from_utf8(reason).is_err() {
                return Err("close");
            }
            Ok(Told::Close(code, reason.to_vec()))
        }
    }
}
