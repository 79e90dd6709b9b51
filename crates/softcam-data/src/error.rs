//! What can be wrong with labelled pictures.

/// What every fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Files, lines or names that an error lists before it only counts.
const LISTED: usize = 5;

/// What is wrong, as a sentence for people; [`Error::advice`] says what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A part of a label map that is not VALUE=CLASS.
    #[error("{part:?} in the label map is not of the form VALUE=CLASS.")]
    MapForm {
        /// As given.
        part: String,
    },
    /// One value with two classes.
    #[error("The label map gives the value {value:?} twice.")]
    MapRepeats {
        /// As given.
        value: String,
    },
    /// A class that there is not.
    #[error("There is no class {given:?}.")]
    NoSuchClass {
        /// As given.
        given: String,
        /// Those that exist.
        classes: Vec<String>,
    },
    /// A table that is not one.
    #[error("The table cannot be read: {0}.")]
    Table(csv::Error),
    /// A table in another encoding than UTF-8.
    #[error("The table is not UTF-8 text{}.", in_line(*.line))]
    Encoding {
        /// Of the first character that is none, counted from 1, the header included; 0 where it is not known.
        line: u64,
    },
    /// A column that there is not.
    #[error("The table has no column {wanted:?}.")]
    NoSuchColumn {
        /// As given.
        wanted: String,
        /// Those that exist.
        columns: Vec<String>,
    },
    /// Two columns of one name.
    #[error("The table has two columns named {0:?}.")]
    RepeatedColumn(String),
    /// A name that leads out of the folder of pictures.
    #[error("Line {line} names {name:?}, which is not a file inside the folder of pictures.")]
    ForeignFile {
        /// Counted from 1, the header included.
        line: u64,
        /// As in the table.
        name: String,
    },
    /// Files that are in the table and nowhere else.
    #[error("{count} of the table's pictures are not in {folder}: {}.", listed(files, *count))]
    MissingFiles {
        /// Where they were looked for.
        folder: String,
        /// The first few.
        files: Vec<String>,
        /// How many there are.
        count: usize,
    },
    /// A picture with two rows that contradict each other.
    #[error(
        "Lines {first} and {second} of the table are about the same picture, {file:?}, and give it different {what}."
    )]
    RepeatedFile {
        /// As in the table.
        file: String,
        /// Line of the first row.
        first: u64,
        /// Line of the second row.
        second: u64,
        /// What they do not agree on, in the plural.
        what: &'static str,
    },
    /// A cell that should say yes or no.
    #[error(
        "Line {line} of the table has {cell:?} in the column {column:?}, which is neither yes nor no."
    )]
    LabelCell {
        /// Counted from 1, the header included.
        line: u64,
        /// Its name.
        column: String,
        /// As in the table.
        cell: String,
    },
    /// A workbook, a picture or another file that is no text.
    #[error("The table is no text file, but {what}.")]
    NoText {
        /// What it seems to be, as a part of a sentence.
        what: &'static str,
    },
    /// Not even a first line.
    #[error("The table is empty.")]
    NoTable,
    /// A line for spreadsheets in front of the names of the columns.
    #[error(
        "The first line of the table is {0:?}, which tells a spreadsheet how to read it, in place of the names of the columns."
    )]
    SeparatorLine(String),
    /// Two columns that would both say whether a picture shows a class.
    #[error("The columns {first:?} and {second:?} are both of the class {class:?}.")]
    ColumnsOfOneClass {
        /// Its name.
        class: String,
        /// One column.
        first: String,
        /// Another.
        second: String,
    },
    /// No column is called like a class.
    #[error("No column of the table is called like one of the model's classes.")]
    NoLabelColumns {
        /// Those that it has.
        columns: Vec<String>,
    },
    /// Nothing is left.
    #[error(
        "No picture is left: {unmapped} have a label without a class, {excluded} are excluded."
    )]
    Empty {
        /// Rows whose label the map does not know.
        unmapped: usize,
        /// Rows that say so themselves.
        excluded: usize,
        /// Labels that were met and not mapped, the first few.
        labels: Vec<String>,
    },
    /// Nothing to tell apart.
    #[error("All {count} pictures are of one class, {class:?}.")]
    OneClass {
        /// Its name.
        class: String,
        /// How many pictures.
        count: usize,
    },
    /// A folder that cannot be listed.
    #[error("The folder {folder} cannot be read: {reason}.")]
    Folder {
        /// Its path.
        folder: String,
        /// What the system says.
        reason: String,
    },
    /// Folders without pictures.
    #[error("The folder {0} has no pictures in it.")]
    NoPictures(String),
    /// Fewer than two class folders.
    #[error("The folder {0} does not have one folder per class in it.")]
    NoClassFolders(String),
    /// A part that there is not.
    #[error("No picture is in the part {wanted:?}.")]
    NoSuchPart {
        /// As given.
        wanted: String,
        /// Those that exist.
        parts: Vec<String>,
    },
    /// Shares that are none.
    #[error("The parts cannot be made: {0}.")]
    Shares(String),
    /// More parts than groups can fill.
    #[error("The part {part:?} would be empty: there are only {groups} groups.")]
    TooFewGroups {
        /// Its name.
        part: String,
        /// How many groups there are.
        groups: usize,
    },
    /// A table of boxes in neither form.
    #[error(
        "The table of boxes has neither the columns x, y, w, h nor cx, cy, w, h, or it has both."
    )]
    BoxFormat {
        /// Those that it has.
        columns: Vec<String>,
    },
    /// A box that is none.
    #[error("The box in line {line} cannot be used: {what}.")]
    BadBox {
        /// Counted from 1, the header included.
        line: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A patient on both sides.
    #[error("{group:?} has pictures in two parts, {first:?} and {second:?}.")]
    GroupInTwoParts {
        /// The group.
        group: String,
        /// One part.
        first: String,
        /// Another.
        second: String,
    },
}

