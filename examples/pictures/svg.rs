//! A terminal's screen as an SVG that is light or dark as its reader likes.

use super::recording::{COLUMNS, Recording};
use core::fmt::Write;
use vt100::{Cell, Color};

const WIDTH: f32 = 8.4;
const HEIGHT: f32 = 18.0;
const MARGIN: f32 = 14.0;

/// Names of the eight colours: light, dark.
const PALETTE: [(&str, &str); 8] = [
    ("#24292f", "#6e7681"),
    ("#cf222e", "#ff7b72"),
    ("#116329", "#3fb950"),
    ("#7d4e00", "#d29922"),
    ("#0969da", "#58a6ff"),
    ("#8250df", "#bc8cff"),
    ("#1b7c83", "#39c5cf"),
    ("#57606a", "#b1bac4"),
];

pub(crate) fn picture(title: &str, recording: &Recording) -> String {
    let screen = &recording.screen;
    let rows: Vec<String> = screen.rows(0, COLUMNS).collect();
    let used = rows
        .iter()
        .rposition(|row| !row.trim().is_empty())
        .map_or(1, |last| last + 1);
    let width = f32::from(COLUMNS) * WIDTH + 2.0 * MARGIN;
    let height = (used + 1) as f32 * HEIGHT + 2.0 * MARGIN;
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" role="img" aria-label="{0}">
<title>{0}</title>
<style>{1}</style>
<rect width="100%" height="100%" rx="8" class="back"/>"#,
        escaped(title),
        style()
    );
    let _ = writeln!(
        svg,
        r#"<text x="{MARGIN}" y="{:.1}" class="dim">$ {}</text>"#,
        MARGIN + 0.75 * HEIGHT,
        escaped(title)
    );
    for (row, since) in (0..used).zip(&recording.since) {
        let y = MARGIN + (row as f32 + 1.75) * HEIGHT;
        let _ = write!(svg, r#"<text y="{y:.1}">"#);
        if !since.is_zero() {
            // Hidden until then, where the picture moves; whole where it does not.
            let _ = write!(
                svg,
                r#"<set attributeName="opacity" to="0" begin="0s" end="{:.2}s"/>"#,
                since.as_secs_f32()
            );
        }
        runs(&mut svg, screen, row as u16);
        svg.push_str("</text>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

/// Neighbours of one look go into one span.
fn runs(svg: &mut String, screen: &vt100::Screen, row: u16) {
    let mut column = 0;
    while column < COLUMNS {
        let Some(first) = screen.cell(row, column) else {
            return;
        };
        let (start, class) = (column, look(first));
        let mut text = String::new();
        while let Some(cell) = screen.cell(row, column)
            && look(cell) == class
        {
            if !cell.is_wide_continuation() {
                text.push_str(if cell.has_contents() {
                    cell.contents()
                } else {
                    " "
                });
            }
            column += 1;
            if column == COLUMNS {
                break;
            }
        }
        if text.trim().is_empty() {
            continue;
        }
        let length = f32::from(column - start) * WIDTH;
        let x = MARGIN + f32::from(start) * WIDTH;
        let _ = write!(
            svg,
            r#"<tspan x="{x:.1}" textLength="{length:.1}" class="{class}" xml:space="preserve">{}</tspan>"#,
            escaped(&text)
        );
    }
}

fn look(cell: &Cell) -> String {
    let mut classes = match cell.fgcolor() {
        Color::Idx(n) => format!("c{}", n % 8),
        Color::Default | Color::Rgb(..) => String::new(),
    };
    for (on, class) in [(cell.bold(), " bold"), (cell.dim(), " dim")] {
        if on {
            classes.push_str(class);
        }
    }
    classes
}

fn style() -> String {
    let mut style = String::from(
        "text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#24292f}\
         .back{fill:#f6f8fa}.bold{font-weight:bold}.dim{opacity:.65}",
    );
    for (n, (light, _)) in PALETTE.iter().enumerate() {
        let _ = write!(style, ".c{n}{{fill:{light}}}");
    }
    style.push_str("@media(prefers-color-scheme:dark){text{fill:#e6edf3}.back{fill:#161b22}");
    for (n, (_, dark)) in PALETTE.iter().enumerate() {
        let _ = write!(style, ".c{n}{{fill:{dark}}}");
    }
    style.push('}');
    style
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
