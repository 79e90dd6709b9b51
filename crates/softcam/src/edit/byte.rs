//! From arithmetic back to a channel.

/// The nearest value of a channel; on wasm, `round` would be a call for each.
pub(super) fn byte(value: f32) -> u8 {
    (value + 0.5) as u8
}
