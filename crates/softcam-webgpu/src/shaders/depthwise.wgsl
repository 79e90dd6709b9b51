// A depthwise convolution: one thread computes RUN neighbouring pixels of a row, four channels wide, and reads each
// input pixel once per row of the kernel. KERNEL, STRIDE and DILATION are constants, so that the loops unroll and the
// row stays in registers.

const SPAN = (RUN - 1u) * STRIDE + (KERNEL - 1u) * DILATION + 1u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let runs = (shape.out_width + RUN - 1u) / RUN;
    let index = id.x + id.y * count.x * 64u;
    if index >= shape.batch * shape.out_height * runs * shape.groups {
        return;
    }
    let group = index % shape.groups;
    let first = ((index / shape.groups) % runs) * RUN;
    let line = index / (shape.groups * runs);
    let image = line / shape.out_height;
    let y = line % shape.out_height;

    var sums: array<vec4<f32>, RUN>;
    for (var tap_y = 0u; tap_y < KERNEL; tap_y++) {
        // Above and left of the picture these wrap to large numbers.
        let from_y = y * STRIDE + tap_y * DILATION - shape.pad_top;
        if from_y >= shape.height {
            continue;
        }
        let row = (image * shape.height + from_y) * shape.width;
        let left = first * STRIDE - shape.pad_left;
        var pixels: array<vec4<f32>, SPAN>;
        for (var i = 0u; i < SPAN; i++) {
            let from_x = left + i;
            pixels[i] = vec4<f32>();
            if from_x < shape.width {
                pixels[i] = source[(row + from_x) * shape.groups + group];
            }
        }
        for (var tap_x = 0u; tap_x < KERNEL; tap_x++) {
            let factor = weight[(tap_y * KERNEL + tap_x) * shape.groups + group];
            for (var i = 0u; i < RUN; i++) {
                sums[i] = fma(pixels[i * STRIDE + tap_x * DILATION], factor, sums[i]);
            }
        }
    }
    for (var i = 0u; i < RUN; i++) {
        if first + i < shape.out_width {
            let place = (line * shape.out_width + first + i) * shape.groups + group;
            output[place] = finish(sums[i], group, place);
        }
    }
}
