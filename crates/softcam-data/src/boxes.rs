//! Boxes that people drew around findings.

use crate::error::{Error, Result};
use crate::files::{composed, local_path};
use crate::table::{header, position};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Names under which a table may have the class of a box.
const CLASS_COLUMNS: [&str; 3] = ["class", "finding", "label"];

/// How a table gives boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoxFormat {
    /// Columns x, y, w, h: left and top edge, width and height in pixels of the upright picture.
    Pixels,
    /// Columns cx, cy, w, h: centre, width and height as shares of the picture's width and height, from 0 to 1.
    Shares,
}

/// One box, as given.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Given {
    format: BoxFormat,
    /// x, y, w, h or cx, cy, w, h.
    values: [f64; 4],
}

/// Boxes by picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Boxes {
    by_file: BTreeMap<String, Vec<Given>>,
}

impl Boxes {
    /// Reads a table with the column `file` and those of a [`BoxFormat`], which is told by the columns unless given. With
    /// `classes`, only boxes of these are taken, by the column class, finding or label.
    pub fn from_csv(
        reader: impl Read,
        format: Option<BoxFormat>,
        classes: &[String],
    ) -> Result<Self> {
        let mut table = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(reader);
        let names = header(&mut table)?;
        let format = match format {
            Some(format) => format,
            None => recognise(&names)?,
        };
        let file = position(&names, "file")?;
        let columns = match format {
            BoxFormat::Pixels => ["x", "y", "w", "h"],
            BoxFormat::Shares => ["cx", "cy", "w", "h"],
        };
        let mut places = [0; 4];
        for (place, column) in places.iter_mut().zip(columns) {
            *place = position(&names, column)?;
        }
        let is_class = |name: &String| CLASS_COLUMNS.contains(&name.as_str());
        let class = match (names.iter().position(is_class), classes) {
            (column, []) => column,
            (None, _) => Some(position(&names, CLASS_COLUMNS[0])?),
            (column, _) => column,
        };

        let mut by_file: BTreeMap<String, Vec<Given>> = BTreeMap::new();
        let mut met = BTreeSet::new();
        for record in table.records() {
            let record = record?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |column: usize| record.get(column).unwrap_or_default();
            let name = class.map(cell).unwrap_or_default();
            met.insert(name.to_owned());
            if !classes.is_empty() && !classes.iter().any(|class| class == name) {
                continue;
            }
            let file = local_path(cell(file)).ok_or_else(|| Error::ForeignFile {
                line,
                name: cell(file).to_owned(),
            })?;
            let values = places.map(|place| cell(place).parse().unwrap_or(f64::NAN));
            check(format, values).map_err(|what| Error::BadBox { line, what })?;
            (by_file.entry(composed(&file)).or_default()).push(Given { format, values });
        }
        if let Some(absent) = classes.iter().find(|class| !met.contains(*class)) {
            return Err(Error::NoSuchClass {
                given: absent.clone(),
                classes: met.into_iter().collect(),
            });
        }
        Ok(Self { by_file })
    }

    /// The boxes of a picture with this size, each as left and top edge, width and height in its pixels.
    pub fn of(&self, file: &str, width: u32, height: u32) -> Vec<[f64; 4]> {
        let given = self.by_file.get(&composed(file)).into_iter().flatten();
        given.map(|given| given.on(width, height)).collect()
    }

    /// Whether the picture has any.
    pub fn has(&self, file: &str) -> bool {
        self.by_file.contains_key(&composed(file))
    }

    /// Pictures that have any.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.by_file.keys().map(String::as_str)
    }
}

impl Given {
    fn on(&self, width: u32, height: u32) -> [f64; 4] {
        let [x, y, w, h] = self.values;
        let (across, down) = (f64::from(width), f64::from(height));
        match self.format {
            BoxFormat::Pixels => self.values,
            BoxFormat::Shares => [
                (x - w / 2.0) * across,
                (y - h / 2.0) * down,
                w * across,
                h * down,
            ],
        }
    }
}

fn recognise(names: &[String]) -> Result<BoxFormat> {
    let has = |columns: [&str; 2]| columns.iter().all(|c| names.iter().any(|name| name == c));
    match (has(["x", "y"]), has(["cx", "cy"])) {
        (true, false) => Ok(BoxFormat::Pixels),
        (false, true) => Ok(BoxFormat::Shares),
        _ => Err(Error::BoxFormat {
            columns: names.to_vec(),
        }),
    }
}

fn check(format: BoxFormat, values: [f64; 4]) -> Result<(), String> {
    let [x, y, w, h] = values;
    if !values.iter().all(|value| value.is_finite()) {
        return Err("one of its four values is not a number".into());
    }
    if w <= 0.0 || h <= 0.0 {
        return Err(format!("it is {w} wide and {h} high"));
    }
    let share = |value: f64| (0.0..=1.0).contains(&value);
    if format == BoxFormat::Shares && ![x, y, w, h].into_iter().all(share) {
        return Err(format!("{x}, {y}, {w}, {h} are not shares from 0 to 1"));
    }
    Ok(())
}
