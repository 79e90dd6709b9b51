// The mean of each channel over all pixels of an image: one workgroup per image and group of four channels. Each thread
// adds up every 64th pixel, then halves are folded together: the same order at every run.

var<workgroup> sums: array<vec4<f32>, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) place: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let area = shape.height * shape.width;
    var sum = vec4<f32>();
    for (var pixel = thread; pixel < area; pixel += 64u) {
        sum += source[(place.y * area + pixel) * shape.groups + place.x];
    }
    sums[thread] = sum;
    for (var span = 32u; span > 0u; span /= 2u) {
        workgroupBarrier();
        if thread < span {
            sums[thread] += sums[thread + span];
        }
    }
    if thread == 0u {
        output[place.y * shape.groups + place.x] = sums[0] / f32(area);
    }
}
