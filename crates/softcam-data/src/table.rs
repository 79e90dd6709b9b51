//! Reading a table of labels.

use crate::dataset::{Dataset, Item, NAMED};
use crate::error::{Error, Result};
use crate::files::path_in;
use crate::labels::LabelMap;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
        let mut table = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_reader(reader);
        let names = header(&mut table)?;
        let find = |wanted: &String| position(&names, wanted);
        let file = find(&columns.file)?;
        // A column that happens to have a bar in its name comes first.
        let labels = match find(&columns.label) {
            Ok(column) => vec![column],
            Err(error) if !columns.label.contains('|') => return Err(error),
            Err(_) => (columns.label.split('|'))
                .map(|name| find(&name.trim().to_owned()))
                .collect::<Result<_>>()?,
        };
        let group = columns.group.as_ref().map(find).transpose()?;
        let part = columns.part.as_ref().map(find).transpose()?;
        let exclude = columns
            .exclude
            .as_ref()
            .and_then(|name| names.iter().position(|n| n == name));

        let mut dataset = Self {
            classes: classes.to_vec(),
            items: Vec::new(),
            unmapped: 0,
            excluded: 0,
            repeated: 0,
        };
        // By file, the line and the place among the items.
        let mut met: HashMap<String, (u64, usize)> = HashMap::new();
        let mut strangers = BTreeSet::new();
        for record in table.records() {
            let record = record?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |column: usize| record.get(column).unwrap_or_default();
            let filled = |column: Option<usize>| {
                column
                    .map(cell)
                    .filter(|text| !text.is_empty())
                    .map(str::to_owned)
            };
            if filled(exclude).is_some() {
                dataset.excluded += 1;
                continue;
            }
            let mut cells = labels.iter().map(|&column| cell(column));
            let label = cells.find(|text| !text.is_empty()).unwrap_or_default();
            let Some(class) = map.class(label) else {
                dataset.unmapped += 1;
                strangers.insert(label.to_owned());
                continue;
            };
            let file = path_in(cell(file), images).ok_or_else(|| Error::ForeignFile {
                line,
                name: cell(file).to_owned(),
            })?;
            let item = Item {
                path: images.join(&file),
                file,
                class,
                group: filled(group),
                part: filled(part),
                row: row(&names, &record),
            };
            match met.entry(item.file.clone()) {
                Entry::Vacant(place) => {
                    place.insert((line, dataset.items.len()));
                    dataset.items.push(item);
                }
                Entry::Occupied(place) => {
                    let &(first, place) = place.get();
                    let contradiction = contradiction(&dataset.items[place], &item);
                    if let Some(what) = contradiction {
                        return Err(Error::RepeatedFile {
                            file: item.file,
                            first,
                            second: line,
                            what,
                        });
                    }
                    dataset.repeated += 1;
                }
            }
        }
        if dataset.items.is_empty() {
            return Err(Error::Empty {
                unmapped: dataset.unmapped,
                excluded: dataset.excluded,
                labels: strangers.into_iter().take(NAMED).collect(),
            });
        }
        dataset.checked()
    }
}

/// What two rows about one picture do not agree on.
fn contradiction(first: &Item, second: &Item) -> Option<&'static str> {
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
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(Error::RepeatedColumn(name.clone())),
        None => Ok(names),
    }
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

fn row(names: &[String], record: &csv::StringRecord) -> BTreeMap<String, String> {
    let cells = record.iter().map(str::to_owned);
    names.iter().cloned().zip(cells).collect()
}
