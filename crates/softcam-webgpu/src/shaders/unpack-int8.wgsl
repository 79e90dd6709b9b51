// Four signed bytes, the lowest first, shifted up to a word's sign and back.

fn unpacked(word: u32) -> vec4<f32> {
    return vec4<f32>(vec4<i32>(vec4<u32>(word << 24u, word << 16u, word << 8u, word)) >> vec4<u32>(24u));
}
