//! Reading a table of labels.

use crate::dataset::{Dataset, Item};
use crate::error::{Error, Result};
use crate::labels::LabelMap;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

/// Files and labels that an error names.
const NAMED: usize = 5;

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
    /// Rows whose label has no class are counted in [`Dataset::unmapped`], and rows that are to be left out in
    /// [`Dataset::excluded`]; neither must have a picture. All others must, each one of its own.
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
        };
        let mut lines: HashMap<String, u64> = HashMap::new();
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
            let name =
                local_path(within(cell(file), images)).ok_or_else(|| Error::ForeignFile {
                    line,
                    name: cell(file).to_owned(),
                })?;
            let name = with_ending(name, images);
            if let Some(first) = lines.insert(name.clone(), line) {
                return Err(Error::RepeatedFile {
                    file: name,
                    first,
                    second: line,
                });
            }
            dataset.items.push(Item {
                path: images.join(&name),
                file: name,
                class,
                group: filled(group),
                part: filled(part),
                row: row(&names, &record),
            });
        }
        if dataset.items.is_empty() {
            return Err(Error::Empty {
                unmapped: dataset.unmapped,
                excluded: dataset.excluded,
                labels: strangers.into_iter().take(NAMED).collect(),
            });
        }
        check_files(&dataset.items, images)?;
        dataset.checked()
    }
}

/// A full path without the folder of pictures, where it leads into that.
fn within<'a>(name: &'a str, images: &Path) -> &'a str {
    let folders = [Some(images.to_owned()), images.canonicalize().ok()];
    let inside = folders.into_iter().flatten().find_map(|folder| {
        let rest = Path::new(name).strip_prefix(folder).ok()?;
        rest.to_str()
    });
    inside.unwrap_or(name)
}

/// Endings that a table may leave out.
const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "tif", "tiff", "dcm"];

/// The name of the file where the table leaves out its ending, as those of competitions do.
fn with_ending(name: String, images: &Path) -> String {
    if images.join(&name).is_file() {
        return name;
    }
    let whole = ENDINGS.map(|ending| format!("{name}.{ending}"));
    let mut there = whole
        .into_iter()
        .filter(|whole| images.join(whole).is_file());
    match (there.next(), there.next()) {
        (Some(only), None) => only,
        // Of two, nothing says which is meant.
        _ => name,
    }
}

/// A relative path of plain names with forward slashes between them, from one with either; none if it is anything
/// else. Tables come from strangers, and one that names `../../secret.png` is not to be followed.
pub fn local_path(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    let absolute = name.starts_with('/') || name.as_bytes().get(1) == Some(&b':');
    let parts: Vec<&str> = name
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    let local = !absolute && !parts.is_empty() && !parts.contains(&"..") && !name.contains('\0');
    local.then(|| parts.join("/"))
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

fn check_files(items: &[Item], images: &Path) -> Result<()> {
    let absent: Vec<&Item> = items.iter().filter(|item| !item.path.is_file()).collect();
    if absent.is_empty() {
        return Ok(());
    }
    Err(Error::MissingFiles {
        folder: images.display().to_string(),
        count: absent.len(),
        files: absent
            .iter()
            .take(NAMED)
            .map(|item| item.file.clone())
            .collect(),
    })
}
