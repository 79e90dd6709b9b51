//! A DICOM file of one picture or many.

use crate::about::{About, Greys};
use crate::attributes::{Attributes, Layout, Photometric};
use crate::codec::{self, compressed};
use crate::colour::{Palette, rgb_of_ybr};
use crate::developed::Developed;
use crate::elements::{self, DataSet, EXPLICIT, Tag};
use crate::frames::{self, Pieces};
use crate::greys::{self, Greys as Stored, Scale};
use crate::header::{self, Field};
use crate::recognise;
use crate::syntax::{Coding, Syntax};
use crate::voi::{self, Preset, Table, Tone};
use image::RgbaImage;
use softcam::error;
use softcam::error::Result;
use softcam::preprocess::{Limits, Note, Photo, Size, Window, paint, resize_pixels};
use std::borrow::Cow;

/// The name of the format, for people.
const FORMAT: &str = "DICOM";
/// Spacings that differ by less are alike.
const SQUARE: f64 = 0.01;
/// Pixels that are longer than this many times their width are taken for an error.
const LONGEST: f64 = 8.0;

/// A file that has been read up to its pixels.
pub struct Dicom {
    /// The data set, unpacked where it was deflated.
    bytes: Vec<u8>,
    set: DataSet,
    /// What the file says about itself, apart from the data set: without what may name somebody, and with it.
    meta: [Vec<Field>; 2],
    syntax: Syntax,
    layout: Layout,
    frames: Vec<Pieces>,
    limits: Limits,
    /// The frame that was shown last.
    decoded: Option<(u32, Pixels)>,
}

enum Pixels {
    Grey(Stored),
    Colour(RgbaImage),
}

impl Dicom {
    pub fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Self> {
        let (bytes, meta, syntax, start) = unpacked(bytes, limits)?;
        let end = bytes.len();
        let set = elements::read(&bytes, start..end, syntax.encoding, |_| true);
        let attributes = Attributes {
            bytes: &bytes,
            set: &set,
        };
        if let Coding::Other(name) = syntax.coding {
            return Err(compressed(name, &syntax));
        }
        if attributes
            .element(0x7FE0_0008)
            .or(attributes.element(0x7FE0_0009))
            .is_some()
        {
            return Err(crate::attributes::kind("values with a point"));
        }
        if set.too_deep {
            let depth = elements::DEPTH;
            let what = format!("sequences within sequences, more than {depth} deep");
            return Err(crate::attributes::kind(&what));
        }
        // A file without a picture lacks all of what describes one.
        let lacking =
            attributes.element(0x7FE0_0010).is_none() && attributes.element(0x0028_0010).is_none();
        if lacking && !set.cut_off {
            let modality = attributes
                .text(0x0008_0060)
                .unwrap_or_else(|| "?".to_owned());
            return Err(error!(FILM_WITHOUT_PICTURE, modality));
        }
        if lacking {
            return Err(error!(FILM_CUT_OFF));
        }
        let layout = attributes.layout()?;
        check_size(layout.columns, layout.rows, limits)?;
        let frames = frames::locate(&attributes, &layout, &syntax)?;
        Ok(Self {
            set,
            meta,
            syntax,
            layout,
            frames,
            limits: *limits,
            decoded: None,
            bytes,
        })
    }

    pub fn about(&self) -> About {
        About {
            format: FORMAT,
            frames: self.layout.frames,
            grey: matches!(self.layout.photometric, Photometric::Grey { .. }),
            header: true,
        }
    }

    pub fn header(&self, people: bool) -> Vec<Field> {
        let mut fields = self.meta[usize::from(people)].clone();
        fields.extend(header::fields(&self.attributes(), people));
        fields
    }

