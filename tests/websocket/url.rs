//! Addresses of servers.

use luat_modem::websocket::{Url, UrlError};

#[test]
fn urls_are_taken_apart() {
    let of = |text| {
        Url::parse(text).map(|url| {
            let target = url.path_and_query();
            (url.is_secure(), url.host(), url.port(), target)
        })
    };
    assert_eq!(of("ws://a.b"), Ok((false, "a.b", 80, "")));
    assert_eq!(of("WSS://A.b/"), Ok((true, "A.b", 443, "/")));
    assert_eq!(
        of("ws://10.0.0.1:8080/Path/X?Q=%2fA"),
        Ok((false, "10.0.0.1", 8080, "/Path/X?Q=%2fA"))
    );
    assert_eq!(of("wss://h:443?x=1"), Ok((true, "h", 443, "?x=1")));
    assert_eq!(of("ws://h/a@b:c"), Ok((false, "h", 80, "/a@b:c")));
    for (text, error) in [
        ("http://a", UrlError::Scheme),
        ("a.b/c", UrlError::Scheme),
        ("ws:/a", UrlError::Scheme),
        ("ws://u:p@h/", UrlError::UserInfo),
        ("ws://", UrlError::NoHost),
        ("ws://:80/", UrlError::NoHost),
        ("ws:///x", UrlError::NoHost),
        ("ws://a..b", UrlError::Host),
        ("ws://a b", UrlError::Host),
        ("ws://1.2.3", UrlError::Host),
        ("ws://1.2.3.400", UrlError::Host),
        ("ws://a\r\nb/", UrlError::Host),
        ("ws://[::1]/", UrlError::Ipv6),
        ("ws://h:0", UrlError::Port),
        ("ws://h:65536", UrlError::Port),
        ("ws://h:+1", UrlError::Port),
        ("ws://h:", UrlError::Port),
        ("ws://h:1:2", UrlError::Port),
        ("ws://h/a b", UrlError::Path),
        ("ws://h/\r\nX: y", UrlError::Path),
        ("ws://h/%4", UrlError::Path),
        ("ws://h/é", UrlError::Path),
        ("ws://h/#x", UrlError::Fragment),
        ("ws://h#x", UrlError::Fragment),
    ] {
        assert_eq!(of(text), Err(error), "{text:?}");
    }
}
