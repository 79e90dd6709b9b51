//! Dense 3x3 convolutions with stride 1 in Winograd's form, F(2x2, 3x3): four outputs of one channel for 16 products
//! instead of 36 (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv 1509.09308, section 4.1).
//!
//! The picture is cut into 4x4 tiles that overlap by two. Each tile is transformed, then each of its 16 positions is a
//! 1x1 convolution over all tiles, on weights that were transformed once, and the results are transformed back. Larger
//! tiles would save more products, but take weights four times as large and lose digits.

use crate::activation::Clamp;
use crate::dense::{Dense, pack_bias};
use crate::lanes::{Lanes, Pixel};
use crate::padding::Axes;
use crate::planes::Planes;
use crate::strips::{Strip, strips};
use crate::team::Team;
use crate::tiles::split;
use crate::window::{Source, Target, copy_all_padded, finish};
use crate::workspace::Workspace;

/// Side of a tile.
const SIDE: usize = 4;

/// Positions in a tile.
const POSITIONS: usize = SIDE * SIDE;

/// From one group to the next, in positions. With as many as there are, the groups of a position would share their places
/// in the cache and drive each other out.
const STEP: usize = POSITIONS + 1;

/// Tiles that are transformed together: enough to make use of each weight once it is in the cache, few enough to stay in
/// the cache themselves.
const BATCH: usize = 64;

/// Batches for each thread from which on each takes batches of its own. With fewer, the last ones would leave threads idle, and
/// each thread would read all weights for a few tiles.
const APART: usize = 4;

/// Transformed weights.
#[derive(Debug)]
pub(crate) struct Winograd {
    /// For each position the weights of a 1x1 convolution.
    positions: Vec<Dense>,
    bias: Vec<Pixel>,
}

impl Winograd {
    /// Transforms `weight` `[out, inputs, 3, 3]`: U = G g Gᵀ.
    pub(crate) fn new(weight: &[f32], bias: &[f32], inputs: usize) -> Self {
        let mut transformed = vec![Vec::new(); POSITIONS];
        for kernel in weight.as_chunks::<9>().0 {
            let [a, b, c, d, e, f, g, h, i] = kernel.map(f64::from);
            let columns = [[a, d, g], [b, e, h], [c, f, i]].map(transform_kernel);
            for row in 0..SIDE {
                let values = transform_kernel(columns.map(|column| column[row]));
                for (column, value) in values.into_iter().enumerate() {
                    transformed[row * SIDE + column].push(value as f32);
                }
            }
        }
        let no_bias = vec![0.0; bias.len()];
        Self {
            positions: (transformed.iter())
                .map(|weight| Dense::new(weight, &no_bias, inputs, 1))
                .collect(),
            bias: pack_bias(bias),
        }
    }

    /// Convolves one image into `pixels`, to which `residual` is added before the activation.
    pub(crate) fn run(
        &self,
        (input, image): (&Planes, usize),
        axes: &Axes,
        (pixels, residual, clamp): (&mut [Pixel], Option<&[Pixel]>, Clamp),
        team: &Team,
        workspace: &mut Workspace,
    ) {
        let size_out = [axes.rows.output, axes.columns.output];
        let (tile_rows, tile_columns) = (
            axes.rows.output.div_ceil(2),
            axes.columns.output.div_ceil(2),
        );
        // Tiles may stand one pixel over what the kernel needs.
        let mut axes = *axes;
        axes.rows.padded = 2 * tile_rows + 2;
        axes.columns.padded = 2 * tile_columns + 2;
        let (plane, pitch) = (axes.padded_area(), axes.columns.padded);
        let (inputs, outputs) = (input.groups(), self.bias.len());

        let padded_len = inputs * plane;
        let mut padded = workspace.buffer(padded_len);
        copy_all_padded(input, image, &axes, &mut padded[..padded_len], team);
        let batch_rows = (BATCH / tile_columns).max(1);
        if team.size() > 1 && tile_rows.div_ceil(batch_rows) >= APART * team.size() {
            let source = Source {
                pixels: &padded[..padded_len],
                plane,
                pitch,
            };
            let batch = [batch_rows, tile_columns];
            let parts = strips(pixels, residual, size_out, 2 * batch_rows, 1);
            self.run_apart(&source, batch, parts, clamp, team, workspace);
            workspace.give_back(padded);
            return;
        }
        let tiles = tile_rows * tile_columns;
        let most = (BATCH * team.size()).min(tiles);
        let mut values = workspace.buffer(STEP * inputs * most);
        let mut products = workspace.buffer(POSITIONS * outputs * most);
        for (first, batches, size) in split(tiles, BATCH * team.size()) {
            for batch in 0..batches {
                let first = first + batch * size;
                let corner = |tile: usize| {
                    let tile = first + tile;
                    (2 * (tile / tile_columns), 2 * (tile % tile_columns))
                };
                let groups = values
                    .chunks_exact_mut(STEP * size)
                    .take(inputs)
                    .enumerate();
                team.each(groups, |(group, values)| {
                    let source = &padded[group * plane..][..plane];
                    transform_all(source, pitch, size, corner, values);
                });
                self.multiply(&values, &mut products, size, team);
                let planes = strips(pixels, residual, size_out, size_out[0], 1);
                team.each(planes, |plane| {
                    self.write_all(&products, size, corner, plane, clamp);
                });
            }
        }
        workspace.give_back(padded);
        workspace.give_back(values);
        workspace.give_back(products);
    }

