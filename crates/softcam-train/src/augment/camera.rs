//! What another camera, film, lens or codec would have made of the same picture.
//!
//! The order is that of a picture's way: light falls off towards the edge, the lens blurs, the sensor has so many pixels and
//! noise of its own, the camera sharpens and writes a JPEG, and somebody enlarges it again.

use crate::error::{Error, Result};
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::imageops::{FilterType, resize};
use image::{DynamicImage, ImageResult, RgbImage};
use rand::{Rng, RngCore};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use softcam::edit::gaussian;
use softcam::random::normal;

/// Something that happens to some pictures, by a strength that is drawn evenly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// Probability, 0 to 1.
    pub chance: f32,
    /// Far end of the range of strengths; at the near end nothing changes.
    pub to: f32,
}

impl Effect {
    /// Of this probability and far end.
    pub const fn new(chance: f32, to: f32) -> Self {
        Self { chance, to }
    }

    /// A strength between `from` and the far end, where it happens. It takes the same number of random numbers either way.
    fn draw(self, from: f32, rng: &mut ChaCha8Rng) -> Option<f32> {
        let (met, share) = (rng.random::<f32>() < self.chance, rng.random::<f32>());
        met.then_some(from + (self.to - from) * share)
    }
}

/// All that may happen to a picture; [`super::Augment`] says what each is.
#[derive(Debug)]
pub(super) struct Effects {
    pub(super) squash: Effect,
    pub(super) vignette: Effect,
    pub(super) blur: Effect,
    pub(super) resample: Effect,
    pub(super) noise: Effect,
    pub(super) sharpen: Effect,
    pub(super) jpeg: Effect,
}

/// What is drawn for one picture.
#[derive(Debug)]
pub(super) struct Camera {
    /// Factors by which the picture is stretched across and down.
    pub(super) stretch: [f32; 2],
    light: Option<Light>,
    /// Standard deviation in pixels.
    blur: Option<f32>,
    /// Side over the output's side.
    share: Option<f32>,
    /// Standard deviation in steps of a byte.
    noise: Option<f32>,
    sharpen: Option<Sharpen>,
    /// Of the JPEG, 1 to 100.
    quality: Option<u8>,
}

/// A lamp that does not light all of the picture alike.
#[derive(Debug)]
struct Light {
    /// Slope across and down, from the centre to the border.
    slope: [f32; 2],
    /// What is lost from the centre to the middle of a border.
    fall: f32,
}

/// An unsharp mask.
#[derive(Debug)]
struct Sharpen {
    amount: f32,
    sigma: f32,
}

impl Camera {
    pub(super) fn draw(effects: &Effects, rng: &mut ChaCha8Rng) -> Self {
        let factor = effects.squash.draw(1.0, rng).unwrap_or(1.0);
        let stretch = if rng.random() {
            [factor, 1.0]
        } else {
            [1.0, factor]
        };
        let light = effects.vignette.draw(0.0, rng);
        let (sine, cosine) = (std::f32::consts::TAU * rng.random::<f32>()).sin_cos();
        let fall = rng.random_range(-0.5..1.0_f32);
        let light = light.map(|strength| Light {
            slope: [strength * cosine, strength * sine],
            fall: strength * fall,
        });
        let blur = effects.blur.draw(0.0, rng);
        let share = effects.resample.draw(1.0, rng);
        let noise = effects.noise.draw(0.0, rng).map(|share| 255.0 * share);
        let (amount, sigma) = (
            effects.sharpen.draw(0.0, rng),
            rng.random_range(0.7..2.0_f32),
        );
        let sharpen = amount.map(|amount| Sharpen { amount, sigma });
        let quality = (effects.jpeg.draw(95.0, rng)).map(|quality| quality.round() as u8);
        Self {
            stretch,
            light,
            blur,
            share,
            noise,
            sharpen,
            quality,
        }
    }

