//! Lines of CSV by RFC 4180, with text that no spreadsheet takes for a formula.

/// A cell: text that came from outside, or a number that was made here.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Names and sentences; made harmless by [`text`].
    Text(String),
    /// As it is, the sign of a negative number included.
    Number(String),
}

impl Cell {
    /// The shortest decimal that reads back as the same float; `inf` and `NaN` where it is none.
    pub fn float(value: f32) -> Self {
        Self::Number(format!("{value:?}"))
    }

    /// A cell without anything.
    pub fn empty() -> Self {
        Self::Text(String::new())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u32> for Cell {
    fn from(value: u32) -> Self {
        Self::Number(value.to_string())
    }
}

impl From<usize> for Cell {
    fn from(value: usize) -> Self {
        Self::Number(value.to_string())
    }
}

/// One line with its end, CR LF. A cell is quoted where it holds a comma, a quote or an end of a line.
pub fn line(cells: &[Cell]) -> String {
    let mut line = String::new();
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        match cell {
            Cell::Number(number) => line.push_str(number),
            Cell::Text(raw) => quote(&text(raw), &mut line),
        }
    }
    line.push_str("\r\n");
    line
}

/// `raw` as a spreadsheet may safely open it. What begins with = + - @, a tab, an end of a line, or one of the four signs in
/// full width is a formula to some; it gets an apostrophe in front. So does what begins with apostrophes and then such a
/// sign: taking one apostrophe away gives `raw` back in every case.
pub fn text(raw: &str) -> String {
    let first = raw.trim_start_matches('\'').chars().next();
    match first {
        Some(
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}'
            | '\u{ff20}',
        ) => format!("'{raw}"),
        _ => raw.to_owned(),
    }
}

fn quote(text: &str, line: &mut String) {
    if text.contains([',', '"', '\r', '\n']) {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_of_rfc_4180() {
        let cells = [
            "plain".into(),
            "a, b".into(),
            "say \"so\"".into(),
            "two\nlines".into(),
            Cell::empty(),
            Cell::float(-0.5),
            7usize.into(),
        ];
        assert_eq!(
            line(&cells),
            "plain,\"a, b\",\"say \"\"so\"\"\",\"two\nlines\",,-0.5,7\r\n"
        );
    }

    #[test]
    fn formulas_become_text_and_can_be_had_back() {
        for (raw, safe) in [
            ("=1+1", "'=1+1"),
            ("+49", "'+49"),
            ("-x.png", "'-x.png"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("'=1", "''=1"),
            ("'quoted'", "'quoted'"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(text(raw), safe);
        }
    }

    #[test]
    fn floats_read_back_as_they_were() {
        for value in [0.1_f32, -1e-10, 1.0 / 3.0, f32::MAX, f32::MIN_POSITIVE, 0.0] {
            let Cell::Number(number) = Cell::float(value) else {
                panic!("a float is a number");
            };
            assert_eq!(number.parse::<f32>().map(f32::to_bits), Ok(value.to_bits()));
        }
    }
}
