//! The way of a pixel from one set of colours to sRGB.

use super::colours::Colours;
use super::curve::Curve;
use super::matrix::{self, Matrix, SRGB};
use image::RgbaImage;

/// Steps of light that are told apart on the way; where sRGB is steepest, a level takes 20 of them.
const STEPS: usize = 65_535;

/// Tables, so that millions of pixels take no powers.
pub struct Transform {
    /// Light of each stored value, per channel.
    light: [[f32; 256]; 3],
    /// To light of sRGB's primaries; nothing for greys, which have none.
    primaries: Option<[[f32; 3]; 3]>,
    /// Values of sRGB by light.
    values: Vec<u8>,
}

impl Transform {
    pub fn new(colours: &Colours) -> Self {
        let lights =
            |curve: &Curve| std::array::from_fn(|value| curve.light(value as f64 / 255.0) as f32);
        let (light, primaries) = match colours {
            Colours::Grey(curve) => {
                let light = lights(curve);
                ([light, light, light], None)
            }
            Colours::Rgb(curves, primaries) => (
                [lights(&curves[0]), lights(&curves[1]), lights(&curves[2])],
                Some(to_srgb(primaries)),
            ),
        };
        let values = (0..=STEPS)
            .map(|step| {
                let light = step as f64 / STEPS as f64;
                let value = if light <= 0.003_130_8 {
                    12.92 * light
                } else {
                    1.055 * light.powf(1.0 / 2.4) - 0.055
                };
                (255.0 * value).round() as u8
            })
            .collect();
        Self {
            light,
            primaries,
            values,
        }
    }

    /// Whether no value moves by more than rounding does: then the profile says what sRGB is.
    pub fn changes_nothing(&self) -> bool {
        let ramps = [
            [1, 1, 1],
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
            [1, 1, 0],
            [0, 1, 1],
            [1, 0, 1],
        ];
        (0..=u8::MAX).all(|value| {
            ramps.iter().all(|ramp| {
                let pixel = ramp.map(|on| on * value);
                let moved = self.convert(pixel);
                pixel
                    .iter()
                    .zip(moved)
                    .all(|(before, after)| before.abs_diff(after) <= 1)
            })
        })
    }

    pub fn apply(&self, pixels: &mut RgbaImage) {
        for pixel in pixels.pixels_mut() {
            let [r, g, b, _] = pixel.0;
            let converted = self.convert([r, g, b]);
            pixel.0[..3].copy_from_slice(&converted);
        }
    }

    fn convert(&self, pixel: [u8; 3]) -> [u8; 3] {
        let light: [f32; 3] =
            std::array::from_fn(|channel| self.light[channel][usize::from(pixel[channel])]);
        let light = match &self.primaries {
            Some(rows) => rows.map(|row| row[0] * light[0] + row[1] * light[1] + row[2] * light[2]),
            None => light,
        };
        // What sRGB cannot show becomes the nearest that it can; a cast of what is below 0 is 0.
        light.map(|light| self.values[((light * STEPS as f32 + 0.5) as usize).min(STEPS)])
    }
}

fn to_srgb(primaries: &Matrix) -> [[f32; 3]; 3] {
    // sRGB's own primaries have an inverse.
    let from_xyz = matrix::inverse(&SRGB).unwrap_or(SRGB);
    matrix::times(&from_xyz, primaries).map(|row| row.map(|value| value as f32))
}

#[cfg(test)]
mod tests {
    use super::super::matrix::{SRGB, of_chromaticities};
    use super::{Colours, Curve, Transform};

    fn rgb(curve: &Curve, primaries: super::Matrix) -> Transform {
        Transform::new(&Colours::Rgb(
            Box::new([curve.clone(), curve.clone(), curve.clone()]),
            primaries,
        ))
    }

    #[test]
    fn srgb_is_recognised_however_it_is_written() {
        let primaries =
            of_chromaticities([0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06]).unwrap();
        assert!(rgb(&Curve::srgb(), primaries).changes_nothing());
        let samples = (0..1024)
            .map(|at| (65_535.0 * Curve::srgb().light(f64::from(at) / 1023.0)).round() as u16);
        assert!(rgb(&Curve::Table(samples.collect()), SRGB).changes_nothing());
        assert!(Transform::new(&Colours::Grey(Curve::srgb())).changes_nothing());
        assert!(!Transform::new(&Colours::Grey(Curve::power(2.2))).changes_nothing());
        assert!(!rgb(&Curve::power(2.2), SRGB).changes_nothing());
    }

    #[test]
    fn white_black_and_order_stay() {
        let p3 = of_chromaticities([0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06]).unwrap();
        let transform = rgb(&Curve::srgb(), p3);
        assert_eq!(transform.convert([255; 3]), [255; 3]);
        assert_eq!(transform.convert([0; 3]), [0; 3]);
        // P3's red lies outside sRGB.
        assert_eq!(transform.convert([255, 0, 0]), [255, 0, 0]);
        let greys: Vec<u8> = (0..=255)
            .map(|v| Transform::new(&Colours::Grey(Curve::power(1.8))).convert([v; 3])[0])
            .step_by(16)
            .collect();
        assert!(greys.is_sorted());
    }
}