    /// The same in batches of so many rows and columns of tiles, each of which one thread computes from the transform to the result,
    /// so that none waits for the others. `strips` are the same rows of all groups one after the other.
    fn run_apart<'a>(
        &self,
        source: &Source<'_>,
        [rows, columns]: [usize; 2],
        mut strips: impl Iterator<Item = Strip<'a>> + Send,
        clamp: Clamp,
        team: &Team,
        workspace: &mut Workspace,
    ) {
        let (inputs, outputs) = (source.pixels.len() / source.plane, self.bias.len());
        let most = rows * columns;
        let mut values = workspace.buffers(team.size(), STEP * inputs * most);
        let mut products = workspace.buffers(team.size(), POSITIONS * outputs * most);
        let mut memories: Vec<_> = values.iter_mut().zip(&mut products).collect();
        let batches = std::iter::from_fn(|| {
            let batch: Vec<_> = strips.by_ref().take(outputs).collect();
            (!batch.is_empty()).then_some(batch)
        });
        team.each_with(batches, &mut memories, |batch, (values, products)| {
            let (top, rows) = (batch[0].top, batch[0].rows());
            let tiles = rows.div_ceil(2) * columns;
            let corner = |tile: usize| (top + 2 * (tile / columns), 2 * (tile % columns));
            let planes = source.pixels.chunks_exact(source.plane);
            for (plane, values) in planes.zip(values.chunks_exact_mut(STEP * tiles)) {
                transform_all(plane, source.pitch, tiles, corner, values);
            }
            self.multiply(values, products, tiles, &Team::default());
            for strip in batch {
                self.write_all(products, tiles, corner, strip, clamp);
            }
        });
        drop(memories);
        workspace.give_all_back(values);
        workspace.give_all_back(products);
    }

    /// Transforms a group's products back and writes what of them lies in `strip`. `corner` is where a tile's results lie in the picture.
    fn write_all(
        &self,
        products: &[Pixel],
        tiles: usize,
        corner: impl Fn(usize) -> (usize, usize),
        strip: Strip<'_>,
        clamp: Clamp,
    ) {
        let (group, top) = (strip.group, strip.top);
        let mut target = strip.target(clamp);
        let bias = Lanes::pair(&self.bias[group]);
        for tile in 0..tiles {
            let place = Place {
                first: group * tiles + tile,
                step: self.bias.len() * tiles,
            };
            let (y, x) = corner(tile);
            write(
                &mut target,
                (y - top, x),
                bias,
                transform_back(products, place),
            );
        }
    }

    /// One 1x1 convolution per position.
    fn multiply(&self, values: &[Pixel], products: &mut [Pixel], tiles: usize, team: &Team) {
        let outputs = self.bias.len();
        let products = products.chunks_exact_mut(outputs * tiles);
        let positions = self.positions.iter().zip(products).enumerate();
        team.each(positions, |(position, (dense, products))| {
            let source = Source {
                pixels: &values[position * tiles..],
                plane: STEP * tiles,
                pitch: tiles,
            };
            for (group, pixels) in products.chunks_exact_mut(tiles).enumerate() {
                let mut target = Target {
                    pixels,
                    origin: 0,
                    pitch: tiles,
                    height: 1,
                    width: tiles,
                    residual: None,
                    clamp: crate::Activation::Linear.clamp(),
                };
                dense.run(group, &source, &[0], 1, &mut target);
            }
        });
    }
}

