//! Where the coded data of a JPEG end, found by reading every code of them (ITU-T T.81, annexes B and F).
//!
//! Only so is a file that was cut told from one that is all there but has something else where its end marker should be, as
//! some phones write it; and one that has lost a part of its data, though its end is there. Of baseline files alone: of a
//! progressive one, nobody can say whether a scan is missing.

use super::markers::{EOI, RESTARTS, next_marker, skip_segment};

/// How many components a picture may have, and a scan of it.
const COMPONENTS: usize = 4;
/// Values of a block.
const BLOCK: usize = 64;

/// Where the coded data end, if every block of every component is there.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    find(bytes, true).ok()
}

/// Whether they end, or are none, before the last block.
pub(super) fn is_short(bytes: &[u8]) -> bool {
    find(bytes, false) == Err(Lost::Data)
}

/// Why the end is not found.
#[derive(Debug, PartialEq, Eq)]
enum Lost {
    /// What is said of the picture is cut off, or makes it one of another kind.
    Kind,
    /// The coded data are not all there.
    Data,
}

/// `strict` takes no filling bits but ones, as the standard has them and as some writers do not.
fn find(bytes: &[u8], strict: bool) -> Result<usize, Lost> {
    let mut tables = Tables::default();
    let mut frame = None;
    let mut restart_interval = 0;
    let mut rest = bytes.get(2..).ok_or(Lost::Kind)?;
    loop {
        let (marker, after) = next_marker(rest).ok_or(Lost::Kind)?;
        if marker == EOI && frame.is_some() {
            return Err(Lost::Data);
        }
        let behind = skip_segment(after).ok_or(Lost::Kind)?;
        let data = after.get(2..after.len() - behind.len());
        let data = data.ok_or(Lost::Kind)?;
        rest = behind;
        match marker {
            0xC0 | 0xC1 => frame = Some(Frame::of(data).ok_or(Lost::Kind)?),
            0xC4 => tables.read(data).ok_or(Lost::Kind)?,
            0xDD => {
                let interval = data.first_chunk().ok_or(Lost::Kind)?;
                restart_interval = usize::from(u16::from_be_bytes(*interval));
            }
            0xDA => {
                let frame = frame.as_mut().ok_or(Lost::Kind)?;
                let (scan, units) = frame.scan(data, &tables).ok_or(Lost::Kind)?;
                let mut bits = Bits::new(bytes, bytes.len() - rest.len(), strict);
                let end = bits.walk(&scan, units, restart_interval);
                let end = end.ok_or(Lost::Data)?;
                if frame.components.iter().all(|component| component.seen) {
                    return Ok(end);
                }
                rest = &bytes[end..];
            }
            // Coded in another way.
            0xC2..=0xCF => return Err(Lost::Kind),
            _ => {}
        }
    }
}

/// What is said of the picture.
struct Frame {
    width: usize,
    height: usize,
    components: Vec<Component>,
}

struct Component {
    id: u8,
    /// Blocks of it in a unit of an interleaved scan, across and down.
    across: usize,
    down: usize,
    /// Whether its scan was walked.
    seen: bool,
}

/// A component in a scan.
struct Coded<'a> {
    /// Blocks in a unit.
    blocks: usize,
    first: &'a Code,
    others: &'a Code,
}

impl Frame {
    fn of(data: &[u8]) -> Option<Self> {
        let (&[8, y1, y0, x1, x0, count], rest) = data.split_first_chunk::<6>()? else {
            return None;
        };
        let number = |high, low| usize::from(u16::from_be_bytes([high, low]));
        let (width, height) = (number(x1, x0), number(y1, y0));
        let count = usize::from(count);
        if width == 0 || height == 0 || !(1..=COMPONENTS).contains(&count) {
            return None;
        }
        let component = |&[id, sampling, _]: &[u8; 3]| {
            let (across, down) = (usize::from(sampling >> 4), usize::from(sampling & 15));
            let valid = (1..=4).contains(&across) && (1..=4).contains(&down);
            valid.then_some(Component {
                id,
                across,
                down,
                seen: false,
            })
        };
        let components = rest.as_chunks::<3>().0.get(..count)?.iter().map(component);
        Some(Self {
            width,
            height,
            components: components.collect::<Option<_>>()?,
        })
    }

