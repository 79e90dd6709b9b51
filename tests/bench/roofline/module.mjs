/** Small wasm modules whose loops do nothing but compute, or move bytes: assembled here, in Node, run wherever wasm runs. */

import binaryen from "binaryen";

/**
 * Sums that are added to in turns: as many as x86 has vector registers left. A product with its addition takes six cycles or
 * more, in which two of them can be begun each.
 */
const CHAINS = 14;
const UNROLLED = 4;
const VECTOR = 16;
/** Vectors that one turn of a moving loop takes, into as many sums. */
const MOVED = 8;

/** How a sum takes a product: in the two instructions that every engine has, or in the one of relaxed SIMD. */
const STEPS = {
    simd: (sum) => `(f32x4.add (f32x4.mul (local.get ${sum}) (local.get $a)) (local.get $b))`,
    relaxed: (sum) => `(f32x4.relaxed_madd (local.get ${sum}) (local.get $a) (local.get $b))`,
};

/** Products, each with its addition, of one turn of `multiply_add`. */
export const PRODUCTS = CHAINS * UNROLLED * 4;

/**
 * `multiply_add(turns)` computes; `read(from, bytes, times)` and `copy(from, to, bytes, times)` go over memory, `bytes` a multiple
 * of 128. What the former two return depends on all that they did, so that no compiler leaves it out.
 * @param {keyof typeof STEPS} arithmetic
 * @param {number} pages Of memory, 64 KiB each.
 * @returns {Uint8Array}
 */
export function assemble(arithmetic, pages) {
    const module = binaryen.parseText(`(module (memory (export "memory") ${pages}) ${multiplyAdd(STEPS[arithmetic])} ${read()} ${copy()})`);
    try {
        module.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.RelaxedSIMD);
        if (!module.validate()) {
            throw new Error("the loops are no valid wasm");
        }
        return module.emitBinary();
    } finally {
        module.dispose();
    }
}

const names = (count) => Array.from({ length: count }, (_, index) => `$sum${index}`);
const repeat = (count, part) => Array.from({ length: count }, (_, index) => part(index)).join("\n");
/** Turns of a loop until `counter` is used up. */
const loop = (counter, step, body) =>
    `(loop $again ${body} (br_if $again (local.tee ${counter} (i32.sub (local.get ${counter}) (i32.const ${step})))))`;

function multiplyAdd(step) {
    const sums = names(CHAINS);
    const turn = sums.map((sum) => `(local.set ${sum} ${step(sum)})`).join("\n");
    // Sums tend towards 1 and stay ordinary numbers.
    return `(func (export "multiply_add") (param $turns i32) (result f32) (local $a v128) (local $b v128) ${sums.map((sum) => `(local ${sum} v128)`).join(" ")}
        (local.set $a (f32x4.splat (f32.const 0.5)))
        (local.set $b (f32x4.splat (f32.const 0.5)))
        ${sums.map((sum, index) => `(local.set ${sum} (f32x4.splat (f32.const ${index})))`).join("\n")}
        ${loop("$turns", 1, repeat(UNROLLED, () => turn))}
        (f32x4.extract_lane 0 ${sums.map((sum) => `(local.get ${sum})`).reduce((all, one) => `(f32x4.add ${all} ${one})`)}))`;
}

/** Goes over `bytes` again and again. */
const passes = (bodies) => `(loop $pass
        (local.set $left (local.get $bytes))
        ${bodies}
        (br_if $pass (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))`;
const forward = (place) => `(local.set ${place} (i32.add (local.get ${place}) (i32.const ${MOVED * VECTOR})))`;

function read() {
    const sums = names(MOVED);
    const load = (index) => `(v128.load offset=${index * VECTOR} (local.get $at))`;
    const turn = repeat(MOVED, (index) => `(local.set ${sums[index]} (v128.xor (local.get ${sums[index]}) ${load(index)}))`);
    return `(func (export "read") (param $from i32) (param $bytes i32) (param $times i32) (result i32)
        (local $at i32) (local $left i32) ${sums.map((sum) => `(local ${sum} v128)`).join(" ")}
        ${passes(`(local.set $at (local.get $from)) ${loop("$left", MOVED * VECTOR, `${turn} ${forward("$at")}`)}`)}
        (i32x4.extract_lane 0 ${sums.map((sum) => `(local.get ${sum})`).reduce((all, one) => `(v128.xor ${all} ${one})`)}))`;
}

function copy() {
    const move = (index) => `(v128.store offset=${index * VECTOR} (local.get $there) (v128.load offset=${index * VECTOR} (local.get $at)))`;
    return `(func (export "copy") (param $from i32) (param $to i32) (param $bytes i32) (param $times i32)
        (local $at i32) (local $there i32) (local $left i32)
        ${passes(`(local.set $at (local.get $from)) (local.set $there (local.get $to))
        ${loop("$left", MOVED * VECTOR, `${repeat(MOVED, move)} ${forward("$at")} ${forward("$there")}`)}`)})`;
}
