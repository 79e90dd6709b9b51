// A dense convolution as a matrix product that never builds its left matrix: rows are output pixels, columns output
// channels, and the sum runs over taps and input channels. A workgroup computes TILE_ROWS x 4 TILE_GROUPS values; each
// of its threads ROWS pixels of one group of four channels. DEPTH groups of input channels at a time are brought to
// workgroup memory, where int8 weights become floats once for all TILE_ROWS pixels.

const ROW_THREADS = TILE_ROWS / ROWS;
const THREADS = ROW_THREADS * TILE_GROUPS;

var<workgroup> pixels: array<vec4<f32>, TILE_ROWS * DEPTH>;
var<workgroup> weights: array<vec4<f32>, DEPTH * 4u * TILE_GROUPS>;

// Input groups `step` of output pixel `row`, zero outside the picture. A step is a tap and a group of channels.
fn input(row: u32, step: u32, steps: u32) -> vec4<f32> {
    let area = shape.out_height * shape.out_width;
    if row >= shape.batch * area || step >= steps {
        return vec4<f32>();
    }
    if POINTWISE {
        return source[row * shape.groups + step];
    }
    let tap = step / shape.groups;
    let group = step % shape.groups;
    let image = row / area;
    let y = (row % area) / shape.out_width;
    let x = row % shape.out_width;
    // Above and left of the picture these wrap to large numbers, so that one comparison does for both ends.
    let from_y = y * shape.stride + (tap / shape.kernel) * shape.dilation - shape.pad_top;
    let from_x = x * shape.stride + (tap % shape.kernel) * shape.dilation - shape.pad_left;
    if from_y >= shape.height || from_x >= shape.width {
        return vec4<f32>();
    }
    return source[((image * shape.height + from_y) * shape.width + from_x) * shape.groups + group];
}

@compute @workgroup_size(TILE_GROUPS, ROW_THREADS)
fn main(
    @builtin(workgroup_id) tile: vec3<u32>,
    @builtin(local_invocation_id) thread: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let first_row = tile.x * TILE_ROWS;
    let first_group = tile.y * TILE_GROUPS;
    let steps = shape.kernel * shape.kernel * shape.groups;
    let rows = shape.batch * shape.out_height * shape.out_width;
    let group = first_group + thread.x;

    var sums: array<vec4<f32>, ROWS>;
    for (var start = 0u; start < steps; start += DEPTH) {
        for (var i = index; i < TILE_ROWS * DEPTH; i += THREADS) {
            pixels[i] = input(first_row + i / DEPTH, start + i % DEPTH, steps);
        }
        for (var i = index; i < DEPTH * 4u * TILE_GROUPS; i += THREADS) {
            let channel = start * 4u + i / TILE_GROUPS;
            let column = first_group + i % TILE_GROUPS;
            var value = vec4<f32>();
            if channel < steps * 4u && column < shape.out_groups {
                value = unpacked(weight[channel * shape.out_groups + column]);
            }
            weights[i] = value;
        }
        workgroupBarrier();
        for (var depth = 0u; depth < DEPTH; depth++) {
            let at = depth * 4u * TILE_GROUPS + thread.x;
            let w0 = weights[at];
            let w1 = weights[at + TILE_GROUPS];
            let w2 = weights[at + 2u * TILE_GROUPS];
            let w3 = weights[at + 3u * TILE_GROUPS];
            for (var row = 0u; row < ROWS; row++) {
                let value = pixels[(thread.y * ROWS + row) * DEPTH + depth];
                var sum = fma(vec4<f32>(value.x), w0, sums[row]);
                sum = fma(vec4<f32>(value.y), w1, sum);
                sum = fma(vec4<f32>(value.z), w2, sum);
                sums[row] = fma(vec4<f32>(value.w), w3, sum);
            }
        }
        workgroupBarrier();
    }
    if group >= shape.out_groups {
        return;
    }
    for (var row = 0u; row < ROWS; row++) {
        let pixel = first_row + thread.y * ROWS + row;
        if pixel < rows {
            let place = pixel * shape.out_groups + group;
            output[place] = finish(sums[row], group, place);
        }
    }
}
