//! ICC profiles of curves and primaries (ICC.1:2022). Nobody vouches for them: every offset is checked.

use super::colours::Colours;
use super::curve::Curve;
use crate::preprocess::Note;

/// Longest name that is repeated to people, in characters.
const NAME: usize = 60;
/// More samples than any curve has.
const SAMPLES: usize = 65_536;

/// The colours of a profile and its name, or why it cannot be used. `grey` says whether the picture is without colour.
pub fn read(profile: &[u8], grey: bool) -> Result<(Colours, String), Note> {
    let name = name(profile).unwrap_or_else(|| "ICC".to_owned());
    if profile.get(36..40) != Some(b"acsp") {
        return Err(Note::ProfileDamaged);
    }
    match profile.get(16..20) {
        Some(b"GRAY") if grey => {
            let curve = tag(profile, b"kTRC")
                .and_then(curve)
                .ok_or(Note::ProfileDamaged)?;
            Ok((Colours::Grey(curve), name))
        }
        Some(b"RGB ") => match rgb(profile) {
            Some(colours) => Ok((colours, name)),
            None if tag(profile, b"A2B0").is_some() => Err(Note::ProfileTable { name }),
            None => Err(Note::ProfileDamaged),
        },
        Some(_) => Err(Note::ProfileForeign { name }),
        None => Err(Note::ProfileDamaged),
    }
}

fn rgb(profile: &[u8]) -> Option<Colours> {
    let curves = [b"rTRC", b"gTRC", b"bTRC"].map(|kind| tag(profile, kind).and_then(curve));
    let [Some(r), Some(g), Some(b)] = curves else {
        return None;
    };
    let columns = [b"rXYZ", b"gXYZ", b"bXYZ"].map(|kind| tag(profile, kind).and_then(xyz));
    let [Some(red), Some(green), Some(blue)] = columns else {
        return None;
    };
    let primaries = std::array::from_fn(|row| [red[row], green[row], blue[row]]);
    super::matrix::inverse(&primaries)?;
    Some(Colours::Rgb(Box::new([r, g, b]), primaries))
}

/// The data of a tag.
fn tag<'a>(profile: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    let count = u32_at(profile, 128)? as usize;
    let entries = profile.get(132..)?.as_chunks::<12>().0;
    let entry = entries
        .iter()
        .take(count)
        .find(|entry| entry.starts_with(kind))?;
    let (offset, size) = (u32_at(entry, 4)? as usize, u32_at(entry, 8)? as usize);
    profile.get(offset..offset.checked_add(size)?)
}

fn curve(data: &[u8]) -> Option<Curve> {
    match data.get(..4)? {
        b"curv" => {
            let count = u32_at(data, 8)? as usize;
            let samples = data.get(12..)?.as_chunks::<2>().0;
            if count > SAMPLES || samples.len() < count {
                return None;
            }
            if count == 1 {
                return Some(Curve::power(
                    f64::from(u16::from_be_bytes(samples[0])) / 256.0,
                ));
            }
            Some(Curve::Table(
                samples[..count]
                    .iter()
                    .map(|bytes| u16::from_be_bytes(*bytes))
                    .collect(),
            ))
        }
        b"para" => {
            let kind = u16::from_be_bytes(*data.get(8..)?.first_chunk()?);
            let p = |index: usize| fixed_at(data, 12 + 4 * index);
            let g = p(0)?;
            Some(match kind {
                0 => Curve::power(g),
                1 => Curve::Parametric {
                    g,
                    a: p(1)?,
                    b: p(2)?,
                    c: 0.0,
                    d: -p(2)? / p(1)?,
                    e: 0.0,
                    f: 0.0,
                },
                2 => Curve::Parametric {
                    g,
                    a: p(1)?,
                    b: p(2)?,
                    c: 0.0,
                    d: -p(2)? / p(1)?,
                    e: p(3)?,
                    f: p(3)?,
                },
                3 => Curve::Parametric {
                    g,
                    a: p(1)?,
                    b: p(2)?,
                    c: p(3)?,
                    d: p(4)?,
                    e: 0.0,
                    f: 0.0,
                },
                4 => Curve::Parametric {
                    g,
                    a: p(1)?,
                    b: p(2)?,
                    c: p(3)?,
                    d: p(4)?,
                    e: p(5)?,
                    f: p(6)?,
                },
                _ => return None,
            })
        }
        _ => None,
    }
}

fn xyz(data: &[u8]) -> Option<[f64; 3]> {
    (data.starts_with(b"XYZ ")).then_some(())?;
    Some([fixed_at(data, 8)?, fixed_at(data, 12)?, fixed_at(data, 16)?])
}

/// What it calls itself, as far as that can be shown.
fn name(profile: &[u8]) -> Option<String> {
    let data = tag(profile, b"desc")?;
    let text: String = match data.get(..4)? {
        b"desc" => {
            let length = u32_at(data, 8)? as usize;
            let bytes = data.get(12..12_usize.checked_add(length)?)?;
            bytes
                .iter()
                .take_while(|&&byte| byte != 0)
                .map(|&byte| char::from(byte))
                .collect()
        }
        b"mluc" => {
            let (length, offset) = (u32_at(data, 20)? as usize, u32_at(data, 24)? as usize);
            let bytes = data.get(offset..offset.checked_add(length)?)?;
            let units = bytes
                .as_chunks::<2>()
                .0
                .iter()
                .map(|pair| u16::from_be_bytes(*pair));
            char::decode_utf16(units)
                .map(|unit| unit.unwrap_or('\u{fffd}'))
                .collect()
        }
        _ => return None,
    };
    let shown: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME)
        .collect();
    (!shown.trim().is_empty()).then(|| shown.trim().to_owned())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// A number with 16 bits before its point and 16 after it (s15Fixed16).
fn fixed_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from(u32_at(bytes, at)? as i32) / 65_536.0)
}

#[cfg(test)]
mod tests {
    use super::{Note, read};

    #[test]
    fn what_is_no_profile_is_damaged() {
        let huge_count = {
            let mut bytes = vec![0; 200];
            bytes[36..40].copy_from_slice(b"acsp");
            bytes[16..20].copy_from_slice(b"RGB ");
            bytes[128..132].copy_from_slice(&u32::MAX.to_be_bytes());
            bytes[132..136].copy_from_slice(b"rTRC");
            bytes[136..144].fill(0xff);
            bytes
        };
        for bytes in [&[][..], &[0; 128], &huge_count] {
            assert_eq!(read(bytes, false), Err(Note::ProfileDamaged));
        }
    }
}
