/**
 * Pixels as the simplest file that there is: a BMP has them as they are, so that what a camera or a canvas gives reaches the
 * network unchanged, by the way that every other picture takes. Pure functions.
 *
 * @module
 */

const HEADER = 54;

/**
 * @param {ArrayLike<number>} pixels RGBA, row by row from the top; opacity is left out.
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array<ArrayBuffer>} Of a file with 24 bits per pixel.
 */
export function bitmap(pixels, width, height) {
    // Rows begin at multiples of four bytes.
    const stride = (3 * width + 3) & ~3;
    const bytes = new Uint8Array(HEADER + stride * height);
    const view = new DataView(bytes.buffer);
    bytes.set([0x42, 0x4d]);
    view.setUint32(2, bytes.length, true);
    view.setUint32(10, HEADER, true);
    view.setUint32(14, 40, true);
    view.setInt32(18, width, true);
    view.setInt32(22, height, true);
    view.setUint16(26, 1, true);
    view.setUint16(28, 24, true);
    view.setUint32(34, stride * height, true);
    let from = 0;
    for (let row = height - 1; row >= 0; row--) {
        // The lowest row comes first, and blue comes before red.
        let to = HEADER + row * stride;
        for (let column = 0; column < width; column++) {
            bytes[to] = pixels[from + 2];
            bytes[to + 1] = pixels[from + 1];
            bytes[to + 2] = pixels[from];
            to += 3;
            from += 4;
        }
    }
    return bytes;
}
