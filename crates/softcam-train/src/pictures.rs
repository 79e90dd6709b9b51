//! Pictures in memory, fitted to the network's input.

use crate::error::Result;
use rayon::prelude::*;
use std::sync::Arc;

/// One labelled picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// RGB, row-major, `[size, size, 3]`; shared, so that a part of the pictures is not a copy of them.
    pub pixels: Arc<[u8]>,
    /// Index of its class.
    pub class: usize,
    /// Which collection it comes from, where there are several.
    pub source: usize,
}

/// Pictures of one size.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// Side of each in pixels.
    pub size: usize,
    /// The pictures.
    pub items: Vec<Picture>,
    /// Class names in the order of the logits.
    pub classes: Vec<String>,
}

impl Pictures {
    /// Pictures of each class.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.classes.len()];
        for item in &self.items {
            counts[item.class] += 1;
        }
        counts
    }

    /// Those whose index `takes` takes, in their order; pixels are shared.
    #[must_use]
    pub fn filtered(&self, takes: impl Fn(usize) -> bool) -> Self {
        let items = self.items.iter().enumerate();
        Self {
            size: self.size,
            items: items
                .filter(|(index, _)| takes(*index))
                .map(|(_, item)| item.clone())
                .collect(),
            classes: self.classes.clone(),
        }
    }
}

/// `make` for every index below `count`, on every core, one after the other in the result.
///
/// # Errors
///
/// The first that `make` has.
pub(crate) fn stacked(
    count: usize,
    make: impl Fn(usize) -> Result<Vec<f32>> + Send + Sync,
) -> Result<Vec<f32>> {
    let parts = (0..count).into_par_iter().map(make);
    Ok(parts.collect::<Result<Vec<_>>>()?.concat())
}

#[cfg(test)]
mod tests {
    use super::stacked;
    use crate::Error;

    #[test]
    fn what_cannot_be_read_is_no_empty_picture() {
        let make = |index: usize| match index {
            2 => Err(Error::Settings("unreadable".to_owned())),
            _ => Ok(vec![index as f32; 2]),
        };
        assert_eq!(stacked(2, make).unwrap(), [0.0, 0.0, 1.0, 1.0]);
        assert!(stacked(4, make).is_err());
    }
}
