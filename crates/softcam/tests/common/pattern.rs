//! Values that fixtures need not store: tests/parity/pattern.py computes them too.

/// `count` values in [−1, 1), multiples of 2⁻²³: a hash of the name and the index.
pub fn pattern(name: &str, count: usize) -> Vec<f32> {
    // FNV-1a.
    let seed = name.bytes().fold(2_166_136_261_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    });
    let value = |index: usize| {
        let mut x = seed.wrapping_add((index as u32).wrapping_mul(0x9E37_79B9));
        x ^= x >> 16;
        x = x.wrapping_mul(0x7FEB_352D);
        x ^= x >> 15;
        x = x.wrapping_mul(0x846C_A68B);
        x ^= x >> 16;
        ((x >> 8) as i32 - (1 << 23)) as f32 * (1.0 / (1 << 23) as f32)
    };
    (0..count).map(value).collect()
}
