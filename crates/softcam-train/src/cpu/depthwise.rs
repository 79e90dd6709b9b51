//! Depthwise convolution, channels last: every tap is a sum over rows of channels.

use super::map::Map;
use softcam::backbone::Window;

/// Calls `each` with (output cell, tap, input cell) for every tap that lies on the input.
pub(super) fn taps(
    window: &Window,
    [height, width]: [usize; 2],
    mut each: impl FnMut(usize, usize, usize),
) {
    let (kernel, stride, dilation) = (window.kernel, window.stride, window.dilation);
    let (top, left) = (window.padding_for(height).0, window.padding_for(width).0);
    let (rows, columns) = (window.output_size(height), window.output_size(width));
    let inside = |at: usize, tap: usize, before: usize, length: usize| {
        (at * stride + tap * dilation)
            .checked_sub(before)
            .filter(|&at| at < length)
    };
    for row in 0..rows {
        for column in 0..columns {
            for tap_row in 0..kernel {
                let Some(y) = inside(row, tap_row, top, height) else {
                    continue;
                };
                for tap_column in 0..kernel {
                    if let Some(x) = inside(column, tap_column, left, width) {
                        each(
                            row * columns + column,
                            tap_row * kernel + tap_column,
                            y * width + x,
                        );
                    }
                }
            }
        }
    }
}

/// `weight` is `[taps, channels]`.
pub(super) fn forward(input: &Map, window: &Window, weight: &[f32], bias: &[f32]) -> Map {
    let channels = input.channels;
    let mut output = Map::filled(
        window.output_size(input.height),
        window.output_size(input.width),
        bias,
    );
    taps(window, [input.height, input.width], |to, tap, from| {
        let weight = &weight[tap * channels..][..channels];
        let from = &input.data[from * channels..][..channels];
        let to = &mut output.data[to * channels..][..channels];
        for ((to, from), weight) in to.iter_mut().zip(from).zip(weight) {
            *to += from * weight;
        }
    });
    output
}

/// Adds to the gradient of the weights; gives that of the input.
pub(super) fn backward(
    input: &Map,
    window: &Window,
    slope: &Map,
    weight: &[f32],
    of_weight: &mut [f32],
) -> Map {
    let channels = input.channels;
    let mut of_input = Map::zeros(input.height, input.width, channels);
    taps(window, [input.height, input.width], |to, tap, from| {
        let slope = &slope.data[to * channels..][..channels];
        let weight = &weight[tap * channels..][..channels];
        let of_weight = &mut of_weight[tap * channels..][..channels];
        let value = &input.data[from * channels..][..channels];
        let of_input = &mut of_input.data[from * channels..][..channels];
        for channel in 0..channels {
            of_weight[channel] += slope[channel] * value[channel];
            of_input[channel] += slope[channel] * weight[channel];
        }
    });
    of_input
}
