//! The coded values of a scan (T.87, annex A).

use super::bits::Bits;
use super::header::{Begun, Header};
use crate::codec::samples::damaged;
use softcam::error;
use softcam::error::Result;

/// Contexts of ordinary values.
const CONTEXTS: usize = 365;
/// Bits that say how long a run is, by how long those before were.
const RUN: [u32; 32] = [
    0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13,
    14, 15,
];
/// What a stream that has ended may still be asked for: zeros that fill its last byte.
const SLACK: u32 = 64;

/// More than any number that a whole stream codes.
const LARGEST: i32 = 1 << 18;

/// What was seen so far in one context. Names are those of the standard.
#[derive(Clone, Copy)]
struct Context {
    a: i32,
    b: i32,
    c: i32,
    n: i32,
}

/// Of the end of a run.
#[derive(Clone, Copy)]
struct RunContext {
    a: i32,
    n: i32,
    negative: i32,
}

pub struct Scan {
    near: i32,
    most: i32,
    thresholds: [i32; 3],
    reset: i32,
    range: i32,
    /// Bits of a number that is written as it is.
    plain: u32,
    limit: u32,
    contexts: Vec<Context>,
    runs: [RunContext; 2],
}

impl Scan {
    pub fn new(header: &Header, begun: &Begun) -> Result<Self> {
        let near = begun.near;
        let [most, t1, t2, t3, reset] = header.preset;
        let most = if most == 0 {
            (1 << header.bits) - 1
        } else {
            most
        };
        if most < 1 || most >= 1 << header.bits || near > 255.min(most / 2) {
            return Err(damaged("JPEG-LS: its scan contradicts itself"));
        }
        let clamp = |value: i32, least: i32| {
            if value > most || value < least {
                least
            } else {
                value
            }
        };
        let usual = if most >= 128 {
            let factor = (most.min(4095) + 128) / 256;
            [
                factor + 2 + 3 * near,
                4 * factor + 3 + 5 * near,
                17 * factor + 4 + 7 * near,
            ]
        } else {
            let factor = 256 / (most + 1);
            [
                (3 / factor + 3 * near).max(2),
                (7 / factor + 5 * near).max(3),
                (21 / factor + 7 * near).max(4),
            ]
        };
        let first = if t1 == 0 {
            clamp(usual[0], near + 1)
        } else {
            t1
        };
        let second = if t2 == 0 { clamp(usual[1], first) } else { t2 };
        let third = if t3 == 0 { clamp(usual[2], second) } else { t3 };
        let range = (most + 2 * near) / (2 * near + 1) + 1;
        let bits_of = |values: i32| (values - 1).max(1).ilog2() + 1;
        let bits = bits_of(most + 1).max(2);
        let a = ((range + 32) / 64).max(2);
        Ok(Self {
            near,
            most,
            thresholds: [first, second, third],
            reset: if reset == 0 { 64 } else { reset.max(3) },
            range,
            plain: bits_of(range),
            limit: 2 * (bits + bits.max(8)),
            contexts: vec![
                Context {
                    a,
                    b: 0,
                    c: 0,
                    n: 1
                };
                CONTEXTS
            ],
            runs: [RunContext {
                a,
                n: 1,
                negative: 0,
            }; 2],
        })
    }

    /// Values of `colours` one after the other, and how many bytes they took.
    pub fn decode(
        mut self,
        data: &[u8],
        width: usize,
        height: usize,
        colours: usize,
    ) -> Result<(Vec<u16>, usize)> {
        let mut bits = Bits::new(data);
        let mut values = vec![0; width * height * colours];
        // One column more on either side.
        let mut above = vec![vec![0; width + 2]; colours];
        let mut line = vec![0; width + 2];
        let mut run_indices = vec![0; colours];
        for row in 0..height {
            for colour in 0..colours {
                let before = &mut above[colour];
                before[width + 1] = before[width];
                line[0] = before[1];
                self.line(
                    &mut bits,
                    before,
                    &mut line,
                    width,
                    &mut run_indices[colour],
                )?;
                let place = (colour * height + row) * width;
                for (value, &decoded) in values[place..place + width].iter_mut().zip(&line[1..]) {
                    *value = decoded as u16;
                }
                std::mem::swap(before, &mut line);
            }
            if bits.missing > SLACK {
                return Err(error!(FILM_CUT_OFF));
            }
        }
        if bits.missing > SLACK {
            return Err(error!(FILM_CUT_OFF));
        }
        Ok((values, bits.used()))
    }

    fn line(
        &mut self,
        bits: &mut Bits,
        above: &[i32],
        line: &mut [i32],
        width: usize,
        run: &mut usize,
    ) -> Result<()> {
        let mut at = 1;
        while at <= width {
            let (left, up, corner, next) = (line[at - 1], above[at], above[at - 1], above[at + 1]);
            let steps = [next - up, up - corner, corner - left];
            if steps.iter().all(|step| step.abs() <= self.near) {
                at = self.run(bits, above, line, at, width, run)?;
            } else {
                line[at] = self.ordinary(bits, [left, up, corner], steps);
                at += 1;
            }
        }
        Ok(())
    }

