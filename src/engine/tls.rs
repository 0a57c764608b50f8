//! What a TLS link trusts, and who it says it is.

use crate::at::file::Name;
use crate::at::tls::{TlsVersion, Verification};
use crate::at::{Number, OutOfRange};
use crate::wire::{BadArgument, Text};

/// The settings of TLS links, done by the module (`AT+SSLCFG`).
///
/// Files are named as the module knows them: write them once with `AT+FSCREATE` and `AT+FSWRITE`,
/// which both ends do with `write_file`.
///
/// ```
/// use luat_modem::engine::{Config, Tls};
/// let profiles = [
///     Tls::trusting("ca.crt")?,
///     Tls::trusting("ca.crt")?.presenting("client.crt", "client.key")?,
/// ];
/// let config = Config::new().tls(&profiles);
/// // Links with `Transport::Tls(0)` verify the server, those with `Transport::Tls(1)` also show
/// // their own certificate.
/// # let _ = config;
/// # Ok::<(), luat_modem::wire::BadArgument>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tls<'c> {
    pub(super) authority: Option<Name<'c>>,
    pub(super) identity: Option<Identity<'c>>,
    pub(super) host_name: Option<Text<'c, 128>>,
    pub(super) version: TlsVersion,
    pub(super) ignore_clock: bool,
    pub(super) negotiation: Option<Number<10, 300>>,
}

/// The module's own certificate and its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity<'c> {
    pub(super) certificate: Name<'c>,
    pub(super) key: Name<'c>,
}

impl<'c> Tls<'c> {
    /// The server must have a certificate that `authority`, a file of the module with one certificate
    /// in PEM, has signed, and that is valid today by the module's clock.
    ///
    /// # Errors
    /// [`BadArgument`] if a command line cannot carry the name.
    pub fn trusting(authority: &'c str) -> Result<Self, BadArgument> {
        Ok(Self {
            authority: Some(Text::new(authority)?),
            ..Self::dangerous_without_verification()
        })
    }

    /// Anybody may pretend to be the server, read everything and change it. For tests only.
    #[must_use]
    pub const fn dangerous_without_verification() -> Self {
        Self {
            authority: None,
            identity: None,
            host_name: None,
            version: TlsVersion::Tls12,
            ignore_clock: false,
            negotiation: None,
        }
    }

    /// Shows a certificate to servers that ask for it; both are files of the module, in PEM.
    ///
    /// # Errors
    /// [`BadArgument`] if a command line cannot carry a name.
    pub fn presenting(mut self, certificate: &'c str, key: &'c str) -> Result<Self, BadArgument> {
        self.identity = Some(Identity {
            certificate: Text::new(certificate)?,
            key: Text::new(key)?,
        });
        Ok(self)
    }

    /// The server's certificate must be for `name`, which also goes into the handshake (SNI). Without
    /// it that is the host name which the link is opened to.
    ///
    /// # Errors
    /// [`BadArgument`] if a command line cannot carry the name.
    pub fn host_name(mut self, name: &'c str) -> Result<Self, BadArgument> {
        self.host_name = Some(Text::new(name)?);
        Ok(self)
    }

    /// Chooses the version; without it TLS 1.2, the highest that the vendor's manual has.
    #[must_use]
    pub const fn version(mut self, version: TlsVersion) -> Self {
        self.version = version;
        self
    }

    /// Takes expired certificates and those that are not valid yet: for modules whose clock is not
    /// set, because the network does not tell the time.
    #[must_use]
    pub const fn ignoring_clock(mut self) -> Self {
        self.ignore_clock = true;
        self
    }

    /// How long the handshake may take, 10 s to 300 s; the module's own value is 300 s.
    ///
    /// # Errors
    /// [`OutOfRange`].
    pub fn negotiation_timeout(mut self, seconds: u32) -> Result<Self, OutOfRange> {
        self.negotiation = Some(Number::new(seconds)?);
        Ok(self)
    }

    pub(super) const fn verification(&self) -> Verification {
        match (self.authority, self.identity) {
            (Some(_), None) => Verification::Server,
            (Some(_), Some(_)) => Verification::Mutual,
            (None, _) => Verification::None,
        }
    }
}
