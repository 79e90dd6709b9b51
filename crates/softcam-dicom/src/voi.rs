//! What of a picture's greys is worth seeing: windows and tables (PS3.3, C.11.2).

use crate::attributes::Attributes;
use crate::elements::{DataSet, Tag};
use serde::{Deserialize, Serialize};
use softcam::preprocess::{Curve, Window};

const CENTRE: Tag = 0x0028_1050;
const WIDTH: Tag = 0x0028_1051;
const EXPLANATION: Tag = 0x0028_1055;
const FUNCTION: Tag = 0x0028_1056;
const TABLES: Tag = 0x0028_3010;

/// How greys become what is shown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Tone {
    /// Through a window.
    Window(Window),
    /// By a table that the file has, from 0.
    Table {
        /// Which of them.
        table: usize,
    },
}

/// A tone that the file offers, by the name that it has there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preset {
    /// Empty where the file gives none.
    pub name: String,
    /// What it sets.
    pub tone: Tone,
}

/// A table of what values are shown as.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: String,
    /// The value that the first entry is for; what lies beyond the ends is shown as the ends are.
    pub first: i32,
    pub entries: Vec<u16>,
    /// Bits of an entry, 8 to 16.
    pub bits: u32,
}

impl Table {
    /// The tables in a sequence of them, of modality or of window. `signed` says whether values can be below 0.
    pub fn all(attributes: &Attributes, tag: Tag, signed: bool) -> Vec<Self> {
        let items = attributes.sequence(tag);
        let read = |set: &DataSet| {
            let item = Attributes { set, ..*attributes };
            let [count, first, bits] = item.words(0x0028_3002)[..] else {
                return None;
            };
            // 65536 does not fit.
            let count = if count == 0 {
                65_536
            } else {
                usize::from(count)
            };
            let first = if signed {
                i32::from(first as i16)
            } else {
                i32::from(first)
            };
            let bits = u32::from(bits);
            if !(8..=16).contains(&bits) {
                return None;
            }
            let mut entries = item.words(0x0028_3006);
            if entries.len() < count && bits == 8 {
                // Entries of 8 bits may lie two to a word.
                entries = item
                    .raw(0x0028_3006)?
                    .iter()
                    .map(|&byte| u16::from(byte))
                    .collect();
            }
            entries.truncate(count);
            let name = item.text(0x0028_3003).unwrap_or_default();
            (entries.len() == count).then_some(Self {
                name,
                first,
                entries,
                bits,
            })
        };
        items.iter().filter_map(read).collect()
    }

    pub fn entry(&self, value: f64) -> u16 {
        let index = (value - f64::from(self.first)).clamp(0.0, (self.entries.len() - 1) as f64);
        self.entries[index as usize]
    }

    /// What `value` is shown as.
    pub fn level(&self, value: f64) -> u8 {
        let most = f64::from((1_u32 << self.bits) - 1);
        (f64::from(self.entry(value)) / most * 255.0)
            .round()
            .min(255.0) as u8
    }
}

/// The windows that a data set offers, in its order.
pub fn windows(attributes: &Attributes) -> Vec<Preset> {
    let curve = match attributes.text(FUNCTION).as_deref() {
        Some("SIGMOID") => Curve::Sigmoid,
        Some("LINEAR_EXACT") => Curve::LinearExact,
        _ => Curve::Linear,
    };
    let names = attributes.texts(EXPLANATION);
    let pairs = attributes
        .decimals(CENTRE)
        .into_iter()
        .zip(attributes.decimals(WIDTH));
    pairs
        .enumerate()
        .filter_map(|(at, (centre, width))| {
            Some(Preset {
                name: names.get(at).cloned().unwrap_or_default(),
                tone: Tone::Window(Window::new(centre, width, curve).ok()?),
            })
        })
        .collect()
}

/// The tables that it offers.
pub fn tables(attributes: &Attributes, signed: bool) -> Vec<Table> {
    Table::all(attributes, TABLES, signed)
}
