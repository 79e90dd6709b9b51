//! Buffers that outlive a layer, and who computes in them.

use crate::lanes::{GROUP, Pixel};
use crate::planes::Planes;
use crate::team::Team;

/// Memory of finished layers, kept for later ones: fresh memory would be cleared first, and would not be in the cache. With it
/// comes the team that computes.
#[derive(Debug, Default)]
pub struct Workspace {
    free: Vec<Vec<Pixel>>,
    team: Team,
}

impl Workspace {
    /// No memory yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No memory yet; layers are computed by `team`.
    pub fn for_team(team: Team) -> Self {
        Self {
            free: Vec::new(),
            team,
        }
    }

    /// All memory; what stays has none, and the same team.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let empty = Self::for_team(self.team.clone());
        std::mem::replace(self, empty)
    }

    /// How many threads compute; see [`Team::size`].
    pub fn team_size(&self) -> usize {
        self.team.size()
    }

    /// Who computes what takes so many products.
    pub(crate) fn team(&self, products: usize) -> Team {
        self.team.for_products(products)
    }

    /// Planes with arbitrary content, which the caller overwrites.
    pub(crate) fn planes(&mut self, shape: [usize; 4]) -> Planes {
        Planes::in_memory(self.buffer(Planes::pixel_count(shape)), shape)
    }

    /// Planes from row-major `[batch, channels, height, width]`, in memory that was kept.
    ///
    /// # Panics
    ///
    /// When `values` has another length.
    pub fn planes_from_nchw(&mut self, values: &[f32], shape: [usize; 4]) -> Planes {
        let mut planes = self.planes(shape);
        planes.fill(values);
        planes
    }

    /// Planes of zeros, in memory that was kept.
    pub fn zeros(&mut self, shape: [usize; 4]) -> Planes {
        let mut planes = self.planes(shape);
        planes.used_mut().fill([0.0; GROUP]);
        planes
    }

    /// Bytes that are kept for later.
    pub fn byte_len(&self) -> usize {
        self.free
            .iter()
            .map(|buffer| size_of_val(&buffer[..]))
            .sum()
    }

    /// Takes the memory of planes that nobody needs any more.
    pub fn recycle(&mut self, planes: Planes) {
        self.give_back(planes.pixels);
    }

    /// At least `len` pixels with arbitrary content.
    pub(crate) fn buffer(&mut self, len: usize) -> Vec<Pixel> {
        let fitting = (self.free.iter().enumerate())
            .filter(|(_, buffer)| buffer.len() >= len)
            .min_by_key(|(_, buffer)| buffer.len());
        match fitting {
            Some((index, _)) => self.free.swap_remove(index),
            None => {
                // Growing a smaller one would copy its content for nothing.
                if let Some(smallest) =
                    (0..self.free.len()).min_by_key(|&index| self.free[index].len())
                {
                    self.free.swap_remove(smallest);
                }
                vec![[0.0; GROUP]; len]
            }
        }
    }

    /// `count` buffers of at least `len` pixels each.
    pub(crate) fn buffers(&mut self, count: usize, len: usize) -> Vec<Vec<Pixel>> {
        (0..count).map(|_| self.buffer(len)).collect()
    }

    pub(crate) fn give_all_back(&mut self, buffers: Vec<Vec<Pixel>>) {
        for buffer in buffers {
            self.give_back(buffer);
        }
    }

    pub(crate) fn give_back(&mut self, buffer: Vec<Pixel>) {
        if !buffer.is_empty() {
            self.free.push(buffer);
        }
    }
}
