//! Where the coded data of a JPEG end, found by reading every code of them (ITU-T T.81, annexes B and F).
//!
//! Only so is a file that was cut told from one that is all there but has something else where its end marker should be, as
//! some phones write it. Of baseline files alone: of a progressive one, nobody can say whether a scan is missing.

use super::markers::{RESTARTS, next_marker, skip_segment};

/// How many components a picture may have, and a scan of it.
const COMPONENTS: usize = 4;
/// Values of a block.
const BLOCK: usize = 64;

/// Where the coded data end, if every block of every component is there.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    let mut tables = Tables::default();
    let mut frame = None;
    let mut restart_interval = 0;
    let mut rest = bytes.get(2..)?;
    loop {
        let (marker, after) = next_marker(rest)?;
        let behind = skip_segment(after)?;
        let data = after.get(2..after.len() - behind.len())?;
        rest = behind;
        match marker {
            0xC0 | 0xC1 => frame = Some(Frame::of(data)?),
            0xC4 => tables.read(data)?,
            0xDD => restart_interval = usize::from(u16::from_be_bytes(*data.first_chunk()?)),
            0xDA => {
                let frame = frame.as_mut()?;
                let mut bits = Bits::new(bytes, bytes.len() - rest.len());
                frame.walk(data, &tables, restart_interval, &mut bits)?;
                if frame.components.iter().all(|component| component.seen) {
                    return Some(bits.at);
                }
                rest = &bytes[bits.at..];
            }
            // Coded in another way.
            0xC2..=0xCF => return None,
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

    /// Reads a scan to its last block.
    fn walk(
        &mut self,
        header: &[u8],
        tables: &Tables,
        restart_interval: usize,
        bits: &mut Bits,
    ) -> Option<()> {
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
        if scan.is_empty() {
            return None;
        }
        for unit in 0..units {
            if unit > 0 && unit.is_multiple_of(restart_interval) {
                bits.restart()?;
            }
            for coded in &scan {
                for _ in 0..coded.blocks {
                    bits.block(coded)?;
                }
            }
        }
        bits.fill()
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
            tables[usize::from(kind & 15)] = Some(Code {
                counts: *counts,
                symbols: symbols.to_vec(),
            });
            data = rest;
        }
        Some(())
    }
}

/// A Huffman code: how many of its symbols have 1 to 16 bits, and the symbols from the shortest on.
struct Code {
    counts: [u8; 16],
    symbols: Vec<u8>,
}

/// Coded data, bit by bit.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    byte: u8,
    /// Bits of `byte` that were not read yet.
    left: u8,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            byte: 0,
            left: 0,
        }
    }

    /// Nothing where the data end, be it by a marker.
    fn bit(&mut self) -> Option<usize> {
        if self.left == 0 {
            self.byte = *self.bytes.get(self.at)?;
            self.at += 1;
            // A plain 0xFF is followed by a zero; a marker is not.
            if self.byte == 0xFF {
                if *self.bytes.get(self.at)? != 0 {
                    return None;
                }
                self.at += 1;
            }
            self.left = 8;
        }
        self.left -= 1;
        Some(usize::from(self.byte >> self.left & 1))
    }

    fn skip(&mut self, count: u8) -> Option<()> {
        (0..count).try_for_each(|_| self.bit().map(|_| ()))
    }

    fn symbol(&mut self, code: &Code) -> Option<u8> {
        // Codes of one length are numbers in a row, and the symbols lie in their order.
        let (mut number, mut least, mut index) = (0, 0, 0);
        for &count in &code.counts {
            number = number << 1 | self.bit()?;
            let count = usize::from(count);
            if number < least + count {
                return code
                    .symbols
                    .get(index + number.checked_sub(least)?)
                    .copied();
            }
            index += count;
            least = (least + count) << 1;
        }
        None
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

    /// What is left of the last byte must be ones; of data that only happen to look like codes, it seldom is.
    fn fill(&mut self) -> Option<()> {
        let rest = (1 << self.left) - 1;
        let ones = self.byte & rest == rest;
        self.left = 0;
        ones.then_some(())
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

    use super::end;

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