/// Where the positions of one tile and group lie.
#[derive(Clone, Copy)]
struct Place {
    first: usize,
    step: usize,
}

/// G g: one column of a kernel.
fn transform_kernel([a, b, c]: [f64; 3]) -> [f64; SIDE] {
    [a, (a + b + c) / 2.0, (a - b + c) / 2.0, c]
}

/// Bᵀ d: one column or row of a tile.
#[inline(always)]
fn transform_line([a, b, c, d]: [Lanes; SIDE]) -> [Lanes; SIDE] {
    [a.subtract(c), b.add(c), c.subtract(b), b.subtract(d)]
}

/// Aᵀ m: one column or row of a product.
#[inline(always)]
fn transform_line_back([a, b, c, d]: [Lanes; SIDE]) -> [Lanes; 2] {
    [a.add(b).add(c), b.subtract(c).subtract(d)]
}

/// All tiles of one group. `corner` is where a tile begins in the padded picture.
fn transform_all(
    source: &[Pixel],
    pitch: usize,
    tiles: usize,
    corner: impl Fn(usize) -> (usize, usize),
    values: &mut [Pixel],
) {
    for tile in 0..tiles {
        let (y, x) = corner(tile);
        let place = Place {
            first: tile,
            step: tiles,
        };
        transform_tile(&source[y * pitch + x..], pitch, values, place);
    }
}

/// V = Bᵀ d B for the tile at the start of `source`.
#[inline(never)]
fn transform_tile(source: &[Pixel], pitch: usize, values: &mut [Pixel], place: Place) {
    let rows: [&[Pixel]; SIDE] = std::array::from_fn(|row| &source[row * pitch..][..SIDE]);
    for half in 0..2 {
        let columns: [[Lanes; SIDE]; SIDE] = std::array::from_fn(|column| {
            transform_line(rows.map(|row| Lanes::half(&row[column], half)))
        });
        for row in 0..SIDE {
            let line = transform_line(columns.map(|column| column[row]));
            for (column, value) in line.into_iter().enumerate() {
                let position = row * SIDE + column;
                let pixel = &mut values[place.first + position * place.step];
                value.store_half(pixel, half);
            }
        }
    }
}

/// Y = Aᵀ m A: rows of two outputs, each in two halves.
#[inline(always)]
fn transform_back(products: &[Pixel], place: Place) -> [[[Lanes; 2]; 2]; 2] {
    let halves = [0, 1].map(|half| {
        let columns: [[Lanes; 2]; SIDE] = std::array::from_fn(|column| {
            transform_line_back(std::array::from_fn(|row| {
                let position = row * SIDE + column;
                Lanes::half(&products[place.first + position * place.step], half)
            }))
        });
        [0, 1].map(|row| transform_line_back(columns.map(|column| column[row])))
    });
    [0, 1].map(|row| [0, 1].map(|column| [halves[0][row][column], halves[1][row][column]]))
}

/// Writes what of a tile lies within the picture.
#[inline(always)]
fn write(
    target: &mut Target<'_>,
    (y, x): (usize, usize),
    bias: [Lanes; 2],
    sums: [[[Lanes; 2]; 2]; 2],
) {
    for (y, sums) in (y..target.height).zip(sums) {
        let start = target.row(y).start;
        for (x, sum) in (x..target.width).zip(sums) {
            let index = start + x;
            let sum = [sum[0].add(bias[0]), sum[1].add(bias[1])];
            let residual = target.residual.map(|pixels| &pixels[index]);
            target.pixels[index] = finish(target.clamp, residual, sum);
        }
    }
}
