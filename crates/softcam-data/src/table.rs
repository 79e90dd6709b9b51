//! Reading a table of labels.

use crate::dataset::{Dataset, Item, NAMED};
use crate::error::{Error, Result};
use crate::files::path_in;
use crate::labels::LabelMap;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

/// Which columns of a table mean what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// Names of the files, relative to the folder of pictures.
    pub file: String,
    /// What the picture shows. `A|B` is column A, and column B where A's cell is empty: a second reader's label where the
    /// first has none.
    pub label: String,
    /// Whose picture it is; an empty cell is a picture that stands for itself.
    pub group: Option<String>,
    /// What it is for: train, tune, check.
    pub part: Option<String>,
    /// Rows with anything in this column are left out. It need not exist; none takes all rows.
    pub exclude: Option<String>,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            file: "file".into(),
            label: "label".into(),
            group: None,
            part: None,
            exclude: Some("exclude".into()),
        }
    }
}

/// The columns that a table has.
pub fn column_names(reader: impl Read) -> Result<Vec<String>> {
    let mut table = csv::Reader::from_reader(reader);
    header(&mut table)
}

impl Dataset {
    /// Reads a table whose pictures lie under `images`. `map` says which of the model's `classes` each label is.
    ///
    /// Rows whose label has no class are counted in [`Dataset::unmapped`], rows that are to be left out in
    /// [`Dataset::excluded`], and rows that say of a picture what an earlier one did in [`Dataset::repeated`]. Whether the
    /// pictures are there says [`Dataset::check_files`].
    ///
    /// # Errors
    ///
    /// Where the table is none, a column or every picture is missing, a file lies elsewhere, all pictures are of one class, or
    /// two rows contradict each other.
    pub fn from_csv(
        reader: impl Read,
        images: &Path,
        columns: &Columns,
        map: &LabelMap,
        classes: &[String],
    ) -> Result<Self> {
        let table = Table::open(reader, columns)?;
        // A column that happens to have a bar in its name comes first.
        let labels = match table.find(&columns.label) {
            Ok(column) => vec![column],
            Err(error) if !columns.label.contains('|') => return Err(error),
            Err(_) => (columns.label.split('|'))
                .map(|name| table.find(name.trim()))
                .collect::<Result<_>>()?,
        };
        let mut strangers = BTreeSet::new();
        let rows = table.rows(images, |row| {
            let mut cells = labels.iter().map(|&column| row.cell(column));
            let label = cells.find(|text| !text.is_empty()).unwrap_or_default();
            let class = map.class(label);
            if class.is_none() {
                strangers.insert(label.to_owned());
            }
            Ok(class)
        })?;
        if rows.items.is_empty() {
            return Err(rows.empty(strangers));
        }
        Self {
            classes: classes.to_vec(),
            items: rows.items,
            unmapped: rows.unlabelled,
            excluded: rows.excluded,
            repeated: rows.repeated,
        }
        .checked()
    }
}

/// A table of pictures that is being read.
pub(crate) struct Table<R> {
    table: csv::Reader<R>,
    /// Of its columns.
    pub(crate) names: Vec<String>,
    file: usize,
    group: Option<usize>,
    part: Option<usize>,
    exclude: Option<usize>,
}

/// One row of it.
pub(crate) struct Row<'a> {
    record: &'a csv::StringRecord,
    /// Counted from 1, the header included.
    pub(crate) line: u64,
}

/// What came of its rows.
pub(crate) struct Rows<C> {
    pub(crate) items: Vec<Item<C>>,
    /// Rows that do not say what their picture shows.
    pub(crate) unlabelled: usize,
    pub(crate) excluded: usize,
    pub(crate) repeated: usize,
}

impl<R: Read> Table<R> {
    pub(crate) fn open(reader: R, columns: &Columns) -> Result<Self> {
        let mut table = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(reader);
        let names = header(&mut table)?;
        let find = |wanted: &String| position(&names, wanted);
        let exclude = columns.exclude.as_ref();
        Ok(Self {
            table,
            file: find(&columns.file)?,
            group: columns.group.as_ref().map(find).transpose()?,
            part: columns.part.as_ref().map(find).transpose()?,
            exclude: exclude.and_then(|name| names.iter().position(|n| n == name)),
            names,
        })
    }