    fn quantised(&self, step: i32) -> i32 {
        let [t1, t2, t3] = self.thresholds;
        let size = match step.abs() {
            size if size <= self.near => 0,
            size if size < t1 => 1,
            size if size < t2 => 2,
            size if size < t3 => 3,
            _ => 4,
        };
        size * step.signum()
    }

    fn ordinary(&mut self, bits: &mut Bits, [left, up, corner]: [i32; 3], steps: [i32; 3]) -> i32 {
        let [q1, q2, q3] = steps.map(|step| self.quantised(step));
        let index = 81 * q1 + 9 * q2 + q3;
        let sign = if index < 0 { -1 } else { 1 };
        let Context {
            mut a,
            mut b,
            mut c,
            mut n,
        } = self.contexts[index.unsigned_abs() as usize];
        let (low, high) = (left.min(up), left.max(up));
        let guess = if corner >= high {
            low
        } else if corner <= low {
            high
        } else {
            left + up - corner
        };
        let guess = (guess + sign * c).clamp(0, self.most);
        let k = order(a, n);
        let mapped = self.coded(bits, k, self.limit);
        // Lossless codes with the smallest numbers may be turned round.
        let turned = self.near == 0 && k == 0 && 2 * b <= -n;
        let error = match (turned, mapped % 2 == 0) {
            (false, true) => mapped / 2,
            (false, false) => -((mapped + 1) / 2),
            (true, true) => -(mapped / 2) - 1,
            (true, false) => (mapped - 1) / 2,
        };
        b += error * (2 * self.near + 1);
        a += error.abs();
        if n == self.reset {
            a >>= 1;
            b >>= 1;
            n >>= 1;
        }
        n += 1;
        if b <= -n {
            b = (b + n).max(1 - n);
            c = (c - 1).max(-128);
        } else if b > 0 {
            b = (b - n).min(0);
            c = (c + 1).min(127);
        }
        self.contexts[index.unsigned_abs() as usize] = Context { a, b, c, n };
        self.restored(guess, sign * error)
    }

    /// A run of equal values and what ends it; returns the place behind it.
    fn run(
        &mut self,
        bits: &mut Bits,
        above: &[i32],
        line: &mut [i32],
        start: usize,
        width: usize,
        index: &mut usize,
    ) -> Result<usize> {
        let value = line[start - 1];
        let mut at = start;
        while bits.bit() {
            let whole = 1_usize << RUN[*index];
            let count = whole.min(width + 1 - at);
            line[at..at + count].fill(value);
            at += count;
            if count == whole && *index < 31 {
                *index += 1;
            }
            if at > width {
                return Ok(at);
            }
        }
        let count = bits.number(RUN[*index]) as usize;
        if count > width - at {
            return Err(damaged("JPEG-LS: a run is longer than its row"));
        }
        line[at..at + count].fill(value);
        at += count;
        line[at] = self.end_of_run(bits, value, above[at], RUN[*index]);
        *index = index.saturating_sub(1);
        Ok(at + 1)
    }

    fn end_of_run(&mut self, bits: &mut Bits, left: i32, up: i32, run: u32) -> i32 {
        let kind = usize::from((left - up).abs() <= self.near);
        let RunContext {
            mut a,
            mut n,
            mut negative,
        } = self.runs[kind];
        let alike = kind as i32;
        let k = order(a + if kind == 1 { n >> 1 } else { 0 }, n);
        let mapped = self.coded(bits, k, self.limit - run - 1);
        let total = mapped + alike;
        let odd = total % 2 == 1;
        let size = (total + i32::from(odd)) / 2;
        let error = if (k != 0 || 2 * negative >= n) == odd {
            -size
        } else {
            size
        };
        if error < 0 {
            negative += 1;
        }
        a += (mapped + 1 - alike) >> 1;
        if n == self.reset {
            a >>= 1;
            n >>= 1;
            negative >>= 1;
        }
        n += 1;
        self.runs[kind] = RunContext { a, n, negative };
        if kind == 1 {
            self.restored(left, error)
        } else {
            self.restored(up, if left > up { -error } else { error })
        }
    }

    /// A number as it is coded (T.87, A.5.3): its upper part in zeros, its lower `k` bits as they are.
    fn coded(&self, bits: &mut Bits, k: u32, limit: u32) -> i32 {
        let longest = limit.saturating_sub(self.plain + 1);
        let mut zeros = 0;
        while zeros < longest && !bits.bit() {
            zeros += 1;
        }
        if zeros < longest {
            ((zeros as i32) << k | bits.number(k)).min(LARGEST)
        } else {
            // The one that ends the zeros.
            bits.bit();
            bits.number(self.plain) + 1
        }
    }

    fn restored(&self, guess: i32, error: i32) -> i32 {
        let step = 2 * self.near + 1;
        let mut value = guess + error * step;
        if value < -self.near {
            value += self.range * step;
        } else if value > self.most + self.near {
            value -= self.range * step;
        }
        value.clamp(0, self.most)
    }
}

/// How many bits of a number are written as they are.
fn order(a: i32, n: i32) -> u32 {
    (0..20)
        .find(|&k| i64::from(n) << k >= i64::from(a))
        .unwrap_or(20)
}
