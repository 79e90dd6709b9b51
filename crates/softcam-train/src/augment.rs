//! How pictures are changed before the network sees them, so that it learns what does not matter.

mod camera;
mod presets;

pub use camera::Effect;

use crate::error::Result;
use camera::{Camera, Effects};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Ranges from which one change per picture is drawn. All zero (and zoom 1) leaves pictures alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Augment {
    /// Probability of a mirror image, 0 to 1.
    pub flip_horizontal: f32,
    /// Probability of an image upside down, 0 to 1.
    pub flip_vertical: f32,
    /// Largest rotation either way in degrees.
    pub rotation: f32,
    /// Smallest and largest zoom; 1.2 shows a part as large as 1/1.2 of the picture along each axis.
    pub zoom: [f32; 2],
    /// Largest change of width over height, as in 1.2: from 1/1.2 to 1.2.
    pub aspect: f32,
    /// Largest shift along each axis, as a share of the side.
    pub shift: f32,
    /// Largest change of brightness, as a share of the full range.
    pub brightness: f32,
    /// Largest change of contrast: 0.2 is a factor from 0.8 to 1.2.
    pub contrast: f32,
    /// Largest change of saturation, likewise.
    pub saturation: f32,
    /// Largest turn of the hue either way, as a share of the full circle.
    pub hue: f32,
    /// Largest change of gamma: 0.3 is an exponent from 1/1.3 to 1.3.
    pub gamma: f32,
    /// Probability that a border is covered by a white or black strip or corner, as registration leaves them on OCT
    /// scans and film holders on X-rays: a network must not read the diagnosis off them.
    pub wedges: f32,
    /// Change of the proportions of some pictures, as when a film is squashed to a square and shown as it came, or the
    /// other way round: one axis or the other is stretched by 1 to this factor, beyond what [`Augment::aspect`] does.
    pub squash: Effect,
    /// Uneven light: brightness slopes by up to this share from the centre to the border, and falls off around it (or,
    /// less, rises).
    pub vignette: Effect,
    /// Gaussian blur with a standard deviation from 0 to so many pixels of the network's input.
    pub blur: Effect,
    /// Fewer pixels: reduced to between all and this share of the side. Noise, sharpening and JPEG happen at that size;
    /// then the picture is enlarged again.
    pub resample: Effect,
    /// Gaussian noise with a standard deviation from 0 to this share of the full range; grey pictures stay grey.
    pub noise: Effect,
    /// An unsharp mask by 0 to this factor, of 0.7 to 2 pixels.
    pub sharpen: Effect,
    /// Written as a JPEG and read again, with a quality from 95 down to this.
    pub jpeg: Effect,
}

impl Default for Augment {
    fn default() -> Self {
        Self {
            flip_horizontal: 0.0,
            flip_vertical: 0.0,
            rotation: 0.0,
            zoom: [1.0, 1.0],
            aspect: 1.0,
            shift: 0.0,
            brightness: 0.0,
            contrast: 0.0,
            saturation: 0.0,
            hue: 0.0,
            gamma: 0.0,
            wedges: 0.0,
            squash: Effect::new(0.0, 1.0),
            vignette: Effect::new(0.0, 0.0),
            blur: Effect::new(0.0, 0.0),
            resample: Effect::new(0.0, 1.0),
            noise: Effect::new(0.0, 0.0),
            sharpen: Effect::new(0.0, 0.0),
            jpeg: Effect::new(0.0, 95.0),
        }
    }
}

