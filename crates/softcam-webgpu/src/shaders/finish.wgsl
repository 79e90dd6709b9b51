// What every convolution ends with.

fn finish(sum: vec4<f32>, group: u32, place: u32) -> vec4<f32> {
    // affine: per group of output channels the weights' scales, then the biases.
    var value = fma(sum, affine[2u * group], affine[2u * group + 1u]);
    if shape.has_residual != 0u {
        value += residual[place];
    }
    return clamp(value, vec4<f32>(bitcast<f32>(shape.low)), vec4<f32>(bitcast<f32>(shape.high)));
}
