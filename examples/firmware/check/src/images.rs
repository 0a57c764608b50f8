//! The programs, built for the boards.

use crate::{Context, Result};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A machine of QEMU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Board {
    /// What QEMU calls it.
    pub machine: &'static str,
    /// What chooses it in the firmware.
    feature: Option<&'static str>,
}

/// All boards.
pub const BOARDS: [Board; 2] = [
    Board {
        machine: "mps2-an386",
        feature: None,
    },
    Board {
        machine: "netduinoplus2",
        feature: Some("netduinoplus2"),
    },
];

/// A program that talks to a server and comes to a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its name.
    pub name: &'static str,
    /// Whom it talks to.
    pub far_end: FarEnd,
}

/// Whom a program talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FarEnd {
    /// The server of the records.
    Records,
    /// A broker that passes the records on.
    Broker,
    /// The server of the records, by WebSocket.
    Socket,
    /// The server of streams.
    Streams,
    /// The server of the records, whose lines come from a second UART.
    Lines,
}

const fn image(name: &'static str, far_end: FarEnd) -> Image {
    Image { name, far_end }
}

/// The programs to start from.
pub const IMAGES: [Image; 6] = [
    image("blocking", FarEnd::Records),
    image("bare", FarEnd::Records),
    image("async_embassy", FarEnd::Records),
    image("mqtt", FarEnd::Broker),
    image("websocket", FarEnd::Socket),
    image("passthrough", FarEnd::Lines),
];

/// Ten links at once.
pub const BUSY: Image = image("busy", FarEnd::Streams);

impl Image {
    /// Whether it needs a broker.
    #[must_use]
    pub fn needs_broker(&self) -> bool {
        self.far_end == FarEnd::Broker
    }
}

/// A core with hardware floating point, as the boards have it.
pub const CORTEX_M4: &str = "thumbv7em-none-eabihf";

/// The folder of the firmware.
#[must_use]
pub fn firmware() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Where cargo builds.
#[must_use]
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| firmware().join("target"), PathBuf::from)
}

/// How a program is built.
#[derive(Clone, Copy, Debug)]
pub struct Build<'a> {
    /// The programs.
    pub images: &'a [&'a str],
    /// The target triple.
    pub target: &'a str,
    /// Features, separated by commas.
    pub features: &'a str,
    /// With words and verdicts.
    pub qemu: bool,
    /// `s` or `z`.
    pub opt_level: &'a str,
    /// The name of the folder it is kept in.
    pub folder: &'a str,
}

impl Build<'_> {
    /// Builds the programs; the folder they are in.
    ///
    /// # Errors
    /// What cargo says.
    pub fn run(&self) -> Result<PathBuf> {
        let target = target();
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .current_dir(firmware())
            .args([
                "build",
                "--quiet",
                "--release",
                "--package",
                "luat-firmware",
            ])
            .args(["--target", self.target, "--features", self.features])
            .arg("--target-dir")
            .arg(&target)
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            // They would take the place of what the build needs, even when empty.
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        if !self.qemu {
            cargo.arg("--no-default-features");
        }
        for image in self.images {
            cargo.args(["--bin", image]);
        }
        run(&mut cargo)?;
        // The next build with other features writes to the same place.
        let folder = target.join("firmware").join(self.folder);
        fs::create_dir_all(&folder).during("making a folder")?;
        for image in self.images {
            let built = target.join(self.target).join("release").join(image);
            fs::copy(built, folder.join(image)).during(image)?;
        }
        Ok(folder)
    }
}

impl Board {
    /// Builds programs for it; the folder they are in.
    ///
    /// # Errors
    /// What cargo says, and the use of an allocator.
    pub fn build(&self, images: &[Image]) -> Result<PathBuf> {
        self.build_with(images, self.machine, "")
    }

    /// The same for the line that is measured.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_paced(&self, images: &[Image]) -> Result<PathBuf> {
        self.build_with(images, &format!("{}-paced", self.machine), ",paced")
    }

    fn build_with(&self, images: &[Image], folder: &str, more: &str) -> Result<PathBuf> {
        let names: Vec<&str> = images.iter().map(|image| image.name).collect();
        let board = self
            .feature
            .map_or_else(String::new, |name| format!(",{name}"));
        let folder = Build {
            images: &names,
            target: CORTEX_M4,
            features: &format!("mqtt,websocket{board}{more}"),
            qemu: true,
            opt_level: "s",
            folder,
        }
        .run()?;
        for name in names {
            let elf = fs::read(folder.join(name)).during(name)?;
            if crate::allocates(&elf) {
                return Err(format!("{name} uses an allocator"));
            }
        }
        Ok(folder)
    }
}

/// Installs QEMU and the targets where they are missing.
///
/// # Errors
/// What apt or rustup says.
pub fn install(programs: &[(&str, &str)], targets: &[&str]) -> Result<()> {
    let missing: Vec<&str> = programs
        .iter()
        .filter(|(program, _)| !is_there(program))
        .map(|(_, package)| *package)
        .collect();
    if !missing.is_empty() {
        run(Command::new("apt-get").args(["update", "-qq"]))?;
        run(Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(missing)
            .env("DEBIAN_FRONTEND", "noninteractive"))?;
    }
    let installed = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .output()
        .during("rustup")?;
    let installed = String::from_utf8_lossy(&installed.stdout).into_owned();
    for target in targets {
        if !installed.lines().any(|line| line == *target) {
            run(Command::new("rustup").args(["target", "add", target]))?;
        }
    }
    Ok(())
}

/// Whether a program can be called.
#[must_use]
pub fn is_there(program: &str) -> bool {
    let paths = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&paths)
        .chain([PathBuf::from("/usr/sbin")])
        .any(|folder| folder.join(program).is_file())
}

fn run(command: &mut Command) -> Result<()> {
    let status = command
        .stdout(Stdio::null())
        .status()
        .during(&format!("{command:?}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {status}"))
    }
}
