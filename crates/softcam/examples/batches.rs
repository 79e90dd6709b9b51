//! Whether several pictures in one pass are faster than one after the other, on the CPU, all blocks but no maps.
//!
//! ```sh
//! cargo run --release -p softcam --example batches -- web/models/efficientnet-lite0.safetensors web/models/oct-sparse.safetensors
//! ```
//!
//! Both ways are taken in turns; a ratio below 1 says that the batch is faster.

use softcam::Device;
use softcam::network::Prefix;
use softcam::weights::file;
use std::error::Error;
use std::time::Instant;

const SIZES: [usize; 3] = [128, 224, 320];
const BATCHES: [usize; 2] = [4, 16];
const TURNS: usize = 9;

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let model = file::read(&std::fs::read(&path)?)?;
        let network = Prefix::new(&model, usize::MAX, &Device::flex())?;
        for size in SIZES {
            // Time does not depend on what is seen.
            let picture: Vec<f32> = (0..3 * size * size)
                .map(|index| ((index * 7919) % 255) as f32 / 127.0 - 1.0)
                .collect();
            for batch in BATCHES {
                let (one, ratio) = in_turns(&network, &picture, size, batch);
                println!("{path}, {size} px: {one:.1} ms each, {batch} at once {ratio:.2} of that");
            }
        }
    }
    Ok(())
}

/// Milliseconds of one picture alone, and what one of a batch takes of that: medians.
fn in_turns(network: &Prefix, picture: &[f32], size: usize, batch: usize) -> (f64, f64) {
    let together = picture.repeat(batch);
    let timed = |run: &dyn Fn()| {
        let begin = Instant::now();
        run();
        1e3 * begin.elapsed().as_secs_f64() / batch as f64
    };
    let mut turns: Vec<(f64, f64)> = (0..TURNS)
        .map(|_| {
            let alone = timed(&|| {
                for _ in 0..batch {
                    let _ = network.forward(picture.to_vec(), [1, 3, size, size]);
                }
            });
            let batched = timed(&|| {
                let _ = network.forward(together.clone(), [batch, 3, size, size]);
            });
            (alone, batched / alone)
        })
        .collect();
    let mut median = |of: fn(&(f64, f64)) -> f64| {
        turns.sort_by(|a, b| of(a).total_cmp(&of(b)));
        of(&turns[TURNS / 2])
    };
    (median(|turn| turn.0), median(|turn| turn.1))
}
