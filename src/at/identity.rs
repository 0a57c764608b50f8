//! Numbers that identify a person's module or card: kept whole, printed masked.

use super::lines;
use crate::wire::Fields;
use core::fmt;
use heapless::String;

macro_rules! identity {
    ($(#[$doc:meta])* $name:ident, $length:literal digits, from $least:literal, shows $shown:literal, prefixes $prefixes:expr, digit $digit:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String<$length>);

        impl atat::AtatResp for $name {}

        impl $name {
            /// Reads a line: bare, or behind its prefix; quotes or none.
            #[must_use]
            pub fn parse(line: &[u8]) -> Option<Self> {
                let prefixes: &[&str] = &$prefixes;
                let mut fields = prefixes
                    .iter()
                    .find_map(|prefix| Fields::of(line, prefix))
                    .unwrap_or(Fields::new(line));
                let text = fields.text()?;
                let fits = ($least..=$length).contains(&text.len());
                (fits && text.bytes().all($digit))
                    .then(|| String::try_from(text).ok().map(Self))
                    .flatten()
            }

            /// Reads the first line of an answer that holds such a number.
            #[must_use]
            pub fn parse_all(answer: &[u8]) -> Option<Self> {
                lines(answer).find_map(Self::parse)
            }

            /// The whole number. It identifies a person's device: think before you log it.
            #[must_use]
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                masked(f, &self.0, $shown)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                masked(f, &self.0, $shown)?;
                f.write_str(")")
            }
        }
    };
}

identity! {
    /// The number of the module (IMEI), 15 digits; printed as `86671404*******`.
    Imei, 15 digits, from 15, shows 8, prefixes ["+CGSN:"], digit |b: u8| b.is_ascii_digit()
}

identity! {
    /// The number of the subscriber (IMSI), 14 or 15 digits; printed as `46002**********`.
    Imsi, 15 digits, from 14, shows 5, prefixes ["+CIMI:"], digit |b: u8| b.is_ascii_digit()
}

identity! {
    /// The number of the SIM card (ICCID), 18 to 20 digits; printed as `898604**************`.
    ///
    /// Letters occur: an Air780E log shows `898604981022C0254186`.
    Iccid, 20 digits, from 18, shows 6, prefixes ["+ICCID:", "+CCID:"], digit |b: u8| b.is_ascii_hexdigit()
}

fn masked(f: &mut fmt::Formatter<'_>, number: &str, shown: usize) -> fmt::Result {
    for (at, digit) in number.chars().enumerate() {
        fmt::Write::write_char(f, if at < shown { digit } else { '*' })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    #[test]
    fn never_printed_whole() {
        let imei = Imei::parse(b"866714040000008").unwrap();
        assert_eq!(format!("{imei}"), "86671404*******");
        assert_eq!(format!("{imei:?}"), "Imei(86671404*******)");
        assert_eq!(imei.reveal(), "866714040000008");
        let imsi = Imsi::parse(b"460022670000006").unwrap();
        assert_eq!(format!("{imsi}"), "46002**********");
        let iccid = Iccid::parse(b"+ICCID: 898600C6000000000006").unwrap();
        assert_eq!(format!("{iccid:?}"), "Iccid(898600**************)");
    }

    #[test]
    fn a_card_number_may_hold_letters() {
        let iccid = Iccid::parse(b"+ICCID: 898604981022C0254186").unwrap();
        assert_eq!(iccid.reveal(), "898604981022C0254186");
        assert_eq!(
            Iccid::parse(b"89860117831003134201").unwrap().reveal(),
            "89860117831003134201"
        );
        assert_eq!(Iccid::parse(b"+ICCID: 8986049810"), None);
    }

    #[test]
    fn the_echo_in_front_of_a_number_is_passed_over() {
        let imei = Imei::parse_all(b"AT+CGSN\r\n866771020000003").unwrap();
        assert_eq!(imei.reveal(), "866771020000003");
        assert_eq!(
            Imei::parse(b"+CGSN: \"866771020000003\"").unwrap().reveal(),
            "866771020000003"
        );
        assert_eq!(Imei::parse(b"86677102000000"), None);
        assert_eq!(Imei::parse(b"8667710200000033"), None);
    }
}
