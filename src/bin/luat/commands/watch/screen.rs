//! The whole terminal: charts, what is known, what happened.

use super::Seen;
use super::look::tenths;
use crate::interrupt;
use crate::manner::either;
use crate::terminal;
use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::Frame;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style};
use ratatui::symbols::Marker;
use ratatui::text::Line;
use ratatui::widgets::{Axis, Block, Chart, Dataset, GraphType, Paragraph};
use std::io::{self, Stdout};
use std::thread;

/// Looks that a chart shows.
const WIDE: usize = 120;

/// The terminal, taken until it is dropped.
pub(super) struct Screen(Terminal<CrosstermBackend<Stdout>>);

impl Screen {
    /// Takes the terminal. Keys end the tool: q, Esc, Ctrl-C.
    pub(super) fn take() -> io::Result<Self> {
        terminal::take_screen()?;
        thread::spawn(|| {
            while let Ok(event) = event::read() {
                if let Event::Key(key) = event
                    && key.kind == KeyEventKind::Press
                {
                    let control = key.modifiers.contains(KeyModifiers::CONTROL);
                    match key.code {
                        KeyCode::Char('q') | KeyCode::Esc => interrupt::request(),
                        KeyCode::Char('c') if control => interrupt::request(),
                        _ => {}
                    }
                }
                interrupt::ring();
            }
        });
        Terminal::new(CrosstermBackend::new(io::stdout())).map(Self)
    }

    /// Shows what was seen.
    pub(super) fn show(&mut self, seen: &Seen) -> io::Result<()> {
        self.0.draw(|frame| draw(frame, seen)).map(|_| ())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        terminal::restore();
    }
}

fn draw(frame: &mut Frame<'_>, seen: &Seen) {
    let known = known(seen);
    let tall = u16::try_from(known.len().max(5) + 2).unwrap_or(u16::MAX);
    let rows = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(6),
        Constraint::Length(tall),
        Constraint::Max(8),
    ]);
    let [title, charts, facts, events] = rows.areas(frame.area());
    let text = format!(
        " luat watch   {}   {}",
        seen.port,
        either("q ends", "q 退出")
    );
    frame.render_widget(Paragraph::new(text).style(Style::new().reversed()), title);
    let halves = Layout::horizontal([Constraint::Percentage(62), Constraint::Percentage(38)]);
    let [strength, quality] = halves.areas(charts);
    let of = |value: fn(&super::Look) -> Option<f64>| -> Vec<(f64, f64)> {
        let start = seen.looks.len().saturating_sub(WIDE);
        let recent = seen.looks.iter().skip(start).enumerate();
        recent
            .filter_map(|(at, look)| Some((at as f64, value(look)?)))
            .collect()
    };
    let rssi = of(|look| look.rssi.map(f64::from));
    let rsrp = of(|look| look.rsrp.map(f64::from));
    let rsrq = of(|look| look.rsrq.map(|tenths| f64::from(tenths) / 10.0));
    chart(
        frame,
        strength,
        "dBm",
        [-140.0, -45.0],
        &[("RSRP", &rsrp, Color::Cyan), ("RSSI", &rssi, Color::Green)],
    );
    chart(
        frame,
        quality,
        "dB",
        [-20.0, -3.0],
        &[("RSRQ", &rsrq, Color::Yellow)],
    );
    let lines: Vec<Line<'_>> = known.into_iter().map(Line::from).collect();
    frame.render_widget(
        Paragraph::new(lines).block(Block::bordered().title(either(" now ", " 当前 "))),
        facts,
    );
    let room = usize::from(events.height.saturating_sub(2));
    let start = seen.events.len().saturating_sub(room);
    let lines: Vec<Line<'_>> = seen
        .events
        .iter()
        .skip(start)
        .map(|line| Line::from(line.as_str()))
        .collect();
    frame.render_widget(
        Paragraph::new(lines).block(Block::bordered().title(either(" events ", " 事件 "))),
        events,
    );
}

