//! Bits of coded data: after a byte of ones, the first bit of the next one is left out (T.87, 9.1).

pub struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    buffer: u32,
    left: u32,
    after_ones: bool,
    /// Bits that were asked for and are not there.
    pub missing: u32,
}

impl<'a> Bits<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            buffer: 0,
            left: 0,
            after_ones: false,
            missing: 0,
        }
    }

    /// Bytes that were read.
    pub fn used(&self) -> usize {
        self.at
    }

    pub fn bit(&mut self) -> bool {
        if self.left == 0 {
            let byte = self.bytes.get(self.at).copied();
            match byte {
                // A marker ends the data.
                Some(byte) if !(self.after_ones && byte >= 0x80) => {
                    self.at += 1;
                    self.buffer = u32::from(byte);
                    self.left = if self.after_ones { 7 } else { 8 };
                    self.after_ones = byte == 0xFF;
                }
                _ => {
                    self.missing += 1;
                    return false;
                }
            }
        }
        self.left -= 1;
        self.buffer >> self.left & 1 == 1
    }

    pub fn number(&mut self, bits: u32) -> i32 {
        (0..bits).fold(0, |number, _| number << 1 | i32::from(self.bit()))
    }
}