    /// `pixels`, `[size, size, 3]`, as this camera would have them.
    pub(super) fn take(
        &self,
        pixels: Vec<u8>,
        size: usize,
        rng: &mut ChaCha8Rng,
    ) -> Result<Vec<u8>> {
        let (mut pixels, side) = (pixels, size);
        if let Some(light) = &self.light {
            light.fall_on(&mut pixels, side);
        }
        if let Some(sigma) = self.blur {
            pixels = bytes(&blurred(&pixels, side, sigma));
        }
        let side = match self.share {
            Some(share) => ((share * size as f32).round() as usize).clamp(1, size),
            None => size,
        };
        pixels = resized(pixels, size, side)?;
        if let Some(sigma) = self.noise {
            add_noise(&mut pixels, sigma, rng);
        }
        if let Some(Sharpen { amount, sigma }) = self.sharpen {
            let soft = blurred(&pixels, side, sigma);
            let sharp: Vec<f32> = (pixels.iter().zip(&soft))
                .map(|(&value, soft)| f32::from(value) + amount * (f32::from(value) - soft))
                .collect();
            pixels = bytes(&sharp);
        }
        if let Some(quality) = self.quality {
            pixels = through_jpeg(pixels, side, quality)?;
        }
        resized(pixels, side, size)
    }
}

impl Light {
    fn fall_on(&self, pixels: &mut [u8], size: usize) {
        let half = size as f32 / 2.0;
        for (at, pixel) in pixels.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let [x, y] = [at % size, at / size].map(|at| (at as f32 + 0.5 - half) / half);
            let light = 1.0 + self.slope[0] * x + self.slope[1] * y - self.fall * (x * x + y * y);
            *pixel = pixel.map(|value| (f32::from(value) * light.max(0.0)).round() as u8);
        }
    }
}

/// A Gaussian blur; beyond its edge the picture goes on as it ends.
fn blurred(pixels: &[u8], size: usize, sigma: f32) -> Vec<f32> {
    let values: Vec<f32> = pixels.iter().map(|&value| f32::from(value)).collect();
    // Below that, neighbours count less than rounding.
    if sigma < 0.1 {
        return values;
    }
    let kernel = gaussian(f64::from(sigma));
    let across = along(&values, size, &kernel, |line, at| 3 * (line * size + at));
    along(&across, size, &kernel, |line, at| 3 * (at * size + line))
}

/// `values` blurred along lines; `place` tells where position `at` of a line lies.
fn along(
    values: &[f32],
    size: usize,
    kernel: &[f32],
    place: impl Fn(usize, usize) -> usize,
) -> Vec<f32> {
    let mut output = vec![0.0; values.len()];
    let pixel = |line: usize, at: usize| {
        let place = place(line, at);
        [values[place], values[place + 1], values[place + 2]]
    };
    for line in 0..size {
        for at in 0..size {
            let mut sum = pixel(line, at).map(|value| value * kernel[0]);
            for (distance, weight) in kernel.iter().enumerate().skip(1) {
                let before = pixel(line, at.saturating_sub(distance));
                let after = pixel(line, (at + distance).min(size - 1));
                for channel in 0..3 {
                    sum[channel] += weight * (before[channel] + after[channel]);
                }
            }
            output[place(line, at)..][..3].copy_from_slice(&sum);
        }
    }
    output
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().map(|value| value.round() as u8).collect()
}

/// Gaussian noise, the same in all channels where the picture is grey.
fn add_noise(pixels: &mut [u8], sigma: f32, rng: &mut ChaCha8Rng) {
    let pixels = pixels.as_chunks_mut::<3>().0;
    let grey = pixels.iter().all(|[r, g, b]| r == g && g == b);
    for pixel in pixels {
        let mut draw = || sigma * normal(rng.next_u64());
        let noise = if grey {
            [draw(); 3]
        } else {
            [draw(), draw(), draw()]
        };
        for (value, noise) in pixel.iter_mut().zip(noise) {
            *value = (f32::from(*value) + noise).round() as u8;
        }
    }
}

fn resized(pixels: Vec<u8>, from: usize, to: usize) -> Result<Vec<u8>> {
    if from == to {
        return Ok(pixels);
    }
    let picture = picture(pixels, from)?;
    Ok(resize(&picture, to as u32, to as u32, FilterType::Triangle).into_raw())
}

fn through_jpeg(pixels: Vec<u8>, size: usize, quality: u8) -> Result<Vec<u8>> {
    let picture = picture(pixels, size)?;
    let there_and_back = || -> ImageResult<Vec<u8>> {
        let mut file = Vec::new();
        JpegEncoder::new_with_quality(&mut file, quality).encode_image(&picture)?;
        let decoder = JpegDecoder::new(std::io::Cursor::new(file))?;
        Ok(DynamicImage::from_decoder(decoder)?.into_rgb8().into_raw())
    };
    there_and_back().map_err(|error| Error::Augmentation(error.to_string()))
}

