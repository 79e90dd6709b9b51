//! Decoding pictures that nobody vouches for.
//!
//! Everything that a header claims is checked against [`Limits`] before a pixel is allocated. The result is upright
//! (EXIF orientation applied once) and opaque (transparency laid over white, as a page shows it), because the network
//! must see what the person sees. Colours become those of sRGB, and of 16 bits those that are used become 8.

use super::{
    Grey16, Note, Photo, alpha, bmp, colour, foreign, frames, jpeg, png, pnm, tiff, tiff_profile,
};
use crate::error::{Error, Result, error};
use image::error::{ImageError, LimitErrorKind};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbaImage};
use std::borrow::Cow;
use std::io::{self, Cursor};

/// What decoding may cost. The defaults keep the peak under a gigabyte, which a browser tab can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file (default 64 MiB).
    pub bytes: usize,
    /// Pixels of the picture (default 50 million: more than phones take).
    pub pixels: u64,
    /// Longest side in pixels (default 16384).
    pub side: u32,
    /// Bytes that a decoder may allocate (default 512 MiB).
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            pixels: 50_000_000,
            side: 16_384,
            memory: 512 << 20,
        }
    }
}

impl Limits {
    /// Whether a picture of this size may be opened.
    #[cfg(feature = "tiff")]
    fn fit(&self, width: u32, height: u32) -> bool {
        let pixels = u64::from(width) * u64::from(height);
        width.max(height) <= self.side && (1..=self.pixels).contains(&pixels)
    }
}

/// A picture as its decoder gives it, upright.
struct Opened {
    picture: DynamicImage,
    format: &'static str,
    /// The colour profile that came along.
    icc: Option<Vec<u8>>,
    /// Whether the file is without colour.
    grey: bool,
    /// How many bits the file says that its grey values have.
    stated_bits: Option<u8>,
    /// Whether colours were multiplied by how opaque their pixel is.
    premultiplied: bool,
    /// Which of several pictures it is.
    notes: Vec<Note>,
}

/// Decodes the first picture in a PNG, JPEG, WebP, BMP, GIF, TIFF, PBM, PGM, PPM or PAM.
///
/// [`Photo::notes`] say which one of several was taken and what was done to its values: of a grey picture of 16 bits those that
/// are used are shown, and other colours than those of sRGB are converted.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Photo> {
    let opened = open(bytes, limits)?;
    let Opened { format, grey, .. } = opened;
    let icc = opened.icc;
    let mut notes = opened.notes;
    let mut pixels = match opened.picture {
        DynamicImage::ImageLuma16(values) => {
            let grey = Grey16::new(values, opened.stated_bits, format);
            if grey.bits < 16 {
                notes.push(Note::Bits { bits: grey.bits });
            }
            grey.pixels(&grey.window())
        }
        picture => {
            let mut pixels = eight_bits(picture);
            if opened.premultiplied {
                alpha::divide(&mut pixels);
            }
            pixels
        }
    };
    notes.extend(colour::to_srgb(&mut pixels, icc.as_deref(), bytes, grey));
    alpha::lay_over_white(&mut pixels);
    Ok(Photo {
        notes,
        ..Photo::new(pixels, format)
    })
}

/// A grey picture of 16 bits, for whoever chooses the window on it; nothing where it is any other.
pub fn decode_grey16(bytes: &[u8], limits: &Limits) -> Result<Option<Grey16>> {
    let opened = open(bytes, limits)?;
    Ok(match opened.picture {
        DynamicImage::ImageLuma16(values) => Some(Grey16 {
            notes: opened.notes,
            ..Grey16::new(values, opened.stated_bits, opened.format)
        }),
        _ => None,
    })
}

