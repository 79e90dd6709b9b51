//! What the frozen blocks make of pictures, kept from one epoch to the next.
//!
//! Frozen blocks give the same for the same picture in every epoch. So each picture is changed in a few ways once and for
//! all, and what the frozen blocks make of each variant is kept in memory, as 16-bit floats, when an epoch first needs it.
//! Epoch e shows variant e mod the number of variants; from the second round on, only the blocks that learn are computed.
//! What it costs are fewer different pictures: as many per picture as there are variants, never drawn anew.
//!
//! A run that is taken up again computes what it needs anew, which gives the same numbers.

use crate::error::{Error, Result};
use half::f16;
use half::slice::HalfFloatSliceExt;
use softcam::network::gradients::Activations;
use std::sync::OnceLock;

/// Activations of pictures in several variants.
#[derive(Debug)]
pub(crate) struct Cache {
    variants: usize,
    /// Most bytes that may be kept.
    pub(crate) limit: u64,
    /// `[pictures, variants]`; none where it has not been needed yet.
    kept: Vec<OnceLock<Kept>>,
}

#[derive(Debug)]
struct Kept {
    /// Channels, rows, columns.
    shape: [usize; 3],
    values: Box<[f16]>,
}

impl Cache {
    /// An empty one, without a limit.
    pub(crate) fn new(variants: usize) -> Self {
        Self {
            variants,
            limit: u64::MAX,
            kept: Vec::new(),
        }
    }

    /// The variant of `epoch`, counted from 0.
    pub(crate) fn variant(&self, epoch: usize) -> usize {
        epoch % self.variants
    }

    /// Makes room for `pictures` whose variants have so many `values` each. Does nothing where there is room.
    ///
    /// # Errors
    ///
    /// [`Error::CacheMemory`] where all of it would take more than the limit.
    pub(crate) fn prepare(
        &mut self,
        pictures: usize,
        values: impl Fn(usize) -> Result<usize>,
    ) -> Result<()> {
        if self.kept.len() == pictures * self.variants {
            return Ok(());
        }
        let of_picture = (0..self.variants).map(values).sum::<Result<usize>>()?;
        let needed = (pictures * of_picture * size_of::<f16>()) as u64;
        if needed > self.limit {
            return Err(Error::CacheMemory {
                needed,
                limit: self.limit,
            });
        }
        self.kept = std::iter::repeat_with(OnceLock::new)
            .take(pictures * self.variants)
            .collect();
        Ok(())
    }

    /// Whether the variant of any of `pictures` in `epoch` is still to be computed.
    pub(crate) fn lacks(&self, epoch: usize, pictures: &[usize]) -> bool {
        (pictures.iter()).any(|&picture| self.place(epoch, picture).get().is_none())
    }

    /// What `picture` gives in `epoch`, rounded to 16 bits; `compute` is asked for what is not there yet.
    pub(crate) fn of(
        &self,
        epoch: usize,
        picture: usize,
        compute: impl FnOnce() -> Result<Activations>,
    ) -> Result<Activations> {
        let place = self.place(epoch, picture);
        let kept = match place.get() {
            Some(kept) => kept,
            None => {
                let computed = Kept::of(&compute()?);
                // Who computed the same meanwhile has the same numbers.
                place.get_or_init(|| computed)
            }
        };
        Ok(kept.activations())
    }

    fn place(&self, epoch: usize, picture: usize) -> &OnceLock<Kept> {
        &self.kept[picture * self.variants + self.variant(epoch)]
    }
}

impl Kept {
    /// Values beyond what 16 bits hold are held at the bound.
    fn of(activations: &Activations) -> Self {
        let bound = f16::MAX.to_f32();
        let within: Vec<f32> = (activations.values.iter())
            .map(|value| value.clamp(-bound, bound))
            .collect();
        let mut values = vec![f16::ZERO; within.len()].into_boxed_slice();
        values.convert_from_f32_slice(&within);
        Self {
            shape: [activations.channels, activations.height, activations.width],
            values,
        }
    }

    fn activations(&self) -> Activations {
        let mut values = vec![0.0; self.values.len()];
        self.values.convert_to_f32_slice(&mut values);
        let [channels, height, width] = self.shape;
        Activations {
            channels,
            height,
            width,
            values,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activations(value: f32) -> Activations {
        Activations {
            channels: 2,
            height: 1,
            width: 2,
            values: vec![value, -value, 0.1, 1e6],
        }
    }

    #[test]
    fn every_variant_is_computed_once_and_comes_back_as_rounded() {
        let mut cache = Cache::new(2);
        cache.prepare(3, |_| Ok(4)).unwrap();
        let of = |epoch: usize, picture: usize, value: f32| {
            cache.of(epoch, picture, || Ok(activations(value))).unwrap()
        };
        assert!(cache.lacks(0, &[1]));
        let first = of(0, 1, 3.0);
        assert_eq!(
            first.values,
            [3.0, -3.0, f16::from_f32(0.1).to_f32(), 65504.0]
        );
        assert!(!cache.lacks(2, &[1]) && cache.lacks(1, &[1]) && cache.lacks(0, &[1, 2]));
        assert_eq!(of(1, 1, 5.0).values[0], 5.0, "another variant");
        assert_eq!(of(0, 2, 7.0).values[0], 7.0, "another picture");
        assert_eq!(of(2, 1, 9.0), first, "the next round");
    }

    #[test]
    fn what_would_take_too_much_memory_says_how_much() {
        let mut cache = Cache::new(2);
        cache.limit = 1000;
        // 10 pictures of 20 + 40 values.
        let values = |variant: usize| Ok(20 * (1 + variant));
        let refused = cache.prepare(10, values);
        let Err(Error::CacheMemory { needed, limit }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!([needed, limit], [1200, 1000]);
        cache.limit = 1200;
        cache.prepare(10, values).unwrap();
    }
}
