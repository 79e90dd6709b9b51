// Two tensors side by side along the channels, whole groups of four from each.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    let index = id.x + id.y * count.x * 64u;
    let pixel = index / shape.out_groups;
    let group = index % shape.out_groups;
    if pixel >= shape.batch * shape.height * shape.width {
        return;
    }
    let others = shape.out_groups - shape.groups;
    if group < shape.groups {
        output[index] = source[pixel * shape.groups + group];
    } else {
        output[index] = second[pixel * others + group - shape.groups];
    }
}
