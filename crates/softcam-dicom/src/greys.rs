//! From stored values to values with a meaning, and from these to what is shown (PS3.3, C.11.1 and C.11.2).

use crate::attributes::{Attributes, Layout};
use crate::voi::Table;
use softcam::preprocess::Window;
use std::ops::RangeInclusive;

/// What stored values stand for: Hounsfield units of a CT, for instance.
#[derive(Debug, Clone, PartialEq)]
pub enum Scale {
    Line { slope: f64, intercept: f64 },
    Table(Table),
}

impl Scale {
    /// By what the file says; `group` is what it says of one frame, and goes before the rest.
    pub fn of(attributes: &Attributes, group: Option<&Attributes>, signed: bool) -> Self {
        if let Some(table) = Table::all(attributes, 0x0028_3000, signed)
            .into_iter()
            .next()
        {
            return Self::Table(table);
        }
        let number = |tag| {
            let of = |from: &Attributes| from.decimals(tag).first().copied();
            group.and_then(of).or_else(|| of(attributes))
        };
        Self::Line {
            // A slope of 0 would say nothing, and comes from writers that left it empty.
            slope: number(0x0028_1053)
                .filter(|&slope| slope != 0.0)
                .unwrap_or(1.0),
            intercept: number(0x0028_1052).unwrap_or(0.0),
        }
    }

    pub fn value(&self, stored: i32) -> f64 {
        match self {
            Self::Line { slope, intercept } => f64::from(stored) * slope + intercept,
            Self::Table(table) => f64::from(table.entry(f64::from(stored))),
        }
    }

    /// Whether values can be below 0.
    pub fn signed(&self, layout: &Layout) -> bool {
        match self {
            Self::Line { .. } => [lowest(layout), highest(layout)]
                .iter()
                .any(|&end| self.value(end) < 0.0),
            Self::Table(_) => false,
        }
    }
}

/// The least that can be stored.
pub fn lowest(layout: &Layout) -> i32 {
    if layout.signed {
        -(1 << (layout.stored - 1))
    } else {
        0
    }
}

/// The most that can be stored.
pub fn highest(layout: &Layout) -> i32 {
    if layout.signed {
        (1 << (layout.stored - 1)) - 1
    } else {
        (1 << layout.stored) - 1
    }
}

/// Stored values of a frame, each less the lowest that there can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Greys {
    pub values: Vec<u16>,
    /// What 0 stands for.
    pub first: i32,
}

/// Stored values that say that there was nothing to see: around a round picture, for instance (PS3.3, C.7.5.1.1.2).
pub fn padding(attributes: &Attributes, signed: bool) -> Option<RangeInclusive<i32>> {
    let one = attributes.value(0x0028_0120, signed)?;
    let other = attributes.value(0x0028_0121, signed).unwrap_or(one);
    Some(one.min(other)..=one.max(other))
}

/// The darkest and the brightest value of a frame, in its meaning; without padding, unless there is nothing else.
pub fn content(greys: &Greys, scale: &Scale, padding: Option<&RangeInclusive<i32>>) -> (f64, f64) {
    let mut seen = vec![false; 1 << 16];
    for &value in &greys.values {
        seen[usize::from(value)] = true;
    }
    let range = |leave: bool| {
        let stored = (0..)
            .zip(&seen)
            .filter(|(_, seen)| **seen)
            .map(|(index, _): (i32, _)| index + greys.first);
        let kept = stored
            .filter(|stored| !leave || !padding.is_some_and(|padding| padding.contains(stored)));
        kept.map(|stored| scale.value(stored))
            .fold(None, |range: Option<(f64, f64)>, value| {
                Some(range.map_or((value, value), |(low, high)| {
                    (low.min(value), high.max(value))
                }))
            })
    };
    range(true).or_else(|| range(false)).unwrap_or((0.0, 0.0))
}

/// All that can be stored, in its meaning.
pub fn whole(scale: &Scale, layout: &Layout) -> Window {
    let ends = [scale.value(lowest(layout)), scale.value(highest(layout))];
    match scale {
        Scale::Line { .. } => Window::between(ends[0].min(ends[1]), ends[0].max(ends[1])),
        Scale::Table(table) => Window::between(0.0, f64::from((1_u32 << table.bits) - 1)),
    }
}
