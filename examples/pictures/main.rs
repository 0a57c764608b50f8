//! Pictures of what `luat` shows, for the READMEs.
//!
//! `cargo run --features cli --example pictures` runs the tool on a terminal of 80 columns, each time
//! with the module in software, and writes an SVG for each run beside this file.

#[cfg(unix)]
mod recording;
#[cfg(unix)]
mod svg;

#[cfg(unix)]
fn main() -> std::io::Result<()> {
    use recording::Shot;
    let shots = [
        Shot::new("demo", 32, &["demo"]),
        Shot::new("demo-zh", 32, &["--lang", "zh", "demo"]),
        Shot::new("diag", 18, &["diag", "--emulate"]),
        Shot::new(
            "diag-denied",
            18,
            &["diag", "--emulate", "--fault", "denied"],
        ),
        Shot::new(
            "diag-zh",
            18,
            &["--lang", "zh", "diag", "--emulate", "--fault", "no-pdp"],
        ),
        Shot::new(
            "watch",
            24,
            &["watch", "--emulate", "--every", "1s", "--count", "12"],
        ),
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/pictures");
    for shot in shots {
        let recording = shot.record()?;
        let path = folder.join(shot.name).with_extension("svg");
        std::fs::write(&path, svg::picture(&shot.title(), &recording))?;
        println!("{}", path.display());
    }
    Ok(())
}

#[cfg(not(unix))]
fn main() {
    eprintln!("pseudo terminals are of Unix only");
}
