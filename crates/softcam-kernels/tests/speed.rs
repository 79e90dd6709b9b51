//! What depthwise layers cost on the way back: `cargo test -p softcam-kernels --test speed -- --ignored --nocapture`.

mod common;

use common::depthwise;
use softcam_kernels::backward::InputGradient;
use softcam_kernels::{Planes, Workspace};
use std::time::{Duration, Instant};

/// Channels, kernel, stride and side of the input of EfficientNet-Lite0's layers at 224 pixels.
const LAYERS: [[usize; 4]; 8] = [
    [32, 3, 1, 112],
    [96, 3, 2, 112],
    [144, 5, 2, 56],
    [240, 3, 2, 28],
    [240, 5, 1, 28],
    [480, 5, 1, 14],
    [672, 5, 2, 14],
    [1152, 5, 1, 7],
];

#[test]
#[ignore = "prints a table; checks nothing"]
fn depthwise_input_gradients() {
    for [channels, kernel, stride, side] in LAYERS {
        let spec = depthwise(channels, kernel, stride);
        let weight = vec![0.5; channels * kernel * kernel];
        let shape = spec.output_shape([1, channels, side, side]);
        let values = vec![0.25; shape.iter().product()];
        let gradient = Planes::from_nchw(&values, shape);
        let layer = InputGradient::prepare(spec, &weight);
        let mut workspace = Workspace::new();
        // The fastest of many: others are at work on most machines.
        let fastest = (0..200)
            .map(|_| {
                let start = Instant::now();
                let got = layer.run(&gradient, [side, side], &mut workspace);
                let taken = start.elapsed();
                workspace.recycle(got);
                taken
            })
            .min()
            .unwrap_or(Duration::MAX);
        let operations = 2.0 * (values.len() * kernel * kernel) as f64;
        println!(
            "{channels:>5} channels, {kernel} x {kernel}, stride {stride}, {side:>3} px: {:>8.1} us, {:>5.1} GFLOP/s",
            1e6 * fastest.as_secs_f64(),
            1e-9 * operations / fastest.as_secs_f64()
        );
    }
}