fn open(bytes: &[u8], limits: &Limits) -> Result<Opened> {
    if bytes.is_empty() {
        return Err(error!(PICTURE_EMPTY));
    }
    if bytes.len() > limits.bytes {
        return Err(error!(
            PICTURE_FILE_TOO_LARGE,
            megabytes = bytes.len() >> 20,
            most = limits.bytes >> 20
        ));
    }
    let format = if tiff::IS_READ && tiff::is_big(bytes) {
        ImageFormat::Tiff
    } else {
        image::guess_format(bytes).map_err(|_| foreign::refusal(bytes))?
    };
    let name = format_name(format, bytes).ok_or_else(|| foreign::refusal(bytes))?;
    refuse_by_header(bytes, format, name)?;

    let notes = Vec::from_iter(frames::note(bytes, format));
    let Whole {
        bytes,
        is_cut,
        height,
    } = whole(bytes, format);
    let bytes = &bytes[..];
    let is_tiff = tiff::IS_READ && format == ImageFormat::Tiff;
    let premultiplied = is_tiff && tiff::is_premultiplied(bytes);
    let reader = ImageReader::with_format(Cursor::new(bytes), format);
    let not_decoded = |error: ImageError| match format {
        // Its decoder may find a fault besides, and then tells it better.
        ImageFormat::Jpeg => not_decoded(name, &error),
        _ if is_cut => cut_off(name),
        _ if is_tiff && matches!(error, ImageError::Unsupported(_)) => {
            let reason = tiff::reason(bytes).unwrap_or_else(|| error.to_string());
            error!(PICTURE_KIND, format = name, reason)
        }
        _ => not_decoded(name, &error),
    };
    let mut decoder = match reader.into_decoder() {
        Ok(decoder) => decoder,
        Err(error) => {
            let picture = if is_tiff { rarer(bytes, limits)? } else { None };
            let picture = picture.ok_or_else(|| not_decoded(error))?;
            // Its range was chosen already.
            let mut picture = DynamicImage::ImageRgba8(eight_bits(picture));
            crop(&mut picture, height);
            let orientation = tiff::orientation(bytes).and_then(Orientation::from_exif);
            turn(
                &mut picture,
                orientation.unwrap_or(Orientation::NoTransforms),
            );
            return Ok(Opened {
                picture,
                format: name,
                icc: None,
                grey: false,
                stated_bits: None,
                premultiplied,
                notes,
            });
        }
    };
    check_claims(&decoder, limits)?;
    let mut decoder_limits = image::Limits::default();
    decoder_limits.max_image_width = Some(limits.side);
    decoder_limits.max_image_height = Some(limits.side);
    decoder_limits.max_alloc = Some(limits.memory);
    decoder.set_limits(decoder_limits).map_err(not_decoded)?;
    // A picture with unreadable metadata is still a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let icc = decoder.icc_profile().unwrap_or(None);
    let icc = icc.or_else(|| {
        let profile = is_tiff.then(|| tiff_profile::profile(bytes)).flatten();
        profile.map(<[u8]>::to_vec)
    });
    let grey = matches!(
        decoder.color_type(),
        ColorType::L8 | ColorType::L16 | ColorType::La8 | ColorType::La16
    );
    let mut picture = DynamicImage::from_decoder(decoder).map_err(not_decoded)?;
    if is_cut && format == ImageFormat::Jpeg {
        return Err(cut_off(name));
    }
    if format == ImageFormat::Jpeg && jpeg::lacks_data(bytes) {
        let reason = "some of its data are missing";
        return Err(error!(PICTURE_DAMAGED, format = name, reason));
    }
    crop(&mut picture, height);
    let stated_bits = match (format, &mut picture) {
        (ImageFormat::Png, _) => png::stated_bits(bytes),
        (ImageFormat::Pnm, DynamicImage::ImageLuma16(values)) => pnm::own_values(bytes, values),
        _ => None,
    };
    if let (true, DynamicImage::ImageRgb32F(colours)) = (is_tiff, &mut picture) {
        tiff::in_range(colours).ok_or_else(|| without_numbers(name))?;
    }
    turn(&mut picture, orientation);
    Ok(Opened {
        picture,
        format: name,
        icc,
        grey,
        stated_bits,
        premultiplied,
        notes,
    })
}

/// Refuses what a decoder takes for damaged, or shows falsely, and what its first bytes tell.
fn refuse_by_header(bytes: &[u8], format: ImageFormat, name: &str) -> Result<()> {
    if let Some(kind) = jpeg::unread(bytes) {
        return Err(error!(PICTURE_FORMAT, format = kind));
    }
    let kind = match format {
        ImageFormat::Jpeg => jpeg::kind(bytes),
        ImageFormat::Png => png::kind(bytes),
        _ => None,
    };
    if let Some(reason) = kind {
        return Err(error!(PICTURE_KIND, format = name, reason));
    }
    match bmp::fault(bytes).filter(|_| format == ImageFormat::Bmp) {
        Some(reason) => Err(error!(PICTURE_DAMAGED, format = name, reason)),
        None => Ok(()),
    }
}

/// A TIFF of a kind that is read here; nothing where the decoder's refusal stands.
#[cfg(feature = "tiff")]
fn rarer(bytes: &[u8], limits: &Limits) -> Result<Option<DynamicImage>> {
    let fits = |width, height| limits.fit(width, height);
    match tiff::decode(bytes, limits.memory, fits) {
        Ok(tiff::Rarer::Picture(picture)) => Ok(Some(picture)),
        Ok(tiff::Rarer::WithoutNumbers) => Err(without_numbers("TIFF")),
        Ok(tiff::Rarer::Other) | Err(_) => Ok(None),
    }
}

#[cfg(not(feature = "tiff"))]
fn rarer(_: &[u8], _: &Limits) -> Result<Option<DynamicImage>> {
    Ok(None)
}

fn without_numbers(format: &str) -> Error {
    let reason = "none of its values is a number";
    error!(PICTURE_DAMAGED, format, reason)
}

/// A file as its decoder needs it.
struct Whole<'a> {
    bytes: Cow<'a, [u8]>,
    /// Whether it was cut off: of a PNG that it may have been, so that what is wrong with it follows from that.
    is_cut: bool,
    /// How high the picture is, where the decoder is told more.
    height: Option<u32>,
}

