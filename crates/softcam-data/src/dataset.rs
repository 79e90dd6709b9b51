//! Pictures with their classes.

use crate::error::{Error, Result};
use crate::labels::LabelMap;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Files and labels that an error names.
pub(crate) const NAMED: usize = 5;

/// One labelled picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<C = usize> {
    /// As in the table: relative to the folder of pictures, with forward slashes.
    pub file: String,
    /// Where it lies.
    pub path: PathBuf,
    /// What it shows: an index into [`Dataset::classes`], or what [`crate::Several`] has in its place.
    pub class: C,
    /// Whose picture it is. Without one, the picture stands for itself.
    pub group: Option<String>,
    /// What it is for: train, tune, check.
    pub part: Option<String>,
    /// The whole row by column, label included.
    pub row: BTreeMap<String, String>,
}

impl<C> Item<C> {
    /// The group, or the file where there is none: what must stay in one part.
    pub fn unit(&self) -> &str {
        self.group.as_deref().unwrap_or(&self.file)
    }
}

/// Labelled pictures of two or more classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    /// Names of the classes, in the order of the model's logits where a model is concerned.
    pub classes: Vec<String>,
    /// In the order of the table; of folders, by class and name.
    pub items: Vec<Item>,
    /// Rows left out because their label has no class.
    pub unmapped: usize,
    /// Rows left out because the table says so.
    pub excluded: usize,
    /// Rows that say again what an earlier one did; each picture counts once.
    pub repeated: usize,
}

impl Dataset {
    /// The pictures of one part. Rows that were left out before stay counted.
    pub fn of_part(&self, part: &str) -> Result<Self> {
        Self {
            items: of_part(&self.items, part)?,
            ..self.without_items()
        }
        .checked()
    }

    /// The same pictures with the classes of a model: `map` goes from the names of the present classes to `classes`.
    /// What it does not know is left out and counted.
    pub fn relabelled(&self, map: &LabelMap, classes: &[String]) -> Result<Self> {
        let items: Vec<Item> = (self.items.iter())
            .filter_map(|item| {
                let class = map.class(&self.classes[item.class])?;
                Some(Item {
                    class,
                    ..item.clone()
                })
            })
            .collect();
        let unmapped = self.items.len() - items.len();
        if items.is_empty() {
            return Err(Error::Empty {
                unmapped,
                excluded: self.excluded,
                labels: self.classes.clone(),
            });
        }
        Self {
            classes: classes.to_vec(),
            items,
            unmapped: self.unmapped + unmapped,
            ..self.without_items()
        }
        .checked()
    }

    /// Refuses pictures that are not there, and names the first few; `images` is the folder that they were looked for in.
    pub fn check_files(&self, images: &Path) -> Result<()> {
        check_files(&self.items, images)
    }

    /// Pictures of each class.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes.len()];
        for item in &self.items {
            counts[item.class] += 1;
        }
        counts
    }

    /// Writes a table with the columns file, label (the class's name), group and part.
    pub fn write_csv(&self, writer: impl Write) -> Result<()> {
        let mut table = csv::Writer::from_writer(writer);
        table.write_record(["file", "label", "group", "part"])?;
        for item in &self.items {
            let group = item.group.as_deref().unwrap_or_default();
            let part = item.part.as_deref().unwrap_or_default();
            table.write_record([&item.file, &self.classes[item.class], group, part])?;
        }
        table.flush().map_err(csv::Error::from)?;
        Ok(())
    }

    /// Refuses what nothing can be learnt from or measured on.
    pub(crate) fn checked(self) -> Result<Self> {
        let first = self.items.first().map(|item| item.class);
        match first {
            Some(class) if self.items.iter().all(|item| item.class == class) => {
                Err(Error::OneClass {
                    class: self.classes[class].clone(),
                    count: self.items.len(),
                })
            }
            _ => Ok(self),
        }
    }

    fn without_items(&self) -> Self {
        Self {
            classes: self.classes.clone(),
            items: Vec::new(),
            unmapped: self.unmapped,
            excluded: self.excluded,
            repeated: self.repeated,
        }
    }
}

/// Those of one part.
pub(crate) fn of_part<C: Clone>(items: &[Item<C>], part: &str) -> Result<Vec<Item<C>>> {
    let inside = |item: &&Item<C>| item.part.as_deref() == Some(part);
    let found: Vec<Item<C>> = items.iter().filter(inside).cloned().collect();
    if found.is_empty() {
        let parts: BTreeSet<_> = items.iter().filter_map(|item| item.part.clone()).collect();
        return Err(Error::NoSuchPart {
            wanted: part.to_owned(),
            parts: parts.into_iter().collect(),
        });
    }
    Ok(found)
}

/// Refuses pictures that are not there.
pub(crate) fn check_files<C>(items: &[Item<C>], images: &Path) -> Result<()> {
    let absent: Vec<&Item<C>> = items.iter().filter(|item| !item.path.is_file()).collect();
    if absent.is_empty() {
        return Ok(());
    }
    let named = absent.iter().take(NAMED);
    Err(Error::MissingFiles {
        folder: images.display().to_string(),
        count: absent.len(),
        files: named.map(|item| item.file.clone()).collect(),
    })
}
