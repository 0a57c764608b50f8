//! Servers on this machine, each on a port that is free, ended when dropped.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to begin.
const PATIENCE: Duration = Duration::from_secs(20);

/// A port may be taken between the look for it and the server's start.
const ATTEMPTS: u32 = 5;

pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    pub(crate) folder: Folder,
}

impl Server {
    /// An MQTT broker that takes everybody.
    pub(crate) fn mosquitto(user: &str) -> Option<Self> {
        let program = find(user, "mosquitto")?;
        Some(on_free_port(|port, folder| {
            let settings = format!(
                "listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type none\n"
            );
            let file = folder.write("mosquitto.conf", settings.as_bytes());
            let mut command = Command::new(&program);
            command.arg("-c").arg(file);
            command
        }))
    }

    /// A web server for `files`; it answers `POST /post` with `posted`.
    pub(crate) fn nginx(user: &str, files: &[(&str, &[u8])]) -> Option<Self> {
        let program = find(user, "nginx")?;
        Some(on_free_port(|port, folder| {
            let path = folder.path().display();
            let settings = format!(
                "daemon off; master_process off; pid {path}/pid; error_log /dev/null;
                 events {{}}
                 http {{
                    access_log off;
                    client_body_temp_path {path}/body; proxy_temp_path {path}/proxy;
                    fastcgi_temp_path {path}/fastcgi; uwsgi_temp_path {path}/uwsgi;
                    scgi_temp_path {path}/scgi;
                    server {{
                        listen 127.0.0.1:{port}; root {path};
                        location /post {{ return 200 posted; }}
                    }}
                 }}"
            );
            for (name, content) in files {
                folder.write(name, content);
            }
            let file = folder.write("nginx.conf", settings.as_bytes());
            let mut command = Command::new(&program);
            command.arg("-p").arg(folder.path()).arg("-c").arg(file);
            command
        }))
    }

    /// A web server for `files`.
    pub(crate) fn python(user: &str, files: &[(&str, &[u8])]) -> Option<Self> {
        let program = find(user, "python3")?;
        let folder = Folder::new();
        for (name, content) in files {
            folder.write(name, content);
        }
        let mut command = Command::new(program);
        command
            .args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"])
            .arg("--directory")
            .arg(folder.path());
        // Serving HTTP on 127.0.0.1 port 40123 (http://127.0.0.1:40123/) ...
        let port = |line: &str| {
            let rest = line.split(" port ").nth(1)?;
            rest.split(' ').next()?.parse().ok()
        };
        Some(that_tells_its_port(command, folder, port))
    }

    /// A TLS server that gives back each line reversed; `version` is its option for that, such as
    /// `-tls1_3`. Its certificate is for `localhost`, signed by `ca` in its folder (`ca.der` and
    /// `ca.pem`); `other` has signed nothing.
    pub(crate) fn openssl(user: &str, version: &str) -> Option<Self> {
        let program = find(user, "openssl")?;
        let folder = Folder::new();
        folder.write("names", b"subjectAltName=DNS:localhost\n");
        let run = |arguments: &str| {
            let output = Command::new(&program)
                .args(arguments.split(' '))
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert!(output.status.success(), "{arguments}: {output:?}");
        };
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        for name in ["ca", "other"] {
            run(&format!(
                "req -x509 {key} -days 2 -subj /CN={name} -keyout {name}.key -out {name}.pem"
            ));
            run(&format!("x509 -in {name}.pem -outform der -out {name}.der"));
        }
        run(&format!(
            "req {key} -subj /CN=localhost -keyout server.key -out server.csr"
        ));
        run(
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
             -days 2 -extfile names -out server.pem",
        );
        let mut command = Command::new(&program);
        command
            .args(["s_server", "-accept", "127.0.0.1:0", version, "-rev"])
            .args(["-cert", "server.pem", "-key", "server.key"])
            .current_dir(folder.path());
        // ACCEPT 127.0.0.1:40123
        let port = |line: &str| {
            line.strip_prefix("ACCEPT ")?
                .rsplit(':')
                .next()?
                .parse()
                .ok()
        };
        Some(that_tells_its_port(command, folder, port))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Where `program` is. If it is nowhere, `user` is skipped, and that is said even though the test passes.
fn find(user: &str, program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let found = folders
        .map(|folder| folder.join(program))
        .find(|path| path.is_file());
    if found.is_none() {
        let missing = format!("{user} ({program} is not installed)");
        let required = env::var("LUAT_PROTOCOLS").is_ok_and(|value| value == "require");
        assert!(!required, "not tested: {missing}");
        // Not by a macro: the harness would swallow it.
        let line = format!("skipped: {missing}\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    found
}

/// Starts a server that has to be told its port.
fn on_free_port(command: impl Fn(u16, &Folder) -> Command) -> Server {
    for _ in 0..ATTEMPTS {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let folder = Folder::new();
        let child = command(port, &folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Server {
            child,
            port,
            folder,
        };
        let start = Instant::now();
        while server.child.try_wait().unwrap().is_none() {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return server;
            }
            assert!(start.elapsed() < PATIENCE, "the server does not listen");
            thread::sleep(Duration::from_millis(5));
        }
    }
    panic!("the server ended {ATTEMPTS} times at its start");
}

/// Starts a server that chooses its port and tells it.
fn that_tells_its_port(
    mut command: Command,
    folder: Folder,
    port: impl Fn(&str) -> Option<u16>,
) -> Server {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| port(&line))
        .expect("the server ended at its start");
    // It must be able to say more.
    thread::spawn(|| lines.for_each(drop));
    Server {
        child,
        port,
        folder,
    }
}

/// A folder that is gone when dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("luat-protocols-{}-{number}", std::process::id());
        let path = env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }

    fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}
