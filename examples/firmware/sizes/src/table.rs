//! The figures for people, and for programs.

use crate::{Figures, Function, Program};
use firmware_check::images::CORTEX_M4;
use serde_json::{Value, json};
use std::fmt::Write as _;

impl Figures {
    fn flash(&self, name: &str, like: &Program) -> u64 {
        let found = self.programs.iter().find(|program| {
            (program.name, program.target, program.opt_level) == (name, like.target, like.opt_level)
        });
        found.map_or(0, |program| program.flash)
    }

    /// What the code is made of.
    fn lists(&self) -> [(&'static str, &[Function]); 3] {
        [
            (
                "files, inlined code where it is used by the library",
                &self.origins.files,
            ),
            (
                "functions, inlined code where it is used by the library",
                &self.origins.functions,
            ),
            ("symbols that control has not", &self.symbols),
        ]
    }

    /// The flash of the driver where `like` was measured.
    fn driver(&self, like: &Program) -> u64 {
        self.flash("ten_links", like)
            .saturating_sub(self.flash("control", like))
    }
}

/// The tables.
pub(crate) fn text(figures: &Figures) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        let _ = writeln!(out, "{text}");
    };
    line("| target | opt-level | driver: ten_links - control, bytes of flash |".into());
    line("|---|---|---|".into());
    for control in figures
        .programs
        .iter()
        .filter(|program| program.name == "control")
    {
        let Program {
            target, opt_level, ..
        } = control;
        line(format!(
            "| {target} | {opt_level} | {} |",
            figures.driver(control)
        ));
    }
    line("\n| program | target | opt-level | flash | RAM without stack |".into());
    line("|---|---|---|---|---|".into());
    for program in &figures.programs {
        let Program {
            name,
            target,
            opt_level,
            flash,
            ram,
        } = program;
        line(format!(
            "| {name} | {target} | {opt_level} | {flash} | {ram} |"
        ));
    }
    line(format!("\n| besides, {CORTEX_M4}, z | bytes of flash |"));
    line("|---|---|".into());
    for part in &figures.features {
        line(format!("| {} | {} |", part.name, part.size));
    }
    line("\n| part of the state | bytes of RAM |".into());
    line("|---|---|".into());
    for part in &figures.parts {
        line(format!("| {} | {} |", part.name, part.size));
    }
    if !figures.stacks.is_empty() {
        line("\n| program | peak of the stack, bytes |".into());
        line("|---|---|".into());
        for (name, peak) in &figures.stacks {
            line(format!("| {name} | {peak} |"));
        }
    }
    for (title, list) in figures.lists() {
        line(format!(
            "\n| bytes | ten_links on {CORTEX_M4}, z: {title} |"
        ));
        line("|---|---|".into());
        for function in list {
            line(format!("| {} | {} |", function.size, function.name));
        }
    }
    out
}

/// The same.
pub(crate) fn json(figures: &Figures) -> Value {
    let programs = figures.programs.iter().map(|program| {
        json!({
            "name": program.name,
            "target": program.target,
            "opt_level": program.opt_level,
            "flash": program.flash,
            "ram": program.ram,
        })
    });
    let drivers = figures
        .programs
        .iter()
        .filter(|program| program.name == "control")
        .map(|control| {
            json!({
                "target": control.target,
                "opt_level": control.opt_level,
                "flash": figures.driver(control),
            })
        });
    let features = figures
        .features
        .iter()
        .map(|part| json!({"name": part.name, "flash": part.size}));
    let parts = figures
        .parts
        .iter()
        .map(|part| json!({"name": part.name, "ram": part.size}));
    let stacks = figures
        .stacks
        .iter()
        .map(|(name, peak)| json!({"name": name, "stack": peak}));
    let [files, functions, symbols] = figures.lists().map(|(_, list)| {
        let row = |function: &Function| json!({"name": function.name, "flash": function.size});
        list.iter().map(row).collect::<Value>()
    });
    json!({
        "driver": drivers.collect::<Value>(),
        "programs": programs.collect::<Value>(),
        "features": features.collect::<Value>(),
        "parts": parts.collect::<Value>(),
        "stacks": stacks.collect::<Value>(),
        "files": files,
        "functions": functions,
        "symbols": symbols,
    })
}
