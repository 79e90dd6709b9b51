"""Values that need not be stored: the Rust tests compute them too, bit for bit (crates/softcam/tests/common/pattern.rs)."""

import numpy as np


def pattern(name, count):
    """`count` float32 values in [-1, 1), multiples of 2^-23."""
    seed = np.uint32(2166136261)
    with np.errstate(over="ignore"):
        for byte in name.encode():  # FNV-1a
            seed = np.uint32(seed ^ np.uint32(byte)) * np.uint32(16777619)
        x = seed + np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9)
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x7FEB352D)
        x ^= x >> np.uint32(15)
        x *= np.uint32(0x846CA68B)
        x ^= x >> np.uint32(16)
    return ((x >> np.uint32(8)).astype(np.int32) - (1 << 23)).astype(np.float32) * np.float32(2.0**-23)
