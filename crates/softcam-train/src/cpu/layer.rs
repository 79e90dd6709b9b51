//! One convolution forward and backward.

use super::depthwise;
use super::map::{Map, add};
use super::product::{Matrix, product};
use softcam::backbone::UnitSpec;

/// A convolution, dense or depthwise, with bias and activation.
///
/// Weights are `[out, k · k, in]` for dense and `[k · k, channels]` for depthwise ones.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) spec: UnitSpec,
}

impl Layer {
    pub(super) fn new(spec: &UnitSpec) -> Self {
        Self { spec: spec.clone() }
    }

    fn is_depthwise(&self) -> bool {
        self.spec.groups > 1
    }

    fn taps(&self) -> usize {
        self.spec.window.kernel * self.spec.window.kernel
    }

    /// For each weight in this module's order, its place in `[out, in / groups, k, k]`.
    fn places(&self) -> impl Iterator<Item = usize> {
        let (taps, spec) = (self.taps(), &self.spec);
        let (outer, inner) = if self.is_depthwise() {
            (1, spec.out_channels)
        } else {
            (spec.out_channels, spec.in_channels)
        };
        (0..outer).flat_map(move |out| {
            (0..taps).flat_map(move |tap| {
                (0..inner).map(move |channel| (out * inner + channel) * taps + tap)
            })
        })
    }

    pub(super) fn own_order(&self, weight: &[f32]) -> Vec<f32> {
        self.places().map(|place| weight[place]).collect()
    }

    pub(super) fn usual_order(&self, weight: &[f32]) -> Vec<f32> {
        let mut usual = vec![0.0; weight.len()];
        for (value, place) in weight.iter().zip(self.places()) {
            usual[place] = *value;
        }
        usual
    }

    pub(super) fn forward(&self, input: &Map, weight: &[f32], bias: &[f32]) -> Map {
        let window = &self.spec.window;
        let mut output = if self.is_depthwise() {
            depthwise::forward(input, window, weight, bias)
        } else {
            let mut output = Map::filled(
                window.output_size(input.height),
                window.output_size(input.width),
                bias,
            );
            let patches = self.patches(input);
            let (a, b) = self.matrices(input, patches.as_deref(), weight);
            product(a, b.transposed(), &mut output.data, 1.0);
            output
        };
        output.activate(self.spec.activation);
        output
    }

    /// `slope` is that by the output before its activation. Adds to the gradients of weight and bias; gives that of the
    /// input, or nothing but zeros where it is not wanted.
    pub(super) fn backward(
        &self,
        input: &Map,
        slope: &Map,
        weight: &[f32],
        (of_weight, of_bias): (&mut [f32], &mut [f32]),
        input_wanted: bool,
    ) -> Map {
        for cell in slope.data.chunks_exact(self.spec.out_channels) {
            add(of_bias, cell);
        }
        if self.is_depthwise() {
            return depthwise::backward(input, &self.spec.window, slope, weight, of_weight);
        }
        let patches = self.patches(input);
        let (a, b) = self.matrices(input, patches.as_deref(), weight);
        let cells = slope.height * slope.width;
        let by_output = Matrix::new(&slope.data, cells, self.spec.out_channels);
        product(by_output.transposed(), a, of_weight, 1.0);
        let mut of_input = Map::zeros(input.height, input.width, input.channels);
        if !input_wanted {
            return of_input;
        }
        if patches.is_none() {
            product(by_output, b, &mut of_input.data, 0.0);
            return of_input;
        }
        let channels = input.channels;
        let mut of_patches = vec![0.0; cells * self.taps() * channels];
        product(by_output, b, &mut of_patches, 0.0);
        let taps = self.taps();
        self.each_tap(input, |cell, tap, from| {
            add(
                &mut of_input.data[from * channels..][..channels],
                &of_patches[(cell * taps + tap) * channels..][..channels],
            );
        });
        of_input
    }

    /// Patches (or the input itself, where a patch is a cell) `[cells, taps · in]`, and weights `[out, taps · in]`.
    fn matrices<'a>(
        &self,
        input: &'a Map,
        patches: Option<&'a [f32]>,
        weight: &'a [f32],
    ) -> (Matrix<'a>, Matrix<'a>) {
        let length = self.taps() * input.channels;
        let patches = patches.unwrap_or(&input.data);
        (
            Matrix::new(patches, patches.len() / length, length),
            Matrix::new(weight, self.spec.out_channels, length),
        )
    }

    /// What each output cell reads, one row per cell; none where that is the input itself.
    fn patches(&self, input: &Map) -> Option<Vec<f32>> {
        if self.spec.is_pointwise() {
            return None;
        }
        let window = &self.spec.window;
        let (taps, channels) = (self.taps(), input.channels);
        let cells = window.output_size(input.height) * window.output_size(input.width);
        let mut patches = vec![0.0; cells * taps * channels];
        self.each_tap(input, |cell, tap, from| {
            patches[(cell * taps + tap) * channels..][..channels]
                .copy_from_slice(&input.data[from * channels..][..channels]);
        });
        Some(patches)
    }

    fn each_tap(&self, input: &Map, each: impl FnMut(usize, usize, usize)) {
        depthwise::taps(&self.spec.window, [input.height, input.width], each);
    }
}