impl From<csv::Error> for Error {
    fn from(error: csv::Error) -> Self {
        match error.kind() {
            csv::ErrorKind::Utf8 { pos, .. } => Self::Encoding {
                line: pos.as_ref().map_or(0, csv::Position::line),
            },
            _ => Self::Table(error),
        }
    }
}

impl Error {
    /// What to do next, as sentences.
    pub fn advice(&self) -> String {
        match self {
            Self::MapForm { .. } => {
                "Give pairs with commas between them, as in NORMAL=healthy,PNEUMONIA=pneumonia.".into()
            }
            Self::MapRepeats { .. } => "Give each value one class.".into(),
            Self::NoSuchClass { given, classes } => {
                format!(
                    "{}The classes are {}. Give a name or its number, counted from 0.",
                    did_you_mean(given, classes),
                    numbered(classes)
                )
            }
            Self::Table(_) => {
                "Save it as CSV: UTF-8, commas between columns, names of the columns in the first line.".into()
            }
            Self::NoSuchColumn { columns, .. } if separated_otherwise(columns) => {
                "Its first line has no comma. Save the table with commas between columns.".into()
            }
            Self::NoSuchColumn { wanted, columns } => format!(
                "{}Its columns are {}.",
                did_you_mean(wanted, columns),
                listed(columns, columns.len())
            ),
            Self::Encoding { .. } => {
                "Save it as CSV in UTF-8: in Excel \"CSV UTF-8\", elsewhere the encoding is asked for when saving.".into()
            }
            Self::RepeatedColumn(_) => "Rename one of them.".into(),
            Self::NoText { .. } => "Open it in a spreadsheet and save it as CSV UTF-8.".into(),
            Self::NoTable => "Give a table with the names of the columns in its first line.".into(),
            Self::SeparatorLine(_) => "Delete that line; columns are separated by commas.".into(),
            Self::ForeignFile { .. } => {
                "Name files relative to the folder of pictures, without \"..\".".into()
            }
            Self::MissingFiles { .. } => {
                "Check the folder of pictures, and that the column of file names is the right one.".into()
            }
            Self::RepeatedFile { .. } => "Keep the row that is right.".into(),
            Self::LabelCell { .. } => {
                "Write 1 for yes and 0 for no, and leave the cell empty where nobody knows.".into()
            }
            Self::ColumnsOfOneClass { .. } => "Name one column for each class.".into(),
            Self::NoLabelColumns { columns } => format!(
                "Say which column is which class, as in Effusion=0,Mass=1. The table's columns are {}.",
                listed(columns, columns.len())
            ),
            Self::Empty { labels, .. } if labels.is_empty() => {
                "Check that the table has rows below its first line.".into()
            }
            Self::Empty { labels, .. } => format!(
                "Give the labels that the table has a class: {}.",
                listed(labels, labels.len())
            ),
            Self::OneClass { .. } => {
                "Map at least two labels to different classes, or take another part.".into()
            }
            Self::Folder { .. } => "Check its name and that you may read it.".into(),
            Self::NoPictures(_) => {
                "Put PNG, JPEG, WebP, BMP, GIF or TIFF files into it, or take it away.".into()
            }
            Self::NoClassFolders(_) => {
                "Make one folder per class, named like the class, with its pictures in it.".into()
            }
            Self::NoSuchPart { parts, .. } if parts.is_empty() => {
                "The pictures have no parts: name the column that has them.".into()
            }
            Self::NoSuchPart { wanted, parts } => format!(
                "{}The parts are {}.",
                did_you_mean(wanted, parts),
                listed(parts, parts.len())
            ),
            Self::Shares(_) => "Give each part a name and a positive share; shares add up to 1.".into(),
            Self::TooFewGroups { .. } => "Ask for fewer parts, or bring more pictures.".into(),
            Self::BoxFormat { columns } => format!(
                "Its columns are {}. Name the form, or rename the columns: x, y, w, h in pixels, or cx, cy, w, h as shares.",
                listed(columns, columns.len())
            ),
            Self::BadBox { .. } => {
                "Give x, y, w, h in pixels from the top left corner, or cx, cy, w, h as shares of the picture from 0 to 1.".into()
            }
            Self::GroupInTwoParts { .. } => {
                "Move all pictures of a patient into one part: what was trained on must not be measured on.".into()
            }
        }
    }
}

fn did_you_mean(wanted: &str, names: &[String]) -> String {
    match crate::nearest(wanted, names) {
        Some(name) => format!("Did you mean {name:?}? "),
        None => String::new(),
    }
}

fn in_line(line: u64) -> String {
    match line {
        0 => String::new(),
        line => format!(" in line {line}"),
    }
}

fn separated_otherwise(columns: &[String]) -> bool {
    matches!(columns, [only] if only.contains([';', '\t']))
}

fn listed(names: &[String], count: usize) -> String {
    let shown = names.len().min(if count > 20 { LISTED } else { 20 });
    let text: Vec<String> = names[..shown].iter().map(|n| format!("{n:?}")).collect();
    match count.saturating_sub(shown) {
        0 => text.join(", "),
        more => format!("{} and {more} more", text.join(", ")),
    }
}

fn numbered(classes: &[String]) -> String {
    let shown = classes.len().min(20);
    let text: Vec<String> = (classes[..shown].iter().enumerate())
        .map(|(index, name)| format!("{index} {name:?}"))
        .collect();
    match classes.len() - shown {
        0 => text.join(", "),
        more => format!("{} and {more} more", text.join(", ")),
    }
}
