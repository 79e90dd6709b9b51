//! Which pieces a convolution is cut into.

/// What one workgroup of the dense kernel computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tile {
    /// Pixels.
    pub rows: u32,
    /// Groups of four output channels, one thread along x each.
    pub groups: u32,
    /// Pixels per thread.
    pub rows_per_thread: u32,
}

/// Groups of input channels that are in workgroup memory at a time.
pub(crate) const DEPTH: u32 = 4;

/// At most 256 threads and 12 KiB of workgroup memory, which every WebGPU device has (256 and 16 KiB).
pub(crate) const TILES: [Tile; 5] = [
    tile(128, 16, 8),
    tile(64, 16, 4),
    tile(64, 8, 4),
    tile(128, 4, 4),
    tile(16, 8, 2),
];

const fn tile(rows: u32, groups: u32, rows_per_thread: u32) -> Tile {
    Tile {
        rows,
        groups,
        rows_per_thread,
    }
}

/// Neighbouring pixels that one thread of the depthwise kernel computes: a longer run shares more of its row; with a stride
/// there is less to share.
pub(crate) fn depthwise_run(stride: usize) -> usize {
    if stride == 1 { 4 } else { 2 }
}

/// Threads below which a device is thought to idle: half of a middling GPU's.
const ENOUGH_THREADS: f64 = 8192.0;

impl Tile {
    pub(crate) fn threads(self) -> [u32; 2] {
        [self.groups, self.rows / self.rows_per_thread]
    }

    pub(crate) fn workgroups(self, rows: usize, groups: usize) -> [usize; 2] {
        [
            rows.div_ceil(self.rows as usize),
            groups.div_ceil(self.groups as usize),
        ]
    }

    /// The tile for `rows` pixels and `groups` groups of output channels: least time by a model of three effects. What
    /// hangs over the edges is computed for nothing. A thread with r pixels multiplies 16 r times for r + 4 vectors that
    /// it fetches from workgroup memory, so more pixels per thread are cheaper each. And a device whose threads are not
    /// all busy takes as long as if they were.
    pub(crate) fn choose(rows: usize, groups: usize) -> Self {
        let cost = |tile: &Tile| {
            let [along, across] = tile.workgroups(rows, groups);
            let workgroups = (along * across) as f64;
            let per_thread = f64::from(tile.rows_per_thread);
            let values = workgroups * f64::from(tile.rows * tile.groups);
            let [x, y] = tile.threads();
            let threads = workgroups * f64::from(x * y);
            let idle = (ENOUGH_THREADS / threads).max(1.0);
            values * (per_thread + 4.0) / per_thread * idle
        };
        let mut best = TILES[0];
        for tile in TILES {
            if cost(&tile) < cost(&best) {
                best = tile;
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tile_fits_the_least_device() {
        for tile in TILES {
            let [x, y] = tile.threads();
            assert!(x * y <= 256, "{tile:?}");
            let bytes = 16 * (tile.rows * DEPTH + DEPTH * 4 * tile.groups);
            assert!(bytes <= 16384, "{tile:?}: {bytes}");
            assert_eq!(tile.rows % tile.rows_per_thread, 0, "{tile:?}");
        }
    }

    #[test]
    fn tiles_follow_the_shape() {
        // Many pixels, many channels: the largest. Few channels: a narrow one. Few pixels: many small ones.
        assert_eq!(Tile::choose(56 * 56, 64), TILES[0]);
        assert_eq!(Tile::choose(112 * 112, 4), TILES[3]);
        assert_eq!(Tile::choose(7 * 7, 80), TILES[4]);
    }
}