    fn attributes(&self) -> Attributes<'_> {
        Attributes {
            bytes: &self.bytes,
            set: &self.set,
        }
    }

    /// What the file says of one frame in a group of its own, or of all frames in a shared one (PS3.3, C.7.6.16).
    fn group(&self, frame: u32, tag: Tag) -> Option<DataSet> {
        let attributes = self.attributes();
        let of = |item: Option<DataSet>| {
            let set = item?;
            Attributes {
                set: &set,
                ..attributes
            }
            .sequence(tag)
            .into_iter()
            .next()
        };
        let own = attributes
            .sequence(0x5200_9230)
            .into_iter()
            .nth(frame as usize - 1);
        of(own).or_else(|| of(attributes.sequence(0x5200_9229).into_iter().next()))
    }

    pub fn develop(&mut self, frame: u32, tone: Option<Tone>) -> Result<Developed> {
        let frames = self.layout.frames;
        if !(1..=frames).contains(&frame) {
            return Err(error!(FILM_FRAME, frame, frames));
        }
        if self.decoded.as_ref().is_none_or(|(kept, _)| *kept != frame) {
            // The one before makes room first.
            self.decoded = None;
            self.decoded = Some((frame, self.decode(frame)?));
        }
        let (pixels, greys, mut notes) = match &self.decoded {
            Some((_, Pixels::Grey(stored))) => self.through(frame, stored, tone)?,
            Some((_, Pixels::Colour(pixels))) if tone.is_none() => {
                (pixels.clone(), None, Vec::new())
            }
            _ => return Err(error!(WINDOW_NOT_USED)),
        };
        if frames > 1 {
            notes.insert(0, Note::Frame { frame, frames });
        }
        let (pixels, note) = self.square(frame, pixels)?;
        notes.extend(note);
        let mut photo = Photo::new(pixels, FORMAT);
        photo.notes = notes;
        Ok(Developed { photo, greys })
    }

    fn decode(&self, frame: u32) -> Result<Pixels> {
        let layout = &self.layout;
        let pieces = &self.frames[frame as usize - 1];
        let bytes: Cow<[u8]> = match &pieces[..] {
            [piece] => Cow::Borrowed(&self.bytes[piece.clone()]),
            pieces => Cow::Owned(
                pieces
                    .iter()
                    .flat_map(|piece| &self.bytes[piece.clone()])
                    .copied()
                    .collect(),
            ),
        };
        let words = self
            .attributes()
            .element(0x7FE0_0010)
            .is_some_and(|element| &element.vr == b"OW");
        let codec::Samples { mut values, rgb } =
            codec::decode(&bytes, layout, &self.syntax, words, frame - 1)?;
        // Bits above and below those that are stored may hold anything.
        let (shift, mask) = (
            layout.high + 1 - layout.stored,
            ((1_u32 << layout.stored) - 1) as u16,
        );
        let (lowest, half) = (greys::lowest(layout), 1_u16 << (layout.stored - 1));
        for value in &mut values {
            *value = *value >> shift & mask;
            if layout.signed {
                // From two's complement to a count from the lowest.
                *value ^= half;
            }
        }
        if matches!(layout.photometric, Photometric::Grey { .. }) {
            return Ok(Pixels::Grey(Stored {
                values,
                first: lowest,
            }));
        }
        let mut pixels = RgbaImage::new(layout.columns, layout.rows);
        if layout.photometric == Photometric::Palette {
            let palette = Palette::of(&self.attributes(), layout.signed)?;
            for (pixel, value) in pixels.pixels_mut().zip(values) {
                let [r, g, b] = palette.colour(i32::from(value) + lowest);
                pixel.0 = [r, g, b, 255];
            }
            return Ok(Pixels::Colour(pixels));
        }
        let most = u32::from(mask);
        let eight = |value: u16| ((u32::from(value) * 255 + most / 2) / most) as u8;
        let is_ybr = !rgb
            && matches!(
                layout.photometric,
                Photometric::Ybr { .. } | Photometric::YbrOfCodec
            );
        for (pixel, samples) in pixels.pixels_mut().zip(values.as_chunks::<3>().0) {
            let colours = samples.map(eight);
            let [r, g, b] = if is_ybr { rgb_of_ybr(colours) } else { colours };
            pixel.0 = [r, g, b, 255];
        }
        Ok(Pixels::Colour(pixels))
    }

    /// A grey frame as it is seen by `tone`.
    fn through(
        &self,
        frame: u32,
        stored: &Stored,
        tone: Option<Tone>,
    ) -> Result<(RgbaImage, Option<Greys>, Vec<Note>)> {
        let layout = &self.layout;
        let attributes = self.attributes();
        let group = self.group(frame, 0x0028_9145);
        let group = group.as_ref().map(|set| Attributes { set, ..attributes });
        let scale = Scale::of(&attributes, group.as_ref(), layout.signed);
        let tables = voi::tables(&attributes, scale.signed(layout));
        let mut presets = self.windows(frame);
        presets.extend(
            tables
                .iter()
                .enumerate()
                .map(|(table, Table { name, .. })| Preset {
                    name: name.clone(),
                    tone: Tone::Table { table },
                }),
        );
        let padding = greys::padding(&attributes, layout.signed);
        let (low, high) = greys::content(stored, &scale, padding.as_ref());
        let content = Window::between(low, high);
        let chosen = tone
            .or(presets.first().map(|preset| preset.tone))
            .unwrap_or(Tone::Window(content));
        let mut notes = Vec::new();
        let name = || {
            presets
                .iter()
                .find(|preset| preset.tone == chosen)
                .map_or_else(String::new, |preset| preset.name.clone())
        };
        let level: Box<dyn Fn(f64) -> u8> = match chosen {
            Tone::Window(Window {
                centre,
                width,
                curve,
            }) => {
                let window = Window::new(centre, width, curve)?;
                notes.push(if tone.is_none() && presets.is_empty() {
                    Note::Content
                } else {
                    Note::Window {
                        centre,
                        width,
                        name: name(),
                    }
                });
                Box::new(move |value| window.level(value))
            }
            Tone::Table { table } => {
                let of_file = tables.get(table).ok_or_else(|| error!(FILM_TABLE, table))?;
                notes.push(Note::Table { name: name() });
                Box::new(|value| of_file.level(value))
            }
        };
        if padding.is_some() && notes == [Note::Content] {
            notes.push(Note::Padding);
        }
        let inverted = layout.photometric == (Photometric::Grey { inverted: true });
        if inverted {
            notes.push(Note::Inverted);
        }
        let levels: Vec<u8> = (0..1 << 16)
            .map(|index| {
                let level = level(scale.value(index + stored.first));
                if inverted { 255 - level } else { level }
            })
            .collect();
        let size = Size {
            width: layout.columns,
            height: layout.rows,
        };
        let pixels = paint(size, &stored.values, &levels);
        let unit = attributes
            .text(0x0028_1054)
            .filter(|unit| unit != "US" && unit.chars().count() < 16);
        let whole = greys::whole(&scale, layout);
        let greys = Greys {
            tone: chosen,
            presets: presets.clone(),
            content,
            whole,
            unit: unit.unwrap_or_default(),
        };
        Ok((pixels, Some(greys), notes))
    }

    fn windows(&self, frame: u32) -> Vec<Preset> {
        let attributes = self.attributes();
        if let Some(set) = self.group(frame, 0x0028_9132) {
            return voi::windows(&Attributes {
                set: &set,
                ..attributes
            });
        }
        voi::windows(&attributes)
    }

    /// The picture as it is seen where its pixels are square.
    fn square(&self, frame: u32, pixels: RgbaImage) -> Result<(RgbaImage, Option<Note>)> {
        let (width, height) = pixels.dimensions();
        let Some(ratio) = self
            .ratio(frame)
            .filter(|ratio| (ratio - 1.0).abs() > SQUARE)
        else {
            return Ok((pixels, None));
        };
        let stretched = |length: u32, by: f64| (f64::from(length) * by).round() as u32;
        let target = if ratio > 1.0 {
            Size {
                width,
                height: stretched(height, ratio),
            }
        } else {
            Size {
                width: stretched(width, 1.0 / ratio),
                height,
            }
        };
        let fits = check_size(target.width, target.height, &self.limits).is_ok();
        if !(1.0 / LONGEST..=LONGEST).contains(&ratio) || !fits {
            return Ok((pixels, Some(Note::NotSquare)));
        }
        let size = Size { width, height };
        let resized = resize_pixels(pixels.as_raw(), size, size.whole(), target)?;
        let resized = RgbaImage::from_raw(target.width, target.height, resized).unwrap_or(pixels);
        Ok((resized, Some(Note::Square)))
    }

    /// How much higher than wide a pixel is.
    fn ratio(&self, frame: u32) -> Option<f64> {
        let attributes = self.attributes();
        let measures = self.group(frame, 0x0028_9110);
        let of = |from: &Attributes, tag: Tag| match from.decimals(tag)[..] {
            [down, across] if down > 0.0 && across > 0.0 => Some(down / across),
            _ => None,
        };
        let measured = measures.and_then(|set| {
            of(
                &Attributes {
                    set: &set,
                    ..attributes
                },
                0x0028_0030,
            )
        });
        let told = [0x0028_0034, 0x0028_0030, 0x0018_1164]
            .into_iter()
            .find_map(|tag| of(&attributes, tag));
        measured.or(told)
    }
}

