//! Pictures that may show several things at once, or none of them.

use crate::dataset::{Item, check_files, of_part};
use crate::error::{Error, Result};
use crate::labels::LabelMap;
use crate::table::{Columns, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

/// Pictures of which a table says, class by class, whether they show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Several {
    /// Names of the classes, in the order of the model's logits.
    pub classes: Vec<String>,
    /// The classes that the table has a column for, ascending.
    pub labelled: Vec<usize>,
    /// In the order of the table; each has a place for every class, with nothing in it where nobody has said.
    pub items: Vec<Item<Vec<Option<bool>>>>,
    /// Rows left out because they say nothing of any class.
    pub unlabelled: usize,
    /// Rows left out because the table says so.
    pub excluded: usize,
    /// Rows that say again what an earlier one did; each picture counts once.
    pub repeated: usize,
}

impl Several {
    /// Reads a table with a column for each class. `map` says which column is which of the model's `classes`; without one,
    /// columns are taken that are called like a class. [`Columns::label`] has no meaning here.
    ///
    /// A cell says yes (1, true, yes), no (0, false, no), or that nobody knows: empty, NaN, or -1 as CheXpert has it.
    ///
    /// # Errors
    ///
    /// Where the table is none, a column or every picture is missing, a file lies elsewhere, two columns are of one class, a
    /// cell says something else, or two rows contradict each other.
    pub fn from_csv(
        reader: impl Read,
        images: &Path,
        columns: &Columns,
        map: Option<&LabelMap>,
        classes: &[String],
    ) -> Result<Self> {
        let table = Table::open(reader, columns)?;
        let pairs: Vec<(String, usize)> = match map {
            Some(map) => map
                .pairs()
                .map(|(name, class)| (name.to_owned(), class))
                .collect(),
            None => called_like(classes, &table.names),
        };
        if pairs.is_empty() {
            return Err(Error::NoLabelColumns {
                columns: table.names,
            });
        }
        let mut places: BTreeMap<usize, (usize, String)> = BTreeMap::new();
        for (name, class) in pairs {
            let place = table.find(&name)?;
            if let Some((_, first)) = places.insert(class, (place, name.clone())) {
                return Err(Error::ColumnsOfOneClass {
                    class: classes[class].clone(),
                    first,
                    second: name,
                });
            }
        }
        let rows = table.rows(images, |row| {
            let mut shows = vec![None; classes.len()];
            for (&class, (place, column)) in &places {
                let cell = row.cell(*place);
                shows[class] = answer(cell).ok_or_else(|| Error::LabelCell {
                    line: row.line,
                    column: column.clone(),
                    cell: cell.to_owned(),
                })?;
            }
            Ok(shows.iter().any(Option::is_some).then_some(shows))
        })?;
        if rows.items.is_empty() {
            return Err(rows.empty(BTreeSet::new()));
        }
        Ok(Self {
            classes: classes.to_vec(),
            labelled: places.into_keys().collect(),
            items: rows.items,
            unlabelled: rows.unlabelled,
            excluded: rows.excluded,
            repeated: rows.repeated,
        })
    }

    /// The pictures of one part. Rows that were left out before stay counted.
    pub fn of_part(&self, part: &str) -> Result<Self> {
        Ok(Self {
            items: of_part(&self.items, part)?,
            classes: self.classes.clone(),
            labelled: self.labelled.clone(),
            ..*self
        })
    }

    /// Refuses pictures that are not there, and names the first few; `images` is the folder that they were looked for in.
    pub fn check_files(&self, images: &Path) -> Result<()> {
        check_files(&self.items, images)
    }
}

/// Columns whose names are those of classes, whatever their case, and which class each is.
fn called_like(classes: &[String], names: &[String]) -> Vec<(String, usize)> {
    let class = |name: &String| {
        let same = |class: &String| class.trim().eq_ignore_ascii_case(name);
        classes.iter().position(same)
    };
    (names.iter())
        .filter_map(|name| Some((name.clone(), class(name)?)))
        .collect()
}

/// What a cell says; nothing where it says something else.
fn answer(cell: &str) -> Option<Option<bool>> {
    if let Ok(number) = cell.parse::<f64>() {
        return match number {
            1.0 => Some(Some(true)),
            0.0 => Some(Some(false)),
            -1.0 => Some(None),
            number => number.is_nan().then_some(None),
        };
    }
    match cell.to_lowercase().as_str() {
        "true" | "yes" => Some(Some(true)),
        "false" | "no" => Some(Some(false)),
        "" => Some(None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn cells_say_yes_no_or_nothing() {
        for (cell, expected) in [
            ("1", Some(Some(true))),
            ("1.0", Some(Some(true))),
            ("True", Some(Some(true))),
            ("yes", Some(Some(true))),
            ("0", Some(Some(false))),
            ("0.0", Some(Some(false))),
            ("-0", Some(Some(false))),
            ("FALSE", Some(Some(false))),
            ("", Some(None)),
            ("-1.0", Some(None)),
            ("NaN", Some(None)),
            ("2", None),
            ("0.5", None),
            ("inf", None),
            ("present", None),
        ] {
            assert_eq!(answer(cell), expected, "{cell}");
        }
    }
}
