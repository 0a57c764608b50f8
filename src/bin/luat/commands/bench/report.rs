//! The figures: a table for people, an object for each link for programs.

use crate::commands::explain::page::width;
use crate::commands::pipe::add;
use crate::manner::{either, sentence};
use crate::say;
use crate::traffic::{Load, Tally};
use luat_modem::engine::Account;
use luat_modem::time::{Duration, Instant};
use serde_json::{Value, json};

/// What was measured.
pub(super) struct Report {
    pub(super) links: Vec<Row>,
    pub(super) total: Account,
    pub(super) begun: Instant,
    pub(super) load: Load,
    pub(super) udp: bool,
}

/// The figures of one link, or of all.
pub(super) struct Row {
    /// `None`: all of them.
    pub(super) link: Option<u8>,
    pub(super) tally: Tally,
    pub(super) account: Account,
    pub(super) complaint: Option<String>,
}

/// Between columns there are two spaces, or one if the table would be wider than this.
const WIDTH: usize = 80;

impl Report {
    /// One line for each link, one for all, then what is said about them together.
    pub(super) fn print_table(&self) {
        let all = self.all();
        let rows = self.links.iter().chain([&all]);
        let columns: Vec<Vec<String>> = rows
            .map(|row| self.cells(row).into_iter().map(|(_, cell)| cell).collect())
            .collect();
        let names = self.cells(&all).into_iter().map(|(name, _)| name.into());
        let lines: Vec<Vec<String>> = [names.collect()].into_iter().chain(columns).collect();
        for line in table(&lines) {
            say::print(&line);
        }
        let round_trips = if self.load.echo {
            either("round trips in ms, ", "往返时间单位为 ms，")
        } else {
            ""
        };
        let units = either(
            "1 kB is 1000 bytes, the bill is an estimate",
            "1 kB 为 1000 字节，计费为估算值",
        );
        say::print(&format!("{round_trips}{units}"));
        if let Some([(slow, least), (fast, most)]) = self.extremes() {
            let fairness = least / most;
            say::print(&sentence(
                format_args!(
                    "fairness {fairness:.2}: link {slow} with {least:.2} kB/s, link {fast} with {most:.2} kB/s"
                ),
                format_args!(
                    "公平度 {fairness:.2}：连接 {slow} 为 {least:.2} kB/s，连接 {fast} 为 {most:.2} kB/s"
                ),
            ));
        }
        for complaint in self.links.iter().filter_map(|row| row.complaint.as_ref()) {
            say::print(complaint);
        }
        say::print(&format!("{} {}", either("seed", "种子"), self.load.seed));
    }

    /// One object for each link, and one for all.
    pub(super) fn print_json(&self) {
        for row in &self.links {
            say::print_object(self.object(row));
        }
        let mut all = self.object(&self.all());
        let fairness = self
            .extremes()
            .map(|[slowest, fastest]| slowest.1 / fastest.1);
        let more = json!({"links": self.links.len(), "fairness": fairness, "seed": self.load.seed});
        add(&mut all, more);
        say::print_object(all);
    }

    fn all(&self) -> Row {
        let mut tally = Tally::default();
        self.links.iter().for_each(|row| tally.add(&row.tally));
        Row {
            link: None,
            tally,
            account: self.total,
            complaint: None,
        }
    }

    fn seconds(&self, row: &Row) -> Option<f64> {
        let took = row.tally.last? - self.begun;
        Some(took.max(Duration::from_millis(1)).as_secs_f64())
    }

    /// Payload that is through, in thousands of bytes a second.
    fn goodput(&self, row: &Row) -> Option<f64> {
        self.rate(row, row.tally.carried(self.load.echo))
    }

    fn rate(&self, row: &Row, bytes: u64) -> Option<f64> {
        Some(bytes as f64 / self.seconds(row)? / 1000.0)
    }

    /// The slowest and the fastest link. Lost datagrams had their share too.
    fn extremes(&self) -> Option<[(u8, f64); 2]> {
        let speed = |row: &Row| {
            let sent = row.tally.carried(self.load.echo && !self.udp);
            Some((row.link?, self.rate(row, sent)?))
        };
        let mut speeds: Vec<(u8, f64)> = self.links.iter().map(speed).collect::<Option<_>>()?;
        speeds.sort_by(|a, b| a.1.total_cmp(&b.1));
        match speeds.as_slice() {
            [slowest, .., fastest] => Some([*slowest, *fastest]),
            _ => None,
        }
    }