/// The bytes that hold the data set, what is said about them (without and with people's fields), how they are written, and
/// where they begin.
type Unpacked = (Vec<u8>, [Vec<Field>; 2], Syntax, usize);

fn unpacked(bytes: Vec<u8>, limits: &Limits) -> Result<Unpacked> {
    let start = recognise::start(&bytes);
    let about = elements::read(&bytes, start..bytes.len(), EXPLICIT, |tag| tag >> 16 == 2);
    let attributes = Attributes {
        bytes: &bytes,
        set: &about,
    };
    let meta = [false, true].map(|people| header::fields(&attributes, people));
    let syntax = match attributes.text(0x0002_0010) {
        Some(uid) => Syntax::of(&uid),
        // Nothing is said: what most such files are, as far as their first bytes allow.
        None => {
            let bare = bytes
                .get(about.end..)
                .and_then(recognise::bare)
                .unwrap_or(elements::IMPLICIT);
            let uid = match (bare.explicit, bare.big_endian) {
                (_, true) => "1.2.840.10008.1.2.2",
                (true, _) => "1.2.840.10008.1.2.1",
                _ => "1.2.840.10008.1.2",
            };
            Syntax::of(uid)
        }
    };
    if !syntax.deflated {
        let start = about.end;
        return Ok((bytes, meta, syntax, start));
    }
    let most = limits.memory as usize;
    let set = miniz_oxide::inflate::decompress_to_vec_with_limit(&bytes[about.end..], most)
        .map_err(|failed| {
            if failed.status == miniz_oxide::inflate::TINFLStatus::HasMoreOutput {
                error!(PICTURE_BEYOND_MEMORY, format = FORMAT)
            } else {
                error!(FILM_CUT_OFF)
            }
        })?;
    Ok((set, meta, syntax, 0))
}

fn check_size(width: u32, height: u32, limits: &Limits) -> Result<()> {
    if width == 0 || height == 0 {
        return Err(error!(PICTURE_WITHOUT_PIXELS, width, height));
    }
    let pixels = u64::from(width) * u64::from(height);
    if pixels > limits.pixels || width > limits.side || height > limits.side {
        let (most, side) = (limits.pixels / 1_000_000, limits.side);
        return Err(error!(PICTURE_TOO_LARGE, width, height, most, side));
    }
    Ok(())
}