/// What the last look found, line by line.
fn known(seen: &Seen) -> Vec<String> {
    let Some(look) = seen.looks.last() else {
        return vec![either("the module is asked", "正在询问模块").into()];
    };
    if !look.answers {
        return vec![either("the module does not answer", "模块没有应答").into()];
    }
    let unknown = either("unknown", "未知");
    let dbm = |value: Option<i16>| match value {
        Some(value) => format!("{value} dBm"),
        None => unknown.into(),
    };
    let word = |value: &Option<String>| value.clone().unwrap_or_else(|| unknown.into());
    let rsrq = tenths(look.rsrq).map_or_else(|| unknown.into(), |text| format!("{text} dB"));
    let fact = |english, chinese, value: &str| format!("{} {value}   ", either(english, chinese));
    let mut lines = vec![
        format!(
            "RSSI {}   RSRP {}   RSRQ {rsrq}",
            dbm(look.rssi),
            dbm(look.rsrp)
        ),
        fact("network", "网络", look.network_words())
            + &fact("operator", "运营商", &word(&look.operator))
            + &fact("mode", "制式", &word(&look.mode)),
        fact("cell", "小区", &word(&look.cell))
            + &fact("bearer", "承载", &word(&look.bearer))
            + &format!("{:.0} {}", look.rate, either("bytes/s", "字节/秒")),
        fact(
            "links in use:",
            "使用中的链接：",
            &look.links.len().to_string(),
        ),
    ];
    for pair in look.links.chunks(2) {
        let pair: Vec<String> = pair.iter().map(|link| short(link)).collect();
        lines.push(pair.join("   "));
    }
    lines
}

/// A link in half a line: `0 TCP 192.0.2.1:80 CONNECTED` of `C: 0,0,"TCP","192.0.2.1","80","CONNECTED"`.
fn short(link: &str) -> String {
    let (_, values) = link.split_once(':').unwrap_or(("", link));
    let values: Vec<&str> = values
        .split(',')
        .map(|value| value.trim().trim_matches('"'))
        .collect();
    match values.as_slice() {
        [link, _, transport, host, port, state] => {
            format!(
                "{:<36}",
                format!("{link} {transport} {host}:{port} {state}")
            )
        }
        _ => link.into(),
    }
}

/// A curve: its name, its points, its colour.
type Curve<'a> = (&'static str, &'a [(f64, f64)], Color);

fn chart(frame: &mut Frame<'_>, area: Rect, unit: &str, bounds: [f64; 2], lines: &[Curve<'_>]) {
    let sets = lines.iter().map(|(name, points, color)| {
        Dataset::default()
            .name(*name)
            .marker(Marker::Braille)
            .graph_type(GraphType::Line)
            .style(Style::new().fg(*color))
            .data(points)
    });
    let names: Vec<&str> = lines.iter().map(|(name, ..)| *name).collect();
    let [low, high] = bounds;
    let labels = [format!("{low:.0}"), format!("{high:.0}")];
    let title = format!(" {} {unit} ", names.join(", "));
    let chart = Chart::new(sets.collect())
        .block(Block::bordered().title(title))
        .x_axis(Axis::default().bounds([0.0, WIDE as f64]))
        .y_axis(Axis::default().bounds(bounds).labels(labels))
        .legend_position(None);
    frame.render_widget(chart, area);
}

#[cfg(test)]
mod tests {
    use super::super::{Look, Seen};
    use super::draw;
    use luat_modem::time::Instant;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    #[test]
    fn eighty_columns() {
        let mut look = Look::silent(Instant::ZERO);
        look.answers = true;
        look.rssi = Some(-69);
        look.rsrp = Some(-100);
        look.rsrq = Some(-45);
        look.links = vec!["C: 0,0,\"TCP\",\"192.0.2.1\",\"80\",\"CONNECTED\"".into()];
        let seen = Seen {
            port: "/dev/ttyUSB0".into(),
            looks: vec![look],
            events: vec!["   1.000  +CEREG: 1".into()],
        };
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        terminal.draw(|frame| draw(frame, &seen)).unwrap();
        let text = terminal.backend().to_string();
        for part in [
            "RSRP, RSSI dBm",
            "RSRQ -4.5 dB",
            "links in use: 1",
            "0 TCP 192.0.2.1:80 CONNECTED",
            "+CEREG: 1",
            "q ends",
        ] {
            assert!(text.contains(part), "no {part} in\n{text}");
        }
        let mut small = Terminal::new(TestBackend::new(10, 3)).unwrap();
        small.draw(|frame| draw(frame, &seen)).unwrap();
    }
}