fn picture(pixels: Vec<u8>, size: usize) -> Result<RgbImage> {
    RgbImage::from_raw(size as u32, size as u32, pixels)
        .ok_or_else(|| Error::Augmentation(format!("it has no {size} x {size} pixels")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::augment::Augment;
    use rand::SeedableRng;

    const SIZE: usize = 64;

    fn rng(seed: u64) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(seed)
    }

    /// Grey noise.
    fn grain() -> Vec<u8> {
        let mut rng = rng(9);
        (0..SIZE * SIZE)
            .flat_map(|_| [rng.random_range(60..190); 3])
            .collect()
    }

    fn even(value: u8) -> Vec<u8> {
        vec![value; 3 * SIZE * SIZE]
    }

    /// Under an effect that every picture gets.
    fn under(augment: &Augment, pixels: &[u8], seed: u64) -> Vec<u8> {
        augment.apply(pixels, SIZE, SIZE, &mut rng(seed)).unwrap()
    }

    fn mean(pixels: &[u8]) -> f64 {
        pixels.iter().map(|&value| f64::from(value)).sum::<f64>() / pixels.len() as f64
    }

    fn deviation(pixels: &[u8]) -> f64 {
        let mean = mean(pixels);
        let squares = pixels
            .iter()
            .map(|&value| (f64::from(value) - mean).powi(2));
        (squares.sum::<f64>() / pixels.len() as f64).sqrt()
    }

    /// Root mean square.
    fn apart(a: &[u8], b: &[u8]) -> f64 {
        let squares = (a.iter().zip(b)).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2));
        (squares.sum::<f64>() / a.len() as f64).sqrt()
    }

    #[test]
    fn at_the_near_end_of_their_ranges_effects_change_nothing() {
        let none = Augment::default();
        let near = Augment {
            blur: Effect::new(1.0, 0.0),
            sharpen: Effect::new(1.0, 0.0),
            noise: Effect::new(1.0, 0.0),
            resample: Effect::new(1.0, 1.0),
            squash: Effect::new(1.0, 1.0),
            vignette: Effect::new(1.0, 0.0),
            ..none
        };
        near.check().unwrap();
        assert_eq!(under(&near, &grain(), 1), grain());
    }

    #[test]
    fn effects_leave_the_other_draws_alone() {
        let without = Augment::photo();
        let with = Augment {
            noise: Effect::new(1.0, 1e-6),
            ..without
        };
        for seed in 0..5 {
            let [a, b] = [&without, &with].map(|augment| under(augment, &grain(), seed));
            assert_eq!(a, b);
        }
    }

    #[test]
    fn blur_takes_detail_away_and_sharpening_adds_some() {
        let shares = |augment: Augment| -> Vec<f64> {
            let pictures = (0..4).map(|seed| under(&augment, &grain(), seed));
            pictures
                .map(|pixels| {
                    assert!((mean(&pixels) - mean(&grain())).abs() < 1.0);
                    deviation(&pixels) / deviation(&grain())
                })
                .collect()
        };
        let blurred = shares(Augment {
            blur: Effect::new(1.0, 3.0),
            ..Augment::default()
        });
        assert!(blurred.iter().all(|&share| share <= 1.0), "{blurred:?}");
        assert!(blurred.iter().any(|&share| share < 0.5), "{blurred:?}");
        let sharpened = shares(Augment {
            sharpen: Effect::new(1.0, 1.0),
            ..Augment::default()
        });
        assert!(sharpened.iter().all(|&share| share >= 1.0), "{sharpened:?}");
        assert!(sharpened.iter().any(|&share| share > 1.2), "{sharpened:?}");
    }

    #[test]
    fn noise_has_the_drawn_deviation_at_most_and_no_colour_on_grey_pictures() {
        let augment = Augment {
            noise: Effect::new(1.0, 0.1),
            ..Augment::default()
        };
        let deviations: Vec<f64> = (0..20)
            .map(|seed| {
                let pixels = under(&augment, &even(128), seed);
                assert!(pixels.chunks_exact(3).all(|p| p[0] == p[1] && p[1] == p[2]));
                deviation(&pixels)
            })
            .collect();
        let largest = deviations.iter().copied().fold(0.0, f64::max);
        assert!((15.0..27.0).contains(&largest), "{deviations:?}");
        let average = deviations.iter().sum::<f64>() / 20.0;
        assert!((7.0..19.0).contains(&average), "{deviations:?}");
        let coloured: Vec<u8> = [10, 128, 200].repeat(SIZE * SIZE);
        let pixels = under(&augment, &coloured, 1);
        assert!(pixels.chunks_exact(3).any(|p| p[1] - p[0] != 118));
    }

    #[test]
    fn a_worse_jpeg_is_further_from_the_picture() {
        let pixels = grain();
        let [good, bad] = [90, 20].map(|quality| {
            let back = through_jpeg(pixels.clone(), SIZE, quality).unwrap();
            apart(&back, &pixels)
        });
        assert!(0.0 < good && good < 0.5 * bad, "{good} {bad}");
        let augment = Augment {
            jpeg: Effect::new(1.0, 20.0),
            ..Augment::default()
        };
        let drawn = apart(&under(&augment, &pixels, 1), &pixels);
        assert!(0.0 < drawn && drawn < 1.1 * bad, "{drawn} {bad}");
    }

    #[test]
    fn fewer_pixels_hold_less_detail_and_the_size_stays() {
        let augment = Augment {
            resample: Effect::new(1.0, 0.3),
            ..Augment::default()
        };
        for seed in 0..4 {
            let pixels = under(&augment, &grain(), seed);
            assert_eq!(pixels.len(), grain().len());
            assert!(deviation(&pixels) < 0.9 * deviation(&grain()));
        }
    }

    #[test]
    fn squashing_stretches_one_axis() {
        // A disc that is no longer round.
        let disc: Vec<u8> = (0..SIZE * SIZE)
            .flat_map(|at| {
                let [x, y] = [at % SIZE, at / SIZE].map(|at| at as f32 - 31.5);
                [if x.hypot(y) < 12.0 { 250 } else { 20 }; 3]
            })
            .collect();
        let augment = Augment {
            squash: Effect::new(1.0, 2.0),
            ..Augment::default()
        };
        let bright = |pixels: &[u8], down: bool| {
            let middle = |at: usize| if down { at * SIZE + 32 } else { 32 * SIZE + at };
            (0..SIZE).filter(|&at| pixels[3 * middle(at)] > 128).count()
        };
        let shapes: Vec<[usize; 2]> = (0..12)
            .map(|seed| {
                let pixels = under(&augment, &disc, seed);
                [bright(&pixels, false), bright(&pixels, true)]
            })
            .collect();
        let round = bright(&disc, false);
        for [across, down] in &shapes {
            assert!(*across == round || *down == round, "{shapes:?}");
        }
        assert!(shapes.iter().any(|[across, _]| *across > round + 4));
        assert!(shapes.iter().any(|[_, down]| *down > round + 4));
    }

    #[test]
    fn uneven_light_is_smooth() {
        let augment = Augment {
            vignette: Effect::new(1.0, 0.4),
            ..Augment::default()
        };
        let pixels: Vec<Vec<u8>> = (0..5)
            .map(|seed| under(&augment, &even(150), seed))
            .collect();
        assert!(pixels.iter().any(|pixels| deviation(pixels) > 5.0));
        for pixels in &pixels {
            for row in pixels.chunks_exact(3 * SIZE) {
                let steps = row.iter().zip(&row[3..]).map(|(a, b)| a.abs_diff(*b));
                assert!(steps.max().unwrap() <= 6);
            }
        }
    }

    #[test]
    fn an_effect_happens_as_often_as_it_says() {
        let effect = Effect::new(0.3, 5.0);
        let mut rng = rng(4);
        let drawn: Vec<f32> = (0..2000)
            .filter_map(|_| effect.draw(1.0, &mut rng))
            .collect();
        assert!((500..700).contains(&drawn.len()), "{}", drawn.len());
        assert!(drawn.iter().all(|strength| (1.0..=5.0).contains(strength)));
        let mean = drawn.iter().sum::<f32>() / drawn.len() as f32;
        assert!((mean - 3.0).abs() < 0.2, "{mean}");
    }
}
