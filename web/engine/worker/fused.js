/**
 * Whether the engine's modules that multiply and add in one instruction run here, and which module that makes.
 *
 * @module
 */

/**
 * A function with `f32x4.relaxed_madd`, beside a table with 64-bit addresses: V8 had relaxed SIMD long before it made good
 * use of it, and our code took 1.2 times as long with it. Versions that have both take three quarters of the time.
 */
const PROBE = Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    // A function from vector to vector.
    ...[1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0],
    // The table, which is empty.
    ...[4, 4, 1, 112, 4, 0],
    // The function's code.
    ...[10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133, 2, 11],
);

export const isFused = WebAssembly.validate(PROBE);

/** The name of the module for the CPU. @param {boolean} shared Whether several threads share its memory. */
export function moduleForCpu(shared, fused = isFused) {
    return `${shared ? "softcam_threads" : "softcam_cpu"}${fused ? "_fused" : ""}`;
}
