// Nothing to unpack.

fn unpacked(value: vec4<f32>) -> vec4<f32> {
    return value;
}