impl Augment {
    /// Refuses ranges that make no sense.
    pub fn check(&self) -> Result<(), String> {
        let shares = [
            ("flip_horizontal", self.flip_horizontal),
            ("flip_vertical", self.flip_vertical),
            ("shift", self.shift),
            ("brightness", self.brightness),
            ("contrast", self.contrast),
            ("saturation", self.saturation),
            ("hue", self.hue),
            ("wedges", self.wedges),
        ];
        for (name, value) in shares {
            if !(0.0..=1.0).contains(&value) {
                return Err(format!(
                    "augmentation: {name} is {value}, and it must be from 0 to 1"
                ));
            }
        }
        let [from, to] = self.zoom;
        if !(0.1..=10.0).contains(&from) || !(from..=10.0).contains(&to) {
            return Err(format!(
                "augmentation: zoom is {from} to {to}, and it must ascend between 0.1 and 10"
            ));
        }
        if !(1.0..=4.0).contains(&self.aspect) || !(0.0..=4.0).contains(&self.gamma) {
            return Err(
                "augmentation: aspect must be from 1 to 4 and gamma from 0 to 4".to_owned(),
            );
        }
        if !(0.0..=180.0).contains(&self.rotation) {
            return Err(format!(
                "augmentation: rotation is {}, and it must be from 0 to 180",
                self.rotation
            ));
        }
        for (name, effect, [from, to]) in [
            ("squash", self.squash, [1.0, 4.0]),
            ("vignette", self.vignette, [0.0, 1.0]),
            ("blur", self.blur, [0.0, 20.0]),
            ("resample", self.resample, [0.05, 1.0]),
            ("noise", self.noise, [0.0, 1.0]),
            ("sharpen", self.sharpen, [0.0, 10.0]),
            ("jpeg", self.jpeg, [1.0, 95.0]),
        ] {
            if !(0.0..=1.0).contains(&effect.chance) || !(from..=to).contains(&effect.to) {
                return Err(format!(
                    "augmentation: {name} has chance {} and goes to {}, and they must be from 0 to 1 and from {from} to {to}",
                    effect.chance, effect.to
                ));
            }
        }
        Ok(())
    }

    /// Another version of `pixels`, `[from, from, 3]`, as `[to, to, 3]`. What comes from beyond the picture is black.
    ///
    /// # Errors
    ///
    /// [`Error::Augmentation`](crate::Error::Augmentation) where the JPEG codec refuses a picture of that size.
    pub fn apply(
        &self,
        pixels: &[u8],
        from: usize,
        to: usize,
        rng: &mut ChaCha8Rng,
    ) -> Result<Vec<u8>> {
        // Numbers of their own, so that an augmentation without these effects draws what it drew before there were any.
        let mut apart = rng.clone();
        apart.set_stream(1);
        let camera = Camera::draw(&self.effects(), &mut apart);
        let mut place = self.place(from, to, rng);
        place.stretch(camera.stretch);
        let look = self.look(rng);
        let mut output = Vec::with_capacity(3 * to * to);
        for y in 0..to {
            for x in 0..to {
                output.extend(look.of(place.sample(pixels, from, x, y)));
            }
        }
        if rng.random::<f32>() < self.wedges {
            cover(&mut output, to, rng);
        }
        camera.take(output, to, &mut apart)
    }

    fn effects(&self) -> Effects {
        Effects {
            squash: self.squash,
            vignette: self.vignette,
            blur: self.blur,
            resample: self.resample,
            noise: self.noise,
            sharpen: self.sharpen,
            jpeg: self.jpeg,
        }
    }

    fn place(&self, from: usize, to: usize, rng: &mut ChaCha8Rng) -> Place {
        let either = |rng: &mut ChaCha8Rng, range: f32| range * rng.random_range(-1.0..=1.0_f32);
        let angle = either(rng, self.rotation).to_radians();
        let [least, most] = self.zoom;
        let zoom = (least.ln() + (most.ln() - least.ln()) * rng.random::<f32>()).exp();
        let stretch = either(rng, self.aspect.ln()).exp().sqrt();
        let sign = |flip: bool| if flip { -1.0 } else { 1.0 };
        let mirror_x = sign(rng.random::<f32>() < self.flip_horizontal);
        let mirror_y = sign(rng.random::<f32>() < self.flip_vertical);
        let (shift_x, shift_y) = (either(rng, self.shift), either(rng, self.shift));
        let step = from as f32 / to as f32;
        let (sine, cosine) = angle.sin_cos();
        let (scale_x, scale_y) = (
            step * mirror_x * stretch / zoom,
            step * mirror_y / stretch / zoom,
        );
        Place {
            centre_from: from as f32 / 2.0,
            centre_to: to as f32 / 2.0,
            shift: [shift_x * from as f32, shift_y * from as f32],
            matrix: [
                cosine * scale_x,
                -sine * scale_x,
                sine * scale_y,
                cosine * scale_y,
            ],
        }
    }

