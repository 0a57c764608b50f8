//! What is checked after every step.

use super::World;

impl World<'_> {
    pub(super) fn check(&mut self) {
        let now = self.now;
        self.ledger.compare(now, &self.engine, &mut self.module);
        let running = now >= self.host_at;
        if running {
            let (engine, module) = (&self.engine, &mut self.module);
            self.ledger.watch(now, engine, module, running);
        }
        if let Some(text) = self.line.exchange.violation() {
            self.ledger.violated(text);
        }
        self.check_commands();
        if self.idle > 2000 {
            let text = format!(
                "spins: engine {:?}, module {:?}, waiting for {}",
                self.engine.deadline(),
                self.module.deadline(),
                self.engine.waiting_for()
            );
            self.ledger.violated(text);
        }
    }

    /// What the module read as a command is one.
    fn check_commands(&mut self) {
        let commands = self.module.commands();
        if commands.len() == self.commands {
            return;
        }
        if commands.len() < self.commands {
            // The older half was forgotten.
            self.commands -= 4096;
        }
        let fresh = &commands[self.commands..];
        let strange = fresh.iter().find(|line| {
            let command = line
                .get(..2)
                .is_some_and(|at| at.eq_ignore_ascii_case("AT"));
            // Without a prompt, what is refused is read as lines: none of them may be a command.
            line.contains("CPOWD") || self.prompted && !command
        });
        if let Some(line) = strange
            && !self.transparent
            && self.now > self.astray_until
        {
            let text = format!("read as a command: {line:?}");
            self.ledger.violated(text);
        }
        self.commands = commands.len();
    }
}
