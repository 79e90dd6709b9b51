//! Names for results: a hash of everything that they depend on.

/// FNV-1a in 128 bits (Fowler, Noll & Vo): the same on every machine and with every version of every library. It guards
/// against mixing up results, not against anybody who means harm.
#[derive(Clone, Copy)]
pub struct Key(u128);

impl Key {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    /// With `bytes` behind everything before; their number goes in as well, so that ("a", "bc") is not ("ab", "c").
    #[must_use]
    pub fn with(self, bytes: &[u8]) -> Self {
        let length = (bytes.len() as u64).to_le_bytes();
        let all = bytes.iter().chain(&length);
        Self(all.fold(self.0, |hash, byte| {
            (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        }))
    }

    /// As text.
    pub fn text(self) -> String {
        format!("{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn what_is_told_apart_has_other_keys() {
        let of = |parts: &[&str]| {
            let all = (parts.iter()).fold(Key::new(), |key, part| key.with(part.as_bytes()));
            all.text()
        };
        assert_eq!(of(&["a", "bc"]), of(&["a", "bc"]));
        assert_ne!(of(&["a", "bc"]), of(&["ab", "c"]));
        assert_ne!(of(&["a"]), of(&["a", ""]));
        assert_eq!(of(&[]).len(), 32);
    }
}
