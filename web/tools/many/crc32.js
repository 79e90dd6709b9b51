/**
 * CRC-32 as zip has it (polynomial 0xEDB88320).
 *
 * @module
 */

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) {
        value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    }
    return value;
});

/** @param {Uint8Array} bytes @returns {number} */
export function crc32(bytes) {
    let value = 0xffffffff;
    for (let index = 0; index < bytes.length; index++) {
        value = TABLE[(value ^ bytes[index]) & 0xff] ^ (value >>> 8);
    }
    return (value ^ 0xffffffff) >>> 0;
}