    fn look(&self, rng: &mut ChaCha8Rng) -> Look {
        let either = |rng: &mut ChaCha8Rng, range: f32| range * rng.random_range(-1.0..=1.0_f32);
        let brightness = 255.0 * either(rng, self.brightness);
        let contrast = 1.0 + either(rng, self.contrast);
        let saturation = 1.0 + either(rng, self.saturation);
        let (sine, cosine) = (std::f32::consts::TAU * either(rng, self.hue)).sin_cos();
        let gamma = either(rng, (1.0 + self.gamma).ln()).exp();
        let curve = std::array::from_fn(|value| {
            let bent = 255.0 * (value as f32 / 255.0).powf(gamma);
            (bent - 127.5) * contrast + 127.5 + brightness
        });
        Look {
            curve,
            saturation,
            hue: [cosine, sine],
            coloured: self.saturation > 0.0 || self.hue > 0.0,
        }
    }
}

/// From a pixel of the output to a place in the picture.
struct Place {
    centre_from: f32,
    centre_to: f32,
    shift: [f32; 2],
    /// Row-major 2 x 2.
    matrix: [f32; 4],
}

impl Place {
    /// Shows things larger by these factors across and down the output.
    fn stretch(&mut self, [across, down]: [f32; 2]) {
        let [a, b, c, d] = self.matrix;
        self.matrix = [a / across, b / down, c / across, d / down];
    }

    /// Bilinear.
    fn sample(&self, pixels: &[u8], size: usize, x: usize, y: usize) -> [f32; 3] {
        let (dx, dy) = (
            x as f32 + 0.5 - self.centre_to,
            y as f32 + 0.5 - self.centre_to,
        );
        let [a, b, c, d] = self.matrix;
        let at_x = a * dx + b * dy + self.centre_from + self.shift[0] - 0.5;
        let at_y = c * dx + d * dy + self.centre_from + self.shift[1] - 0.5;
        let (left, top) = (at_x.floor(), at_y.floor());
        let (right_share, bottom_share) = (at_x - left, at_y - top);
        let mut sum = [0.0; 3];
        for (row, share_y) in [(top, 1.0 - bottom_share), (top + 1.0, bottom_share)] {
            for (column, share_x) in [(left, 1.0 - right_share), (left + 1.0, right_share)] {
                let inside = |at: f32| (0.0..size as f32).contains(&at);
                if inside(row) && inside(column) {
                    let at = 3 * (row as usize * size + column as usize);
                    for channel in 0..3 {
                        sum[channel] += share_x * share_y * f32::from(pixels[at + channel]);
                    }
                }
            }
        }
        sum
    }
}

/// What happens to a pixel's colour.
struct Look {
    /// Gamma, contrast and brightness of each value.
    curve: [f32; 256],
    saturation: f32,
    /// Cosine and sine of the turn.
    hue: [f32; 2],
    coloured: bool,
}

impl Look {
    fn of(&self, pixel: [f32; 3]) -> [u8; 3] {
        let bent = pixel.map(|value| self.curve[value.round() as u8 as usize]);
        let [r, g, b] = bent;
        let turned = if self.coloured {
            // YIQ: a turn of I and Q is a turn of the hue, a factor on both is saturation.
            let luma = 0.299 * r + 0.587 * g + 0.114 * b;
            let i = self.saturation * (0.596 * r - 0.274 * g - 0.322 * b);
            let q = self.saturation * (0.211 * r - 0.523 * g + 0.312 * b);
            let [cosine, sine] = self.hue;
            let (i, q) = (cosine * i - sine * q, sine * i + cosine * q);
            [
                luma + 0.956 * i + 0.621 * q,
                luma - 0.272 * i - 0.647 * q,
                luma - 1.106 * i + 1.703 * q,
            ]
        } else {
            bent
        };
        turned.map(|value| value.round() as u8)
    }
}

