// Pooling: one thread, one pixel, four channels. Padding moves the window over the edges; it is no candidate for a
// maximum, and counts as zeros in a mean.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let index = id.x + id.y * count.x * 64u;
    let area = shape.out_height * shape.out_width;
    if index >= shape.batch * area * shape.groups {
        return;
    }
    let group = index % shape.groups;
    let pixel = index / shape.groups;
    let image = pixel / area;
    let y = (pixel % area) / shape.out_width;
    let x = pixel % shape.out_width;
    var value = vec4<f32>(bitcast<f32>(shape.low));
    for (var tap_y = 0u; tap_y < shape.kernel; tap_y++) {
        let from_y = y * shape.stride + tap_y * shape.dilation - shape.pad_top;
        if from_y >= shape.height {
            continue;
        }
        for (var tap_x = 0u; tap_x < shape.kernel; tap_x++) {
            let from_x = x * shape.stride + tap_x * shape.dilation - shape.pad_left;
            if from_x < shape.width {
                let place = ((image * shape.height + from_y) * shape.width + from_x) * shape.groups + group;
                value = select(value + source[place], max(value, source[place]), MAXIMUM);
            }
        }
    }
    output[index] = select(value / f32(shape.kernel * shape.kernel), value, MAXIMUM);
}