fn whole(bytes: &[u8], format: ImageFormat) -> Whole<'_> {
    let as_it_is = Cow::Borrowed(bytes);
    let mut height = None;
    let (bytes, is_cut) = match format {
        ImageFormat::Tiff if tiff::IS_READ => {
            let first = tiff::with_picture_first(bytes);
            match tiff::amended(&first) {
                Some(amended) => {
                    height = amended.height;
                    (Cow::Owned(amended.bytes), false)
                }
                None => (first, false),
            }
        }
        ImageFormat::Png => {
            let whole = png::with_end(bytes);
            let is_cut = matches!(whole, Cow::Owned(_));
            (whole, is_cut)
        }
        ImageFormat::Jpeg => match jpeg::whole(bytes) {
            Some(whole) => (whole, false),
            None => (as_it_is, true),
        },
        ImageFormat::WebP => (as_it_is, !riff_is_complete(bytes)),
        _ => (as_it_is, false),
    };
    Whole {
        bytes,
        is_cut,
        height,
    }
}

/// Leaves out what is below the picture.
fn crop(picture: &mut DynamicImage, height: Option<u32>) {
    if let Some(height) = height {
        *picture = picture.crop_imm(0, 0, picture.width(), height);
    }
}

/// Out of line, as what follows: a browser optimises whole functions while the first picture waits, and these loops would
/// drag every decoder along.
#[inline(never)]
fn turn(picture: &mut DynamicImage, orientation: Orientation) {
    picture.apply_orientation(orientation);
}

#[inline(never)]
fn eight_bits(picture: DynamicImage) -> RgbaImage {
    picture.into_rgba8()
}

fn check_claims(decoder: &impl ImageDecoder, limits: &Limits) -> Result<()> {
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(error!(PICTURE_WITHOUT_PIXELS, width, height));
    }
    let pixels = u64::from(width) * u64::from(height);
    if width > limits.side || height > limits.side || pixels > limits.pixels {
        return Err(error!(
            PICTURE_TOO_LARGE,
            width,
            height,
            most = limits.pixels / 1_000_000,
            side = limits.side
        ));
    }
    if decoder.total_bytes() > limits.memory {
        return Err(error!(
            PICTURE_NEEDS_MEMORY,
            megabytes = decoder.total_bytes() >> 20,
            most = limits.memory >> 20
        ));
    }
    Ok(())
}

fn format_name(format: ImageFormat, bytes: &[u8]) -> Option<&'static str> {
    match format {
        ImageFormat::Png => Some("PNG"),
        ImageFormat::Jpeg => Some("JPEG"),
        ImageFormat::WebP => Some("WebP"),
        ImageFormat::Bmp => Some("BMP"),
        ImageFormat::Gif => Some("GIF"),
        ImageFormat::Tiff => tiff::IS_READ.then_some("TIFF"),
        ImageFormat::Pnm => pnm::name(bytes),
        _ => None,
    }
}

fn not_decoded(format: &str, error: &ImageError) -> Error {
    match error {
        ImageError::Limits(limit) if limit.kind() == LimitErrorKind::InsufficientMemory => {
            error!(PICTURE_BEYOND_MEMORY, format)
        }
        ImageError::Limits(_) => error!(PICTURE_BEYOND_LIMITS, format),
        ImageError::Unsupported(_) => error!(PICTURE_KIND, format, reason = error),
        _ => damaged(format, error),
    }
}

/// Decoders wrap one error in another; the innermost says what happened.
fn damaged(format: &str, error: &ImageError) -> Error {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let io = match error {
        ImageError::IoError(error) => Some(error.kind()),
        _ => innermost.downcast_ref().map(io::Error::kind),
    };
    let why = innermost.to_string();
    // Where a decoder has no type for it, its words must do.
    let says = |words: &str| why.to_lowercase().contains(words);
    let too_short = says("unexpected end of file") || says("not enough data was provided");
    if io == Some(io::ErrorKind::UnexpectedEof) || too_short {
        return cut_off(format);
    }
    if says("too large") {
        return error!(PICTURE_CLAIMS_TOO_MUCH, format);
    }
    if says("crc error") {
        let reason = "a checksum does not fit its data";
        return error!(PICTURE_DAMAGED, format, reason);
    }
    error!(PICTURE_DAMAGED, format, reason = chunk_by_name(&why))
}

/// The decoder of PNG writes down all that it knows of a chunk; its name will do.
fn chunk_by_name(why: &str) -> String {
    let named = || {
        let (before, rest) = why.split_once("ChunkType { type: ")?;
        let (chunk, after) = rest.split_once('}')?;
        let (name, _) = chunk.split_once(',')?;
        Some(format!("{before}{name}{after}"))
    };
    named().unwrap_or_else(|| why.to_owned())
}

fn cut_off(format: &str) -> Error {
    error!(PICTURE_CUT_OFF, format)
}

/// Whether a WebP is as long as its container (RIFF) says; its decoder only finds the data corrupt.
fn riff_is_complete(bytes: &[u8]) -> bool {
    let length = bytes.get(4..).and_then(|rest| rest.first_chunk());
    length.is_some_and(|length| bytes.len() as u64 >= 8 + u64::from(u32::from_le_bytes(*length)))
}