    /// The components of a scan, and how many units it has.
    fn scan<'a>(&mut self, header: &[u8], tables: &'a Tables) -> Option<(Vec<Coded<'a>>, usize)> {
        let (&count, rest) = header.split_first()?;
        let count = usize::from(count);
        let chosen = rest.as_chunks::<2>().0.get(..count)?;
        let most =
            |side: fn(&Component) -> usize| self.components.iter().map(side).max().unwrap_or(1);
        let (most_across, most_down) = (most(|c| c.across), most(|c| c.down));
        let mut units = self.width.div_ceil(8 * most_across) * self.height.div_ceil(8 * most_down);
        let mut scan = Vec::with_capacity(COMPONENTS);
        for &[id, codes] in chosen {
            let component = self.components.iter_mut().find(|each| each.id == id)?;
            component.seen = true;
            let mut blocks = component.across * component.down;
            if count == 1 {
                // A component of its own comes block by block, without those beyond the picture's edge.
                let side = |pixels: usize, own: usize, most: usize| {
                    (pixels * own).div_ceil(most).div_ceil(8)
                };
                units = side(self.width, component.across, most_across)
                    * side(self.height, component.down, most_down);
                blocks = 1;
            }
            scan.push(Coded {
                blocks,
                first: tables.first[usize::from(codes >> 4)].as_ref()?,
                others: tables.others[usize::from(codes & 15)].as_ref()?,
            });
        }
        (!scan.is_empty()).then_some((scan, units))
    }
}

/// Codes of the first value of a block, and of the others, by their number.
#[derive(Default)]
struct Tables {
    first: [Option<Code>; 16],
    others: [Option<Code>; 16],
}

impl Tables {
    fn read(&mut self, mut data: &[u8]) -> Option<()> {
        while let Some((&kind, rest)) = data.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>()?;
            let total = counts.iter().map(|&count| usize::from(count)).sum();
            let (symbols, rest) = rest.split_at_checked(total)?;
            let tables = match kind >> 4 {
                0 => &mut self.first,
                1 => &mut self.others,
                _ => return None,
            };
            tables[usize::from(kind & 15)] = Some(Code::new(counts, symbols));
            data = rest;
        }
        Some(())
    }
}

/// A Huffman code.
struct Code {
    /// How many of its symbols have 1 to 16 bits, and the symbols from the shortest on.
    counts: [u8; 16],
    symbols: Vec<u8>,
    /// By the next eight bits: the symbol and how many of them it has; 0 where it has more.
    short: [(u8, u8); 256],
}

impl Code {
    fn new(counts: &[u8; 16], symbols: &[u8]) -> Self {
        let mut code = Self {
            counts: *counts,
            symbols: symbols.to_vec(),
            short: [(0, 0); 256],
        };
        for next in 0..=255_u8 {
            let found = code.find(u32::from(next) << 24, 8);
            code.short[usize::from(next)] = found.unwrap_or((0, 0));
        }
        code
    }

    /// The symbol at the upper end of `window`, and how many bits it has, where these are at most `most`.
    fn find(&self, window: u32, most: u8) -> Option<(u8, u8)> {
        // Codes of one length are numbers in a row, and the symbols lie in their order.
        let (mut least, mut index) = (0, 0);
        for (&count, length) in self.counts.iter().zip(1..=most) {
            let number = (window >> (32 - length)) as usize;
            let count = usize::from(count);
            if number < least + count {
                let symbol = self.symbols.get(index + number.checked_sub(least)?)?;
                return Some((*symbol, length));
            }
            index += count;
            least = (least + count) << 1;
        }
        None
    }
}

