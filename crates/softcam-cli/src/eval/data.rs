//! Which pictures, and what they show.

use crate::failure::{Context, Failure};
use crate::output;
use crate::parts::{deal, pinned};
use softcam_data::{Columns, Dataset, Item, LabelMap, Several, check_groups, column_names};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Column of patients, where nothing else is said.
const PATIENT: &str = "patient";

/// Where labelled pictures come from.
#[derive(clap::Args)]
#[group(id = "labelled_pictures")]
pub struct Arguments {
    /// Table of labels, its columns named in the first line.
    #[arg(
        long,
        value_name = "FILE",
        requires = "images",
        required_unless_present = "folders"
    )]
    csv: Option<PathBuf>,
    /// Folder that the files of the table lie in.
    #[arg(long, value_name = "DIR", conflicts_with = "folders")]
    images: Option<PathBuf>,
    /// Instead of a table: a folder with one folder per class.
    #[arg(long, value_name = "DIR", conflicts_with = "csv")]
    folders: Option<PathBuf>,
    /// Column of labels.
    #[arg(long, value_name = "COLUMN", default_value = "label")]
    label: String,
    /// Which label is which class of the model, by name or number, as in NORMAL=healthy,PNEUMONIA=1. Rows with other labels
    /// are left out. With --folders, labels are the folders' names, and classes of the same name need no map.
    #[arg(long, value_name = "VALUE=CLASS,...")]
    map: Option<String>,
    /// For a model whose classes do not exclude each other: which column of the table says of which class, by name or number,
    /// whether a picture shows it, as in Effusion=effusion,Mass=1; a column that is called like its class needs no =CLASS. A
    /// cell is 1 or 0; empty, or -1, is a picture that does not count for this class. [default: the columns that are called
    /// like classes]
    #[arg(
        long,
        value_name = "COLUMN=CLASS,...",
        requires = "csv",
        conflicts_with = "map"
    )]
    label_columns: Option<String>,
    /// Column of file names.
    #[arg(long, value_name = "COLUMN", default_value = "file")]
    file_column: String,
    /// Column that says whose picture it is. Default: patient, if there is one.
    #[arg(long, value_name = "COLUMN")]
    group: Option<String>,
    /// Only rows of this part, such as check.
    #[arg(long, value_name = "NAME", conflicts_with = "folders")]
    part: Option<String>,
    /// Column of parts.
    #[arg(long, value_name = "COLUMN", default_value = "part", requires = "part")]
    part_column: String,
    /// Deal the pictures into parts as softcam train does with the same shares of train, tune and check, seed and pinned
    /// pictures, instead of reading a column: what it held apart can be measured without its files.
    #[arg(
        long,
        value_name = "A,B,C",
        value_delimiter = ',',
        num_args = 1,
        requires = "part",
        conflicts_with = "part_column"
    )]
    split: Vec<f64>,
    /// Seed of --split.
    #[arg(long, default_value_t = 1, requires = "split")]
    split_seed: u64,
    /// Table whose column file lists pictures that --split puts into train, with all others of the same patients.
    #[arg(long, value_name = "CSV", requires = "split")]
    pin: Option<PathBuf>,
    /// Take rows that have something in the column exclude, too.
    #[arg(long)]
    keep_excluded: bool,
    /// At most so many pictures, spread evenly over the table.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

/// Labelled pictures, and which of them belong together; of one class each, or of several.
pub struct Data<S = Dataset> {
    pub set: S,
    /// One number per picture; those of one patient have the same.
    pub units: Vec<usize>,
    /// What a number stands for, in the plural.
    pub unit: &'static str,
}

impl Data {
    /// Leaves out the pictures that `keeps` does not keep.
    pub fn retain(&mut self, keeps: impl Fn(&Item) -> bool) {
        let kept: Vec<bool> = self.set.items.iter().map(keeps).collect();
        let mut of_units = kept.iter();
        self.units.retain(|_| of_units.next() == Some(&true));
        let mut of_items = kept.iter();
        self.set.items.retain(|_| of_items.next() == Some(&true));
    }
}

/// Reads what `arguments` name, with the classes of the model. Pictures that are not there are refused, unless `skips` says
/// that whoever opens them passes over what cannot be read.
pub fn load(
    arguments: &Arguments,
    classes: &[String],
    skips: bool,
) -> crate::failure::Result<Data> {
    let mut set = match (&arguments.csv, &arguments.folders) {
        (Some(table), _) => from_table(arguments, table, classes, skips)?,
        (_, Some(folder)) => {
            let found = Dataset::from_folders(folder)?;
            let map = match &arguments.map {
                Some(map) => LabelMap::parse(map, classes)?,
                None => LabelMap::by_name(found.classes.iter().map(String::as_str), classes)?,
            };
            found.relabelled(&map, classes)?
        }
        (None, None) => unreachable!("clap asks for one of them"),
    };
    if let Some(limit) = arguments.limit {
        set.items = spread(set.items, limit as usize);
    }
    if let [first, others @ ..] = &set.items[..]
        && others.iter().all(|item| item.class == first.class)
    {
        return Err(Failure::new(
            "All of so few pictures are of one class.",
            "Give a larger --limit.",
        ));
    }
    let (units, unit) = units(arguments, &set.items);
    Ok(Data { units, unit, set })
}