/// Covers a strip or a corner, cut off by a slanted line, in white or black.
fn cover(pixels: &mut [u8], size: usize, rng: &mut ChaCha8Rng) {
    let white = rng.random::<f32>() < 0.6;
    let value = if white { 255 } else { 0 };
    // Depth at both ends of one border, as a share of the side.
    let (start, end) = (0.25 * rng.random::<f32>(), 0.25 * rng.random::<f32>());
    let border = rng.random_range(0..4);
    for y in 0..size {
        for x in 0..size {
            let (along, depth) = match border {
                0 => (x, y),
                1 => (x, size - 1 - y),
                2 => (y, x),
                _ => (y, size - 1 - x),
            };
            let share = along as f32 / size as f32;
            // One end may be negative, which leaves a corner.
            let limit = (1.4 * start - 0.1) * (1.0 - share) + (1.4 * end - 0.1) * share;
            if (depth as f32) < limit * size as f32 {
                pixels[3 * (y * size + x)..][..3].fill(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn rng(seed: u64) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(seed)
    }

    fn gradient(size: usize) -> Vec<u8> {
        (0..size * size)
            .flat_map(|at| [(at % size * 4) as u8, (at / size * 4) as u8, 90])
            .collect()
    }

    #[test]
    fn nothing_asked_for_changes_nothing() {
        let pixels = gradient(32);
        assert_eq!(
            Augment::default()
                .apply(&pixels, 32, 32, &mut rng(1))
                .unwrap(),
            pixels
        );
    }

    #[test]
    fn a_certain_flip_is_a_mirror_image() {
        let pixels = gradient(16);
        let flip = Augment {
            flip_horizontal: 1.0,
            ..Augment::default()
        };
        let flipped = flip.apply(&pixels, 16, 16, &mut rng(1)).unwrap();
        for y in 0..16 {
            for x in 0..16 {
                let at = |x: usize| 3 * (y * 16 + x);
                assert_eq!(flipped[at(x)..][..3], pixels[at(15 - x)..][..3]);
            }
        }
    }

    #[test]
    fn every_preset_is_valid_and_repeats_with_its_seed() {
        let pixels = gradient(48);
        for preset in [
            Augment::fundus(),
            Augment::oct(),
            Augment::chest(),
            Augment::photo(),
            Augment::paper(),
            Augment::fundus2(),
            Augment::oct2(),
            Augment::chest2(),
        ] {
            preset.check().unwrap();
            let of = |seed| preset.apply(&pixels, 48, 32, &mut rng(seed)).unwrap();
            assert_eq!(of(1), of(1));
            assert_ne!(of(1), of(2));
            assert_eq!(of(1).len(), 3 * 32 * 32);
        }
    }

    #[test]
    fn a_chest_is_never_upside_down_nor_mirrored() {
        // Brighter to the right and to the bottom stays so.
        let pixels = gradient(48);
        let at = |pixels: &[u8], x: usize, y: usize| pixels[3 * (y * 48 + x)..][..3].to_vec();
        for seed in 0..50 {
            let film = Augment {
                wedges: 0.0,
                ..Augment::chest()
            };
            let changed = film.apply(&pixels, 48, 48, &mut rng(seed)).unwrap();
            assert!(at(&changed, 38, 24)[0] > at(&changed, 10, 24)[0]);
            assert!(at(&changed, 24, 38)[1] > at(&changed, 24, 10)[1]);
        }
    }

    #[test]
    fn ranges_that_make_no_sense_are_refused() {
        let bad = [
            Augment {
                zoom: [1.2, 0.8],
                ..Augment::default()
            },
            Augment {
                rotation: f32::NAN,
                ..Augment::default()
            },
            Augment {
                jpeg: Effect::new(0.5, 0.0),
                ..Augment::default()
            },
            Augment {
                blur: Effect::new(1.5, 1.0),
                ..Augment::default()
            },
            Augment {
                resample: Effect::new(0.5, f32::NAN),
                ..Augment::default()
            },
            Augment {
                wedges: 1.5,
                ..Augment::default()
            },
        ];
        for augment in bad {
            assert!(augment.check().is_err(), "{augment:?}");
        }
    }
}
