//! Edits from JSON.
//!
//! By hand and not derived: of an enum with a tag, the derived code alone is a tenth of what this whole crate adds to the
//! page, and its messages know nothing of the edit that they are about.

use super::{Edit, Fill, Mask};
use crate::error::{Error, Result, error};
use serde_json::{Map, Value};

/// Reads a JSON array of edits, such as `[{"kind": "turn", "degrees": 5}]`; an edit looks as it does when serialised.
///
/// # Errors
///
/// Where it is none: an unknown kind, a missing or unknown field, a value of the wrong type. Ranges are checked by
/// [`super::apply`].
pub fn from_json(json: &str) -> Result<Vec<Edit>> {
    let list: Value = serde_json::from_str(json)
        .map_err(|error| refused(format!("they are no JSON ({error})")))?;
    match list {
        Value::Array(list) => list.into_iter().map(edit).collect(),
        _ => Err(refused("they are no list".to_owned())),
    }
}

fn edit(value: Value) -> Result<Edit> {
    let Value::Object(mut left) = value else {
        return Err(refused("one of them is no object".to_owned()));
    };
    let Some(Value::String(kind)) = left.remove("kind") else {
        return Err(refused("one of them has no kind".to_owned()));
    };
    let mut fields = Fields { kind: &kind, left };
    let edit = match kind.as_str() {
        "mask" => Edit::Mask(Mask {
            rows: fields.whole("rows")?,
            columns: fields.whole("columns")?,
            cells: fields.cells()?,
            fill: fields.fill()?,
            keep: fields.keep()?,
        }),
        "turn" => Edit::Turn {
            degrees: fields.number("degrees")?,
        },
        "shift" => Edit::Shift {
            x: fields.number("x")?,
            y: fields.number("y")?,
        },
        "zoom" => Edit::Zoom {
            factor: fields.number("factor")?,
        },
        "brightness" => Edit::Brightness {
            by: fields.number("by")?,
        },
        "contrast" => Edit::Contrast {
            factor: fields.number("factor")?,
        },
        "blur" => Edit::Blur {
            sigma: fields.number("sigma")?,
        },
        "noise" => Edit::Noise {
            sigma: fields.number("sigma")?,
            seed: if fields.left.contains_key("seed") {
                fields.whole("seed")?
            } else {
                0
            },
        },
        "jpeg" => Edit::Jpeg {
            quality: fields.whole("quality")?,
        },
        "marker" => Edit::Marker {
            x: fields.number("x")?,
            y: fields.number("y")?,
            size: fields.number("size")?,
        },
        other => {
            return Err(error!(EDIT_KIND, kind = other));
        }
    };
    match fields.left.keys().next() {
        Some(unknown) => Err(refused(format!("{kind} has no field {unknown:?}"))),
        None => Ok(edit),
    }
}

/// The fields of one edit that are not yet read.
struct Fields<'a> {
    kind: &'a str,
    left: Map<String, Value>,
}

impl Fields<'_> {
    fn take(&mut self, name: &str) -> Value {
        self.left.remove(name).unwrap_or_default()
    }

    fn wrong(&self, name: &str, what: &str) -> Error {
        refused(format!("{name} of {} is missing or no {what}", self.kind))
    }

    fn number(&mut self, name: &str) -> Result<f64> {
        let value = self.take(name).as_f64();
        value.ok_or_else(|| self.wrong(name, "number"))
    }

    fn whole<N: TryFrom<u64>>(&mut self, name: &str) -> Result<N> {
        let value = self.take(name).as_u64().map(N::try_from);
        match value {
            Some(Ok(value)) => Ok(value),
            _ => Err(self.wrong(name, "whole number in range")),
        }
    }

    fn cells(&mut self) -> Result<Vec<u32>> {
        let cell = |value: &Value| value.as_u64().and_then(|cell| u32::try_from(cell).ok());
        let cells = match self.take("cells") {
            Value::Array(cells) => cells.iter().map(cell).collect(),
            _ => None,
        };
        cells.ok_or_else(|| self.wrong("cells", "list of cells"))
    }

    fn fill(&mut self) -> Result<Fill> {
        let fill = self.take("fill");
        let known = (Fill::ALL.into_iter()).find(|known| Some(known.name()) == fill.as_str());
        known.ok_or_else(|| self.wrong("fill", "one of blur, mean, noise and black"))
    }

    fn keep(&mut self) -> Result<bool> {
        match self.take("keep") {
            Value::Bool(keep) => Ok(keep),
            Value::Null => Ok(false),
            _ => Err(self.wrong("keep", "true or false")),
        }
    }
}