    /// Where a column is.
    pub(crate) fn find(&self, wanted: &str) -> Result<usize> {
        position(&self.names, wanted)
    }

    /// Reads all rows; `shows` is what a row's picture shows, or nothing where the row does not say.
    pub(crate) fn rows<C: PartialEq>(
        mut self,
        images: &Path,
        mut shows: impl FnMut(&Row) -> Result<Option<C>>,
    ) -> Result<Rows<C>> {
        let mut rows = Rows {
            items: Vec::new(),
            unlabelled: 0,
            excluded: 0,
            repeated: 0,
        };
        // By file, the line and the place among the items.
        let mut met: HashMap<String, (u64, usize)> = HashMap::new();
        for record in self.table.records() {
            let record = record?;
            let row = Row {
                line: record.position().map_or(0, csv::Position::line),
                record: &record,
            };
            let filled = |column: Option<usize>| {
                let text = column.map(|column| row.cell(column));
                text.filter(|text| !text.is_empty()).map(str::to_owned)
            };
            if filled(self.exclude).is_some() {
                rows.excluded += 1;
                continue;
            }
            let Some(class) = shows(&row)? else {
                rows.unlabelled += 1;
                continue;
            };
            let file = path_in(row.cell(self.file), images).ok_or_else(|| Error::ForeignFile {
                line: row.line,
                name: row.cell(self.file).to_owned(),
            })?;
            let cells = record.iter().map(str::to_owned);
            let item = Item {
                path: images.join(&file),
                file,
                class,
                group: filled(self.group),
                part: filled(self.part),
                row: self.names.iter().cloned().zip(cells).collect(),
            };
            match met.entry(item.file.clone()) {
                Entry::Vacant(place) => {
                    place.insert((row.line, rows.items.len()));
                    rows.items.push(item);
                }
                Entry::Occupied(place) => {
                    let &(first, place) = place.get();
                    if let Some(what) = contradiction(&rows.items[place], &item) {
                        return Err(Error::RepeatedFile {
                            file: item.file,
                            first,
                            second: row.line,
                            what,
                        });
                    }
                    rows.repeated += 1;
                }
            }
        }
        Ok(rows)
    }
}

impl<'a> Row<'a> {
    /// What stands in a column.
    pub(crate) fn cell(&self, column: usize) -> &'a str {
        self.record.get(column).unwrap_or_default()
    }
}

impl<C> Rows<C> {
    /// Why there is nothing, with the labels that were met.
    pub(crate) fn empty(&self, labels: BTreeSet<String>) -> Error {
        Error::Empty {
            unmapped: self.unlabelled,
            excluded: self.excluded,
            labels: labels.into_iter().take(NAMED).collect(),
        }
    }
}

/// What two rows about one picture do not agree on.
fn contradiction<C: PartialEq>(first: &Item<C>, second: &Item<C>) -> Option<&'static str> {
    if first.class != second.class {
        Some("classes")
    } else if first.group != second.group {
        Some("patients or groups")
    } else if first.part != second.part {
        Some("parts")
    } else {
        None
    }
}

pub(crate) fn header<R: Read>(table: &mut csv::Reader<R>) -> Result<Vec<String>> {
    let names: Vec<String> = table
        .headers()?
        .iter()
        .map(|name| name.trim().to_owned())
        .collect();
    check_text(&names)?;
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(Error::RepeatedColumn(name.clone())),
        None => Ok(names),
    }
}

/// Refuses by name what has no columns at all, so that nobody looks for them in vain.
fn check_text(names: &[String]) -> Result<()> {
    let Some(first) = names.first() else {
        return Err(Error::NoTable);
    };
    if first.starts_with("PK\u{3}\u{4}") {
        return Err(Error::NoText {
            what: "an Excel workbook or another archive",
        });
    }
    if names.iter().any(|name| name.contains('\0')) {
        return Err(Error::NoText {
            what: "something else",
        });
    }
    if first.starts_with("sep=") {
        return Err(Error::SeparatorLine(names.join(",")));
    }
    Ok(())
}

pub(crate) fn position(names: &[String], wanted: &str) -> Result<usize> {
    names
        .iter()
        .position(|name| name == wanted)
        .ok_or_else(|| Error::NoSuchColumn {
            wanted: wanted.to_owned(),
            columns: names.to_vec(),
        })
}