/// Coded data, bit by bit.
struct Bits<'a> {
    bytes: &'a [u8],
    /// Behind what is in the window.
    at: usize,
    /// The next bits, from the upper end on; zeros behind them.
    window: u32,
    /// How many of them are bits of the file.
    left: u8,
    strict: bool,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8], at: usize, strict: bool) -> Self {
        Self {
            bytes,
            at,
            window: 0,
            left: 0,
            strict,
        }
    }

    /// Where the last block of a scan ends; nothing where one is missing.
    fn walk(&mut self, scan: &[Coded], units: usize, restart_interval: usize) -> Option<usize> {
        for unit in 0..units {
            if unit > 0 && unit.is_multiple_of(restart_interval) {
                self.restart()?;
            }
            for coded in scan {
                for _ in 0..coded.blocks {
                    self.block(coded)?;
                }
            }
        }
        self.fill()?;
        Some(self.at)
    }

    /// As many bits as have room, up to a marker or the end.
    fn load(&mut self) {
        while self.left <= 24 {
            let Some(&byte) = self.bytes.get(self.at) else {
                return;
            };
            if byte == 0xFF {
                // A plain 0xFF is followed by a zero; a marker is not.
                if self.bytes.get(self.at + 1) != Some(&0) {
                    return;
                }
                self.at += 1;
            }
            self.at += 1;
            self.window |= u32::from(byte) << (24 - self.left);
            self.left += 8;
        }
    }

    /// Nothing where the data end, be it by a marker.
    fn skip(&mut self, count: u8) -> Option<()> {
        if self.left < count {
            self.load();
        }
        self.left = self.left.checked_sub(count)?;
        self.window = self.window.unbounded_shl(count.into());
        Some(())
    }

    fn symbol(&mut self, code: &Code) -> Option<u8> {
        if self.left < 16 {
            self.load();
        }
        let (symbol, length) = match code.short[(self.window >> 24) as usize] {
            (_, 0) => code.find(self.window, 16)?,
            short => short,
        };
        self.skip(length)?;
        Some(symbol)
    }

    fn block(&mut self, coded: &Coded) -> Option<()> {
        let size = self.symbol(coded.first)?;
        if size > 11 {
            return None;
        }
        self.skip(size)?;
        let mut value = 1;
        while value < BLOCK {
            let symbol = self.symbol(coded.others)?;
            let (zeros, size) = (usize::from(symbol >> 4), symbol & 15);
            if size == 0 && zeros < 15 {
                return Some(());
            }
            self.skip(size)?;
            value += zeros + 1;
        }
        (value == BLOCK).then_some(())
    }

    /// Ends at a whole byte. What is left of the last one must be ones; of data that only happen to look like codes, it seldom
    /// is.
    fn fill(&mut self) -> Option<()> {
        let rest = u32::from(self.left % 8);
        let ones = self.window.unbounded_shr(32 - rest) == (1 << rest) - 1;
        // Bytes that were loaded ahead are given back, and a plain 0xFF with the zero that follows it.
        for _ in 0..self.left / 8 {
            self.at -= 1;
            if self.bytes[..=self.at].ends_with(&[0xFF, 0]) {
                self.at -= 1;
            }
        }
        (self.window, self.left) = (0, 0);
        (ones || !self.strict).then_some(())
    }

    fn restart(&mut self) -> Option<()> {
        self.fill()?;
        let rest = self.bytes.get(self.at..)?;
        let filled = rest.iter().take_while(|&&byte| byte == 0xFF).count();
        self.at += filled + 1;
        let is_restart = RESTARTS.contains(rest.get(filled)?);
        (filled > 0 && is_restart).then_some(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::{end, is_short};

    /// Made by tests/formats/make_odd.py.
    const FILES: [&[u8]; 3] = [
        include_bytes!("../../../../../tests/formats/trailer.jpg"),
        include_bytes!("../../../../../tests/formats/trailer-restarts.jpg"),
        include_bytes!("../../../../../tests/formats/trailer-grey.jpg"),
    ];

    #[test]
    fn data_end_where_the_last_block_does() {
        for file in FILES {
            let name = b"Image_UTC";
            let name = file.windows(name.len()).position(|part| part == name);
            // Of the trailer, eight bytes are before the name.
            let trailer = name.unwrap() - 8;
            for length in 0..file.len() {
                let expected = (length >= trailer).then_some(trailer);
                assert_eq!(end(&file[..length]), expected, "{length} bytes");
            }
        }
    }

    #[test]
    fn what_has_lost_its_data_is_short() {
        for file in FILES {
            let whole = [&file[..end(file).unwrap()], b"\xff\xd9"].concat();
            assert!(!is_short(&whole));
            let scan = whole.windows(2).position(|pair| pair == b"\xff\xda");
            // Behind the longest header that a scan of theirs has.
            let start = scan.unwrap() + 14;
            let third = (whole.len() - start) / 3;
            let lost = [&whole[..start + third], &whole[start + 2 * third..]].concat();
            assert!(is_short(&lost));
        }
        // Of what is not walked, nothing is said.
        assert!(!is_short(b"\xff\xd8\xff\xd9"));
        let progressive = include_bytes!("../../../../../tests/formats/progressive.jpg");
        assert!(!is_short(progressive));
    }

    /// The name of a component is seldom 0xFF, its codes seldom all of one length, and so on.
    #[test]
    fn whatever_a_byte_becomes_it_ends() {
        for file in FILES {
            for at in 0..file.len() {
                for value in [0, 1, 0x11, 0x7F, 0xFF] {
                    let mut damaged = file.to_vec();
                    damaged[at] = value;
                    if let Some(end) = end(&damaged) {
                        assert!(end <= damaged.len());
                    }
                }
            }
        }
    }
}