fn refused(what: String) -> Error {
    error!(EDITS_UNREADABLE, reason = what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mask = |fill| Mask {
            rows: 7,
            columns: 8,
            cells: vec![0, 55],
            fill,
            keep: true,
        };
        let mut edits = vec![
            Edit::Turn { degrees: -5.5 },
            Edit::Shift { x: 0.25, y: 0.0 },
            Edit::Zoom { factor: 1.5 },
            Edit::Brightness { by: -0.1 },
            Edit::Contrast { factor: 2.0 },
            Edit::Blur { sigma: 0.01 },
            Edit::Noise {
                sigma: 0.1,
                seed: u64::MAX,
            },
            Edit::Jpeg { quality: 80 },
            Edit::Marker {
                x: 0.1,
                y: 0.9,
                size: 0.08,
            },
        ];
        edits.extend(Fill::ALL.map(|fill| Edit::Mask(mask(fill))));
        let json = serde_json::to_string(&edits).unwrap();
        assert!(json.contains(r#"{"kind":"turn","degrees":-5.5}"#), "{json}");
        assert!(
            json.contains(r#""kind":"mask""#) && json.contains(r#""fill":"blur""#),
            "{json}"
        );
        assert_eq!(from_json(&json).unwrap(), edits);
        assert_eq!(from_json("[]").unwrap(), []);
    }

    #[test]
    fn what_may_be_left_out_has_a_default() {
        let json = r#"[{"kind":"noise","sigma":1},{"kind":"mask","rows":1,"columns":1,"cells":[],"fill":"mean"}]"#;
        let edits = from_json(json).unwrap();
        assert_eq!(
            edits[0],
            Edit::Noise {
                sigma: 1.0,
                seed: 0
            }
        );
        assert!(matches!(&edits[1], Edit::Mask(mask) if !mask.keep));
    }

    #[test]
    fn what_is_no_edit_is_refused_with_its_name() {
        for (json, named) in [
            ("{", "JSON"),
            ("{}", "list"),
            ("[1]", "object"),
            ("[{}]", "kind"),
            (r#"[{"kind":"spin"}]"#, "spin"),
            (r#"[{"kind":"turn"}]"#, "degrees"),
            (r#"[{"kind":"turn","degrees":"5"}]"#, "degrees"),
            (r#"[{"kind":"turn","degrees":5,"by":1}]"#, "by"),
            (r#"[{"kind":"jpeg","quality":256}]"#, "quality"),
            (r#"[{"kind":"jpeg","quality":1.5}]"#, "quality"),
            (r#"[{"kind":"noise","sigma":1,"seed":-1}]"#, "seed"),
            (
                r#"[{"kind":"mask","rows":1,"columns":1,"cells":[-1],"fill":"mean"}]"#,
                "cells",
            ),
            (
                r#"[{"kind":"mask","rows":1,"columns":1,"cells":[],"fill":"red"}]"#,
                "fill",
            ),
            (
                r#"[{"kind":"mask","rows":1,"columns":1,"cells":[],"fill":"mean","keep":1}]"#,
                "keep",
            ),
        ] {
            let error = from_json(json).unwrap_err();
            assert_eq!(error.fault(), crate::Fault::Request);
            assert!(error.to_string().contains(named), "{json}: {error}");
        }
    }
}
