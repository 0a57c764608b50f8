//! The modules the emulator can be: one table row each.

use std::prelude::v1::*;

/// What one module is: its names, its limits and what its firmware lacks.
///
/// A profile is data. Add a module by adding a row to [`Profile::ALL`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name to ask for it by, lower case: `air780e`.
    pub name: &'static str,
    /// The chip family, which decides the dialect.
    pub family: Family,
    /// The manufacturer as `AT+CGMI` tells it.
    pub manufacturer: &'static str,
    /// The model as `AT+CGMM` tells it.
    pub model: &'static str,
    /// The firmware as `ATI` tells it, and `AT+CGMR`.
    pub firmware: &'static str,
    /// The chip as `AT^HVER` tells it.
    pub chip: &'static str,
    /// How many links multi-link mode has.
    pub links: usize,
    /// Whether `AT+CIPRXGET` (pull mode) exists.
    pub pull: bool,
    /// Whether `AT+CIPRXGET=5` (a notice for each packet) exists.
    pub notice_each_packet: bool,
    /// Whether `AT+CIPSERVER` exists.
    pub server: bool,
    /// Whether single-link `AT+CIPSTART` brings the bearer up by itself from IP INITIAL.
    pub autostart: bool,
    /// Whether `AT+CIICRMODE` exists.
    pub asynchronous_activation: bool,
    /// Whether TLS on links exists: `AT+CIPSSL`, `AT+SSLCFG`.
    pub tls: bool,
    /// Whether files exist: `AT+FSCREATE` and its kind.
    pub files: bool,
    /// Whether transparent mode can be left by `+++` and entered again by `ATO`.
    pub escape: bool,
    /// Whether the module sends heartbeats by itself: `AT^HEARTCONFIG` and its kind.
    pub heartbeat: bool,
    /// Whether `AT+TCPUSERPARAM` and `AT*DNSTMOUT` exist.
    pub stack_limits: bool,
    /// How long RESET must be low.
    pub reset_millis: u64,
    /// Whether RESET restarts the module; otherwise it only switches it off.
    pub reset_restarts: bool,
}

/// A family of firmware with one dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// EC618, EC716 and EC718: the LTE modules of the vendor manual.
    Ec,
    /// RDA8910: Air720, Air724.
    Rda8910,
    /// RDA8955: the 2G modules Air202, Air208, Air800.
    Rda8955,
    /// SIM800 of SIMCom, whose command set the others grew from.
    Sim800,
}

const AIR780E: Profile = Profile {
    name: "air780e",
    family: Family::Ec,
    manufacturer: "AirM2M",
    model: "Air780E",
    firmware: "AirM2M_780E_V1165_LTE_AT",
    chip: "EC618",
    links: 6,
    pull: true,
    notice_each_packet: true,
    server: false,
    autostart: true,
    asynchronous_activation: false,
    tls: true,
    files: true,
    escape: true,
    heartbeat: true,
    stack_limits: false,
    reset_millis: 500,
    reset_restarts: false,
};

impl Profile {
    /// Every profile there is.
    pub const ALL: &'static [Self] = &[
        AIR780E,
        Self {
            name: "air780ep",
            model: "Air780EP",
            firmware: "AirM2M_780EP_V1010_LTE_AT",
            chip: "EC718",
            ..AIR780E
        },
        // The builds without `_FS` and `_MS` in their name have neither TLS nor files; the firmware's
        // number is unverified.
        Self {
            name: "air780el",
            model: "Air780EL",
            firmware: "AirM2M_780EL_V1005_LTE_AT",
            chip: "EC716S",
            tls: false,
            files: false,
            escape: false,
            ..AIR780E
        },
        // Eight links are the older guides' count; pull mode is unverified on this chip.
        Self {
            name: "air724ug",
            family: Family::Rda8910,
            model: "Air724UG",
            firmware: "AirM2M_720U_V1342_LTE_AT",
            chip: "8910",
            links: 8,
            autostart: false,
            stack_limits: true,
            reset_millis: 150,
            reset_restarts: true,
            ..AIR780E
        },
        // Pull mode and the server are unverified on this chip.
        Self {
            name: "air202",
            family: Family::Rda8955,
            model: "Air202",
            firmware: "AirM2M_V7013_Air202",
            chip: "8955",
            links: 8,
            pull: false,
            notice_each_packet: false,
            server: true,
            autostart: false,
            asynchronous_activation: true,
            tls: false,
            files: false,
            stack_limits: true,
            reset_millis: 150,
            reset_restarts: true,
            ..AIR780E
        },
        Self {
            name: "sim800",
            family: Family::Sim800,
            manufacturer: "SIMCOM_Ltd",
            model: "SIMCOM_SIM800L",
            firmware: "SIM800 R14.18",
            chip: "MT6261",
            links: 6,
            pull: true,
            notice_each_packet: false,
            server: true,
            autostart: false,
            asynchronous_activation: false,
            heartbeat: false,
            reset_millis: 105,
            reset_restarts: true,
            ..AIR780E
        },
        // Ten links is the count of LuatOS-class firmware; its AT texts are unverified.
        Self {
            name: "luatos",
            model: "Air780E",
            firmware: "AirM2M_LuatOS_V1000_LTE_AT",
            links: 10,
            server: true,
            ..AIR780E
        },
    ];

    /// The profile called `name`, in any letter case.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::ALL
            .iter()
            .find(|profile| profile.name.eq_ignore_ascii_case(name));
        found.cloned()
    }

    /// Whether this firmware knows the command `name` (`+CEREG`, `^SYSINFO`, `E`).
    ///
    /// Only what a family lacks is listed; a command the emulator has no text for is refused anyway.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        let option = match name {
            "+CIPRXGET" => self.pull,
            "+CIPSERVER" => self.server,
            "+CIPSSL" | "+SSLCFG" => self.tls,
            "O" => self.escape,
            "+TCPUSERPARAM" | "*DNSTMOUT" => self.stack_limits,
            name if name.starts_with("+FS") => self.files,
            name if name.starts_with("^HEART") => self.heartbeat,
            "+CIICRMODE" => self.asynchronous_activation,
            _ => true,
        };
        option
            && !(self.family == Family::Sim800 && LACKING_IN_SIM800.contains(&name))
            && !(self.family == Family::Rda8955 && LACKING_IN_2G.contains(&name))
    }

    pub(super) const fn is_lte(&self) -> bool {
        matches!(self.family, Family::Ec | Family::Rda8910)
    }
}

impl Default for Profile {
    fn default() -> Self {
        AIR780E
    }
}

const LACKING_IN_SIM800: &[&str] = &[
    "^SYSINFO",
    "^HVER",
    "+SSLCFG",
    "+WAKETIM",
    "+FSREADHEAD",
    "*I",
    "*CSQ",
    "*EUICC",
    "*GETIP",
    "+CEREG",
    "+CESQ",
    "+ICCID",
    "+VER",
    "+RESET",
    "+CIPRXF",
    "+CPNETAPN",
    "+CGAUTH",
];
const LACKING_IN_2G: &[&str] = &["+CEREG", "+CESQ", "+CPNETAPN", "*CSQ"];