    fn cells(&self, row: &Row) -> Vec<(&'static str, String)> {
        let tally = &row.tally;
        let link = row
            .link
            .map_or_else(|| either("all", "合计").into(), |link| link.to_string());
        let goodput = self.goodput(row);
        let mut cells = vec![
            (either("link", "连接"), link),
            (
                either("bytes", "字节"),
                tally.carried(self.load.echo).to_string(),
            ),
            (
                "kB/s",
                goodput.map_or_else(|| "-".into(), |rate| format!("{rate:.2}")),
            ),
        ];
        if self.load.echo {
            let times = tally.round_trip();
            let cell = |n: usize| match times.as_ref().and_then(|times| times.get(n)) {
                Some(time) => time.as_millis().to_string(),
                None => "-".into(),
            };
            cells.extend([
                (either("min", "最小"), cell(0)),
                (either("median", "中位"), cell(1)),
                ("p99", cell(2)),
            ]);
        }
        if self.udp && self.load.echo {
            let fate = tally.fate;
            cells.extend([
                (either("lost", "丢失"), fate.lost.to_string()),
                (either("double", "重复"), fate.doubled.to_string()),
                (either("order", "乱序"), fate.reordered.to_string()),
            ]);
        } else if self.udp {
            cells.push((either("refused", "拒收"), tally.refused.to_string()));
        } else {
            cells.push((either("missing", "缺失"), tally.missing.to_string()));
        }
        cells.push((either("differ", "不同"), tally.differences.to_string()));
        cells.push((either("billed", "计费"), row.account.billed().to_string()));
        cells
    }

    fn object(&self, row: &Row) -> Value {
        let Row { tally, account, .. } = row;
        let mut object = json!({
            "kind": if row.link.is_some() { "link" } else { "all" },
            "sent": tally.sent,
            "received": tally.received,
            "seconds": self.seconds(row),
            "kB_per_s": self.goodput(row),
            "differences": tally.differences,
            "missing": tally.missing,
            "account": {
                "sent": account.sent, "received": account.received,
                "messages_sent": account.messages_sent, "messages_received": account.messages_received,
                "connections": account.connections, "billed": account.billed(),
            },
        });
        if let Some(link) = row.link {
            let complaint = &row.complaint;
            let first = tally.first;
            add(
                &mut object,
                json!({"link": link, "first_difference": first, "complaint": complaint}),
            );
        }
        if self.load.echo {
            let times = tally.round_trip().map(|[least, median, high]| {
                let millis = |time: Duration| u64::try_from(time.as_millis()).ok();
                json!({"min": millis(least), "median": millis(median), "p99": millis(high)})
            });
            add(&mut object, json!({"round_trip_ms": times}));
        }
        if self.udp {
            let fate = tally.fate;
            let datagrams = json!({
                "sent": fate.sent, "lost": fate.lost, "doubled": fate.doubled,
                "reordered": fate.reordered, "refused": tally.refused,
            });
            add(&mut object, json!({"datagrams": datagrams}));
        }
        object
    }
}

/// Lines of right-aligned columns.
fn table(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| width(cell))
            .max()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| widest(column).unwrap_or(0))
        .collect();
    let wide = widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1);
    let gap = if wide > WIDTH { " " } else { "  " };
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, widest)| {
            let spaces = widest.saturating_sub(width(cell));
            format!("{:spaces$}{cell}", "")
        });
        cells.collect::<Vec<_>>().join(gap)
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_aligned() {
        let rows = [["link", "bytes"], ["0", "1048576"]].map(|row| row.map(String::from).to_vec());
        assert_eq!(table(&rows), ["link    bytes", "   0  1048576"]);
        let rows = [["连接", "字节"], ["0", "10"]].map(|row| row.map(String::from).to_vec());
        assert_eq!(table(&rows), ["连接  字节", "   0    10"]);
    }

    #[test]
    fn a_wide_table_moves_together() {
        let rows = vec![vec!["1234567".to_owned(); 10]];
        assert_eq!(table(&rows)[0].len(), 79);
    }
}
