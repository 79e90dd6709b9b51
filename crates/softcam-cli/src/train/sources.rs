//! Where the pictures come from, and which of them are for what.

use super::arguments::Arguments;
use crate::failure::{Context, Failure};
use crate::output::{note, write_whole};
use crate::parts::{TRAIN, TUNE, deal, pinned, repeated};
use softcam_data::{Columns, Dataset, LabelMap, check_groups, column_names};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What a picture is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// To learn from.
    Train,
    /// To choose by.
    Tune,
}

impl Part {
    /// As in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => TRAIN,
            Self::Tune => TUNE,
        }
    }
}

/// All collections.
pub struct Sources {
    /// One dataset per collection.
    pub data: Vec<Dataset>,
    /// What each is called.
    pub names: Vec<String>,
    /// In the order of the logits.
    pub classes: Vec<String>,
}

/// Reads what the command line names, split into parts.
pub fn read_parts(
    arguments: &Arguments,
    classes: Option<Vec<String>>,
) -> crate::failure::Result<Sources> {
    let mut sources = read_sources(arguments, classes)?;
    let pinned = match &arguments.pin {
        Some(path) => pinned(path)?,
        None => BTreeSet::new(),
    };
    for dataset in &mut sources.data {
        if dataset.items.iter().all(|item| item.part.is_none()) {
            deal(
                &mut dataset.items,
                &arguments.split,
                arguments.split_seed,
                &pinned,
            )?;
        }
        check_groups(&dataset.items)?;
    }
    for part in [Part::Train, Part::Tune] {
        if sources.of(part).next().is_none() {
            return Err(Failure::new(
                format!("No picture is in the part {:?}.", part.name()),
                "Bring more pictures, or give the part a larger share with --split.",
            ));
        }
    }
    Ok(sources)
}

/// Reads what the command line names.
pub fn read_sources(
    arguments: &Arguments,
    classes: Option<Vec<String>>,
) -> crate::failure::Result<Sources> {
    let mut data = Vec::new();
    let classes = if let Some(folder) = &arguments.folders {
        let dataset = Dataset::from_folders(folder)?;
        let classes = classes.unwrap_or_else(|| dataset.classes.clone());
        let map = LabelMap::by_name(dataset.classes.iter().map(String::as_str), &classes)?;
        data.push(dataset.relabelled(&map, &classes)?);
        classes
    } else {
        let classes = classes.context("which classes there are must be said: --classes A,B")?;
        let count = arguments.csv.len();
        for (name, given) in [
            ("--images", arguments.images.len()),
            ("--map", arguments.map.len()),
        ] {
            if given != count {
                return Err(Failure::new(
                    format!("{name} is given {given} times, and --csv {count} times."),
                    "Give every table its own.",
                ));
            }
        }
        if arguments.label.len() > count {
            return Err(Failure::new(
                "--label is given more often than --csv.",
                "Give every table one column of labels.",
            ));
        }
        for (index, csv) in arguments.csv.iter().enumerate() {
            let label = arguments.label.get(index).map_or("label", String::as_str);
            let map = LabelMap::parse(&arguments.map[index], &classes)?;
            let dataset = table(
                arguments,
                csv,
                &arguments.images[index],
                label,
                &map,
                &classes,
            )
            .with_context(|| format!("cannot use {}", csv.display()))?;
            data.push(dataset);
        }
        classes
    };
    Ok(Sources {
        names: names(arguments, data.len())?,
        data,
        classes,
    })
}

/// What collections are called.
fn names(arguments: &Arguments, count: usize) -> crate::failure::Result<Vec<String>> {
    let given = &arguments.cross.name;
    let mut names: Vec<String> = (1..=count).map(|n| format!("collection {n}")).collect();
    if given.is_empty() {
        return Ok(names);
    }
    let different: BTreeSet<&str> = given.iter().map(|name| name.trim()).collect();
    if given.len() != count || different.len() != count || different.contains("") {
        return Err(Failure::new(
            format!(
                "--name is given {} times, and there are {count} collections.",
                given.len()
            ),
            "Give every table a name of its own, or none.",
        ));
    }
    for (name, given) in names.iter_mut().zip(given) {
        given.trim().clone_into(name);
    }
    Ok(names)
}

fn table(
    arguments: &Arguments,
    csv: &Path,
    images: &Path,
    label: &str,
    map: &LabelMap,
    classes: &[String],
) -> crate::failure::Result<Dataset> {
    let bytes = fs::read(csv)?;
    let names = column_names(&bytes[..])?;
    let there = |name: &str| names.iter().any(|n| n == name).then(|| name.to_owned());
    let columns = Columns {
        label: label.to_owned(),
        group: arguments.group.clone().or_else(|| there("patient")),
        part: there(&arguments.part_column),
        ..Columns::default()
    };
    let dataset = Dataset::from_csv(&bytes[..], images, &columns, map, classes)?;
    dataset.check_files(images)?;
    Ok(dataset)
}

impl Sources {
    /// Pictures of a part with the number of their collection.
    pub fn of(&self, part: Part) -> impl Iterator<Item = (usize, &softcam_data::Item)> {
        let inside = move |item: &softcam_data::Item| item.part.as_deref() == Some(part.name());
        self.all().filter(move |(_, item)| inside(item))
    }

    /// All pictures, with the number of their collection.
    pub fn all(&self) -> impl Iterator<Item = (usize, &softcam_data::Item)> {
        let data = self.data.iter().enumerate();
        data.flat_map(|(source, dataset)| dataset.items.iter().map(move |item| (source, item)))
    }

    /// One table per collection, so that the check part can be measured later.
    pub fn write(&self, directory: &Path) -> crate::failure::Result<()> {
        for (index, dataset) in self.data.iter().enumerate() {
            let mut bytes = Vec::new();
            dataset.write_csv(&mut bytes)?;
            write_whole(&directory.join(format!("parts-{}.csv", index + 1)), &bytes)?;
        }
        Ok(())
    }

    /// Says how many pictures of which class are in which of `parts`.
    pub fn describe(&self, parts: &[&str]) {
        for (dataset, name) in self.data.iter().zip(&self.names) {
            note(format_args!(
                "{}: {} pictures, {} rows without a class and {} excluded left out{}.",
                capitalised(name),
                dataset.items.len(),
                dataset.unmapped,
                dataset.excluded,
                repeated(dataset.repeated)
            ));
            for part in parts {
                let counts: Vec<String> = (self.classes.iter().enumerate())
                    .map(|(class, name)| {
                        let items = dataset.items.iter();
                        let here =
                            items.filter(|i| i.class == class && i.part.as_deref() == Some(part));
                        format!("{} {name}", here.count())
                    })
                    .collect();
                note(format_args!("  {part:<5} {}", counts.join(", ")));
            }
        }
    }
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