/// Reads what `arguments` name for a model whose classes do not exclude each other, otherwise as [`load`].
pub fn load_several(
    arguments: &Arguments,
    classes: &[String],
    skips: bool,
) -> crate::failure::Result<Data<Several>> {
    let Some(table) = &arguments.csv else {
        return Err(Failure::new(
            "Folders say one class of each picture, and this model's classes do not exclude each other.",
            "Give a table with a column for each class: --csv, --images and --label-columns.",
        ));
    };
    if arguments.map.is_some() {
        return Err(Failure::new(
            "--map is for classes that exclude each other, and this model's do not.",
            "Give a table with a column for each class, and say which is which by --label-columns.",
        ));
    }
    if !arguments.split.is_empty() {
        return Err(Failure::new(
            "--split deals pictures of one class each, and this model's classes do not exclude each other.",
            "Give the table a column of parts, and choose one by --part.",
        ));
    }
    let map = arguments.label_columns.as_deref();
    let map = map
        .map(|text| LabelMap::of_columns(text, classes))
        .transpose()?;
    let images = arguments.images.clone().unwrap_or_default();
    let columns = columns(arguments, table)?;
    let mut set = Several::from_csv(open(table)?, &images, &columns, map.as_ref(), classes)?;
    if !skips {
        set.check_files(&images)?;
    }
    if let Some(part) = &arguments.part {
        warn_of_groups(&set.items);
        set = set.of_part(part)?;
    }
    if let Some(limit) = arguments.limit {
        set.items = spread(set.items, limit as usize);
    }
    let (units, unit) = units(arguments, &set.items);
    Ok(Data { units, unit, set })
}

/// One number per picture, the same for those that belong together, and what a number stands for, in the plural.
fn units<C>(arguments: &Arguments, items: &[Item<C>]) -> (Vec<usize>, &'static str) {
    let mut numbers = BTreeMap::new();
    let units = (items.iter())
        .map(|item| {
            let next = numbers.len();
            // A patient and a file of the same name are not the same.
            *numbers
                .entry((item.group.is_some(), item.unit().to_owned()))
                .or_insert(next)
        })
        .collect();
    let grouped = items.iter().any(|item| item.group.is_some());
    let by_patient = arguments.group.as_deref().unwrap_or(PATIENT) == PATIENT;
    let unit = match (grouped, by_patient) {
        (true, true) => "patients",
        (true, false) => "groups",
        (false, _) => "pictures",
    };
    (units, unit)
}

fn open(table: &Path) -> crate::failure::Result<File> {
    File::open(table).with_context(|| format!("cannot read {}", table.display()))
}

/// Which columns of the table mean what.
fn columns(arguments: &Arguments, table: &Path) -> crate::failure::Result<Columns> {
    let group = match &arguments.group {
        Some(column) => Some(column.clone()),
        None => {
            let names = column_names(open(table)?)?;
            names.into_iter().find(|name| name == PATIENT)
        }
    };
    let has_parts = arguments.split.is_empty() && arguments.part.is_some();
    Ok(Columns {
        file: arguments.file_column.clone(),
        label: arguments.label.clone(),
        group,
        part: has_parts.then(|| arguments.part_column.clone()),
        exclude: (!arguments.keep_excluded)
            .then_some(Columns::default().exclude)
            .flatten(),
    })
}

fn warn_of_groups<C>(items: &[Item<C>]) {
    if let Err(error) = check_groups(items) {
        output::note(format_args!("warning: {error}\n  help: {}", error.advice()));
    }
}

fn from_table(
    arguments: &Arguments,
    table: &Path,
    classes: &[String],
    skips: bool,
) -> crate::failure::Result<Dataset> {
    if arguments.label_columns.is_some() {
        return Err(Failure::new(
            "--label-columns is for classes that do not exclude each other, and this model's do.",
            "Give a column of labels by --label, and say which label is which class by --map.",
        ));
    }
    let Some(map) = &arguments.map else {
        return Err(Failure::new(
            "Nothing says which label is which class.",
            "Give --map, as in --map NORMAL=healthy,PNEUMONIA=1.",
        ));
    };
    let columns = columns(arguments, table)?;
    let map = LabelMap::parse(map, classes)?;
    let images = arguments.images.clone().unwrap_or_default();
    let mut all = Dataset::from_csv(open(table)?, &images, &columns, &map, classes)?;
    if !skips {
        all.check_files(&images)?;
    }
    if !arguments.split.is_empty() {
        let pinned = arguments.pin.as_deref().map(pinned).transpose()?;
        deal(
            &mut all.items,
            &arguments.split,
            arguments.split_seed,
            &pinned.unwrap_or_default(),
        )?;
    }
    let Some(part) = &arguments.part else {
        return Ok(all);
    };
    warn_of_groups(&all.items);
    Ok(all.of_part(part)?)
}

/// `limit` of them, evenly spread: tables are often sorted by class.
fn spread<T>(all: Vec<T>, limit: usize) -> Vec<T> {
    let count = all.len();
    let kept = limit.min(count);
    let mut next = 0;
    (all.into_iter().enumerate())
        .filter(|(index, _)| {
            let take = next < kept && *index == next * count / kept;
            next += usize::from(take);
            take
        })
        .map(|(_, item)| item)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn few_of_many_are_evenly_spread() {
        assert_eq!(spread((0..10).collect(), 3), [0, 3, 6]);
        assert_eq!(spread((0..4).collect(), 9), [0, 1, 2, 3]);
        assert_eq!(spread((0..4).collect(), 4), [0, 1, 2, 3]);
        assert_eq!(spread((0..7).collect(), 1), [0]);
    }
}
